"""How a transfer of objects goes on, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class TransferProgress:
    """Objects done and failed so far, and how many there are; ``total`` is None until the node has told it."""

    done: int
    failed: int = 0
    total: int | None = None


ProgressCall = Callable[[TransferProgress], None]
CancelledCall = Callable[[], bool]
AcknowledgedCall = Callable[[Path], None]


@dataclass(frozen=True)
class NodeAnswer:
    """A node that answered a test: in how many milliseconds, whether encrypted, and what it says it is."""

    milliseconds: float
    encrypted: bool
    peer: str = ""


@dataclass(frozen=True)
class Retrieved:
    """What was retrieved: the files, each whole on disk; how many objects failed, and why the first ones did."""

    paths: tuple[Path, ...] = ()
    failed: int = 0
    problems: tuple[str, ...] = ()
    cancelled: bool = False


@dataclass(frozen=True)
class NotSent:
    """A file that the node did not take, and why; ``lost``: as the connection ended, not because of the file."""

    path: Path
    reason: str
    lost: bool = False


@dataclass(frozen=True)
class Sent:
    """What was sent: the files that the node acknowledged, and those that it did not take."""

    paths: tuple[Path, ...] = ()
    not_sent: tuple[NotSent, ...] = ()
    cancelled: bool = False
