"""STOW-RS: files to a server, one request each, byte for byte."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from cxrviewer.errors import NetworkError, PeerStatusError
from cxrviewer.pacs.dicomweb.connection import Connection, connected
from cxrviewer.pacs.dicomweb.dicom_json import value_of
from cxrviewer.pacs.dicomweb.multipart import FilePart
from cxrviewer.pacs.dimse.association import status_in_words
from cxrviewer.pacs.dimse.store import read_object_file
from cxrviewer.pacs.node import Node
from cxrviewer.pacs.transfer import AcknowledgedCall, CancelledCall, NotSent, ProgressCall, Sent, TransferProgress

_FAILED_SEQUENCE = "00081198"
_FAILURE_REASON = "00081197"


def store_files(
    node: Node,
    files: Sequence[Path],
    progress: ProgressCall,
    cancelled: CancelledCall,
    acknowledged: AcknowledgedCall,
) -> Sent:
    """Send files; see ``pacs.operations``. A failure of the connection is raised where nothing was sent."""
    sent: list[Path] = []
    not_sent: list[NotSent] = []
    with connected(node) as connection:
        for number, path in enumerate(files):
            progress(TransferProgress(len(sent), len(not_sent), len(files)))
            if cancelled():
                break
            try:
                refusal = _store_one(connection, path)
            except PeerStatusError as error:
                not_sent.append(NotSent(path, str(error)))
            except OSError as error:  # the file went away meanwhile
                not_sent.append(NotSent(path, f"the file cannot be read ({error.strerror or type(error).__name__})."))
            except NetworkError as error:  # of the connection: the rest would fail as well
                if not sent:
                    raise
                not_sent.extend(NotSent(left, str(error), lost=True) for left in files[number:])
                break
            else:
                if refusal is None:
                    sent.append(path)
                    acknowledged(path)
                else:
                    not_sent.append(refusal)
        progress(TransferProgress(len(sent), len(not_sent), len(files)))
    return Sent(tuple(sent), tuple(not_sent), cancelled())


def _store_one(connection: Connection, path: Path) -> NotSent | None:
    """Send one file, and return why the server did not take it, or None."""
    read = read_object_file(path)
    if isinstance(read, NotSent):
        return read
    boundary = f"cxrviewer-{uuid.uuid4().hex}"
    with closing(FilePart(path, boundary)) as body:
        content_type = f'multipart/related; type="application/dicom"; boundary={boundary}'
        status, answer = connection.post("studies", body, content_type)
    reason = failure_reason(answer)
    if reason is None and status != 409:
        return None
    words = status_in_words(reason) if reason is not None else "the server did not take it"
    return NotSent(path, f"{connection.node.name} refused the object: {words}.")


def failure_reason(answer: bytes) -> int | None:
    """Return the failure reason (0008,1197) of an answer to STOW-RS, None where it names no failed object."""
    try:
        content: Any = json.loads(answer) if answer.strip() else {}
    except (ValueError, RecursionError):
        return None
    failed = _failed_objects(content[0] if isinstance(content, list) and content else content)
    if not failed:
        return None
    reason = value_of(failed[0], _FAILURE_REASON)
    return reason if isinstance(reason, int) and not isinstance(reason, bool) else 0x0110


def _failed_objects(content: Any) -> list[Any]:
    """Return the items of the sequence of failed objects; ``values_of`` would take them for names."""
    attribute = content.get(_FAILED_SEQUENCE) if isinstance(content, dict) else None
    items = attribute.get("Value") if isinstance(attribute, dict) else None
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
