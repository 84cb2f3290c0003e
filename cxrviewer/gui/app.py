"""``cxrviewer`` and ``cxrviewer PATH...``: the window."""

from __future__ import annotations

import gc
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from cxrviewer.errors import StoreError
from cxrviewer.gui.notices import Notices
from cxrviewer.gui.preferences.preferences import Preferences
from cxrviewer.gui.preferences.stored import load_preferences, open_settings
from cxrviewer.gui.session import Session
from cxrviewer.gui.theme import Theme
from cxrviewer.gui.translation import install_language
from cxrviewer.resources import resources_folder
from cxrviewer.results.store import STORE_FILE, ResultStore, default_store_path
from cxrviewer.version import __version__


def run_window(paths: Sequence[Path]) -> int:
    """Show the window, open ``paths`` in it, and return the program's exit status once it is closed."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("cxrviewer")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("cxrviewer")
    app.setWindowIcon(QIcon(str(resources_folder() / "icons" / "cxrviewer.svg")))
    settings = open_settings()
    loaded = load_preferences(settings)
    notices = Notices(app)
    for warning in loaded.warnings:
        notices.add(warning, level="warning")
    install_language(app, loaded.preferences.language)
    store = _open_store(loaded.preferences, notices)
    if store is None:
        return 1
    session = Session(store, settings, loaded.preferences, notices, app)
    if paths:
        session.start_engine()  # it starts in another process while this one builds the window
    return _show(app, session, settings, loaded.preferences, paths)


def _show(
    app: QApplication, session: Session, settings: QSettings, preferences: Preferences, paths: Sequence[Path]
) -> int:
    # Imported late: the engine's process starts meanwhile.
    from cxrviewer.gui.window.main_window import MainWindow

    theme = Theme(app)
    theme.apply(preferences.theme, preferences.text_scale)
    window = MainWindow(session, theme)
    say_exceptions(session.notices)
    window.show()
    if paths:
        window.open(paths)
    gc.freeze()  # what stands now stays until the end: later collections need not look at it
    gc.enable()
    status = app.exec()
    settings.sync()
    return status


def say_exceptions(notices: Notices) -> None:
    """Say whatever a slot raises in the notices from now on, and print it for who looks at a terminal."""

    def say(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if isinstance(error, KeyboardInterrupt):
            QApplication.closeAllWindows()  # which ends the workers, and then the program
        else:
            notices.add_error(error)

    sys.excepthook = say


def _open_store(preferences: Preferences, notices: Notices) -> ResultStore | None:
    """Open the store; where that fails, ask whether to go on with a list that is not kept."""
    folder = preferences.store_folder
    path = Path(folder) / STORE_FILE if folder else default_store_path()
    try:
        return ResultStore(path)
    except StoreError as error:
        box = QMessageBox(QMessageBox.Icon.Warning, "cxrviewer", str(error))
        box.setInformativeText(
            QApplication.translate("Start", "You can go on with an empty list that is lost when the window is closed.")
        )
        go_on = box.addButton(QApplication.translate("Start", "Go On"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Close)
        box.exec()
        if box.clickedButton() is not go_on:
            return None
        notices.add(str(error))
        return ResultStore(Path(tempfile.mkdtemp(prefix="cxrviewer-")) / STORE_FILE)
