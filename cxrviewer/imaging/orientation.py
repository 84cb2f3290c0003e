"""Films that lie wrongly: how one is put right, and how what was found on it comes back to the film as stored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import Appearance, FloatArray, Heatmap, LungEvidence, PixelSpacing, Placement

_Grid = TypeVar("_Grid", bound=np.generic)

# Which appearance takes another one back.
_OPPOSITE: Final[dict[Appearance, Appearance]] = {"rotated left": "rotated right", "rotated right": "rotated left"}
QUARTER_TURNS: Final[dict[Appearance, int]] = {"upside down": 2, "rotated left": 1, "rotated right": -1}
"""By how many quarter turns clockwise a film of this appearance is put right."""


def put_right(display: FloatArray, appearance: Appearance) -> FloatArray:
    """Return the display of a film that looks so as it should be: (H, W) or, after a quarter turn, (W, H) float32.

    display: (H, W) float32 in [0, 1].
    """
    return put_wrong(display, _OPPOSITE.get(appearance, appearance))


def put_wrong(display: FloatArray, appearance: Appearance) -> FloatArray:
    """Return the display of an upright film as it would look so, (H, W) float32 in [0, 1]: undoes ``put_right``."""
    if appearance == "inverted":
        return np.float32(1.0) - display
    return np.ascontiguousarray(_turned(display, appearance))


def heatmap_as_stored(heatmap: Heatmap, appearance: Appearance) -> Heatmap:
    """Return the heatmap of a film that was put right as it lies on the film as stored."""
    grid = np.ascontiguousarray(_turned(heatmap.grid, appearance))
    return replace(heatmap, grid=grid, placement=placement_as_stored(heatmap.placement, appearance))


def lungs_as_stored(lungs: LungEvidence, appearance: Appearance) -> LungEvidence:
    """Return the lungs of a film that was put right as they lie on the film as stored."""
    mask = np.ascontiguousarray(_turned(lungs.mask, appearance))
    return replace(lungs, mask=mask, placement=placement_as_stored(lungs.placement, appearance))


def spacing_put_right(spacing: PixelSpacing | None, appearance: Appearance) -> PixelSpacing | None:
    """Return the spacing of a film's pixels once it is put right: a quarter turn makes rows of columns."""
    if spacing is None or appearance not in ("rotated left", "rotated right"):
        return spacing
    return replace(spacing, row_mm=spacing.column_mm, column_mm=spacing.row_mm)


def placement_as_stored(placement: Placement, appearance: Appearance) -> Placement:
    """Return where the network's input lies on the film as stored, from where it lies on the film put right."""
    below = placement.radiograph_height - placement.top - placement.height
    beside = placement.radiograph_width - placement.left - placement.width
    if appearance == "upside down":
        return replace(placement, top=below, left=beside)
    if appearance == "mirrored":
        return replace(placement, left=beside)
    if appearance not in ("rotated left", "rotated right"):
        return placement
    to_left = appearance == "rotated left"
    return Placement(
        top=beside if to_left else placement.left,
        left=placement.top if to_left else below,
        height=placement.width,
        width=placement.height,
        radiograph_height=placement.radiograph_width,
        radiograph_width=placement.radiograph_height,
        input_height=placement.input_width,
        input_width=placement.input_height,
    )


def _turned(grid: npt.NDArray[_Grid], appearance: Appearance) -> npt.NDArray[Any]:
    if appearance == "mirrored":
        return grid[:, ::-1]
    return np.rot90(grid, QUARTER_TURNS.get(appearance, 0))  # to the left
