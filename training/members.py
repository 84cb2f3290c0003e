"""The members of an ensemble: trained networks with the recipes that trained them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from cxrviewer.domain import InputSpec
from training.errors import RunError
from training.recipe import Recipe
from training.runs import NETWORK_FILE, read_recipe


@dataclass(frozen=True, eq=False)
class Member:
    """A trained network of an ensemble, and the recipe that it was trained by."""

    recipe: Recipe
    network: keras.Model


def read_members(runs: Sequence[Path]) -> list[Member]:
    """Return the networks of runs; RunError where there are fewer than two, or one has no network yet."""
    if len(runs) < 2:
        raise RunError(f"expected at least two runs for an ensemble, got {len(runs)}")
    members = []
    for run in runs:
        recipe = read_recipe(run)
        if recipe.architecture.members:
            raise RunError(f"expected runs of single networks, {run} is an ensemble itself")
        if not (run / NETWORK_FILE).is_file():
            raise RunError(f"expected {NETWORK_FILE} in {run}; the run has not finished an epoch yet")
        network = keras.saving.load_model(run / NETWORK_FILE, compile=False, safe_mode=True)
        members.append(Member(recipe, network))
    return members


def in_range_of(own: InputSpec, shared: InputSpec, number: int) -> Any:
    """Return the layer from the ensemble's input range to a member's; it has no weights."""
    scale = (own.high - own.low) / (shared.high - shared.low)
    return keras.layers.Rescaling(scale, own.low - shared.low * scale, name=f"range_{number}")
