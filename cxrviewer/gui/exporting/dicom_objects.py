"""The DICOM objects of many films in a folder, where they appear together, or none where the export ends early."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from cxrviewer.domain import Analysis, FloatArray
from cxrviewer.extras import DICOM_RESULTS
from cxrviewer.gui.exporting.choice import ExportJob
from cxrviewer.gui.exporting.drawn_films import FilmQueue, drawn_films
from cxrviewer.gui.exporting.problems import reason_in_words
from cxrviewer.gui.exporting.staging import move_into, staging_folder
from cxrviewer.gui.exporting.watch import ExportWatch
from cxrviewer.results.dicom.export import is_dicom_film
from cxrviewer.results.dicom.folder import ResultObjectFolder
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list import film_analysis


@dataclass(frozen=True)
class StagedObjects:
    """A delivery that writes the objects which a folder does not have yet into another one; picklable."""

    folder: ResultObjectFolder
    staging: ResultObjectFolder

    def is_needed(self, analysis: Analysis) -> bool:
        """Return whether one of the film's objects is not in the folder yet."""
        return self.folder.is_needed(analysis)

    def deliver(self, display: FloatArray, analysis: Analysis) -> None:
        """Write the objects; display: (H, W) float32 in [0, 1]. Raises what ``ResultObjectFolder.deliver`` does."""
        if self.folder.is_needed(analysis):
            self.staging.deliver(display, analysis)


def export_dicom_objects(job: ExportJob, store: ResultStore, watch: ExportWatch) -> int:
    """Write the objects of all DICOM films that have a result; return how many films have theirs in the folder then.

    Those that are there already are kept: their names are of their content. Raises what ``export_films`` does, and
    MissingExtraError without highdicom.
    """
    DICOM_RESULTS.check()
    folder = job.choice.path
    queue = FilmQueue(store, job.numbers, watch)
    count = done = others = 0
    with staging_folder(folder) as staging:
        bundle = job.bundle.folder
        delivery = StagedObjects(ResultObjectFolder(folder, bundle), ResultObjectFolder(staging, bundle))
        with closing(drawn_films(job, queue, delivery)) as drawn:
            for film in drawn:
                done += 1
                analysis = film_analysis(store, job.numbers[film.index])
                if film.problem:
                    said = QCoreApplication.translate("Export", "{path} has no DICOM objects: {reason}")
                    watch.add_problem(said.format(path=film.path, reason=reason_in_words(film.problem)))
                elif analysis is not None and is_dicom_film(analysis):
                    count += 1
                else:
                    others += 1
                watch.reach(done + queue.without_result)
        watch.reach(len(job.numbers))  # the last moment to cancel
        move_into(folder, staging)
    for number, said in (
        (others, QCoreApplication.translate("Export", "Films that are no DICOM, and have no DICOM objects: {count}.")),
        (
            queue.without_result,
            QCoreApplication.translate("Export", "Films without a result, which have no DICOM objects: {count}."),
        ),
    ):
        if number:
            watch.add_problem(said.format(count=number))
    return count
