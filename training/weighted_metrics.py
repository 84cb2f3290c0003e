"""Figures of many weightings of the same films at once, for the bootstrap.

A film drawn twice has the weight 2. ``weights`` is (B, N) float64 throughout, each figure (B,) or (B, K), NaN where
a weighting leaves it undefined. With one weighting each equals scikit-learn's figure with that ``sample_weight``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray
from training.calibration import Labels

Values = npt.NDArray[np.float64]
Scores = npt.NDArray[np.floating[Any]]
CALIBRATION_BINS = 15


def confusion_counts(weights: Values, labels: Labels, predicted: Labels, findings: int) -> Values:
    """Return the confusion matrices (B, K, K), rows labels and columns predictions."""
    cells = np.eye(findings * findings)[labels * findings + predicted]
    return np.asarray((weights @ cells).reshape(-1, findings, findings))


def figures_of_confusion(counts: Values) -> dict[str, Values]:
    """Return every figure that the confusion matrices (B, K, K) decide.

    (B,): accuracy, balanced_accuracy (over the findings that have films), cohen_kappa. (B, K), each finding against
    the rest: precision, recall, specificity, f1.
    """
    total, of_label, of_prediction = counts.sum((1, 2)), counts.sum(2), counts.sum(1)
    right = np.diagonal(counts, axis1=1, axis2=2)
    rest = total[:, np.newaxis] - of_label
    with np.errstate(invalid="ignore", divide="ignore"):
        recall = right / of_label
        accuracy = right.sum(1) / total
        by_chance = (of_label * of_prediction).sum(1) / total**2
        return {
            "accuracy": accuracy,
            "balanced_accuracy": np.nansum(recall, axis=1) / (of_label > 0).sum(1),
            "cohen_kappa": np.where(by_chance < 1, (accuracy - by_chance) / (1 - by_chance), np.nan),
            "precision": right / of_prediction,
            "recall": recall,
            "specificity": (rest - of_prediction + right) / rest,
            "f1": 2 * right / (of_label + of_prediction),
        }


def roc_auc(weights: Values, positive: npt.NDArray[np.bool_], score: Scores) -> Values:
    """Return the areas under the ROC curve: the share of pairs in order, ties counting half."""
    of_positive, of_negative = _by_score(weights, positive, score)
    above = of_positive.cumsum(axis=1) - of_positive / 2
    with np.errstate(invalid="ignore"):
        return np.asarray((of_negative * above).sum(1) / (of_positive.sum(1) * of_negative.sum(1)))


def average_precision(weights: Values, positive: npt.NDArray[np.bool_], score: Scores) -> Values:
    """Return the sums over the thresholds of the precision times the step in recall; NaN with one label only."""
    of_positive, of_negative = _by_score(weights, positive, score)
    found, false = of_positive.cumsum(axis=1), of_negative.cumsum(axis=1)
    with np.errstate(invalid="ignore"):
        precision = np.nan_to_num(found / (found + false))
        result = (of_positive * precision).sum(1) / found[:, -1]
    return np.where(false[:, -1] > 0, result, np.nan)


def _by_score(weights: Values, positive: npt.NDArray[np.bool_], score: Scores) -> tuple[Values, Values]:
    """Return the weights of the positive and of the other films at each distinct score, highest first: (B, S) each."""
    order = np.argsort(-score, kind="stable")
    starts = np.flatnonzero(np.diff(score[order], prepend=np.inf))
    ordered = weights[:, order]
    of_positive = np.add.reduceat(ordered * positive[order], starts, axis=1)
    return of_positive, np.add.reduceat(ordered, starts, axis=1) - of_positive


def mean(weights: Values, of_film: npt.NDArray[np.float64]) -> Values:
    """Return the weighted means of a number that each film has, (N,)."""
    with np.errstate(invalid="ignore"):
        return np.asarray((weights @ of_film) / weights.sum(1))


def calibration_bins(weights: Values, probabilities: FloatArray, labels: Labels) -> tuple[Values, Values, Values]:
    """Return, for 15 equal bins of confidence, the weight, the summed confidence and the weight of the right films.

    (B, 15) each; the confidence is the predicted finding's probability. A bin takes its lower edge.
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == labels
    bin_of = np.eye(CALIBRATION_BINS)[np.minimum((confidence * CALIBRATION_BINS).astype(np.intp), CALIBRATION_BINS - 1)]
    return (
        np.asarray(weights @ bin_of),
        np.asarray(weights @ (bin_of * confidence[:, np.newaxis])),
        np.asarray(weights @ (bin_of * right[:, np.newaxis])),
    )


def expected_calibration_errors(weights: Values, probabilities: FloatArray, labels: Labels) -> Values:
    """Return the mean distances of confidence and accuracy over equal bins of confidence (Guo et al. 2017, eq. 3)."""
    _, confidence, right = calibration_bins(weights, probabilities, labels)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(confidence - right).sum(1) / weights.sum(1))
