"""A figure of films with what they are and what the network says they are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cxrviewer.inference.decision import calibrated_probabilities
from training.assessment import keras_logits
from training.data import Sample, load_film
from training.errors import RunError
from training.runs import FITTED_FILE, NETWORK_FILE, read_fitted, read_recipe

FILMS = 30
_COLUMNS = 6


def chosen_films(samples: Sequence[Sample], seed: int) -> list[Sample]:
    """Return 30 films, or all where there are fewer, drawn without regard to their labels; the same for one seed."""
    order = np.random.default_rng(seed).permutation(len(samples))
    return [samples[index] for index in order[:FILMS]]


def draw_predictions(run: Path, samples: Sequence[Sample], out: Path) -> list[tuple[str, str]]:
    """Write a PNG of the films, each with its label and the finding predicted, right ones in green, others in red.

    Returns label and prediction of every film, in order. Probabilities are calibrated where the run has been
    evaluated. Raises RunError where the run has no network yet, DataError for a film that cannot be read.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    recipe = read_recipe(run)
    if not (run / NETWORK_FILE).is_file():
        raise RunError(f"expected {NETWORK_FILE} in {run}; the run has not finished an epoch yet")
    network = keras.saving.load_model(run / NETWORK_FILE, compile=False, safe_mode=True)
    temperature = read_fitted(run).calibration.temperature if (run / FITTED_FILE).is_file() else 1.0
    probabilities = calibrated_probabilities(keras_logits(network, recipe.input, samples), temperature)
    answers = [
        (sample.label, recipe.findings[row.argmax()]) for sample, row in zip(samples, probabilities, strict=True)
    ]
    figure = _figure(len(samples))
    for number, (sample, (label, predicted)) in enumerate(zip(samples, answers, strict=True)):
        axes = figure.add_subplot(-(-len(samples) // _COLUMNS), _COLUMNS, number + 1)
        axes.imshow(load_film(sample.path, recipe.input), cmap="gray", vmin=0.0, vmax=1.0)
        axes.set_axis_off()
        axes.set_title(
            f"{label}\n{predicted} {probabilities[number].max():.2f}",
            fontsize=8,
            color="darkgreen" if label == predicted else "darkred",
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("wb") as stream:
        figure.canvas.print_png(stream)
    return answers


def _figure(films: int) -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_COLUMNS * 2, -(-films // _COLUMNS) * 2.4), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle("label, and prediction with its probability")
    return figure
