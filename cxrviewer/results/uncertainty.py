"""When a prediction is uncertain, and between which findings: one rule for the table, the panel and the exports."""

from __future__ import annotations

from typing import Protocol

from cxrviewer.domain import Prediction


class Decided(Protocol):
    """What is known of a prediction: a Prediction, or a film of the study list that has one."""

    @property
    def predicted(self) -> str | None:
        """The most probable finding."""
        ...

    @property
    def flagged(self) -> tuple[str, ...]:
        """The findings whose probability reaches their threshold."""
        ...

    def probability(self, finding: str) -> float:
        """Return the probability in [0, 1] of a finding."""
        ...


def is_uncertain(prediction: Prediction) -> bool:
    """Return whether the thresholds do not single out the predicted finding.

    That is so where no finding reaches its threshold, where several do, and where the only one that does is not the
    most probable one.
    """
    return prediction.flagged != (prediction.predicted,)


def possible_findings(prediction: Decided) -> tuple[str, ...]:
    """Return the findings that come into question, the most probable first: the flagged ones and the predicted one."""
    predicted = () if prediction.predicted is None else (prediction.predicted,)
    candidates = {*prediction.flagged, *predicted}
    return tuple(sorted(candidates, key=lambda finding: (-prediction.probability(finding), finding)))


def uncertain_words(prediction: Decided) -> str:
    """Return "uncertain: PNEUMONIA or COVID19", or "uncertain: PNEUMONIA below its threshold" where none is flagged."""
    if not prediction.flagged:
        return f"uncertain: {prediction.predicted} below its threshold"
    return f"uncertain: {' or '.join(possible_findings(prediction))}"
