"""What is really in the built folder: distributions, by every module and file; shared libraries, by name."""

from __future__ import annotations

import fnmatch
import re
import sys
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any

from PyInstaller.archive.readers import CArchiveReader

_LIBRARY = re.compile(r"\.(so(\.[\w.]+)?|dll|dylib)$")
_EXTENSION = re.compile(r"\.(cpython-[\w-]+|abi3|cp3\w+-[\w-]+)\.so$|\.pyd$")
_WHEEL_HASH = re.compile(r"-[0-9a-f]{8}(?=[-.]|$)|-[0-9a-f]{32}(?=\.|$)")
_OWN = ("models/", "resources/", "cxrviewer-", "THIRD_PARTY_NOTICES", "cxrviewer/")
# Modules of PyInstaller's own in every frozen program, and of Python that its list of modules does not name.
_BOOTLOADER_MODULES = ("pyimod", "pyiboot", "pyi_rth", "_pyi_rth_utils")
_PYTHON_MODULES = ("_sysconfigdata", "base_library.zip", "python3", "lib-dynload")


@dataclass(frozen=True)
class LibraryKind:
    """One entry of licences/libraries.toml."""

    name: str
    files: tuple[str, ...]
    folders: tuple[str, ...]
    licence: str
    source: str
    replace: str
    texts: tuple[str, ...]
    forbidden: tuple[str, ...]


@dataclass(frozen=True)
class Inventory:
    """The parts of a folder; ``unknown`` are modules and files that belong to nothing that is known."""

    distributions: tuple[str, ...]
    libraries: dict[LibraryKind, tuple[str, ...]]
    unknown: tuple[str, ...]


def library_kinds(path: Path) -> tuple[LibraryKind, ...]:
    """Return the entries of a table like licences/libraries.toml."""
    with path.open("rb") as stream:
        rows: list[dict[str, Any]] = tomllib.load(stream)["library"]
    return tuple(
        LibraryKind(
            row["name"],
            tuple(row["files"]),
            tuple(row.get("folders", ())),
            row["licence"],
            row.get("source", ""),
            row.get("replace", ""),
            tuple(row.get("texts", ())),
            tuple(row.get("forbidden", ())),
        )
        for row in rows
    )


def is_library(path: str) -> bool:
    """Return whether a file is a shared library other than an extension module, which is its distribution's."""
    name = PurePosixPath(path).name
    return bool(_LIBRARY.search(name)) and not _EXTENSION.search(name)


def library_name(path: str) -> str:
    """Return a library's name and version as the table has them: ``ssl:1.1.1k`` for ``libssl-81259c47.so.1.1.1k``."""
    name = _WHEEL_HASH.sub("", PurePosixPath(path).name)
    stem, _, version = name.partition(".so")
    if stem == name:  # not from Linux: libname.1.dylib, name-1.dll
        stem = name.rsplit(".", 1)[0]
        found = re.match(r"(.+?)\.(\d[\d.]*)$", stem)
        stem, version = found.groups() if found else (stem, "")
    stem = stem.removeprefix("lib").rstrip("-_")
    version = version.strip(".")
    return f"{stem}:{version}" if version else stem


def library_kind(path: str, kinds: Sequence[LibraryKind]) -> LibraryKind | None:
    """Return which entry of the table a library is, by its folder or else its name, or None where it is unknown."""
    name = library_name(path).lower()  # Windows writes them as it likes
    for kind in kinds:
        if any(fnmatch.fnmatchcase(path, pattern) for pattern in kind.folders):
            return kind
    for kind in kinds:
        wanted = (name, name.partition(":")[0])
        if any(fnmatch.fnmatchcase(one, pattern.lower()) for one in wanted for pattern in kind.files):
            return kind
    return None


def frozen_modules(program: Path) -> tuple[str, ...]:
    """Return the names of the modules inside a frozen program's own file."""
    archive = CArchiveReader(str(program))
    return tuple(sorted(archive.open_embedded_archive("PYZ.pyz").toc))


def take_inventory(folder: Path, modules: Iterable[str], kinds: Sequence[LibraryKind]) -> Inventory:
    """Return what a folder (``_internal``) and the modules frozen into its program belong to."""
    owners = _owners()
    distributions: set[str] = set()
    libraries: dict[LibraryKind, list[str]] = {}
    unknown: list[str] = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
        name = path.relative_to(folder).as_posix()
        owner = owners.get(name.lower()) or owners.get(name.lower().removesuffix("c"))  # module.pyc of module.py
        if owner is not None:
            distributions.add(owner)
        if is_library(name):
            kind = library_kind(name, kinds)
            if kind is not None:
                libraries.setdefault(kind, []).append(name)
            else:
                unknown.append(name)
        elif owner is None and not name.startswith(_OWN) and not _is_python(name):
            unknown.append(name)
    for module in modules:
        owner = _module_owner(module, owners)
        if owner is not None:
            distributions.add(owner)
        elif not _is_known_module(module):
            unknown.append(f"module {module}")
    return Inventory(
        tuple(sorted(distributions | {"pyinstaller"})),
        {kind: tuple(names) for kind, names in libraries.items()},
        tuple(unknown),
    )


def _owners() -> dict[str, str]:
    """Return which installed distribution every file of the environment is of, by its path there in lower case."""
    owners: dict[str, str] = {}
    for distribution in metadata.distributions():
        name = normalised(distribution.metadata["Name"])
        for file in distribution.files or ():
            owners[file.as_posix().lower()] = name
    return owners


def normalised(name: str) -> str:
    """Return a distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _module_owner(module: str, owners: dict[str, str]) -> str | None:
    base = module.replace(".", "/").lower()
    return owners.get(f"{base}.py") or owners.get(f"{base}/__init__.py")


def _is_python(name: str) -> bool:
    return name.startswith(_PYTHON_MODULES) or PurePosixPath(name).stem.split(".")[0] in sys.stdlib_module_names


def _is_known_module(module: str) -> bool:
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names or module.startswith((*_BOOTLOADER_MODULES, *_PYTHON_MODULES)):
        return True
    # Folders without __init__.py have modules in them that say whose they are.
    return top == "cxrviewer" or module in _namespaces()


def _namespaces() -> frozenset[str]:
    found: set[str] = set()
    for path in _owners():
        for parent in PurePosixPath(path).parents:
            found.add(parent.as_posix().replace("/", "."))
    return frozenset(found)
