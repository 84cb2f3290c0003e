"""Temperature and thresholds are what their definitions say."""

import numpy as np
import pytest

from cxrviewer.inference.decision import calibrated_probabilities
from training.calibration import fit_temperature, fit_thresholds


def _drawn(temperature: float, films: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose labels were drawn at a known temperature."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (films, 3)).astype(np.float32)
    probabilities = calibrated_probabilities(logits, temperature)
    labels = (probabilities.cumsum(axis=1) < rng.random((films, 1))).sum(axis=1)
    return logits, np.minimum(labels, 2)


@pytest.mark.parametrize("temperature", [0.4, 1.0, 2.5])
def test_the_temperature_that_labels_were_drawn_at_is_found(temperature) -> None:
    assert fit_temperature(*_drawn(temperature)) == pytest.approx(temperature, rel=0.05)


def test_no_other_temperature_is_more_likely() -> None:
    logits, labels = _drawn(1.7, films=500)

    def loss(temperature: float) -> float:
        probabilities = calibrated_probabilities(logits, temperature).astype(np.float64)
        return float(-np.log(probabilities[np.arange(len(labels)), labels]).mean())

    best = fit_temperature(logits, labels)
    assert all(loss(best) <= loss(best * factor) + 1e-7 for factor in (0.5, 0.9, 0.99, 1.01, 1.1, 2.0))


def test_perfect_and_useless_logits_stay_within_the_bounds() -> None:
    labels = np.array([0, 1, 2] * 5)
    assert fit_temperature(np.eye(3, dtype=np.float32)[labels], labels) == pytest.approx(0.05, rel=1e-3)
    assert fit_temperature(-np.eye(3, dtype=np.float32)[labels], labels) == pytest.approx(20, rel=1e-3)


@pytest.mark.parametrize("sensitivity", [0.5, 0.9, 0.95, 1.0])
def test_thresholds_reach_the_sensitivity_and_no_higher_one_does(sensitivity) -> None:
    logits, labels = _drawn(1.0, films=2000)
    probabilities = calibrated_probabilities(logits, 1.0)
    findings = ("NORMAL", "PNEUMONIA", "COVID19")
    thresholds = fit_thresholds(probabilities, labels, findings, sensitivity, "2000 drawn films")
    for index, finding in enumerate(findings):
        threshold, column, truth = thresholds[finding], probabilities[:, index], labels == index
        flagged = column >= threshold.probability
        assert flagged[truth].mean() >= sensitivity
        assert threshold.sensitivity == pytest.approx(flagged[truth].mean(), abs=1e-4)
        assert threshold.specificity == pytest.approx((~flagged[~truth]).mean(), abs=1e-4)
        higher = column[truth & flagged].min() + 1e-5
        assert (column[truth] >= higher).mean() < max(sensitivity, flagged[truth].mean())


def test_a_finding_without_films_is_named() -> None:
    with pytest.raises(ValueError, match="COVID19"):
        fit_thresholds(np.full((4, 2), 0.5, np.float32), np.zeros(4, np.intp), ("NORMAL", "COVID19"), 0.95, "4 films")
