"""How long the frozen program takes to start, against the limits that it was promised to keep."""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Final

if sys.platform != "win32":
    import resource

from smoke.screen import own_screen
from smoke.subject import Subject
from smoke.verdicts import Check, CheckFailedError, CheckNotRunError
from smoke.window import shown
from tests.films import write_png

WINDOW_LIMIT: Final = 0.9  # seconds
CLASSIFY_LIMIT: Final = 1.5
_ROUNDS: Final = 5


@dataclass(frozen=True)
class Time:
    """Seconds by the clock, and what the program and its workers used of the processors until they ended."""

    clock: float
    processor: float


def time_checks(subject: Subject) -> list[Check]:
    """Return the checks of this module; they come when nothing else of the test runs."""
    return [
        Check("time of classify one.png", lambda: _judged(subject, _classify(subject), CLASSIFY_LIMIT)),
        Check("time to the first window, painted", lambda: _judged(subject, _window(subject), WINDOW_LIMIT)),
    ]


def judge(times: Sequence[Time], limit: float, load: float, processors: int) -> str:
    """Return what is printed of times that keep to their limit by their median.

    CheckFailedError where they do not; but CheckNotRunError where other programs have the machine, and the processor
    time alone would keep to it: the clock then measures those.
    """
    said = sentence(times, limit, load, processors)
    if statistics.median(time.clock for time in times) <= limit:
        return said
    used = statistics.median(time.processor for time in times)
    if load > processors and 0 < used <= limit:
        raise CheckNotRunError(f"{said}; not judged, as the machine has other work")
    raise CheckFailedError(said)


def sentence(times: Sequence[Time], limit: float, load: float, processors: int) -> str:
    """Return median, limit and all of the times, the processor time, and how busy the machine was."""
    each = ", ".join(f"{time.clock:.2f}" for time in sorted(times, key=lambda time: time.clock))
    used = statistics.median(time.processor for time in times)
    return (
        f"median {statistics.median(time.clock for time in times):.2f} s, at most {limit} s asked ({each}); "
        f"processor time {used:.2f} s; load {load:.1f} on {processors} processors"
    )


def _judged(subject: Subject, times: Sequence[Time], limit: float) -> str:
    load, processors = _load(), os.cpu_count() or 1
    if not subject.judge_times:
        said = sentence(times, limit, load, processors)
        raise CheckNotRunError(f"{said}; measured, not judged, as --no-time-limits asks")
    return judge(times, limit, load, processors)


def _classify(subject: Subject) -> list[Time]:
    program = subject.frozen.at_home(subject.scratch / "home of the times")
    film = write_png(subject.scratch / "one.png", size=1024)
    return _repeated(lambda: _timed(lambda: program.run("classify", film, "--fresh")))


def _window(subject: Subject) -> list[Time]:
    program = subject.frozen.at_home(subject.scratch / "home of the times")
    log = subject.scratch / "first window.log"

    def once() -> float:
        began = perf_counter()
        with shown(program, screen, log):
            return perf_counter() - began

    with own_screen() as screen:
        return _repeated(once)


def _timed(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began


def _repeated(measure: Callable[[], float]) -> list[Time]:
    measure()  # once to warm the disk's cache
    times = []
    for _ in range(_ROUNDS):
        before = _processor_time()
        times.append(Time(clock=measure(), processor=_processor_time() - before))
    return times


def _processor_time() -> float:
    """Return what all programs that this test has started, and that have ended, used; 0 where the system hides it."""
    if sys.platform == "win32":
        return 0.0
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _load() -> float:
    """Return how many processes wanted a processor in the last minute; 0 on Windows, which does not count them."""
    return 0.0 if sys.platform == "win32" else os.getloadavg()[0]
