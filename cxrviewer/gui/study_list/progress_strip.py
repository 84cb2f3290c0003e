"""A line that says how far the analysis is, with the buttons to pause and to end it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from cxrviewer.gui.study_list.flow_layout import FlowLayout

if TYPE_CHECKING:
    from cxrviewer.gui.bridge.analysis_progress import AnalysisProgress


class ProgressStrip(QWidget):
    """Shows an AnalysisProgress; hidden while there is nothing to do.

    Signals: ``pause_requested``, ``resume_requested``, ``cancel_requested``.
    """

    pause_requested = Signal()
    resume_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName(self.tr("Progress of the analysis"))
        self.bar.setTextVisible(False)  # the words below say it, and not every style has room for them
        self.bar.setMinimumWidth(80)
        self.words = QLabel(self)
        self.words.setAccessibleName(self.tr("Films analysed, rate, and time left"))
        self.counts = QLabel(self)
        self.counts.setAccessibleName(self.tr("Films by status"))
        self.pause = QPushButton(self.tr("Pause"), self)
        self.pause.setToolTip(self.tr("Begin no more films; those that have begun are finished."))
        self.resume = QPushButton(self.tr("Resume"), self)
        self.resume.setToolTip(self.tr("Go on with the films that wait."))
        self.cancel = QPushButton(self.tr("Cancel"), self)
        self.cancel.setToolTip(self.tr("Leave the films that wait as they are; they can be continued later."))
        line = QHBoxLayout()
        line.addWidget(self.bar, 1)
        for button in (self.pause, self.resume, self.cancel):
            line.addWidget(button)
        words = FlowLayout()
        for label in (self.words, self.counts):
            words.addWidget(label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addLayout(line)
        layout.addLayout(words)
        self.pause.clicked.connect(self.pause_requested)
        self.resume.clicked.connect(self.resume_requested)
        self.cancel.clicked.connect(self.cancel_requested)
        self.hide()

    def show_progress(self, progress: AnalysisProgress) -> None:
        """Show how far the analysis is."""
        self.setVisible(not progress.finished)
        self.bar.setMaximum(max(progress.total, 1))
        self.bar.setValue(progress.done)
        self.words.setText(self._words(progress))
        self.counts.setText(self._counts(progress))
        # The button that takes the place of the one that was pressed takes its focus, too.
        had_focus = self.focusWidget() in (self.pause, self.resume)
        now, before = (self.resume, self.pause) if progress.paused else (self.pause, self.resume)
        now.show()
        if had_focus:
            now.setFocus()
        before.hide()

    def _words(self, progress: AnalysisProgress) -> str:
        locale = self.locale()
        parts = [
            self.tr("{done} of {total}").format(
                done=locale.toString(progress.done), total=locale.toString(progress.total)
            )
        ]
        if progress.paused:
            parts.append(self.tr("paused"))
        elif progress.rate is not None and progress.seconds_left is not None:
            parts.append(self.tr("{rate} a second").format(rate=locale.toString(progress.rate, "f", 1)))
            parts.append(self.tr("{time} left").format(time=self._time(progress.seconds_left)))
        return ", ".join(parts)

    def _time(self, seconds: float) -> str:
        if seconds < 60:
            return self.tr("{seconds} s").format(seconds=max(round(seconds), 1))
        minutes = round(seconds / 60)
        if minutes < 60:
            return self.tr("{minutes} min").format(minutes=minutes)
        return self.tr("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)

    def _counts(self, progress: AnalysisProgress) -> str:
        locale = self.locale()
        text = self.tr("Analysed: {ok}, refused: {refused}, failed: {errors}")
        return text.format(
            ok=locale.toString(progress.ok),
            refused=locale.toString(progress.refused),
            errors=locale.toString(progress.errors),
        )
