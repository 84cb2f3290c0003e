"""A heatmap at the resolution of the screen."""

from __future__ import annotations

from math import ceil
from typing import Final

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import Heatmap, Placement
from cxrviewer.gui.canvas.sampling import Area
from cxrviewer.gui.state.geometry import Geometry
from cxrviewer.imaging.fitting import heatmap_at, heatmap_maximum

Levels = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.float64]

_COARSE: Final = 4  # screen pixels from one place to the next that smooth heat is worked out at
_SMALL_CELL: Final = 64  # screen pixels; in smaller ones the heat bends too much between such places
_INWARDS: Final = 1e-6  # stored pixels


def heat_levels(heatmap: Heatmap, geometry: Geometry, area: Area, *, smooth: bool) -> Levels:
    """Return the heat over its own maximum in the film, (height, width) uint8, for an area of screen pixels.

    255 is the maximum; the normalisation is that of ``imaging.rendering.normalised`` over the whole film.
    """
    maximum = heatmap_maximum(heatmap, smooth=smooth)
    if maximum < np.finfo(np.float32).tiny:
        return np.zeros((area.height, area.width), np.uint8)
    inverse = geometry.inverse()
    # As the screen lies: what is a row there is a column of the film where this is turned by a quarter.
    turned = geometry.quarter_turns % 2
    upright = _transposed(heatmap) if turned else heatmap
    row_step, column_step = (inverse[0][1], inverse[1][0]) if turned else (inverse[1][1], inverse[0][0])
    first_row, first_column = (inverse[0][2], inverse[1][2]) if turned else (inverse[1][2], inverse[0][2])
    rows = first_row + row_step * (area.top + 0.5 + np.arange(area.height))
    columns = first_column + column_step * (area.left + 0.5 + np.arange(area.width))
    place, (cells_down, cells_across) = upright.placement, upright.grid.shape
    cell = min(place.height / cells_down, place.width / cells_across) * geometry.zoom
    if not smooth or cell < _SMALL_CELL:
        return _levels(heatmap_at(upright, rows, columns, smooth=smooth), maximum)
    return _from_coarse(upright, (rows, row_step), (columns, column_step), maximum)


def _from_coarse(
    heatmap: Heatmap, down: tuple[Positions, float], across: tuple[Positions, float], maximum: float
) -> Levels:
    """Return smooth heat for rows and columns at even steps: a few places are worked out, the rest lies between."""
    import cv2

    (rows, row_step), (columns, column_step), place = down, across, heatmap.placement
    few_rows = _coarse(rows, row_step, place.top, place.top + place.height)
    few_columns = _coarse(columns, column_step, place.left, place.left + place.width)
    few = _levels(heatmap_at(heatmap, few_rows, few_columns), maximum)
    size = _COARSE * len(few_columns), _COARSE * len(few_rows)
    levels = cv2.resize(few, size, interpolation=cv2.INTER_LINEAR)
    # The first and the last places are beyond the area, so that all of it lies between two.
    levels = np.asarray(levels, np.uint8)[_COARSE : _COARSE + len(rows), _COARSE : _COARSE + len(columns)]
    levels[(rows < place.top) | (rows > place.top + place.height)] = 0
    levels[:, (columns < place.left) | (columns > place.left + place.width)] = 0
    return levels


def _coarse(positions: Positions, step: float, low: float, high: float) -> Positions:
    """Return the middles of groups of positions, from one group before the first; held within what has heat."""
    groups = np.arange(ceil(len(positions) / _COARSE) + 2)
    middles = positions[0] + step * (_COARSE * (groups - 1) + (_COARSE - 1) / 2)
    return np.clip(middles, low + _INWARDS, high - _INWARDS)


def _levels(heat: npt.NDArray[np.float32], maximum: float) -> Levels:
    import cv2

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
