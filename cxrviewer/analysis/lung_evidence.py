"""How much of each heatmap lies inside the lungs, and how large the lungs are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray, Heatmap, LungEvidence, PixelSpacing, Placement
from cxrviewer.imaging.fitting import fit, heatmap_at
from cxrviewer.inference.lung_mask import BoolArray
from cxrviewer.inference.lung_segmenter import LungSegmenter

Positions = npt.NDArray[np.float64]


def find_lung_evidence(
    display: FloatArray, heatmaps: Sequence[Heatmap], spacing: PixelSpacing | None, segmenter: LungSegmenter
) -> LungEvidence | None:
    """Return where the lungs are on a film and what of its heatmaps lies inside; None where none were found.

    display: (H, W) float32 in [0, 1], the one that the network saw. Raises what ``LungSegmenter.find_lungs`` does.
    """
    film, placement = fit(display, segmenter.input_spec)
    mask = segmenter.find_lungs(film)
    if mask is None:
        return None
    return LungEvidence(
        mask=mask,
        placement=placement,
        area_share=float(mask.mean()),
        area_cm2=lung_area(mask, placement, spacing),
        heatmap_shares=tuple(share_inside(heatmap, mask, placement) for heatmap in heatmaps),
    )


def share_inside(heatmap: Heatmap, mask: BoolArray, placement: Placement) -> float | None:
    """Return the share in [0, 1] of a heatmap that lies inside a mask (h, w); None where the heatmap is 0 everywhere.

    The heatmap is read, interpolated as it is drawn, at the middle of every pixel of the mask, which stand evenly over
    the film: the same share as on the radiograph's own grid, where the evaluation takes it, but for the mask's steps.
    """
    rows, columns = _middles(placement, mask.shape)
    heat = heatmap_at(heatmap, rows, columns)
    total = float(heat.sum(dtype=np.float64))
    return float(heat.sum(where=mask, dtype=np.float64)) / total if total > 0 else None


def lung_area(mask: BoolArray, placement: Placement, spacing: PixelSpacing | None) -> float | None:
    """Return the area of a mask in cm2; None without spacing.

    With ImagerPixelSpacing it is the area at the detector, where the lungs' shadow is larger than the lungs (DICOM
    PS3.3, 10.7.1.3); with PixelSpacing it is as the file says that it was calibrated.
    """
    if spacing is None:
        return None
    height, width = mask.shape
    pixel = (placement.height / height * spacing.row_mm) * (placement.width / width * spacing.column_mm)
    return float(mask.sum() * pixel / 100.0)


def _middles(placement: Placement, shape: tuple[int, ...]) -> tuple[Positions, Positions]:
    height, width = shape
    rows = placement.top + (np.arange(height) + 0.5) * (placement.height / height)
    columns = placement.left + (np.arange(width) + 0.5) * (placement.width / width)
    return np.asarray(rows, np.float64), np.asarray(columns, np.float64)
