"""A bundle's calibration refitted to a hospital's own films: what is fitted, on how many, and what it changes there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray
from cxrviewer.inference.bundle import BundleMetadata
from cxrviewer.inference.decision import bundle_thresholds, calibrated_probabilities
from training.assessment import fit_to
from training.calibration import Labels
from training.data import Sample
from training.errors import DataError
from training.evaluation import expected_calibration_error
from training.runs import Fitted

LEAST_PATIENTS = 20  # with each finding: one film in 20 is what a sensitivity, or a level, of 0.95 leaves out
FOLDS = 5

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Decisions:
    """What calibrated probabilities lead to on N films: (N, K) each.

    ``in_set``: which findings are in the conformal sets at the level of the bundle, None where it has no quantiles.
    """

    probabilities: FloatArray
    flagged: Mask
    in_set: Mask | None


@dataclass(frozen=True, eq=False)
class LocalCalibration:
    """What was fitted to all films, and what the figures on them are with the bundle as it was and as it is now.

    ``after`` is cross-fitted: every film was judged by what was fitted to other patients.
    """

    fitted: Fitted
    before: dict[str, Any]
    after: dict[str, Any]


def check_enough(samples: Sequence[Sample], findings: Sequence[str]) -> None:
    """Raise DataError unless every finding has films of at least 20 patients; a film without one counts as its own."""
    patients: dict[str, set[str]] = {finding: set() for finding in findings}
    for number, sample in enumerate(samples):
        patients[sample.label].add(sample.patient or f" film {number}")
    too_few = {finding: len(found) for finding, found in patients.items() if len(found) < LEAST_PATIENTS}
    if too_few:
        counts = ", ".join(f"{number} with {finding}" for finding, number in too_few.items())
        raise DataError(
            f"expected films of at least {LEAST_PATIENTS} patients with every finding to calibrate on, got {counts}: "
            f"a threshold for a sensitivity of 0.95, and a set that holds the finding as often, leave out one film in "
            f"{LEAST_PATIENTS}. Label more films, or use the bundle as it is."
        )


def calibrate_locally(
    metadata: BundleMetadata, logits: FloatArray, samples: Sequence[Sample], films: str, seed: int = 0
) -> LocalCalibration:
    """Fit temperature, thresholds, conformal quantiles and operating curves to labelled films.

    logits: (N, K) of the bundle's network, in the order of ``samples``; ``films`` says in words which ones they are.
    Raises DataError as ``check_enough``.
    """
    findings = metadata.findings
    check_enough(samples, findings)
    labels = np.array([findings.index(sample.label) for sample in samples], np.intp)
    fitted = fit_to(logits, labels, findings, films, ())
    held_out = _cross_fitted(findings, logits, labels, patient_folds(samples, seed))
    return LocalCalibration(
        fitted,
        before=figures(_decided(metadata, logits), labels, findings),
        after=figures(held_out, labels, findings),
    )


def patient_folds(samples: Sequence[Sample], seed: int, folds: int = FOLDS) -> npt.NDArray[np.intp]:
    """Return the fold of every film, (N,): all films of a patient are in one, and each finding's are spread evenly."""
    of_patient: dict[str, list[int]] = defaultdict(list)
    for number, sample in enumerate(samples):
        of_patient[sample.patient or f" film {number}"].append(number)
    rng = np.random.default_rng(seed)
    groups = list(of_patient.values())
    rng.shuffle(groups)
    groups.sort(key=lambda films: samples[films[0]].label)  # stable: shuffled within a finding
    fold = np.zeros(len(samples), np.intp)
    for turn, films in enumerate(groups):
        fold[films] = turn % folds
    return fold


def figures(decisions: Decisions, labels: Labels, findings: Sequence[str]) -> dict[str, Any]:
    """Return calibration error, coverage and share of calls, and by finding sensitivity, specificity, coverage."""
    hit = None if decisions.in_set is None else decisions.in_set[np.arange(len(labels)), labels]
    by_finding = {}
    for number, finding in enumerate(findings):
        of_it, flagged = labels == number, decisions.flagged[:, number]
        by_finding[finding] = {
            "films": int(of_it.sum()),
            "sensitivity": _share(flagged[of_it]),
            "specificity": _share(~flagged[~of_it]),
            "covered": None if hit is None else _share(hit[of_it]),
        }
    return {
        "expected_calibration_error": round(expected_calibration_error(decisions.probabilities, labels), 4),
        "covered": None if hit is None else _share(hit),
        "calls": None if decisions.in_set is None else _share(decisions.in_set.sum(axis=1) == 1),
        "findings": by_finding,
    }


def _cross_fitted(findings: Sequence[str], logits: FloatArray, labels: Labels, fold: npt.NDArray[np.intp]) -> Decisions:
    probabilities = np.zeros_like(logits)
    flagged, in_set = np.zeros(logits.shape, np.bool_), np.zeros(logits.shape, np.bool_)
    for number in np.unique(fold):
        held_out = fold == number
        fitted = fit_to(logits[~held_out], labels[~held_out], findings, "the other folds", ())
        decided = _decided_by(fitted, findings, logits[held_out])
        assert decided.in_set is not None
        probabilities[held_out], flagged[held_out] = decided.probabilities, decided.flagged
        in_set[held_out] = decided.in_set
    return Decisions(probabilities, flagged, in_set)


def _decided_by(fitted: Fitted, findings: Sequence[str], logits: FloatArray) -> Decisions:
    probabilities = calibrated_probabilities(logits, fitted.calibration.temperature)
    thresholds = np.array([fitted.thresholds[finding].probability for finding in findings])
    assert fitted.conformal is not None
    level = fitted.conformal.levels.index(fitted.conformal.level)
    least = np.array([fitted.conformal.least_probability[finding][level] for finding in findings])
    return Decisions(probabilities, probabilities >= thresholds, probabilities >= least)


def _decided(metadata: BundleMetadata, logits: FloatArray) -> Decisions:
    """Return what the bundle as it is decides."""
    probabilities = calibrated_probabilities(logits, metadata.calibration.temperature)
    thresholds = bundle_thresholds(metadata)
    flagged = probabilities >= np.array([thresholds[finding] for finding in metadata.findings])
    conformal = metadata.conformal
    if conformal is None:
        return Decisions(probabilities, flagged, None)
    level = conformal.levels.index(conformal.level)
    least = np.array([conformal.least_probability[finding][level] for finding in metadata.findings])
    return Decisions(probabilities, flagged, probabilities >= least)


def _share(hits: Mask) -> float:
    return round(float(hits.mean()), 4)
