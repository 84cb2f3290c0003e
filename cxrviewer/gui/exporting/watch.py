"""How far an export is, and whether it is to end: asked in its thread, told from the window's."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from PySide6.QtCore import QCoreApplication

T = TypeVar("T")

_SECONDS_BETWEEN_NEWS: Final = 0.04
_MOST_PROBLEMS: Final = 100


class ExportCancelledError(Exception):
    """The user does not want the export any more; what is being written is taken back on the way out."""


class ExportWatch:
    """Counts the films that are done, at most 25 times a second aloud, and collects what went wrong with some.

    ``cancel`` may be called from any thread; everything else from that of the export. Of the problems the first 100
    are kept, however many films there are.
    """

    def __init__(self, total: int, tell: Callable[[int, int], None]) -> None:
        self.stopped = False
        self.call_on_stop: Callable[[], None] | None = None
        self._total = total
        self._tell = tell
        self._done = 0
        self._told_at = float("-inf")
        self._problems: list[str] = []
        self._more_problems = 0

    def cancel(self) -> None:
        """Have the export end as soon as it can."""
        self.stopped = True
        wake = self.call_on_stop
        if wake is not None:
            wake()

    def check(self) -> None:
        """Raise ExportCancelledError where the export is to end."""
        if self.stopped:
            raise ExportCancelledError

    def reach(self, done: int) -> None:
        """Say how many films are done; ExportCancelledError where the export is to end."""
        self.check()
        self._done = done
        now = time.monotonic()
        if done >= self._total or now - self._told_at >= _SECONDS_BETWEEN_NEWS:
            self._told_at = now
            self._tell(done, self._total)

    def counted(self, items: Iterable[T]) -> Iterator[T]:
        """Yield items, each of which is one film more that is done once the next is asked for."""
        for item in items:
            self.check()
            yield item
            self.reach(self._done + 1)

    def add_problem(self, problem: str) -> None:
        """Keep what went wrong."""
        if len(self._problems) < _MOST_PROBLEMS:
            self._problems.append(problem)
        else:
            self._more_problems += 1

    @property
    def problems(self) -> tuple[str, ...]:
        """What went wrong, and how much more of it there was."""
        if not self._more_problems:
            return tuple(self._problems)
        more = QCoreApplication.translate("Export", "Further problems of this kind: {count}.")
        return (*self._problems, more.format(count=self._more_problems))
