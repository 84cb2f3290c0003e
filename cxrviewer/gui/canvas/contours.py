"""Lines of equal heat, for a radiograph that is to stay uncovered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from cxrviewer.domain import Heatmap
from cxrviewer.gui.canvas.heat import heat_levels
from cxrviewer.gui.canvas.sampling import Area, visible_area
from cxrviewer.gui.state.geometry import Geometry
from cxrviewer.imaging.rendering import load_colour_map

CONTOUR_SHARES: Final = (0.25, 0.5, 0.75)
"""The lines are drawn where the heat is this share of its maximum in the film."""

_MARGIN: Final = 12  # screen pixels beyond the view, so that no line runs along its edge
_SMOOTHED: Final = 9  # neighbouring points whose mean is one point of a smooth line
_STRAIGHT: Final = 0.3  # screen pixels that a line may leave its exact course
_DARKEST: Final = 0.4  # of the colour map: below, a line is lost on a dark lung

Line = npt.NDArray[np.float64]
Colour = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Contour:
    """The closed lines of one share: each (n, 2) float64, x and y in screen pixels."""

    share: float
    lines: tuple[Line, ...]


def contours(heatmap: Heatmap, geometry: Geometry, *, smooth: bool) -> tuple[Contour, ...]:
    """Return the lines of equal heat in the visible part of a radiograph, from the outermost to the innermost.

    ``smooth`` follows the interpolated heatmap; without it the lines run along the edges of the network's cells.
    Nothing where the heat is 0 everywhere or the radiograph is out of sight.
    """
    seen = visible_area(geometry)
    if seen is None:
        return ()
    area = Area(seen.left - _MARGIN, seen.top - _MARGIN, seen.width + 2 * _MARGIN, seen.height + 2 * _MARGIN)
    heat = heat_levels(heatmap, geometry, area, smooth=smooth)
    return tuple(_contour(heat, share, area, smooth) for share in CONTOUR_SHARES)


def contour_colour(share: float, colour_map: str) -> Colour:
    """Return the colour of a line: that of its share in the brighter part of the map, to be seen on black."""
    red, green, blue = load_colour_map(colour_map)[round(255 * (_DARKEST + (1 - _DARKEST) * share))]
    return int(red), int(green), int(blue)


def _contour(heat: npt.NDArray[np.uint8], share: float, area: Area, smooth: bool) -> Contour:
    above = (heat >= round(share * 255)).view(np.uint8)
    found, _ = cv2.findContours(above, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    offset = np.array([area.left + 0.5, area.top + 0.5])
    # Some few pixels are a rounding at a peak, not a region that a reader could look at.
    lines = (line[:, 0, :].astype(np.float64) + offset for line in found if len(line) > _SMOOTHED)
    return Contour(share, tuple(_simplified(_smoothed(line) if smooth else line) for line in lines))


def _simplified(line: Line) -> Line:
    """Return a line with as few points as its shape needs: a point for each pixel takes ten times as long to paint."""
    kept: Line = cv2.approxPolyDP(line.astype(np.float32), _STRAIGHT, True)[:, 0, :].astype(np.float64)
    return kept


def _smoothed(line: Line) -> Line:
    """Return a closed line without the steps of the pixels that it was found on."""
    half = _SMOOTHED // 2
    closed = np.concatenate([line[-half:], line, line[:half]])
    summed = np.cumsum(np.concatenate([np.zeros((1, 2)), closed]), axis=0)
    mean: Line = (summed[_SMOOTHED:] - summed[:-_SMOOTHED]) / _SMOOTHED
    return mean
