"""Takes objects from senders: on disk and in the queue first, acknowledged then."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cxrviewer.errors import CxrViewerError, DiskFullError, PeerAnswerError, StoreError
from cxrviewer.pacs.landing import received_content, write_object
from cxrviewer.pacs.object_kinds import RADIOGRAPH_CLASSES
from cxrviewer.pacs.receiver.folder import ReceiverFolder
from cxrviewer.pacs.receiver.log import ReceiverLog
from cxrviewer.pacs.receiver.queue import FilmQueue

if TYPE_CHECKING:
    from pynetdicom.events import Event

    from cxrviewer.pacs.dimse.listening import ReceivedBytes

SUCCESS: Final = 0x0000
OUT_OF_RESOURCES: Final = 0xA700
CANNOT_UNDERSTAND: Final = 0xC000
# The software version that stands in every result object of this program, near its beginning.
_OWN_SIGN: Final = b"cxrviewer "
_BEGINNING: Final = 64 * 1024
_SECONDARY_CAPTURE: Final = "1.2.840.10008.5.1.4.1.1.7"
_LOCKS: Final = 64


class Intake:
    """Handles C-STORE requests, in the threads of their associations."""

    def __init__(
        self,
        folder: ReceiverFolder,
        queue: FilmQueue,
        received: ReceivedBytes,
        log: ReceiverLog,
        on_film: Callable[[], None],
    ) -> None:
        self._folder = folder
        self._queue = queue
        self._received = received
        self._log = log
        self._on_film = on_film
        # Two senders of the same object follow one another; those of different ones hardly ever do.
        self._locks = [threading.Lock() for _ in range(_LOCKS)]

    def take(self, event: Event) -> int:
        """Store one object and return the status of its C-STORE: success only when it is safe on disk."""
        try:
            return self._take(event)
        except (DiskFullError, StoreError) as error:
            self._log.problem(str(error))
            return OUT_OF_RESOURCES
        except PeerAnswerError:
            self._log.problem("an object without valid UIDs was refused.")
            return CANNOT_UNDERSTAND
        except CxrViewerError as error:
            self._log.problem(str(error))
            return OUT_OF_RESOURCES
        finally:
            self._received.forget(event.assoc)

    def _take(self, event: Event) -> int:
        uid, content = received_content(event)
        path = self._folder.film(uid)
        sop_class = str(event.request.AffectedSOPClassUID)
        size = sum(map(len, content))
        with self._locks[hash(uid) % _LOCKS]:
            there = path.exists()
            same = there and _holds(path, content)
            if not same:
                self._folder.check_room(size)
                write_object(path, content)
            analyse = sop_class in RADIOGRAPH_CLASSES and not _is_own(sop_class, content)
            number = self._queue.received(uid, analyse=analyse, changed=there and not same)
        sender = event.assoc.requestor.ae_title
        if same:
            self._log.say(f"film {number} came again from {sender}.")
        else:
            self._log.say(f"{'film' if analyse else 'object'} {number} came from {sender} ({size:,} bytes).")
        self._on_film()
        return SUCCESS


def _is_own(sop_class: str, content: Sequence[bytes | memoryview]) -> bool:
    """Return whether this is an overlay of this program, which a node may send to all: it would go round for ever."""
    return sop_class == _SECONDARY_CAPTURE and _OWN_SIGN in bytes(content[-1][:_BEGINNING])


def _holds(path: Path, content: Sequence[bytes | memoryview]) -> bool:
    """Return whether a file has exactly this content."""
    if path.stat().st_size != sum(map(len, content)):
        return False
    with path.open("rb") as stream:
        return all(stream.read(len(part)) == part for part in content)
