"""Runs one export at a time in a thread of its own."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from cxrviewer.errors import CxrViewerError
from cxrviewer.gui.bridge.mailbox import Mailbox
from cxrviewer.gui.bridge.waiting_thread import WaitingThread
from cxrviewer.gui.exporting.choice import Exported, ExportJob
from cxrviewer.gui.exporting.watch import ExportCancelledError, ExportWatch

_NEWS_INTERVAL_MS: Final = 50

_Letter = tuple[int, int] | Exported | CxrViewerError | None


class ExportRunner(QObject):
    """Writes exports without ever keeping the window waiting.

    Signals, in the GUI thread: ``progress`` (films done, all films; at once with 0, then at most 20 times a second),
    and then exactly one of ``finished`` (Path, number of rows, overlays or films, tuple of str: what is not in it and
    why), ``failed`` (CxrViewerError) and ``cancelled``. Nothing half written is left after the latter two.
    """

    progress = Signal(int, int)
    finished = Signal(object, int, object)
    failed = Signal(object)
    cancelled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watch: ExportWatch | None = None
        self._thread: WaitingThread[Exported] | None = None
        self._closed = False
        self._exported: Exported | None = None
        self._letters = Mailbox(_NEWS_INTERVAL_MS, self)
        self._letters.delivered.connect(self._receive)

    @property
    def is_running(self) -> bool:
        """Whether an export has begun and its end has not been announced."""
        return self._watch is not None

    def start(self, job: ExportJob) -> bool:
        """Begin an export; False, and nothing happens, where one is running or the runner is closed."""
        if self._closed or self.is_running:
            return False
        watch = ExportWatch(len(job.numbers), lambda done, total: self._letters.post((done, total)))
        self._watch, self._exported = watch, None
        self._thread = WaitingThread(
            "export",
            partial(_results, job, watch),
            received=self._letters.post,
            ended=self._letters.post,
            stop=watch.cancel,
        )
        self.progress.emit(0, len(job.numbers))
        self._thread.start()
        return True

    def cancel(self) -> None:
        """Have the export end; ``cancelled`` follows, or ``finished`` where it was written by then."""
        if self._watch is not None:
            self._watch.cancel()

    def close(self) -> None:
        """End the export that runs, if any, and wait until its thread and its workers have ended."""
        self._closed = True
        if self._thread is not None:
            self._thread.stop()
            self._thread = None
        self._watch = None
        self._letters.close()

    def _receive(self, letters: list[_Letter]) -> None:
        news = [letter for letter in letters if isinstance(letter, tuple)]
        if news:
            self.progress.emit(*news[-1])
        for letter in letters:
            if isinstance(letter, Exported):
                self._exported = letter
            elif letter is None or isinstance(letter, CxrViewerError):
                self._end(letter)

    def _end(self, error: CxrViewerError | None) -> None:
        """Announce the end; a slot that is called by it may start the next export."""
        exported, self._watch = self._exported, None
        if self._thread is not None:
            self._thread.stop()  # this was its last word
            self._thread = None
        if error is not None:
            self.failed.emit(error)
        elif exported is not None:
            self.finished.emit(exported.path, exported.count, exported.problems)
        else:
            self.cancelled.emit()


def _results(job: ExportJob, watch: ExportWatch) -> Generator[Exported]:
    try:
        # In this thread, at the first export: writers and fonts are nothing that the window's start should wait for.
        from cxrviewer.gui.exporting.writing import export_films

        yield export_films(job, watch)
    except ExportCancelledError:
        return
