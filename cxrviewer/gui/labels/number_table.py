"""A small table of figures that is as high as its rows, is read out cell by cell, and cannot be edited."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableWidget, QTableWidgetItem, QWidget


class NumberTable(QTableWidget):
    """Rows and columns with heads; it scrolls sideways where there are many columns."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizeAdjustPolicy(QAbstractItemView.SizeAdjustPolicy.AdjustToContents)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        for head in (self.horizontalHeader(), self.verticalHeader()):
            head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            head.setSectionsClickable(False)

    def head(self, rows: Sequence[str], columns: Sequence[str]) -> None:
        """Have these rows and columns; what cells say is kept where they stay."""
        self.setRowCount(len(rows))
        self.setColumnCount(len(columns))
        self.setVerticalHeaderLabels(list(rows))
        self.setHorizontalHeaderLabels(list(columns))

    def put(self, row: int, column: int, text: str, spoken: str, mark: QIcon | None = None) -> None:
        """Show a figure, which a screen reader says as ``spoken``; one with a mark is also set in bold."""
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.setItem(row, column, item)
        font = self.font()
        font.setBold(mark is not None)
        item.setFont(font)
        item.setIcon(mark or QIcon())
        item.setText(text)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)

    def fit(self) -> None:
        """Take the room that the figures need, and some air around them."""
        self.setIconSize(QSize(self.fontMetrics().height(), self.fontMetrics().height()))
        self.resizeColumnsToContents()
        self.resizeRowsToContents()
        air = self.fontMetrics().height()
        for column in range(self.columnCount()):
            self.setColumnWidth(column, self.columnWidth(column) + air)
        for row in range(self.rowCount()):
            self.setRowHeight(row, self.rowHeight(row) + air // 2)
        self.updateGeometry()
