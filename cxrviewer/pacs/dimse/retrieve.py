"""C-GET and C-MOVE: objects of a study or series into a folder."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cxrviewer.errors import CxrViewerError, DiskFullError, NoPresentationContextError, PeerStatusError
from cxrviewer.extras import DICOM_NETWORK
from cxrviewer.pacs.dimse.association import associated, check_status, is_cancelled, is_pending, lost
from cxrviewer.pacs.dimse.find import find_series
from cxrviewer.pacs.dimse.listening import Listening, ListeningLimits, ReceivedBytes, listen
from cxrviewer.pacs.landing import make_folder, object_path, received_content, write_object
from cxrviewer.pacs.node import Node
from cxrviewer.pacs.object_kinds import COMPRESSED, MODALITIES, RADIOGRAPH_CLASSES, RESULT_CLASSES, UNCOMPRESSED
from cxrviewer.pacs.query import FoundSeries, FoundStudy
from cxrviewer.pacs.transfer import CancelledCall, ProgressCall, Retrieved, TransferProgress

if TYPE_CHECKING:
    from pydicom.dataset import Dataset
    from pynetdicom.association import Association
    from pynetdicom.events import Event
    from pynetdicom.presentation import PresentationContext

STUDY_ROOT_GET: Final = "1.2.840.10008.5.1.4.1.2.2.3"
STUDY_ROOT_MOVE: Final = "1.2.840.10008.5.1.4.1.2.2.2"
SUCCESS: Final = 0x0000
OUT_OF_RESOURCES: Final = 0xA700
CANNOT_UNDERSTAND: Final = 0xC000
_PATIENCE: Final = 10.0  # a node may fetch films from its archive before it sends the first one
_ANY_AE_TITLE: Final = "ANY-SCP"
# What is asked for in C-GET, one proposal each, so that the node can send an object as it has it: more would not fit
# into the 128 presentation contexts of an association.
_COMPRESSED_FOR_GET: Final = tuple(syntax for syntax in COMPRESSED if syntax[-4:] not in (".202", ".203", ".201"))


def retrieve_objects(
    node: Node, wanted: FoundStudy | FoundSeries, folder: Path, progress: ProgressCall, cancelled: CancelledCall
) -> Retrieved:
    """Retrieve a study or series as the node says; see ``pacs.operations``."""
    make_folder(folder)
    parts = _parts(node, wanted, cancelled)
    counts = [part.object_count for part in parts if isinstance(part, FoundSeries)]
    known = [count for count in counts if count is not None]
    total = sum(known) if parts and len(known) == len(parts) else None
    arrivals = Arrivals(node, folder, progress, cancelled, total)
    arrivals.tell()
    if parts and not cancelled():
        retrieve = _move if node.retrieve_by == "c-move" else _get
        retrieve(node, parts, arrivals)
    return arrivals.result(cancelled())


def _parts(node: Node, wanted: FoundStudy | FoundSeries, cancelled: CancelledCall) -> list[FoundStudy | FoundSeries]:
    """Return what to ask for: a study's series of kinds that are read; the study where the node tells of no series."""
    if isinstance(wanted, FoundSeries):
        return [wanted]
    try:
        series = find_series(node, wanted, cancelled).series
    except NoPresentationContextError:  # a node that is asked for objects, but not for what it has
        return [wanted]
    if not series:
        return [wanted]
    return [one for one in series if one.modality in MODALITIES]


class Arrivals:
    """What arrived of a retrieval; used by the handlers of C-STORE, which may run in several threads."""

    def __init__(
        self, node: Node, folder: Path, progress: ProgressCall, cancelled: CancelledCall, total: int | None
    ) -> None:
        self._node = node
        self._folder = folder
        self._progress = progress
        self._cancelled = cancelled
        self._lock = threading.Lock()
        self._paths: dict[Path, None] = {}
        self._failed = 0
        self._problems: list[str] = []
        self.total = total
        self.failure: CxrViewerError | None = None
        self.ask_to_stop: Callable[[], None] | None = None

    @property
    def count(self) -> int:
        """How many objects are here."""
        return len(self._paths)

    @property
    def stop_wanted(self) -> bool:
        """Whether no further object is wanted: the user cancelled, or the disk is full."""
        return self._cancelled() or self.failure is not None

    def stop_where_wanted(self) -> bool:
        """Ask the node to stop, once, where no further object is wanted, and return whether that is so."""
        if not self.stop_wanted:
            return False
        stop, self.ask_to_stop = self.ask_to_stop, None
        if stop is not None:
            stop()
        return True

    def take(self, event: Event) -> int:
        """Write one object and return the status of its C-STORE."""
        if self.stop_wanted:
            return OUT_OF_RESOURCES
        try:
            uid, content = received_content(event)
            path = object_path(self._folder, uid)
            write_object(path, content)
        except DiskFullError as error:
            self.failure = error
            return OUT_OF_RESOURCES
        except CxrViewerError as error:
            self.failed(1, str(error))
            return CANNOT_UNDERSTAND
        with self._lock:
            self._paths[path] = None
        self.tell()
        return SUCCESS

    def failed(self, count: int, reason: str) -> None:
        """Count objects that the node could not send, or that could not be taken."""
        with self._lock:
            self._failed += count
            if reason not in self._problems and len(self._problems) < 5:
                self._problems.append(reason)

    def tell(self) -> None:
        """Tell the progress so far."""
        self._progress(TransferProgress(self.count, self._failed, self.total))

    def result(self, cancelled: bool) -> Retrieved:
        """Return what came of it; raises why it failed as a whole."""
        if self.failure is not None:
            raise self.failure
        return Retrieved(tuple(self._paths), self._failed, tuple(self._problems), cancelled)


def _get(node: Node, parts: list[FoundStudy | FoundSeries], arrivals: Arrivals) -> None:
    DICOM_NETWORK.module("pynetdicom")
    from pynetdicom import evt
    from pynetdicom.presentation import build_role

    roles = [build_role(sop_class, scp_role=True) for sop_class in (*RADIOGRAPH_CLASSES, *RESULT_CLASSES)]

    def take(event: Event) -> int:
        arrivals.stop_where_wanted()  # in the association's own thread; a node need not answer between objects
        return arrivals.take(event)

    handlers = [(evt.EVT_C_STORE, take)]
    with associated(node, _get_contexts(), roles, handlers, patience=_PATIENCE) as association:
        for number, part in enumerate(parts, 1):
            arrivals.ask_to_stop = _canceller(association, number, STUDY_ROOT_GET)
            answers = association.send_c_get(_identifier(part), STUDY_ROOT_GET, msg_id=number)
            if not _follow(node, "C-GET", association, answers, arrivals):
                return


def _get_contexts() -> list[PresentationContext]:
    from pynetdicom.presentation import build_context

    contexts = [build_context(STUDY_ROOT_GET)]
    for sop_class in RADIOGRAPH_CLASSES:
        contexts.append(build_context(sop_class, list(UNCOMPRESSED)))
        contexts.extend(build_context(sop_class, syntax) for syntax in _COMPRESSED_FOR_GET)
    contexts.extend(build_context(sop_class, list(UNCOMPRESSED)) for sop_class in RESULT_CLASSES)
    return contexts


def _canceller(association: Association, number: int, model: str) -> Callable[[], None]:
    def cancel() -> None:
        association.send_c_cancel(number, query_model=model)

    return cancel


def _follow(
    node: Node,
    operation: str,
    association: Association,
    answers: Iterator[tuple[Dataset, Any]],
    arrivals: Arrivals,
) -> bool:
    """Take a node's answers to their end and return whether to ask for more; raises its status of failure."""
    for status, _ in answers:
        if is_pending(status):
            arrivals.stop_where_wanted()
            continue
        if is_cancelled(status) or arrivals.stop_wanted:  # however the node puts it
            return False
        if status.get("Status") is None:
            raise lost(node, operation, association)
        failed = int(status.get("NumberOfFailedSuboperations") or 0)
        if failed:
            arrivals.failed(failed, f"{node.name} could not send them as this program takes them.")
            arrivals.tell()
        if not arrivals.count or status.Status not in (0xA702, 0xB000):
            check_status(node, operation, association, status)
        return not arrivals.stop_wanted
    return False


def _move(node: Node, parts: list[FoundStudy | FoundSeries], arrivals: Arrivals) -> None:
    DICOM_NETWORK.module("pynetdicom")
    from pynetdicom.presentation import build_context

    with (
        _destination(node, arrivals),
        associated(node, [build_context(STUDY_ROOT_MOVE)], patience=_PATIENCE) as association,
    ):
        for number, part in enumerate(parts, 1):
            arrivals.ask_to_stop = _canceller(association, number, STUDY_ROOT_MOVE)
            answers = association.send_c_move(_identifier(part), node.destination, STUDY_ROOT_MOVE, msg_id=number)
            if not _follow(node, "C-MOVE", association, answers, arrivals):
                return
    if not arrivals.count and not arrivals.stop_wanted:
        raise PeerStatusError(
            f"{node.name} ended C-MOVE, but no object came: check that it knows {node.destination!r} as "
            f"{node.move_address}:{node.move_port or 'a fixed port, which this node has to name'}, and calls itself "
            f"{node.called_ae_title!r}."
        )


@contextmanager
def _destination(node: Node, arrivals: Arrivals) -> Iterator[None]:
    """Listen for what the node sends, until the block ends."""
    from pynetdicom import evt

    limits = ListeningLimits(idle_seconds=node.timeout_seconds)
    received = ReceivedBytes(limits)

    def take(event: Event) -> int:
        try:
            return arrivals.take(event)
        finally:
            received.forget(event.assoc)

    allowed = () if node.called_ae_title == _ANY_AE_TITLE else (node.called_ae_title,)
    listening = Listening(node.destination, node.move_address, node.move_port, allowed, limits)
    server = listen(listening, [(evt.EVT_C_STORE, take)], received)
    try:
        yield
    finally:
        server.shutdown()


def _identifier(wanted: FoundStudy | FoundSeries) -> Dataset:
    from pydicom.dataset import Dataset

    identifier = Dataset()
    identifier.QueryRetrieveLevel = "STUDY" if isinstance(wanted, FoundStudy) else "SERIES"
    identifier.StudyInstanceUID = wanted.study_uid
    if isinstance(wanted, FoundSeries):
        identifier.SeriesInstanceUID = wanted.series_uid
    return identifier
