"""``cxrviewer explain``: one film's prediction explained twice, and how far both explanations agree."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from cxrviewer.analysis.analyze import AnalysisSettings
from cxrviewer.analysis.explaining import explain_file
from cxrviewer.analysis.job import AnalysisJob
from cxrviewer.analysis.pool import PoolSettings, default_worker_count
from cxrviewer.analysis.waiting import WaitingItems
from cxrviewer.domain import NOT_FOR_DIAGNOSIS, Prediction
from cxrviewer.errors import CxrViewerError, UsageError
from cxrviewer.inference.bundle import find_bundle
from cxrviewer.inference.engines import resolve_engine
from cxrviewer.inference.explanation import Explanation
from cxrviewer.inference.occlusion import CELLS
from cxrviewer.reading.limits import Limits
from cxrviewer.results.sentences import explanations_agree
from cxrviewer.results.warned import all_warnings
from cxrviewer.results.words import model_line, printable, verdict


@dataclass(frozen=True)
class ExplainRequest:
    """The options of ``cxrviewer explain``; ``finding`` "" is the predicted one."""

    path: Path
    finding: str
    out: Path | None
    model: str
    engine: str
    max_file_bytes: int
    max_pixels: int
    as_json: bool


def explain_film(request: ExplainRequest) -> None:
    """Print prediction and agreement, and write the picture where one is wanted.

    Raises UsageError for a finding that the model does not have, and the film's named refusal or error.
    """
    bundle = find_bundle(request.model, verify=False)
    findings = bundle.metadata.findings
    if request.finding and request.finding not in findings:
        raise UsageError(f"expected a finding among {', '.join(findings)}, got {request.finding!r}.")
    job = AnalysisJob(
        bundle_folder=bundle.folder,
        bundle_sha256=bundle.sha256,
        engine=resolve_engine(request.engine, bundle),
        settings=AnalysisSettings(limits=Limits(file_bytes=request.max_file_bytes, pixels=request.max_pixels)),
    )
    explanation = _explained(request, job)
    analysis = explanation.analysis
    if analysis.prediction is None:
        raise CxrViewerError(verdict(analysis))
    if request.as_json:
        typer.echo(json.dumps(_content(explanation, analysis.prediction, request), indent=2))
        return
    finding = request.finding or analysis.prediction.predicted
    typer.echo(f"{printable(str(request.path))}  {verdict(analysis)}")
    for warning in all_warnings(analysis):
        typer.echo(f"  {printable(warning)}")
    typer.echo(f"  {finding}: {explanations_agree(explanation.agreement(finding))}")
    if request.out is not None:
        typer.echo(f"  {printable(str(request.out))}")
    typer.echo(model_line(analysis.model, analysis.engine, analysis.program_version))
    typer.echo(NOT_FOR_DIAGNOSIS)


def _explained(request: ExplainRequest, job: AnalysisJob) -> Explanation:
    draw = None
    if request.out is not None:
        from cxrviewer.results.explanation_picture import ExplanationPicture

        draw = ExplanationPicture(request.out.absolute(), request.finding)
    pool = PoolSettings(workers=min(2, default_worker_count()))
    with closing(explain_file(request.path, job, pool, WaitingItems(), draw)) as results:
        for result in results:
            if isinstance(result, Explanation):
                return result
    raise AssertionError("an explanation ends with one or with an error")


def _content(explanation: Explanation, prediction: Prediction, request: ExplainRequest) -> dict[str, Any]:
    analysis = explanation.analysis
    finding = request.finding or prediction.predicted
    at = prediction.findings.index(finding)
    assert explanation.maps is not None, "a film with a prediction has maps"
    return {
        "path": str(request.path),
        "sha256": analysis.sha256,
        "model": analysis.model.name,
        "model_version": analysis.model.version,
        "model_sha256": analysis.model.sha256,
        "engine": analysis.engine,
        "program_version": analysis.program_version,
        "predicted": prediction.predicted,
        "probabilities": {
            name: float(value) for name, value in zip(prediction.findings, prediction.probabilities, strict=True)
        },
        "warnings": list(all_warnings(analysis)),
        "finding": finding,
        "rank_correlation": explanation.agreement(finding),
        "agreement": str(explanations_agree(explanation.agreement(finding))),
        "passes": CELLS * CELLS + 1,
        "grad_cam": analysis.heatmaps[at].grid.round(5).tolist(),
        "occlusion_drop_of_logit": explanation.maps.drops[:, :, at].round(5).tolist(),
        "picture": str(request.out) if request.out is not None else None,
        "disclaimer": NOT_FOR_DIAGNOSIS,
    }
