"""What Linux can take away from a process: the network, and the right to write into a folder."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from smoke.verdicts import CheckNotRunError

_INTERNET_SOCKET: Final = re.compile(r"socket\((AF_INET6?|PF_INET6?|AF_PACKET)\b")
# $1 is bound to $2 without the right to write; what follows is the command to run there.
_READ_ONLY: Final = 'mount --bind "$1" "$2" && mount -o remount,ro,bind "$2" && shift 2 && exec "$@"'


def without_network() -> tuple[str, ...]:
    """Return what stands before a command to run it in a network namespace with nothing in it; () where none can be."""
    unshare = shutil.which("unshare")
    if sys.platform != "linux" or unshare is None:
        return ()
    for options in (("--net",), ("--map-current-user", "--net")):
        if _works((unshare, *options, "true")):
            return (unshare, *options)
    return ()


def read_only_at(folder: Path, place: Path) -> tuple[str, ...]:
    """Return what stands before a command for which a folder appears at a place, not to be written to by anyone.

    The network is taken away as well. CheckNotRunError where the system gives no mount namespace.
    """
    unshare, shell = shutil.which("unshare"), shutil.which("sh")
    if sys.platform != "linux" or unshare is None or shell is None:
        raise CheckNotRunError("a folder is made read-only by a mount namespace, which only Linux has")
    script = f"PATH=/usr/sbin:/usr/bin:/sbin:/bin\n{_READ_ONLY.replace('exec', 'exec env PATH=/nowhere')}"
    for options in (("--mount", "--net"), ("--map-root-user", "--mount", "--net")):
        prefix = (unshare, *options, shell, "-c", script, "sh", str(folder), str(place))
        if _works((*prefix, "/bin/true")):
            return prefix
    raise CheckNotRunError("the system allows no mount namespace to this user (unshare --mount)")


def trace_of_sockets(trace: Path) -> tuple[str, ...]:
    """Return what stands before a command to note its and its children's sockets; CheckNotRunError without strace."""
    strace = shutil.which("strace")
    if strace is None:
        raise CheckNotRunError("sockets are seen by strace, which is not installed")
    prefix = (strace, "--follow-forks", "--seccomp-bpf", "--trace=socket", f"--output={trace}")
    if not _works((*prefix, "true")):
        raise CheckNotRunError("strace may not trace here (ptrace is not allowed)")
    return prefix


def internet_sockets(trace: str) -> list[str]:
    """Return the lines of a trace in which a socket to a network was asked for."""
    return [line for line in trace.splitlines() if _INTERNET_SOCKET.search(line)]


def _works(command: tuple[str, ...]) -> bool:
    return subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0
