"""One job's share of a list of files, for array jobs that know nothing of each other."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from cxrviewer.errors import UsageError

_MOST_SHARDS = 1_000_000


@dataclass(frozen=True)
class Shard:
    """Shard ``number`` of ``count``, counted from 1.

    A file's shard follows from its absolute path alone, not from its place in the list: a file that is added while
    array jobs start one after the other moves no other file from one shard to another. So every file is in exactly one
    shard, as long as all jobs see it under the same path; shards differ in size by chance, a few per cent at thousands
    of files.
    """

    number: int
    count: int

    @property
    def name(self) -> str:
        """Return "shard-03-of-10": as wide as the count, so that names sort as the shards do."""
        return f"shard-{self.number:0{len(str(self.count))}}-of-{self.count}"

    def holds(self, path: Path) -> bool:
        """Return whether a file is in this shard: SHA-256 of its absolute path's bytes, modulo the number of shards."""
        digest = hashlib.sha256(os.fsencode(path.absolute())).digest()
        return int.from_bytes(digest[:8], "big") % self.count == self.number - 1


def parse_shard(text: str) -> Shard:
    """Return the shard that "3/10" names; UsageError for anything else."""
    found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text.strip(), re.ASCII)
    number, count = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= number <= count <= _MOST_SHARDS:
        raise UsageError(
            f"expected a shard as NUMBER/COUNT, counted from 1, such as 3/10, and at most {_MOST_SHARDS} of them, "
            f"got {text!r}."
        )
    return Shard(number, count)
