"""A field to type a part of a command into, and the commands that match; also used to choose a recent file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.gui.actions.building import action_text, action_tip, menu_words, shortcut_words
from cxrviewer.gui.actions.spec import ActionSpec

_ID = Qt.ItemDataRole.UserRole
_WALKING_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


@dataclass(frozen=True)
class PaletteEntry:
    """One line: what it is called, where it stands, its keys, and whether it can be chosen now."""

    id: str
    text: str
    place: str = ""
    keys: str = ""
    tip: str = ""
    enabled: bool = True


def command_entries(
    specs: Iterable[ActionSpec], actions: Mapping[str, QAction], used: Sequence[str]
) -> list[PaletteEntry]:
    """Return an entry for each action; those in ``used``, the last one first, stand before the rest."""
    rank = {action_id: place for place, action_id in enumerate(used)}
    entries = [
        PaletteEntry(
            spec.id,
            action_text(spec),
            menu_words(spec.menu),
            shortcut_words(spec),
            action_tip(spec),
            actions[spec.id].isEnabled(),
        )
        for spec in specs
        if spec.id != "program.palette"
    ]
    return sorted(entries, key=lambda entry: rank.get(entry.id, len(rank)))  # stable: the rest in the table's order


def matching(entries: Sequence[PaletteEntry], typed: str) -> list[PaletteEntry]:
    """Return the entries in which every typed word stands, those whose name starts with what is typed first."""
    needle = typed.casefold().strip()
    words = needle.split()
    found = [
        entry
        for entry in entries
        if all(word in f"{entry.text} {entry.place} {entry.keys}".casefold() for word in words)
    ]
    if not needle:
        return found
    return sorted(found, key=lambda entry: _distance(entry.text.casefold(), needle, words))


def _distance(text: str, needle: str, words: Sequence[str]) -> int:
    if text.startswith(needle):
        return 0
    starts = text.split()
    if all(any(start.startswith(word) for start in starts) for word in words):
        return 1
    return 2 if all(word in text for word in words) else 3


class CommandPalette(QDialog):
    """Type to filter, arrows to walk, Enter to choose, Escape to leave. ``chosen`` carries the entry's id."""

    chosen = Signal(str)

    def __init__(self, entries: Sequence[PaletteEntry], parent: QWidget | None = None, *, title: str = "") -> None:
        super().__init__(parent)
        self._entries = entries
        self.setWindowTitle(title or self.tr("Command Palette"))
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Type a part of a name; arrows walk, Enter chooses"))
        self.field.setAccessibleName(self.windowTitle())
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._show_matches)
        self.field.installEventFilter(self)
        self.list = self._list()
        self._nothing = QLabel(self.tr("Nothing has such a name."))
        layout = QVBoxLayout(self)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        layout.addWidget(self._nothing)
        self.resize(620, 420)
        self._show_matches("")
        self.field.setFocus()

    def _list(self) -> QTreeWidget:
        lines = QTreeWidget()
        lines.setColumnCount(3)
        lines.setHeaderHidden(True)
        lines.setRootIsDecorated(False)
        lines.setUniformRowHeights(True)
        lines.setAllColumnsShowFocus(True)
        lines.setAccessibleName(self.tr("Matching entries"))
        lines.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        lines.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        lines.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        lines.header().setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        lines.header().setStretchLastSection(False)
        lines.itemClicked.connect(lambda _item: self._choose())
        return lines

    def _show_matches(self, typed: str) -> None:
        self.list.clear()
        for entry in matching(self._entries, typed):
            keys = entry.keys if entry.enabled else self.tr("not available now")
            item = QTreeWidgetItem([entry.text, entry.place, keys])
            item.setData(0, _ID, entry.id)
            item.setToolTip(0, entry.tip)
            item.setToolTip(1, entry.place)
            if not entry.enabled:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
            self.list.addTopLevelItem(item)
        items = (self.list.topLevelItem(row) for row in range(self.list.topLevelItemCount()))
        first = next((item for item in items if _can_be_chosen(item)), None)
        if first is not None:
            self.list.setCurrentItem(first)
        empty = self.list.topLevelItemCount() == 0
        self._nothing.setVisible(empty)
        self.list.setVisible(not empty)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Let the arrows walk through the list while the field keeps the focus."""
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in _WALKING_KEYS:
                self.list.keyPressEvent(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose()
                return True
        return super().eventFilter(watched, event)

    def _choose(self) -> None:
        item = self.list.currentItem()
        if item is None or not _can_be_chosen(item):
            return
        self.accept()
        self.chosen.emit(item.data(0, _ID))


def _can_be_chosen(item: QTreeWidgetItem) -> bool:
    return bool(item.flags() & Qt.ItemFlag.ItemIsEnabled)
