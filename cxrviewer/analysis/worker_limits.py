"""What a worker process may use and hear, per platform: kept apart so that platform code stays small."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

MEMORY_EXIT_CODE = 86  # how the watchdog says "too much memory" to the parent


def limit_worker_memory(limit_bytes: int) -> None:
    """Let this process use at most ``limit_bytes`` of its own memory beyond what it has now.

    On Linux the kernel refuses further allocations (RLIMIT_DATA), which Python sees as MemoryError. macOS and Windows
    have no such limit for one process without rights, so a thread watches the resident size and ends the process with
    MEMORY_EXIT_CODE.
    """
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        wanted = _data_size() + limit_bytes
        resource.setrlimit(resource.RLIMIT_DATA, (wanted if hard < 0 else min(wanted, hard), hard))
    else:
        threading.Thread(target=_watch_resident_size, args=(limit_bytes,), daemon=True).start()


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Let processes that are started in this block not hear a terminal's Ctrl-C, which goes to them as to their parent.

    They could ignore it themselves only when they have started, and print a traceback until then. A process inherits
    the signals that are blocked in the thread that starts it (POSIX, pthread_sigmask). Windows has nothing of the kind.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def give_way_to_others() -> None:
    """Let this process run with less priority than a window, which must answer while it works."""
    if sys.platform == "win32":
        import psutil

        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        os.nice(5)


def _data_size() -> int:
    """Return the bytes of private writable memory in use now, which RLIMIT_DATA counts (proc(5), VmData)."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:  # noqa: PTH123
        for line in status:
            if line.startswith("VmData:"):
                return int(line.split()[1]) * 1024
    return 0


def _watch_resident_size(limit_bytes: int) -> None:
    import psutil

    process = psutil.Process()
    allowed = process.memory_info().rss + limit_bytes
    while process.memory_info().rss <= allowed:
        time.sleep(0.1)
    os._exit(MEMORY_EXIT_CODE)
