"""What the study list shows of a film, asked for in the worker process that has the film's pixels. No Qt here."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cxrviewer.analysis.job import Delivery
from cxrviewer.domain import Analysis, FloatArray, ModelIdentity
from cxrviewer.errors import ChangedFileError, ExportError
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list import film_analysis
from cxrviewer.version import __version__

CHANGED: Final = "the file is not the one that was analysed any more; analyse it again, and export it then."


class UnusableFolderError(Exception):
    """No picture can be written any more. Not a CxrViewerError: it ends the run, where those cost one film each."""


@dataclass(frozen=True)
class ListedFilms:
    """The films of a store, by path and by content; picklable, opens the store when first used."""

    store_path: Path
    _opened: list[ResultStore] = field(default_factory=list, init=False, repr=False, compare=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return ListedFilms, (self.store_path,)  # a connection does not travel to another process

    def of_path(self, path: str) -> Analysis | None:
        """Return the analysis that the list shows for a path, or None where it has none."""
        return self._first("SELECT id FROM film WHERE path = ?", os.fsencode(path))

    def of_content(self, sha256: str) -> Analysis | None:
        """Return the result of any film with these bytes, or None; whatever bundle gave it."""
        return self._first("SELECT id FROM film WHERE sha256 = ? AND status = 'ok' ORDER BY id LIMIT 1", sha256)

    def _first(self, query: str, value: object) -> Analysis | None:
        if not self._opened:
            self._opened.append(ResultStore(self.store_path))
        store = self._opened[0]
        rows = store.rows(query, (value,))
        return film_analysis(store, rows[0][0]) if rows else None


@dataclass(frozen=True)
class ListedRecall:
    """The recall of an export: bytes that no listed film has are an error, so that the network never runs."""

    films: ListedFilms

    def __call__(self, sha256: str) -> Analysis:
        """Return a result for these bytes, or the error that the file changed."""
        return self.films.of_content(sha256) or Analysis(
            path="",
            sha256=sha256,
            status="error",
            model=ModelIdentity("", "", ""),
            engine="",
            program_version=__version__,
            milliseconds=0.0,
            analysed_at="",
            code=ChangedFileError.code,
            message=CHANGED,
        )


@dataclass(frozen=True)
class ListedDelivery:
    """A delivery of the analysis that the list shows for the film's path, provided that it is of the same bytes.

    One content may be listed under several names with results of different bundles, and two films may have changed
    names since: the recall, which knows the bytes only, cannot tell.
    """

    films: ListedFilms
    inner: Delivery

    def is_needed(self, analysis: Analysis) -> bool:
        """Return whether it is to be made; a film that changed needs it, so that ``deliver`` can say so."""
        listed = self._listed(analysis)
        return listed is None or self.inner.is_needed(listed)

    def deliver(self, display: FloatArray, analysis: Analysis) -> None:
        """Make it; ExportError where the film is not the one listed, UnusableFolderError where nothing can be written.

        display: (H, W) float32 in [0, 1].
        """
        listed = self._listed(analysis)
        if listed is None:
            raise ExportError(CHANGED)
        try:
            self.inner.deliver(display, listed)
        except ExportError as error:
            if isinstance(error.__cause__, OSError):
                raise UnusableFolderError(str(error)) from error
            raise

    def _listed(self, analysis: Analysis) -> Analysis | None:
        listed = self.films.of_path(analysis.path)
        same = listed is not None and listed.prediction is not None and listed.sha256 == analysis.sha256
        return listed if same else None
