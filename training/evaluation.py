"""How good a network's probabilities are, over all films and by source, age group, other columns and comparison."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn import metrics

from cxrviewer.domain import FloatArray
from training.bootstrap import BOOTSTRAPS, Mask, PatientDraws, Weights, draw_patients, with_interval
from training.calibration import Labels
from training.data import Sample
from training.recipe import Comparison
from training.weighted_metrics import (
    Scores,
    Values,
    average_precision,
    confusion_counts,
    expected_calibration_errors,
    figures_of_confusion,
    mean,
    roc_auc,
)

MOST_GROUPS = 20
OVERALL = ("accuracy", "balanced_accuracy", "cohen_kappa", "brier", "expected_calibration_error")
OF_FINDING = ("precision", "recall", "specificity", "f1", "roc_auc", "average_precision")
_OF_CONFUSION = ("precision", "recall", "specificity", "f1")


@dataclass(frozen=True, eq=False)
class _Films:
    """Films with what they are and what is said of them; ``groups`` of them keep the draws of all."""

    samples: tuple[Sample, ...]
    labels: Labels
    probabilities: FloatArray
    draws: PatientDraws

    @property
    def predicted(self) -> Labels:
        return np.asarray(self.probabilities.argmax(axis=1), np.intp)

    def among(self, films: Mask) -> _Films:
        chosen = tuple(sample for sample, take in zip(self.samples, films, strict=True) if take)
        return _Films(chosen, self.labels[films], self.probabilities[films], self.draws.among(films))


def evaluate(
    samples: Sequence[Sample],
    probabilities: FloatArray,
    findings: Sequence[str],
    comparisons: Sequence[Comparison] = (),
    *,
    seed: int = 0,
    bootstraps: int = BOOTSTRAPS,
) -> dict[str, Any]:
    """Return every figure that evaluation.json holds, for films whose labels are known.

    probabilities: (N, K), in the order of ``samples`` and ``findings``, N at least 1. A figure is
    ``{"value", "interval"}``: a share in [0, 1] (Cohen's kappa in [-1, 1], Brier in [0, 2]), rounded to four decimals,
    and its 95 % bootstrap interval over patients, None where too few patients bear on it. A figure that the films
    leave undefined is None: an area under a curve with one label only, the recall of a finding without films, the
    precision of one that is never predicted. No film and no patient is named.
    """
    labels = np.array([findings.index(sample.label) for sample in samples], np.intp)
    films = _Films(tuple(samples), labels, probabilities, draw_patients(samples, seed, bootstraps))
    columns, left_out = _columns(films)
    return {
        "films": len(samples),
        "patients": films.draws.patients,
        "films_without_patient": sum(not sample.patient for sample in samples),
        "bootstraps": bootstraps,
        **_figures(films, findings),
        "confusion": {
            "rows_are_labels_columns_are_predictions": list(findings),
            "counts": metrics.confusion_matrix(labels, films.predicted, labels=range(len(findings))).tolist(),
        },
        "by_source": _by(films, findings, lambda sample: sample.source),
        "by_age_group": _by(films, findings, lambda sample: sample.age_group),
        "by_subtype": _by(films, findings, lambda s: f"{s.source} {s.subtype}".strip() if s.subtype else ""),
        "by_column": {name: _by(films, findings, _value_of(name)) for name in columns},
        "columns_left_out": left_out,
        "comparisons": [_compare(comparison, films, findings) for comparison in comparisons],
    }


def expected_calibration_error(probabilities: FloatArray, labels: Labels) -> float:
    """Return the mean distance of confidence and accuracy over 15 equal bins of confidence (Guo et al. 2017, eq. 3)."""
    return float(expected_calibration_errors(np.ones((1, len(labels))), probabilities, labels)[0])


def _figures(films: _Films, findings: Sequence[str]) -> dict[str, Any]:
    """Return the figures over all findings, and those of each against the rest."""
    labels, predicted, probabilities = films.labels, films.predicted, films.probabilities
    count = len(findings)
    squared = ((probabilities.astype(np.float64) - np.eye(count)[labels]) ** 2).sum(axis=1)

    def drawn(weights: Weights) -> Values:
        of_confusion = figures_of_confusion(confusion_counts(weights, labels, predicted, count))
        overall = [
            *(of_confusion[name] for name in OVERALL[:3]),
            mean(weights, squared),
            expected_calibration_errors(weights, probabilities, labels),
        ]
        of_findings = [
            values
            for index in range(count)
            for values in (
                *(of_confusion[name][:, index] for name in _OF_CONFUSION),
                roc_auc(weights, labels == index, probabilities[:, index]),
                average_precision(weights, labels == index, probabilities[:, index]),
            )
        ]
        return np.stack([*overall, *of_findings], axis=1)

    spread = iter(films.draws.spread(drawn).T)
    over_all = (
        metrics.accuracy_score(labels, predicted),
        # The mean of the recalls is the balanced accuracy; scikit-learn's own warns of findings without films.
        metrics.recall_score(labels, predicted, labels=np.unique(labels), average="macro"),
        _kappa(labels, predicted),
        squared.mean(),
        expected_calibration_error(probabilities, labels),
    )
    overall = {
        name: _figure(float(value), films.draws, next(spread)) for name, value in zip(OVERALL, over_all, strict=True)
    }
    of_findings = {}
    for index, finding in enumerate(findings):
        values = _of_finding(labels == index, predicted == index, probabilities[:, index])
        figures = {
            name: _figure(value, films.draws, next(spread)) for name, value in zip(OF_FINDING, values, strict=True)
        }
        of_findings[finding] = {"films": int((labels == index).sum()), **figures}
    return {"overall": overall, "findings": of_findings}


def _of_finding(is_finding: Mask, predicted: Mask, probability: FloatArray) -> tuple[float, ...]:
    """Return the figures of OF_FINDING in its order, NaN where they are undefined."""
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        is_finding, predicted, average="binary", zero_division=np.nan
    )
    specificity = metrics.recall_score(~is_finding, ~predicted, zero_division=np.nan)
    if not _both(is_finding):
        return float(precision), float(recall), float(specificity), float(f1), math.nan, math.nan
    return (
        float(precision),
        float(recall),
        float(specificity),
        float(f1),
        float(metrics.roc_auc_score(is_finding, probability)),
        float(metrics.average_precision_score(is_finding, probability)),
    )


def _kappa(labels: Labels, predicted: Labels) -> float:
    """Return Cohen's kappa, NaN where labels and predictions are all one finding."""
    if len(np.unique([labels, predicted])) < 2:
        return math.nan
    return float(metrics.cohen_kappa_score(labels, predicted))


def _by(films: _Films, findings: Sequence[str], group_of: Callable[[Sample], str]) -> dict[str, Any]:
    """Return films, patients, accuracy, and each label's recall and AUC against the rest in every named group."""
    groups = np.array([group_of(sample) for sample in films.samples])
    return {group: _of_group(films.among(groups == group), findings) for group in sorted(set(groups.tolist()) - {""})}


def _of_group(films: _Films, findings: Sequence[str]) -> dict[str, Any]:
    labels, predicted, draws = films.labels, films.predicted, films.draws
    right = predicted == labels
    present = np.unique(labels)
    recall, auc = {}, {}
    for index in present:
        chosen = labels == index
        recall[findings[index]] = {
            "films": int(chosen.sum()),
            "recall": _share(right[chosen], draws.among(chosen)),
        }
        if len(present) > 1:
            auc[findings[index]] = _auc(chosen, films.probabilities[:, index], draws)
    return {
        "films": len(films.samples),
        "patients": draws.patients,
        "accuracy": _share(right, draws),
        "recall": recall,
        "roc_auc": auc,
    }


def _columns(films: _Films) -> tuple[list[str], dict[str, str]]:
    """Return the further columns whose values are groups, and why the others are none.

    A column with about as many values as patients may name them, and none of its values leaves this function.
    """
    names = dict.fromkeys(name for sample in films.samples for name, _ in sample.columns)
    kept, left_out = [], {}
    for name in names:
        values = len({_value_of(name)(sample) for sample in films.samples} - {""})
        if values > MOST_GROUPS:
            left_out[name] = f"more than {MOST_GROUPS} different values"
        elif 2 * values > min(len(films.samples), films.draws.patients):
            left_out[name] = "more than half as many different values as patients"
        elif values:
            kept.append(name)
        else:
            left_out[name] = "empty"
    if len({sample.split for sample in films.samples}) > 1 and "split" not in names:
        kept.append("split")
    return kept, left_out


def _value_of(column: str) -> Callable[[Sample], str]:
    def value(sample: Sample) -> str:
        return dict(sample.columns).get(column, sample.split if column == "split" else "")

    return value


def _compare(comparison: Comparison, films: _Films, findings: Sequence[str]) -> dict[str, Any]:
    """Return how well one finding is told from another on some sources, by the two probabilities' ratio."""
    positive, negative = findings.index(comparison.positive), findings.index(comparison.negative)
    inside = np.array(
        [
            sample.label in (comparison.positive, comparison.negative)
            and (not comparison.sources or sample.source in comparison.sources)
            for sample in films.samples
        ],
        bool,
    )
    chosen = films.among(inside)
    truth = chosen.labels == positive
    labels = Counter(sample.label for sample in chosen.samples)
    described = {
        "name": comparison.name,
        "positive": comparison.positive,
        "negative": comparison.negative,
        "sources": list(comparison.sources),
        "films": {finding: labels[finding] for finding in (comparison.positive, comparison.negative)},
    }
    if not _both(truth):
        return {**described, "roc_auc": None, "accuracy": None, "recall": None}
    pair = chosen.probabilities[:, [positive, negative]].astype(np.float64)
    share = pair[:, 0] / np.maximum(pair.sum(axis=1), np.finfo(np.float64).tiny)
    return {
        **described,
        "roc_auc": _auc(truth, share, chosen.draws),
        "accuracy": _share((share > 0.5) == truth, chosen.draws),
        "recall": _share(chosen.predicted[truth] == positive, chosen.draws.among(truth)),
    }


def _both(mask: Mask) -> bool:
    return bool(mask.any()) and not bool(mask.all())


def _share(right: Mask, draws: PatientDraws) -> dict[str, Any] | None:
    of_film = right.astype(np.float64)
    return _figure(float(of_film.mean()), draws, draws.spread(lambda weights: mean(weights, of_film)))


def _auc(positive: Mask, score: Scores, draws: PatientDraws) -> dict[str, Any] | None:
    spread = draws.spread(lambda weights: roc_auc(weights, positive, score))
    return _figure(float(metrics.roc_auc_score(positive, score)), draws, spread)


def _figure(value: float, draws: PatientDraws, spread: npt.NDArray[np.float64]) -> dict[str, Any] | None:
    """Return a figure as evaluation.json has it, None where it is undefined."""
    if math.isnan(value):
        return None
    return with_interval(value, draws.interval(spread))
