"""One operation of a node at a time, in its process, with what it tells delivered in the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final, Protocol

from PySide6.QtCore import QObject, Signal

from cxrviewer.errors import CxrViewerError
from cxrviewer.gui.bridge.mailbox import Mailbox
from cxrviewer.gui.bridge.waiting_thread import WaitingThread
from cxrviewer.gui.pacs.arrivals import ArrivalWatch, Arrived
from cxrviewer.pacs.process import Failed, Finished, Message, Operation, RunningOperation, Stopped
from cxrviewer.pacs.secrets import Secrets
from cxrviewer.pacs.transfer import TransferProgress

_NEWS_INTERVAL_MS: Final = 50
_POLL_SECONDS: Final = 0.1  # how late a cancel is seen at most; messages are seen at once
NO_SECRETS: Final[Secrets] = MappingProxyType({})


class Running(Protocol):
    """What is used of ``RunningOperation``."""

    ended: bool

    def next_message(self, timeout: float | None = 0.0) -> Message | None:
        """Return the next message, None where there is none in time."""

    def cancel(self) -> None:
        """Ask for its end."""

    def close(self) -> None:
        """End it."""


StartOperation = Callable[[Operation, Secrets], Running]


@dataclass(frozen=True)
class _Letter:
    """What the process told, and what had arrived in the watched folder by then."""

    message: Message
    arrived: Arrived


class _Work:
    """One operation, used in its thread; ``cancel`` and ``stop`` may be called from any."""

    def __init__(self, start: StartOperation, operation: Operation, secrets: Secrets, watch: ArrivalWatch | None):
        self._start = start
        self._operation = operation
        self._secrets = secrets
        self._watch = watch
        self._cancelled = False
        self._stopped = False

    def cancel(self) -> None:
        """Let the operation come to its end."""
        self._cancelled = True

    def stop(self) -> None:
        """End the operation at once."""
        self._stopped = True

    def letters(self) -> Generator[_Letter]:
        """Run the operation and yield what it tells."""
        if self._watch is not None:
            self._watch.begin()
        running = self._start(self._operation, self._secrets)
        try:
            while not self._stopped and not running.ended:
                if self._cancelled:
                    running.cancel()
                message = running.next_message(_POLL_SECONDS)
                if message is not None:
                    yield _Letter(message, self._watch.look() if self._watch is not None else Arrived())
        finally:
            running.close()


class NodeRunner(QObject):
    """Runs operations, one at a time; whoever asks for another first cancels or closes.

    Signals, in the GUI thread: ``progressed`` (TransferProgress, Arrived); and once for every ``run`` one of
    ``finished`` (the operation's result, Arrived), ``failed`` (CxrViewerError, Arrived), ``stopped`` (Arrived; it was
    cancelled and had to be ended), followed by ``ended``.
    """

    progressed = Signal(object, object)
    finished = Signal(object, object)
    failed = Signal(object, object)
    stopped = Signal(object)
    ended = Signal()

    def __init__(self, parent: QObject | None = None, start: StartOperation = RunningOperation) -> None:
        super().__init__(parent)
        self._start = start
        self._work: _Work | None = None
        self._threads: list[WaitingThread[_Letter]] = []
        self._closed = False
        self._letters = Mailbox(_NEWS_INTERVAL_MS, self)
        self._letters.delivered.connect(self._receive)

    @property
    def is_running(self) -> bool:
        """Whether an operation runs."""
        return self._work is not None

    def run(self, operation: Operation, secrets: Secrets = NO_SECRETS, watch: ArrivalWatch | None = None) -> None:
        """Start an operation in the place of one that runs; ``secrets`` go before those that are kept."""
        if self._closed:
            return
        self.give_up()
        work = _Work(self._start, operation, secrets, watch)
        self._work = work
        thread = WaitingThread(
            "node",
            work.letters,
            received=partial(self._post, work),
            ended=partial(self._post, work),
            stop=work.stop,
        )
        self._threads.append(thread)
        thread.start()

    def cancel(self) -> None:
        """Ask the operation to end; it still tells what it has."""
        if self._work is not None:
            self._work.cancel()

    def give_up(self) -> None:
        """End the operation at once; nothing more is heard of it."""
        if self._work is not None:
            self._work.stop()
        self._work = None
        self._threads = [thread for thread in self._threads if thread.is_alive]

    def close(self) -> None:
        """End what runs and wait until it has ended."""
        self._closed = True
        self.give_up()
        for thread in self._threads:
            thread.stop()
        self._threads.clear()
        self._letters.close()

    def _post(self, work: _Work, letter: _Letter | CxrViewerError | None) -> None:
        """Called in the thread that waits; None and errors are what ended it."""
        self._letters.post((work, letter))

    def _receive(self, letters: list[tuple[_Work, _Letter | CxrViewerError | None]]) -> None:
        for work, letter in letters:
            if work is not self._work:
                continue  # of an operation that was given up
            if isinstance(letter, CxrViewerError):
                self._end(lambda error=letter: self.failed.emit(error, Arrived()))
            elif letter is not None:
                self._tell(letter)
            else:  # it ended without a word, which only an operation that was ended does
                self._end(lambda: self.stopped.emit(Arrived()))

    def _tell(self, letter: _Letter) -> None:
        message, arrived = letter.message, letter.arrived
        if isinstance(message, TransferProgress):
            self.progressed.emit(message, arrived)
        elif isinstance(message, Finished):
            self._end(lambda: self.finished.emit(message.result, arrived))
        elif isinstance(message, Failed):
            self._end(lambda: self.failed.emit(message.error, arrived))
        elif isinstance(message, Stopped):
            self._end(lambda: self.stopped.emit(arrived))

    def _end(self, tell: Callable[[], None]) -> None:
        """Announce an end; a slot that is called by it may start the next operation, of which ``ended`` is not."""
        self._work = None
        tell()
        if self._work is None:
            self.ended.emit()
