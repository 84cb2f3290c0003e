"""What C libraries print to standard error behind Python's back: start-up chatter, and complaints about bad files."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_STDERR = 2
# The descriptor is the whole process's: two threads that each keep and restore it would lose the real one.
_lock = threading.RLock()


@contextmanager
def native_errors_silenced() -> Iterator[None]:
    """Send file descriptor 2 nowhere inside the block, and back afterwards; Python's own errors still raise.

    Does nothing in a program without standard error, as window programs on Windows are.
    """
    with _lock:
        try:
            kept = os.dup(_STDERR)
        except OSError:
            yield
            return
        try:
            _send_nowhere()
            yield
        finally:
            if sys.stderr is not None:
                sys.stderr.flush()
            os.dup2(kept, _STDERR)
            os.close(kept)


def silence_native_errors() -> None:
    """Send file descriptor 2 nowhere for good, and keep Python's sys.stderr where it was: for worker processes.

    A decoder that meets a bad file names it in its row; what its C code prints besides would spoil the terminal.
    """
    try:
        kept = os.dup(_STDERR)
    except OSError:
        return
    sys.stderr = os.fdopen(kept, "w", encoding="utf-8", errors="backslashreplace", buffering=1)
    _send_nowhere()


def _send_nowhere() -> None:
    if sys.stderr is not None:
        sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, _STDERR)
    os.close(nowhere)
