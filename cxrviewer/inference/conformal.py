"""Split-conformal prediction sets: what training fits and a bundle carries, and the set of a radiograph at a level."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cxrviewer.domain import FloatArray
from cxrviewer.inference.strict_model import Probability, StrictModel, Text

DEFAULT_LEVEL = 0.9
_ROUNDING = 1e-9
Level = Annotated[float, Field(gt=0.0, lt=1.0)]


class ConformalQuantiles(StrictModel):
    """From which calibrated probability on a finding is in the prediction set, for every level.

    The score of a finding is 1 - its probability ("LAC"); ``least_probability`` is 1 - the quantile of the scores of
    films that have the finding, one number for each of ``levels``, 0 where there were too few of them: the finding is
    then in every set. ``by_class``: each finding has quantiles of its own films ("Mondrian": the coverage holds for
    each finding), otherwise all share those of all films. ``films``: how many each finding was fitted on.
    Sources: Sadinle, Lei, Wasserman 2019, Least Ambiguous Set-Valued Classifiers; Vovk 2012, Conditional validity of
    inductive conformal predictors; Angelopoulos and Bates 2021, A Gentle Introduction to Conformal Prediction.
    """

    method: Literal["LAC"] = "LAC"
    by_class: bool
    levels: tuple[Level, ...] = Field(min_length=1, max_length=100)
    least_probability: dict[str, tuple[Probability, ...]]
    films: dict[str, Annotated[int, Field(ge=0)]]
    fitted_on: Text

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if any(low >= high for low, high in pairwise(self.levels)):
            raise ValueError(f"expected rising levels, got {self.levels}")
        if set(self.films) != set(self.least_probability):
            raise ValueError(f"expected a number of films for each of {sorted(self.least_probability)}")
        for finding, least in self.least_probability.items():
            if len(least) != len(self.levels):
                raise ValueError(f"expected {len(self.levels)} probabilities for {finding}, got {len(least)}")
            if any(low < high for low, high in pairwise(least)):
                raise ValueError(f"expected probabilities for {finding} that fall as the level rises, got {least}")
        return self

    @property
    def level(self) -> float:
        """The level that is used where nobody chooses one: 0.9, or the nearest fitted one."""
        return min(self.levels, key=lambda level: (abs(level - DEFAULT_LEVEL), level))

    def fitted_level(self, level: float) -> float:
        """Return the lowest fitted level that is at least ``level``: its sets cover at least as often.

        Raises ValueError for a level that is not above 0 or beyond the highest fitted one.
        """
        if level > 0.0:
            for fitted in self.levels:
                if fitted >= level - _ROUNDING:
                    return fitted
        raise ValueError(f"expected a level above 0 and at most {self.levels[-1]:g}, got {level:g}")

    def findings_at(self, findings: tuple[str, ...], probabilities: FloatArray, level: float) -> tuple[str, ...]:
        """Return the findings in the set, the most probable first; probabilities: (K,) calibrated.

        The sets of two levels are nested. An empty set says that the film is less typical of every finding than the
        level's share of the films with that finding: nothing fits, which is the opposite of a call. Raises ValueError
        as ``fitted_level``.
        """
        position = self.levels.index(self.fitted_level(level))
        chosen = [
            (-float(probability), number)
            for number, (finding, probability) in enumerate(zip(findings, probabilities, strict=True))
            if float(probability) >= self.least_probability[finding][position]
        ]
        return tuple(findings[number] for _, number in sorted(chosen))
