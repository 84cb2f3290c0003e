"""How far the analysis is: counts, rate and time left, over the files since the last time there was nothing to do."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, replace

_WINDOW_SECONDS = 20.0  # the rate is that of the last files: it follows when small films give way to large ones


@dataclass(frozen=True)
class AnalysisProgress:
    """total files to do and done of them, by status; ``rate`` in files a second and ``seconds_left``, None: unknown."""

    total: int = 0
    done: int = 0
    ok: int = 0
    refused: int = 0
    errors: int = 0
    recalled: int = 0
    paused: bool = False
    rate: float | None = None
    seconds_left: float | None = None

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return self.done >= self.total


class ProgressCounter:
    """Counts files and measures their rate; a pause does not count."""

    def __init__(self) -> None:
        self._progress = AnalysisProgress()
        self._marks: deque[tuple[float, int]] = deque()

    def add_files(self, count: int) -> None:
        """Count files that are to be done; the counts begin anew where all earlier ones are."""
        if self._progress.finished:
            self._progress = AnalysisProgress(paused=self._progress.paused)
            self._marks.clear()
        self._mark()
        self._progress = replace(self._progress, total=self._progress.total + count)

    def drop_files(self, count: int) -> None:
        """Count files that are not to be done any more."""
        self._progress = replace(self._progress, total=self._progress.total - count)

    def add_outcome(self, status: str, *, recalled: bool) -> None:
        """Count one file that is done."""
        counts = self._progress
        self._progress = replace(
            counts,
            done=counts.done + 1,
            ok=counts.ok + (status == "ok"),
            refused=counts.refused + (status == "refused"),
            errors=counts.errors + (status == "error"),
            recalled=counts.recalled + recalled,
        )

    def set_paused(self, paused: bool) -> None:
        """Count a pause, or its end."""
        self._marks.clear()
        self._mark()
        self._progress = replace(self._progress, paused=paused)

    def now(self) -> AnalysisProgress:
        """Return the counts, with the rate of the last seconds."""
        self._mark()
        (first, done_then), (last, done_now) = self._marks[0], self._marks[-1]
        counts = self._progress
        if counts.paused or last - first < 0.2 or done_now <= done_then:
            return counts
        rate = (done_now - done_then) / (last - first)
        return replace(counts, rate=rate, seconds_left=(counts.total - counts.done) / rate)

    def _mark(self) -> None:
        now = time.monotonic()
        if self._progress.done < (self._marks[-1][1] if self._marks else 0):
            self._marks.clear()
        self._marks.append((now, self._progress.done))
        while len(self._marks) > 2 and now - self._marks[0][0] > _WINDOW_SECONDS:
            self._marks.popleft()
