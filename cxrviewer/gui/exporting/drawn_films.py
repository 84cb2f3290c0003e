"""Films decoded once more for their pictures, by worker processes, and never further ahead than the workers are."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from cxrviewer.analysis.job import Delivery, FileToAnalyse, Outcome, analyze_source
from cxrviewer.errors import ExportError
from cxrviewer.gui.exporting.choice import ExportJob
from cxrviewer.gui.exporting.listed import ListedDelivery, ListedFilms, ListedRecall, UnusableFolderError
from cxrviewer.gui.exporting.watch import ExportWatch
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list import films

PAGE: Final = 64  # films that are fetched from the store at once


@dataclass(frozen=True)
class DrawnFilm:
    """The film at ``index`` of the export's numbers was drawn; ``problem`` says why it was not, if so."""

    index: int
    path: Path
    problem: str = ""


class FilmQueue:
    """A source for ``pool.map_source``: the films that have a result, fetched as workers take them.

    ``without_result`` counts the others so far.
    """

    def __init__(self, store: ResultStore, numbers: Sequence[int], watch: ExportWatch) -> None:
        self.without_result = 0
        self._store = store
        self._numbers = numbers
        self._watch = watch
        self._fetched = 0
        self._page: deque[tuple[int, Path]] = deque()

    def take(self) -> tuple[int, FileToAnalyse] | None:
        """See ``pool.Source``."""
        while not self._page and self._fetched < len(self._numbers):
            self._fetch()
        if not self._page:
            return None
        index, path = self._page.popleft()
        return index, FileToAnalyse(path)

    @property
    def ended(self) -> bool:
        """See ``pool.Source``."""
        return not self._page and self._fetched >= len(self._numbers)

    @property
    def stopped(self) -> bool:
        """See ``pool.Source``."""
        return self._watch.stopped

    def call_on_news(self, notify: Callable[[], None]) -> None:
        """See ``pool.Source``."""
        self._watch.call_on_stop = notify

    def _fetch(self) -> None:
        start = self._fetched
        numbers = self._numbers[start : start + PAGE]
        self._fetched += len(numbers)
        listed = {film.identifier: film for film in films(self._store, numbers)}
        for index, number in enumerate(numbers, start):
            film = listed.get(number)
            if film is not None and film.status == "ok":
                self._page.append((index, film.path))
            else:
                self.without_result += 1


def drawn_films(job: ExportJob, queue: FilmQueue, delivery: Delivery) -> Generator[DrawnFilm]:
    """Have every film of a queue decoded and delivered with the analysis that the list shows; yield as they complete.

    Ends early, without a word, where the queue is stopped. Raises ExportError where nothing can be written,
    BundleError and EngineError where no worker starts.
    """
    listed = ListedFilms(job.store_path)
    work = replace(job.job, recall=ListedRecall(listed), delivery=ListedDelivery(listed, delivery))
    try:
        with closing(analyze_source(queue, work, job.bundle, job.pool)) as outcomes:
            for outcome in outcomes:
                if isinstance(outcome, Outcome):
                    analysis = outcome.analysis
                    problem = outcome.problem or ("" if analysis.status == "ok" else analysis.message)
                    yield DrawnFilm(outcome.index, Path(analysis.path), problem)
    except UnusableFolderError as error:
        raise ExportError(str(error)) from error
