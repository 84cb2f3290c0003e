"""Decoded radiographs kept for a while, the ones used last, within a limit of bytes."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from cxrviewer.domain import Radiograph

DEFAULT_CACHE_BYTES = 120_000_000


class RadiographCache:
    """The radiographs used last; what falls out is freed as soon as nobody shows it."""

    def __init__(self, limit_bytes: int = DEFAULT_CACHE_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[Path, Radiograph] = OrderedDict()
        self._bytes = 0

    @property
    def held_bytes(self) -> int:
        """The bytes of all pixels that are kept."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, path: Path) -> bool:
        return path in self._kept

    def get(self, path: Path) -> Radiograph | None:
        """Return the radiograph of a file and count it as used, or None."""
        radiograph = self._kept.get(path)
        if radiograph is not None:
            self._kept.move_to_end(path)
        return radiograph

    def put(self, path: Path, radiograph: Radiograph) -> None:
        """Keep a radiograph, and let go of those used longest ago where the limit asks for it.

        One that is larger than the limit by itself is not kept: the view that shows it holds it.
        """
        self.forget(path)
        if radiograph.stored.nbytes > self._limit_bytes:
            return
        self._kept[path] = radiograph
        self._bytes += radiograph.stored.nbytes
        while self._bytes > self._limit_bytes:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= dropped.stored.nbytes

    def forget(self, path: Path) -> None:
        """Let go of the radiograph of a file, if it is kept."""
        dropped = self._kept.pop(path, None)
        if dropped is not None:
            self._bytes -= dropped.stored.nbytes

    def clear(self) -> None:
        """Let go of everything."""
        self._kept.clear()
        self._bytes = 0
