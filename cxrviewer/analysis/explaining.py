"""A second explanation of one film, on request: occlusion sensitivity in worker processes, row by row.

Each row of the patch's positions is an item of its own, so that the parent hears how far it is, can stop it by stopping
the workers, and several workers share the passes; each of them reads the film once.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from cxrviewer.analysis.job import AnalysisJob, examine_in_worker, open_worker_engine, worker_engine, worker_job
from cxrviewer.analysis.pool import PoolSettings, map_source
from cxrviewer.analysis.waiting import WaitingItems
from cxrviewer.domain import Analysis, FloatArray
from cxrviewer.errors import ChangedFileError, CxrViewerError, WorkerError
from cxrviewer.imaging.fitting import fit
from cxrviewer.inference.explanation import Explanation
from cxrviewer.inference.occlusion import CELLS, occluded_logits, occlusion_maps

# Draws a film, (H, W) float32 in [0, 1], with its explanation; picklable, called in a worker.
Draw = Callable[[FloatArray, Explanation], None]


@dataclass(frozen=True)
class ExplanationProgress:
    """How many of how many rows are done."""

    done: int
    total: int


@dataclass(frozen=True, eq=False)
class ExplanationStep:
    """What one item asks of a worker: the analysis (the default), the logits of a row, or a picture."""

    path: Path
    row: int | None = None
    drawn: Explanation | None = None


@dataclass(frozen=True, eq=False)
class _Row:
    sha256: str
    row: int
    logits: FloatArray


@dataclass(frozen=True)
class _Drawn:
    """The picture is there."""


@dataclass(frozen=True, eq=False)
class _Film:
    path: Path
    analysis: Analysis
    display: FloatArray | None


@dataclass
class _Kept:
    """The display on its way from the worker's analysis; a delivery that keeps it."""

    display: FloatArray | None = None

    def is_needed(self, analysis: Analysis) -> bool:
        return True

    def deliver(self, display: FloatArray, analysis: Analysis) -> None:
        self.display = display


@dataclass
class _WorkerFilm:
    """The film that this worker read last: all its steps are about that one."""

    film: _Film | None = None


_last = _WorkerFilm()
_ANALYSIS: Final = 0  # the index of the analysis; rows have those from 1
_FIRST, _NEXT = 0, 1

Steps = WaitingItems[ExplanationStep]


def explain_file(
    path: Path, job: AnalysisJob, pool: PoolSettings, steps: Steps, draw: Draw | None = None
) -> Generator[ExplanationProgress | Explanation]:
    """Yield how far the passes are, and last the explanation of a file; ``steps`` is empty, and stopping it ends this.

    A file that is refused, fails or is out of scope has an explanation without maps, which holds its refusal. ``draw``
    is called in a worker before the explanation comes. Raises BundleError and EngineError where no worker can run the
    bundle, WorkerError where one is lost, ChangedFileError where the file changed meanwhile, and what ``draw`` raises.
    """
    steps.put([(_ANALYSIS, ExplanationStep(path))], _FIRST)
    steps.put([(row + 1, ExplanationStep(path, row)) for row in range(CELLS)], _NEXT)
    analysis: Analysis | None = None
    rows: dict[int, _Row] = {}
    explanation: Explanation | None = None
    start = partial(open_worker_engine, job)
    with closing(map_source(partial(_take_step, draw), steps, pool, start_worker=start)) as results:
        for result in results:
            value = _told(result.value, result.loss)
            if isinstance(value, Analysis):
                analysis = value
                if analysis.prediction is None:
                    yield Explanation(analysis, None)
                    return
            elif isinstance(value, _Row):
                rows[value.row] = value
                yield ExplanationProgress(len(rows), CELLS)
            elif isinstance(value, _Drawn) and explanation is not None:
                yield explanation
                return
            if analysis is not None and len(rows) == CELLS and explanation is None:
                explanation = _put_together(analysis, rows)
                if draw is None:
                    yield explanation
                    return
                steps.put([(CELLS + 1, ExplanationStep(path, drawn=explanation))], _FIRST)


def _told(
    value: Analysis | _Row | _Drawn | CxrViewerError | None, loss: WorkerError | None
) -> Analysis | _Row | _Drawn | None:
    if loss is not None:
        raise loss
    if isinstance(value, CxrViewerError):
        raise value
    return value


def _put_together(analysis: Analysis, rows: dict[int, _Row]) -> Explanation:
    prediction = analysis.prediction
    assert prediction is not None, "a film without a prediction has no rows"
    if any(row.sha256 != analysis.sha256 for row in rows.values()):
        raise ChangedFileError("the file changed while it was explained; run again once nothing writes to it.")
    logits = [rows[row].logits for row in range(CELLS)]
    return Explanation(analysis, occlusion_maps(prediction.findings, prediction.logits, logits))


def _take_step(draw: Draw | None, step: ExplanationStep) -> Analysis | _Row | _Drawn | CxrViewerError | None:
    """Do one step in a worker; what is wrong with the file is returned, not raised."""
    film = _film(step.path)
    if step.drawn is not None and draw is not None and film.display is not None:
        try:
            draw(film.display, step.drawn)
        except CxrViewerError as error:
            return error
        return _Drawn()
    if step.row is None:
        return film.analysis
    if film.analysis.prediction is None or film.display is None:
        return None
    engine = worker_engine()
    network_input, _ = fit(film.display, engine.bundle.input_spec)
    return _Row(film.analysis.sha256, step.row, np.asarray(occluded_logits(engine, network_input, step.row)))


def _film(path: Path) -> _Film:
    if _last.film is None or _last.film.path != path:
        kept = _Kept()
        examined = examine_in_worker(replace(worker_job(), delivery=kept), path)
        _last.film = _Film(path, examined.analysis, kept.display)
    return _last.film
