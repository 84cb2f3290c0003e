"""The window of the frozen program, driven by keys and mouse beside the unfrozen one, and photographed."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil
from PIL import Image

from smoke.pictures import Picture, bounds_of_difference, share_different
from smoke.program import Program, end_at_once, workers_of
from smoke.screen import Screen, Window, own_screen
from smoke.store import films_by_status
from smoke.subject import Subject
from smoke.verdicts import Check, CheckFailedError, CheckNotRunError

_START: Final = 60.0  # seconds until a window must be there, on a machine that does other things as well
_ANALYSIS: Final = 90.0
_SAID: Final = 6.5  # seconds; how long the status line says what was opened, before any result (status_line.SAID_MS)
# The result's panel says when a film was analysed and how long that took: two lines, which no two runs share.
_TIME_LINES: Final = (170, 44)
_MOST_DIFFERENT: Final = 0.001

Shown = tuple[subprocess.Popen[bytes], Window]
Step = tuple[str, Callable[[Screen], None]]


def _press_for_two_films(screen: Screen) -> None:
    screen.press("Control", "k")
    screen.press("2")


STEPS: Final[tuple[Step, ...]] = (
    ("next film", lambda screen: screen.press("n")),
    ("contours", lambda screen: screen.press("c")),
    ("inverted", lambda screen: screen.press("i")),
    ("window dragged", lambda screen: screen.drag(3, (700, 450), (760, 420))),
    ("turned", lambda screen: screen.press("r")),
    ("two films", _press_for_two_films),
)


def window_checks(subject: Subject) -> list[Check]:
    """Return the checks of this module."""
    return [
        Check("the window on the samples, driven and photographed", lambda: _photographs(subject)),
        Check("nothing of another Python, no connection", lambda: _own_files_only(subject)),
        Check("two windows at once", lambda: _two_windows(subject)),
        Check("the window analyses, without a screen of the test's own", lambda: _native_window(subject)),
    ]


@contextmanager
def shown(program: Program, screen: Screen, log: Path, *paths: Path) -> Iterator[Shown]:
    """Start the window program on a screen, hand over its window once it is painted, and close it as a person does.

    CheckFailedError where it does not end well then.
    """
    program = program.with_variables(DISPLAY=screen.display)
    process = program.start(program.window, *paths, log=log)
    try:
        try:
            window = screen.wait_for_window(process, _START)
            screen.wait_until_painted(window, _START)
        except CheckFailedError as error:
            raise CheckFailedError(f"{error}:\n{_said(log)}") from error
        yield process, window
        if process.poll() is not None:
            raise CheckFailedError(f"expected the window to stay, it ended with {process.returncode}:\n{_said(log)}")
        screen.ask_to_close(window)
        try:
            status = process.wait(30)
        except subprocess.TimeoutExpired:
            raise CheckFailedError(f"expected the program to end with its window, it goes on:\n{_said(log)}") from None
        if status != 0 or "Traceback" in _said(log):
            raise CheckFailedError(f"expected the window to end well, it ended with {status}:\n{_said(log)}")
    finally:
        end_at_once(process)


def wait_for_results(home: Path, films: int, process: subprocess.Popen[bytes]) -> None:
    """Return once that many films of the window's list have results."""
    end = time.monotonic() + _ANALYSIS
    while films_by_status(home).get("ok", 0) < films:
        if process.poll() is not None:
            raise CheckFailedError(f"the window ended with status {process.returncode} before all films had results")
        if time.monotonic() > end:
            raise CheckFailedError(f"expected {films} results within {_ANALYSIS:.0f} s, got {films_by_status(home)}")
        time.sleep(0.05)


def _photographs(subject: Subject) -> str:
    with own_screen() as screen:
        # One after the other in one home folder, so that every path on the screen is the same.
        expected = _driven(subject, subject.unfrozen, "unfrozen", screen)
        got = _driven(subject, subject.frozen, "frozen", screen)
    names = ("opened", *(name for name, _ in STEPS))
    worst = 0.0
    for name, first, second in zip(names, expected, got, strict=True):
        share = share_different(first, second)
        left, top, right, bottom = bounds_of_difference(first, second)
        if share > _MOST_DIFFERENT or right - left > _TIME_LINES[0] or bottom - top > _TIME_LINES[1]:
            kept = _keep_pictures(name, first, second)
            raise CheckFailedError(
                f"expected the unfrozen window's picture of '{name}', {share:.3%} of the pixels differ, between "
                f"({left}, {top}) and ({right}, {bottom}); see {kept}"
            )
        worst = max(worst, share)
    return (
        f"in German, {len(names)} states ({', '.join(names)}); at most {worst:.3%} of the pixels differ, all in "
        "the two lines that say when and how long"
    )


def _driven(subject: Subject, program: Program, name: str, screen: Screen) -> list[Picture]:
    home = subject.scratch / "home of the window"
    # In German: English stands in the code, while a translation has to be shipped and found.
    program = program.at_home(home).with_variables(LANG="de_DE.UTF-8")
    log = subject.scratch / f"{name} window.log"
    with shown(program, screen, log, subject.samples) as (process, window):
        screen.move_to(window.left + window.width + 40, window.top + window.height + 40)  # no hover effects
        screen.take_focus(window)
        wait_for_results(home, len(list(subject.samples.iterdir())), process)
        time.sleep(_SAID)
        pictures = [screen.photograph_at_rest()]
        for step, act in STEPS:
            act(screen)
            try:
                pictures.append(screen.photograph_at_rest(pictures[-1]))
            except CheckFailedError as error:
                raise CheckFailedError(f"the {name} window at '{step}': {error}") from error
    home.rename(subject.scratch / f"home of the {name} window")
    return pictures


def _keep_pictures(name: str, first: Picture, second: Picture) -> Path:
    """Keep two photographs beside the test's scratch folder, which does not outlive it."""
    folder = Path(tempfile.mkdtemp(prefix="cxrviewer-photographs-"))
    for kind, picture in (("unfrozen", first), ("frozen", second)):
        Image.fromarray(picture).save(folder / f"{name}, {kind}.png")
    return folder


def _own_files_only(subject: Subject) -> str:
    home = subject.scratch / "home of the mapped files"
    with own_screen() as screen:
        log = subject.scratch / "mapped files.log"
        with shown(subject.frozen.at_home(home), screen, log, subject.samples) as (process, _):
            wait_for_results(home, len(list(subject.samples.iterdir())), process)
            processes = [psutil.Process(process.pid), *workers_of(process)]
            mapped = {entry.path for each in processes for entry in each.memory_maps() if entry.path.startswith("/")}
            connections = [c for each in processes for c in each.net_connections(kind="inet")]
    foreign = sorted(path for path in mapped if _is_of_another_python(path, subject))
    if foreign or connections:
        raise CheckFailedError(
            f"expected only files of the program and of the system, no connection; got {foreign[:8]}, {connections[:3]}"
        )
    folder = str(subject.folder.resolve())
    own = sum(path.startswith(folder) for path in mapped)
    if not own:
        raise CheckFailedError(f"expected files of {folder} in the program's memory, saw {len(mapped)} of others")
    system = {Path(path).name for path in mapped if ".so" in Path(path).name and not path.startswith(folder)}
    return f"{len(processes)} processes: {own} files of the program, {len(system)} of the system, no connection"


def _is_of_another_python(path: str, subject: Subject) -> bool:
    if Path(path).is_relative_to(subject.folder.resolve()):
        return False
    name = Path(path).name
    belongs = any(Path(path).is_relative_to(place) for place in (subject.checkout, Path(sys.prefix)))
    return belongs or "site-packages" in path or name.startswith(("libpython", "libQt6", "libpyside6"))


def _two_windows(subject: Subject) -> str:
    home = subject.scratch / "home of two windows"
    program = subject.frozen.at_home(home)
    logs = [subject.scratch / f"window {number}.log" for number in (1, 2)]
    with own_screen() as screen:
        with (
            shown(program, screen, logs[0], subject.samples) as (first, _),
            shown(program, screen, logs[1], subject.samples) as (second, _),
        ):
            for process in (first, second):
                wait_for_results(home, len(list(subject.samples.iterdir())), process)
        found = films_by_status(home)
    if found != {"ok": len(list(subject.samples.iterdir()))}:
        raise CheckFailedError(f"expected every sample once, with a result, in the list that both show; got {found}")
    program.run("audit", "--verify")
    return f"both closed well; their list has {found['ok']} films with results, and the log is intact"


def _native_window(subject: Subject) -> str:
    """Start the window where this test has no screen of its own: on Windows and macOS."""
    if sys.platform == "linux":
        raise CheckNotRunError("on Linux the window is driven on a screen of the test's own, see above")
    home = subject.scratch / "home of the native window"
    program = subject.frozen.at_home(home)
    log = subject.scratch / "native window.log"
    process = program.start(program.window, subject.samples, log=log)
    films = len(list(subject.samples.iterdir()))
    try:
        wait_for_results(home, films, process)
    finally:
        end_at_once(process)
    if "Traceback" in _said(log):
        raise CheckFailedError(_said(log))
    return f"{films} films have results; the window itself was not looked at"


def _said(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-1200:]
