"""The line that offers to go on with films that have no result."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget


class UnfinishedBar(QWidget):
    """Says how many films have no result, and is hidden where none is left; ``resume_requested`` goes on with them."""

    resume_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.resume = QPushButton(self.tr("Analyse"))
        self.resume.setToolTip(self.tr("Go on with the films that have no result yet."))
        self.resume.clicked.connect(self.resume_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 4, 6, 4)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.resume)
        self.hide()

    def show_count(self, count: int) -> None:
        """Say how many films have no result."""
        number = self.locale().toString(count)
        one, several = self.tr("One film has no result yet."), self.tr("{count} films have no result yet.")
        self.words.setText(one if count == 1 else several.format(count=number))
        self.setVisible(count > 0)
