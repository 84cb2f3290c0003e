"""Whether a heatmap shows what the network has learned: its weights are shuffled layer by layer, from the top down.

A heatmap that stays the same while the network forgets shows the film's edges, not the network's evidence.
Source: Adebayo et al. 2018, Sanity Checks for Saliency Maps, section 3 (cascading randomisation). There weights are
drawn anew; here the values of each weight tensor are shuffled, which keeps the scale of what the layers pass on.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray, InputSpec
from cxrviewer.errors import BundleError
from cxrviewer.inference.bundle import sha256_of
from cxrviewer.inference.gradcam import explain
from cxrviewer.inference.rank_correlation import rank_correlation
from training.architectures import feature_layer_name
from training.assessment import read_network
from training.bootstrap import PatientDraws, draw_patients, mean_with_interval
from training.data import Sample, load_film, network_input, of_split
from training.errors import DataError, TrainingError
from training.runs import NETWORK_FILE, read_recipe

log = logging.getLogger("training")

FILMS: Final = 36
STEPS: Final = 12
REPEATS: Final = 3
_BATCH: Final = 12


def sanity(
    run: Path,
    samples: Sequence[Sample],
    split: str = "test",
    films: int = FILMS,
    repeats: int = REPEATS,
    steps: int = STEPS,
) -> dict[str, Any]:
    """Return how far Grad-CAM stays as it is while a run's network is shuffled from its last layer to its first.

    The heatmap is that of the finding that the trained network predicts, on the network's own grid; each step has the
    mean rank correlation with the trained network's heatmap over ``films`` films (as even over labels and sources as
    they allow) and ``repeats`` shufflings, with its 95 % interval over patients. Heatmaps that are constant have no
    ranks: they are counted under "empty" and left out. Raises RunError where there is no network, DataError for a split
    without films, TrainingError for a network whose heatmaps cannot be had.
    """
    recipe, network = read_recipe(run), read_network(run)
    chosen = chosen_films(of_split(samples, split), films, seed=recipe.seed or 0)
    if not chosen:
        raise DataError(f"expected films in the split {split}, there are none")
    try:
        explained = explain(network, feature_layer_name(network))
    except BundleError as error:
        raise TrainingError(str(error)) from error
    plan = layers_from_the_top(network, steps)
    batches = _batches(chosen, recipe.input)
    trained = {layer.name: layer.get_weights() for layer in network.layers if layer.weights}
    original, predicted = _heatmaps(explained, batches, None)
    found = np.full((repeats, len(plan), len(chosen)), np.nan)
    changed = np.zeros((repeats, len(plan), len(chosen)), np.bool_)
    for repeat in range(repeats):
        rng = np.random.default_rng(repeat)
        for layer in network.layers:
            if layer.weights:
                layer.set_weights(trained[layer.name])
        for step, layers in enumerate(plan):
            for layer in layers:
                layer.set_weights([_shuffled(weights, rng) for weights in trained[layer.name]])
            heatmaps, answers = _heatmaps(explained, batches, predicted)
            changed[repeat, step] = answers != predicted
            for film, (before, after) in enumerate(zip(original, heatmaps, strict=True)):
                correlation = rank_correlation(before, after)
                found[repeat, step, film] = np.nan if correlation is None else correlation
            log.info("shuffling %d of %d, step %d of %d", repeat + 1, repeats, step + 1, len(plan))
    draws = draw_patients(chosen, seed=0)
    return {
        "network": f"{recipe.name} {recipe.card.version}",
        "network_sha256": sha256_of(run / NETWORK_FILE),
        "split": split,
        "films": len(chosen),
        "patients": draws.patients,
        "repeats": repeats,
        "layers": sum(len(layers) for layers in plan),
        "steps": [
            {
                "shuffled_down_to": layers[-1].name,
                "layers": sum(len(earlier) for earlier in plan[: step + 1]),
                "rank_correlation": _described(found[:, step], draws),
                "empty": int(np.isnan(found[:, step]).sum()),
                "other_predictions": round(float(changed[:, step].mean()), 4),
            }
            for step, layers in enumerate(plan)
        ],
    }


def chosen_films(samples: Sequence[Sample], number: int, seed: int) -> list[Sample]:
    """Return so many films, one of each label and source in turn, drawn at random within them."""
    rng = np.random.default_rng(seed)
    cells: dict[tuple[str, str], list[Sample]] = {}
    for sample in samples:
        cells.setdefault((sample.label, sample.source), []).append(sample)
    drawn = [[cells[cell][index] for index in rng.permutation(len(cells[cell]))] for cell in sorted(cells)]
    turns = [film for turn in range(number) for films in drawn for film in films[turn : turn + 1]]
    return turns[:number]


def layers_from_the_top(network: Any, steps: int) -> list[list[Any]]:
    """Return the network's layers with weights, the last first, in at most so many groups to be shuffled one by one.

    The last two layers, which decide the findings, are groups of their own; the others are shared out evenly.
    """
    layers = [layer for layer in reversed(network.layers) if layer.weights]
    top, rest = layers[:2], layers[2:]
    groups = [[layer] for layer in top]
    bounds = np.linspace(0, len(rest), max(steps - len(top), 1) + 1).round().astype(int)
    return groups + [rest[low:high] for low, high in itertools.pairwise(bounds) if high > low]


def _batches(samples: Sequence[Sample], spec: InputSpec) -> list[FloatArray]:
    films = [load_film(sample.path, spec) for sample in samples]
    return [network_input(films[start : start + _BATCH], spec) for start in range(0, len(films), _BATCH)]


def _heatmaps(
    explained: Any, batches: Sequence[FloatArray], findings: npt.NDArray[np.intp] | None
) -> tuple[list[FloatArray], npt.NDArray[np.intp]]:
    """Return the heatmap of one finding for each film, its predicted one by default, and all predicted findings."""
    import keras

    maps, answers = [], []
    for batch in batches:
        outputs = explained(keras.ops.convert_to_tensor(batch))
        maps.append(np.asarray(keras.ops.convert_to_numpy(outputs["heatmaps"]), np.float32))
        answers.append(np.asarray(keras.ops.convert_to_numpy(outputs["logits"])).argmax(axis=1))
    predicted = np.concatenate(answers)
    chosen = predicted if findings is None else findings
    return [plane[:, :, index] for plane, index in zip(_films(maps), chosen, strict=True)], predicted


def _films(batches: Sequence[FloatArray]) -> Iterator[FloatArray]:
    for batch in batches:
        yield from batch


def _shuffled(weights: npt.NDArray[Any], rng: np.random.Generator) -> npt.NDArray[Any]:
    return rng.permutation(weights.ravel()).reshape(weights.shape)


def _described(correlations: npt.NDArray[np.float64], draws: PatientDraws) -> dict[str, Any] | None:
    """Return the mean over films of (repeats, films), each film's over its repeats, with its interval over patients."""
    known = ~np.isnan(correlations)
    films = np.asarray(known.any(axis=0), np.bool_)
    if not films.any():
        return None
    totals = np.where(known, correlations, 0.0).sum(axis=0)[films]
    of_film = totals / known.sum(axis=0)[films]
    return mean_with_interval(of_film, draws.among(films))
