"""What every test of the window has: nothing that it starts may outlive it."""

import gc
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QThread, QThreadPool, QTimer

_GRACE_SECONDS = 3.0


@pytest.fixture(autouse=True, scope="module")
def objects_of_other_tests() -> Iterator[None]:
    """Take what lives before a module's tests out of the collector's sight, and bring it back after them.

    After tests that loaded a network the collector tracks more than a million objects, and looking through them at
    every test took longer than the test.
    """
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def nothing_left_behind(objects_of_other_tests: None) -> Iterator[None]:
    """Fail a test that leaves a thread, a running QTimer or QThread, or a child process behind.

    What ends by itself within a few seconds after the test's widgets were closed is not counted.
    """
    threads, processes, timers = set(threading.enumerate()), set(child_processes()), set(map(id, running_timers()))
    yield
    deadline = time.monotonic() + _GRACE_SECONDS
    while (left := leftovers(threads, processes, timers)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not left, "left behind by the test: " + "; ".join(left)


@pytest.fixture(autouse=True)
def locale_restored() -> Iterator[None]:
    """Give back the locale that numbers and dates are written in: a test that chooses a language changes it for all."""
    before = QLocale()
    yield
    QLocale.setDefault(before)


def leftovers(threads: set[threading.Thread], processes: set[psutil.Process], timers: set[int]) -> list[str]:
    """Return in words what lives now and did not then."""
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
    left = [f"thread {thread.name}" for thread in threading.enumerate() if thread not in threads and is_ours(thread)]
    left += [f"process {process.pid} {command(process)}" for process in set(child_processes()) - processes]
    left += [f"timer of {type(t.parent()).__name__}" for t in running_timers() if id(t) not in timers]
    left += [f"QThread {thread.objectName()}" for thread in qt_objects(QThread) if thread.isRunning()]
    if QThreadPool.globalInstance().activeThreadCount():
        left.append("work in the global QThreadPool")
    return left


def is_ours(thread: threading.Thread) -> bool:
    """Return whether a thread is Python's own; Qt's own threads show as dummies when they once called Python."""
    return thread.is_alive() and not isinstance(thread, threading._DummyThread)


def child_processes() -> list[psutil.Process]:
    """Return the processes below this one, without the one that multiprocessing keeps to track shared memory."""
    return [
        process
        for process in psutil.Process().children(recursive=True)
        if "resource_tracker" not in command(process) and status(process) != psutil.STATUS_ZOMBIE
    ]


def command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def status(process: psutil.Process) -> str:
    try:
        return process.status()
    except psutil.NoSuchProcess:
        return psutil.STATUS_ZOMBIE


def running_timers() -> list[QTimer]:
    return [timer for timer in qt_objects(QTimer) if timer.isActive()]


def qt_objects(kind: type[Any]) -> list[Any]:
    return [thing for thing in gc.get_objects() if isinstance(thing, kind) and shiboken6.isValid(thing)]


@pytest.fixture
def wait_for(qtbot: Any) -> Callable[..., None]:
    """Return a function that runs the event loop until a condition holds, and fails after some seconds."""

    def wait(condition: Callable[[], bool], seconds: float = 20.0) -> None:
        qtbot.waitUntil(condition, timeout=int(seconds * 1000))

    return wait
