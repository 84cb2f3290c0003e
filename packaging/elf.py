"""What an ELF file says of itself: what it needs, where it looks for that, and how it is laid out; read by readelf."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_MAGIC = b"\x7fELF"
_PAGE = 0x1000
_NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")
_RUN_PATH = re.compile(r"\((?:RUNPATH|RPATH)\).*\[(.*)\]")
_SEGMENT = re.compile(r"^\s+LOAD\s+(0x[0-9a-f]+)\s+(0x[0-9a-f]+)\s.*\s(0x[0-9a-f]+)$", re.MULTILINE)
_GLIBC = re.compile(r"\bGLIBC_(\d+(?:\.\d+)+)\b")


@dataclass(frozen=True)
class ElfFacts:
    """What readelf tells of one file; ``loads_aligned`` is what the loader asks of every LOAD segment."""

    needed: tuple[str, ...]
    run_path: tuple[str, ...]
    loads_aligned: bool
    newest_glibc: tuple[int, ...]


def is_elf(path: Path) -> bool:
    """Return whether a file begins as ELF does."""
    with path.open("rb") as stream:
        return stream.read(4) == _MAGIC


def elf_files(folder: Path) -> list[Path]:
    """Return the ELF files below a folder, sorted; links are not followed."""
    paths = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(path for path in paths if is_elf(path))


def elf_facts(path: Path) -> ElfFacts:
    """Return what a file needs and how it is laid out; raises CalledProcessError where readelf cannot read it."""
    command = ["readelf", "--wide", "--dynamic", "--segments", "--version-info", str(path)]
    environment = {**os.environ, "LC_ALL": "C"}
    run = subprocess.run(command, capture_output=True, text=True, errors="replace", check=True, env=environment)
    return parse_readelf(run.stdout)


def parse_readelf(text: str) -> ElfFacts:
    """Return the facts in the output of ``readelf --wide --dynamic --segments --version-info``."""
    run_path = [entry for match in _RUN_PATH.findall(text) for entry in match.split(":") if entry]
    segments = [tuple(int(number, 16) for number in match) for match in _SEGMENT.findall(text)]
    # The loader maps whole pages: place in the file and address must agree within one, and within the alignment asked.
    aligned = all(align >= _PAGE and (offset - address) % align == 0 for offset, address, align in segments)
    versions = [tuple(int(part) for part in found.split(".")) for found in _GLIBC.findall(text)]
    return ElfFacts(tuple(_NEEDED.findall(text)), tuple(run_path), aligned, max(versions, default=(0,)))


def missing_libraries(
    facts: Mapping[Path, ElfFacts], internal: Path, of_the_system: Iterable[str]
) -> list[tuple[Path, str]]:
    """Return (file, library) for what a file needs and the loader would find neither in the folder nor in the system.

    The loader looks in the file's own run path and, as PyInstaller's bootloader tells it to, in ``internal``.
    """
    known = frozenset(of_the_system)
    return [
        (path, name)
        for path, fact in facts.items()
        for name in fact.needed
        if name not in known and not any((place / name).exists() for place in _places(path, fact, internal))
    ]


def _places(path: Path, fact: ElfFacts, internal: Path) -> list[Path]:
    origin = str(path.parent)
    said = [Path(entry.replace("${ORIGIN}", origin).replace("$ORIGIN", origin)) for entry in fact.run_path]
    return [*said, internal]
