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
    """Return a prediction with the findings flagged that reach these thresholds, which it then names.

    KeyError where a finding has none.
    """
    flagged = _reaching(prediction.findings, prediction.probabilities, thresholds)
    return replace(prediction, flagged=flagged, thresholds=tuple(thresholds[name] for name in prediction.findings))


def check_decision(metadata: BundleMetadata, level: float | None, thresholds: Mapping[str, float]) -> None:
    """Raise ValueError unless a bundle can decide by a level (None: its own) and thresholds in [0, 1] by finding."""
    if level is not None and metadata.conformal is None:
        raise ValueError(f"expected no level, as {metadata.name} {metadata.version} has no conformal quantiles")
    if level is not None and metadata.conformal is not None:
        metadata.conformal.fitted_level(level)
    if unknown := sorted(set(thresholds) - set(metadata.findings)):
        raise ValueError(f"expected thresholds of {metadata.findings}, got some of {unknown}")
    if any(not 0.0 <= threshold <= 1.0 for threshold in thresholds.values()):
        raise ValueError(f"expected thresholds from 0 to 1, got {dict(thresholds)}")


def decided_with(
    metadata: BundleMetadata, prediction: Prediction, level: float | None, thresholds: Mapping[str, float]
) -> Prediction:
    """Decide anew on the logits of a prediction, which the bundle of this metadata gave.

    level: of the prediction set, None the bundle's own. thresholds: those that a person chose, by finding; the others
    are the bundle's own. The same logits give the same result, whatever was decided on them before. Raises ValueError
    as ``check_decision``.
    """
    check_decision(metadata, level, thresholds)
    decided = decide(metadata, prediction.logits, prediction.features)
    if level is not None:
        decided = at_level(metadata, decided, level)
    return with_thresholds(decided, bundle_thresholds(metadata) | dict(thresholds)) if thresholds else decided


def _reaching(findings: tuple[str, ...], probabilities: FloatArray, thresholds: Mapping[str, float]) -> tuple[str, ...]:
    # As Python's numbers: a comparison of NumPy's would round the threshold to float32 first, the smallest ones to 0.
    pairs = zip(findings, map(float, probabilities), strict=True)
    return tuple(finding for finding, probability in pairs if probability >= thresholds[finding])
