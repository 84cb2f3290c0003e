"""Intervals: the patients of an evaluation drawn again and again, once for all of its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from training.data import Sample
from training.weighted_metrics import mean

BOOTSTRAPS = 1000
_PERCENTILES = (2.5, 97.5)
# Films of a finding that only two patients have are missing from 13.5 % of the draws, and what is left of the others
# says nothing about further patients; with three patients they are missing from 5 %.
_MOST_UNDEFINED = 0.1
_BLOCK = 2_000_000  # weights at a time: 16 MB

Weights = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class PatientDraws:
    """Patients drawn with replacement, as many as there are, a number of times.

    drawn: (B, P) uint16, how often each patient is in each draw. patient_of: (N,) intp, the patient of each film.
    """

    drawn: npt.NDArray[np.uint16]
    patient_of: npt.NDArray[np.intp]

    @property
    def patients(self) -> int:
        """How many patients the films have."""
        return len(np.unique(self.patient_of))

    def among(self, films: Mask) -> PatientDraws:
        """Return the same draws, seen on some of the films; films: (N,) bool."""
        return replace(self, patient_of=self.patient_of[films])

    def spread(self, statistic: Callable[[Weights], npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
        """Return what a statistic comes to in each draw: (B, ...).

        ``statistic`` takes (b, N) float64, how often each film is in each of b draws, and gives (b, ...), NaN where it
        is not defined.
        """
        return np.concatenate([statistic(weights) for weights in self._blocks()])

    def interval(self, values: npt.NDArray[np.float64]) -> tuple[float, float] | None:
        """Return the 95 % percentile interval of a figure's values in the draws, (B,); None where too few patients
        bear on the figure to have one: fewer than two in all, or a tenth of the draws leaves it undefined.

        Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, section 13.3.
        """
        defined = values[~np.isnan(values)]
        if self.patients < 2 or len(defined) < (1 - _MOST_UNDEFINED) * len(values):
            return None
        low, high = np.percentile(defined, _PERCENTILES)
        return float(low), float(high)

    def _blocks(self) -> Iterator[Weights]:
        rows = max(_BLOCK // max(len(self.patient_of), 1), 1)
        for start in range(0, len(self.drawn), rows):
            yield self.drawn[start : start + rows][:, self.patient_of].astype(np.float64)


def draw_patients(samples: Sequence[Sample], seed: int, draws: int = BOOTSTRAPS) -> PatientDraws:
    """Draw the patients of films; a film whose patient is not known counts for a patient of its own."""
    names = [("patient", s.patient) if s.patient else ("film", str(number)) for number, s in enumerate(samples)]
    number_of = {name: number for number, name in enumerate(dict.fromkeys(names))}
    patients = len(number_of)
    drawn = np.random.default_rng(seed).multinomial(patients, np.full(patients, 1 / patients), size=draws)
    return PatientDraws(drawn.astype(np.uint16), np.array([number_of[name] for name in names], np.intp))


def with_interval(value: float, interval: tuple[float, float] | None) -> dict[str, Any]:
    """Return a figure and its interval as results keep them: "value" and "interval", to four places."""
    return {"value": round(value, 4), "interval": None if interval is None else [round(bound, 4) for bound in interval]}


def mean_with_interval(values: npt.NDArray[np.float64], draws: PatientDraws) -> dict[str, Any]:
    """Return the mean over films, (N,), with its 95 % interval over their patients, as ``with_interval`` gives it."""
    return with_interval(float(values.mean()), draws.interval(draws.spread(lambda weights: mean(weights, values))))
