"""Pixels handed from a worker process to the window's without a copy through a pipe: named shared memory.

The window's process chooses the name before the worker starts, so that it can remove the memory whatever becomes of the
worker. It removes the name as soon as it has the memory: what has no name cannot be left behind, and the memory itself
goes with the last array on it.
"""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
import sys
from collections import deque
from dataclasses import dataclass
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import Any, cast

import numpy as np

from cxrviewer.domain import StoredArray

_PREFIX = "cxrviewer"
_LINUX_FOLDER = Path("/dev/shm")  # where glibc keeps POSIX shared memory, see shm_overview(7)
_numbers = itertools.count()
# Windows frees shared memory when nobody has it open: there a worker keeps what it wrote until the window has it.
# No more than _MOST_KEPT are on their way at once, as no more files than that are handed out.
_MOST_KEPT = 4
_kept_by_this_worker: deque[SharedMemory] = deque()


@dataclass(frozen=True, eq=False)
class HandedPixels:
    """Pixels on their way: shape and dtype, and either the name of shared memory or, where it is full, the bytes."""

    shape: tuple[int, ...]
    dtype: str
    name: str = ""
    content: bytes = b""


def new_name() -> str:
    """Return a name that no other process has; at most 30 characters, which is what macOS allows."""
    return f"{_PREFIX}_{os.getpid():x}_{next(_numbers):x}_{secrets.token_hex(3)}"


def hand_over(stored: StoredArray, name: str) -> HandedPixels:
    """Put pixels under a name, in a worker process; the other side calls ``take_over`` or ``remove``."""
    shape, dtype = stored.shape, stored.dtype.str
    if not _fits(stored.nbytes):
        return HandedPixels(shape, dtype, content=stored.tobytes())
    remove(name)  # left by a worker that was lost with the same request
    memory = SharedMemory(name, create=True, size=max(1, stored.nbytes))
    np.ndarray(shape, dtype, buffer=memory.buf)[...] = stored
    if sys.platform == "win32":
        _kept_by_this_worker.append(memory)
        if len(_kept_by_this_worker) > _MOST_KEPT:
            _kept_by_this_worker.popleft().close()
    else:
        memory.close()
    return HandedPixels(shape, dtype, name)


def take_over(handed: HandedPixels) -> StoredArray:
    """Return handed pixels as an array that cannot be written to; the memory is freed with the last view on it.

    Raises FileNotFoundError where the memory is gone.
    """
    if not handed.name:
        return cast(StoredArray, np.frombuffer(handed.content, handed.dtype).reshape(handed.shape))
    memory = SharedMemory(handed.name)
    memory.unlink()
    return cast(StoredArray, np.asarray(_Block(memory, handed.shape, handed.dtype)))


def remove(name: str) -> None:
    """Remove the memory under a name, if there is any."""
    try:
        memory = SharedMemory(name)
    except FileNotFoundError:
        return
    memory.close()
    memory.unlink()


class _Block:
    """What a numpy array takes for its base: it holds the memory, which closes itself when nobody has the block.

    An array on ``SharedMemory.buf`` itself would keep it from closing (BufferError) whenever both are dropped at once.
    """

    def __init__(self, memory: SharedMemory, shape: tuple[int, ...], dtype: str) -> None:
        self._memory = memory
        (address, _) = np.ndarray(1, np.uint8, memory.buf).__array_interface__["data"]
        self.__array_interface__: dict[str, Any] = {
            "shape": shape,
            "typestr": dtype,
            "data": (address, True),  # True: read-only
            "version": 3,
        }


def _fits(size: int) -> bool:
    """Return whether there is room: Linux grants memory that is not there, and kills who writes to it (SIGBUS)."""
    if not _LINUX_FOLDER.is_dir():
        return True
    return shutil.disk_usage(_LINUX_FOLDER).free > size + (1 << 20)
