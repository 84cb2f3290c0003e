"""The PDF report: workers draw the films a little ahead of their pages, and a picture on paper is deleted."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePath

from cxrviewer.domain import Analysis
from cxrviewer.errors import ExportError
from cxrviewer.gui.exporting.choice import ExportJob
from cxrviewer.gui.exporting.drawn_films import DrawnFilm, FilmQueue, drawn_films
from cxrviewer.gui.exporting.problems import film_problem
from cxrviewer.gui.exporting.watch import ExportWatch
from cxrviewer.results.agreement import Agreement
from cxrviewer.results.audit_identifiers import film_identifiers
from cxrviewer.results.film_pictures import FilmPictures, PictureFolder
from cxrviewer.results.overlay import overlay_file_name
from cxrviewer.results.report import write_report
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list import film_analysis, film_paths
from cxrviewer.version import __version__


def export_report(job: ExportJob, store: ResultStore, watch: ExportWatch, agreement: Agreement | None) -> int:
    """Write the report on all films, those without a result with their reason; return their number.

    Raises what ``export_films`` does.
    """
    with (
        _picture_folder() as folder,
        closing(drawn_films(job, FilmQueue(store, job.numbers, watch), folder)) as drawn,
    ):
        pages = _Pages(job, store, watch, folder, drawn)
        return write_report(
            job.choice.path,
            watch.counted(pages.analyses()),
            pages.pictures,
            job.bundle,
            include_patient_data=job.choice.include_patient_data,
            agreement=agreement,
            audit=film_identifiers(store),
        )


class _Pages:
    """Gives the report its films in order, and each film's pictures once they are drawn."""

    def __init__(
        self,
        job: ExportJob,
        store: ResultStore,
        watch: ExportWatch,
        folder: PictureFolder,
        drawn: Generator[DrawnFilm],
    ) -> None:
        self._job = job
        self._store = store
        self._watch = watch
        self._folder = folder
        self._drawn = drawn
        self._ahead: set[int] = set()  # drawn, and not on paper yet
        self._index = -1

    def analyses(self) -> Iterator[Analysis]:
        """Yield what the list knows of every film."""
        for index, number in enumerate(self._job.numbers):
            self._index = index
            analysis = film_analysis(self._store, number)
            if analysis is not None:
                yield analysis
                continue
            for path in film_paths(self._store, [number]):
                yield self._pending(path)

    def pictures(self, analysis: Analysis) -> FilmPictures | None:
        """Return the pictures of the film that ``analyses`` gave last, or None; waits until the workers come to it."""
        while self._index not in self._ahead:
            film = next(self._drawn, None)
            self._watch.check()
            if film is None:
                break
            self._ahead.add(film.index)
            if film.problem:
                self._watch.add_problem(film_problem(film))
        self._ahead.discard(self._index)
        found = self._folder.find(analysis)
        for part in self._folder.folder.glob(f"{PurePath(overlay_file_name(analysis)).stem}.*"):
            part.unlink(missing_ok=True)
        return found

    def _pending(self, path: Path) -> Analysis:
        return Analysis(
            path=os.fspath(path),
            sha256="",
            status="error",
            model=self._job.bundle.identity,
            engine=self._job.job.engine,
            program_version=__version__,
            milliseconds=0.0,
            analysed_at="",
            code="pending",
            message="the film had not been analysed yet when this report was made.",
        )


@contextmanager
def _picture_folder() -> Iterator[PictureFolder]:
    try:
        temporary = tempfile.TemporaryDirectory(prefix="cxrviewer-report-", ignore_cleanup_errors=True)
    except OSError as error:
        raise ExportError(
            f"no folder for the report's pictures can be made ({error.strerror or error}); check that the disk has "
            "room and that you may write to its folder for temporary files."
        ) from error
    with temporary as folder:
        yield PictureFolder(Path(folder))
