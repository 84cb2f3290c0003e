"""Spearman's rank correlation: how far two maps agree on what matters more and what less."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.floating[Any]]


def rank_correlation(one: Values, other: Values) -> float | None:
    """Return Spearman's rank correlation in [-1, 1] of two arrays of one shape; None where either is constant.

    Equal values share the mean of their ranks. Raises ValueError for different shapes or values that are not finite.
    Source: Spearman 1904; the Pearson correlation of the ranks.
    """
    if one.shape != other.shape:
        raise ValueError(f"expected two arrays of one shape, got {one.shape} and {other.shape}")
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        raise ValueError("expected finite values, got NaN or infinity")
    first, second = (_centred_ranks(values) for values in (one, other))
    scale = float(np.sqrt((first**2).sum() * (second**2).sum()))
    if scale == 0.0:
        return None
    return float(np.clip((first * second).sum() / scale, -1.0, 1.0))


def _centred_ranks(values: Values) -> npt.NDArray[np.float64]:
    _, places, counts = np.unique(values.ravel(), return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2.0)[places.ravel()]  # the mean of the ranks that equal values take
    return np.asarray(ranks - ranks.mean(), np.float64)
