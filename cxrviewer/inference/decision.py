"""From logits to what is said of a radiograph: calibrated probabilities, the predicted finding, the flagged ones, and
the prediction set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from cxrviewer.domain import FloatArray, Prediction
from cxrviewer.inference.bundle import BundleMetadata


def calibrated_probabilities(logits: FloatArray, temperature: float) -> FloatArray:
    """Return softmax(logits / temperature) over the last axis, float32 in [0, 1] that sums to 1.

    Computed in float64 and stable for logits of any size. Source: Guo et al. 2017, On Calibration of Modern
    Neural Networks, section 4.2. Raises ValueError unless the temperature is above 0.
    """
    if not temperature > 0.0:
        raise ValueError(f"expected a temperature above 0, got {temperature}")
    scaled = logits.astype(np.float64) / temperature
    exponentials = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True), np.float32)


def decide(metadata: BundleMetadata, logits: FloatArray, features: FloatArray) -> Prediction:
    """Return the prediction for one radiograph from its (K,) logits and (D,) pooled features.

    The most probable finding is the predicted one (the first of several that are equal); a finding is flagged
    where its probability reaches its threshold, so none or several may be. Where the bundle has conformal quantiles,
    the prediction has the set at the bundle's own level; ``at_level`` gives another's. Raises ValueError for another
    number of logits.
    """
    findings, conformal = metadata.findings, metadata.conformal
    if logits.shape != (len(findings),):
        raise ValueError(f"expected {len(findings)} logits, one for each of {findings}, got {logits.shape}")
    probabilities = calibrated_probabilities(logits, metadata.calibration.temperature)
    level = None if conformal is None else conformal.level
    return Prediction(
        findings=findings,
        logits=logits.astype(np.float32, copy=False),
        probabilities=probabilities,
        features=features.astype(np.float32, copy=False),
        predicted=findings[int(np.argmax(logits))],
        flagged=_reaching(findings, probabilities, bundle_thresholds(metadata)),
        prediction_set=None if level is None else prediction_set(metadata, probabilities, level),
        level=level,
    )


def prediction_set(metadata: BundleMetadata, probabilities: FloatArray, level: float) -> tuple[str, ...]:
    """Return the findings that come into question at a level in (0, 1), the most probable first.

    probabilities: (K,) calibrated. One finding is a call, several leave open which; none means that the film is
    typical of no finding, see ``ConformalQuantiles.findings_at``. The true finding is in the set with at least the
    probability ``level``, for films like those that the bundle was fitted on, and no promise for others. A bundle
    without conformal quantiles gives the findings that reach their thresholds, whatever the level. Raises ValueError
    for a level that the bundle has no quantile for.
    """
    if metadata.conformal is not None:
        return metadata.conformal.findings_at(metadata.findings, probabilities, level)
    flagged = _reaching(metadata.findings, probabilities, bundle_thresholds(metadata))
    return tuple(sorted(flagged, key=lambda finding: -float(probabilities[metadata.findings.index(finding)])))


def at_level(metadata: BundleMetadata, prediction: Prediction, level: float) -> Prediction:
    """Return a prediction with the set at another level; as it is where the bundle has no conformal quantiles.

    Raises ValueError as ``prediction_set``.
    """
    if metadata.conformal is None:
        return prediction
    chosen = prediction_set(metadata, prediction.probabilities, level)
    return replace(prediction, prediction_set=chosen, level=level)


def bundle_thresholds(metadata: BundleMetadata) -> dict[str, float]:
    """Return the bundle's own threshold of every finding."""
    return {finding: threshold.probability for finding, threshold in metadata.thresholds.items()}


def with_thresholds(prediction: Prediction, thresholds: Mapping[str, float]) -> Prediction:
    """Return a prediction with the findings flagged that reach these thresholds; KeyError where one has none."""
    return replace(prediction, flagged=_reaching(prediction.findings, prediction.probabilities, thresholds))


def _reaching(findings: tuple[str, ...], probabilities: FloatArray, thresholds: Mapping[str, float]) -> tuple[str, ...]:
    pairs = zip(findings, probabilities, strict=True)
    return tuple(finding for finding, probability in pairs if probability >= thresholds[finding])
