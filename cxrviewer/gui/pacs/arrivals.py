"""Which objects have arrived in a folder since a moment, and how many bytes they are. No Qt here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cxrviewer.pacs.query import FoundSeries, FoundStudy

FOLDER_NAME: Final = "pacs"
_SUFFIX: Final = ".dcm"


@dataclass(frozen=True)
class Arrived:
    """Objects that are whole on disk, by name, and their bytes."""

    paths: tuple[Path, ...] = ()
    byte_count: int = 0


def object_folder(base: Path, wanted: FoundStudy | FoundSeries) -> Path:
    """Return where the objects of a study lie: a folder of its own, which is named by its UID and by no patient."""
    return base / wanted.study_uid


class ArrivalWatch:
    """Compares a folder with how it was; an object that was replaced counts as having arrived."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before: dict[str, tuple[int, int, int]] = {}

    def begin(self) -> None:
        """Take the folder as it is now for how it was."""
        self._before = self._look()

    def look(self) -> Arrived:
        """Return what has arrived since ``begin``."""
        found = self._look()
        new = sorted(name for name, state in found.items() if self._before.get(name) != state)
        return Arrived(tuple(self._folder / name for name in new), sum(found[name][0] for name in new))

    def _look(self) -> dict[str, tuple[int, int, int]]:
        """Return size, moment and number of every object; a folder that cannot be read has none."""
        found = {}
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    if entry.name.endswith(_SUFFIX) and entry.is_file():
                        status = entry.stat()
                        found[entry.name] = (status.st_size, status.st_mtime_ns, status.st_ino)
        except OSError:
            return {}
        return found
