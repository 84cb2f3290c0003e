"""What the thread of an export does: it streams films from its own connection to the store into the file asked for."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from cxrviewer.domain import Analysis
from cxrviewer.errors import ExportError
from cxrviewer.gui.exporting.choice import SUFFIXES, Exported, ExportJob
from cxrviewer.gui.exporting.dicom_objects import export_dicom_objects
from cxrviewer.gui.exporting.drawn_films import PAGE
from cxrviewer.gui.exporting.overlays import export_overlays
from cxrviewer.gui.exporting.report import export_report
from cxrviewer.gui.exporting.watch import ExportWatch
from cxrviewer.results.agreement import Agreement, compare_labels
from cxrviewer.results.audit_identifiers import film_identifiers
from cxrviewer.results.film_labels import LabelledFilm, write_labels
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list import film_analyses, labelled_films
from cxrviewer.results.tables import write_csv, write_json_lines


def export_films(job: ExportJob, watch: ExportWatch) -> Exported:
    """Write what the job asks for; only ever a few films are in memory.

    Raises ExportError where it cannot be written, StoreError, BundleError and EngineError as they come, and
    ExportCancelledError where the watch says so; no file is left behind then.
    """
    choice = job.choice
    _check_path(job)
    with closing(ResultStore(job.store_path)) as store:
        _spare_films(store, choice.path)
        watch.reach(0)
        if choice.kind in ("csv", "jsonl"):
            count = _export_table(job, store, watch)
        elif choice.kind == "labels":
            count = write_labels(choice.path, _labelled(job, store, watch))
        elif choice.kind == "overlays":
            count = export_overlays(job, store, watch)
        elif choice.kind == "dicom":
            count = export_dicom_objects(job, store, watch)
        else:
            count = export_report(job, store, watch, agreement_of(job, store))
    return Exported(choice.path, count, watch.problems)


def _check_path(job: ExportJob) -> None:
    suffixes = SUFFIXES[job.choice.kind]
    if suffixes and job.choice.path.suffix.lower() not in suffixes:
        raise ExportError(
            f"expected the name of the file to end in {' or '.join(suffixes)}, got {job.choice.path.name!r}; "
            "choose another name."
        )


def _spare_films(store: ResultStore, path: Path) -> None:
    """Refuse to replace a radiograph that is listed, whatever its name ends in."""
    for spelled in {path.absolute(), path.resolve()}:
        if store.rows("SELECT 1 FROM film WHERE path = ? AND removed_at IS NULL", (os.fsencode(spelled),)):
            raise ExportError(f"expected another place than a film of the list, got {path}; choose another name.")


def _export_table(job: ExportJob, store: ResultStore, watch: ExportWatch) -> int:
    write = write_csv if job.choice.kind == "csv" else write_json_lines
    count = write(
        job.choice.path,
        _analyses(job, store, watch),
        job.findings,
        include_patient_data=job.choice.include_patient_data,
        audit=film_identifiers(store),
    )
    if count < len(job.numbers):
        said = QCoreApplication.translate("Export", "Films not analysed yet, which have no row in the table: {count}.")
        watch.add_problem(said.format(count=len(job.numbers) - count))
    return count


def _analyses(job: ExportJob, store: ResultStore, watch: ExportWatch) -> Iterator[Analysis]:
    for start in range(0, len(job.numbers), PAGE):
        page = job.numbers[start : start + PAGE]
        yield from watch.counted(film_analyses(store, page))
        watch.reach(start + len(page))


def _labelled(job: ExportJob, store: ResultStore, watch: ExportWatch) -> Iterator[LabelledFilm]:
    for start in range(0, len(job.numbers), PAGE):
        page = job.numbers[start : start + PAGE]
        yield from labelled_films(store, page)
        watch.reach(start + len(page))


def agreement_of(job: ExportJob, store: ResultStore) -> Agreement | None:
    """Return how far labels and predictions of the exported films agree, or None where no film has both.

    As in ``study_list.label_counts``, a content that is listed under several names counts once.
    """
    counted: set[tuple[str, str, str | None]] = set()
    for start in range(0, len(job.numbers), PAGE):
        for film in labelled_films(store, job.numbers[start : start + PAGE]):
            if film.predicted is not None:
                counted.add((film.sha256, film.predicted, film.label.finding))
    counts = Counter((predicted, finding) for _, predicted, finding in counted)
    return compare_labels(counts, job.bundle.metadata.findings) if counts else None
