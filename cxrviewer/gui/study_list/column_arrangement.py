"""The table's columns: which are shown, where, how wide, and by which the films are ordered."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QSignalBlocker, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QTableView

from cxrviewer.gui.study_list.delegates import PathDelegate, ProbabilityDelegate, ThumbnailDelegate
from cxrviewer.gui.study_list.model import StudyListModel
from cxrviewer.gui.study_list.table_state import ColumnState
from cxrviewer.results.study_list import Ordering

_LEAST_WIDTH: Final = 32
_BESIDE_TITLE: Final = 26  # for the arrow of the ordering, and the margins
_WIDEST: Final = 4000  # a state may come from a damaged file
_DELEGATES: Final = {"thumbnail": ThumbnailDelegate, "path": PathDelegate, "probability": ProbabilityDelegate}


class ColumnArrangement(QObject):
    """Keeps the columns of a table as a person put them, by their keys, also when the findings become others."""

    def __init__(self, table: QTableView, model: StudyListModel) -> None:
        super().__init__(table)
        self._table = table
        self._model = model
        self._header = table.horizontalHeader()
        self._keys: tuple[str, ...] = ()
        self._widths: dict[str, int] = {}  # Qt says 0 of a hidden column
        self._before: tuple[ColumnState, ...] = ()
        self._header.sectionResized.connect(self._note_width)
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._take)
        self._take()

    def states(self) -> tuple[ColumnState, ...]:
        """Return the columns as they stand, from left to right."""
        sections = [self._header.logicalIndex(place) for place in range(self._header.count())]
        return tuple(
            ColumnState(
                self._keys[section],
                self._widths.get(self._keys[section], self._header.defaultSectionSize()),
                self._header.isSectionHidden(section),
            )
            for section in sections
        )

    def apply(self, states: Iterable[ColumnState]) -> None:
        """Put columns where and as wide as the states say, in their order; others come after them."""
        known = [state for state in states if state.key in self._keys]
        for place, state in enumerate(known):
            section = self._keys.index(state.key)
            self._header.moveSection(self._header.visualIndex(section), place)
            self._header.setSectionHidden(section, False)
            self._header.resizeSection(section, min(max(state.width, _LEAST_WIDTH), _WIDEST))
        for state in known:
            if state.hidden and self._header.hiddenSectionCount() < self._header.count() - 1:
                self._header.hideSection(self._keys.index(state.key))

    def show_ordering(self) -> None:
        """Have the arrow at the column by which the films are ordered."""
        ordering = self._model.ordering
        section = self._keys.index(ordering.column) if ordering.column in self._keys else -1
        order = Qt.SortOrder.DescendingOrder if ordering.descending else Qt.SortOrder.AscendingOrder
        with QSignalBlocker(self._header):  # it would order the films by it
            self._header.setSortIndicator(section, order)

    def fill_columns_menu(self, menu: QMenu) -> None:
        """Put a line for each column into a menu: ticked ones are shown; one always is."""
        shown = self._header.count() - self._header.hiddenSectionCount()
        for place in range(self._header.count()):
            section = self._header.logicalIndex(place)
            is_shown = not self._header.isSectionHidden(section)
            action = menu.addAction(self._model.columns[section].title)
            action.setCheckable(True)
            action.setChecked(is_shown)
            action.setEnabled(not is_shown or shown > 1)
            action.toggled.connect(partial(self._show_section, section))
        menu.addSeparator()
        current = self._table.currentIndex().column()
        self._add_move(menu, self.tr("Move Current Column Left"), current, -1)
        self._add_move(menu, self.tr("Move Current Column Right"), current, 1)
        menu.addSeparator()
        menu.addAction(self.tr("Show All Columns")).triggered.connect(self._show_all)

    def fill_sort_menu(self, menu: QMenu) -> None:
        """Put a line for each column into a menu, and one for the direction: the films are ordered so."""
        ordering = self._model.ordering
        group = QActionGroup(menu)
        for column in self._model.columns:
            action = menu.addAction(column.title)
            _set_choice(action, group, column.key == ordering.column)
            action.triggered.connect(partial(self._sort, Ordering(column.key, ordering.descending)))
        menu.addSeparator()
        directions = QActionGroup(menu)
        for text, descending in ((self.tr("Ascending"), False), (self.tr("Descending"), True)):
            action = menu.addAction(text)
            _set_choice(action, directions, ordering.descending == descending)
            action.triggered.connect(partial(self._sort, Ordering(ordering.column, descending)))

    def _add_move(self, menu: QMenu, text: str, section: int, step: int) -> None:
        action = menu.addAction(text)
        place = self._header.visualIndex(section) if section >= 0 else -1
        target = place + step
        while 0 <= target < self._header.count() and self._header.isSectionHidden(self._header.logicalIndex(target)):
            target += step
        action.setEnabled(place >= 0 and 0 <= target < self._header.count())
        action.triggered.connect(lambda: self._header.moveSection(place, target))

    def _show_section(self, section: int, is_shown: bool) -> None:
        self._header.setSectionHidden(section, not is_shown)

    def _show_all(self) -> None:
        for section in range(self._header.count()):
            self._header.setSectionHidden(section, False)

    def _sort(self, ordering: Ordering) -> None:
        self._model.set_ordering(ordering)
        self.show_ordering()

    def _note_width(self, section: int, _: int, width: int) -> None:
        if width > 0 and section < len(self._keys):
            self._widths[self._keys[section]] = width

    def _remember(self) -> None:
        self._before = self.states()

    def _take(self) -> None:
        """Give columns that have become others their delegates, and their first widths where they are new."""
        columns = self._model.columns
        keys = tuple(column.key for column in columns)
        if keys == self._keys:
            return
        self._keys = keys
        character = self._table.fontMetrics().averageCharWidth()
        for section, column in enumerate(columns):
            delegate = _DELEGATES.get(column.kind)
            self._table.setItemDelegateForColumn(section, delegate(self._table) if delegate else None)
            self._header.setSectionHidden(section, False)
            title = self._header.fontMetrics().horizontalAdvance(column.title) + _BESIDE_TITLE
            width = max(column.characters * character + 12, title, _LEAST_WIDTH)
            self._header.resizeSection(section, self._widths.get(column.key, width))
            self._widths[column.key] = self._header.sectionSize(section)
        for section in range(len(columns)):
            self._header.moveSection(self._header.visualIndex(section), section)
        self._apply_among_new(self._before)
        self.show_ordering()

    def _apply_among_new(self, before: tuple[ColumnState, ...]) -> None:
        """Keep hidden what was hidden; and the order of columns, where all of them are still there."""
        if {state.key for state in before} == set(self._keys):
            self.apply(before)
        for state in before:
            if state.key in self._keys:
                self._header.setSectionHidden(self._keys.index(state.key), state.hidden)


def _set_choice(action: QAction, group: QActionGroup, is_chosen: bool) -> None:
    action.setCheckable(True)
    action.setChecked(is_chosen)
    group.addAction(action)
