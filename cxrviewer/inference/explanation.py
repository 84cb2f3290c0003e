"""A film's prediction explained twice: by Grad-CAM and, independently, by occlusion sensitivity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxrviewer.domain import Analysis, Heatmap
from cxrviewer.inference.occlusion import OcclusionMaps, agreement_with


@dataclass(frozen=True, eq=False)
class Explanation:
    """A film's analysis and its occlusion maps; ``maps`` is None where the analysis has no prediction to explain."""

    analysis: Analysis
    maps: OcclusionMaps | None

    def heatmaps(self) -> tuple[Heatmap, ...]:
        """Return the occlusion sensitivity of every finding, placed as the Grad-CAM is; none without a prediction."""
        if self.maps is None:
            return ()
        return tuple(
            Heatmap(shown.finding, self.maps.evidence(shown.finding), shown.placement, "occlusion sensitivity")
            for shown in self.analysis.heatmaps
        )

    def is_of(self, analysis: Analysis) -> bool:
        """Return whether it explains this analysis: one model's, of one file, that lay the same way."""
        own = self.analysis
        if (own.sha256, own.model, len(own.heatmaps)) != (analysis.sha256, analysis.model, len(analysis.heatmaps)):
            return False
        pairs = zip(own.heatmaps, analysis.heatmaps, strict=True)
        return all(
            one.grid.shape == other.grid.shape and np.allclose(one.grid, other.grid, atol=1e-3) for one, other in pairs
        )

    def agreement(self, finding: str) -> float | None:
        """Return the rank correlation in [-1, 1] of both explanations of a finding, on the Grad-CAM's grid.

        None where either is the same everywhere, or there is none.
        """
        if self.maps is None:
            return None
        shown = next((heatmap for heatmap in self.analysis.heatmaps if heatmap.finding == finding), None)
        return None if shown is None else agreement_with(self.maps.evidence(finding), shown.grid)
