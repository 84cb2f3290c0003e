"""The real main window on a folder of its own: its store, its settings, and ways to use it as a person does."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from cxrviewer.analysis.job import Outcome
from cxrviewer.gui.notices import Notices
from cxrviewer.gui.preferences.stored import load_preferences, open_settings
from cxrviewer.gui.session import Session
from cxrviewer.gui.study_list.file_urls import file_urls
from cxrviewer.gui.theme import Theme
from cxrviewer.gui.window.main_window import MainWindow
from cxrviewer.results.store import STORE_FILE, ResultStore
from cxrviewer.results.study_list import Film, film_analysis

SECONDS = 20.0
ALONE = Qt.KeyboardModifier.NoModifier


class Bench:
    """One start of the window; ``restart`` closes it and starts it again with what it kept."""

    def __init__(self, home: Path, theme: Theme, qtbot: Any, **preferences: object) -> None:
        self.home = home
        self.theme = theme
        self.qtbot = qtbot
        self.start(**preferences)

    def start(self, **preferences: object) -> None:
        """Start as ``gui.app`` does; ``preferences`` replace stored ones."""
        self.settings = open_settings(self.home / "window.ini")
        chosen = replace(load_preferences(self.settings).preferences, workers=1)
        chosen = replace(chosen, **preferences)  # type: ignore[arg-type]
        self.notices = Notices()
        self.session = Session(ResultStore(self.home / STORE_FILE), self.settings, chosen, self.notices)
        self.window = MainWindow(self.session, self.theme)
        self.outcomes: list[Outcome] = []
        self.session.runner.outcomes.connect(self.outcomes.extend)
        self.said: list[str] = []
        self.window.statusBar().messageChanged.connect(self.said.append)
        self.window.show()
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()
        self.session.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.settings.sync()

    def restart(self, **preferences: object) -> None:
        self.close()
        self.start(**preferences)

    # What a person does

    def action(self, name: str) -> QAction:
        return self.window.actions_by_id[name]

    def trigger(self, name: str) -> None:
        """Choose an action in its menu, which a person can only do where it is enabled."""
        assert self.action(name).isEnabled(), f"{name} is disabled"
        self.action(name).trigger()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = ALONE, widget: QWidget | None = None) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(widget or QApplication.focusWidget() or self.window, key, modifiers)

    def drop(self, paths: Sequence[Path], on: QWidget | None = None) -> None:
        """Drop files from another program; events arrive at the window as the system knows it."""
        at = (on or self.window).mapTo(self.window, QPoint(10, 10))
        mime = QMimeData()
        mime.setUrls(file_urls(paths))
        button, copy = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
        QApplication.sendEvent(self.window.windowHandle(), QDragEnterEvent(at, copy, mime, button, ALONE))
        QApplication.sendEvent(self.window.windowHandle(), QDropEvent(QPointF(at), copy, mime, button, ALONE))

    def drag(self, start: QPoint, end: QPoint, button: Qt.MouseButton, on: QWidget | None = None) -> None:
        """Drag the mouse in some steps."""
        widget = on or self.canvas
        QTest.mousePress(widget, button, ALONE, start)
        for step in range(1, 5):
            at = start + (end - start) * (step / 4)
            self.move(at, button, widget)
        QTest.mouseRelease(widget, button, ALONE, end)

    def move(self, at: QPoint, button: Qt.MouseButton = Qt.MouseButton.NoButton, on: QWidget | None = None) -> None:
        """Move the mouse to a point; QTest.mouseMove says nothing of the buttons that are held."""
        widget = on or self.canvas
        glob = QPointF(widget.mapToGlobal(at))
        event = QMouseEvent(QEvent.Type.MouseMove, QPointF(at), glob, Qt.MouseButton.NoButton, button, ALONE)
        QApplication.sendEvent(widget, event)

    def wheel(self, at: QPoint, notches: int) -> None:
        glob = QPointF(self.canvas.mapToGlobal(at))
        turned = QPoint(0, 120 * notches)
        event = QWheelEvent(
            QPointF(at), glob, QPoint(), turned, Qt.MouseButton.NoButton, ALONE, Qt.ScrollPhase.NoScrollPhase, False
        )
        QApplication.sendEvent(self.canvas, event)

    def go_to(self, name: str) -> None:
        """Press the row of a film and wait for its picture, or for the words in its place."""
        self.press_row(name)
        self.until(lambda: self.is_settled(name))

    def press_row(self, name: str, modifiers: Qt.KeyboardModifier = ALONE) -> None:
        row = next(row for row in range(self.model.rowCount()) if self.listed(row).path.name == name)
        index = self.model.index(row, self.column("name"))
        self.table.scrollTo(index)
        at = self.table.visualRect(index).center()
        QTest.mouseClick(self.table.viewport(), Qt.MouseButton.LeftButton, modifiers, at)

    # What a person sees

    @property
    def table(self) -> Any:
        return self.window.study_list.table

    @property
    def model(self) -> Any:
        return self.window.model

    @property
    def canvas(self) -> Any:
        return self.window.compare.canvas()

    @property
    def viewer(self) -> Any:
        return self.window.viewer

    @property
    def panels(self) -> Any:
        return self.window.panels

    def column(self, key: str) -> int:
        return next(place for place, column in enumerate(self.model.columns) if column.key == key)

    def listed(self, row: int) -> Film:
        film = self.model.film(row)
        assert film is not None
        return film

    def names(self) -> list[str]:
        return [self.listed(row).path.name for row in range(self.model.rowCount())]

    def statuses(self) -> dict[str, str]:
        self.model.tell_changes()
        return {film.path.name: film.status for film in map(self.listed, range(self.model.rowCount()))}

    @property
    def name(self) -> str:
        """The film in the active view."""
        return self.viewer.film.path.name if self.viewer.film else ""

    def facts(self) -> dict[str, str]:
        """The facts panel's rows."""
        shown = self.panels.facts.table.model()
        role = int(Qt.ItemDataRole.UserRole)
        return {shown.index(r, 0).data(role): shown.index(r, 1).data(role) for r in range(shown.rowCount())}

    def is_settled(self, name: str) -> bool:
        """Whether a film, or why it cannot be shown, is in the active view, and the panels have followed."""
        shown = self.canvas.radiograph is not None or "cannot be shown" in self.canvas.message
        return self.name == name and shown and self.is_told

    @property
    def is_told(self) -> bool:
        return not self.viewer._telling.isActive()

    def until(self, condition: Callable[[], bool], seconds: float = SECONDS) -> None:
        self.qtbot.waitUntil(condition, timeout=int(seconds * 1000))

    def until_done(self) -> None:
        """Wait until nothing is left to be analysed."""
        runner = self.session.runner
        self.until(lambda: runner.progress.finished and not self.window.opening.opening.is_running)
        self.model.tell_changes()

    def check_one_film(self) -> None:
        """Fail where table, canvas, heatmap, result and facts are not all of one film; panels follow within a turn."""
        for _ in range(3):
            QApplication.processEvents()
            if self.is_told:
                break
        film = self.viewer.film
        assert film is not None
        assert self.table.current_film().identifier == film.number
        assert self.facts()["File"] == str(film.path)
        canvas, analysis = self.canvas, film_analysis(self.session.store, film.number)
        if canvas.radiograph is None:
            assert film.path.name in canvas.message
        else:
            assert canvas.radiograph.stored.shape == shape_of(film.path.name)
            assert self.facts()["Size"] == "{1} x {0} pixels".format(*shape_of(film.path.name))
        bars = {name: bar.value.probability for name, bar in self.panels.result.bars.items()}
        if film.analysis is None or film.analysis.prediction is None:
            assert bars == {}
            assert canvas._heatmaps == ()
        else:
            assert analysis is not None
            prediction = analysis.prediction
            assert bars == {name: prediction.probability(name) for name in prediction.findings}
            for heatmap in canvas._heatmaps:
                placement = heatmap.placement
                assert (placement.radiograph_height, placement.radiograph_width) == shape_of(film.path.name)


def shape_of(name: str) -> tuple[int, int]:
    """Return the rows and columns of a film of the bench: every one has its own, told by its name."""
    side = int("".join(filter(str.isdigit, name)))
    return side, side
