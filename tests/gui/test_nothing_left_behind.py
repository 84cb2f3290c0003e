"""The fixture that fails a test which leaves something behind sees each kind of it."""

import subprocess
import sys
import threading
import time

import pytest
from PySide6.QtCore import QThread, QTimer

from tests.gui.conftest import child_processes, leftovers


def now_left() -> list[str]:
    return leftovers(BEFORE_THREADS, set(), set())


BEFORE_THREADS = set(threading.enumerate())


def test_a_thread_is_seen() -> None:
    go = threading.Event()
    thread = threading.Thread(target=go.wait, name="forgotten")
    thread.start()
    assert "thread forgotten" in now_left()
    go.set()
    thread.join()
    assert "thread forgotten" not in now_left()


def test_a_process_is_seen() -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        assert any(f"process {process.pid}" in line for line in now_left())
        process.kill()
    assert process.pid not in {child.pid for child in child_processes()}


@pytest.mark.usefixtures("qapp")
def test_timers_and_qt_threads_are_seen() -> None:
    timer, thread = QTimer(), QThread()
    thread.setObjectName("worker")
    timer.start(60_000)
    thread.start()
    while not thread.isRunning():
        time.sleep(0.01)
    assert {"timer of NoneType", "QThread worker"} <= set(now_left())
    timer.stop()
    thread.quit()
    thread.wait()
    assert not {"timer of NoneType", "QThread worker"} & set(now_left())
