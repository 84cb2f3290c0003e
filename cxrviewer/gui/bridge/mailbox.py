"""What other threads have for the GUI thread, delivered there in batches, not more often than it can take."""

from __future__ import annotations

import threading
from typing import Any

import shiboken6
from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal


class Mailbox(QObject):
    """Collects what any thread posts and emits it in the GUI thread, in its order, once every ``interval_ms`` at most.

    What comes after a silence is delivered at once, on the next turn of the event loop.
    """

    delivered = Signal(list)
    _posted = Signal()

    def __init__(self, interval_ms: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._interval_ms = interval_ms
        self._lock = threading.Lock()
        self._letters: list[Any] = []
        self._closed = False
        self._since_delivery = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._deliver)
        self._posted.connect(self._plan_delivery, Qt.ConnectionType.QueuedConnection)

    def post(self, letter: object) -> None:
        """Leave something for the GUI thread; may be called from any thread, and does nothing once closed."""
        with self._lock:
            if self._closed:
                return
            self._letters.append(letter)
            is_first = len(self._letters) == 1
        if is_first and shiboken6.isValid(self):  # at a program's end Qt may be gone already
            self._posted.emit()

    def close(self) -> None:
        """Deliver nothing any more."""
        with self._lock:
            self._closed = True
            self._letters.clear()
        self._timer.stop()

    def _plan_delivery(self) -> None:
        if self._closed or self._timer.isActive():
            return
        passed = self._since_delivery.elapsed() if self._since_delivery.isValid() else self._interval_ms
        self._timer.start(max(0, self._interval_ms - passed))

    def _deliver(self) -> None:
        with self._lock:
            letters, self._letters = self._letters, []
        self._since_delivery.start()
        if letters:
            self.delivered.emit(letters)
