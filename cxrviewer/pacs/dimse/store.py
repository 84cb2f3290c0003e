"""C-STORE: files to a node, byte for byte in the transfer syntax that they have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cxrviewer.errors import NetworkError
from cxrviewer.extras import DICOM_NETWORK
from cxrviewer.pacs.dimse.association import associated, lost, status_in_words
from cxrviewer.pacs.node import Node
from cxrviewer.pacs.query import is_uid
from cxrviewer.pacs.transfer import AcknowledgedCall, CancelledCall, NotSent, ProgressCall, Sent, TransferProgress

if TYPE_CHECKING:
    from pynetdicom.association import Association

_MOST_CONTEXTS: Final = 128


@dataclass(frozen=True)
class ObjectFile:
    """A DICOM file and what its file meta information says: SOP class, SOP instance and transfer syntax."""

    path: Path
    sop_class: str
    sop_instance: str
    transfer_syntax: str

    @property
    def kind(self) -> tuple[str, str]:
        """What a presentation context is negotiated for."""
        return self.sop_class, self.transfer_syntax


def read_object_file(path: Path) -> ObjectFile | NotSent:
    """Return what a file says it is, or why it cannot be sent; its data set is not read."""
    from pydicom.filereader import read_file_meta_info

    try:
        meta = read_file_meta_info(path)
        values = [
            str(meta.get(keyword) or "")
            for keyword in ("MediaStorageSOPClassUID", "MediaStorageSOPInstanceUID", "TransferSyntaxUID")
        ]
    except OSError as error:
        return NotSent(path, f"the file cannot be read ({error.strerror or type(error).__name__}).")
    except Exception:  # noqa: BLE001 - pydicom raises many kinds for what is no DICOM file
        return NotSent(path, "expected a DICOM file, got something else.")
    if not all(map(is_uid, values)):
        return NotSent(path, "expected a DICOM file whose header names SOP class, SOP instance and transfer syntax.")
    return ObjectFile(path, *values)


def send_files(
    node: Node,
    files: Sequence[Path],
    progress: ProgressCall,
    cancelled: CancelledCall,
    acknowledged: AcknowledgedCall,
) -> Sent:
    """Send files; see ``pacs.operations``. Raises why no association came about where nothing was sent."""
    DICOM_NETWORK.module("pynetdicom")
    sending = _Sending(node, len(files), progress, cancelled, acknowledged)
    objects = []
    for path in files:
        read = read_object_file(path)
        if isinstance(read, NotSent):
            sending.refuse(path, read.reason)
        else:
            objects.append(read)
    for batch in _batches(objects):
        if cancelled():
            break
        try:
            sending.send(batch)
        except NetworkError as error:
            if not sending.sent and len(batch) == len(objects):
                raise
            sending.refuse_rest(batch, str(error))
    return sending.result()


def _batches(objects: Sequence[ObjectFile]) -> Iterator[list[ObjectFile]]:
    """Yield the objects in lots that fit into one association each."""
    batch: list[ObjectFile] = []
    kinds: set[tuple[str, str]] = set()
    for one in objects:
        if one.kind not in kinds and len(kinds) == _MOST_CONTEXTS:
            yield batch
            batch, kinds = [], set()
        kinds.add(one.kind)
        batch.append(one)
    if batch:
        yield batch


class _Sending:
    """What was sent so far, and what was not."""

    def __init__(
        self,
        node: Node,
        total: int,
        progress: ProgressCall,
        cancelled: CancelledCall,
        acknowledged: AcknowledgedCall,
    ) -> None:
        self._node = node
        self._total = total
        self._progress = progress
        self._cancelled = cancelled
        self._acknowledged = acknowledged
        self.sent: dict[Path, None] = {}
        self._not_sent: dict[Path, NotSent] = {}

    def send(self, batch: list[ObjectFile]) -> None:
        """Send objects over one association; raises NetworkError where it is lost."""
        from pynetdicom import _config
        from pynetdicom.presentation import build_context

        _config.STORE_SEND_CHUNKED_DATASET = True  # the file's bytes go out as they are, and are never parsed
        kinds = dict.fromkeys(one.kind for one in batch)
        with associated(self._node, [build_context(*kind) for kind in kinds]) as association:
            for number, one in enumerate(batch):
                if self._cancelled():
                    return
                self._send_one(association, one, number % 65535 + 1)

    def _send_one(self, association: Association, one: ObjectFile, number: int) -> None:
        try:
            status = association.send_c_store(one.path, msg_id=number)
        except ValueError:
            self.refuse(one.path, f"{self._node.name} does not take objects of this SOP class in this transfer syntax.")
            return
        except OSError as error:
            self.refuse(one.path, f"the file cannot be read ({error.strerror or type(error).__name__}).")
            return
        except RuntimeError as error:  # the association ended before this object
            raise lost(self._node, "C-STORE", association) from error
        code = status.get("Status")
        if code is None:
            raise lost(self._node, "C-STORE", association)
        if code == 0x0000 or 0xB000 <= code <= 0xBFFF:
            self.sent[one.path] = None
            self._acknowledged(one.path)
            self._tell()
        else:
            self.refuse(one.path, f"{self._node.name} answered with the status 0x{code:04X}: {status_in_words(code)}.")

    def refuse(self, path: Path, reason: str, *, lost: bool = False) -> None:
        """Count a file as not sent."""
        self._not_sent[path] = NotSent(path, reason, lost)
        self._tell()

    def refuse_rest(self, batch: list[ObjectFile], reason: str) -> None:
        """Count what of a lot has not been sent, as its association is lost."""
        for one in batch:
            if one.path not in self.sent and one.path not in self._not_sent:
                self.refuse(one.path, reason, lost=True)

    def _tell(self) -> None:
        self._progress(TransferProgress(len(self.sent), len(self._not_sent), self._total))

    def result(self) -> Sent:
        """Return what came of it."""
        return Sent(tuple(self.sent), tuple(self._not_sent.values()), self._cancelled())
