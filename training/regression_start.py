"""The last dense layer begun as a logistic regression on the features of the backbone as it is loaded.

A network that is fine-tuned with a random head first bends its features towards it, and loses on other hospitals what
they were worth; a head that already fits leaves them where they are. Source: Kumar et al. 2022, Fine-Tuning can Distort
Pretrained Features and Underperform Out-of-Distribution, ICLR (linear probing, then fine-tuning).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np

from cxrviewer.domain import FloatArray, InputSpec
from training.architectures import LOGITS_LAYER
from training.data import Sample, of_split
from training.errors import ArchitectureError
from training.last_layer import all_the_same, film_weights, last_layer_inputs, standardised
from training.recipe import Cell, Recipe, RegressionStart

log = logging.getLogger("training")

_ITERATIONS = 500
# An untrained backbone lets features of 1e-12 through while its batch normalisation goes by its first moving averages,
# and of about 1 while it goes by its batches, in training. A layer that was fitted to the first would see the second.
_LEAST_FEATURE = 1e-6


def check_start(recipe: Recipe) -> None:
    """Raise ArchitectureError where a recipe asks for a start that its network cannot have: one logit for two findings,
    or hidden layers, whose random weights a regression would be fitted to.
    """
    head = recipe.architecture.head
    if recipe.regression_start is not None and (head.logits != len(recipe.findings) or head.hidden):
        raise ArchitectureError(
            f"expected one dense layer with a logit for each of {len(recipe.findings)} findings, to begin as a "
            f"regression; {recipe.name} has {len(head.hidden)} hidden layers and {head.logits} logits"
        )


def start_head(
    recipe: Recipe, network: keras.Model, samples: Sequence[Sample], load: Callable[[Path, InputSpec], FloatArray]
) -> None:
    """Fit the last dense layer of a network to its training films as they are, before any phase.

    Does nothing where the recipe asks for no such start, and leaves the layer as it was built where the backbone has
    learned nothing: it lets next to nothing through, or the same to rounding of all films. Raises what ``check_start``
    raises.
    """
    settings = recipe.regression_start
    if settings is None:
        return
    check_start(recipe)
    training = _drawn(of_split(samples, "train"), settings.films_of_cell, recipe.seed)
    log.info("beginning with a regression on %d films", len(training))
    features = last_layer_inputs(network, recipe.input, training, load)
    if all_the_same(features):
        log.warning("the features of all films are the same: the last layer starts as it was built")
        return
    if np.abs(features).max() < _LEAST_FEATURE:
        log.warning("the backbone lets next to nothing through, as untrained: the last layer starts as it was built")
        return
    head = fit_regression(features, training, recipe.findings, recipe.cells, settings)
    network.get_layer(LOGITS_LAYER).set_weights(list(head))


def fit_regression(
    features: FloatArray,
    samples: Sequence[Sample],
    findings: Sequence[str],
    cells: Sequence[Cell],
    settings: RegressionStart,
) -> tuple[FloatArray, FloatArray]:
    """Return kernel (D, K) and bias (K,), float32, of a softmax regression on the features (N, D) of these films.

    A cell's films count together as much as ``cells`` draws of them; without cells all films of a label do, and every
    label as much as another. Each feature is standardised before; ``penalty`` times half the squared kernel is added
    to the films' mean cross-entropy.
    """
    from sklearn.linear_model import LogisticRegression

    weights = film_weights(samples, findings, cells)
    standard, mean, scale = standardised(features, weights)
    labels = np.array([findings.index(sample.label) for sample in samples])
    model = LogisticRegression(C=1.0 / (settings.penalty * len(labels)), max_iter=_ITERATIONS)
    model.fit(standard, labels, sample_weight=weights * len(labels))
    directions, offset = model.coef_, model.intercept_
    if len(findings) == 2:  # scikit-learn gives the one direction between two
        directions, offset = np.vstack([-directions, directions]) / 2, np.array([-offset[0], offset[0]]) / 2
    kernel = scale[:, np.newaxis] * directions.T
    return kernel.astype(np.float32), (offset - mean @ kernel).astype(np.float32)


def _drawn(samples: Sequence[Sample], films_of_cell: int, seed: int) -> list[Sample]:
    """Return at most so many films of each label and source, drawn by the seed, in their order."""
    order = np.random.default_rng([seed, 3_000_017]).permutation(len(samples))
    taken: dict[tuple[str, str], int] = {}
    chosen = []
    for index in order:
        key = (samples[index].label, samples[index].source)
        taken[key] = taken.get(key, 0) + 1
        if taken[key] <= films_of_cell:
            chosen.append(int(index))
    return [samples[index] for index in sorted(chosen)]
