"""Every loss is its formula, written out in numpy, for one logit and for several."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.losses import FilmLoss, accuracy, accuracy_beside_lungs
from training.recipe import Loss

COSTS = ((0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (5.0, 5.0, 0.0))


def _case(seed: int, findings: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = np.eye(findings, dtype=np.float32)[rng.integers(findings, size=6)]
    return labels, rng.normal(0, 4, (6, findings)).astype(np.float32)


def _softmax(logits: np.ndarray) -> np.ndarray:
    exponentials = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def _per_film(loss: FilmLoss, labels: np.ndarray, logits: np.ndarray) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(loss.call(labels, logits)))


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.1, 0.3]))
def test_cross_entropy_with_smoothing(seed, smoothing) -> None:
    labels, logits = _case(seed)
    expected = -((labels * (1 - smoothing) + smoothing / 3) * np.log(_softmax(logits))).sum(axis=1)
    np.testing.assert_allclose(
        _per_film(FilmLoss(Loss(), smoothing, 3), labels, logits), expected, rtol=1e-4, atol=1e-5
    )


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.5, 2.0, 5.0]))
def test_the_focal_loss(seed, gamma) -> None:
    labels, logits = _case(seed)
    chosen = (_softmax(logits) * labels).sum(axis=1)
    expected = -((1 - chosen) ** gamma) * np.log(chosen)
    found = _per_film(FilmLoss(Loss("focal", gamma=gamma), 0.0, 3), labels, logits)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5)


@given(st.integers(0, 10_000))
def test_the_expected_cost(seed) -> None:
    labels, logits = _case(seed)
    shares, of_film = _softmax(logits), labels.argmax(axis=1)
    costs = [sum(COSTS[label][k] * shares[row, k] for k in range(3)) for row, label in enumerate(of_film)]
    expected = np.array(costs) - np.log(shares[np.arange(6), of_film])
    found = _per_film(FilmLoss(Loss("expected-cost", costs=COSTS), 0.0, 3), labels, logits)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_missing_covid_costs_more_than_a_false_alarm() -> None:
    loss = FilmLoss(Loss("expected-cost", costs=COSTS), 0.0, 3)
    missed = _per_film(loss, np.array([[0, 0, 1]], np.float32), np.array([[4, 0, 0]], np.float32))
    alarmed = _per_film(loss, np.array([[1, 0, 0]], np.float32), np.array([[0, 0, 4]], np.float32))
    assert missed[0] > alarmed[0] + 3


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.1]))
def test_one_logit_is_binary_cross_entropy(seed, smoothing) -> None:
    labels, logits = _case(seed, findings=2)
    one = logits[:, :1]
    probability = 1 / (1 + np.exp(-one[:, 0].astype(np.float64)))
    positive = labels[:, 1] * (1 - smoothing) + smoothing / 2
    expected = -positive * np.log(probability) - (1 - positive) * np.log1p(-probability)
    np.testing.assert_allclose(_per_film(FilmLoss(Loss(), smoothing, 2), labels, one), expected, rtol=1e-4, atol=1e-5)
    right = np.asarray(keras.ops.convert_to_numpy(accuracy(labels, one)))
    np.testing.assert_array_equal(right, (one[:, 0] > 0) == labels[:, 1].astype(bool))


def test_extreme_logits_stay_finite() -> None:
    labels, logits = np.eye(3, dtype=np.float32), np.array([[1e4, 0, -1e4]] * 3, np.float32)
    for settings in (Loss(), Loss("focal"), Loss("expected-cost", costs=COSTS)):
        assert np.isfinite(_per_film(FilmLoss(settings, 0.1, 3), labels, logits)).all()


@pytest.mark.parametrize("costs", [(), ((0.0, 1.0), (1.0, 0.0)), ((0.0, 1.0, 1.0), (1.0, 0.0), (1.0, 1.0, 0.0))])
def test_costs_that_are_no_square_are_refused(costs) -> None:
    with pytest.raises(ValueError, match="3 x 3 costs"):
        FilmLoss(Loss("expected-cost", costs=costs), 0.0, 3)


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.3, 2.0]))
def test_lungs_add_the_cross_entropy_of_where_they_lie(seed, weight) -> None:
    labels, logits = _case(seed)
    rng = np.random.default_rng(seed)
    lung_logits = rng.normal(0, 3, (6, 4)).astype(np.float32)
    where = rng.dirichlet(np.ones(4), 6).astype(np.float32)
    where[0] = 0.0  # this film's lungs are not known
    found = _per_film(
        FilmLoss(Loss(), 0.1, 3, lung_positions=4, lung_loss=weight),
        np.hstack([labels, where]),
        np.hstack([logits, lung_logits]),
    )
    of_findings = _per_film(FilmLoss(Loss(), 0.1, 3), labels, logits)
    of_lungs = -(where * np.log(_softmax(lung_logits))).sum(axis=1)
    np.testing.assert_allclose(found, of_findings + weight * of_lungs, rtol=1e-3, atol=1e-4)
    assert found[0] == of_findings[0]


def test_the_accuracy_does_not_look_at_the_lungs() -> None:
    labels, logits = _case(1)
    beside = np.full((6, 4), 100.0, np.float32)
    measure = accuracy_beside_lungs(4)
    assert measure.__name__ == accuracy.__name__
    np.testing.assert_array_equal(
        np.asarray(measure(np.hstack([labels, beside]), np.hstack([logits, beside]))),
        np.asarray(accuracy(labels, logits)),
    )
