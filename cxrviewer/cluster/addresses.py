"""Where a cluster is, as the user names it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from cxrviewer.errors import UsageError

Kind = Literal["address", "local", "slurm"]
_MOST_WORKERS = 100_000


@dataclass(frozen=True)
class ClusterAddress:
    """A scheduler at ``address``, or a cluster to be started: of processes here, or of ``workers`` Slurm jobs."""

    kind: Kind
    address: str = ""
    workers: int | None = None


def parse_address(text: str) -> ClusterAddress:
    """Return what ``tcp://host:port``, ``tls://host:port``, ``local``, ``local:N``, ``slurm`` or ``slurm:N`` means.

    Raises UsageError for anything else.
    """
    started = re.fullmatch(r"(local|slurm)(?::([1-9][0-9]{0,5}))?", text, re.ASCII)
    if started and int(started[2] or 1) <= _MOST_WORKERS:
        kind: Kind = "local" if started[1] == "local" else "slurm"
        return ClusterAddress(kind, workers=int(started[2]) if started[2] else None)
    scheduler = re.fullmatch(r"(tcp|tls)://(\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9._-]+):([0-9]{1,5})", text, re.ASCII)
    if scheduler and 0 < int(scheduler[3]) < 65536:
        return ClusterAddress("address", text)
    raise UsageError(
        f"expected the address of a scheduler, tcp://HOST:PORT or tls://HOST:PORT, or local, local:WORKERS, slurm or "
        f"slurm:JOBS, got {text!r}."
    )
