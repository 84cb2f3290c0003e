"""How a network's answers stand when films are varied as training may vary them.

The test split has films as its sources made them. A network can be as good as another there and fall where a film is a
little noisier, larger or mirrored: which of the two is better elsewhere, accuracy at home does not say. Source:
Hendrycks and Dietterich 2019, Benchmarking Neural Network Robustness to Common Corruptions, ICLR.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from functools import partial
from typing import Any, Final

import numpy as np

from cxrviewer.domain import FloatArray
from training.augmentation import Augmentation, augment
from training.blanking import UNALTERED
from training.bootstrap import draw_patients, mean_with_interval
from training.data import Sample, load_film, network_input, of_split
from training.errors import DataError
from training.scorer import Scorer

log = logging.getLogger("training")

TOGETHER: Final = "together"
_BATCH: Final = 32
# Swapped lungs are no film that any hospital makes.
_VARIATIONS: Final = tuple(
    field.name for field in fields(Augmentation) if isinstance(field.default, float) and field.name != "background"
)
_NONE: Final = replace(Augmentation(), **dict.fromkeys(_VARIATIONS, 0.0))  # type: ignore[arg-type]


def robustness(
    scorer: Scorer, samples: Sequence[Sample], split: str = "test", most_films: int = 600, seed: int = 0
) -> dict[str, Any]:
    """Return how often a network is right on films of a split as they are, under each variation, and under all.

    At most ``most_films`` are drawn by the seed. Under one of ``Augmentation``'s variations every film has it, at a
    strength drawn from its range; "together" has each as often as that class' defaults say. Accuracies with 95 %
    intervals over patients, for the same films in the same draws. Raises DataError for a split without films, or fewer
    than one film asked for.
    """
    chosen = list(samples) if split == "all" else of_split(samples, split)
    if not chosen or most_films < 1:
        raise DataError(f"expected films in the split {split} and at least one asked for, got {len(chosen)} films")
    order = np.random.default_rng([seed, 0]).permutation(len(chosen))[:most_films]
    chosen = [chosen[index] for index in sorted(order)]
    films = [load_film(sample.path, scorer.spec) for sample in chosen]
    labels = np.array([scorer.findings.index(sample.label) for sample in chosen])
    draws = draw_patients(chosen, seed)
    variants: dict[str, dict[str, Any]] = {}
    for number, (name, settings) in enumerate(_settings()):
        rng = np.random.default_rng([seed, 1, number])
        varied = [_varied(films, index, settings, rng) for index in range(len(films))]
        parts = [
            scorer.logits(network_input(varied[start : start + _BATCH], scorer.spec))
            for start in range(0, len(varied), _BATCH)
        ]
        right = np.asarray(np.concatenate(parts).argmax(axis=1) == labels, np.float64)
        variants[name] = mean_with_interval(right, draws)
        log.info("%s: %.3f", name, right.mean())
    return {
        "network": scorer.name,
        "engine": scorer.engine,
        "network_sha256": scorer.sha256,
        "split": split,
        "films": len(chosen),
        "patients": draws.patients,
        "variants": variants,
    }


def _settings() -> Iterator[tuple[str, Augmentation]]:
    yield UNALTERED, _NONE
    for name in _VARIATIONS:
        yield name, replace(_NONE, **{name: 1.0})  # type: ignore[arg-type]
    yield TOGETHER, Augmentation()


def _varied(films: Sequence[FloatArray], index: int, settings: Augmentation, rng: np.random.Generator) -> FloatArray:
    donor = int(rng.integers(len(films)))
    return augment(films[index], partial(films.__getitem__, donor), settings, rng)
