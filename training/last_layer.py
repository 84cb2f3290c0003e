"""What the last dense layer of a network is given, and how much each film counts where it is fitted to that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray, InputSpec
from training.architectures import LOGITS_LAYER
from training.assessment import BATCH
from training.data import Sample, network_input
from training.recipe import Cell

Doubles = npt.NDArray[np.float64]
_ROUNDING = 1e-5  # of the largest feature: what varies less, varies by how float32 is added up
_LEAST_SPREAD = 1e-2  # of the features' mean spread: what hardly varies must not count by the rounding of its values


def last_layer_inputs(
    network: keras.Model, spec: InputSpec, samples: Sequence[Sample], load: Callable[[Path, InputSpec], FloatArray]
) -> FloatArray:
    """Return what the last dense layer is given for films as they are, (N, D) float32."""
    trunk = keras.Model(network.inputs[0], network.get_layer(LOGITS_LAYER).input)
    parts = []
    for start in range(0, len(samples), BATCH):
        films = [load(sample.path, spec) for sample in samples[start : start + BATCH]]
        parts.append(np.asarray(trunk.predict_on_batch(network_input(films, spec)), np.float32)[: len(films)])
    return np.concatenate(parts)


def all_the_same(features: FloatArray) -> bool:
    """Return whether the features (N, D) of all films are the same to rounding: nothing can be fitted to them."""
    return bool(features.std(axis=0).max() <= _ROUNDING * np.abs(features).max())


def film_weights(samples: Sequence[Sample], findings: Sequence[str], cells: Sequence[Cell]) -> Doubles:
    """Return each film's weight, (N,) float64 of sum 1.

    A cell's films count together as much as ``cells`` draws of them; without cells all films of a label do, each alike,
    and every label as much as another.
    """
    drawn = {(cell.label, cell.source): float(cell.films) for cell in cells}
    keys = [(sample.label, sample.source if drawn else "") for sample in samples]
    films = {key: keys.count(key) for key in set(keys)}
    shares = {key: drawn.get(key, 0.0) if drawn else 1.0 for key in films}
    weights = np.array([shares[key] / films[key] for key in keys])
    return np.asarray(weights / weights.sum(), np.float64)


def standardised(features: FloatArray, weights: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """Return the features (N, D) with mean 0 and a spread of almost 1 under ``weights`` (N,), and each feature's mean
    and scale, (D,): standard = (features - mean) * scale.
    """
    values = features.astype(np.float64)
    mean = np.average(values, axis=0, weights=weights)
    spread = np.sqrt(np.average(np.square(values - mean), axis=0, weights=weights))
    scale = 1.0 / (spread + _LEAST_SPREAD * max(float(spread.mean()), np.finfo(np.float64).tiny))
    return (values - mean) * scale, mean, scale
