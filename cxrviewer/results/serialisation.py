"""An analysis as JSON and back, without losing a bit: what the results store keeps."""

from __future__ import annotations

import base64
import binascii
import math
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import (
    Analysis,
    Facts,
    FloatArray,
    Heatmap,
    ModelIdentity,
    Patient,
    Placement,
    Prediction,
    Status,
)
from cxrviewer.errors import StoreError

FORMAT_VERSION: Final = 1
_MAXIMUM_VALUES: Final = 4_000_000  # in one array; a heatmap has a few hundred


def analysis_to_json(analysis: Analysis) -> dict[str, Any]:
    """Return a dictionary of JSON values that holds everything in an analysis.

    Arrays are {"shape": [...], "float32": base64 of the little-endian bytes}. The patient is part of it:
    what leaves the store is the business of ``results.tables``. Texts may hold the lone surrogates of
    file names that are not UTF-8; ``json.dumps`` with its default ``ensure_ascii`` carries them.
    """
    return {
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


def analysis_from_json(content: Any) -> Analysis:
    """Return the analysis that ``analysis_to_json`` made a dictionary of; every array comes back bit for bit.

    Raises StoreError where anything is missing, unknown, of another type, or inconsistent.
    """
    reader = _Reader(content, "analysis", _ANALYSIS_KEYS)
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
    )


def array_to_json(array: npt.NDArray[np.float32]) -> dict[str, Any]:
    """Return shape and base64 of the little-endian bytes of a float32 array; ValueError for another dtype."""
    if array.dtype != np.float32:
        raise ValueError(f"expected a float32 array, got {array.dtype}")
    data = np.ascontiguousarray(array, dtype="<f4").tobytes()
    return {"shape": list(array.shape), "float32": base64.b64encode(data).decode("ascii")}


def array_from_json(content: Any, name: str, dimensions: int) -> FloatArray:
    """Return the float32 array of ``array_to_json``; StoreError where it is malformed."""
    reader = _Reader(content, name, frozenset({"shape", "float32"}))
    shape = [_integer(item, f"{name}.shape") for item in reader.items("shape")]
    if len(shape) != dimensions or any(length < 0 for length in shape) or _product(shape) > _MAXIMUM_VALUES:
        raise StoreError(f"expected {name} to have {dimensions} dimensions of sensible lengths, got {shape}.")
    try:
        data = base64.b64decode(reader.text("float32"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise StoreError(f"expected base64 in {name}, got something else ({error}).") from error
    if len(data) != 4 * _product(shape):
        raise StoreError(f"expected {4 * _product(shape)} bytes in {name} of shape {shape}, got {len(data)}.")
    return np.frombuffer(data, dtype="<f4").astype(np.float32).reshape(shape)


def _product(shape: list[int]) -> int:
    total = 1
    for length in shape:
        total *= length
    return total


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
    return content


_ANALYSIS_KEYS: Final = frozenset({"format_version", *Analysis.__dataclass_fields__})


class _Reader:
    """Takes values out of a parsed JSON object, each of the type that is asked for."""

    def __init__(self, content: Any, name: str, keys: frozenset[str]) -> None:
        if not isinstance(content, dict):
            raise StoreError(f"expected {name} to be a JSON object, got {type(content).__name__}.")
        if content.keys() != keys:
            missing, unknown = sorted(keys - content.keys()), sorted(map(str, content.keys() - keys))
            raise StoreError(f"expected {name} to have its own keys; missing {missing}, unknown {unknown}.")
        self._content, self._name = content, name

    def value(self, key: str) -> Any:
        return self._content[key]

    def text(self, key: str) -> str:
        return _text(self._content[key], f"{self._name}.{key}")

    def integer(self, key: str) -> int:
        return _integer(self._content[key], f"{self._name}.{key}")

    def number(self, key: str) -> float:
        return _number(self._content[key], f"{self._name}.{key}")

    def items(self, key: str) -> list[Any]:
        value = self._content[key]
        if not isinstance(value, list):
            raise StoreError(f"expected {self._name}.{key} to be a list, got {type(value).__name__}.")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(_text(item, f"{self._name}.{key}") for item in self.items(key))


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise StoreError(f"expected {name} to be a text, got {type(value).__name__}.")
    return value


def _integer(value: Any, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise StoreError(f"expected {name} to be a whole number, got {type(value).__name__}.")
    return value


def _number(value: Any, name: str) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise StoreError(f"expected {name} to be a number, got {type(value).__name__}.")
    if not math.isfinite(value):
        raise StoreError(f"expected {name} to be finite, got {value}.")
    return float(value)


def _model(content: Any) -> ModelIdentity:
    reader = _Reader(content, "model", frozenset(ModelIdentity.__dataclass_fields__))
    return ModelIdentity(reader.text("name"), reader.text("version"), reader.text("sha256"))


_SET_KEYS: Final = frozenset({"prediction_set", "level"})
_PREDICTION_KEYS: Final = frozenset(Prediction.__dataclass_fields__)


def _prediction(content: Any) -> Prediction:
    has_set = isinstance(content, dict) and not _SET_KEYS.isdisjoint(content)
    reader = _Reader(content, "prediction", _PREDICTION_KEYS if has_set else _PREDICTION_KEYS - _SET_KEYS)
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
    return Prediction(findings, logits, probabilities, features, predicted, flagged, prediction_set, level)


def _heatmap(content: Any) -> Heatmap:
    reader = _Reader(content, "heatmap", frozenset(Heatmap.__dataclass_fields__))
    placement = _Reader(reader.value("placement"), "placement", frozenset(Placement.__dataclass_fields__))
    return Heatmap(
        finding=reader.text("finding"),
        grid=array_from_json(reader.value("grid"), "grid", 2),
        placement=Placement(
            top=placement.number("top"),
            left=placement.number("left"),
            height=placement.number("height"),
            width=placement.number("width"),
            radiograph_height=placement.integer("radiograph_height"),
            radiograph_width=placement.integer("radiograph_width"),
            input_height=placement.integer("input_height"),
            input_width=placement.integer("input_width"),
        ),
    )


def _facts(content: Any) -> Facts:
    reader = _Reader(content, "facts", frozenset(Facts.__dataclass_fields__))
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
    reader = _Reader(content, "patient", frozenset(Patient.__dataclass_fields__))
    return Patient(
        name=reader.text("name"),
        identifier=reader.text("identifier"),
        birth_date=reader.text("birth_date"),
        sex=reader.text("sex"),
        age=reader.text("age"),
    )
