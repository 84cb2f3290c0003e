"""A finding's sensitivity and specificity at every useful threshold, and the threshold for a target."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cxrviewer.errors import UsageError
from cxrviewer.inference.strict_model import Probability, StrictModel, Text

Target = Literal["sensitivity", "specificity"]


class OperatingCurve(StrictModel):
    """The corners of a finding's ROC curve on the validation films, by rising threshold.

    No other threshold has a higher sensitivity at the same specificity, or a higher specificity at the same
    sensitivity. ``positives`` and ``negatives``: films with the finding, and without; ``true_positives`` and
    ``true_negatives``: how many of them each threshold puts right. The first threshold keeps every film with the
    finding. Where the curve had more corners than a bundle carries, some were left out; those that stand are exact.
    """

    probabilities: tuple[Probability, ...] = Field(min_length=1, max_length=1000)
    true_positives: tuple[Annotated[int, Field(ge=1)], ...]
    true_negatives: tuple[Annotated[int, Field(ge=0)], ...]
    positives: int = Field(ge=1)
    negatives: int = Field(ge=1)
    fitted_on: Text

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not len(self.probabilities) == len(self.true_positives) == len(self.true_negatives):
            raise ValueError("expected as many true positives and true negatives as probabilities")
        rising = (("probabilities", self.probabilities), ("true_negatives", self.true_negatives))
        for name, column in (*rising, ("true_positives", self.true_positives[::-1])):
            if any(low >= high for low, high in pairwise(column)):
                raise ValueError(f"expected {name} that {'fall' if name == 'true_positives' else 'rise'}")
        if self.true_positives[0] != self.positives or self.true_negatives[-1] > self.negatives:
            raise ValueError("expected all positives at the first threshold, and no more true negatives than negatives")
        return self

    @property
    def points(self) -> tuple[OperatingPoint, ...]:
        """The curve as points, by rising threshold."""
        columns = zip(self.probabilities, self.true_positives, self.true_negatives, strict=True)
        return tuple(OperatingPoint(p, tp / self.positives, tn / self.negatives) for p, tp, tn in columns)


@dataclass(frozen=True)
class OperatingPoint:
    """A threshold, and what it gave on the validation films: the trade-off; all three in [0, 1]."""

    probability: float
    sensitivity: float
    specificity: float


def point_at(curve: OperatingCurve, probability: float) -> OperatingPoint:
    """Return a threshold in [0, 1] of one's own with what it gives at least on the curve's films.

    Exact at a corner of the curve; between two corners its sensitivity is at least that of the next and its specificity
    at least that of the one before.
    """
    points = curve.points
    sensitivity = next((point.sensitivity for point in points if point.probability >= probability), 0.0)
    specificity = max((point.specificity for point in points if point.probability <= probability), default=0.0)
    return OperatingPoint(probability, sensitivity, specificity)


def threshold_for(
    curve: OperatingCurve, *, sensitivity: float | None = None, specificity: float | None = None
) -> OperatingPoint:
    """Return the point that reaches a target sensitivity with the highest specificity, or the other way round.

    Exactly one target, in [0, 1]. Raises UsageError where it is not, or where no threshold reaches it: a specificity
    of 1 is out of reach where the most probable film has another finding.
    """
    if (sensitivity is None) == (specificity is None):
        raise UsageError("expected a target for the sensitivity or one for the specificity, and not both.")
    name, target = ("sensitivity", sensitivity) if sensitivity is not None else ("specificity", specificity)
    assert target is not None
    if not 0.0 <= target <= 1.0:
        raise UsageError(f"expected a {name} between 0 and 1, got {target:g}.")
    # Along the curve the sensitivity falls and the specificity rises: the last and the first that reach the target.
    reaching = [point for point in curve.points if getattr(point, name) >= target]
    if not reaching:
        highest = max(getattr(point, name) for point in curve.points)
        raise UsageError(f"expected a {name} that a threshold reaches, at most {highest:.4f} here, got {target:g}.")
    return reaching[-1] if name == "sensitivity" else reaching[0]
