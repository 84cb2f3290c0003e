"""How long the frozen program takes to start, against the limits that it was promised to keep."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Final

from smoke.screen import own_screen
from smoke.subject import Subject
from smoke.verdicts import Check, CheckFailedError, CheckNotRunError
from smoke.window import shown
from tests.films import write_png

WINDOW_LIMIT: Final = 0.9  # seconds
CLASSIFY_LIMIT: Final = 1.5
_ROUNDS: Final = 5


def time_checks(subject: Subject) -> list[Check]:
    """Return the checks of this module; they come when nothing else of the test runs."""
    return [
        Check("time of classify one.png", lambda: _judged(subject, _classify(subject), CLASSIFY_LIMIT)),
        Check("time to the first window, painted", lambda: _judged(subject, _window(subject), WINDOW_LIMIT)),
    ]


def sentence(seconds: list[float], limit: float) -> str:
    """Return what is printed of measured times: median, limit, all of them, and how busy the machine was."""
    each = ", ".join(f"{second:.2f}" for second in sorted(seconds))
    load = f"; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors" if hasattr(os, "getloadavg") else ""
    return f"median {statistics.median(seconds):.2f} s, at most {limit} s asked ({each}{load})"


def _judged(subject: Subject, seconds: list[float], limit: float) -> str:
    said = sentence(seconds, limit)
    if not subject.judge_times:
        raise CheckNotRunError(f"{said}; measured, not judged, as --no-time-limits asks")
    if statistics.median(seconds) > limit:
        raise CheckFailedError(said)
    return said


def _classify(subject: Subject) -> list[float]:
    program = subject.frozen.at_home(subject.scratch / "home of the times")
    film = write_png(subject.scratch / "one.png", size=1024)
    return _repeated(lambda: _timed(lambda: program.run("classify", film, "--fresh")))


def _window(subject: Subject) -> list[float]:
    program = subject.frozen.at_home(subject.scratch / "home of the times")
    log = subject.scratch / "first window.log"

    def once() -> float:
        began = time.perf_counter()
        with shown(program, screen, log):
            return time.perf_counter() - began

    with own_screen() as screen:
        return _repeated(once)


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _repeated(measure: Callable[[], float]) -> list[float]:
    measure()  # once to warm the disk's cache
    return [measure() for _ in range(_ROUNDS)]
