"""The pictures of a report on the command line: made by the workers, kept in a folder until the report is written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from cxrviewer.analysis.deliveries import Deliveries
from cxrviewer.analysis.job import AnalysisJob, Delivery, analyze_files
from cxrviewer.analysis.pool import PoolSettings
from cxrviewer.domain import Analysis
from cxrviewer.inference.bundle import Bundle
from cxrviewer.results.dicom.folder import ResultObjectFolder
from cxrviewer.results.film_pictures import PictureFolder
from cxrviewer.results.overlay_folder import OverlayFolder


@contextmanager
def pictures_for_report(report: Path | None) -> Iterator[PictureFolder | None]:
    """Give a folder for pictures that is gone afterwards, or None where no report is wanted."""
    if report is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="cxrviewer-report-", ignore_cleanup_errors=True) as folder:
        yield PictureFolder(Path(folder))


def delivery_of(
    overlays: Path | None, pictures: PictureFolder | None, objects: ResultObjectFolder | None = None
) -> Delivery | None:
    """Return what the workers are to make of each film, or None."""
    parts: list[Delivery] = []
    if overlays is not None:
        parts.append(OverlayFolder(overlays))
    if objects is not None:
        parts.append(objects)
    if pictures is not None:
        parts.append(pictures)
    if len(parts) < 2:
        return parts[0] if parts else None
    return Deliveries(tuple(parts))


def complete_pictures(
    pictures: PictureFolder, analyses: Iterable[Analysis], job: AnalysisJob, bundle: Bundle, pool: PoolSettings
) -> None:
    """Make the pictures of films that were analysed before this command, in a run that was stopped.

    Their analyses are recalled; a film that changed or is gone meanwhile has none, and its page says so.
    """
    missing = [Path(a.path) for a in analyses if a.prediction is not None and pictures.is_needed(a)]
    if missing:
        with closing(analyze_files(missing, replace(job, delivery=pictures), bundle, pool)) as outcomes:
            for _ in outcomes:
                pass
