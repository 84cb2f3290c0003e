"""Finding the files that paths stand for and putting them on the study list, in a thread that may wait for a disk."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cxrviewer.analysis.media import MediumReader
from cxrviewer.errors import MissingFileError
from cxrviewer.reading.discovery import find_files
from cxrviewer.results.plain_text import valid_unicode
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list_changes import OpenedFilms, open_films

BATCH_FILES: Final = 500
_BATCH_SECONDS: Final = 0.2
_COUNT_SECONDS: Final = 0.1


@dataclass(frozen=True)
class ListedFilms:
    """Files that are on the study list now, and their paths, parallel to ``films.identifiers``."""

    films: OpenedFilms
    paths: tuple[Path, ...]


@dataclass(frozen=True)
class FoundSoFar:
    """How many files have been found."""

    count: int


Letter = ListedFilms | FoundSoFar | MissingFileError


class _StoppedError(Exception):
    """The search is to end where it is."""


class FilmSearch:
    """One search over some paths; ``letters`` is used in one thread, ``stop`` may be called from any."""

    def __init__(self, store_path: Path, paths: Iterable[Path]) -> None:
        self._store_path = store_path
        self._paths = tuple(paths)
        self._media = MediumReader()
        self._stopped = False
        self._found = 0
        self.listed = 0
        """How many files have been put on the study list, or were on it."""

    def stop(self) -> None:
        """Let the search end with the folder that is being listed; what it has found but not written is dropped."""
        self._stopped = True
        self._media.stop()

    def letters(self) -> Generator[Letter]:
        """Search, and yield what has become of it: the first film at once, later ones in batches, once committed.

        Raises StoreError where the study list cannot be written.
        """
        batch: list[Path] = []
        written = counted = time.monotonic()
        with closing(ResultStore(self._store_path)) as store, closing(self._media):
            try:
                for found in self._files():
                    self._go_on()
                    if isinstance(found, MissingFileError):
                        yield found
                        continue
                    batch.append(found)
                    self._found += 1
                    now = time.monotonic()
                    if self.listed == 0 or len(batch) >= BATCH_FILES or now - written >= _BATCH_SECONDS:
                        yield self._written(store, batch)
                        batch, written = [], time.monotonic()
                    if now - counted >= _COUNT_SECONDS:
                        yield FoundSoFar(self._found)
                        counted = now
                if batch:
                    self._go_on()
                    yield self._written(store, batch)
            except _StoppedError:
                return

    def _files(self) -> Iterator[Path | MissingFileError]:
        for path in self._paths:
            self._go_on()
            try:
                absolute = path.absolute()
                absolute.stat()
            except (OSError, ValueError) as error:
                yield _missing(path, error)
            else:
                yield from find_files([absolute], read_dicomdir=self._media, entering=self._go_on)

    def _go_on(self, _folder: Path | None = None) -> None:
        if self._stopped:
            raise _StoppedError

    def _written(self, store: ResultStore, batch: list[Path]) -> ListedFilms:
        films = open_films(store, batch)
        self.listed += len(batch)
        return ListedFilms(films, tuple(batch))


def _missing(path: Path, error: OSError | ValueError) -> MissingFileError:
    reason = (error.strerror if isinstance(error, OSError) else None) or "it is no file name"
    return MissingFileError(
        f"expected a file or a folder at {valid_unicode(str(path))}, found none that can be opened ({reason}); check "
        "that it was not moved or deleted, and that its drive is connected."
    )
