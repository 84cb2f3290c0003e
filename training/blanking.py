"""What is left of a network's answers when it sees only the lungs, or everything but the lungs.

A network that still scores high without the lungs has learned something else: the hospital, the age, the projection.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray, Heatmap, Placement
from cxrviewer.imaging.fitting import heatmap_on_radiograph
from cxrviewer.inference.decision import calibrated_probabilities
from training.bootstrap import draw_patients, mean_with_interval
from training.data import Sample, load_film, network_input, of_split
from training.errors import DataError
from training.evaluation import evaluate
from training.lung_share import share_inside
from training.lungs import lung_map, lung_mask
from training.scorer import Scorer

log = logging.getLogger("training")

Mask = npt.NDArray[np.bool_]
FindLungs = Callable[[FloatArray], Sequence[Mask | None]]

# What of a film is replaced by the mean grey of the rest.
UNALTERED: Final = "unaltered"
OUTSIDE: Final = "outside_blanked"
LUNGS: Final = "lungs_blanked"
BOX: Final = "box_blanked"
_BATCH: Final = 32


def blanking(
    scorer: Scorer, samples: Sequence[Sample], split: str = "test", find_lungs: FindLungs | None = None
) -> dict[str, Any]:
    """Return how a network scores the films of a split as they are and with parts of them blanked.

    ``find_lungs`` takes films (N, h, w) float32 in [0, 1] to a mask (h, w) each, or None where there is no plausible
    one; that of ``training.lungs`` by default. Films without a mask are left out of every figure, and counted. Figures
    as in evaluation.json, with 95 % intervals over patients, for the same films in the same draws, so that the
    variants can be compared. Raises DataError for a split without films, or without a single plausible mask.
    """
    chosen = list(samples) if split == "all" else of_split(samples, split)
    if not chosen:
        raise DataError(f"expected films in the split {split}, there are none")
    logits: dict[str, list[FloatArray]] = {name: [] for name in _BLANKED}
    shares: list[float] = []
    lungs: list[float] = []
    kept: list[Sample] = []
    for start in range(0, len(chosen), _BATCH):
        batch = chosen[start : start + _BATCH]
        films = np.stack([load_film(sample.path, scorer.spec) for sample in batch])
        masks = (find_lungs or _lungs_of)(films)
        found = [index for index, mask in enumerate(masks) if mask is not None]
        kept += [batch[index] for index in found]
        if not found:
            continue
        for name, blanked in _BLANKED.items():
            altered = [_blank(films[index], blanked(mask)) for index in found if (mask := masks[index]) is not None]
            logits[name].append(scorer.logits(network_input(altered, scorer.spec)))
        known = [mask for mask in masks if mask is not None]
        lungs += [float(mask.mean()) for mask in known]
        if scorer.heatmaps is not None:
            maps = scorer.heatmaps(network_input([films[index] for index in found], scorer.spec))
            predicted = logits[UNALTERED][-1].argmax(axis=1)
            shares += [_share(maps[n, :, :, predicted[n]], mask) for n, mask in enumerate(known)]
        log.info("%d of %d films", start + len(batch), len(chosen))
    if not kept:
        raise DataError(f"expected films with plausible lungs in the split {split}, none of {len(chosen)} has them")
    left_out = Counter((sample.source or "unnamed", sample.label) for sample in chosen)
    left_out -= Counter((sample.source or "unnamed", sample.label) for sample in kept)
    figures = {}
    for name, parts in logits.items():
        probabilities = calibrated_probabilities(np.concatenate(parts), scorer.temperature)
        figures[name] = _figures(evaluate(kept, probabilities, scorer.findings))
    return {
        "network": scorer.name,
        "engine": scorer.engine,
        "network_sha256": scorer.sha256,
        "split": split,
        "films": len(kept),
        "patients": len({sample.patient or str(number) for number, sample in enumerate(kept)}),
        "left_out": {
            "films": len(chosen) - len(kept),
            "cells": [
                {"source": source, "label": label, "films": films}
                for (source, label), films in sorted(left_out.items())
            ],
        },
        "filled_with": "the mean grey of what is left of the film",
        "heatmap_shares": _shares(kept, np.array(shares), np.array(lungs)) if shares else None,
        "variants": figures,
    }


def _figures(evaluation: dict[str, Any]) -> dict[str, Any]:
    """Return what of an evaluation is told of each variant."""
    overall = evaluation["overall"]
    return {
        "accuracy": overall["accuracy"],
        "balanced_accuracy": overall["balanced_accuracy"],
        "findings": {
            name: {key: figures[key] for key in ("films", "recall", "roc_auc")}
            for name, figures in evaluation["findings"].items()
        },
        "by_source": {
            source: {key: figures[key] for key in ("films", "patients", "accuracy", "recall", "roc_auc")}
            for source, figures in evaluation["by_source"].items()
        },
    }


def _share(grid: FloatArray, mask: Mask) -> float:
    """Return the share of a heatmap, (h, w) at least 0, inside a mask of the input's size; NaN where it is empty."""
    height, width = mask.shape
    placement = Placement(0, 0, height, width, height, width, height, width)
    return share_inside(heatmap_on_radiograph(Heatmap("", np.ascontiguousarray(grid), placement)), mask)


def _shares(
    samples: Sequence[Sample], shares: npt.NDArray[np.float64], lungs: npt.NDArray[np.float64]
) -> list[dict[str, Any]]:
    """Return the mean share of the predicted finding's heatmap inside the lungs, by source and label, and of all.

    "chance" is the lungs' mean share of a film; empty heatmaps are left out, and counted.
    """
    draws = draw_patients(samples, seed=0)
    cells = np.array([(sample.source or "unnamed", sample.label) for sample in samples])
    rows = []
    for source, label in [("all", "all"), *sorted({(str(source), str(label)) for source, label in cells})]:
        films = np.asarray((cells == (source, label)).all(axis=1), np.bool_)
        if source == "all":
            films = np.ones(len(samples), np.bool_)
        known = films & ~np.isnan(shares)
        row: dict[str, Any] = {"source": source, "label": label, "films": int(films.sum())}
        row |= {"empty": int(films.sum() - known.sum()), "chance": round(float(lungs[films].mean()), 4), "share": None}
        if known.any():
            row["share"] = mean_with_interval(shares[known], draws.among(known))
        rows.append(row)
    return rows


def _lungs_of(films: FloatArray) -> list[Mask | None]:
    return [lung_mask(probability) for probability in lung_map(films)]


def _blank(film: FloatArray, away: Mask) -> FloatArray:
    """Return a film, (h, w), with the pixels of a mask at the mean of the others.

    The mean of the whole film would tell how bright the blanked part was.
    """
    kept = film[~away]
    grey = float(kept.mean(dtype=np.float64)) if kept.size else 0.5
    return np.where(away, np.float32(grey), film)


def _nothing(mask: Mask) -> Mask:
    return np.zeros_like(mask)


def _outside(mask: Mask) -> Mask:
    return ~mask


def _lungs(mask: Mask) -> Mask:
    return mask


def _box(mask: Mask) -> Mask:
    """Return the smallest rectangle around both lungs: without it not even their outline is left."""
    box = np.zeros_like(mask)
    rows, columns = (np.nonzero(mask.any(axis=axis))[0] for axis in (1, 0))
    box[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] = True
    return box


_BLANKED: Final[dict[str, Callable[[Mask], Mask]]] = {
    UNALTERED: _nothing,
    OUTSIDE: _outside,
    LUNGS: _lungs,
    BOX: _box,
}
