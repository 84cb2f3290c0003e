"""``cxrviewer info``: what one file is, how it was read, and what the network would see."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import typer

from cxrviewer.analysis.pool import PoolSettings, map_files
from cxrviewer.domain import NOT_FOR_DIAGNOSIS, InputSpec
from cxrviewer.errors import CxrViewerError, ResultObjectError
from cxrviewer.inference.bundle import find_bundle
from cxrviewer.reading.limits import Limits
from cxrviewer.results.words import printable


@dataclass(frozen=True)
class InfoRequest:
    """The options of ``cxrviewer info``."""

    path: Path
    model: str
    save_input: Path | None
    max_file_bytes: int
    max_pixels: int
    include_patient_data: bool
    as_json: bool


def describe_radiograph(request: InfoRequest) -> None:
    """Print the description, made in a worker process; raises the file's named refusal or error."""
    bundle = find_bundle(request.model, verify=False)
    limits = Limits(file_bytes=request.max_file_bytes, pixels=request.max_pixels)
    task = partial(_describe, bundle.input_spec, limits, request.save_input, request.include_patient_data)
    (result,) = map_files(task, [request.path], PoolSettings(workers=1))
    if result.loss is not None:
        raise result.loss
    description = result.value
    assert description is not None
    if isinstance(description, CxrViewerError):
        raise description
    if "network_input" in description:
        description["network_input"]["model"] = f"{bundle.metadata.name} {bundle.metadata.version}"
    if request.as_json:
        typer.echo(json.dumps(description, indent=2))
        return
    for section, content in description.items():
        typer.echo(section.replace("_", " "))
        for name, value in content.items():
            text = "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            typer.echo(f"  {name.replace('_', ' '):18} {printable(text) or '-'}")


def _describe(
    spec: InputSpec, limits: Limits, save_input: Path | None, include_patient_data: bool, path: Path
) -> dict[str, dict[str, Any]] | CxrViewerError:
    """Describe a file in a worker; a named error is returned, since one that is raised there loses its traceback."""
    from cxrviewer.analysis.analyze import hash_file, named_error
    from cxrviewer.imaging.display import default_rendering, default_window_text
    from cxrviewer.imaging.fitting import fit
    from cxrviewer.reading import read_radiograph

    try:
        sha256 = hash_file(path)
        radiograph = read_radiograph(path, limits)
        display = default_rendering(radiograph)
        network_input, placement = fit(display, spec)
        if save_input is not None:
            from cxrviewer.results.network_input import write_network_input

            write_network_input(save_input, network_input, spec)
    except ResultObjectError as error:
        return _describe_stored_result(path, error)
    except Exception as error:  # noqa: BLE001 - see named_error
        return named_error(error)
    stored = radiograph.stored
    spacing = radiograph.spacing
    description: dict[str, dict[str, Any]] = {
        "file": {"path": str(path), "sha256": sha256, "bytes": path.stat().st_size},
        "facts": asdict(radiograph.facts),
        "stored_values": {
            "type": str(stored.dtype),
            "minimum": int(stored.min()),
            "maximum": int(stored.max()),
            "mean": round(float(stored.mean()), 2),
        },
        "display": {
            "default": default_window_text(radiograph),
            "windows_in_file": [
                f"{w.centre:g}/{w.width:g} {w.function} {w.explanation}".strip() for w in radiograph.windows
            ],
            "inverted": radiograph.inverted,
            "spacing": f"{spacing.row_mm:g} x {spacing.column_mm:g} mm ({spacing.source})" if spacing else "",
            "warnings": list(radiograph.warnings),
        },
        "network_input": {
            "shape": list(network_input.shape),
            "fit": f"{spec.fit}, {spec.interpolation}",
            "range": f"{spec.low:g} to {spec.high:g}",
            "from": f"rows {placement.top:g} to {placement.top + placement.height:g}, "
            f"columns {placement.left:g} to {placement.left + placement.width:g}",
            "minimum": round(float(network_input.min()), 4),
            "maximum": round(float(network_input.max()), 4),
            "mean": round(float(network_input.mean()), 4),
            "saved_to": str(save_input or ""),
        },
    }
    if include_patient_data and radiograph.patient is not None:
        description["patient"] = asdict(radiograph.patient)
    return description


def _describe_stored_result(path: Path, refusal: ResultObjectError) -> dict[str, dict[str, Any]] | CxrViewerError:
    """Describe what a report of this program's says, in a worker; the refusal where it is another object of ours."""
    from cxrviewer.cli.stored_results import stored_result_in_worker
    from cxrviewer.results.uncertainty import level_words

    stored = stored_result_in_worker(path)
    if stored is None or isinstance(stored, CxrViewerError):
        return stored or refusal
    findings: dict[str, Any] = {}
    for finding in stored.findings:
        threshold = "" if finding.threshold is None else f", threshold {finding.threshold:.3g}"
        findings[finding.finding] = f"{finding.probability:.3f}{threshold}{', flagged' if finding.flagged else ''}"
    members = ", ".join(stored.prediction_set or ()) or "none"
    return {
        "stored_result": {
            "predicted": stored.verdict,
            **findings,
            "prediction_set": "" if stored.level is None else f"{members} at {level_words(stored.level)}",
            "warnings": list(stored.warnings),
        },
        "made_by": {
            "model": f"{stored.model_name} {stored.model_version}",
            "model_sha256": stored.model_sha256,
            "engine": stored.engine,
            "program": stored.program,
            "note": NOT_FOR_DIAGNOSIS,
        },
        "of_film": {
            "sop_instance_uid": stored.film_uid,
            "sha256": stored.film_sha256,
            "date": stored.date,
            "series_of_the_report": stored.series_uid,
        },
    }
