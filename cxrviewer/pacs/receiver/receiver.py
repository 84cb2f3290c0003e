"""The receiver as a whole: listens, analyses, sends back, and ends cleanly."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cxrviewer.errors import UsageError
from cxrviewer.extras import DICOM_NETWORK
from cxrviewer.pacs.dimse.listening import Listening, ListeningLimits, ReceivedBytes, listen
from cxrviewer.pacs.node import LOOPBACK, Node
from cxrviewer.pacs.query import plain
from cxrviewer.pacs.receiver.analysing import Analysing, ReceiverAnalysis
from cxrviewer.pacs.receiver.folder import ReceiverFolder
from cxrviewer.pacs.receiver.intake import Intake
from cxrviewer.pacs.receiver.log import ReceiverLog
from cxrviewer.pacs.receiver.queue import FilmQueue
from cxrviewer.pacs.receiver.returning import Returning
from cxrviewer.pacs.tls import server_context

if TYPE_CHECKING:
    from pynetdicom.events import Event

_SECONDS_BETWEEN_LOOKS = 1.0


@dataclass(frozen=True)
class ReceiverTls:
    """The receiver's certificate and key (PEM), and the authority that callers need a certificate of, "" for none."""

    certificate: str
    key: str = ""
    client_ca: str = ""


@dataclass(frozen=True)
class ReceiverSettings:
    """Where and as whom a receiver listens, who may call it, and where results go; ``port`` 0 is any that is free."""

    ae_title: str
    port: int
    allowed_ae_titles: tuple[str, ...]
    folder: ReceiverFolder
    address: str = LOOPBACK
    results_to: Node | None = None
    tls: ReceiverTls | None = None
    limits: ListeningLimits = field(default_factory=ListeningLimits)


class Receiver:
    """A receiver at work from its construction until ``stop``.

    Raises UsageError where nobody may call it, ReceiverError where folder or port are in use, TlsError for certificates
    that cannot be used, MissingExtraError where the extra is not installed.
    """

    def __init__(self, settings: ReceiverSettings, analysis: ReceiverAnalysis, log: ReceiverLog) -> None:
        DICOM_NETWORK.module("pynetdicom")
        from pynetdicom import evt

        if not settings.allowed_ae_titles:
            raise UsageError(
                "expected at least one AE title that may send films; configure a node, or name it by --allow."
            )
        tls = settings.tls
        context = None if tls is None else server_context(tls.certificate, tls.key, tls.client_ca)
        settings.folder.prepare()
        self._log = log
        self._queue = FilmQueue(settings.folder.folder)
        try:
            self._queue.resume(settings.folder.uids())
            self._returning: Returning | None = None
            if settings.results_to is not None:
                self._returning = Returning(settings.results_to, settings.folder, self._queue, log)
            self._analysing = Analysing(
                analysis,
                settings.folder,
                self._queue,
                log,
                make_objects=self._returning is not None,
                on_result=self._returning.wake if self._returning is not None else lambda: None,
            )
            received = ReceivedBytes(settings.limits)
            intake = Intake(settings.folder, self._queue, received, log, self._analysing.add_due)
            self._server = listen(
                Listening(
                    settings.ae_title,
                    settings.address,
                    settings.port,
                    settings.allowed_ae_titles,
                    settings.limits,
                    context,
                ),
                [(evt.EVT_C_STORE, intake.take), (evt.EVT_REJECTED, self._rejected)],
                received,
            )
        except BaseException:
            self._queue.close()
            raise
        self._stopped = threading.Event()
        self._clock = threading.Thread(target=self._look_again, name="cxrviewer-receiver-clock", daemon=True)
        for part in (self._analysing, self._returning):
            if part is not None:
                part.start()
        self._clock.start()

    @property
    def port(self) -> int:
        """The port that it listens at."""
        return int(self._server.server_address[1])

    def counts(self) -> dict[str, int]:
        """Return how many films are in each state of the queue."""
        return self._queue.counts()

    def stop(self) -> None:
        """Take no more, end what is at work, and give folder and port back; what is left is for the next start."""
        self._server.shutdown()
        for association in self._server.active_associations:
            association.abort()
        self._stopped.set()
        self._clock.join()
        self._analysing.stop()
        if self._returning is not None:
            self._returning.stop()
        self._queue.close()

    def _look_again(self) -> None:
        """Hand out, now and then, films that are to be tried again."""
        while not self._stopped.wait(_SECONDS_BETWEEN_LOOKS):
            self._analysing.add_due()

    def _rejected(self, event: Event) -> None:
        request = event.assoc.requestor.primitive
        caller, called = plain(event.assoc.requestor.ae_title), plain(getattr(request, "called_ae_title", ""))
        self._log.problem(
            f"an association was refused: {caller!r} called {called!r}; not allowed, or too many at once."
        )
