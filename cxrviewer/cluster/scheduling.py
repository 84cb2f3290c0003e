"""Partitions on their way through a cluster: few at a time, done again when workers are lost, split when one kills."""

from __future__ import annotations

import queue
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxrviewer.cluster.partition import ClusterJob, PartitionFile, PartitionResult
from cxrviewer.errors import ClusterError, CxrViewerError
from cxrviewer.extras import CLUSTER

Task = Callable[[ClusterJob, tuple[PartitionFile, ...]], PartitionResult]

_SECONDS_BETWEEN_COUNTS = 2.0
_AHEAD = 2  # partitions for each slot: one that it has, one that waits for it there


@dataclass(frozen=True)
class Partition:
    """Files that are done together; where they have rows already, the part with these rows and the files' places."""

    files: tuple[PartitionFile, ...]
    part: Path | None = None
    places: tuple[int, ...] = ()

    def halves(self) -> Iterator[Partition]:
        """Yield the first and the second half of the files."""
        middle = len(self.files) // 2
        for half in (slice(None, middle), slice(middle, None)):
            yield Partition(self.files[half], self.part, self.places[half])


@dataclass(frozen=True)
class Done:
    """A partition and its result; None where it is one file and every worker that was given it alone died."""

    partition: Partition
    result: PartitionResult | None


class Cluster:
    """Runs one task over partitions by a ``distributed.Client``.

    Whatever the number of partitions, the client and the scheduler hold two for each slot of the cluster. A partition
    whose worker is lost is given to another by the scheduler; one that cost as many workers as the scheduler allows
    (distributed.scheduler.allowed-failures) is halved, until the file that kills them is alone. The scheduler counts a
    worker's end against all that it had been given, begun or not: one file that cost that many is tried once more when
    nothing else is under way, and only what happens then is its own doing.
    """

    def __init__(self, client: Any, job: ClusterJob, task: Task) -> None:
        self._client = client
        self._job = job
        self._task = task
        self._run = uuid.uuid4().hex[:12]  # no two runs share a task: nothing is taken from a run before
        self._tickets = 0
        self._finished: queue.Queue[Any] = queue.Queue()
        self._open: dict[str, tuple[Any, Partition]] = {}
        self._suspects: deque[Partition] = deque()  # of one file each; tried alone, at the end
        self._tried_alone: Partition | None = None
        self._slots = 0
        self._counted_at = 0.0

    def slots(self) -> int:
        """Return how many partitions the cluster does at once now; 0 while it has no worker."""
        if time.monotonic() - self._counted_at > _SECONDS_BETWEEN_COUNTS:
            try:
                self._slots = sum(self._client.nthreads().values())
            except (OSError, TimeoutError, ValueError) as error:
                raise _lost_scheduler() from error
            self._counted_at = time.monotonic()
        return self._slots

    def results(self, partitions: Iterator[Partition], waiting: Callable[[], None] = lambda: None) -> Iterator[Done]:
        """Yield partitions as they are done; ``waiting`` is called twice a second while none is.

        Raises ClusterError where the scheduler is gone, and the task's own named errors.
        """
        more = True
        while more or self._open or self._suspects:
            while more and len(self._open) < _AHEAD * max(1, self.slots()):
                following = next(partitions, None)
                more = following is not None
                if following is not None:
                    self._submit(following)
            if not self._open and self._suspects:
                self._tried_alone = self._suspects.popleft()
                self._submit(self._tried_alone)
            if self._open:
                try:
                    future = self._finished.get(timeout=0.5)
                except queue.Empty:
                    waiting()
                    continue
                yield from self._take(future)

    def _submit(self, partition: Partition) -> None:
        self._tickets += 1
        key = f"cxrviewer-{self._run}-{self._tickets}"
        try:
            future = self._client.submit(self._task, self._job, partition.files, key=key, pure=False)
        except (OSError, RuntimeError) as error:  # RuntimeError: the client has closed itself
            raise _lost_scheduler() from error
        self._open[key] = future, partition
        future.add_done_callback(self._finished.put)

    def _take(self, future: Any) -> Iterator[Done]:
        distributed = CLUSTER.module("distributed")
        _, partition = self._open.pop(future.key)
        if future.cancelled():
            raise _lost_scheduler()
        try:
            yield Done(partition, future.result())
        except distributed.scheduler.KilledWorker:
            if partition is self._tried_alone:
                yield Done(partition, None)
            elif len(partition.files) == 1:
                self._suspects.append(partition)
            else:
                for half in partition.halves():
                    self._submit(half)
        except CxrViewerError:
            raise
        except (OSError, TimeoutError) as error:
            raise _lost_scheduler() from error
        except Exception as error:
            raise ClusterError(_foreign_failure(error)) from error


def _lost_scheduler() -> ClusterError:
    return ClusterError(
        "the connection to the scheduler was lost; what was done is kept, and the same command goes on with the rest."
    )


def _foreign_failure(error: Exception) -> str:
    # The text of a foreign exception may quote a path; that of one about modules says what to install.
    text = next((str(e) for e in (error, error.__cause__) if isinstance(e, ImportError)), "")
    return (
        f"the cluster could not run its task ({type(error).__name__}{': ' if text else ''}{text}); install the same "
        "version of cxrviewer[cluster] on the scheduler and on all workers."
    )
