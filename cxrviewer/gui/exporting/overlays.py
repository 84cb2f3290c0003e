"""The overlays of many films in a folder, where they appear together, or none of them where the export ends early."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from cxrviewer.domain import Analysis, FloatArray
from cxrviewer.errors import ExportError
from cxrviewer.gui.exporting.choice import ExportJob
from cxrviewer.gui.exporting.drawn_films import FilmQueue, drawn_films
from cxrviewer.gui.exporting.problems import film_problem
from cxrviewer.gui.exporting.watch import ExportWatch
from cxrviewer.results.audit_identifiers import film_identifiers
from cxrviewer.results.overlay_folder import OverlayFolder
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list import film_analysis


@dataclass(frozen=True)
class StagedOverlays:
    """A delivery that writes the overlays which a folder does not have yet into another one; picklable."""

    folder: OverlayFolder
    staging: OverlayFolder

    def is_needed(self, analysis: Analysis) -> bool:
        """Return whether the film has no overlay in the folder yet."""
        return self.folder.is_needed(analysis)

    def deliver(self, display: FloatArray, analysis: Analysis) -> None:
        """Write the overlay; display: (H, W) float32 in [0, 1]. Raises ExportError where it cannot be written."""
        self.staging.deliver(display, analysis)


def export_overlays(job: ExportJob, store: ResultStore, watch: ExportWatch) -> int:
    """Write the overlays of all films that have a result; return how many of them have one in the folder then.

    One that is there already is kept: its name is of path, content and model. Raises what ``export_films`` does.
    """
    folder = job.choice.path
    queue = FilmQueue(store, job.numbers, watch)
    count = done = 0
    with _staging(folder) as staging:
        delivery = StagedOverlays(OverlayFolder(folder), OverlayFolder(staging))
        with closing(drawn_films(job, queue, delivery)) as drawn:
            for film in drawn:
                done += 1
                count += not film.problem
                if film.problem:
                    watch.add_problem(film_problem(film))
                else:
                    _sign(delivery.staging, store, job.numbers[film.index])
                watch.reach(done + queue.without_result)
        watch.reach(len(job.numbers))  # the last moment to cancel
        _move(staging, folder)
    if queue.without_result:
        said = QCoreApplication.translate("Export", "Films without a result, which have no overlay: {count}.")
        watch.add_problem(said.format(count=queue.without_result))
    return count


def _sign(staging: OverlayFolder, store: ResultStore, number: int) -> None:
    """Put the entry of the audit log into an overlay that was drawn; one that was there already keeps its own."""
    analysis = film_analysis(store, number)
    identifier = film_identifiers(store)(analysis) if analysis is not None else ""
    if analysis is not None and identifier:
        staging.sign(analysis, identifier)


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """Give a hidden folder inside ``folder``, on its disk; afterwards it is gone, and what was made for it if empty."""
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    staging = folder / f".cxrviewer-{uuid.uuid4().hex[:12]}.part"
    with _named_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        staging.mkdir()
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        with suppress(OSError):  # the first that holds something, and all above it, stay
            for path in made:
                path.rmdir()


def _move(staging: Path, folder: Path) -> None:
    with _named_errors(folder):
        for overlay in staging.glob("*.png"):
            target = folder / overlay.name
            if not target.exists():
                overlay.replace(target)


@contextmanager
def _named_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExportError(
            f"the folder {folder} cannot be written to ({error.strerror or error}); check that you may write there "
            "and that the disk has room, or choose another place."
        ) from error
