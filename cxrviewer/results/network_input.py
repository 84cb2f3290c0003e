"""What the network was given, as a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from cxrviewer.domain import FloatArray, InputSpec
from cxrviewer.results.atomic import written_atomically


def write_network_input(path: Path, network_input: FloatArray, spec: InputSpec) -> None:
    """Write a network's input, (h, w, C) float32 in [low, high], as a grey PNG of its own size.

    Raises ExportError where it cannot be written.
    """
    from PIL import Image

    display = (network_input[:, :, 0] - spec.low) / (spec.high - spec.low)
    levels = np.round(np.clip(display, 0, 1) * 255).astype(np.uint8)
    with written_atomically(path) as stream:
        Image.fromarray(levels).save(stream, format="PNG")
