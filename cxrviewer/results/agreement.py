"""How far the user's labels and the predictions agree: confusion matrix, sensitivity, specificity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class FindingAgreement:
    """One finding against all others, the user's label being taken for true: four counts of films, and two ratios.

    A ratio is None where no film could have counted for it.
    """

    finding: str
    true_positives: int
    false_negatives: int
    false_positives: int
    true_negatives: int

    @property
    def sensitivity(self) -> float | None:
        """The share in [0, 1] of the films so labelled that were so predicted."""
        return _share(self.true_positives, self.true_positives + self.false_negatives)

    @property
    def specificity(self) -> float | None:
        """The share in [0, 1] of the films labelled otherwise that were predicted otherwise."""
        return _share(self.true_negatives, self.true_negatives + self.false_positives)


@dataclass(frozen=True, eq=False)
class Agreement:
    """The films that have a label and a prediction, counted.

    confusion: (K, K) int64, the row is the user's finding, the column the predicted one, in the order of ``findings``.
    ``without_finding`` counts the films whose user disagreed and named no finding: they are wrong for sure, but belong
    in no row, so neither the matrix nor ``by_finding`` holds them.
    """

    findings: tuple[str, ...]
    confusion: npt.NDArray[np.int64]
    by_finding: tuple[FindingAgreement, ...]
    without_finding: int

    @property
    def films(self) -> int:
        """All films counted."""
        return int(self.confusion.sum()) + self.without_finding

    @property
    def agreed(self) -> int:
        """The films whose label is the predicted finding."""
        return int(np.trace(self.confusion))


def compare_labels(counts: Mapping[tuple[str, str | None], int], findings: tuple[str, ...]) -> Agreement:
    """Compare labels with predictions; ``counts`` holds the number of films by (predicted finding, user's finding).

    Findings that occur only in ``counts`` (of another bundle, say) come after those of ``findings``, sorted. Whoever
    labels here has seen the prediction, so the figures flatter it: they tell how often it was accepted.
    """
    seen = {name for pair in counts for name in pair if name is not None}
    names = (*findings, *sorted(seen - set(findings)))
    confusion = np.zeros((len(names), len(names)), np.int64)
    without_finding = 0
    for (predicted, labelled), films in counts.items():
        if labelled is None:
            without_finding += films
        else:
            confusion[names.index(labelled), names.index(predicted)] += films
    return Agreement(
        findings=names,
        confusion=confusion,
        by_finding=tuple(_one_against_others(name, index, confusion) for index, name in enumerate(names)),
        without_finding=without_finding,
    )


def _one_against_others(finding: str, index: int, confusion: npt.NDArray[np.int64]) -> FindingAgreement:
    hits = int(confusion[index, index])
    labelled, predicted = int(confusion[index].sum()), int(confusion[:, index].sum())
    return FindingAgreement(
        finding=finding,
        true_positives=hits,
        false_negatives=labelled - hits,
        false_positives=predicted - hits,
        true_negatives=int(confusion.sum()) - labelled - predicted + hits,
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
