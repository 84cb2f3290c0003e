"""How far an export is, in the status bar."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from cxrviewer.gui.exporting.runner import ExportRunner


class ExportProgress(QWidget):
    """A bar, words and a button to cancel; hidden while no export runs. Signal: ``cancel_requested``."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(self.tr("Progress of the export"))
        self.bar.setTextVisible(False)  # the words beside it say it, and not every style has room for them
        self.bar.setFixedWidth(self.fontMetrics().averageCharWidth() * 16)
        self.words = QLabel()
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setAccessibleName(self.tr("Cancel the export"))
        self.cancel.setToolTip(self.tr("End the export; nothing of it is kept."))
        self.cancel.clicked.connect(self._cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.words, self.bar, self.cancel):
            row.addWidget(widget)
        self.hide()

    def follow(self, runner: ExportRunner) -> None:
        """Show the exports of a runner, and let the button cancel them."""
        runner.progress.connect(self.show_progress)
        runner.finished.connect(self.show_end)
        runner.failed.connect(self.show_end)
        runner.cancelled.connect(self.show_end)
        self.cancel_requested.connect(runner.cancel)

    def show_progress(self, done: int, total: int) -> None:
        """Show how many films are done."""
        if self.isHidden():
            self.cancel.setEnabled(True)
        self.bar.setRange(0, max(total, 1))
        self.bar.setValue(done)
        if self.cancel.isEnabled():
            count = self.locale().toString
            said = self.tr("Exporting: {done} of {total} films")
            self.words.setText(said.format(done=count(done), total=count(total)))
        self.show()

    def show_end(self) -> None:
        """Hide again."""
        self.hide()

    def _cancel(self) -> None:
        self.cancel.setEnabled(False)
        self.words.setText(self.tr("Cancelling the export …"))
        self.cancel_requested.emit()
