"""Which files a path stands for: a file, a folder, a DICOMDIR, or a list of paths."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from cxrviewer.errors import CxrViewerError, UsageError
from cxrviewer.reading.dicomdir import referenced_files

# What file managers leave behind without a leading dot.
_SYSTEM_FILES = frozenset(("thumbs.db", "desktop.ini", "ehthumbs.db"))
_WINDOWS_HIDDEN = getattr(stat, "FILE_ATTRIBUTE_HIDDEN", 2)
_DICOMDIR = "dicomdir"


References = Callable[[Path], list[tuple[str, ...]]]
Entering = Callable[[Path], object]


def find_files(
    paths: Iterable[Path],
    recursive: bool = True,
    read_dicomdir: References = referenced_files,
    entering: Entering | None = None,
) -> Iterator[Path]:
    """Yield the files that paths stand for, each once per path given, folders in sorted order.

    A file stands for itself, and so does a path that names nothing or cannot be listed, so that it becomes an error's
    row. A folder stands for every file in it that is not hidden; symbolic links are followed, each folder visited
    once. A DICOMDIR stands for the files it names in its own folder and below; one that is damaged, or names files
    elsewhere, also stands for itself, so that it becomes a row. ``read_dicomdir`` reads one, or raises a named error:
    a program that reads strangers' media gives one that does so in a worker process. ``entering`` is called with every
    folder before it is listed; what it raises ends the search.
    """
    for path in paths:
        if path.is_dir():
            yield from _walk(path, recursive, read_dicomdir, entering)
        elif path.name.lower() == _DICOMDIR and path.is_file():
            yield from _named_by_dicomdir(path, set(), read_dicomdir)
        else:
            yield path


def read_path_list(source: str) -> Iterator[Path]:
    """Yield the paths in a list file, or from standard input where ``source`` is "-".

    One path a line, or separated by NUL where a NUL occurs (find -print0); UTF-8, other bytes are kept as the file
    system has them; blank lines are ignored. Raises UsageError where the list cannot be read.
    """
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
        raise UsageError(
            f"the list of paths {source!r} cannot be read: {reason}. Give a text file with one path a line, or - for "
            "standard input."
        ) from error
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    for entry in text.split("\0") if "\0" in text else text.split("\n"):
        name = entry if "\0" in text else entry.removesuffix("\r")
        if name.strip():
            yield Path(name)


def _walk(top: Path, recursive: bool, read_dicomdir: References, entering: Entering | None) -> Iterator[Path]:
    """Yield a folder's files, then its folders' files, without the call stack's limit on depth."""
    visited: set[tuple[int, int]] = set()
    named: set[Path] = set()
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        if entering is not None:
            entering(folder)
        try:
            status = folder.stat()
            with os.scandir(folder) as found:
                entries = sorted((entry for entry in found if not _is_hidden(entry)), key=lambda entry: entry.name)
        except OSError:
            yield folder
            continue
        if status.st_ino and (status.st_dev, status.st_ino) in visited:  # some network drives give no inode
            continue
        visited.add((status.st_dev, status.st_ino))
        files: list[os.DirEntry[str]] = []
        below: list[os.DirEntry[str]] = []
        for entry in entries:
            (below if _is_folder(entry) else files).append(entry)
        yield from _files(files, named, read_dicomdir)
        if recursive:
            waiting += [Path(entry.path) for entry in reversed(below)]


def _files(files: list[os.DirEntry[str]], named: set[Path], read_dicomdir: References) -> Iterator[Path]:
    """Yield one folder's files, those that its DICOMDIR names first; ``named`` holds what a DICOMDIR has named.

    Paths are made one by one: a folder may hold a hundred thousand files.
    """
    for entry in files:
        if entry.name.lower() == _DICOMDIR:
            yield from _named_by_dicomdir(Path(entry.path), named, read_dicomdir)
    for entry in files:
        if entry.name.lower() != _DICOMDIR:
            path = Path(entry.path)
            if not (named and _identity(path) in named):
                yield path


def _is_hidden(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith(".") or entry.name.lower() in _SYSTEM_FILES:
        return True
    if sys.platform != "win32":
        return False
    return bool(entry.stat(follow_symlinks=False).st_file_attributes & _WINDOWS_HIDDEN)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _identity(path: Path) -> Path:
    """Return the path with symbolic links resolved as far as they can be."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path


def _named_by_dicomdir(dicomdir: Path, named: set[Path], read_dicomdir: References) -> Iterator[Path]:
    """Yield the files that a DICOMDIR names (PS3.10 8, PS3.3 F.3), and note them in ``named``.

    A reference that leads out of the DICOMDIR's folder, by "..", a drive or a link, is never followed.
    """
    try:
        references = read_dicomdir(dicomdir)
    except CxrViewerError:
        yield dicomdir
        return
    folder = _identity(dicomdir.parent)
    refused = False
    for components in references:
        path = _within(dicomdir.parent, components)
        if path is None or not _identity(path).is_relative_to(folder):
            refused = True
        elif _identity(path) not in named:
            named.add(_identity(path))
            yield path
    if refused or not references:
        yield dicomdir


def _within(folder: Path, components: tuple[str, ...]) -> Path | None:
    """Return a referenced file's path, in whatever case the medium was copied; None where a component is no name."""
    path = folder
    for component in components:
        if component in ("", ".", "..") or any(character in component for character in "/\\:\0"):
            return None
        step = path / component
        path = step if step.exists() else _in_another_case(path, component) or step
    return path if components else None


def _in_another_case(folder: Path, component: str) -> Path | None:
    """Return the entry of a folder that differs from a name in case only, as some systems copy media."""
    try:
        return next((path for path in sorted(folder.iterdir()) if path.name.lower() == component.lower()), None)
    except OSError:
        return None
