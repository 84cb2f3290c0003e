"""The recent files and folders as lines of a menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtWidgets import QMenu

from cxrviewer.gui.opening.names import name_and_folder, one_line

_MARK: Final = "cxrviewer_recent"
_NAME_CHARACTERS: Final = 36
_FOLDER_CHARACTERS: Final = 40


def fill_recent_menu(
    menu: QMenu, paths: Sequence[str], chosen: Callable[[Path], object], clear: QAction | None = None
) -> None:
    """Put recent files and folders at the head of a menu, in the place of those that an earlier call put there.

    What else is in the menu stays below. The first nine have their number as mnemonic, the tip is the whole path;
    ``chosen`` is called with the path. ``clear`` is added at the end where it is not in the menu, and is enabled while
    there is something to forget. Nothing is looked up on disk.
    """
    for action in [action for action in menu.actions() if action.property(_MARK)]:
        menu.removeAction(action)
        action.deleteLater()
    others = menu.actions()
    lines = [_line(menu, number, path, chosen) for number, path in enumerate(paths, 1)] or [_nothing(menu)]
    if others or clear is not None:
        separator = QAction(menu)
        separator.setSeparator(True)
        lines.append(separator)
    for action in lines:
        action.setProperty(_MARK, True)
    if others:
        menu.insertActions(others[0], lines)
    else:
        menu.addActions(lines)
    if clear is not None:
        if clear not in others:
            menu.addAction(clear)
        clear.setEnabled(bool(paths))
    menu.setToolTipsVisible(True)


def _line(menu: QMenu, number: int, path: str, chosen: Callable[[Path], object]) -> QAction:
    name, folder = name_and_folder(path)
    metrics = menu.fontMetrics()
    text = _elided(metrics, name, _NAME_CHARACTERS)
    if folder:
        text += " — " + _elided(metrics, folder, _FOLDER_CHARACTERS)
    text = text.replace("&", "&&")
    action = QAction(f"&{number} {text}" if number < 10 else text, menu)
    action.setToolTip(one_line(path))
    action.setStatusTip(one_line(path))
    action.triggered.connect(partial(_choose, chosen, path))
    return action


def _choose(chosen: Callable[[Path], object], path: str, _checked: bool = False) -> None:
    chosen(Path(path))


def _nothing(menu: QMenu) -> QAction:
    action = QAction(QCoreApplication.translate("RecentMenu", "No recent files"), menu)
    action.setEnabled(False)
    return action


def _elided(metrics: QFontMetrics, text: str, characters: int) -> str:
    return metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, metrics.averageCharWidth() * characters)
