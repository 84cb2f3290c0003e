"""When a prediction is uncertain, and between which findings: one rule for the table, the panel and the exports."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from cxrviewer.domain import Prediction
from cxrviewer.results.sentences import (
    BELOW_THRESHOLD,
    CHOSEN_THRESHOLDS,
    EMPTY_SET,
    NOTHING_FITS,
    OR,
    SET_OF_ONE,
    SET_OF_SEVERAL,
    UNCERTAIN,
)


class Decided(Protocol):
    """What is known of a prediction: a Prediction, or a film of the study list that has one."""

    @property
    def findings(self) -> tuple[str, ...]:
        """The findings that have a probability."""
        ...

    @property
    def predicted(self) -> str | None:
        """The most probable finding."""
        ...

    @property
    def flagged(self) -> tuple[str, ...]:
        """The findings whose probability reaches their threshold."""
        ...

    @property
    def prediction_set(self) -> tuple[str, ...] | None:
        """The findings of the conformal set; None where the bundle has no conformal quantiles."""
        ...

    @property
    def level(self) -> float | None:
        """The level of the conformal set; None without one."""
        ...

    def probability(self, finding: str) -> float:
        """Return the probability in [0, 1] of a finding."""
        ...


def fitting_findings(prediction: Decided) -> tuple[str, ...]:
    """Return the findings that fit: those of the conformal set, or without one those that reach their threshold."""
    return prediction.flagged if prediction.prediction_set is None else prediction.prediction_set


def is_uncertain(prediction: Prediction) -> bool:
    """Return whether what fits is anything but the predicted finding alone.

    That is so where no finding fits, where several do, and where the only one that does is not the most probable one.
    """
    return fitting_findings(prediction) != (prediction.predicted,)


def possible_findings(prediction: Decided) -> tuple[str, ...]:
    """Return the findings that come into question, the most probable first: those that fit and the predicted one.

    Where the conformal set is empty, the two most probable: on the test films of the shipped network the label was
    among them for 97 % of the empty sets at 90 %, and the most probable one for 69 %.
    """
    if prediction.prediction_set == ():
        return _by_probability(prediction, prediction.findings)[:2]
    predicted = () if prediction.predicted is None else (prediction.predicted,)
    return _by_probability(prediction, {*fitting_findings(prediction), *predicted})


def _by_probability(prediction: Decided, findings: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(findings, key=lambda finding: (-prediction.probability(finding), finding)))


def uncertain_words(prediction: Decided, say: Callable[..., str] = str.format) -> str:
    """Return "uncertain: PNEUMONIA or COVID19", or where nothing fits why not.

    "uncertain: PNEUMONIA below its threshold"; with a conformal set "uncertain: PNEUMONIA or COVID19, neither fits at
    90 %". ``say`` takes a template of ``sentences`` and its fields: the window's translates it first.
    """
    if prediction.level is None and not prediction.flagged:
        return say(BELOW_THRESHOLD, finding=prediction.predicted)
    findings = say(OR).join(possible_findings(prediction))
    if prediction.level is not None and not prediction.prediction_set:
        return say(NOTHING_FITS, findings=findings, level=level_words(prediction.level))
    return say(UNCERTAIN, findings=findings)


def set_words(prediction: Decided, say: Callable[..., str] = str.format) -> str:
    """Return what the conformal set says: "At 90 %, the finding is one of PNEUMONIA, COVID19."; "" without a set."""
    if prediction.level is None or prediction.prediction_set is None:
        return ""
    findings = prediction.prediction_set
    template = (EMPTY_SET, SET_OF_ONE, SET_OF_SEVERAL)[min(len(findings), 2)]
    return say(template, level=level_words(prediction.level), findings=", ".join(findings))


def threshold_words(prediction: Prediction, say: Callable[..., str] = str.format) -> str:
    """Return which thresholds a person chose, "" where they are the bundle's own."""
    if prediction.thresholds is None:
        return ""
    pairs = zip(prediction.findings, prediction.thresholds, strict=True)
    return say(CHOSEN_THRESHOLDS, thresholds=", ".join(f"{finding} {value:.3g}" for finding, value in pairs))


def level_words(level: float) -> str:
    """Return a level as a percentage: "90 %", "97.5 %"."""
    return f"{100 * level:.4g} %"
