"""A pebble pool that reads what a worker has sent before it says what the worker's end cost."""

from __future__ import annotations

import time
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.context import SpawnContext
from typing import Any

from pebble import ProcessPool
from pebble.pool.base_pool import Result, ResultStatus
from pebble.pool.process import PoolManager

from cxrviewer.analysis.worker_limits import deaf_to_interrupts

# Longer than a message has the pipe to itself, which is milliseconds, and than the verdict on an end takes.
_LONGEST_MESSAGE_SECONDS = 3.0


@dataclass(frozen=True)
class _Ended:
    """A worker that is no more: what it sent before is in the pipe, until the pipe has been found empty twice."""

    worker_id: int
    exit_code: int | None  # None: the pool stopped it, because a file took too long
    pipe_found_empty: int  # how often, when the end was noticed


class AttentivePool(ProcessPool):  # type: ignore[misc]
    """A ``pebble.ProcessPool`` whose verdict on a worker's end does not depend on which of its threads was quicker.

    Pebble notices a worker's end in one thread and reads "I have taken this file" in another. Where the end is noticed
    first (the machine is busy, the file kills at once), it leaves the file with the dead worker until its time is over,
    and calls a crash a time-out (seen with 5.2.3; https://github.com/noxdafox/pebble/issues/153 is of the same kind).

    Nor does it wait for a pipe that nobody will give back. A worker that the system kills while it sends or takes has
    the pipe's lock for ever, and perhaps half a message in it; with pebble the other workers wait, a minute each time,
    and nothing more is done. Here the pool breaks, and can be replaced.
    """

    def __init__(self, context: SpawnContext, **settings: Any) -> None:
        super().__init__(context=context, **settings)
        self._pool_manager = _AttentiveManager(self._context, context)


class _AttentiveManager(PoolManager):  # type: ignore[misc]
    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._ended: list[_Ended] = []
        self._pipe_found_empty = 0
        self._pipe_in_doubt_since: float | None = None  # when a worker ended that may have had it

    def start(self) -> None:
        """Start the workers; they hear of Ctrl-C from their parent."""
        self.worker_manager.create_channels()
        self._create_workers()

    def _create_workers(self) -> None:
        with deaf_to_interrupts():
            self.worker_manager.create_workers()

    def stop(self) -> None:
        """Stop the workers, then close what they read from: one that is starting would print that it is gone."""
        self.worker_manager.force_stop_workers()
        self.worker_manager.close_channels()

    def process_next_message(self, timeout: float) -> None:
        super().process_next_message(timeout)
        try:
            empty = not self.worker_manager.pool_channel.poll(0)
        except (OSError, EOFError):
            return  # closed; the next message says so in pebble's own way
        if empty:
            self._pipe_found_empty += 1

    def update_tasks(self) -> None:
        before = set(self.worker_manager.workers)
        super().update_tasks()
        for worker_id in before - set(self.worker_manager.workers):
            self._ended.append(_Ended(worker_id, None, self._pipe_found_empty))

    def update_workers(self) -> None:
        for worker_id, exit_code in self.worker_manager.inspect_workers():
            self._ended.append(_Ended(worker_id, exit_code, self._pipe_found_empty))
            self._pipe_in_doubt_since = time.monotonic()
        self._create_workers()
        # Twice: the first time may have been under way when the end was noticed.
        read = [ended for ended in self._ended if self._pipe_found_empty >= ended.pipe_found_empty + 2]
        self._ended = [ended for ended in self._ended if ended not in read]
        for ended in read:
            if ended.exit_code is not None:
                self.handle_worker_expiration((ended.worker_id, ended.exit_code))
            else:
                self._give_back(ended.worker_id)
        self._check_pipe()

    def _check_pipe(self) -> None:
        """Break the pool where a worker that ended has taken the pipe's lock with it."""
        if self._pipe_in_doubt_since is None:
            return
        with self.worker_manager.workers_channel.lock(block=False) as locked:
            if locked:
                self._pipe_in_doubt_since = None
            elif time.monotonic() - self._pipe_in_doubt_since > _LONGEST_MESSAGE_SECONDS:
                raise BrokenProcessPool("a worker ended while it had the pipe to itself")

    def _give_back(self, worker_id: int) -> None:
        """Return what a worker took after the file that it was stopped for: no fault of that file."""
        for task in tuple(self.task_manager.tasks.values()):
            if task.worker_id == worker_id:
                broken = BrokenProcessPool("the worker was stopped for another file")
                self.task_manager.task_done(task.id, Result(ResultStatus.ERROR, broken))
