"""Test-time agreement: whether the prediction stands when the film is mirrored, shifted or turned a little."""

from __future__ import annotations

from typing import Final

import numpy as np

from cxrviewer.domain import Agreement, FloatArray, Prediction
from cxrviewer.inference.decision import calibrated_probabilities
from cxrviewer.inference.engine import Engine

SHIFT: Final = 0.04  # of the input's side
DEGREES: Final = 5.0

# Each alteration: mirrored, shift to the right and downwards in shares of the side, turned to the left in degrees.
ALTERATIONS: Final = (
    (True, 0.0, 0.0, 0.0),
    (False, SHIFT, 0.0, 0.0),
    (False, -SHIFT, 0.0, 0.0),
    (False, 0.0, SHIFT, 0.0),
    (False, 0.0, -SHIFT, 0.0),
    (False, 0.0, 0.0, DEGREES),
    (False, 0.0, 0.0, -DEGREES),
)


def altered_inputs(network_input: FloatArray) -> FloatArray:
    """Return the altered versions of a network's input: (H, W, C) to (7, H, W, C) float32, in the same range.

    Mirrored, shifted by 4 % of the side in each of four directions, turned by 5 degrees either way; what comes in at
    the borders repeats the film's own edge.
    """
    import cv2

    height, width = network_input.shape[:2]
    altered = np.empty((len(ALTERATIONS), *network_input.shape), np.float32)
    for number, (mirrored, right, down, degrees) in enumerate(ALTERATIONS):
        matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
        matrix[:, 2] += (round(right * width), round(down * height))  # whole pixels: a shift changes no value
        moved = network_input[:, ::-1] if mirrored else network_input
        warped = cv2.warpAffine(
            np.ascontiguousarray(moved),
            matrix,
            (width, height),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        altered[number] = warped.reshape(network_input.shape)  # OpenCV drops an axis of one channel
    return altered


def agreement(engine: Engine, network_input: FloatArray, prediction: Prediction) -> Agreement:
    """Run the network over the altered versions of an input and compare them with its prediction.

    network_input: (H, W, C) float32 in the bundle's input range, the one that gave ``prediction``.
    """
    logits = engine.run(altered_inputs(network_input)).logits
    probabilities = calibrated_probabilities(logits, engine.bundle.metadata.calibration.temperature)
    predicted = prediction.findings.index(prediction.predicted)
    change = np.abs(probabilities[:, predicted].astype(np.float64) - float(prediction.probabilities[predicted]))
    return Agreement(
        passes=len(logits), same=int((logits.argmax(axis=1) == predicted).sum()), spread=float(change.max())
    )
