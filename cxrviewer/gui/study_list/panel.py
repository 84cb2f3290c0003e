"""The study list as one piece of the window: its filter, its table, and how far the analysis is."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from cxrviewer.errors import StoreError
from cxrviewer.gui.study_list.filter_bar import FilterBar
from cxrviewer.gui.study_list.model import StudyListModel
from cxrviewer.gui.study_list.progress_strip import ProgressStrip
from cxrviewer.gui.study_list.table import StudyTable
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list import count_films


class StudyListPanel(QWidget):
    """Puts the filter bar, the table and the progress strip together, and connects them with one another.

    What goes on with films is connected to ``table``, ``model`` and ``progress`` by whoever does it.
    """

    def __init__(self, store: ResultStore, model: StudyListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.model = model
        self.filter_bar = FilterBar(tuple(c.finding for c in model.columns if c.kind == "probability"), self)
        self.table = StudyTable(model, self)
        self.progress = ProgressStrip(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.filter_bar)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.progress)
        self.filter_bar.filter_changed.connect(model.set_filter)
        self.filter_bar.resort_requested.connect(model.resort)
        model.out_of_order_changed.connect(self.filter_bar.set_out_of_order)
        model.rows_changed.connect(self._show_counts)
        self._show_counts()

    def set_findings(self, findings: tuple[str, ...], thresholds: dict[str, float] | None = None) -> None:
        """Have a column and a choice for each finding; ``thresholds`` are marked in the columns."""
        self.model.set_findings(findings, thresholds)
        self.filter_bar.set_findings(findings)

    def _show_counts(self) -> None:
        shown = self.model.rowCount()
        try:
            self.filter_bar.set_counts(shown, count_films(self._store))
        except StoreError as error:
            self.model.store_failed.emit(str(error))
