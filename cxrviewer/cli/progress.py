"""How a run shows itself: a live line on a terminal, plain lines otherwise."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import typer

from cxrviewer.domain import Status
from cxrviewer.results.words import printable

_SECONDS_BETWEEN_LINES = 10.0


@dataclass
class Counts:
    """How many files came to what so far."""

    total: int
    ok: int = 0
    refused: int = 0
    errors: int = 0
    recalled: int = 0
    problems: int = 0
    result_objects: int = 0

    @property
    def done(self) -> int:
        """How many files have a row."""
        return self.ok + self.refused + self.errors + self.result_objects

    def add(self, status: Status, *, recalled: bool, problem: bool, is_result_object: bool = False) -> None:
        """Count one more file; results that this program stored are no films that were refused."""
        self.ok += status == "ok"
        self.refused += status == "refused" and not is_result_object
        self.result_objects += is_result_object
        self.errors += status == "error"
        self.recalled += recalled
        self.problems += problem

    def in_words(self) -> str:
        """Return "12 files: 10 ok, 1 refused, 1 failed", and how many belong to stored results."""
        files = "1 file" if self.done == 1 else f"{self.done} files"
        stored = f", {self.result_objects} of stored results" if self.result_objects else ""
        return f"{files}: {self.ok} ok, {self.refused} refused, {self.errors} failed{stored}"


class Reporter(Protocol):
    """Where a run says what happens."""

    def result(self, line: str, *, escape: bool = False) -> None:
        """Print a file's line on standard output; ``escape`` makes a file name safe for a terminal."""
        ...

    def say(self, line: str) -> None:
        """Print a remark on standard error."""
        ...

    def advance(self) -> None:
        """Show that one more file is done."""
        ...


class PlainReporter:
    """Lines only; every ten seconds one with the counts, the rate and the time left."""

    def __init__(self, counts: Counts, *, quiet: bool) -> None:
        self._counts = counts
        self._quiet = quiet
        self._started = self._last = time.monotonic()

    def result(self, line: str, *, escape: bool = False) -> None:
        """Print a file's line on standard output."""
        typer.echo(printable(line) if escape else line)

    def say(self, line: str) -> None:
        """Print a remark on standard error."""
        typer.echo(f"cxrviewer: {printable(line)}", err=True)

    def advance(self) -> None:
        """Print a line of progress when the last one is old enough."""
        now = time.monotonic()
        if self._quiet or now - self._last < _SECONDS_BETWEEN_LINES:
            return
        self._last = now
        rate = self._counts.done / (now - self._started)
        left = (self._counts.total - self._counts.done) / rate
        self.say(f"{self._counts.in_words()} of {self._counts.total}; {rate:.1f} a second, {left:.0f} s left")


class TerminalReporter:
    """A live line with rate, time left and counts on standard error; results scroll above it."""

    def __init__(self, counts: Counts) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._counts = counts
        # One console for both streams' lines, so that a result never tears the live line.
        self._console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
        self.progress = Progress(
            MofNCompleteColumn(),
            BarColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[counts]}"),
            console=self._console,
        )
        self._task = self.progress.add_task("", total=counts.total, rate="", counts="")
        self._started = time.monotonic()

    def result(self, line: str, *, escape: bool = False) -> None:
        """Print a file's line above the live line, or to standard output where that goes elsewhere."""
        text = printable(line) if escape else line
        if sys.stdout.isatty():
            self._console.print(text)
        else:
            typer.echo(text)

    def say(self, line: str) -> None:
        """Print a remark above the live line."""
        self._console.print(f"cxrviewer: {printable(line)}")

    def advance(self) -> None:
        """Move the live line on."""
        counts = self._counts
        rate = counts.done / max(time.monotonic() - self._started, 1e-3)
        self.progress.update(
            self._task,
            completed=counts.done,
            rate=f"{rate:.1f}/s",
            counts=f"{counts.ok} ok, {counts.refused} refused, {counts.errors} failed",
        )


@contextmanager
def open_reporter(counts: Counts, *, quiet: bool) -> Iterator[Reporter]:
    """Give the reporter that suits standard error: a terminal or not; quiet has no live line."""
    if quiet or not sys.stderr.isatty():
        yield PlainReporter(counts, quiet=quiet)
        return
    reporter = TerminalReporter(counts)
    with reporter.progress:
        yield reporter
