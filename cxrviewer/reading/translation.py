"""What third-party decoders raise, turned into named errors; what they warn, kept quiet."""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from cxrviewer.errors import CorruptFileError, CxrViewerError

# warnings.catch_warnings swaps process-wide state, so two threads must not be inside it at once.
_warnings_lock = threading.Lock()
_inside = threading.local()


@contextmanager
def corrupt_unless(what: str) -> Iterator[None]:
    """Turn any exception of the body, but our own and MemoryError, into a CorruptFileError about ``what``.

    Decoders of strangers' files raise whatever they like: struct.error, SyntaxError, ZeroDivisionError,
    RecursionError. Only the exception's type is told: its text may quote values of the header, a patient's
    among them.
    """
    try:
        yield
    except (CxrViewerError, MemoryError):
        raise
    except Exception as error:
        raise CorruptFileError(
            f"{what} cannot be decoded ({type(error).__name__}): the file is truncated or corrupt. Copy or "
            "export it again."
        ) from error


@contextmanager
def quiet() -> Iterator[None]:
    """Silence Pillow's and pydicom's warnings and log records, which can quote header values.

    Within another ``quiet`` of the same thread it costs nothing.
    """
    if getattr(_inside, "quiet", False):
        yield
        return
    logger = logging.getLogger("pydicom")
    with _warnings_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        level = logger.level
        logger.setLevel(logging.CRITICAL + 1)
        _inside.quiet = True
        try:
            yield
        finally:
            _inside.quiet = False
            logger.setLevel(level)
