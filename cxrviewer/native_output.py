"""What C libraries print to standard error behind Python's back: start-up chatter, and complaints about bad files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def native_errors_silenced() -> Iterator[None]:
    """Send file descriptor 2 nowhere inside the block, and back afterwards; Python's own errors still raise."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def silence_native_errors() -> None:
    """Send file descriptor 2 nowhere for good, and keep Python's sys.stderr where it was: for worker processes.

    A decoder that meets a bad file names it in its row; what its C code prints besides would spoil the terminal.
    """
    sys.stderr.flush()
    sys.stderr = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="backslashreplace", buffering=1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
