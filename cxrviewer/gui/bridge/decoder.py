"""Radiographs and thumbnails for the window, decoded by worker processes, the most wanted first."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cxrviewer.analysis.decoding import DecodedFile, DecodingKind, DecodingTask, Thumbnail, decode_source
from cxrviewer.analysis.pool import PoolSettings, default_worker_count
from cxrviewer.analysis.waiting import WaitingItems
from cxrviewer.domain import Radiograph
from cxrviewer.errors import CxrViewerError, WorkerError
from cxrviewer.gui.bridge.mailbox import Mailbox
from cxrviewer.gui.bridge.radiograph_cache import DEFAULT_CACHE_BYTES, RadiographCache
from cxrviewer.gui.bridge.waiting_thread import WaitingThread
from cxrviewer.reading.limits import DEFAULT_LIMITS, Limits

THUMBNAIL_INTERVAL_MS = 50
# One processor is left to the window; a second worker has the film on screen while the first makes a thumbnail.
DECODER_POOL = PoolSettings(workers=min(2, max(1, default_worker_count() - 1)), handed_out=1)


class Priority(IntEnum):
    """How soon a file is wanted: the lowest is decoded first."""

    SCREEN = 0
    AHEAD = 1
    THUMBNAIL = 2


@dataclass(frozen=True, eq=False)
class DecodedRadiograph:
    """The radiograph of a request; ``milliseconds`` of reading in the worker, 0 where it was kept from before."""

    request: int
    path: Path
    radiograph: Radiograph
    milliseconds: float = 0.0


@dataclass(frozen=True, eq=False)
class DecodedThumbnail:
    """The thumbnail of a request: (h, w) uint8, the default rendering."""

    request: int
    path: Path
    pixels: Thumbnail


@dataclass(frozen=True)
class DecodingFailure:
    """Why a request has no pixels: the stable short name of the error, and its sentence."""

    request: int
    path: Path
    kind: DecodingKind
    code: str
    message: str


@dataclass
class _Request:
    path: Path
    kind: DecodingKind
    priority: Priority


class DecoderService(QObject):
    """Decodes files in worker processes, which start with the first request, and keeps the radiographs used last.

    Signals, all in the GUI thread and never before the call that asked has returned:
    ``decoded`` (DecodedRadiograph), ``failed`` (DecodingFailure), ``thumbnails_decoded`` (list of DecodedThumbnail, at
    most 20 lists a second). Requests of priority AHEAD only fill the cache: no signal tells of them.
    """

    decoded = Signal(object)
    failed = Signal(object)
    thumbnails_decoded = Signal(list)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        pool: PoolSettings = DECODER_POOL,
        cache_bytes: int = DEFAULT_CACHE_BYTES,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        super().__init__(parent)
        self.cache = RadiographCache(cache_bytes)
        self._pool = pool
        self._limits = limits
        self._numbers = itertools.count(1)
        self._requests: dict[int, _Request] = {}
        self._numbers_of: dict[tuple[Path, DecodingKind], int] = {}
        self._source: WaitingItems[DecodingTask] | None = None
        self._threads: list[WaitingThread[DecodedFile]] = []
        self._closed = False
        self._letters = Mailbox(0, self)
        self._letters.delivered.connect(self._receive)
        self._thumbnails = Mailbox(THUMBNAIL_INTERVAL_MS, self)
        self._thumbnails.delivered.connect(self.thumbnails_decoded)

    def show(self, on_screen: Iterable[Path], ahead: Iterable[Path] = ()) -> dict[Path, int]:
        """Say what the screen shows now and which films come next; return the number of the request of each shown.

        Every radiograph on screen is announced by ``decoded`` or ``failed``. Earlier requests for radiographs that are
        in neither list are dropped.
        """
        shown, following = list(dict.fromkeys(on_screen)), list(dict.fromkeys(ahead))
        wanted = {*shown, *following}
        self._drop_others("radiograph", wanted)
        numbers = {path: self.request(path) for path in shown}
        for path in following:
            if path not in numbers:
                self.request(path, Priority.AHEAD)
        return numbers

    def want_thumbnails(self, paths: Iterable[Path]) -> None:
        """Say which thumbnails are wanted now; earlier ones that are not among them are dropped."""
        wanted = list(dict.fromkeys(paths))
        self._drop_others("thumbnail", set(wanted))
        for path in wanted:
            self.request(path, Priority.THUMBNAIL)

    def request(self, path: Path, priority: Priority = Priority.SCREEN) -> int:
        """Ask for the radiograph of a file (its thumbnail with Priority.THUMBNAIL); return the request's number.

        A file that is being waited for keeps its number and takes the more urgent of both priorities.
        """
        kind: DecodingKind = "thumbnail" if priority == Priority.THUMBNAIL else "radiograph"
        known = self._numbers_of.get((path, kind))
        if known is not None:
            asked = self._requests[known]
            if priority < asked.priority:
                asked.priority = priority
                if self._source is not None:
                    self._source.rerank([known], priority)
            return known
        number = next(self._numbers)
        if self._closed:
            return number
        self._requests[number] = _Request(path, kind, priority)
        self._numbers_of[path, kind] = number
        kept = self.cache.get(path) if kind == "radiograph" else None
        if kept is not None:
            self._letters.post(DecodedFile(number, path, kind, radiograph=kept))
        else:
            self._running_source().put([(number, DecodingTask(path, kind, self._limits))], priority)
        return number

    def cancel(self, numbers: Iterable[int]) -> None:
        """Drop requests: those that a worker has already are decoded to their end, kept, and not announced."""
        dropped = [number for number in numbers if number in self._requests]
        for number in dropped:
            self._forget(number)
        if self._source is not None:
            self._source.drop(dropped)

    def forget(self, path: Path) -> None:
        """Let go of what is kept of a file, because it changed or was removed from the list."""
        self.cache.forget(path)

    def close(self) -> None:
        """Stop the workers, wait for their end, and free all radiographs that nobody shows."""
        self._closed = True
        for thread in self._threads:
            thread.stop()
        self._threads.clear()
        self._letters.close()
        self._thumbnails.close()
        self._requests.clear()
        self._numbers_of.clear()
        self.cache.clear()

    def _drop_others(self, kind: DecodingKind, wanted: set[Path]) -> None:
        asked_for = self._requests.items()
        self.cancel([number for number, asked in asked_for if asked.kind == kind and asked.path not in wanted])

    def _running_source(self) -> WaitingItems[DecodingTask]:
        self._threads = [thread for thread in self._threads if thread.is_alive]
        if self._source is None:
            source: WaitingItems[DecodingTask] = WaitingItems()
            thread = WaitingThread(
                "decoder",
                partial(decode_source, source, self._pool),
                received=self._letters.post,
                ended=partial(self._ended, source),
                stop=source.stop,
            )
            self._source = source
            self._threads.append(thread)
            thread.start()
        return self._source

    def _ended(self, source: WaitingItems[DecodingTask], error: CxrViewerError | None) -> None:
        """Called in the thread that waits: tell the GUI thread that its workers are gone, and why."""
        self._letters.post((source, error or WorkerError("the decoder's worker processes were stopped.")))

    def _receive(self, letters: list[DecodedFile | tuple[WaitingItems[DecodingTask], CxrViewerError]]) -> None:
        for letter in letters:
            if isinstance(letter, DecodedFile):
                self._announce(letter)
            elif letter[0] is self._source:
                self._source = None  # the next request starts new workers
                for number, asked in list(self._requests.items()):
                    self._announce(DecodedFile(number, asked.path, asked.kind, error=letter[1]))

    def _announce(self, file: DecodedFile) -> None:
        # A file that was dropped while a worker had it may have been asked for again meanwhile.
        number = self._numbers_of.get((file.path, file.kind), file.index)
        asked = self._requests.get(number)
        self.cancel([number])
        if file.radiograph is not None:
            self.cache.put(file.path, file.radiograph)
        if asked is None or asked.priority == Priority.AHEAD:
            return
        if file.radiograph is not None:
            self.decoded.emit(DecodedRadiograph(number, file.path, file.radiograph, file.milliseconds))
        elif file.thumbnail is not None:
            self._thumbnails.post(DecodedThumbnail(number, file.path, file.thumbnail))
        elif file.error is not None:
            self.failed.emit(DecodingFailure(number, file.path, file.kind, file.error.code, str(file.error)))

    def _forget(self, number: int) -> None:
        asked = self._requests.pop(number, None)
        if asked is not None:
            del self._numbers_of[asked.path, asked.kind]
