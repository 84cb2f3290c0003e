"""Conformal quantiles, fitted on films that the network was not trained on, and how often their sets hold the label."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from cxrviewer.domain import FloatArray
from cxrviewer.inference.conformal import ConformalQuantiles
from training.calibration import Labels, rounded_down
from training.data import Sample

LEVELS = tuple(round(0.8 + step / 100, 2) for step in range(20))
REPORTED_LEVELS = (0.8, 0.9, 0.95, 0.99)


def fit_conformal(
    probabilities: FloatArray,
    labels: Labels,
    findings: Sequence[str],
    films: str,
    *,
    by_class: bool = True,
    levels: Sequence[float] = LEVELS,
) -> ConformalQuantiles:
    """Return the quantiles of 1 - probability of the label, for every level, with the finite-sample correction.

    probabilities: (N, K) calibrated; labels: (N,) indices; ``films`` says in words which ones they are. With n films
    the quantile is the ceil((n + 1) level)-th smallest score; where that is more than n, every set has the finding.
    By class unless told otherwise: with the shipped network at 0.9, the coverage of the test films by finding was 0.884
    to 0.908, with shared quantiles 0.877 to 0.925.
    Sources: see ``ConformalQuantiles``; the correction is equation 1 of Angelopoulos and Bates 2021.
    """
    of_label = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    own = [np.sort(of_label[labels == number]) for number in range(len(findings))]
    fitted_on = own if by_class else [np.sort(of_label)] * len(findings)
    return ConformalQuantiles(
        by_class=by_class,
        levels=tuple(levels),
        least_probability={
            finding: tuple(least_probability(column, level) for level in levels)
            for finding, column in zip(findings, fitted_on, strict=True)
        },
        films={finding: len(column) for finding, column in zip(findings, own, strict=True)},
        fitted_on=films,
    )


def least_probability(of_label: np.ndarray[Any, np.dtype[np.float64]], level: float) -> float:
    """Return from which probability on a finding is in the set; of_label: (n,) rising, those of the true finding."""
    # The small number undoes rounding: 20 * 0.95 is 19.
    rank = math.ceil((len(of_label) + 1) * level - 1e-9)
    return rounded_down(float(of_label[-rank])) if rank <= len(of_label) else 0.0


def evaluate_sets(
    samples: Sequence[Sample],
    probabilities: FloatArray,
    conformal: ConformalQuantiles,
    findings: Sequence[str],
    levels: Sequence[float] = REPORTED_LEVELS,
) -> dict[str, Any]:
    """Return coverage and kinds of sets over all films, by finding, by source and by both, as JSON.

    At the bundle's own level and those of ``levels`` that the quantiles reach.

    A row: films; covered, the share whose set has the label; call, several, none, the shares of sets of one finding, of
    more, of no finding; and calls_right, the share of calls that are the label (None without a call). Groups without
    films are left out.
    """
    labels = np.array([findings.index(sample.label) for sample in samples], np.intp)
    groups: dict[str, np.ndarray[Any, np.dtype[np.bool_]]] = {"all": np.ones(len(samples), bool)}
    sources = [sample.source or "unnamed" for sample in samples]
    kinds = {
        "finding": [sample.label for sample in samples],
        "source": sources,
        "finding and source": [f"{s.label}, {source}" for s, source in zip(samples, sources, strict=True)],
    }
    for kind, values in kinds.items():
        groups |= {f"{kind}: {value}": np.array([v == value for v in values]) for value in sorted(set(values))}
    rows: dict[str, Any] = {}
    for level in sorted({conformal.level, *(level for level in levels if level <= conformal.levels[-1])}):
        sets = [conformal.findings_at(tuple(findings), row, level) for row in probabilities]
        sizes = np.array([len(found) for found in sets])
        covered = np.array([findings[label] in found for label, found in zip(labels, sets, strict=True)])
        rows[f"{level:g}"] = {name: _row(chosen, sizes, covered) for name, chosen in groups.items() if chosen.any()}
    return {
        "fitted_on": conformal.fitted_on,
        "by_class": conformal.by_class,
        "level": conformal.level,
        "levels": rows,
    }


def _row(
    chosen: np.ndarray[Any, np.dtype[np.bool_]],
    sizes: np.ndarray[Any, np.dtype[np.intp]],
    covered: np.ndarray[Any, np.dtype[np.bool_]],
) -> dict[str, Any]:
    sizes, covered = sizes[chosen], covered[chosen]
    calls = sizes == 1
    return {
        "films": len(sizes),
        "covered": round(float(covered.mean()), 4),
        "call": round(float(calls.mean()), 4),
        "several": round(float((sizes > 1).mean()), 4),
        "none": round(float((sizes == 0).mean()), 4),
        "calls_right": round(float(covered[calls].mean()), 4) if calls.any() else None,
    }
