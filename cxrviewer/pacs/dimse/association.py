"""Associations with a node, and the named error of each that does not come about or ends early."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from cxrviewer.errors import (
    AETitleError,
    AssociationLostError,
    AssociationRefusedError,
    NetworkError,
    NetworkTimeoutError,
    NoPresentationContextError,
    PeerStatusError,
    TlsError,
    UnreachableError,
)
from cxrviewer.extras import DICOM_NETWORK
from cxrviewer.pacs.node import Node
from cxrviewer.pacs.quiet import keep_patient_data_out_of_logs
from cxrviewer.pacs.tls import client_context, tls_problem
from cxrviewer.version import __version__

if TYPE_CHECKING:
    from pydicom.dataset import Dataset
    from pynetdicom.ae import ApplicationEntity
    from pynetdicom.association import Association
    from pynetdicom.events import Event
    from pynetdicom.presentation import PresentationContext

# Larger than pynetdicom's own 16 KiB, as a film takes many of them; what peers commonly use.
MAX_PDU: Final = 128 * 1024

_NEARLY: Final = 0.9
_ABORT_PDU: Final = b"\x07"
# When something last went to or came from the other side of an association, by time.monotonic().
_heard_at: WeakKeyDictionary[Association, float] = WeakKeyDictionary()
# Source and reason of the refusal that came, as it came. pynetdicom takes no notice of one that is there, and the
# connection closed, before the thread that waits for the connection has seen it open (seen with 3.0.4).
_refusals: WeakKeyDictionary[Association, tuple[int, int]] = WeakKeyDictionary()

_PENDING: Final = (0xFF00, 0xFF01)
_CANCELLED: Final = 0xFE00


def application_entity(ae_title: str, timeout_seconds: float) -> ApplicationEntity:
    """Return an application entity of ours, whose every wait ends after ``timeout_seconds``."""
    DICOM_NETWORK.module("pynetdicom")
    from pynetdicom.ae import ApplicationEntity as Entity

    keep_patient_data_out_of_logs()
    entity = Entity(ae_title)
    entity.implementation_version_name = f"CXRVIEWER_{__version__}"[:16]
    entity.maximum_pdu_size = MAX_PDU
    entity.acse_timeout = entity.dimse_timeout = timeout_seconds
    entity.network_timeout = entity.connection_timeout = timeout_seconds
    return entity


@contextmanager
def associated(
    node: Node,
    contexts: Sequence[PresentationContext],
    negotiation: Sequence[Any] = (),
    handlers: Sequence[tuple[Any, Callable[..., Any]]] = (),
    *,
    patience: float = 1.0,
) -> Iterator[Association]:
    """Give an established association, released when the block ends, aborted where it fails.

    patience: how many times the node's time-out a whole message may take to come: a film is one message. Raises
    the NetworkError child that tells why there is none.
    """
    entity = application_entity(node.calling_ae_title, node.timeout_seconds)
    from pynetdicom import evt

    entity.dimse_timeout = patience * node.timeout_seconds
    started = time.monotonic()
    tls = (client_context(node), node.host) if node.tls else None
    try:
        association = entity.associate(
            node.host,
            node.port,
            contexts=list(contexts),
            ae_title=node.called_ae_title,
            max_pdu=MAX_PDU,
            ext_neg=list(negotiation),
            tls_args=tls,
            evt_handlers=[
                (evt.EVT_DATA_RECV, _note_that_heard),
                (evt.EVT_DATA_SENT, _note_that_heard),
                (evt.EVT_PDU_RECV, _note_refusal),
                *handlers,
            ],
        )
    except OSError as error:  # the host's name is not known
        raise unreachable(node, error) from error
    if not association.is_established:
        raise _failure(node, association, time.monotonic() - started)
    try:
        yield association
    except BaseException:
        association.abort()
        raise
    if association.is_established:
        association.release()


def _note_that_heard(event: Event) -> None:
    if event.data[:1] != _ABORT_PDU:  # which is sent when the waiting has been given up
        _heard_at[event.assoc] = time.monotonic()


def _note_refusal(event: Event) -> None:
    from pynetdicom.pdu import A_ASSOCIATE_RJ

    if isinstance(event.pdu, A_ASSOCIATE_RJ):
        _refusals[event.assoc] = int(event.pdu.source or 0), int(event.pdu.reason_diagnostic or 0)


def is_pending(status: Dataset) -> bool:
    """Return whether more answers follow this status."""
    return status.get("Status") in _PENDING


def is_cancelled(status: Dataset) -> bool:
    """Return whether the node ended the operation because it was asked to."""
    return bool(status.get("Status") == _CANCELLED)


def check_status(node: Node, operation: str, association: Association, status: Dataset) -> None:
    """Raise the named error of a final status that is neither success nor a warning."""
    code = status.get("Status")
    if code is None:
        raise lost(node, operation, association)
    if code == 0x0000 or 0xB000 <= code <= 0xBFFF:
        return
    raise PeerStatusError(f"{operation} of {node.name} ended with the status 0x{code:04X}: {status_in_words(code)}.")


def lost(node: Node, operation: str, association: Association) -> NetworkError:
    """Return the named error of an association that gave no answer: too late, or ended before."""
    # pynetdicom tells neither which it was: it aborts an association itself when it has waited long enough.
    if time.monotonic() - _heard_at.get(association, 0.0) >= _NEARLY * node.timeout_seconds:
        return NetworkTimeoutError(
            f"{node.name} did not answer {operation} within {node.timeout_seconds:g} s; try again, or raise the "
            "time-out."
        )
    return AssociationLostError(
        f"expected {node.name} to answer {operation}, but the association ended before: the node aborted it, or the "
        "network was cut; try again."
    )


def status_in_words(code: int) -> str:
    """Return what a status of failure means (PS3.7, annex C; PS3.4, annexes B, C)."""
    if 0xA700 <= code <= 0xA7FF:
        return "the node is out of resources; its disk may be full"
    if code == 0xA801:
        return "the node does not know the move destination; enter this machine's AE title, host and port there"
    if 0xA900 <= code <= 0xA9FF:
        return "the data do not match their SOP class"
    if 0xC000 <= code <= 0xCFFF:
        return "the node cannot process this"
    return _STATUS_WORDS.get(code, "the node failed")


_STATUS_WORDS: Final = {
    0x0110: "the node could not process this",
    0x0111: "the node has this SOP instance already",
    0x0112: "the node does not have this SOP instance",
    0x0117: "the node takes this SOP instance UID for an invalid one",
    0x0122: "the node does not support this SOP class",
    0x0124: "the node does not allow this; ask whoever runs it to let this AE title do so",
    0x0211: "the node does not know this operation",
    0xFE00: "the operation was cancelled",
}


def unreachable(node: Node, error: OSError) -> NetworkError:
    """Return the named error of a connection that could not be made."""
    if isinstance(error, ssl.SSLError):
        return tls_problem(node, error)
    if node.tls and isinstance(error, ConnectionResetError):
        return TlsError(
            f"expected an encrypted connection to {node.name}, but it closed the connection; check that it speaks TLS "
            "at this port."
        )
    if isinstance(error, TimeoutError):
        return NetworkTimeoutError(
            f"expected {node.name} to take a connection at {node.host}:{node.port} within {node.timeout_seconds:g} s, "
            "it did not; check host, port and firewall."
        )
    if isinstance(error, ConnectionRefusedError):
        reason = "nobody listens at that port"
    elif isinstance(error, socket.gaierror):
        reason = "there is no host of that name"
    else:
        reason = error.strerror or type(error).__name__
    return UnreachableError(
        f"expected {node.name} at {node.host}:{node.port}, but {reason}; check host and port, and that the node runs."
    )


def _failure(node: Node, association: Association, seconds: float) -> NetworkError:
    answer = association.acceptor.primitive
    if association in _refusals:
        return _rejection(node, *_refusals[association])
    if answer is not None and answer.result == 0:
        return NoPresentationContextError(
            f"{node.name} took the association, but none of the {len(association.rejected_contexts)} SOP classes and "
            "transfer syntaxes that were proposed; check that it offers this service to this AE title."
        )
    diagnosed = None if _was_connected(association) else _diagnose(node)
    if diagnosed is not None:
        return diagnosed
    if seconds >= node.timeout_seconds:
        return NetworkTimeoutError(
            f"{node.name} took the connection, but did not answer within {node.timeout_seconds:g} s; check that a "
            f"DICOM node listens at {node.host}:{node.port}{'' if node.tls else ', and that it wants no TLS'}."
        )
    if node.tls:
        return TlsError(
            f"{node.name} closed the encrypted connection without an answer; it may want a client certificate, or one "
            "of another authority."
        )
    return AssociationLostError(
        f"{node.name} closed the connection without an answer; check that a DICOM node listens at "
        f"{node.host}:{node.port}, and that it wants no TLS."
    )


def _was_connected(association: Association) -> bool:
    return bool(association.requestor.address_info and association.requestor.address_info.port)


def _rejection(node: Node, source: int, diagnostic: int) -> AssociationRefusedError:
    """Return the named error of an A-ASSOCIATE-RJ (PS3.8, 9.3.4)."""
    if (source, diagnostic) == (1, 7):
        return AETitleError(
            f"{node.name} refused the association: it is not called {node.called_ae_title!r}. Enter the AE title that "
            "the node has (upper and lower case count)."
        )
    if (source, diagnostic) == (1, 3):
        return AETitleError(
            f"{node.name} refused the association: it does not know the calling AE title {node.calling_ae_title!r}. "
            "Ask whoever runs the node to enter it, or use the one that is entered there."
        )
    if (source, diagnostic) in ((3, 1), (3, 2)):
        return AssociationRefusedError(f"{node.name} refused the association: it is busy; try again in a while.")
    return AssociationRefusedError(
        f"{node.name} refused the association (source {source}, reason {diagnostic}) without saying why; ask whoever "
        f"runs the node whether {node.calling_ae_title!r} may connect."
    )


def _diagnose(node: Node) -> NetworkError | None:
    """Connect once more, as pynetdicom keeps to itself why it could not; None where it works now."""
    try:
        with socket.create_connection((node.host, node.port), timeout=node.timeout_seconds) as plain:
            if node.tls:
                with client_context(node).wrap_socket(plain, server_hostname=node.host):
                    return None
    except OSError as error:
        return unreachable(node, error)
    return None
