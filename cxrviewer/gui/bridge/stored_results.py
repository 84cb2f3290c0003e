"""Results that are stored beside the films of the list, read from their reports by a worker process."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from cxrviewer.analysis.analyze import named_error
from cxrviewer.analysis.pool import ItemResult, PoolSettings, map_source
from cxrviewer.analysis.waiting import WaitingItems
from cxrviewer.domain import Analysis
from cxrviewer.errors import CxrViewerError
from cxrviewer.gui.bridge.mailbox import Mailbox
from cxrviewer.gui.bridge.waiting_thread import WaitingThread
from cxrviewer.results.dicom.stored_result import StoredResult

_NEWS_INTERVAL_MS: Final = 50
_SECONDS: Final = 20.0  # a report is read in milliseconds

_Read = ItemResult[Path, StoredResult | CxrViewerError | None]


class StoredResults(QObject):
    """The stored results of the list's reports, each read once.

    Signals, in the GUI thread: ``changed``, ``failed`` (CxrViewerError: a report cannot be read, or no worker starts).
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: dict[Path, StoredResult | None] = {}  # None: being read, or nothing of ours
        self._waiting: list[Path] = []
        self._thread: WaitingThread[_Read] | None = None
        self._closed = False
        self._letters = Mailbox(_NEWS_INTERVAL_MS, self)
        self._letters.delivered.connect(self._receive)

    def read(self, reports: Iterable[Path]) -> None:
        """Read those reports that were not read yet."""
        new = [path for path in reports if path not in self._known]
        self._known |= dict.fromkeys(new)
        self._waiting += new
        self._start()

    def keep_only(self, reports: Iterable[Path]) -> None:
        """Forget all reports but these, and read those of them that were not read yet."""
        kept = set(reports)
        self._known = {path: stored for path, stored in self._known.items() if path in kept}
        self.read(kept)
        self.changed.emit()

    def of_report(self, path: Path) -> StoredResult | None:
        """Return what a report says, None where it is none, or was not read yet."""
        return self._known.get(path)

    def of_film(self, analysis: Analysis, film_uid: str) -> tuple[StoredResult, ...]:
        """Return the stored results of a film, each once: by its SOP instance UID ("": unknown) or its SHA-256."""
        found = (stored for stored in self._known.values() if stored is not None and stored.is_of(analysis, film_uid))
        return tuple({stored.instance_uid: stored for stored in found}.values())

    def close(self) -> None:
        """End the worker and wait until it has ended."""
        self._closed = True
        if self._thread is not None:
            self._thread.stop()
            self._thread = None
        self._letters.close()

    def _start(self) -> None:
        if self._thread is not None or not self._waiting or self._closed:
            return
        reports: WaitingItems[Path] = WaitingItems()
        reports.put(list(enumerate(self._waiting)))
        reports.close()
        self._waiting = []
        self._thread = WaitingThread(
            "stored results",
            partial(_results, reports),
            received=self._letters.post,
            ended=self._letters.post,
            stop=reports.stop,
        )
        self._thread.start()

    def _receive(self, letters: list[_Read | CxrViewerError | None]) -> None:
        for letter in letters:
            if isinstance(letter, ItemResult):
                value = letter.value if letter.loss is None else letter.loss
                if isinstance(value, CxrViewerError):
                    self.failed.emit(value)
                elif letter.item in self._known:
                    self._known[letter.item] = value
            else:
                if letter is not None:
                    self.failed.emit(letter)
                if self._thread is not None:
                    self._thread.stop()  # this was its last word
                    self._thread = None
                self._start()
        self.changed.emit()


def _results(reports: WaitingItems[Path]) -> Generator[_Read]:
    yield from map_source(_read, reports, PoolSettings(workers=1, seconds_per_file=_SECONDS))


def _read(path: Path) -> StoredResult | CxrViewerError | None:
    from cxrviewer.results.dicom.stored_report import read_stored_result  # pydicom, which the window does without

    try:
        return read_stored_result(path)
    except Exception as error:  # noqa: BLE001 - see named_error
        return named_error(error)
