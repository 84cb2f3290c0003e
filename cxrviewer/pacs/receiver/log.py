"""What a receiver says: lines with the time, by the film's number in the queue; never a patient's data or a UID."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime


class ReceiverLog:
    """Gives lines to whoever prints them; any thread may use it. ``quiet`` leaves problems only."""

    def __init__(self, write: Callable[[str], None], *, quiet: bool = False) -> None:
        self._write = write
        self._quiet = quiet

    def say(self, line: str) -> None:
        """Say what happened."""
        if not self._quiet:
            self._write(_with_time(line))

    def problem(self, line: str) -> None:
        """Say what went wrong."""
        self._write(_with_time(line))


def _with_time(line: str) -> str:
    return f"{datetime.now().astimezone().isoformat(timespec='seconds')} {line}"
