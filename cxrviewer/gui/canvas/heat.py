"""A heatmap at the resolution of the screen."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from cxrviewer.domain import Heatmap, Placement
from cxrviewer.gui.canvas.sampling import Area
from cxrviewer.gui.state.geometry import Geometry
from cxrviewer.imaging.fitting import heatmap_at, heatmap_maximum

Levels = npt.NDArray[np.uint8]


def heat_levels(heatmap: Heatmap, geometry: Geometry, area: Area, *, smooth: bool) -> Levels:
    """Return the heat over its own maximum in the film, (height, width) uint8, for an area of screen pixels.

    255 is the maximum; the normalisation is that of ``imaging.rendering.normalised`` over the whole film.
    """
    maximum = heatmap_maximum(heatmap, smooth=smooth)
    if maximum < np.finfo(np.float32).tiny:
        return np.zeros((area.height, area.width), np.uint8)
    inverse = geometry.inverse()
    across = np.arange(area.left, area.left + area.width) + 0.5
    down = np.arange(area.top, area.top + area.height) + 0.5
    if geometry.quarter_turns % 2:
        rows, columns = inverse[1][0] * across + inverse[1][2], inverse[0][1] * down + inverse[0][2]
        heat = heatmap_at(_transposed(heatmap), columns, rows, smooth=smooth)
    else:
        rows, columns = inverse[1][1] * down + inverse[1][2], inverse[0][0] * across + inverse[0][2]
        heat = heatmap_at(heatmap, rows, columns, smooth=smooth)
    return np.asarray(cv2.convertScaleAbs(heat, alpha=255.0 / maximum), np.uint8)


def _transposed(heatmap: Heatmap) -> Heatmap:
    """Return the heatmap of the radiograph with rows and columns exchanged: cheaper than exchanging those of a view."""
    place = heatmap.placement
    across = Placement(
        top=place.left,
        left=place.top,
        height=place.width,
        width=place.height,
        radiograph_height=place.radiograph_width,
        radiograph_width=place.radiograph_height,
        input_height=place.input_width,
        input_width=place.input_height,
    )
    return Heatmap(heatmap.finding, np.ascontiguousarray(heatmap.grid.T), across)
