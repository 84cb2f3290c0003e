"""A server that takes associations within limits: pynetdicom's own believes what a stranger says of its sizes."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cxrviewer.errors import ReceiverError
from cxrviewer.extras import DICOM_NETWORK
from cxrviewer.pacs.dimse.association import MAX_PDU, application_entity
from cxrviewer.pacs.object_kinds import STORED_CLASSES, TRANSFER_SYNTAXES

if TYPE_CHECKING:
    from pynetdicom.association import Association
    from pynetdicom.transport import ThreadedAssociationServer

_VERIFICATION = "1.2.840.10008.1.1"


@dataclass(frozen=True)
class ListeningLimits:
    """What one peer may cost: bytes of a PDU and of an object, associations, seconds without a word.

    ``memory_bytes``: of all objects together that are on their way at one moment.
    """

    pdu_bytes: int = 1 << 20
    object_bytes: int = 1 << 29
    memory_bytes: int = 1 << 31
    associations: int = 100
    idle_seconds: float = 60.0


@dataclass(frozen=True)
class Listening:
    """Where and as whom a server listens, and who may call it; nobody is asked for a title where it is empty."""

    ae_title: str
    address: str
    port: int
    allowed_ae_titles: tuple[str, ...]
    limits: ListeningLimits = ListeningLimits()
    tls: ssl.SSLContext | None = None


class ReceivedBytes:
    """Counts what is on its way on all associations of a server, so that no peer fills the memory."""

    def __init__(self, limits: ListeningLimits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._by_association: dict[Association, int] = {}

    def add(self, association: Association, count: int) -> None:
        """Count what is about to be read; OSError, which ends the connection, where it would be too much."""
        with self._lock:
            # An association that was cut off has nothing on its way any more.
            self._by_association = {one: its for one, its in self._by_association.items() if one.is_alive()}
            own = self._by_association.get(association, 0) + count
            together = sum(self._by_association.values()) + count
            if (
                count > self._limits.pdu_bytes
                or own > self._limits.object_bytes
                or together > self._limits.memory_bytes
            ):
                raise OSError("more was sent than the limits in force allow")
            self._by_association[association] = own

    def forget(self, association: Association) -> None:
        """Count an association's object as done."""
        with self._lock:
            self._by_association.pop(association, None)


def listen(
    listening: Listening, handlers: Sequence[tuple[Any, Callable[..., Any]]], received: ReceivedBytes
) -> ThreadedAssociationServer:
    """Start a server for C-ECHO and C-STORE in threads of its own, and return it; ``shutdown`` ends it.

    Raises ReceiverError where the address cannot be listened at.
    """
    DICOM_NETWORK.module("pynetdicom")
    from cxrviewer.pacs.dimse.limited_server import LimitedServer

    entity = application_entity(listening.ae_title, listening.limits.idle_seconds)
    entity.maximum_pdu_size = MAX_PDU
    entity.maximum_associations = listening.limits.associations
    entity.require_called_aet = True
    entity.require_calling_aet = list(listening.allowed_ae_titles)
    entity.add_supported_context(_VERIFICATION)
    for sop_class in STORED_CLASSES:
        entity.add_supported_context(sop_class, list(TRANSFER_SYNTAXES))
    try:
        server = LimitedServer(entity, listening, received, list(handlers))
    except OSError as error:
        raise ReceiverError(
            f"expected to listen at {listening.address}:{listening.port}, but cannot ({error.strerror or error}); "
            "choose another port or address, or end what listens there."
        ) from error
    entity._servers.append(server)  # what start_server does, which knows no request handlers
    threading.Thread(target=server.serve_forever, args=(0.1,), name="cxrviewer-listening", daemon=True).start()
    return server
