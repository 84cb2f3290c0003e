"""What the validation losses so far say about the next epoch.

Pure functions of the history, so that a run that is resumed decides what an uninterrupted one would have.
"""

from __future__ import annotations

from collections.abc import Sequence

from training.recipe import Plateau

# Keras' ReduceLROnPlateau takes a smaller fall for none; its EarlyStopping takes any.
_LEAST_FALL = 1e-4


def is_best(losses: Sequence[float]) -> bool:
    """Return whether the last loss is lower than all before it."""
    return not losses[:-1] or losses[-1] < min(losses[:-1])


def has_stopped(losses: Sequence[float], patience: int | None) -> bool:
    """Return whether ``patience`` epochs have passed since the lowest loss (the first of several that are equal)."""
    if patience is None or not losses:
        return False
    return len(losses) - 1 - losses.index(min(losses)) >= patience


def rate_factor(losses: Sequence[float], plateau: Plateau | None) -> float:
    """Return what the learning rate is to be multiplied by after these losses, as Keras' ReduceLROnPlateau counts."""
    if plateau is None:
        return 1.0
    factor, best, waited = 1.0, float("inf"), 0
    for loss in losses:
        if loss < best - _LEAST_FALL:
            best, waited = loss, 0
            continue
        waited += 1
        if waited >= plateau.patience:
            factor, waited = factor * plateau.factor, 0
    return factor
