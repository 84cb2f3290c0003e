"""How good a network's probabilities are, over all films and by source, age group and comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn import metrics

from cxrviewer.domain import FloatArray
from training.calibration import Labels
from training.data import Sample
from training.recipe import Comparison

BOOTSTRAPS = 1000
Mask = npt.NDArray[np.bool_]


def evaluate(
    samples: Sequence[Sample],
    probabilities: FloatArray,
    findings: Sequence[str],
    comparisons: Sequence[Comparison] = (),
    *,
    seed: int = 0,
) -> dict[str, Any]:
    """Return every figure that evaluation.json holds, for films whose labels are known.

    probabilities: (N, K), in the order of ``samples`` and ``findings``. Figures are shares in [0, 1];
    ``interval`` is the 95 % bootstrap interval over patients. A figure is None where its films hold only one
    label.
    """
    labels = np.array([findings.index(sample.label) for sample in samples], np.intp)
    predicted = probabilities.argmax(axis=1)
    return {
        "films": len(samples),
        "patients": len({sample.patient for sample in samples}),
        "overall": _overall(samples, labels, probabilities, findings, seed),
        "findings": {
            finding: _of_finding(labels == index, predicted == index, probabilities[:, index])
            for index, finding in enumerate(findings)
        },
        "confusion": {
            "rows_are_labels_columns_are_predictions": list(findings),
            "counts": metrics.confusion_matrix(labels, predicted, labels=range(len(findings))).tolist(),
        },
        "by_source": _by(samples, labels, predicted, findings, lambda sample: sample.source),
        "by_age_group": _by(samples, labels, predicted, findings, lambda sample: sample.age_group),
        "by_subtype": _by(
            samples, labels, predicted, findings, lambda s: f"{s.source} {s.subtype}" if s.subtype else ""
        ),
        "comparisons": [
            _compare(comparison, samples, probabilities, predicted, findings, seed=seed) for comparison in comparisons
        ],
    }


def _overall(
    samples: Sequence[Sample], labels: Labels, probabilities: FloatArray, findings: Sequence[str], seed: int
) -> dict[str, Any]:
    predicted = probabilities.argmax(axis=1)
    one_hot = np.eye(len(findings))[labels]
    right = (predicted == labels).astype(np.float64)

    def balanced(chosen: npt.NDArray[np.intp]) -> float:
        return float(np.mean([right[chosen][labels[chosen] == index].mean() for index in np.unique(labels[chosen])]))

    return {
        "accuracy": _figure(float(right.mean()), samples, lambda chosen: float(right[chosen].mean()), seed),
        "balanced_accuracy": _figure(
            float(metrics.balanced_accuracy_score(labels, predicted)), samples, balanced, seed
        ),
        "cohen_kappa": round(float(metrics.cohen_kappa_score(labels, predicted)), 4),
        "brier": round(float(((probabilities - one_hot) ** 2).sum(axis=1).mean()), 4),
        "expected_calibration_error": round(expected_calibration_error(probabilities, labels), 4),
    }


def _of_finding(is_finding: Mask, predicted: Mask, probability: FloatArray) -> dict[str, Any]:
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        is_finding, predicted, average="binary", zero_division=0
    )
    both = is_finding.any() and not is_finding.all()
    return {
        "films": int(is_finding.sum()),
        "precision": round(float(precision), 4),
        "recall": round(float(recall), 4),
        "specificity": round(float((~predicted[~is_finding]).mean()), 4) if both else None,
        "f1": round(float(f1), 4),
        "roc_auc": round(float(metrics.roc_auc_score(is_finding, probability)), 4) if both else None,
        "average_precision": round(float(metrics.average_precision_score(is_finding, probability)), 4)
        if both
        else None,
    }


def _by(
    samples: Sequence[Sample],
    labels: Labels,
    predicted: Labels,
    findings: Sequence[str],
    group_of: Callable[[Sample], str],
) -> dict[str, Any]:
    """Return films, accuracy and the recall of each label in every group that has a name."""
    groups = np.array([group_of(sample) for sample in samples])
    result = {}
    for group in sorted(set(groups.tolist()) - {""}):
        inside = groups == group
        result[group] = {
            "films": int(inside.sum()),
            "accuracy": round(float((predicted == labels)[inside].mean()), 4),
            "recall": {
                finding: {
                    "films": int((inside & (labels == index)).sum()),
                    "recall": round(float((predicted == index)[inside & (labels == index)].mean()), 4),
                }
                for index, finding in enumerate(findings)
                if (inside & (labels == index)).any()
            },
        }
    return result


def _compare(
    comparison: Comparison,
    samples: Sequence[Sample],
    probabilities: FloatArray,
    predicted: Labels,
    findings: Sequence[str],
    *,
    seed: int,
) -> dict[str, Any]:
    """Return how well one finding is told from another on some sources, by the two probabilities' ratio."""
    positive, negative = findings.index(comparison.positive), findings.index(comparison.negative)
    inside = np.array(
        [
            sample.label in (comparison.positive, comparison.negative)
            and (not comparison.sources or sample.source in comparison.sources)
            for sample in samples
        ]
    )
    chosen = [sample for sample, take in zip(samples, inside, strict=True) if take]
    truth = np.array([sample.label == comparison.positive for sample in chosen], bool)
    described = {
        "name": comparison.name,
        "positive": comparison.positive,
        "negative": comparison.negative,
        "sources": list(comparison.sources),
        "films": {comparison.positive: int(truth.sum()), comparison.negative: int((~truth).sum())},
    }
    if not truth.any() or truth.all():
        return {**described, "roc_auc": None, "accuracy": None, "recall": None}
    pair = probabilities[inside][:, [positive, negative]].astype(np.float64)
    share = pair[:, 0] / np.maximum(pair.sum(axis=1), np.finfo(np.float64).tiny)

    def auc(index: npt.NDArray[np.intp]) -> float:
        part = truth[index]
        return float(metrics.roc_auc_score(part, share[index])) if part.any() and not part.all() else float("nan")

    return {
        **described,
        "roc_auc": _figure(auc(np.arange(len(chosen))), chosen, auc, seed),
        "accuracy": round(float(((share > 0.5) == truth).mean()), 4),
        "recall": round(float((predicted[inside][truth] == positive).mean()), 4),
    }


def expected_calibration_error(probabilities: FloatArray, labels: Labels, bins: int = 15) -> float:
    """Return the mean distance of confidence and accuracy over equal bins of confidence (Guo et al. 2017,
    eq. 3).
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    bin_of = np.minimum((confidence * bins).astype(np.intp), bins - 1)
    return float(
        sum(
            (bin_of == index).mean() * abs(float(confidence[bin_of == index].mean() - right[bin_of == index].mean()))
            for index in np.unique(bin_of)
        )
    )


def _figure(
    value: float, samples: Sequence[Sample], of_films: Callable[[npt.NDArray[np.intp]], float], seed: int
) -> dict[str, Any]:
    """Return a figure with its 95 % bootstrap interval: patients, not films, are drawn with replacement."""
    _, patient_of = np.unique([sample.patient for sample in samples], return_inverse=True)
    order = np.argsort(patient_of, kind="stable")
    films_of = np.split(order, np.flatnonzero(np.diff(patient_of[order])) + 1)
    rng = np.random.default_rng(seed)
    drawn = [
        of_films(np.concatenate([films_of[i] for i in rng.integers(len(films_of), size=len(films_of))]))
        for _ in range(BOOTSTRAPS)
    ]
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return {"value": round(value, 4), "interval": [round(float(low), 4), round(float(high), 4)]}
