"""The panels around the radiograph: where they are at first, and the actions that show and hide them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, QPoint, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QWidget

ACTION_OF_PANEL: Final = {
    "study_list": "panel.study_list",
    "result": "panel.result",
    "heatmap": "panel.heatmap",
    "window": "panel.window",
    "facts": "panel.facts",
    "network_input": "heatmap.network_input",
    "notices": "panel.notices",
}
"""Which action shows and hides which panel."""

_TABS: Final = (("result", "facts"), ("heatmap", "window", "network_input", "notices"))  # right, from the top down
_SHARE_OF_LIST: Final = 0.27  # of the window's width, at first
_SHARE_OF_RESULT: Final = 0.23
_LEAST_LETTERS: Final = 42  # in a small window: a name and what it was predicted to be can be read


class Docks(QObject):
    """Puts panels around the middle of a window: the study list left, what tells of one film right, in two rows."""

    def __init__(self, window: QMainWindow, panels: Mapping[str, QWidget]) -> None:
        super().__init__(window)
        self._window = window
        self._actions: Mapping[str, QAction] = {}
        self._docks = {name: self._dock(name, panels[name]) for name in ACTION_OF_PANEL}
        window.setDockNestingEnabled(True)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.arrange()
        self._retiring = QTimer(self)
        self._retiring.setSingleShot(True)
        self._retiring.setInterval(0)  # once everything is where it belongs
        self._retiring.timeout.connect(self._retire_tab_bars)
        window.installEventFilter(self)

    def arrange(self) -> None:
        """Put every panel where it is at first."""
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        self._window.addDockWidget(left, self._docks["study_list"])
        for first, *others in _TABS:
            self._window.addDockWidget(right, self._docks[first])
            for name in others:
                self._window.tabifyDockWidget(self._docks[first], self._docks[name])
        for dock in self._docks.values():
            dock.setFloating(False)
            dock.show()
        for first, *_ in _TABS:
            self._docks[first].raise_()
        width, letter = self._window.width(), self._window.fontMetrics().averageCharWidth()
        sides = [max(round(width * share), letter * _LEAST_LETTERS) for share in (_SHARE_OF_LIST, _SHARE_OF_RESULT)]
        self._window.resizeDocks([self._docks["study_list"], self._docks["result"]], sides, Qt.Orientation.Horizontal)
        rows = [self._docks[first] for first, *_ in _TABS]
        self._window.resizeDocks(rows, [58, 42], Qt.Orientation.Vertical)

    def handlers(self) -> dict[str, Callable[..., Any]]:
        """Return what each action calls, by its id."""
        return {action: partial(self._set_shown, name) for name, action in ACTION_OF_PANEL.items()}

    def follow(self, actions: Mapping[str, QAction]) -> None:
        """Tick the actions of the panels that are shown."""
        for name, action in ACTION_OF_PANEL.items():
            self._docks[name].toggleViewAction().toggled.connect(partial(self._tick, actions[action]))
        self._actions = actions
        self.tick_all()

    def tick_all(self) -> None:
        """Tick actions anew: panels that are hidden before the window is shown tell nobody."""
        for name, action in ACTION_OF_PANEL.items():
            self._tick(self._actions[action], not self._docks[name].isHidden())

    def show(self, name: str) -> None:
        """Bring a panel to where it can be seen."""
        self._docks[name].show()
        self._docks[name].raise_()

    def is_visible(self, name: str) -> bool:
        """Return whether a panel can be seen: neither hidden nor behind another tab."""
        return not self._docks[name].visibleRegion().isEmpty()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Look at the tab bars once the window is shown."""
        if watched is self._window and event.type() == QEvent.Type.Show:
            self._retiring.start()
        return super().eventFilter(watched, event)

    def _retire_tab_bars(self) -> None:
        """Hide tab bars that Qt 6 leaves behind: beside a second row of tabs, and where a state is restored.

        One that is in use lies on top of its panel.
        """
        tops = {dock.geometry().topLeft() for dock in self._docks.values() if not dock.isFloating()}
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        bars = [bar for bar in self._window.findChildren(QTabBar, options=direct) if bar.isVisible()]
        used = [bar for bar in bars if bar.geometry().bottomLeft() + QPoint(0, 1) in tops]
        for bar in bars:
            if bar not in used and any(_titles(bar) <= _titles(other) for other in used):
                bar.hide()

    def _set_shown(self, name: str, shown: bool) -> None:
        """Show or hide a panel; one that is behind another tab comes to the front first."""
        if shown or not self.is_visible(name):
            self.show(name)
            self._tick(self._actions[ACTION_OF_PANEL[name]], True)
        else:
            self._docks[name].hide()

    @staticmethod
    def _tick(action: QAction, shown: bool) -> None:
        with QSignalBlocker(action):
            action.setChecked(shown)
        action.changed.emit()

    def _dock(self, name: str, panel: QWidget) -> QDockWidget:
        dock = QDockWidget(self._title(name), self._window)
        dock.setObjectName(f"panel.{name}")  # saveState finds it by this
        dock.setWidget(panel)
        return dock

    def _title(self, name: str) -> str:
        return {
            "study_list": self.tr("Study List"),
            "result": self.tr("Result"),
            "heatmap": self.tr("Heatmap"),
            "window": self.tr("Window"),
            "facts": self.tr("Facts"),
            "network_input": self.tr("Input"),
            "notices": self.tr("Notices"),
        }[name]


def _titles(bar: QTabBar) -> set[str]:
    return {bar.tabText(place) for place in range(bar.count())}
