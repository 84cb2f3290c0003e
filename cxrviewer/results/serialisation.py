"""An analysis as JSON and back, without losing a bit: what the results store keeps."""

from __future__ import annotations

from typing import Any, Final, cast

from cxrviewer.domain import (
    Analysis,
    Facts,
    Heatmap,
    ModelIdentity,
    Patient,
    Placement,
    Prediction,
    Status,
)
from cxrviewer.errors import StoreError
from cxrviewer.results.json_values import Reader, array_from_json, array_to_json, placement_from_json
from cxrviewer.results.trust_serialisation import (
    agreement_from_json,
    agreement_to_json,
    lungs_from_json,
    lungs_to_json,
    scope_from_json,
    scope_to_json,
)

FORMAT_VERSION: Final = 1


def analysis_to_json(analysis: Analysis) -> dict[str, Any]:
    """Return a dictionary of JSON values that holds everything in an analysis.

    Arrays are {"shape": [...], "float32": base64 of the little-endian bytes}. The patient is part of it:
    what leaves the store is the business of ``results.tables``. Texts may hold the lone surrogates of
    file names that are not UTF-8; ``json.dumps`` with its default ``ensure_ascii`` carries them.
    """
    content: dict[str, Any] = {
        "format_version": FORMAT_VERSION,
        "path": analysis.path,
        "sha256": analysis.sha256,
        "status": analysis.status,
        "model": _fields(analysis.model),
        "engine": analysis.engine,
        "program_version": analysis.program_version,
        "milliseconds": float(analysis.milliseconds),
        "analysed_at": analysis.analysed_at,
        "prediction": None if analysis.prediction is None else _prediction_to_json(analysis.prediction),
        "heatmaps": [
            {
                "finding": heatmap.finding,
                "grid": array_to_json(heatmap.grid),
                "placement": _fields(heatmap.placement),
            }
            for heatmap in analysis.heatmaps
        ],
        "facts": None if analysis.facts is None else _fields(analysis.facts),
        "window": analysis.window,
        "warnings": list(analysis.warnings),
        "code": analysis.code,
        "message": analysis.message,
        "patient": None if analysis.patient is None else _fields(analysis.patient),
    }
    # Not in the results of bundles without a scope gate or a lung segmenter, nor of programs that knew none.
    if analysis.scope is not None:
        content["scope"] = scope_to_json(analysis.scope)
    if analysis.lungs is not None:
        content["lungs"] = lungs_to_json(analysis.lungs)
    if analysis.agreement is not None:
        content["agreement"] = agreement_to_json(analysis.agreement)
    return content


def analysis_from_json(content: Any) -> Analysis:
    """Return the analysis that ``analysis_to_json`` made a dictionary of; every array comes back bit for bit.

    Raises StoreError where anything is missing, unknown, of another type, or inconsistent.
    """
    trust = _TRUST_KEYS & content.keys() if isinstance(content, dict) else frozenset[str]()
    reader = Reader(content, "analysis", _ANALYSIS_KEYS - _TRUST_KEYS | trust)
    version = reader.integer("format_version")
    if version != FORMAT_VERSION:
        raise StoreError(
            f"expected an analysis of format version {FORMAT_VERSION}, got {version}; it was written by "
            "another version of cxrviewer. Run the files again into a new store."
        )
    status = reader.text("status")
    if status not in ("ok", "refused", "error"):
        raise StoreError(f"expected the status of an analysis to be ok, refused or error, got {status!r}.")
    return Analysis(
        path=reader.text("path"),
        sha256=reader.text("sha256"),
        status=cast(Status, status),
        model=_model(reader.value("model")),
        engine=reader.text("engine"),
        program_version=reader.text("program_version"),
        milliseconds=reader.number("milliseconds"),
        analysed_at=reader.text("analysed_at"),
        prediction=None if reader.value("prediction") is None else _prediction(reader.value("prediction")),
        heatmaps=tuple(_heatmap(item) for item in reader.items("heatmaps")),
        facts=None if reader.value("facts") is None else _facts(reader.value("facts")),
        window=reader.text("window"),
        warnings=reader.texts("warnings"),
        code=reader.text("code"),
        message=reader.text("message"),
        patient=None if reader.value("patient") is None else _patient(reader.value("patient")),
        scope=scope_from_json(reader.value("scope")) if "scope" in trust else None,
        lungs=lungs_from_json(reader.value("lungs")) if "lungs" in trust else None,
        agreement=agreement_from_json(reader.value("agreement")) if "agreement" in trust else None,
    )


def _fields(value: ModelIdentity | Facts | Patient | Placement) -> dict[str, Any]:
    """Return the fields of a flat dataclass of texts and numbers."""
    return dict(vars(value))


def _prediction_to_json(prediction: Prediction) -> dict[str, Any]:
    content: dict[str, Any] = {
        "findings": list(prediction.findings),
        "logits": array_to_json(prediction.logits),
        "probabilities": array_to_json(prediction.probabilities),
        "features": array_to_json(prediction.features),
        "predicted": prediction.predicted,
        "flagged": list(prediction.flagged),
    }
    # Not in the results of bundles without conformal quantiles, nor of programs that knew no sets.
    if prediction.prediction_set is not None and prediction.level is not None:
        content |= {"prediction_set": list(prediction.prediction_set), "level": float(prediction.level)}
    if prediction.thresholds is not None:  # only where a person chose some
        content["thresholds"] = [float(threshold) for threshold in prediction.thresholds]
    return content


_TRUST_KEYS: Final = frozenset({"scope", "lungs", "agreement"})
_ANALYSIS_KEYS: Final = frozenset({"format_version", *Analysis.__dataclass_fields__})


def _model(content: Any) -> ModelIdentity:
    reader = Reader(content, "model", frozenset(ModelIdentity.__dataclass_fields__))
    return ModelIdentity(reader.text("name"), reader.text("version"), reader.text("sha256"))


_SET_KEYS: Final = frozenset({"prediction_set", "level"})
_PREDICTION_KEYS: Final = frozenset(Prediction.__dataclass_fields__)


def _prediction(content: Any) -> Prediction:
    has_set = isinstance(content, dict) and not _SET_KEYS.isdisjoint(content)
    chose = isinstance(content, dict) and "thresholds" in content
    absent = (frozenset() if has_set else _SET_KEYS) | (frozenset() if chose else {"thresholds"})
    reader = Reader(content, "prediction", _PREDICTION_KEYS - absent)
    findings, flagged, predicted = reader.texts("findings"), reader.texts("flagged"), reader.text("predicted")
    logits = array_from_json(reader.value("logits"), "logits", 1)
    probabilities = array_from_json(reader.value("probabilities"), "probabilities", 1)
    if not len(findings) == len(logits) == len(probabilities):
        raise StoreError(
            f"expected one logit and one probability for each of {len(findings)} findings, "
            f"got {len(logits)} and {len(probabilities)}."
        )
    if not {predicted, *flagged} <= set(findings):
        raise StoreError(f"expected predicted and flagged findings among {findings}, got {(predicted, *flagged)}.")
    features = array_from_json(reader.value("features"), "features", 1)
    prediction_set, level = (reader.texts("prediction_set"), reader.number("level")) if has_set else (None, None)
    if not set(prediction_set or ()) <= set(findings):
        raise StoreError(f"expected a prediction set among {findings}, got {prediction_set}.")
    thresholds = reader.numbers("thresholds") if chose else None
    if thresholds is not None and len(thresholds) != len(findings):
        raise StoreError(f"expected a threshold for each of {len(findings)} findings, got {len(thresholds)}.")
    return Prediction(findings, logits, probabilities, features, predicted, flagged, prediction_set, level, thresholds)


def _heatmap(content: Any) -> Heatmap:
    # Only Grad-CAM is stored: occlusion sensitivity is made when it is asked for.
    reader = Reader(content, "heatmap", frozenset({"finding", "grid", "placement"}))
    return Heatmap(
        finding=reader.text("finding"),
        grid=array_from_json(reader.value("grid"), "grid", 2),
        placement=placement_from_json(reader.value("placement")),
    )


def _facts(content: Any) -> Facts:
    reader = Reader(content, "facts", frozenset(Facts.__dataclass_fields__))
    return Facts(
        format=reader.text("format"),
        decoder=reader.text("decoder"),
        width=reader.integer("width"),
        height=reader.integer("height"),
        bits=reader.integer("bits"),
        photometric=reader.text("photometric"),
        modality=reader.text("modality"),
        view_position=reader.text("view_position"),
        body_part=reader.text("body_part"),
        transfer_syntax=reader.text("transfer_syntax"),
    )


def _patient(content: Any) -> Patient:
    reader = Reader(content, "patient", frozenset(Patient.__dataclass_fields__))
    return Patient(
        name=reader.text("name"),
        identifier=reader.text("identifier"),
        birth_date=reader.text("birth_date"),
        sex=reader.text("sex"),
        age=reader.text("age"),
    )
