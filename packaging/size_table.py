"""What each part of the program weighs."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

MEGABYTE: Final = 1_000_000
MOST_UNPACKED: Final = 400 * MEGABYTE
MOST_COMPRESSED: Final = 165 * MEGABYTE

_PARTS: Final = (
    ("OpenCV, with FFmpeg and OpenBLAS", ("cv2/*", "opencv_python_headless.libs/*")),
    ("ICU of Qt", ("PySide6/*icu*",)),
    ("Qt and PySide6", ("PySide6/*", "shiboken6/*")),
    ("NumPy, with OpenBLAS", ("numpy/*", "numpy.libs/*")),
    ("LiteRT", ("ai_edge_litert/*",)),
    ("GDCM", ("_gdcm/*", "python_gdcm.libs/*", "gdcm*")),
    ("Pillow", ("PIL/*", "pillow.libs/*")),
    ("bundles", ("models/*",)),
    ("resources", ("resources/*",)),
    ("pydantic", ("pydantic/*", "pydantic_core/*")),
    ("fontTools", ("fontTools/*",)),
    ("TensorFlow and Keras", ("tensorflow/*", "keras/*", "h5py*/*", "scipy*", "optree/*", "grpc/*", "ml_dtypes/*")),
    ("JPEG-LS, JPEG 2000 and RLE decoders", ("_CharLS*", "_openjpeg*", "rle/*", "openjpeg/*", "jpeg_ls/*")),
    ("Python", ("libpython*", "python3*", "Python*", "base_library.zip", "lib-dynload/*")),
    ("metadata and licences", ("*.dist-info/*", "THIRD_PARTY_NOTICES*", "*.cdx.json", "LICENSE*")),
    ("libraries of the system", ("lib*.so*", "lib*.dylib", "*.dll")),
)  # fmt: skip
_PROGRAM: Final = "program and pure Python"
_OTHER: Final = "other"


def part_of(path: str) -> str:
    """Return which part of the program a file is of, by its path in the program's folder."""
    inside, found, rest = path.partition("_internal/")
    name = rest if found and not inside else path
    if not found and name in ("cxrviewer", "cxrviewer-cli", "cxrviewer.exe", "cxrviewer-cli.exe"):
        return _PROGRAM
    return next((part for part, patterns in _PARTS if any(fnmatch.fnmatchcase(name, p) for p in patterns)), _OTHER)


def weights(folder: Path) -> dict[str, int]:
    """Return the bytes of every file below a folder by its path; a link weighs nothing."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in sorted(files)}


def by_part(sizes: Mapping[str, int]) -> dict[str, int]:
    """Return the bytes of every part, from the heaviest."""
    sums: dict[str, int] = {}
    for path, size in sizes.items():
        sums[part_of(path)] = sums.get(part_of(path), 0) + size
    return dict(sorted(sums.items(), key=lambda entry: (-entry[1], entry[0])))


def table(sizes: Mapping[str, int], archives: Iterable[Path] = ()) -> str:
    """Return the table that the build prints: parts by weight, their sum, and the archives."""
    rows = [(part, size) for part, size in by_part(sizes).items()]
    rows.append(("unpacked", sum(sizes.values())))
    rows += [(path.name, path.stat().st_size) for path in archives]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:{width}}  {size / MEGABYTE:8.1f} MB" for name, size in rows)


def over_the_limits(unpacked: int, compressed: int) -> list[str]:
    """Return what is heavier than the standard build may be."""
    pairs = (("unpacked", unpacked, MOST_UNPACKED), ("compressed", compressed, MOST_COMPRESSED))
    return [
        f"expected at most {most / MEGABYTE:.0f} MB {what}, got {size / MEGABYTE:.1f}: the table says what weighs most."
        for what, size, most in pairs
        if size > most
    ]
