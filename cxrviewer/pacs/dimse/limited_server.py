"""pynetdicom's server within limits; imports pynetdicom, so import it where it is needed."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from pynetdicom.association import Association
from pynetdicom.transport import RequestHandler, ThreadedAssociationServer

from cxrviewer.pacs.dimse.listening import Listening, ReceivedBytes

if TYPE_CHECKING:
    from pynetdicom.ae import ApplicationEntity

# Some more connections than associations, so that those over the limit are told so instead of being cut off.
_CONNECTIONS_BEYOND = 20


class LimitedServer(ThreadedAssociationServer):
    """Takes no more connections than it has associations for, and lets none of them hold up the others."""

    request_queue_size = 128
    daemon_threads = True

    def __init__(
        self,
        entity: ApplicationEntity,
        listening: Listening,
        received: ReceivedBytes,
        handlers: list[tuple[Any, Callable[..., Any]]],
    ) -> None:
        self.listening = listening
        self.received = received
        super().__init__(
            entity,
            (listening.address, listening.port),
            listening.ae_title,
            entity.supported_contexts,
            evt_handlers=list(handlers),
            request_handler=LimitedRequestHandler,
        )

    def get_request(self) -> tuple[socket.socket, Any]:
        """Take a connection; a peer that stops in mid-word is given up."""
        connection, address = cast(socket.socket, self.socket).accept()
        connection.settimeout(self.listening.limits.idle_seconds)
        return connection, address

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Return whether one more connection may be served."""
        return len(self.active_associations) < self.listening.limits.associations + _CONNECTIONS_BEYOND

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: whatever a peer does wrong costs its own connection."""


class LimitedRequestHandler(RequestHandler):
    """Shakes hands in the connection's own thread, and counts what it sends."""

    def handle(self) -> None:
        """Serve an association."""
        tls = self._limited.listening.tls
        if tls is not None:
            self.request = tls.wrap_socket(cast(socket.socket, self.request), server_side=True)
        super().handle()

    @property
    def _limited(self) -> LimitedServer:
        return cast(LimitedServer, self.server)

    def _create_association(self) -> Association:
        association = super()._create_association()
        transport: Any = association.dul.socket
        received, read = self._limited.received, transport.recv

        def read_within_limits(count: int) -> bytearray:
            received.add(association, count)
            return cast(bytearray, read(count))

        transport.recv = read_within_limits
        _guard(association)
        return association


def _guard(association: Association) -> None:
    """Let a message that cannot be parsed end its association in order, as pynetdicom does for some kinds of them."""
    dimse: Any = association.dimse
    receive = dimse.receive_primitive

    def receive_or_abort(primitive: Any) -> None:
        try:
            receive(primitive)
        except Exception:  # noqa: BLE001 - a stranger's bytes raise whatever they like
            association.dul.event_queue.put("Evt19")  # PS3.8, 9.2.3: an invalid PDU

    dimse.receive_primitive = receive_or_abort
