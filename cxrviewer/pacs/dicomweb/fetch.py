"""WADO-RS: objects of a study or series into a folder, one request each, so that progress and limits count objects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cxrviewer.errors import PeerAnswerError, PeerStatusError
from cxrviewer.pacs.dicomweb.connection import OBJECT_BYTES, Connection, connected, limited
from cxrviewer.pacs.dicomweb.multipart import boundary_of, first_part
from cxrviewer.pacs.dicomweb.search import objects_of_series, series_of_study
from cxrviewer.pacs.landing import make_folder, object_path, write_object
from cxrviewer.pacs.node import Node
from cxrviewer.pacs.object_kinds import MODALITIES, STORED_CLASSES
from cxrviewer.pacs.query import FoundSeries, FoundStudy
from cxrviewer.pacs.transfer import CancelledCall, ProgressCall, Retrieved, TransferProgress

if TYPE_CHECKING:
    from requests import Response

# An object as the server has it, whatever its transfer syntax.
_ACCEPT: Final = 'multipart/related; type="application/dicom"; transfer-syntax=*'
_PREAMBLE: Final = 132


def fetch(
    node: Node, wanted: FoundStudy | FoundSeries, folder: Path, progress: ProgressCall, cancelled: CancelledCall
) -> Retrieved:
    """Retrieve a study or series; see ``pacs.operations``."""
    make_folder(folder)
    paths: list[Path] = []
    problems: list[str] = []
    failed = 0
    with connected(node) as connection:
        objects = _objects(connection, wanted, cancelled)
        for url, uid in objects:
            progress(TransferProgress(len(paths), failed, len(objects)))
            if cancelled():
                break
            try:
                paths.append(_fetch_one(connection, url, object_path(folder, uid)))
            except (PeerAnswerError, PeerStatusError) as error:
                failed += 1
                if str(error) not in problems and len(problems) < 5:
                    problems.append(str(error))
        progress(TransferProgress(len(paths), failed, len(objects)))
    return Retrieved(tuple(paths), failed, tuple(problems), cancelled())


def _objects(
    connection: Connection, wanted: FoundStudy | FoundSeries, cancelled: CancelledCall
) -> list[tuple[str, str]]:
    """Return address and SOP instance UID of the objects that are wanted and of kinds that are read."""
    if isinstance(wanted, FoundSeries):
        series: tuple[FoundSeries, ...] = (wanted,)
    else:
        series = tuple(one for one in series_of_study(connection, wanted.study_uid) if one.modality in MODALITIES)
    found = []
    for one in series:
        if cancelled():
            break
        for uid, sop_class in objects_of_series(connection, one).items():
            if not sop_class or sop_class in STORED_CLASSES:
                found.append((f"studies/{one.study_uid}/series/{one.series_uid}/instances/{uid}", uid))
    return found


def _fetch_one(connection: Connection, url: str, path: Path) -> Path:
    with connection.get(url, _ACCEPT) as response:
        write_object(path, _checked(_content(connection.node, response)))
    return path


def _content(node: Node, response: Response) -> Iterator[bytes]:
    pieces = limited(node, response, OBJECT_BYTES)
    content_type = response.headers.get("Content-Type", "")
    if content_type.lower().startswith("multipart/"):
        return first_part(pieces, boundary_of(content_type))
    if content_type.lower().startswith("application/dicom"):
        return pieces
    raise PeerAnswerError(f"expected a DICOM object of {node.name}, got something else.")


def _checked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the pieces of a DICOM file; PeerAnswerError where they do not begin as one."""
    held = b""
    for piece in pieces:
        held += piece
        if len(held) >= _PREAMBLE:
            break
    if held[_PREAMBLE - 4 : _PREAMBLE] != b"DICM":
        raise PeerAnswerError("expected a DICOM object, got something else.")
    yield held
    yield from pieces
