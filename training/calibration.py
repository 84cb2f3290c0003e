"""What is fitted on the validation films after training: the temperature and the thresholds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray
from cxrviewer.inference.bundle import Threshold
from cxrviewer.inference.operating_curve import OperatingCurve

Labels = npt.NDArray[np.intp]
MOST_POINTS = 300  # of a curve in a bundle's metadata; the shipped network's curves have fewer corners


def fit_temperature(logits: FloatArray, labels: Labels) -> float:
    """Return the temperature in [0.05, 20] that gives the labels the highest likelihood.

    logits: (N, K); labels: (N,) indices of findings. The likelihood is concave in 1 / temperature, so its one
    maximum is where the derivative changes sign: found by bisection. Source: Guo et al. 2017, section 4.2.
    """
    scores = logits.astype(np.float64)
    of_label = scores[np.arange(len(labels)), labels].mean()
    low, high = 1 / 20.0, 1 / 0.05
    for _ in range(60):
        inverse = (low + high) / 2
        exponentials = np.exp(inverse * (scores - scores.max(axis=1, keepdims=True)))
        probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
        if (probabilities * scores).sum(axis=1).mean() > of_label:
            high = inverse
        else:
            low = inverse
    return float(2 / (low + high))


def fit_thresholds(
    probabilities: FloatArray, labels: Labels, findings: Sequence[str], sensitivity: float, films: str
) -> dict[str, Threshold]:
    """Return for every finding the highest threshold that keeps at least the sensitivity on these films.

    probabilities: (N, K) calibrated; ``films`` says in words which ones they are. Raises ValueError where a
    finding has no film.
    """
    if missing := [finding for index, finding in enumerate(findings) if not (labels == index).any()]:
        raise ValueError(f"expected films with every finding to choose thresholds on, got none with {missing}")
    thresholds = {}
    for index, finding in enumerate(findings):
        is_finding, column = labels == index, probabilities[:, index]
        positives = np.sort(column[is_finding])
        # As many may lie below the threshold as the sensitivity leaves; the small number undoes rounding.
        threshold = float(positives[int(np.floor(len(positives) * (1.0 - sensitivity) + 1e-9))])
        # A decimal number that reads well in JSON, rounded down so that no film falls out.
        threshold = float(np.floor(threshold * 1e6) / 1e6)
        flagged = column >= threshold
        thresholds[finding] = Threshold(
            probability=threshold,
            chosen_for=f"sensitivity of at least {sensitivity:g}",
            sensitivity=round(float(flagged[is_finding].mean()), 4),
            specificity=round(float((~flagged[~is_finding]).mean()), 4),
            fitted_on=films,
        )
    return thresholds


def fit_operating_curves(
    probabilities: FloatArray, labels: Labels, findings: Sequence[str], films: str
) -> dict[str, OperatingCurve]:
    """Return for every finding the corners of its ROC curve on these films, at most 300 of them.

    probabilities: (N, K) calibrated; ``films`` says in words which ones they are. Raises ValueError where a finding has
    no film, or all of them.
    """
    curves = {}
    for index, finding in enumerate(findings):
        column = probabilities[:, index].astype(np.float64)
        positives, negatives = np.sort(column[labels == index]), np.sort(column[labels != index])
        if not len(positives) or not len(negatives):
            raise ValueError(f"expected films with and without {finding} to draw its curve on")
        thresholds = np.unique([rounded_down(float(probability)) for probability in positives])
        kept = len(positives) - np.searchsorted(positives, thresholds, side="left")
        left_out = np.searchsorted(negatives, thresholds, side="left")
        # Of several thresholds with one specificity, the lowest has the highest sensitivity; the others have no use.
        _, corners = np.unique(left_out, return_index=True)
        if len(corners) > MOST_POINTS:
            corners = corners[np.rint(np.linspace(0, len(corners) - 1, MOST_POINTS)).astype(np.intp)]
        curves[finding] = OperatingCurve(
            probabilities=tuple(float(value) for value in thresholds[corners]),
            true_positives=tuple(int(count) for count in kept[corners]),
            true_negatives=tuple(int(count) for count in left_out[corners]),
            positives=len(positives),
            negatives=len(negatives),
            fitted_on=films,
        )
    return curves


def rounded_down(probability: float) -> float:
    """Return the largest number of six significant digits that is not above a probability: short, and keeps the film.

    Six are fewer than float32 holds, so that the comparison is the same in float32 and in float64.
    """
    rounded = float(f"{probability:.6g}")
    if rounded <= probability:
        return rounded
    exponent = int(f"{probability:.5e}".partition("e")[2])
    return float(f"{rounded - 10.0 ** (exponent - 5):.6g}")
