"""Objects from the network become files: whole, safe on disk before anybody hears of it, or not at all."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cxrviewer.errors import DiskFullError, ExportError, PeerAnswerError
from cxrviewer.pacs.query import is_uid
from cxrviewer.results.atomic import written_atomically

if TYPE_CHECKING:
    from pynetdicom.events import Event

_DISK_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def object_path(folder: Path, sop_instance_uid: str) -> Path:
    """Return where an object lies; PeerAnswerError for a UID that is none and might lead out of the folder."""
    if not is_uid(sop_instance_uid):
        raise PeerAnswerError("expected an object with a valid SOP instance UID, got one without.")
    return folder / f"{sop_instance_uid}.dcm"


def write_object(path: Path, content: Iterable[bytes | memoryview]) -> None:
    """Write an object's content to its file, and return when file and folder are on the disk.

    Raises DiskFullError where the disk is full and ExportError where it cannot be written otherwise; the file is whole
    or not there.
    """
    try:
        with written_atomically(path) as stream:
            for part in content:
                stream.write(part)
        sync_folder(path.parent)
    except ExportError as error:
        cause = error.__cause__
        if isinstance(cause, OSError) and cause.errno in _DISK_FULL:
            raise disk_full(path.parent) from error
        raise


def make_folder(folder: Path) -> None:
    """Make a folder where it is missing; DiskFullError or ExportError where it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno in _DISK_FULL:
            raise disk_full(folder) from error
        raise ExportError(f"the folder {folder} cannot be made ({error.strerror or error}); choose another.") from error


def disk_full(folder: Path) -> DiskFullError:
    """Return the named error of a disk without room."""
    return DiskFullError(f"the disk of {folder} is full; make room there, or choose another folder, and try again.")


def sync_folder(folder: Path) -> None:
    """Let the names in a folder reach the disk; Windows has no such call, and needs none."""
    if sys.platform == "win32":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno in _DISK_FULL:
            raise disk_full(folder) from error
        raise ExportError(f"the folder {folder} cannot be written ({error.strerror or error}).") from error


def received_content(event: Event) -> tuple[str, list[bytes | memoryview]]:
    """Return the SOP instance UID of a C-STORE request, and the object as a file: as it was sent, nothing parsed.

    Raises PeerAnswerError where UID or SOP class are none.
    """
    from pynetdicom.dsutils import encode_file_meta

    request = event.request
    uid = str(getattr(request, "AffectedSOPInstanceUID", None) or "")
    sop_class = str(getattr(request, "AffectedSOPClassUID", None) or "")
    data = getattr(request, "DataSet", None)
    if not is_uid(uid) or not is_uid(sop_class) or data is None:
        raise PeerAnswerError("expected an object with valid UIDs, got one without.")
    header = b"\x00" * 128 + b"DICM" + encode_file_meta(event.file_meta)
    return uid, [header, data.getbuffer()]
