"""What every engine does: run a bundle's network over a batch, everything in one pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cxrviewer.domain import FloatArray
from cxrviewer.inference.bundle import Bundle, EngineName


@dataclass(frozen=True, eq=False)
class EngineOutput:
    """What one pass over N radiographs gives, float32.

    logits: (N, K). heatmaps: (N, h, w, K), Grad-CAM of every finding, at least 0. features: (N, D), pooled.
    """

    logits: FloatArray
    heatmaps: FloatArray
    features: FloatArray


class Engine(Protocol):
    """Runs one bundle's network; loading it verifies the file's SHA-256 and the network's inputs and outputs."""

    @property
    def name(self) -> EngineName:
        """The engine's short name."""
        ...

    @property
    def device(self) -> str:
        """Where it runs, in words: "CPU, 1 thread", "GPU NVIDIA ..."."""
        ...

    @property
    def bundle(self) -> Bundle:
        """The bundle that it runs."""
        ...

    def run(self, batch: FloatArray) -> EngineOutput:
        """Run the network over (N, H, W, C) float32 in the input range of the bundle.

        Raises ValueError for another shape or dtype, EngineError where the runtime fails.
        """
        ...
