"""A run's folder: what each file in it is called, and how to read it back."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from cxrviewer.inference.bundle import Calibration, Threshold
from cxrviewer.inference.conformal import ConformalQuantiles
from cxrviewer.inference.operating_curve import OperatingCurve
from training.data import Sample, of_split
from training.errors import RunError
from training.recipe import Recipe
from training.recipes import load_recipe

RECIPE_FILE = "recipe.json"
START_FILE = "start.json"
HISTORY_FILE = "history.json"
CHECKPOINT_FILE = "checkpoint.weights.h5"
AVERAGE_FILE = "average.npz"
NETWORK_FILE = "network.keras"
FITTED_FILE = "fitted.json"
EVALUATION_FILE = "evaluation.json"
BATCHES_FILE = "batches.csv"
CURVES_FILE = "curves.png"
LOG_FILE = "training.log"
GRID_FILE = "predictions.png"

# What a recipe says about the weights without deciding them; a run takes it from the recipe as it is now.
_WORDS = ("description", "expected", "comparisons", "left_out", "card")


class Collection(BaseModel):
    """How many training films came from one source, under which licence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    films: int
    licence: str


class Fitted(BaseModel):
    """fitted.json: what was fitted after training, and what the training films were."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    calibration: Calibration
    thresholds: dict[str, Threshold]
    collections: tuple[Collection, ...]
    # Not there where an earlier version evaluated the run; to evaluate it again adds them.
    conformal: ConformalQuantiles | None = None
    operating_curves: dict[str, OperatingCurve] | None = None


def collections_of(samples: Sequence[Sample]) -> tuple[Collection, ...]:
    """Return the sources and licences of the training films, by name, with their numbers."""
    counts = Counter((sample.source, sample.licence) for sample in of_split(samples, "train"))
    return tuple(
        Collection(source=source or "unnamed", films=films, licence=licence or "not stated")
        for (source, licence), films in sorted(counts.items())
    )


def check_run(recipe: Recipe, out: Path, resume: bool) -> None:
    """Raise RunError where the folder holds files and ``resume`` is not set, or holds no run, or a run of another
    recipe, and it is; write nothing.
    """
    if not resume:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise RunError(f"expected a new or empty folder for the run, {out} holds files; --resume goes on")
        return
    stored, now = deciding(read_recipe(out)), deciding(recipe)
    if different := sorted(key for key in now if stored[key] != now[key]):
        raise RunError(f"the run in {out} was started with another {', '.join(different)}; start a new one")


def open_run(recipe: Recipe, out: Path, resume: bool) -> list[dict[str, Any]]:
    """Make a run's folder, or take up the one there; return the history of its finished epochs.

    Raises what ``check_run`` raises.
    """
    check_run(recipe, out, resume)
    if not resume:
        out.mkdir(parents=True, exist_ok=True)
        write_json(out / RECIPE_FILE, deciding(recipe))
        return []
    history = out / HISTORY_FILE
    return list(json.loads(history.read_text(encoding="utf-8"))) if history.is_file() else []


def check_same_films(samples: Sequence[Sample], out: Path) -> None:
    """Raise RunError where a run was started with other films to train and validate on than these."""
    path = out / START_FILE
    if path.is_file() and json.loads(path.read_text(encoding="utf-8"))["films"] != _films(samples):
        raise RunError(
            f"the run in {out} was started with other films, labels or splits; give the same --data and --limit, or "
            "start a new one"
        )


def write_start(samples: Sequence[Sample], initial_weights: str, out: Path) -> None:
    """Write what a run started from: its films, without naming a patient, and its initial weights, in words."""
    if not (out / START_FILE).is_file():
        write_json(out / START_FILE, {"films": _films(samples), "initial_weights": initial_weights})


def read_initial_weights(run: Path) -> str:
    """Return what a run's weights started from, in words."""
    path = run / START_FILE
    return str(json.loads(path.read_text(encoding="utf-8"))["initial_weights"]) if path.is_file() else "not recorded"


def _films(samples: Sequence[Sample]) -> dict[str, Any]:
    used = [sample for sample in samples if sample.split in ("train", "val")]
    lines = sorted(json.dumps([s.path.name, s.label, s.split, s.patient, s.source]) for s in used)
    return {"number": len(lines), "sha256": hashlib.sha256("\n".join(lines).encode()).hexdigest()}


def read_recipe(run: Path) -> Recipe:
    """Return the recipe that a run was started with; RunError where the folder holds no run."""
    try:
        stored = json.loads((run / RECIPE_FILE).read_text(encoding="utf-8"))
        current = load_recipe(stored["name"])
        words = {name: getattr(current, name) for name in _WORDS}
        decided = {key: value for key, value in stored.items() if key in deciding(current)}
        return replace(TypeAdapter(Recipe).validate_python({**decided, **_plain(words)}), **words)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"expected a run in {run}, its {RECIPE_FILE} cannot be read ({error})") from error


def read_fitted(run: Path) -> Fitted:
    """Return what was fitted after training; RunError where ``evaluate`` has not been run."""
    try:
        return Fitted.model_validate_json((run / FITTED_FILE).read_bytes())
    except (OSError, ValidationError) as error:
        raise RunError(
            f"expected {FITTED_FILE} in {run} ({error}); 'python -m training evaluate {run} --data ...' writes it"
        ) from error


def write_json(path: Path, content: Any) -> None:
    """Write JSON beside the file, then put it in its place."""
    partial = path.with_name(f"partial-{path.name}")
    partial.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    partial.replace(path)


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=asdict))


def deciding(recipe: Recipe) -> dict[str, Any]:
    """Return what of a recipe decides the weights, as JSON gives it back."""
    return {key: value for key, value in _plain(asdict(recipe)).items() if key not in _WORDS}
