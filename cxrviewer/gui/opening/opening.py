"""Opening files and folders of any number without holding the window up."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cxrviewer.errors import CxrViewerError
from cxrviewer.gui.bridge.mailbox import Mailbox
from cxrviewer.gui.bridge.waiting_thread import WaitingThread
from cxrviewer.gui.opening.search import FilmSearch, FoundSoFar, Letter, ListedFilms


@dataclass(frozen=True)
class _Ended:
    """A search has ended, or is not waited for any more, and why, where something failed."""

    error: CxrViewerError | None = None


class Opening(QObject):
    """Finds the files that paths stand for and puts them on the study list, one ``open`` after the other.

    Signals, in the GUI thread and never before the call that asked has returned: ``opened`` (OpenedFilms, and a tuple
    of paths parallel to its identifiers; each batch once it is committed, the first of one film only), ``searching``
    (files found so far by this ``open``, at most 10 times a second), ``failed`` (CxrViewerError; MissingFileError
    names a path that does not exist, the others go on), ``finished`` (how many files this ``open`` put on the list, or
    found there; once for every ``open``, also where it failed or was stopped).
    """

    opened = Signal(object, object)
    searching = Signal(int)
    failed = Signal(object)
    finished = Signal(int)

    def __init__(self, store_path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store_path = store_path
        self._current: FilmSearch | None = None
        self._waiting: deque[FilmSearch] = deque()
        self._unfinished: set[FilmSearch] = set()  # those that ``finished`` has not told of
        self._threads: list[WaitingThread[Letter]] = []
        self._closed = False
        self._letters = Mailbox(0, self)
        self._letters.delivered.connect(self._receive)

    @property
    def is_running(self) -> bool:
        """Whether files are being looked for."""
        return self._current is not None

    def open(self, paths: Iterable[Path]) -> None:
        """Open files, folders with all that is in them, and DICOMDIRs; after what is being opened now."""
        if self._closed:
            return
        search = FilmSearch(self._store_path, paths)
        self._unfinished.add(search)
        self._waiting.append(search)
        self._start_next()

    def stop(self) -> None:
        """Open nothing more of all that was asked for; films that are on the list already stay, and are announced.

        A disk that does not answer is not waited for: what is opened next begins at once.
        """
        stopped = [self._current] if self._current is not None else []
        stopped += self._waiting
        self._waiting.clear()
        self._current = None
        for search in stopped:
            search.stop()
            self._letters.post((search, _Ended()))

    def close(self) -> None:
        """Stop, wait until threads and workers have ended, and announce nothing any more."""
        self._closed = True
        self.stop()
        for thread in self._threads:
            thread.stop()
        self._threads.clear()
        self._unfinished.clear()
        self._letters.close()

    def _start_next(self) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive]
        if self._current is not None or not self._waiting:
            return
        self._current = search = self._waiting.popleft()
        thread = WaitingThread(
            "opening",
            search.letters,
            received=partial(self._post, search),
            ended=partial(self._post_end, search),
            stop=search.stop,
        )
        self._threads.append(thread)
        thread.start()

    def _post(self, search: FilmSearch, letter: Letter) -> None:
        """Called in the thread that searches."""
        self._letters.post((search, letter))

    def _post_end(self, search: FilmSearch, error: CxrViewerError | None) -> None:
        """Called in the thread that searches."""
        self._letters.post((search, _Ended(error)))

    def _receive(self, letters: list[tuple[FilmSearch, Letter | _Ended]]) -> None:
        found: FoundSoFar | None = None
        for search, letter in letters:
            if isinstance(letter, ListedFilms):
                self.opened.emit(letter.films, letter.paths)
            elif isinstance(letter, FoundSoFar):
                found = letter if search is self._current else found
            elif isinstance(letter, _Ended):
                self._end(search, letter.error)
                found = None
            else:
                self.failed.emit(letter)
            if self._closed:  # whoever heard of it closed the window
                return
        if found is not None:
            self.searching.emit(found.count)

    def _end(self, search: FilmSearch, error: CxrViewerError | None) -> None:
        if error is not None:
            self.failed.emit(error)
        if search is self._current:
            self._current = None
        if search in self._unfinished:
            self._unfinished.remove(search)
            self.finished.emit(search.listed)
        if not self._closed:
            self._start_next()
