"""Worker processes that analyse files: one that crashes, hangs or eats memory costs its file, and nothing else."""

from __future__ import annotations

import multiprocessing
import os
import queue
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from cxrviewer.analysis.worker_limits import MEMORY_EXIT_CODE, give_way_to_others, limit_worker_memory
from cxrviewer.errors import EngineError, WorkerCrashedError, WorkerError, WorkerMemoryError, WorkerTimeoutError
from cxrviewer.native_output import silence_native_errors

if TYPE_CHECKING:
    from pebble import ProcessFuture, ProcessPool

T = TypeVar("T")
Item = TypeVar("Item")
Item_co = TypeVar("Item_co", covariant=True)

# How often in a row the pool as a whole may break (not: one worker die with its file) before the run is given up.
_MOST_BREAKS = 4


def default_worker_count() -> int:
    """Return one worker for each processor that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


@dataclass(frozen=True)
class PoolSettings:
    """How many workers, and what one file may cost: seconds, bytes of memory, files before a worker is replaced."""

    workers: int = field(default_factory=default_worker_count)
    seconds_per_file: float = 60.0
    memory_bytes: int = 4 * 1024**3
    files_per_worker: int = 2000
    handed_out: int = 4  # to each worker at once: more keep it busy, fewer leave more to be put in another order
    in_background: bool = False  # whether workers give way to every other program that wants the processor


@dataclass(frozen=True, eq=False)
class FileResult(Generic[T]):
    """What came of the file at ``index``: the task's value, or the named loss of its worker."""

    index: int
    path: Path
    value: T | None = None
    loss: WorkerError | None = None


@dataclass(frozen=True, eq=False)
class ItemResult(Generic[Item, T]):
    """What came of the item under ``index``: the task's value, or the named loss of its worker."""

    index: int
    item: Item
    value: T | None = None
    loss: WorkerError | None = None


class Source(Protocol[Item_co]):
    """Where a run takes its items from, one by one, when a worker is free."""

    def take(self) -> tuple[int, Item_co] | None:
        """Return the next item and its index, or None where there is none now."""
        ...

    @property
    def ended(self) -> bool:
        """Whether no further item will come."""
        ...

    @property
    def stopped(self) -> bool:
        """Whether the run is to end now, without what the workers have."""
        ...

    def call_on_news(self, notify: Callable[[], None]) -> None:
        """Let ``notify`` be called, from any thread, whenever one of the answers above may have changed."""
        ...


def map_files(
    task: Callable[[Path], T],
    files: Iterable[Path],
    settings: PoolSettings,
    start_worker: Callable[[], None] | None = None,
) -> Generator[FileResult[T]]:
    """Run ``task`` on every file in spawned worker processes and yield the results as they complete.

    ``task`` and ``start_worker`` (called once in every worker, must not raise) are picklable. At most a few files a
    worker are handed out ahead, so that memory does not grow with the number of files. An exception that the task
    raises is raised here and ends the run; closing the generator, or KeyboardInterrupt, stops the workers at once.
    """
    with closing(map_source(task, _Listed(iter(enumerate(files))), settings, start_worker)) as results:
        for result in results:
            yield FileResult(result.index, result.item, result.value, result.loss)


def map_source(
    task: Callable[[Item], T],
    source: Source[Item],
    settings: PoolSettings,
    start_worker: Callable[[], None] | None = None,
) -> Generator[ItemResult[Item, T]]:
    """Do what ``map_files`` does for the items of a source, which may be added to and reordered meanwhile.

    Ends when the source has ended and all its items are done, or when it is stopped.
    """
    run: _PoolRun[Item, T] = _PoolRun(task, settings, start_worker)
    source.call_on_news(run.wake)
    try:
        while not source.stopped:
            run.fill(source)
            if run.idle and source.ended:
                return
            result = run.next_result()
            if result is not None:
                yield result
    finally:
        run.stop()


class _Listed(Generic[Item]):
    """Items that are all known when the run begins."""

    stopped = False

    def __init__(self, items: Iterator[tuple[int, Item]]) -> None:
        self._items = items
        self.ended = False

    def take(self) -> tuple[int, Item] | None:
        following = next(self._items, None)
        self.ended = following is None
        return following

    def call_on_news(self, notify: Callable[[], None]) -> None:
        """There is never news of a list."""


class _PoolRun(Generic[Item, T]):
    """The pool of one run, and which items it has; one that breaks is replaced and its items are handed out again."""

    def __init__(
        self, task: Callable[[Item], T], settings: PoolSettings, start_worker: Callable[[], None] | None
    ) -> None:
        self._task = task
        self._settings = settings
        self._start_worker = start_worker
        self._done: queue.Queue[ProcessFuture[T] | None] = queue.Queue()  # None: there is news of the source
        self._items: dict[ProcessFuture[T], tuple[int, Item]] = {}
        self._breaks_in_a_row = 0
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPool:
        from cxrviewer.analysis.attentive_pool import AttentivePool  # asyncio and more: a window without films lacks it

        return AttentivePool(
            context=multiprocessing.get_context("spawn"),
            max_workers=self._settings.workers,
            max_tasks=self._settings.files_per_worker,
            initializer=_start_worker_process,
            initargs=(self._settings, self._start_worker),
        )

    @property
    def idle(self) -> bool:
        """Whether no worker has an item."""
        return not self._items

    def wake(self) -> None:
        """Let ``next_result`` return; may be called from any thread."""
        self._done.put(None)

    def fill(self, source: Source[Item]) -> None:
        """Hand out items until every worker has some ahead, or there are none now."""
        while len(self._items) < self._settings.handed_out * self._settings.workers:
            following = source.take()
            if following is None:
                return
            self._hand_out(*following)

    def _hand_out(self, index: int, item: Item) -> None:
        while True:
            try:
                future = self._pool.schedule(self._task, args=(item,), timeout=self._settings.seconds_per_file)
            except RuntimeError:  # the pool broke after the last result was taken
                self._replace_pool()
                continue
            self._items[future] = (index, item)
            future.add_done_callback(self._done.put)
            return

    def next_result(self) -> ItemResult[Item, T] | None:
        """Wait for the next item that is done; None where there is news of the source."""
        from concurrent.futures.process import BrokenProcessPool

        from pebble import ProcessExpired

        while True:
            try:
                future = self._done.get(timeout=0.5)  # a bounded wait keeps Ctrl-C working on Windows
            except queue.Empty:
                continue
            if future is None:
                return None
            if future not in self._items:
                continue  # it was of a pool that broke, and its item has been handed out again
            try:
                value = future.result()
            except BrokenProcessPool:
                self._replace_pool()
                continue
            except FutureTimeoutError:
                return self._lost(future, _timeout(self._settings.seconds_per_file))
            except ProcessExpired as expired:
                return self._lost(future, _crash(expired.exitcode))
            self._breaks_in_a_row = 0
            return ItemResult(*self._items.pop(future), value=value)

    def _lost(self, future: ProcessFuture[T], loss: WorkerError) -> ItemResult[Item, T]:
        self._breaks_in_a_row = 0
        return ItemResult(*self._items.pop(future), loss=loss)

    def _replace_pool(self) -> None:
        """Start a new pool and hand it every item that the broken one had."""
        self._breaks_in_a_row += 1
        if self._breaks_in_a_row > _MOST_BREAKS:
            raise EngineError(
                f"worker processes were started {self._breaks_in_a_row} times and ended before they took a file; "
                "check free memory and run 'cxrviewer doctor'."
            )
        self.stop()  # those of its workers that live
        items, self._items = self._items, {}
        self._pool = self._new_pool()
        for index, item in items.values():
            self._hand_out(index, item)

    def stop(self) -> None:
        """Stop the workers; what they have is not waited for."""
        self._pool.stop()
        self._pool.join()


def _timeout(seconds: float) -> WorkerError:
    return WorkerTimeoutError(
        f"the file took longer than {seconds:g} s and was given up; raise --timeout to wait longer."
    )


def _crash(exit_code: Any) -> WorkerError:
    if exit_code == MEMORY_EXIT_CODE:
        return WorkerMemoryError("the file needed more memory than a worker may use; raise --worker-memory to read it.")
    return WorkerCrashedError(
        f"the worker process died on this file (exit code {exit_code}); the file is probably damaged or hostile."
    )


def _start_worker_process(settings: PoolSettings, start_worker: Callable[[], None] | None) -> None:
    silence_native_errors()
    if settings.in_background:
        give_way_to_others()
    if start_worker is not None:
        start_worker()
    limit_worker_memory(settings.memory_bytes)
