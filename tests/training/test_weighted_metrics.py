"""Figures of weighted films, which the bootstrap uses, are scikit-learn's of the films drawn."""

from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics

from training.bootstrap import draw_patients
from training.data import Sample
from training.weighted_metrics import (
    average_precision,
    confusion_counts,
    expected_calibration_errors,
    figures_of_confusion,
    mean,
    roc_auc,
)

FILMS, FINDINGS = 80, 3


@pytest.fixture
def drawn():
    """Labels, predictions, probabilities with many ties, and how often 5 draws have each film."""
    random = np.random.default_rng(3)
    labels = random.integers(FINDINGS, size=FILMS)
    probabilities = random.dirichlet([1.0] * FINDINGS, size=FILMS) + 0.4 * np.eye(FINDINGS)[labels]
    probabilities = np.round(probabilities / 1.4, 1).astype(np.float32)
    weights = random.integers(0, 4, size=(5, FILMS)).astype(np.float64)
    return labels, probabilities.argmax(axis=1), probabilities, weights


def _repeated(weights: np.ndarray) -> np.ndarray:
    return np.repeat(np.arange(FILMS), weights.astype(int))


def test_counted_figures_are_those_of_the_films_drawn(drawn) -> None:
    labels, predicted, _, weights = drawn
    counts = confusion_counts(weights, labels, predicted, FINDINGS)
    figures = figures_of_confusion(counts)
    for number, row in enumerate(weights):
        films = _repeated(row)
        true, said = labels[films], predicted[films]
        np.testing.assert_array_equal(counts[number], metrics.confusion_matrix(true, said))
        assert figures["accuracy"][number] == pytest.approx(metrics.accuracy_score(true, said))
        assert figures["balanced_accuracy"][number] == pytest.approx(metrics.balanced_accuracy_score(true, said))
        assert figures["cohen_kappa"][number] == pytest.approx(metrics.cohen_kappa_score(true, said))
        precision, recall, f1, _ = metrics.precision_recall_fscore_support(true, said)
        np.testing.assert_allclose(figures["precision"][number], precision)
        np.testing.assert_allclose(figures["recall"][number], recall)
        np.testing.assert_allclose(figures["f1"][number], f1)
        specificity = [metrics.recall_score(true != index, said != index) for index in range(FINDINGS)]
        np.testing.assert_allclose(figures["specificity"][number], specificity)


def test_ranked_figures_are_those_of_the_films_drawn(drawn) -> None:
    labels, _, probabilities, weights = drawn
    positive, score = labels == 1, probabilities[:, 1]
    aucs, precisions = roc_auc(weights, positive, score), average_precision(weights, positive, score)
    for number, row in enumerate(weights):
        films = _repeated(row)
        assert aucs[number] == pytest.approx(metrics.roc_auc_score(positive[films], score[films]))
        assert precisions[number] == pytest.approx(metrics.average_precision_score(positive[films], score[films]))


def test_means_and_calibration_errors_are_those_of_the_films_drawn(drawn) -> None:
    labels, predicted, probabilities, weights = drawn
    errors = expected_calibration_errors(weights, probabilities, labels)
    for number, row in enumerate(weights):
        films = _repeated(row)
        confidence, right = probabilities.max(axis=1)[films], (predicted == labels)[films]
        bins = np.minimum((confidence * 15).astype(int), 14)
        by_hand = sum(
            abs(confidence[bins == index].sum() - right[bins == index].sum()) for index in np.unique(bins)
        ) / len(films)
        assert errors[number] == pytest.approx(by_hand, abs=1e-6)
        assert mean(row[np.newaxis], labels.astype(float))[0] == pytest.approx(labels[films].mean())


def test_what_a_draw_leaves_undefined_is_nan() -> None:
    labels, predicted = np.array([0, 0, 1]), np.array([0, 0, 0])
    score = np.array([0.9, 0.8, 0.2])
    weights = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    figures = figures_of_confusion(confusion_counts(weights, labels, predicted, 2))
    assert figures["recall"][0].tolist()[0] == 1.0
    assert np.isnan(figures["recall"][0, 1])
    assert np.isnan(figures["precision"][0, 1])
    assert np.isnan(figures["cohen_kappa"]).all()
    assert figures["accuracy"][0] == figures["balanced_accuracy"][0] == 1.0
    assert np.isnan([figures["accuracy"][1], figures["balanced_accuracy"][1]]).all()
    assert np.isnan(roc_auc(weights, labels == 0, score)).all()
    assert np.isnan(average_precision(weights, labels == 0, score)).all()


def test_a_patients_films_are_drawn_together() -> None:
    samples = [Sample(Path("x"), "A", "test", patient, "", "", "", "", 1) for patient in ("a", "b", "a", "", "")]
    draws = draw_patients(samples, seed=0, draws=200)
    assert draws.patients == 4
    films = draws.spread(lambda weights: weights)
    assert films.shape == (200, 5)
    np.testing.assert_array_equal(films[:, 0], films[:, 2])
    assert not np.array_equal(films[:, 3], films[:, 4])
    np.testing.assert_array_equal(films[:, [0, 1, 3, 4]].sum(axis=1), 4)
    np.testing.assert_array_equal(draws.among(np.array([1, 0, 0, 1, 0], bool)).spread(lambda w: w), films[:, [0, 3]])
    np.testing.assert_array_equal(draw_patients(samples, seed=0, draws=200).drawn, draws.drawn)
