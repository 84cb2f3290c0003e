"""Fits a bundle's scope gate to its own training films, and its limits to validation films.

Nothing is trained: the network runs once over each film, as the program runs it.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import Appearance, FloatArray
from cxrviewer.errors import BundleError
from cxrviewer.imaging.orientation import put_wrong
from cxrviewer.inference.bundle import METADATA_FILE, Bundle, ScopeMetadata, load_bundle, sha256_of
from cxrviewer.inference.engine import Engine
from cxrviewer.inference.engines import open_engine
from cxrviewer.inference.scope import APPEARANCES, ScopeGate, averaged, even_picture
from training.data import Sample, load_film, network_input, of_split
from training.errors import DataError, TrainingError

log = logging.getLogger("training")

SCOPE_FILE: Final = "scope.npz"
_FILMS_OF_A_CELL: Final = 600  # of one label and source: more change nothing, and no source outweighs the others
_COMPONENTS: Final = 64
_SHRINKAGE: Final = 0.1
# On validation films. The limit is that of the source with the widest films, and has room: other hospitals' films lie
# further out than those that the network was fitted to, photographs and CT twice as far.
_DOUBTFUL, _BORDERLINE, _LIMIT, _ROOM = 0.95, 0.99, 0.995, 1.2
_SHARE_OF_LEAST_CONTRAST: Final = 0.5
# How many upright films in a thousand may be said to look otherwise; the heart lies on the right in a few.
_FALSE_ALARMS: Final = 0.0015
_PENALTY: Final = 0.01
_FEWEST: Final = 50

Shares = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Observed:
    """What the gate goes by, float32: features (N, D); pictures (N, G, G) in [0, 1], the films averaged over G x G
    areas, which turns and flips leave as fine as the films themselves; contrasts (N,), the films' standard deviations.
    """

    features: FloatArray
    pictures: FloatArray
    contrasts: FloatArray


def observe(engine: Engine, samples: Sequence[Sample]) -> Observed:
    """Run the network once over each film; DataError where one cannot be read."""
    spec = engine.bundle.input_spec
    features, pictures, contrasts = [], [], []
    for sample in samples:
        film = load_film(sample.path, spec)
        features.append(engine.run(network_input([film], spec)).features[0])
        pictures.append(averaged(film))
        contrasts.append(film.std())
    return Observed(np.stack(features), np.stack(pictures), np.array(contrasts, np.float32))


def add_scope(folder: Path, samples: Sequence[Sample]) -> Bundle:
    """Fit a scope gate to a bundle and put it into its folder; return the bundle, which has another SHA-256 then.

    Fitted to the films of train, with limits from those of val. Raises DataError where there are too few of either,
    TrainingError where the bundle cannot be run.
    """
    engine = open_litert(folder)
    gate = fit_scope(engine, samples)
    arrays = {name: getattr(gate, name) for name in ScopeGate.__dataclass_fields__ if name != "limits"}
    partial = folder / f".partial-{SCOPE_FILE}"
    with partial.open("wb") as stream:
        np.savez_compressed(stream, **arrays)
    limits = gate.limits.model_copy(update={"sha256": sha256_of(partial)})
    partial.replace(folder / SCOPE_FILE)
    _put_into_metadata(folder, limits)
    return load_bundle(folder)


def fit_scope(engine: Engine, samples: Sequence[Sample]) -> ScopeGate:
    """Return a gate fitted to a bundle's films; its ``limits`` name no file's SHA-256 yet."""
    trained, validated = _films_of_cells(of_split(samples, "train")), of_split(samples, "val")
    for split, films in (("train", trained), ("val", validated)):
        if len(films) < _FEWEST:
            raise DataError(f"expected at least {_FEWEST} films in the split {split} for the scope, got {len(films)}")
    log.info("running %s over %d films", engine.bundle.metadata.name, len(trained) + len(validated))
    training = observe(engine, trained)
    arrays = _fit_density(training.features, [sample.label for sample in trained])
    weights, bias = _fit_appearances(training.pictures)
    unlimited = ScopeMetadata(
        file=SCOPE_FILE,
        sha256="0" * 64,
        doubtful=1.0,
        borderline=1.0,
        limit=1.0,
        least_contrast=0.0,
        appearances=dict.fromkeys(APPEARANCES[1:], 0.5),
        fitted_on=f"{len(trained)} training films",
    )
    gate = ScopeGate(**arrays, weights=weights, bias=bias, limits=unlimited)
    return fit_limits(gate, observe(engine, validated), validated)


def fit_limits(gate: ScopeGate, seen: Observed, samples: Sequence[Sample]) -> ScopeGate:
    """Return the gate with limits that fit these films, all of them in scope and upright."""
    distances = np.array([gate.distance(features) for features in seen.features])
    by_source: dict[str, list[float]] = defaultdict(list)
    for sample, distance in zip(samples, distances, strict=True):
        by_source[sample.source].append(distance)
    limit = _ROOM * max(float(np.quantile(own, _LIMIT)) for own in by_source.values())
    shares = appearance_shares(gate, seen.pictures)
    appearances: dict[Appearance, float] = {
        appearance: max(0.5, _rounded(float(np.quantile(shares[:, index], 1 - _FALSE_ALARMS))))
        for index, appearance in enumerate(APPEARANCES)
        if appearance != "upright"
    }
    fitted_on = f"{gate.limits.fitted_on.partition(', limits on ')[0]}, limits on {len(samples)} validation films"
    limits = gate.limits.model_copy(
        update={
            "doubtful": _rounded(min(float(np.quantile(distances, _DOUBTFUL)), limit)),
            "borderline": _rounded(min(float(np.quantile(distances, _BORDERLINE)), limit)),
            "limit": _rounded(limit),
            "least_contrast": _rounded(_SHARE_OF_LEAST_CONTRAST * float(seen.contrasts.min())),
            "appearances": appearances,
            "fitted_on": fitted_on,
        }
    )
    arrays = {name: getattr(gate, name) for name in ScopeGate.__dataclass_fields__ if name != "limits"}
    return ScopeGate(**arrays, limits=limits)


def appearance_shares(gate: ScopeGate, pictures: FloatArray) -> Shares:
    """Return the probabilities of the appearances (N, A) of pictures (N, G, G) in [0, 1]."""
    evened = np.stack([even_picture(picture) for picture in pictures]).astype(np.float64)
    scores = evened @ gate.weights.T.astype(np.float64) + gate.bias
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), np.float64)


def open_litert(folder: Path) -> Engine:
    """Return the engine that users run for a bundle; TrainingError where it cannot be opened."""
    try:
        return open_engine("litert", load_bundle(folder))
    except BundleError as error:
        raise TrainingError(str(error)) from error


def _films_of_cells(samples: Sequence[Sample]) -> list[Sample]:
    cells: dict[tuple[str, str], list[Sample]] = defaultdict(list)
    for sample in samples:
        cells[sample.label, sample.source].append(sample)
    chosen: list[Sample] = []
    for number, key in enumerate(sorted(cells)):
        order = np.random.default_rng(number).permutation(len(cells[key]))
        chosen += [cells[key][index] for index in order[:_FILMS_OF_A_CELL]]
    return chosen


def _fit_density(features: FloatArray, labels: Sequence[str]) -> dict[str, FloatArray]:
    """Return mean, components, classes, whitening and residual of ``ScopeGate``."""
    films = features.astype(np.float64)
    mean = films.mean(axis=0)
    offsets = films - mean
    components = np.linalg.svd(offsets, full_matrices=False)[2][: min(_COMPONENTS, len(films) // 2)]
    inside = offsets @ components.T
    names = np.array(labels)
    classes = np.stack([inside[names == name].mean(axis=0) for name in sorted(set(labels))])
    within = inside - classes[np.searchsorted(sorted(set(labels)), names)]
    covariance = within.T @ within / len(within)
    size = len(components)
    covariance = (1 - _SHRINKAGE) * covariance + _SHRINKAGE * np.trace(covariance) / size * np.eye(size)
    arrays = {
        "mean": mean,
        "components": components,
        "classes": classes,
        "whitening": np.linalg.inv(np.linalg.cholesky(covariance)),
        "residual": np.array([np.mean((offsets**2).sum(axis=1) - (inside**2).sum(axis=1))]),
    }
    return {name: array.astype(np.float32) for name, array in arrays.items()}


def _fit_appearances(pictures: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return weights (A, G * G) and bias (A,) of the softmax regression on pictures (N, G, G) made to look so."""
    from sklearn.linear_model import LogisticRegression

    made = [even_picture(put_wrong(picture, appearance)) for appearance in APPEARANCES for picture in pictures]
    labels = np.repeat(np.arange(len(APPEARANCES)), len(pictures))
    fitted = LogisticRegression(C=_PENALTY, max_iter=500).fit(np.stack(made).astype(np.float64), labels)
    return fitted.coef_.astype(np.float32), fitted.intercept_.astype(np.float32)


def _put_into_metadata(folder: Path, limits: ScopeMetadata) -> None:
    from training.export import write_content

    path = folder / METADATA_FILE
    content = json.loads(path.read_bytes())
    content["scope"] = limits.model_dump(mode="json")
    partial = path.with_name(f".partial-{path.name}")
    write_content(partial, content)
    partial.replace(path)


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")
