"""Figures agree with a count by hand, and say nothing where there is nothing to say."""

from pathlib import Path

import numpy as np
import pytest

from training.data import Sample
from training.evaluation import evaluate, expected_calibration_error
from training.recipe import Comparison

FINDINGS = ("NORMAL", "PNEUMONIA", "COVID19")


def _sample(label: str, patient: str, source: str = "east", age_group: str = "adult") -> Sample:
    return Sample(Path("x.png"), label, "test", patient, source, "", age_group, "", 1)


SAMPLES = [
    _sample("NORMAL", "a"),
    _sample("NORMAL", "a"),
    _sample("NORMAL", "b", "west"),
    _sample("PNEUMONIA", "c", age_group="child"),
    _sample("PNEUMONIA", "d", "west", "child"),
    _sample("COVID19", "e", "west"),
]
PROBABILITIES = np.array(
    [
        [0.8, 0.1, 0.1],
        [0.6, 0.3, 0.1],
        [0.3, 0.6, 0.1],
        [0.1, 0.8, 0.1],
        [0.2, 0.3, 0.5],
        [0.1, 0.1, 0.8],
    ],
    np.float32,
)


def test_figures_by_hand() -> None:
    result = evaluate(
        SAMPLES,
        PROBABILITIES,
        FINDINGS,
        [Comparison("east", "PNEUMONIA", "NORMAL", ("east",)), Comparison("none", "COVID19", "NORMAL", ("east",))],
    )
    assert (result["films"], result["patients"]) == (6, 5)
    overall = result["overall"]
    assert overall["accuracy"]["value"] == pytest.approx(4 / 6, abs=1e-4)
    assert overall["balanced_accuracy"]["value"] == pytest.approx((2 / 3 + 1 / 2 + 1) / 3, abs=1e-4)
    low, high = overall["accuracy"]["interval"]
    assert 0 <= low < 4 / 6 < high <= 1
    brier = ((PROBABILITIES - np.eye(3)[[0, 0, 0, 1, 1, 2]]) ** 2).sum(axis=1).mean()
    assert overall["brier"] == pytest.approx(brier, abs=1e-4)
    assert result["confusion"]["counts"] == [[2, 1, 0], [0, 1, 1], [0, 0, 1]]
    normal = result["findings"]["NORMAL"]
    assert (normal["films"], normal["precision"], normal["specificity"]) == (3, 1.0, 1.0)
    assert normal["recall"] == pytest.approx(2 / 3, abs=1e-4)
    # Of 9 pairs of a NORMAL and another film, all are in order: 0.3 is above 0.2 and both 0.1.
    assert normal["roc_auc"] == 1.0
    # PNEUMONIA: 0.8 is above four others; 0.3 ties with one, is below 0.6 and above two.
    assert result["findings"]["PNEUMONIA"]["roc_auc"] == pytest.approx((4 + 2.5) / 8, abs=1e-4)
    west = result["by_source"]["west"]
    assert west == {
        "films": 3,
        "accuracy": pytest.approx(1 / 3, abs=1e-4),
        "recall": {
            "NORMAL": {"films": 1, "recall": 0.0},
            "PNEUMONIA": {"films": 1, "recall": 0.0},
            "COVID19": {"films": 1, "recall": 1.0},
        },
    }
    assert result["by_age_group"]["child"]["recall"] == {"PNEUMONIA": {"films": 2, "recall": 0.5}}
    assert result["by_subtype"] == {}
    east, none = result["comparisons"]
    assert east["films"] == {"PNEUMONIA": 1, "NORMAL": 2}
    assert (east["roc_auc"]["value"], east["accuracy"], east["recall"]) == (1.0, 1.0, 1.0)
    assert (none["roc_auc"], none["recall"]) == (None, None)


def test_intervals_draw_patients_not_films() -> None:
    """With one patient there is nothing to draw: the interval is the figure, however many films he has."""
    samples = [_sample(label, "same") for label in ("NORMAL", "PNEUMONIA", "COVID19", "NORMAL")]
    figure = evaluate(samples, PROBABILITIES[[0, 3, 5, 2]], FINDINGS)["overall"]["accuracy"]
    assert figure == {"value": 0.75, "interval": [0.75, 0.75]}


def test_calibration_error_by_hand() -> None:
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.6, 0.4]], np.float32)
    labels = np.array([0, 1, 0, 0])
    assert expected_calibration_error(probabilities, labels) == pytest.approx(0.5 * 0.4 + 0.5 * 0.4, abs=1e-6)
    assert expected_calibration_error(np.eye(2, dtype=np.float32), np.array([0, 1])) == 0.0
