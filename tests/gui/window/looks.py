"""Pictures of the whole window, taken in a process of its own: `python -m tests.gui.window.looks OUT HOME`.

A process, because the scale of the screen (QT_SCALE_FACTOR) is read once, when Qt starts. Nothing in the pictures
changes from run to run: the results are written by hand, and the bundle's thresholds are not those of the one shipped.
"""

import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QDeadlineTimer, Qt
from PySide6.QtGui import QFont, QFontDatabase, QPixmap
from PySide6.QtWidgets import QApplication

from cxrviewer.domain import Analysis, Facts, Heatmap, Placement
from cxrviewer.gui.notices import Notices
from cxrviewer.gui.preferences.stored import load_preferences, open_settings
from cxrviewer.gui.session import Session
from cxrviewer.gui.theme import Theme
from cxrviewer.gui.window.main_window import MainWindow
from cxrviewer.inference.bundle import Threshold
from cxrviewer.resources import resources_folder
from cxrviewer.results.chosen_thresholds import ChosenThresholds
from cxrviewer.results.film_labels import FilmLabel, set_labels
from cxrviewer.results.store import STORE_FILE, ResultStore
from tests.results.stored_lists import FINDINGS, MODEL, content_hash, failed, fill, ok, refused

THEMES = ("light", "dark")
STATES = ("film", "welcome")
SIZE = (1000, 640)
SHOWN = "lobar-opacity.png"
SECONDS = 30
_THRESHOLDS = {"NORMAL": 0.57, "PNEUMONIA": 0.44, "COVID19": 0.61}


class FixedSession(Session):
    """A session whose bundle stays the same when another one is shipped."""

    def _load_bundle(self) -> None:
        super()._load_bundle()
        assert self._bundle is not None
        purpose = "sensitivity of at least 0.95"
        thresholds = {
            finding: Threshold(
                probability=value, chosen_for=purpose, sensitivity=0.95, specificity=0.9, fitted_on="films by hand"
            )
            for finding, value in _THRESHOLDS.items()
        }
        metadata = self._bundle.metadata.model_copy(update={"findings": FINDINGS, "thresholds": thresholds})
        self._bundle = replace(self._bundle, metadata=metadata, sha256=MODEL.sha256)
        self._chosen = ChosenThresholds(self._bundle.identity, {})


def fill_list(store: ResultStore, folder: Path) -> None:
    """Write a list of films with every kind of outcome, of which one has pixels to be shown."""
    folder.mkdir(parents=True)
    shutil.copy(resources_folder() / "samples" / "synthetic-lobar-opacity-16bit.png", folder / SHOWN)
    analyses: dict[str, Analysis | None] = {
        "clear.dcm": ok(1, (0.9, 0.06, 0.04)),
        SHOWN: ok(
            2, (0.04, 0.87, 0.09), heatmaps=heatmaps(640, 680), warnings=("the file gives no window",),
            window="full range, 0 to 65535", facts=Facts("PNG", "Pillow", 680, 640, 16, "MONOCHROME2"),
        ),
        "unclear-" + "with-a-long-name-" * 5 + "at-its-end.png": ok(3, (0.1, 0.45, 0.45), flagged=("PNEUMONIA",)),
        "side.dcm": refused(4, "expected a frontal view (PA or AP), got LL. Give the frontal radiograph of the study."),
        "half.jpg": failed(5),
        "waiting.dcm": None,
    }  # fmt: skip
    fill(store, {str(folder / name): analysis for name, analysis in analyses.items()})
    set_labels(store, {content_hash(1): FilmLabel("agree", "NORMAL", "NORMAL")})


def heatmaps(height: int, width: int) -> tuple[Heatmap, ...]:
    """Return heatmaps with a hill in the right lower lung of a film that is stretched to the network's input."""
    rows, columns = np.mgrid[:7, :7]
    hill = np.exp(-((rows - 4.2) ** 2 + (columns - 1.8) ** 2) / 2.5).astype(np.float32) * 2
    placement = Placement(0.0, 0.0, float(height), float(width), height, width, 224, 224)
    return tuple(Heatmap(finding, hill * share, placement) for share, finding in enumerate(FINDINGS))


def main(out: Path, home: Path) -> None:
    """Write ``<state>_<theme>.png`` for each state and theme."""
    app = QApplication(sys.argv[:1])
    family = QFontDatabase.addApplicationFont(str(resources_folder() / "fonts" / "DejaVuSans.ttf"))
    font = QFont(QFontDatabase.applicationFontFamilies(family)[0])
    font.setPixelSize(13)
    app.setFont(font)
    theme = Theme(app)
    for name in THEMES:
        theme.apply(name)
        for state in STATES:
            window = opened(home / f"{state}_{name}", theme, with_films=state == "film")
            assert window.grab().save(str(out / f"{state}_{name}.png"))
            window.close()
            window.deleteLater()


def opened(home: Path, theme: Theme, *, with_films: bool) -> MainWindow:
    """Return a window that shows all that it is going to show."""
    home.mkdir(parents=True)
    store = ResultStore(home / STORE_FILE)
    if with_films:
        fill_list(store, home / "films")
    settings = open_settings(home / "window.ini")
    app = QApplication.instance()
    session = FixedSession(store, settings, load_preferences(settings).preferences, Notices(app), app)
    window = MainWindow(session, theme)
    window.resize(*SIZE)
    window.show()
    window.study_list.table.setFocus()  # and not in a field, where a caret would blink
    if with_films:
        window.study_list.table.select_film(window.model.film_number(1))
        until(lambda: is_shown(window))
    for _ in range(5):  # what is told with a timer of 0
        QApplication.processEvents()
    return window


def is_shown(window: MainWindow) -> bool:
    """Whether film, thumbnail and panels are there."""
    film, model = window.viewer.film, window.model
    cells = [model.index(row, 0).data(Qt.ItemDataRole.DecorationRole) for row in range(model.rowCount())]
    thumbnails = all(isinstance(cell, QPixmap) for cell in cells)  # an empty one, too, where there is no file
    return film is not None and film.radiograph is not None and thumbnails and window.panels.result.bars != {}


def until(condition: Callable[[], bool]) -> None:
    """Run the event loop until something is so; TimeoutError where it is not within half a minute."""
    deadline = QDeadlineTimer(SECONDS * 1000)
    while not condition():
        if deadline.hasExpired():
            raise TimeoutError("the window did not show what it was to show")
        QApplication.processEvents()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
