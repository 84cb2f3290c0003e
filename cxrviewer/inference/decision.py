"""From logits to what is said of a radiograph: calibrated probabilities, the predicted finding, the
flagged ones.
"""

from __future__ import annotations

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
    where its probability reaches its threshold, so none or several may be. Raises ValueError for another
    number of logits.
    """
    findings = metadata.findings
    if logits.shape != (len(findings),):
        raise ValueError(f"expected {len(findings)} logits, one for each of {findings}, got {logits.shape}")
    probabilities = calibrated_probabilities(logits, metadata.calibration.temperature)
    return Prediction(
        findings=findings,
        logits=logits.astype(np.float32, copy=False),
        probabilities=probabilities,
        features=features.astype(np.float32, copy=False),
        predicted=findings[int(np.argmax(logits))],
        flagged=tuple(
            finding
            for finding, probability in zip(findings, probabilities, strict=True)
            if probability >= metadata.thresholds[finding].probability
        ),
    )
