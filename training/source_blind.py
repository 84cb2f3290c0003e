"""The last dense layer fitted in closed form, with what differs between the sources of one finding taken for noise.

A network that is trained by gradients takes whatever tells its findings apart, the hospital too. Here its last layer
is fitted anew, as a linear discriminant of its features whose noise is the scatter of films within a cell (label x
source) and, many times over, the scatter of a label's sources around their mean: the directions in which hospitals,
ages and devices differ while the finding does not are no evidence. Sources: within-class covariance normalisation
(Hatch, Kajarekar and Stolcke 2006, Interspeech), which speaker recognition uses against telephones and microphones as
we do against hospitals; regularised discriminant analysis (Friedman 1989, JASA 84: 165).
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
from training.last_layer import Doubles, all_the_same, film_weights, last_layer_inputs, standardised
from training.recipe import Cell, Recipe, SourceBlindHead

log = logging.getLogger("training")


def check_refit(recipe: Recipe) -> None:
    """Raise ArchitectureError where a recipe asks for a fit that its network cannot have: it has one logit for two."""
    if recipe.source_blind is not None and recipe.architecture.head.logits != len(recipe.findings):
        raise ArchitectureError(
            f"expected a logit for each of {len(recipe.findings)} findings to fit the last layer blind to sources, "
            f"{recipe.name} has {recipe.architecture.head.logits}"
        )


def refit_head(
    recipe: Recipe, samples: Sequence[Sample], network_file: Path, load: Callable[[Path, InputSpec], FloatArray]
) -> None:
    """Fit the last dense layer of a run's network to its training films as they are, and put it in the file's place.

    It depends on the layers below alone, so that doing it twice changes nothing. Does nothing where the recipe asks for
    no such fit, and leaves the layer as it was trained where the features of all films are the same to rounding, as in
    a network that has learned nothing yet. Raises what ``check_refit`` raises.
    """
    settings = recipe.source_blind
    if settings is None:
        return
    check_refit(recipe)
    network = keras.saving.load_model(network_file, compile=False, safe_mode=True)
    dense = network.get_layer(LOGITS_LAYER)
    training = of_split(samples, "train")
    log.info("fitting the last layer to %d films", len(training))
    features = last_layer_inputs(network, recipe.input, training, load)
    if all_the_same(features):
        log.warning("the features of all films are the same: the last layer stays as it was trained")
        return
    dense.set_weights(list(fit_head(features, training, recipe.findings, recipe.cells, settings)))
    partial = network_file.with_name(f"partial-{network_file.name}")
    network.save(partial, include_optimizer=False)
    partial.replace(network_file)


def fit_head(
    features: FloatArray,
    samples: Sequence[Sample],
    findings: Sequence[str],
    cells: Sequence[Cell],
    settings: SourceBlindHead,
) -> tuple[FloatArray, FloatArray]:
    """Return kernel (D, K) and bias (K,), float32, of a linear discriminant of the features (N, D) of these films.

    A cell's films count together as much as ``cells`` draws of them; without cells all films of a label do, each alike,
    and every label as much as another. The features' ``components`` of largest variance are used, each feature
    standardised before.
    """
    weights = film_weights(samples, findings, cells)
    standard, mean, scale = standardised(features, weights)
    axes = _principal_axes(standard, weights, settings.components)
    projected = standard @ axes
    centres, within, between = _scatter(projected, weights, samples, findings)
    noise = within + settings.nuisance * between
    noise += settings.shrinkage * np.trace(within) / len(within) * np.eye(len(within))
    directions = np.linalg.solve(noise, centres.T)
    kernel = scale[:, np.newaxis] * (axes @ directions)
    bias = -0.5 * np.einsum("kd,dk->k", centres, directions) - mean @ kernel
    return kernel.astype(np.float32), bias.astype(np.float32)


def _principal_axes(standard: Doubles, weights: Doubles, components: int) -> Doubles:
    """Return the axes of largest variance, (D, C), C at most ``components``."""
    _, axes = np.linalg.eigh(standard.T @ (standard * weights[:, np.newaxis]))
    return np.asarray(axes[:, ::-1][:, :components], np.float64)


def _scatter(
    values: Doubles, weights: Doubles, samples: Sequence[Sample], findings: Sequence[str]
) -> tuple[Doubles, Doubles, Doubles]:
    """Return the labels' centres (K, C), the scatter within cells and that of cells around their label's, (C, C)."""
    labels = np.array([findings.index(sample.label) for sample in samples])
    sources = np.array([sample.source for sample in samples])
    size = values.shape[1]
    centres = np.zeros((len(findings), size))
    within, between = np.zeros((size, size)), np.zeros((size, size))
    for index in range(len(findings)):
        of_label = labels == index
        centres[index] = np.average(values[of_label], axis=0, weights=weights[of_label])
        for source in sorted(set(sources[of_label])):
            of_cell = of_label & (sources == source)
            centre = np.average(values[of_cell], axis=0, weights=weights[of_cell])
            apart = values[of_cell] - centre
            within += apart.T @ (apart * weights[of_cell, np.newaxis])
            between += weights[of_cell].sum() * np.outer(centre - centres[index], centre - centres[index])
    return centres, within, between
