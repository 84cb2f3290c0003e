"""How well lungs are found on films of patients that the network was not fitted to, with folds of patients."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from cxrviewer.domain import FloatArray
from cxrviewer.inference.lung_segmenter import FoldDice, SegmentationQuality
from training.errors import DataError
from training.lungs.films import MISPLACED, MaskedFilm

if TYPE_CHECKING:
    from training.lungs.fitting import Fitting

log = logging.getLogger("training")


def folds_of(films: Sequence[MaskedFilm], number: int, seed: int) -> dict[str, int]:
    """Return the fold of every patient: a function of the seed and of who the patients are.

    Raises DataError unless there are at least 2 folds, and as many patients.
    """
    patients = sorted({film.patient for film in films})
    if not 2 <= number <= len(patients):
        raise DataError(f"expected 2 to {len(patients)} folds, one patient in each at least, got {number}")
    order = np.random.default_rng(seed).permutation(len(patients))
    return {patients[int(place)]: position % number for position, place in enumerate(order)}


def cross_validate(films: Sequence[MaskedFilm], settings: Fitting, number: int) -> SegmentationQuality:
    """Fit a network for each fold, to the other folds' films, and return how well it does on the fold's own.

    Films whose mask is misplaced (``films.MISPLACED``) are not fitted to. Raises DataError as ``folds_of``.
    """
    from training.lungs.fitting import fit_network
    from training.lungs.segmenter import lung_map

    folds = folds_of(films, number, settings.seed)
    maps: dict[str, FloatArray] = {}
    for fold in range(number):
        fitted = [film for film in films if folds[film.patient] != fold and film.image not in MISPLACED]
        network = fit_network(fitted, settings)
        own = [film for film in films if folds[film.patient] == fold]
        found = lung_map(np.stack([film.film for film in own]), network)
        maps |= {film.image: plane for film, plane in zip(own, found, strict=True)}
        log.info("fold %d of %d: %d films", fold + 1, number, len(own))
    return quality_of(films, maps, folds, number)


def quality_of(
    films: Sequence[MaskedFilm], maps: Mapping[str, FloatArray], folds: Mapping[str, int], number: int
) -> SegmentationQuality:
    """Return the Dice of lung maps, by image, made by networks that were not fitted to the film's patient."""
    from training.lungs.fitting import overlap

    dice = {film.image: overlap(maps[film.image], film.mask)[0] for film in films}
    in_place = [film for film in films if film.image not in MISPLACED]
    parts = []
    for fold in sorted({folds[film.patient] for film in in_place}):
        own = [film for film in in_place if folds[film.patient] == fold]
        patients = len({film.patient for film in own})
        parts.append(FoldDice(films=len(own), patients=patients, dice=_mean([dice[film.image] for film in own])))
    return SegmentationQuality(
        method=f"{number} folds of patients; maps above one half, before any cleaning",
        films=len(in_place),
        dice=_mean([dice[film.image] for film in in_place]),
        dice_of_all=_mean(list(dice.values())),
        worst=round(min(dice[film.image] for film in in_place), 4),
        misplaced_masks=tuple(sorted(film.image for film in films if film.image in MISPLACED)),
        folds=tuple(parts),
        source="Hannover Medical School, the only one",
    )


def _mean(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 4)
