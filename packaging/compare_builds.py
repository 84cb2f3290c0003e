"""Compare two builds file by file: ``python packaging/compare_builds.py A B``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def differences(first: Path, second: Path) -> list[str]:
    """Return one line for every file that two folders do not have alike: content, kind, or whether it can be run."""
    lines = []
    names = sorted({path.relative_to(folder).as_posix() for folder in (first, second) for path in folder.rglob("*")})
    for name in names:
        said = _difference(first / name, second / name)
        if said:
            lines.append(f"{name}: {said}")
    return lines


def _difference(one: Path, other: Path) -> str | None:
    kinds = _kind(one), _kind(other)
    if kinds[0] != kinds[1]:
        return f"{kinds[0]} here, {kinds[1]} there"
    if one.is_symlink():
        targets = one.readlink(), other.readlink()
        return f"leads to {targets[0]} here, to {targets[1]} there" if targets[0] != targets[1] else None
    if one.is_dir():
        return None
    if (one.stat().st_mode ^ other.stat().st_mode) & 0o111:
        return "can be run in one, not in the other"
    return _difference_of_content(one.read_bytes(), other.read_bytes())


def _kind(path: Path) -> str:
    if path.is_symlink():
        return "a link"
    if path.is_dir():
        return "a folder"
    return "a file" if path.is_file() else "nothing"


def _difference_of_content(one: bytes, other: bytes) -> str | None:
    if one == other:
        return None
    if len(one) != len(other):
        return f"{len(one)} bytes here, {len(other)} there"
    places = [place for place in range(len(one)) if one[place] != other[place]]
    return f"{len(places)} of {len(one)} bytes, the first at {places[0]}"


def main() -> None:
    """Print the differences; exit status 1 where there are some."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    arguments = parser.parse_args()
    for folder in (arguments.first, arguments.second):
        if not folder.is_dir():
            parser.error(f"expected the folder of a build, got {folder}, which is none.")
    lines = differences(arguments.first, arguments.second)
    count = sum(1 for path in arguments.first.rglob("*") if path.is_file())
    print("\n".join([*lines, f"{len(lines)} of {count} files differ."]))  # noqa: T201
    sys.exit(1 if lines else 0)


if __name__ == "__main__":
    main()
