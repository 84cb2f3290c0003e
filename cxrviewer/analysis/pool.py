"""Worker processes that analyse files: one that crashes, hangs or eats memory costs its file, and nothing else."""

from __future__ import annotations

import multiprocessing
import os
import queue
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from cxrviewer.analysis.worker_limits import MEMORY_EXIT_CODE, limit_worker_memory
from cxrviewer.errors import EngineError, WorkerCrashedError, WorkerError, WorkerMemoryError, WorkerTimeoutError
from cxrviewer.native_output import silence_native_errors

T = TypeVar("T")
Task = Callable[[Path], T]

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


@dataclass(frozen=True, eq=False)
class FileResult(Generic[T]):
    """What came of the file at ``index``: the task's value, or the named loss of its worker."""

    index: int
    path: Path
    value: T | None = None
    loss: WorkerError | None = None


def map_files(
    task: Task[T],
    files: Iterable[Path],
    settings: PoolSettings,
    start_worker: Callable[[], None] | None = None,
) -> Generator[FileResult[T]]:
    """Run ``task`` on every file in spawned worker processes and yield the results as they complete.

    ``task`` and ``start_worker`` (called once in every worker, must not raise) are picklable. At most a few files a
    worker are handed out ahead, so that memory does not grow with the number of files. An exception that the task
    raises is raised here and ends the run; closing the generator, or KeyboardInterrupt, stops the workers at once.
    """
    waiting = iter(enumerate(files))
    run = _PoolRun(task, settings, start_worker)
    try:
        while run.fill(waiting):
            yield run.next_result()
    finally:
        run.stop()


class _PoolRun(Generic[T]):
    """The pool of one run, and which files it has; one that breaks is replaced and its files are handed out again."""

    def __init__(self, task: Task[T], settings: PoolSettings, start_worker: Callable[[], None] | None) -> None:
        self._task = task
        self._settings = settings
        self._start_worker = start_worker
        self._done: queue.Queue[ProcessFuture[T]] = queue.Queue()
        self._files: dict[ProcessFuture[T], tuple[int, Path]] = {}
        self._breaks_in_a_row = 0
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._settings.workers,
            max_tasks=self._settings.files_per_worker,
            initializer=_start_worker_process,
            initargs=(self._settings.memory_bytes, self._start_worker),
            context=multiprocessing.get_context("spawn"),
        )

    def fill(self, waiting: Iterator[tuple[int, Path]]) -> bool:
        """Hand out files until every worker has some ahead; return False when all is done."""
        while len(self._files) < 4 * self._settings.workers:
            following = next(waiting, None)
            if following is None:
                break
            self._hand_out(*following)
        return bool(self._files)

    def _hand_out(self, index: int, path: Path) -> None:
        while True:
            try:
                future = self._pool.schedule(self._task, args=(path,), timeout=self._settings.seconds_per_file)
            except RuntimeError:  # the pool broke after the last result was taken
                self._replace_pool()
                continue
            self._files[future] = (index, path)
            future.add_done_callback(self._done.put)
            return

    def next_result(self) -> FileResult[T]:
        """Wait for the next file that is done."""
        while True:
            try:
                future = self._done.get(timeout=0.5)  # a bounded wait keeps Ctrl-C working on Windows
            except queue.Empty:
                continue
            if future not in self._files:
                continue  # it was of a pool that broke, and its file has been handed out again
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
            return FileResult(*self._files.pop(future), value=value)

    def _lost(self, future: ProcessFuture[T], loss: WorkerError) -> FileResult[T]:
        self._breaks_in_a_row = 0
        return FileResult(*self._files.pop(future), loss=loss)

    def _replace_pool(self) -> None:
        """Start a new pool and hand it every file that the broken one had."""
        self._breaks_in_a_row += 1
        if self._breaks_in_a_row > _MOST_BREAKS:
            raise EngineError(
                f"worker processes were started {self._breaks_in_a_row} times and ended before they took a file; "
                "check free memory and run 'cxrviewer doctor'."
            )
        self._pool.stop()
        files, self._files = self._files, {}
        self._pool = self._new_pool()
        for index, path in files.values():
            self._hand_out(index, path)

    def stop(self) -> None:
        """Stop the workers; files they have are not waited for."""
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


def _start_worker_process(memory_bytes: int, start_worker: Callable[[], None] | None) -> None:
    silence_native_errors()
    if start_worker is not None:
        start_worker()
    limit_worker_memory(memory_bytes)
