"""An operation in a process of its own: what a stranger sent is parsed there, and it can be ended at any time.

Free of Qt: a window polls ``RunningOperation.next_message`` from a timer or a thread, or waits for ``fileno``.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from types import MappingProxyType
from typing import Final

from cxrviewer.analysis.worker_limits import deaf_to_interrupts, limit_worker_memory
from cxrviewer.errors import CxrViewerError, InternalError, WorkerCrashedError
from cxrviewer.pacs.node import Node
from cxrviewer.pacs.query import FoundAllSeries, FoundSeries, FoundStudies, FoundStudy, StudyQuery
from cxrviewer.pacs.secrets import Secrets, session_secrets, use_for_session
from cxrviewer.pacs.transfer import NodeAnswer, Retrieved, Sent, TransferProgress

_GRACE_SECONDS: Final = 5.0
_SECONDS_BETWEEN_PROGRESS: Final = 0.05
_MEMORY_BYTES: Final = 4 * 1024**3


@dataclass(frozen=True)
class TestNode:
    """Ask whether the node is there and takes us; gives a NodeAnswer."""

    __test__ = False  # pytest: this is none of its tests

    node: Node


@dataclass(frozen=True)
class FindStudies:
    """Look for studies; gives FoundStudies."""

    node: Node
    query: StudyQuery


@dataclass(frozen=True)
class FindSeries:
    """Look for the series of a study; gives FoundAllSeries."""

    node: Node
    study: FoundStudy


@dataclass(frozen=True)
class Retrieve:
    """Fetch a study or series into a folder; gives Retrieved."""

    node: Node
    wanted: FoundStudy | FoundSeries
    folder: Path


@dataclass(frozen=True)
class Send:
    """Send files; gives Sent."""

    node: Node
    files: tuple[Path, ...]


Operation = TestNode | FindStudies | FindSeries | Retrieve | Send
Result = NodeAnswer | FoundStudies | FoundAllSeries | Retrieved | Sent


@dataclass(frozen=True)
class Finished:
    """The operation came to its end with this result; a cancelled one says so in it, with what it had until then."""

    result: Result


@dataclass(frozen=True)
class Failed:
    """The operation failed with a named error."""

    error: CxrViewerError


@dataclass(frozen=True)
class Stopped:
    """The operation was cancelled and had to be ended, as it did not end by itself."""


Message = TransferProgress | Finished | Failed | Stopped


class RunningOperation:
    """An operation at work in its process; one thread at a time may use it.

    After a Finished, Failed or Stopped message, or ``close``, its process is gone.
    """

    def __init__(self, operation: Operation, secrets: Secrets = MappingProxyType({})) -> None:
        """Start it; ``secrets`` go before those of this session and those in the keyring."""
        context = multiprocessing.get_context("spawn")
        self._receiver, sender = context.Pipe(duplex=False)
        self._cancelled = context.Event()
        self._cancelled_at: float | None = None
        self.ended = False
        self._process = context.Process(
            target=_run_in_process,
            args=(operation, sender, self._cancelled, {**session_secrets(), **secrets}),
            name="cxrviewer-pacs",
            daemon=True,
        )
        with deaf_to_interrupts():  # Ctrl-C goes to the parent, which cancels
            self._process.start()
        sender.close()  # the child's copy alone is open, so that its end is seen here

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when there is a message (not on Windows)."""
        return self._receiver.fileno()

    def next_message(self, timeout: float | None = 0.0) -> Message | None:
        """Return the next message, waiting ``timeout`` seconds for it (None: as long as it takes); None without one."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self.ended:
            if self._receiver.poll(self._wait(deadline)):
                return self._received()
            if self._cancelled_at is not None and time.monotonic() - self._cancelled_at >= _GRACE_SECONDS:
                self.close()
                return Stopped()
            if deadline is not None and time.monotonic() >= deadline:
                return None
        return None

    def cancel(self) -> None:
        """Ask the operation to end; where it does not within some seconds, ``next_message`` ends it."""
        if self._cancelled_at is None:
            self._cancelled_at = time.monotonic()
            self._cancelled.set()

    def close(self) -> None:
        """End the process, whatever it does."""
        self.ended = True
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(_GRACE_SECONDS)
            if self._process.is_alive():
                self._process.kill()
        self._process.join()
        self._receiver.close()

    def _wait(self, deadline: float | None) -> float:
        """Return how long to wait in one go: short enough to see that a cancelled operation does not end."""
        left = 0.5 if deadline is None else max(0.0, deadline - time.monotonic())
        return min(left, 0.5)

    def _received(self) -> Message:
        try:
            message = self._receiver.recv()
        except (EOFError, OSError):
            self._process.join(_GRACE_SECONDS)
            code = self._process.exitcode
            self.close()
            if self._cancelled_at is not None:
                return Stopped()
            return Failed(
                WorkerCrashedError(
                    f"the process that spoke to the node ended before its answer (exit code {code}); what the node "
                    "sent is probably damaged or hostile."
                )
            )
        if isinstance(message, Finished | Failed):
            self.ended = True
            self._process.join(_GRACE_SECONDS)
            self.close()
        return message  # type: ignore[no-any-return]


def run_operation(operation: Operation, progress: Callable[[TransferProgress], None] | None = None) -> Result:
    """Run an operation in a process of its own and wait for its result; raises the named error of one that fails.

    KeyboardInterrupt cancels it, waits some seconds for its end, and goes on.
    """
    running = RunningOperation(operation)
    try:
        while True:
            message = running.next_message(None)
            if isinstance(message, Finished):
                return message.result
            if isinstance(message, Failed):
                raise message.error
            if isinstance(message, TransferProgress) and progress is not None:
                progress(message)
    except KeyboardInterrupt:
        running.cancel()
        while not running.ended:
            running.next_message(None)
        raise
    finally:
        running.close()


def _run_in_process(operation: Operation, sender: Connection, cancelled: Event, secrets: Secrets) -> None:
    from cxrviewer.native_output import silence_native_errors

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it could not be made deaf to it
    silence_native_errors()
    limit_worker_memory(_MEMORY_BYTES)
    use_for_session(secrets)
    try:
        sender.send(Finished(_perform(operation, _Progress(sender), cancelled.is_set)))
    except CxrViewerError as error:
        sender.send(Failed(_portable(error)))
    except Exception as error:  # noqa: BLE001 - the parent has to hear of it, whatever it is
        sender.send(Failed(InternalError(f"speaking to the node failed unexpectedly ({type(error).__name__}).")))


def _perform(operation: Operation, progress: _Progress, cancelled: Callable[[], bool]) -> Result:
    from cxrviewer.pacs import operations

    match operation:
        case TestNode(node):
            return operations.test_node(node)
        case FindStudies(node, query):
            return operations.find_studies(node, query, cancelled)
        case FindSeries(node, study):
            return operations.find_series(node, study, cancelled)
        case Retrieve(node, wanted, folder):
            return operations.retrieve(node, wanted, folder, progress, cancelled)
        case Send(node, files):
            return operations.send(node, files, progress, cancelled)


def _portable(error: CxrViewerError) -> CxrViewerError:
    """Return the error without its cause, which may hold what a stranger sent, and cannot always be pickled."""
    return type(error)(str(error))


class _Progress:
    """Sends progress to the parent, not more often than anybody can see; the last one always."""

    def __init__(self, sender: Connection) -> None:
        self._sender = sender
        self._last = 0.0

    def __call__(self, progress: TransferProgress) -> None:
        now = time.monotonic()
        at_its_end = progress.total is not None and progress.done + progress.failed >= progress.total
        if at_its_end or now - self._last >= _SECONDS_BETWEEN_PROGRESS:
            self._last = now
            self._sender.send(progress)
