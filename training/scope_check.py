"""How a bundle's scope gate does: on films that it has not seen, on pictures that are no films, on films that lie
wrongly or are cut, and on the radiographs that ship with the program.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from cxrviewer.domain import Appearance, FloatArray, Scope
from cxrviewer.imaging.display import default_rendering
from cxrviewer.imaging.fitting import fit
from cxrviewer.imaging.orientation import put_right, put_wrong
from cxrviewer.inference.engine import Engine
from cxrviewer.inference.scope import APPEARANCES, ScopeGate, SeenFilm, judge, open_scope
from cxrviewer.reading import read_radiograph
from cxrviewer.resources import resources_folder
from training.data import Sample, load_film
from training.errors import RunError
from training.other_pictures import other_pictures
from training.weighted_metrics import roc_auc

_KEPT: Final = (0.7, 0.5, 0.3)  # of each side of a cut film
_WRONG_FILMS: Final = 600


def check_scope(engine: Engine, films: Sequence[Sample], pictures: Path | None = None) -> dict[str, Any]:
    """Return the figures of a bundle's scope gate as JSON values.

    films: true films, not trained on. pictures: a folder of more pictures that are no films. Raises RunError where the
    bundle has no gate, DataError where a film cannot be read.
    """
    gate = open_scope(engine.bundle)
    if gate is None:
        raise RunError(
            f"expected a bundle with a scope gate, {engine.bundle.metadata.name} has none; "
            "'python -m training scope BUNDLE --data SOURCE' fits one"
        )
    spec = engine.bundle.input_spec
    scopes = [scope_of(gate, engine, load_film(sample.path, spec)) for sample in films]
    true = _by_group((sample.source or "unnamed", scope) for sample, scope in zip(films, scopes, strict=True))
    others = [(picture.kind, scope_of(gate, engine, picture.display)) for picture in other_pictures(pictures)]
    distances = np.array([scope.distance for scope in (*scopes, *(scope for _, scope in others))])
    is_other = np.arange(len(distances)) >= len(scopes)
    drawn = np.random.default_rng(0).permutation(len(films))[:_WRONG_FILMS]
    chosen = [load_film(films[index].path, spec) for index in drawn]
    return {
        "films": {"all": _shares(scopes)} | true,
        "other_pictures": {"all": _shares([scope for _, scope in others])} | _by_group(others),
        "roc_auc": round(float(roc_auc(np.ones((1, len(distances))), is_other, distances)[0]), 5),
        "cut_films": {f"{kept:g} of each side": _shares(_cut(gate, engine, chosen, kept)) for kept in _KEPT},
        "appearances": _appearances(gate, engine, chosen, scopes),
        "samples": _samples(gate, engine),
        "fitted_on": gate.limits.fitted_on,
    }


def scope_of(gate: ScopeGate, engine: Engine, display: FloatArray) -> Scope:
    """Return the scope of a display (H, W) float32 in [0, 1], as the program tells it but for what a file says."""
    spec = engine.bundle.input_spec

    def features_of(film: FloatArray) -> tuple[FloatArray, FloatArray]:
        network_input, _ = fit(film, spec)
        plane = (network_input[:, :, 0] - spec.low) / (spec.high - spec.low)
        return np.asarray(engine.run(network_input[None]).features[0], np.float32), plane

    features, plane = features_of(display)
    seen = SeenFilm(features, plane, aspect=max(display.shape) / min(display.shape))
    return judge(gate, seen, lambda appearance: features_of(put_right(display, appearance))[0])


def _shares(scopes: Sequence[Scope]) -> dict[str, Any]:
    states = [scope.state for scope in scopes]
    return {
        "number": len(states),
        "refused": round(states.count("out of scope") / len(states), 4),
        "borderline": round(states.count("borderline") / len(states), 4),
        "median_distance": round(float(np.median([scope.distance for scope in scopes])), 3),
    }


def _by_group(entries: Iterable[tuple[str, Scope]]) -> dict[str, Any]:
    groups: dict[str, list[Scope]] = defaultdict(list)
    for name, scope in entries:
        groups[name].append(scope)
    return {name: _shares(groups[name]) for name in sorted(groups)}


def _cut(gate: ScopeGate, engine: Engine, displays: Sequence[FloatArray], kept: float) -> list[Scope]:
    rng = np.random.default_rng(0)
    scopes = []
    for display in displays:
        sides = [int(length * kept) for length in display.shape]
        top, left = (int(rng.integers(0, length - side + 1)) for length, side in zip(display.shape, sides, strict=True))
        part = np.ascontiguousarray(display[top : top + sides[0], left : left + sides[1]])
        scopes.append(scope_of(gate, engine, part))
    return scopes


def _appearances(
    gate: ScopeGate, engine: Engine, displays: Sequence[FloatArray], upright: Sequence[Scope]
) -> dict[str, Any]:
    """Return how often films made to look each way are said to look each way, and refused; upright are all films."""
    rows: dict[Appearance, Sequence[Scope]] = {"upright": upright}
    for appearance in APPEARANCES[1:]:
        rows[appearance] = [scope_of(gate, engine, put_wrong(display, appearance)) for display in displays]
    return {
        appearance: {
            "number": len(scopes),
            "said": {said: round(np.mean([scope.appearance == said for scope in scopes]), 4) for said in APPEARANCES},
            "refused": _shares(scopes)["refused"],
        }
        for appearance, scopes in rows.items()
    }


def _samples(gate: ScopeGate, engine: Engine) -> dict[str, Any]:
    paths = sorted(path for path in (resources_folder() / "samples").iterdir() if path.stem.startswith("synthetic"))
    found = {path.name: scope_of(gate, engine, default_rendering(read_radiograph(path))) for path in paths}
    return {
        name: {"state": scope.state, "distance": round(scope.distance, 3), "appearance": scope.appearance}
        for name, scope in found.items()
    }
