"""Studies and series fetched from a node one after the other; what has arrived is kept, whatever happens."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from cxrviewer.errors import CxrViewerError, PeerAnswerError, PeerStatusError, WorkerCrashedError
from cxrviewer.gui.pacs.arrivals import ArrivalWatch, Arrived, object_folder
from cxrviewer.gui.pacs.runner import NodeRunner
from cxrviewer.pacs.node import Node
from cxrviewer.pacs.process import Retrieve
from cxrviewer.pacs.query import FoundSeries, FoundStudy
from cxrviewer.pacs.transfer import Retrieved, TransferProgress

Wanted = FoundStudy | FoundSeries

_RATE_SECONDS: Final = 3.0  # that the rate is taken over
# Of one study alone: the next may still come.
_OF_ITS_STUDY: Final = (PeerStatusError, PeerAnswerError, WorkerCrashedError)


@dataclass(frozen=True)
class RetrievalProgress:
    """How far a retrieval is: studies or series done of all, objects of the one that is being fetched, bytes of all.

    ``total`` is None until the node has told it.
    """

    part: int
    parts: int
    done: int
    failed: int
    total: int | None
    byte_count: int
    bytes_per_second: float


@dataclass(frozen=True)
class RetrievalEnd:
    """What came of a retrieval: the files that arrived, objects that failed, why, and whether it was cancelled.

    ``error`` is what ended it before its end.
    """

    paths: tuple[Path, ...] = ()
    failed: int = 0
    problems: tuple[str, ...] = ()
    cancelled: bool = False
    error: CxrViewerError | None = None


class Retrieval(QObject):
    """Fetches studies and series into folders below one folder. Signals: ``progressed`` (RetrievalProgress), ``ended``
    (RetrievalEnd; once for every ``start``).
    """

    progressed = Signal(object)
    ended = Signal(object)

    def __init__(self, runner: NodeRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._node: Node | None = None
        self._base = Path()
        self._waiting: deque[Wanted] = deque()
        self._parts = 0
        self._is_cancelled = False
        self._paths: dict[Path, None] = {}
        self._bytes_before = 0  # of the parts that are done
        self._failed = 0
        self._problems: list[str] = []
        self._rate = Rate()
        runner.progressed.connect(self._tell)
        runner.finished.connect(self._take)
        runner.failed.connect(self._take_failure)
        runner.stopped.connect(self._take_stop)

    @property
    def is_running(self) -> bool:
        """Whether something is being fetched."""
        return self._node is not None

    def start(self, node: Node, wanted: Sequence[Wanted], base: Path) -> None:
        """Fetch studies and series, one after the other."""
        self._node, self._base = node, base
        self._waiting = deque(wanted)
        self._parts = len(self._waiting)
        self._is_cancelled = False
        self._paths, self._problems = {}, []
        self._bytes_before = self._failed = 0
        self._rate = Rate()
        self._fetch_next()

    def cancel(self) -> None:
        """Fetch nothing more; what has arrived is told."""
        self._is_cancelled = True
        self._waiting.clear()
        self._runner.cancel()

    def give_up(self) -> RetrievalEnd:
        """End it at once, and return what is whole on disk as far as it is known; ``ended`` does not follow."""
        self._runner.give_up()
        self._waiting.clear()
        self._node = None
        return RetrievalEnd(tuple(self._paths), self._failed, tuple(self._problems), cancelled=True)

    def _fetch_next(self, error: CxrViewerError | None = None) -> None:
        if error is not None or not self._waiting or self._node is None:
            self._node = None
            self._waiting.clear()
            end = RetrievalEnd(tuple(self._paths), self._failed, tuple(self._problems), self._is_cancelled, error)
            self.ended.emit(end)
            return
        wanted = self._waiting.popleft()
        folder = object_folder(self._base, wanted)
        self._runner.run(Retrieve(self._node, wanted, folder), watch=ArrivalWatch(folder))

    def _tell(self, progress: TransferProgress, arrived: Arrived) -> None:
        self._paths.update(dict.fromkeys(arrived.paths))
        byte_count = self._bytes_before + arrived.byte_count
        part = self._parts - len(self._waiting)
        if self._is_cancelled:
            part = self._parts
        told = RetrievalProgress(
            part, self._parts, progress.done, progress.failed, progress.total, byte_count, self._rate.of(byte_count)
        )
        self.progressed.emit(told)

    def _take(self, result: Retrieved, arrived: Arrived) -> None:
        self._paths.update(dict.fromkeys(result.paths))
        self._failed += result.failed
        self._add_problems(result.problems)
        self._is_cancelled |= result.cancelled
        self._close_part(arrived)

    def _take_failure(self, error: CxrViewerError, arrived: Arrived) -> None:
        goes_on = isinstance(error, _OF_ITS_STUDY) and bool(self._waiting)
        if goes_on:
            self._add_problems((str(error),))
        self._close_part(arrived, None if goes_on else error)

    def _take_stop(self, arrived: Arrived) -> None:
        self._is_cancelled = True
        self._waiting.clear()
        self._close_part(arrived)

    def _close_part(self, arrived: Arrived, error: CxrViewerError | None = None) -> None:
        self._paths.update(dict.fromkeys(arrived.paths))
        self._bytes_before += arrived.byte_count
        self._fetch_next(error)

    def _add_problems(self, problems: Sequence[str]) -> None:
        self._problems += [problem for problem in problems if problem not in self._problems]


class Rate:
    """Bytes a second over the last seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque([(time.monotonic(), 0)])

    def of(self, byte_count: int) -> float:
        """Return the rate now that so many bytes are there."""
        now = time.monotonic()
        self._seen.append((now, byte_count))
        while len(self._seen) > 2 and now - self._seen[1][0] > _RATE_SECONDS:
            self._seen.popleft()
        began, count = self._seen[0]
        return (byte_count - count) / (now - began) if now > began else 0.0
