"""The table of the study list: selecting, walking, sorting, dragging out; what is done with films is up to others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAction, QContextMenuEvent, QDrag, QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTableView, QWidget

from cxrviewer.gui.study_list.column_arrangement import ColumnArrangement
from cxrviewer.gui.study_list.model import StudyListModel
from cxrviewer.gui.study_list.table_state import TableState, state_from_bytes, state_to_bytes
from cxrviewer.results.study_list import Film, Ordering

_LEAST_ROW_HEIGHT: Final = 48
_LEAST_COLUMN_WIDTH: Final = 32
_THUMBNAIL_DELAY_MS: Final = 40  # while the table is being scrolled, films that fly past are not asked for
_ROW: Final = QItemSelectionModel.SelectionFlag.Rows
_SELECT: Final = QItemSelectionModel.SelectionFlag.Select
_CLEAR_AND_SELECT: Final = QItemSelectionModel.SelectionFlag.ClearAndSelect


class StudyTable(QTableView):
    """Shows a StudyListModel.

    Signals: ``current_film_changed`` (number of the film, or None when the list has become empty),
    ``selection_changed``, ``open_requested`` (number; Enter or a double click), ``remove_requested`` (tuple of
    numbers; Delete). Up, down, N and P walk through the films.
    """

    current_film_changed = Signal(object)
    selection_changed = Signal()
    open_requested = Signal(object)
    remove_requested = Signal(object)

    def __init__(self, model: StudyListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._films = model
        self._told: int | None = None
        self._remembered: tuple[npt.NDArray[np.int64], int | None] | None = None
        self._place: int | None = None
        self._is_settling = False  # rows come and go, and what is current meanwhile is nobody's business
        self._context_actions: list[QAction] = []
        self._thumbnail_timer = QTimer(self)
        self._thumbnail_timer.setSingleShot(True)
        self._thumbnail_timer.setInterval(_THUMBNAIL_DELAY_MS)
        self._thumbnail_timer.timeout.connect(self._want_thumbnails)
        self._set_up_look()
        # Before setModel: what is selected has to be noted before the view forgets it.
        model.modelAboutToBeReset.connect(self._remember_selection)
        model.rowsAboutToBeRemoved.connect(self._remember_place)
        self.setModel(model)
        self._arrangement = ColumnArrangement(self, model)
        model.modelReset.connect(self._restore_selection)
        for changed in (model.modelReset, model.rowsInserted, model.rowsRemoved, model.dataChanged):
            changed.connect(self._thumbnail_timer.start)
        model.rowsRemoved.connect(self._go_on_after_removal)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._thumbnail_timer.start())
        self.doubleClicked.connect(lambda _: self._request_open())
        self.setSortingEnabled(True)

    def _set_up_look(self) -> None:
        self.setAccessibleName(self.tr("Study list"))
        self.setAccessibleDescription(
            self.tr("All films that were opened. N and P go to the next and the previous film, Enter opens one.")
        )
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)  # Tab leaves the table, as it does everywhere else
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(self.verticalHeader().ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setAccessibleName(self.tr("Columns of the study list"))
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(_LEAST_COLUMN_WIDTH)
        header.setStretchLastSection(False)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._open_columns_menu)
        self._fit_rows()

    # Films

    def current_film(self) -> Film | None:
        """Return the film that the keyboard is at."""
        row = self.currentIndex().row()
        return self._films.film(row) if row >= 0 else None

    def selected_numbers(self) -> tuple[int, ...]:
        """Return the numbers of the selected films, from top to bottom."""
        rows = [self._films.film_numbers(slice(first, last + 1)) for first, last in self._selected_ranges()]
        return tuple(np.concatenate(rows).tolist()) if rows else ()

    def selected_count(self) -> int:
        """Return how many films are selected."""
        return sum(last - first + 1 for first, last in self._selected_ranges())

    def select_film(self, number: int) -> bool:
        """Go to a film and select it alone; return whether the table shows it."""
        row = self._films.row_of(number)
        if row is None:
            return False
        self._go_to(row)
        return True

    def step(self, rows: int) -> bool:
        """Go that many films down, or up where it is negative; return whether there was one to go to."""
        count = self._films.rowCount()
        if count == 0:
            return False
        current = self.currentIndex().row()
        target = min(max(current + rows, 0), count - 1)
        self._go_to(target)
        return target != current

    def films_around(self, before: int, after: int) -> tuple[Film, ...]:
        """Return the films after the current one, and then those before it, the nearest first: to decode ahead."""
        row, count = self.currentIndex().row(), self._films.rowCount()
        if row < 0:
            return ()
        rows = [*range(row + 1, min(row + 1 + after, count)), *range(row - 1, max(row - 1 - before, -1), -1)]
        return tuple(film for film in map(self._films.film, rows) if film is not None)

    # Actions and menus

    def set_actions(self, actions: Sequence[QAction]) -> None:
        """Have these actions, separators among them, in the menu of the right button."""
        self._context_actions = list(actions)

    def context_menu(self) -> QMenu:
        """Return a new menu of the actions, the columns and the order; its owner deletes it."""
        menu = QMenu(self)
        menu.addActions(self._context_actions)
        menu.addSeparator()
        self.fill_columns_menu(menu.addMenu(self.tr("Columns")))
        self.fill_sort_menu(menu.addMenu(self.tr("Sort By")))
        return menu

    def fill_columns_menu(self, menu: QMenu) -> None:
        """Put a line for each column into a menu: ticked ones are shown."""
        self._arrangement.fill_columns_menu(menu)

    def fill_sort_menu(self, menu: QMenu) -> None:
        """Put a line for each column into a menu, and the direction: the films are ordered so."""
        self._arrangement.fill_sort_menu(menu)

    def set_ordering(self, ordering: Ordering) -> None:
        """Order the films, and show at the column's head how."""
        self._films.set_ordering(ordering)
        self._arrangement.show_ordering()

    def save_state(self) -> bytes:
        """Return which columns are shown, where, how wide, and the order of the films."""
        return state_to_bytes(TableState(self._arrangement.states(), self._films.ordering))

    def restore_state(self, content: bytes) -> bool:
        """Take what ``save_state`` returned; return False, and change nothing, where it is anything else.

        Columns that there are not any more are passed over, new ones stand at the right.
        """
        state = state_from_bytes(content)
        if state is None:
            return False
        self._arrangement.apply(state.columns)
        if state.ordering.column in {column.key for column in self._films.columns}:
            self.set_ordering(state.ordering)
        return True

    # What Qt calls

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Walk, open, remove; the rest is the table's."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in (Qt.Key.Key_N, Qt.Key.Key_P):
            self.step(1 if event.key() == Qt.Key.Key_N else -1)
        elif plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._request_open()
        elif plain and event.key() == Qt.Key.Key_Delete:
            if self.selected_count():
                self.remove_requested.emit(self.selected_numbers())
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def keyboardSearch(self, search: str) -> None:  # noqa: N802
        """Do nothing: Qt would read every film of the store to find a name; the filter finds it faster."""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Open the menu of the films at the pointer, or at the current row where the keyboard asked for it."""
        menu = self.context_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        at = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            at = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        menu.popup(at)

    def startDrag(self, supported: Qt.DropAction) -> None:  # noqa: N802
        """Drag the files of the selected films; they are copied, never moved."""
        drag = QDrag(self)
        drag.setMimeData(self._films.mime_data_of(self.selected_numbers()))
        drag.exec(Qt.DropAction.CopyAction)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:  # noqa: N802
        """Tell that other films are selected."""
        super().selectionChanged(selected, deselected)
        if not self._is_settling:
            self.selection_changed.emit()

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:  # noqa: N802
        """Tell which film the keyboard is at."""
        super().currentChanged(current, previous)
        self._tell_current_film()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Go to the first film where there is no current one; Qt would do so without selecting it."""
        if not self.currentIndex().isValid() and self._films.rowCount():
            self._go_to(0)
        super().focusInEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Ask for the thumbnails that have come into view."""
        super().resizeEvent(event)
        self._thumbnail_timer.start()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the size of the text."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_rows()

    # Inside

    def _open_columns_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill_columns_menu(menu)
        menu.popup(self.horizontalHeader().viewport().mapToGlobal(at))

    def _request_open(self) -> None:
        row = self.currentIndex().row()
        if row >= 0:
            self.open_requested.emit(self._films.film_number(row))

    def _go_to(self, row: int) -> None:
        # In the column where the keyboard is: a long way to the right must not jump back.
        column = max(self.currentIndex().column(), 0)
        if self.isColumnHidden(column):
            column = next(c for c in range(self._films.columnCount()) if not self.isColumnHidden(c))
        index = self._films.index(row, column)
        self.selectionModel().setCurrentIndex(index, _CLEAR_AND_SELECT | _ROW)
        self.scrollTo(index)

    def _selected_ranges(self) -> list[tuple[int, int]]:
        """Return first and last row of every run of selected rows; a cell selected is its whole row."""
        ranges = sorted({(part.top(), part.bottom()) for part in self.selectionModel().selection()})
        merged: list[tuple[int, int]] = []
        for first, last in ranges:
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(merged[-1][1], last))
            else:
                merged.append((first, last))
        return merged

    def _remember_selection(self) -> None:
        row = self.currentIndex().row()
        current = self._films.film_number(row) if row >= 0 else None
        self._remembered = np.asarray(self.selected_numbers(), np.int64), current
        self._is_settling = True

    def _restore_selection(self) -> None:
        remembered, self._remembered = self._remembered, None
        if remembered is not None:
            selected, current = remembered
            row = self._films.row_of(current) if current is not None else None
            if row is not None:
                index = self._films.index(row, 0)
                self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
                self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
            self._select_rows(self._films.rows_of(selected.tolist()))
        self._is_settling = False
        self.selection_changed.emit()
        self._tell_current_film()

    def _remember_place(self, _: QModelIndex, first: int, last: int) -> None:
        self._is_settling = True
        self._place = first if first <= self.currentIndex().row() <= last else None

    def _go_on_after_removal(self) -> None:
        """Go to the film that has come into the place of a removed one; Qt would go to the one above."""
        place, self._place = self._place, None
        self._is_settling = False
        if place is not None and self._films.rowCount():
            self._go_to(min(place, self._films.rowCount() - 1))
        self.selection_changed.emit()
        self._tell_current_film()

    def _select_rows(self, rows: npt.NDArray[np.intp]) -> None:
        selection = QItemSelection()
        last_column = self._films.columnCount() - 1
        if rows.size:
            for run in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
                top, bottom = self._films.index(int(run[0]), 0), self._films.index(int(run[-1]), last_column)
                selection.append(QItemSelectionRange(top, bottom))
        self.selectionModel().select(selection, _SELECT | _ROW)

    def _tell_current_film(self) -> None:
        """Tell of another current film once; one that a filter hides stays the one that was told of."""
        row = self.currentIndex().row()
        if self._is_settling or (row < 0 and self._films.rowCount()):
            return
        current = self._films.film_number(row) if 0 <= row < self._films.rowCount() else None
        if current is None and not self._films.wanted.is_empty:
            return
        if current != self._told:
            self._told = current
            self.current_film_changed.emit(current)

    def _want_thumbnails(self) -> None:
        first = self.rowAt(0)
        if first >= 0:
            last = self.rowAt(self.viewport().height() - 1)
            self._films.show_rows(first, last if last >= 0 else self._films.rowCount() - 1)

    def _fit_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(max(_LEAST_ROW_HEIGHT, self.fontMetrics().height() + 16))
