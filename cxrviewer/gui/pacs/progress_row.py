"""How far work with a node is: a bar, words beside it, and a button to cancel."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from cxrviewer.gui.panels.column import WrappedLabel

_STEPS = 1000


class ProgressRow(QWidget):
    """Shown while something runs. Signal: ``cancel_requested``."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = WrappedLabel(is_selectable=False)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.bar.setFixedWidth(self.fontMetrics().averageCharWidth() * 24)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.ask_cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.words, 1)
        row.addWidget(self.bar)
        row.addWidget(self.cancel)
        self.hide()

    def begin(self, words: str) -> None:
        """Show that something has begun, nobody knows how far it is."""
        self.cancel.setEnabled(True)
        self.show_progress(words, None)
        self.show()

    def show_progress(self, words: str, share: float | None) -> None:
        """Show how far it is: a share from 0 to 1, None where that is not known. Once cancelled, the words stay."""
        if self.cancel.isEnabled():
            self.words.say(words)
        self.bar.setRange(0, _STEPS if share is not None else 0)
        if share is not None:
            self.bar.setValue(round(share * _STEPS))

    def ask_cancel(self) -> None:
        """Cancel what runs, once."""
        if self.cancel.isEnabled():
            self.cancel.setEnabled(False)
            self.words.say(self.tr("Cancelling …"))
            self.cancel_requested.emit()

    def end(self) -> None:
        """Hide again."""
        self.bar.setRange(0, 1)  # else its animation goes on
        self.hide()
