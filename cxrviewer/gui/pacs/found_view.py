"""The table of what a node found: sorted, chosen and opened by mouse or keys."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QWidget

from cxrviewer.gui.pacs.found_model import COLUMNS, PATIENT_COLUMNS, FoundModel
from cxrviewer.pacs.query import FoundSeries, FoundStudy

_ROW_HEIGHT: Final = 1.6  # of a line of text
_FEWEST_LETTERS: Final = 8
_LETTERS: Final = {
    "date": 26, "modality": 12, "name": 24, "patient_id": 16, "birth_date": 14, "description": 26,
    "accession_number": 15, "series": 8, "objects": 9,
}  # fmt: skip


class FoundView(QTreeView):
    """Shows a FoundModel.

    Signals: ``open_requested`` (Enter or a double click), ``selection_changed``, ``series_wanted`` (FoundStudy).
    """

    open_requested = Signal()
    selection_changed = Signal()
    series_wanted = Signal(object)

    def __init__(self, model: FoundModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found = model
        self.setModel(model)
        self.setAccessibleName(self.tr("Studies found"))
        self.setAccessibleDescription(
            self.tr("Right and left open and close the series of a study, Enter fetches and opens what is selected.")
        )
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setExpandsOnDoubleClick(False)
        self.setAllColumnsShowFocus(True)
        self.setAlternatingRowColors(True)
        self.setUniformRowHeights(True)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        head = self.header()
        head.setStretchLastSection(False)
        head.setMinimumSectionSize(self.fontMetrics().averageCharWidth() * _FEWEST_LETTERS)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        letter = self.fontMetrics().averageCharWidth()
        for column, name in enumerate(COLUMNS):
            self.setColumnWidth(column, letter * _LETTERS[name])
        head.setSectionResizeMode(COLUMNS.index("description"), QHeaderView.ResizeMode.Stretch)
        model.row_height = round(self.fontMetrics().height() * _ROW_HEIGHT)
        self.doubleClicked.connect(self._open)
        self.expanded.connect(self._want_series)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())

    def show_patient_columns(self, shown: bool) -> None:
        """Show or hide name, identifier and birth date."""
        for column in PATIENT_COLUMNS:
            self.setColumnHidden(column, not shown)

    def select_first(self) -> None:
        """Go to the first study and select it."""
        first = self._found.index(0, 0)
        if first.isValid():
            self.setCurrentIndex(first)

    def chosen(self) -> tuple[FoundStudy | FoundSeries, ...]:
        """Return what is selected, from the top down; a series whose study is selected is part of that."""
        rows = [index for index in self.selectionModel().selectedRows() if self._found.found(index) is not None]
        rows.sort(key=lambda index: (self._study_row(index), index.parent().isValid(), index.row()))
        found = [self._found.found(index) for index in rows]
        studies = {one.study_uid for one in found if isinstance(one, FoundStudy)}
        return tuple(one for one in found if isinstance(one, FoundStudy) or (one and one.study_uid not in studies))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Open what is selected by Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.chosen():
            self.open_requested.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        if self._found.found(index) is not None:
            self.open_requested.emit()

    def _want_series(self, index: QModelIndex) -> None:
        study = self._found.found(index)
        if isinstance(study, FoundStudy) and self._found.is_waiting(index):
            self.series_wanted.emit(study)

    @staticmethod
    def _study_row(index: QModelIndex) -> int:
        return index.parent().row() if index.parent().isValid() else index.row()
