"""The second explanation of the film on screen, by worker processes of its own that end with it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cxrviewer.analysis.explaining import ExplanationProgress, ExplanationStep, explain_file
from cxrviewer.analysis.job import AnalysisJob
from cxrviewer.analysis.pool import PoolSettings
from cxrviewer.analysis.waiting import WaitingItems
from cxrviewer.errors import CxrViewerError
from cxrviewer.gui.bridge.mailbox import Mailbox
from cxrviewer.gui.bridge.waiting_thread import WaitingThread
from cxrviewer.inference.explanation import Explanation

ANNOUNCEMENT_INTERVAL_MS = 50
Steps = WaitingItems[ExplanationStep]


class Explainer(QObject):
    """Explains one film at a time; a film asked for meanwhile takes the place of the one before.

    Signals, in the GUI thread: ``progressed`` (rows done, rows in all), ``explained`` (number of the film,
    Explanation), ``failed`` (CxrViewerError), and after each of the last two, and after ``cancel``, ``ended``.
    """

    progressed = Signal(int, int)
    explained = Signal(int, object)
    failed = Signal(object)
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number: int | None = None
        self._steps: Steps | None = None
        self._threads: list[WaitingThread[ExplanationProgress | Explanation]] = []
        self._closed = False
        self._letters = Mailbox(ANNOUNCEMENT_INTERVAL_MS, self)
        self._letters.delivered.connect(self._receive)

    @property
    def number(self) -> int | None:
        """The number of the film that is being explained; None where there is none."""
        return self._number

    def start(self, number: int, path: Path, job: AnalysisJob, pool: PoolSettings) -> None:
        """Explain a film; the one before is given up."""
        if self._closed:
            return
        self._give_up()
        steps: Steps = WaitingItems()
        self._number, self._steps = number, steps
        thread = WaitingThread(
            "explanation",
            partial(explain_file, path, job, pool, steps),
            received=partial(self._post, steps),
            ended=partial(self._post, steps),
            stop=steps.stop,
        )
        self._threads.append(thread)
        thread.start()

    def cancel(self) -> None:
        """Give up the film that is being explained; its workers are stopped."""
        if self._number is not None:
            self._give_up()
            self.ended.emit()

    def close(self) -> None:
        """Stop the workers at once and wait until they have ended."""
        self._closed = True
        self._give_up()
        for thread in self._threads:
            thread.stop()
        self._threads.clear()
        self._letters.close()

    def _give_up(self) -> None:
        if self._steps is not None:
            self._steps.stop()
        self._number = self._steps = None
        self._threads = [thread for thread in self._threads if thread.is_alive]

    def _post(self, steps: Steps, letter: ExplanationProgress | Explanation | CxrViewerError | None) -> None:
        """Called in the thread that waits; None and errors are what ended it."""
        self._letters.post((steps, letter))

    def _receive(self, letters: list[tuple[Steps, ExplanationProgress | Explanation | CxrViewerError | None]]) -> None:
        for steps, letter in letters:
            if steps is not self._steps or self._number is None:
                continue  # of a film that was given up
            if isinstance(letter, ExplanationProgress):
                self.progressed.emit(letter.done, letter.total)
            elif isinstance(letter, Explanation):
                number = self._number
                self._give_up()
                self.explained.emit(number, letter)
                self.ended.emit()
            elif isinstance(letter, CxrViewerError):
                self._give_up()
                self.failed.emit(letter)
                self.ended.emit()
