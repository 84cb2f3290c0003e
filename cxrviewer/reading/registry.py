"""The one way from a path to a Radiograph: open, sniff the content, hand to the reader of that format."""

from __future__ import annotations

import os
import stat
from typing import BinaryIO

from cxrviewer.domain import Radiograph
from cxrviewer.errors import MissingFileError, NotAnImageError, ReadingError, WorkerMemoryError
from cxrviewer.reading.limits import DEFAULT_LIMITS, Limits
from cxrviewer.reading.signatures import SIGNATURE_BYTES, Format, identify


def read_radiograph(
    path: str | os.PathLike[str], limits: Limits = DEFAULT_LIMITS, *, any_view: bool = False
) -> Radiograph:
    """Read one file, of whatever name, as a radiograph.

    ``any_view`` reads what is to be looked at, not classified: a radiograph whose header says that it is no frontal
    view, or not of the chest, is read with that as a warning.

    PNG, JPEG, TIFF, BMP, WebP and DICOM are told apart by content. Whatever the content, only children of
    CxrViewerError are raised: MissingFileError where the path cannot be opened, CorruptFileError for
    truncated and corrupt files, a child of RefusedError for intact files that are no radiographs or over the
    limits, WorkerMemoryError where memory ran out.
    """
    try:
        with _open(path) as file:
            size = os.fstat(file.fileno()).st_size
            limits.check_file(size)
            return _read(file, size, limits, any_view=any_view)
    except MemoryError as error:
        raise WorkerMemoryError(
            "memory ran out while reading the file. Close other programs, or lower the pixel limit to refuse "
            "such files."
        ) from error
    except OSError as error:
        raise ReadingError(
            f"the file could not be read to its end: {_reason(error)}. Check the drive or network."
        ) from error


def _open(path: str | os.PathLike[str]) -> BinaryIO:
    """Open a regular file; a pipe or a device would block, or never end."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116 - Path() would lose nothing but time
            raise NotAnImageError("expected a file, got a folder, pipe or device. Give a file, or a folder to search.")
        return open(path, "rb")  # noqa: PTH123 - takes any os.PathLike
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise MissingFileError(
            f"the file cannot be opened: {_reason(error)}. Check the path and the permission to read it."
        ) from error


def _reason(error: Exception) -> str:
    """Say why without the path, which may carry a patient's name."""
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


def _read(file: BinaryIO, size: int, limits: Limits, *, any_view: bool) -> Radiograph:
    found = identify(file.read(SIGNATURE_BYTES))
    file.seek(0)
    if found is Format.DICOM:
        from cxrviewer.reading.dicom import read_dicom

        return read_dicom(file, size, limits, any_view=any_view)
    from cxrviewer.reading.raster import read_raster

    return read_raster(file.read(), found, limits)
