"""A threshold for a target is the best one that the validation films know, and says what it costs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pydantic import ValidationError

from cxrviewer.errors import UsageError
from cxrviewer.inference.operating_curve import OperatingCurve, OperatingPoint, point_at, threshold_for
from training.calibration import MOST_POINTS, fit_operating_curves, rounded_down

CURVE = OperatingCurve(
    probabilities=(0.1, 0.4, 0.8),
    true_positives=(10, 9, 6),
    true_negatives=(5, 17, 19),
    positives=10,
    negatives=20,
    fitted_on="30 validation films",
)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({"sensitivity": 1.0}, OperatingPoint(0.1, 1.0, 0.25)),
        ({"sensitivity": 0.95}, OperatingPoint(0.1, 1.0, 0.25)),
        ({"sensitivity": 0.9}, OperatingPoint(0.4, 0.9, 0.85)),
        ({"sensitivity": 0.0}, OperatingPoint(0.8, 0.6, 0.95)),
        ({"specificity": 0.0}, OperatingPoint(0.1, 1.0, 0.25)),
        ({"specificity": 0.85}, OperatingPoint(0.4, 0.9, 0.85)),
        ({"specificity": 0.9}, OperatingPoint(0.8, 0.6, 0.95)),
    ],
)
def test_known_targets(target, expected) -> None:
    assert threshold_for(CURVE, **target) == expected


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ({}, "and not both"),
        ({"sensitivity": 0.9, "specificity": 0.9}, "and not both"),
        ({"sensitivity": 1.1}, "between 0 and 1"),
        ({"specificity": float("nan")}, "between 0 and 1"),
        ({"specificity": 0.96}, r"at most 0\.9500"),
    ],
)
def test_targets_that_cannot_be_reached_are_named(target, reason) -> None:
    with pytest.raises(UsageError, match=reason):
        threshold_for(CURVE, **target)


PROBABILITIES = hnp.arrays(np.float32, st.integers(4, 40), elements=st.floats(0, 1, width=32))


@given(PROBABILITIES, st.floats(0, 1, exclude_min=True), st.integers(0, 100))
def test_a_threshold_is_as_good_as_any(column, target: float, seed: int) -> None:
    labels = np.random.default_rng(seed).permutation(np.arange(len(column)) % 2)
    curve = fit_operating_curves(np.column_stack([1 - column, column]), labels, ("A", "B"), "films")["B"]
    positive = labels == 1

    def measured(threshold: float) -> tuple[float, float]:
        flagged = column.astype(np.float64) >= threshold
        return flagged[positive].mean(), (~flagged[~positive]).mean()

    for point in curve.points:
        assert (point.sensitivity, point.specificity) == measured(point.probability)
        assert point.sensitivity == (column[positive] >= point.probability).mean()  # float32 flags the same films
    chosen = threshold_for(curve, sensitivity=target)
    assert chosen.sensitivity >= target
    # Thresholds that a bundle can hold: six digits.
    all_of_them = [measured(rounded_down(float(value))) for value in column]
    assert chosen.specificity >= max([spec for sens, spec in all_of_them if sens >= target], default=0.0)


def test_a_long_curve_keeps_its_ends_and_stays_exact() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 5000)
    column = (rng.random(5000) * 0.9 + labels * 0.1).astype(np.float32)
    curve = fit_operating_curves(np.column_stack([1 - column, column]), labels, ("A", "B"), "5000 films")["B"]
    assert len(curve.points) == MOST_POINTS
    assert curve.points[0].sensitivity == 1.0
    point = threshold_for(curve, sensitivity=0.9)
    assert point.sensitivity == (column[labels == 1] >= point.probability).mean()
    assert 0.9 <= point.sensitivity < 0.91


@given(st.floats(0, 1, width=32))
def test_rounding_down_keeps_the_film_and_little_else(value: float) -> None:
    rounded = rounded_down(value)
    assert rounded <= value
    assert np.float32(value) >= rounded
    assert value - rounded <= value * 1e-5
    assert float(f"{rounded:.6g}") == rounded


def test_a_curve_needs_films_with_and_without_its_finding() -> None:
    with pytest.raises(ValueError, match="with and without"):
        fit_operating_curves(np.full((4, 2), 0.5, np.float32), np.zeros(4, np.intp), ("A", "B"), "4 films")


@pytest.mark.parametrize(
    "change",
    [
        {"probabilities": (0.4, 0.1, 0.8)},
        {"true_positives": (10, 9)},
        {"true_positives": (9, 8, 6)},
        {"true_positives": (6, 9, 10)},
        {"true_negatives": (5, 17, 21)},
    ],
)
def test_a_curve_that_makes_no_sense_is_refused(change) -> None:
    with pytest.raises(ValidationError, match="expected"):
        OperatingCurve.model_validate(CURVE.model_dump() | change)


@pytest.mark.parametrize("corner", CURVE.points)
def test_a_corner_costs_what_the_curve_says(corner: OperatingPoint) -> None:
    assert point_at(CURVE, corner.probability) == corner


@given(st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_a_threshold_of_ones_own_costs_no_more_than_is_said(seed: int, probability: float) -> None:
    rng = np.random.default_rng(seed)
    labels = np.array([0, 1, *rng.integers(0, 2, 30)])
    scores = rng.random(32).astype(np.float32)
    curve = fit_operating_curves(np.stack([1 - scores, scores], axis=1), labels, ("A", "B"), "32 films")["B"]
    point, flagged = point_at(curve, probability), scores >= probability
    assert flagged[labels == 1].mean() >= point.sensitivity
    assert (~flagged[labels == 0]).mean() >= point.specificity
