"""Shared libraries that nothing in the program needs once what needed them is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

Entry = tuple[str, str, str]  # where it goes, where it comes from, PyInstaller's kind
_LINK = "SYMLINK"
Imports = Callable[[str], Iterable[tuple[str, str | None]]]  # the libraries that a file is linked to: (name, path)


def without_orphans(binaries: list[Entry], imports_of: Imports) -> list[Entry]:
    """Return the binaries that something reaches: extension modules, plugins, and whatever those are linked to.

    PyInstaller follows every library's imports before anything can be left out, so that a plugin that is dropped
    leaves its whole family behind (GTK and forty of its kind, for Qt's GTK theme).
    """
    by_name: dict[str, list[Entry]] = {}  # two packages may each bring a library of one name, from folders of their own
    for entry in binaries:
        by_name.setdefault(_name(entry[0]), []).append(entry)
    reached: set[str] = set()
    waiting = [entry for entry in binaries if not _is_library(entry)]
    while waiting:
        entry = waiting.pop()
        if entry[0] in reached:
            continue
        reached.add(entry[0])
        names = [_name(entry[1])] if entry[2] == _LINK else [_name(name) for name, _ in imports_of(entry[1])]
        for name in names:
            waiting += [needed for needed in by_name.get(name, ()) if needed[0] not in reached]
    return [entry for entry in binaries if entry[0] in reached]


def without_dangling_links(entries: list[Entry], present: Iterable[Entry]) -> list[Entry]:
    """Return the entries without the links to what is not among those present: it has been left out."""
    places = frozenset(entry[0].replace("\\", "/") for entry in present)
    return [entry for entry in entries if entry[2] != _LINK or entry[1].replace("\\", "/") in places]


def _name(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).name


def _is_library(entry: Entry) -> bool:
    """Return whether a binary is one that only others load: in no package's own folder, or in one of bundled libraries.

    What a package loads by itself at run time (extension modules, Qt's plugins, the LiteRT runtime) is none.
    """
    path = PurePosixPath(entry[0].replace("\\", "/"))
    if entry[2] == "EXTENSION" or path.name.startswith(("libpython", "python3", "Python")):
        return False
    return len(path.parts) == 1 or path.parts[0].endswith(".libs") or path.parts[:3] == ("PySide6", "Qt", "lib")
