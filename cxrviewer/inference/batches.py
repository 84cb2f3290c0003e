"""What goes into a network and what comes out of it, checked the same way by every engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cxrviewer.domain import FloatArray
from cxrviewer.inference.bundle import Bundle, verify_finite
from cxrviewer.inference.engine import EngineOutput


def check_batch(bundle: Bundle, batch: FloatArray) -> None:
    """Raise ValueError unless the batch is (N, H, W, C) float32 of the bundle's input size."""
    spec = bundle.metadata.input
    expected = (spec.height, spec.width, spec.channels)
    if batch.ndim != 4 or batch.shape[1:] != expected or batch.dtype != np.float32:
        raise ValueError(
            f"bundle {bundle.metadata.name}: expected a batch of (N, {', '.join(map(str, expected))}) "
            f"float32, got {batch.shape} {batch.dtype}"
        )


def gathered(bundle: Bundle, batch: FloatArray, runs: Sequence[Mapping[str, np.ndarray[Any, Any]]]) -> EngineOutput:
    """Return the outputs of several runs over the parts of a batch, in order, as one.

    Raises ValueError for a batch, and BundleNetworkError for outputs, that hold NaN or infinity.
    """
    output = bundle.metadata.output
    count = len(bundle.metadata.findings)
    shapes = {
        "logits": (0, count),
        "heatmaps": (0, output.heatmap_height, output.heatmap_width, count),
        "features": (0, output.features),
    }
    parts = {
        name: np.concatenate([np.empty(shape, np.float32), *(run[name] for run in runs)])
        for name, shape in shapes.items()
    }
    if not np.isfinite(batch).all():
        raise ValueError("expected a batch of finite values, got NaN or infinity")
    verify_finite(bundle, *parts.values())
    return EngineOutput(**parts)
