"""A line for a file's path, and a button that looks for the file."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget


class FileField(QWidget):
    """Signal: ``textChanged`` (str), as of a line."""

    textChanged = Signal(str)  # noqa: N815

    def __init__(self, title: str, patterns: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._patterns = patterns
        self.line = QLineEdit()
        self.line.textChanged.connect(self.textChanged)
        self.button = QPushButton(self.tr("File…"))
        self.button.setAutoDefault(False)
        self.button.setAccessibleName(title)
        self.button.clicked.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line, 1)
        row.addWidget(self.button)
        self.setFocusProxy(self.line)

    def text(self) -> str:
        """Return the path as it stands."""
        return self.line.text().strip()

    def setText(self, text: str) -> None:  # noqa: N802
        """Show a path."""
        self.line.setText(text)

    def _choose(self) -> None:
        found, _ = QFileDialog.getOpenFileName(self, self._title, self.text(), self._patterns)
        if found:
            self.setText(found)
