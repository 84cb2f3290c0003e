"""The part of the heatmap panel that asks for a second explanation, shows how far it is, and how far both agree."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from cxrviewer.gui.panels.column import WrappedLabel


class OcclusionBox(QWidget):
    """A button, which becomes one to cancel while it runs, a progress bar and a sentence.

    Signals: ``requested``, ``cancelled``: what a person asks for.
    """

    requested = Signal()
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running = False
        self.button = QPushButton()
        self.button.clicked.connect(self._tell)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of the occlusion sensitivity"))
        self.words = WrappedLabel("")
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addWidget(self.progress, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.words)
        self.show_idle(can_run=False)

    def _tell(self) -> None:
        (self.cancelled if self._running else self.requested).emit()

    def show_idle(self, *, can_run: bool, words: str = "") -> None:
        """Offer to run it, where that is possible; ``words``: what came of it for this film."""
        self._running = False
        self.button.setText(self.tr("Occlusion sensitivity"))
        self.button.setToolTip(
            self.tr("Hide part after part of the film and see where the finding's evidence falls: about 200 passes.")
        )
        self.button.setEnabled(can_run)
        self.progress.hide()
        self.words.setText(words)
        self.words.setVisible(bool(words))

    def show_running(self) -> None:
        """Offer to cancel it."""
        self._running = True
        self.button.setText(self.tr("Cancel"))
        self.button.setToolTip(self.tr("Stop the occlusion sensitivity."))
        self.button.setEnabled(True)
        self.progress.setRange(0, 0)
        self.progress.show()
        self.words.hide()

    def show_progress(self, done: int, total: int) -> None:
        """Show how far it is."""
        self.progress.setRange(0, total)
        self.progress.setValue(done)
