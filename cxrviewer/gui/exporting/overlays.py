"""The overlays of many films in a folder, where they appear together, or none of them where the export ends early."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from cxrviewer.domain import Analysis, FloatArray
from cxrviewer.gui.exporting.choice import ExportJob
from cxrviewer.gui.exporting.drawn_films import FilmQueue, drawn_films
from cxrviewer.gui.exporting.problems import film_problem
from cxrviewer.gui.exporting.staging import move_into, staging_folder
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
    with staging_folder(folder) as staging:
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
        move_into(folder, staging)
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
