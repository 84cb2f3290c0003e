"""Results that lie beside the films of a run, as reports of an earlier one, compared with the fresh ones."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import typer

from cxrviewer.analysis.analyze import named_error
from cxrviewer.analysis.pool import PoolSettings, map_files
from cxrviewer.domain import Analysis
from cxrviewer.errors import CxrViewerError, StoredResultError
from cxrviewer.results.dicom.stored_result import StoredResult
from cxrviewer.results.store import ResultStore, Run
from cxrviewer.results.words import printable, verdict


def say_stored_results(store: ResultStore, run: Run, *, to_stderr: bool) -> None:
    """Print for every report of ours among a run's files what it says, and in what the fresh result differs."""
    reports = [Path(a.path) for a in store.run_analyses(run) if a.code == StoredResultError.code]
    waiting: dict[str, list[StoredResult]] = {}
    for path, stored in _read(reports):
        if isinstance(stored, StoredResult):
            waiting.setdefault(stored.film_sha256, []).append(stored)
        elif stored is not None:
            typer.echo(printable(f"{path}: {stored}"), err=True)
    for analysis in store.run_analyses(run) if waiting else ():
        for stored in waiting.pop(analysis.sha256, ()):
            typer.echo(printable(f"{analysis.path}: {_compared(stored, analysis)}"), err=to_stderr)
    others = sum(map(len, waiting.values()))
    if others:
        said = f"{others} stored {'result is' if others == 1 else 'results are'} of films that are not among the files."
        typer.echo(said, err=to_stderr)


def stored_result_in_worker(path: Path) -> StoredResult | CxrViewerError | None:
    """Return what ``read_stored_result`` does, in a worker; a named error is returned, as it loses its traceback."""
    from cxrviewer.results.dicom.stored_report import read_stored_result

    try:
        return read_stored_result(path)
    except Exception as error:  # noqa: BLE001 - see named_error
        return named_error(error)


def _read(reports: list[Path]) -> list[tuple[Path, StoredResult | CxrViewerError | None]]:
    if not reports:
        return []
    with closing(map_files(stored_result_in_worker, reports, PoolSettings(workers=1))) as results:
        return [(result.path, result.value if result.loss is None else result.loss) for result in results]


def _compared(stored: StoredResult, fresh: Analysis) -> str:
    said = f"stored result {stored.verdict} ({stored.made_by})"
    if fresh.prediction is None:
        return f"{said}; no fresh result."
    differences = stored.differences(fresh)
    if not differences:
        return f"{said}; the fresh one says the same."
    return f"{said}; the fresh one is {verdict(fresh)} and differs in {', '.join(differences)}."
