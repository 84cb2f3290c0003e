"""The window in a process of its own, driven and measured from within; prints one line of JSON.

``python -m tests.benchmarks.window_process WHAT BEGAN PATH...``: WHAT is a function below, BEGAN the time.time() when
the process was started.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import psutil
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication


class Watch(QObject):
    """Finds the main window when it is first painted, and calls ``painted`` with it once that is done."""

    def __init__(self, painted: Callable[[Any], None]) -> None:
        super().__init__()
        self._painted = painted

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Paint and watched.objectName() == "cxrviewer":
            QApplication.instance().removeEventFilter(self)
            QTimer.singleShot(0, lambda: self._painted(watched))
        return False


class LoopDelays(QObject):
    """How late a timer of 10 ms fires, and how much of its processor the process used meanwhile, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self.busy: list[float] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._note)

    def start(self) -> None:
        self._then, self._used = time.perf_counter(), time.thread_time()
        self._timer.start(10)

    def stop(self) -> None:
        self._timer.stop()

    def _note(self) -> None:
        now, used = time.perf_counter(), time.thread_time()
        self.late.append(max(0.0, (now - self._then) * 1e3 - 10))
        self.busy.append((used - self._used) * 1e3)
        self._then, self._used = now, used


def memory_mb() -> float:
    """Return what only this process holds (USS), plus what it shares, as the system counts it (RSS)."""
    return psutil.Process().memory_info().rss / 1e6


def end(window: Any, **figures: Any) -> None:
    print(json.dumps({**figures, "processor": time.process_time()}), flush=True)
    window.close()


def start(window: Any, began: float) -> None:
    """The time to the first painted window."""
    end(window, painted=time.time() - began)


def first_result(window: Any, began: float) -> None:
    """The time to the first painted window and to the first result that its panel shows."""
    painted = time.time() - began

    def look() -> None:
        film = window.viewer.film
        if film is not None and film.analysis is not None:
            end(window, painted=painted, result=time.time() - began)
        else:
            QTimer.singleShot(2, look)

    look()


def analysis(window: Any, began: float) -> None:
    """Event-loop delays while the paths are analysed, the list scrolled and a film windowed by mouse."""
    delays, paints = LoopDelays(), []
    canvas, table = window.compare.canvas(), window.study_list.table
    place = [0]

    def work() -> None:
        place[0] += 1
        bar = table.verticalScrollBar()
        bar.setValue((bar.value() + 37) % max(bar.maximum(), 1))
        middle = QPoint(canvas.width() // 2, canvas.height() // 2)
        step = QPoint(place[0] % 60, place[0] % 40)
        began_at = time.perf_counter()
        if place[0] % 60 == 0:
            QTest.mouseRelease(canvas, Qt.MouseButton.RightButton, pos=middle)
            QTest.mousePress(canvas, Qt.MouseButton.RightButton, pos=middle)
        QTest.mouseMove(canvas, middle + step)
        canvas.repaint()
        paints.append((time.perf_counter() - began_at) * 1e3)

    worker = QTimer(window)
    worker.timeout.connect(work)

    def finish() -> None:
        delays.stop()
        worker.stop()
        progress = window.session.runner.progress
        end(
            window,
            late=delays.late,
            busy=delays.busy,
            paints=paints,
            seconds=time.time() - begun,
            done=progress.done,
            memory=memory_mb(),
        )

    begun = time.time()
    window.session.runner.finished.connect(finish)
    QTest.mousePress(canvas, Qt.MouseButton.RightButton, pos=QPoint(100, 100))
    delays.start()
    worker.start(33)


def memory(window: Any, began: float) -> None:
    """The memory with the stored list and one film open, and while 500 films are walked through."""
    marks: list[float] = []
    steps = [0]

    def walk() -> None:
        film = window.viewer.film
        if film is None or film.radiograph is None:
            QTimer.singleShot(2, walk)
            return
        if steps[0] % 50 == 0:
            marks.append(memory_mb())
        steps[0] += 1
        if steps[0] > 500:
            end(window, marks=marks, films=window.model.rowCount())
            return
        window.actions_by_id["film.next"].trigger()
        QTimer.singleShot(5, walk)

    window.study_list.table.step(-(10**9))
    QTimer.singleShot(500, walk)


def main() -> None:
    what, began, *paths = sys.argv[1:]
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from cxrviewer.__main__ import main as program

    app = QApplication(sys.argv[:1])
    watch = Watch(lambda window: globals()[what](window, float(began)))
    app.installEventFilter(watch)
    sys.argv[1:] = ["window", *paths]
    program()


if __name__ == "__main__":
    main()
