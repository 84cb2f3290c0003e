"""Symbols that only a debugger reads, taken out of the shared libraries that bear it."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from elf import elf_facts, elf_files


@dataclass(frozen=True)
class Stripping:
    """What was saved, and which files were left as they were because stripping would have broken them."""

    saved_bytes: int
    left: tuple[Path, ...]


def strip_libraries(folder: Path, scratch: Path) -> Stripping:
    """Strip every ELF file below a folder of what is not needed to load it.

    auditwheel moves the segments of libraries that it renames; strip may then leave one that begins in the middle of
    a page, which the loader refuses. Such files are left as they came.
    """
    saved = 0
    left: list[Path] = []
    for path in elf_files(folder):
        before = path.stat().st_size
        stripped = scratch / "stripped"
        shutil.copy2(path, stripped)
        run = subprocess.run(
            ["strip", "--strip-unneeded", str(stripped)],
            capture_output=True,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
        # strip says nothing but warns where it met a layout that it does not know
        if run.returncode or run.stderr or not elf_facts(stripped).loads_aligned:
            left.append(path)
        elif stripped.stat().st_size < before:
            saved += before - stripped.stat().st_size
            stripped.replace(path)
        stripped.unlink(missing_ok=True)
    return Stripping(saved, tuple(left))
