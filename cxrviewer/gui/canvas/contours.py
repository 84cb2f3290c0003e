"""Lines of equal heat, for a radiograph that is to stay uncovered.

They are found once for a heatmap, on the radiograph, and only carried to the screen for each frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, log2
from typing import Final

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import Heatmap, LungEvidence
from cxrviewer.gui.canvas.level_lines import Line, lines_around, lines_between
from cxrviewer.gui.state.geometry import Geometry
from cxrviewer.imaging.fitting import heatmap_at, heatmap_maximum
from cxrviewer.imaging.lung_outline import EDGE, soft_mask
from cxrviewer.imaging.rendering import load_colour_map

CONTOUR_SHARES: Final = (0.25, 0.5, 0.75)
"""The lines are drawn where the heat is this share of its maximum in the film."""

_STEPS: Final = 24  # places a cell of the network's grid, along each axis, that the heat is looked at
_MOST_STEPS: Final = 512  # places in all along an axis, however many cells there are
_ROUNDED: Final = 0.2  # of a cell
_MEAN_OF: Final = 17  # points
_INWARDS: Final = 1e-6  # stored pixels
_STRAIGHT: Final = 0.3  # screen pixels that a line may leave its exact course
_DARKEST: Final = 0.4  # of the colour map: below, a line is lost on a dark lung

Colour = tuple[int, int, int]
Positions = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Contour:
    """The closed lines of one share: each (n, 2) float64, x and y; the last point joins the first."""

    share: float
    lines: tuple[Line, ...]


def contours(heatmap: Heatmap, geometry: Geometry, *, smooth: bool) -> tuple[Contour, ...]:
    """Return the lines of equal heat on the screen, in screen pixels, from the outermost to the innermost.

    ``smooth`` follows the interpolated heatmap; without it the lines run along the edges of the network's cells. A line
    that reaches the film's edge, or that of what the network saw, goes on along it. Nothing where the heat is 0
    everywhere. Lines out of sight are left out, but none is cut.
    """
    matrix = np.linalg.inv(np.vstack([geometry.inverse(), [0.0, 0.0, 1.0]]))
    # For zooms up to the next power of two the same points will do.
    found = _simplified(heatmap, smooth, ceil(log2(geometry.zoom)))
    return tuple(_on_screen(contour, matrix, geometry) for contour in found)


def lung_outline(lungs: LungEvidence, geometry: Geometry) -> tuple[Line, ...]:
    """Return the lungs' edges on the screen, in screen pixels: closed lines as those of ``Contour``."""
    matrix = np.linalg.inv(np.vstack([geometry.inverse(), [0.0, 0.0, 1.0]]))
    outline = Contour(EDGE, _simplified_outline(lungs, ceil(log2(geometry.zoom))))
    return _on_screen(outline, matrix, geometry).lines


@lru_cache(maxsize=16)
def _simplified_outline(lungs: LungEvidence, octave: int) -> tuple[Line, ...]:
    lines = (_with_few_points(line, _STRAIGHT / 2.0**octave) for line in _outline_on_film(lungs))
    return tuple(line for line in lines if len(line) > 2)


@lru_cache(maxsize=8)
def _outline_on_film(lungs: LungEvidence) -> tuple[Line, ...]:
    return _lines_of_surface(soft_mask(lungs), EDGE)


def contour_colour(share: float, colour_map: str) -> Colour:
    """Return the colour of a line: that of its share in the brighter part of the map, to be seen on black."""
    red, green, blue = load_colour_map(colour_map)[round(255 * (_DARKEST + (1 - _DARKEST) * share))]
    return int(red), int(green), int(blue)


def _on_screen(contour: Contour, matrix: npt.NDArray[np.float64], geometry: Geometry) -> Contour:
    lines = (line @ matrix[:2, :2].T + matrix[:2, 2] for line in contour.lines)
    viewport = geometry.viewport
    return Contour(contour.share, tuple(line for line in lines if _in_sight(line, viewport.width, viewport.height)))


def _in_sight(line: Line, width: int, height: int) -> bool:
    (left, top), (right, bottom) = line.min(axis=0), line.max(axis=0)
    return bool(right >= 0 and bottom >= 0 and left <= width and top <= height)


@lru_cache(maxsize=16)
def _simplified(heatmap: Heatmap, smooth: bool, octave: int) -> tuple[Contour, ...]:
    """Return lines on the radiograph with as few points as a zoom of 2 to the ``octave`` needs."""
    allowed = _STRAIGHT / 2.0**octave
    kept = []
    for contour in _on_film(heatmap, smooth):
        lines = (_with_few_points(line, allowed) for line in contour.lines)
        # With less than three points it is no region that a reader could look at.
        kept.append(Contour(contour.share, tuple(line for line in lines if len(line) > 2)))
    return tuple(kept)


def _with_few_points(line: Line, allowed: float) -> Line:
    import cv2

    few: Line = cv2.approxPolyDP(line.astype(np.float32), allowed, True)[:, 0, :].astype(np.float64)
    return few


@lru_cache(maxsize=8)
def _on_film(heatmap: Heatmap, smooth: bool) -> tuple[Contour, ...]:
    """Return the lines in stored pixels of the radiograph."""
    maximum = heatmap_maximum(heatmap, smooth=smooth)
    if maximum < np.finfo(np.float32).tiny:
        return tuple(Contour(share, ()) for share in CONTOUR_SHARES)
    found = _lines_of_surface if smooth else _lines_of_cells
    return tuple(Contour(share, found(heatmap, share * maximum)) for share in CONTOUR_SHARES)


def _lines_of_surface(heatmap: Heatmap, level: float) -> tuple[Line, ...]:
    place, (cells_down, cells_across) = heatmap.placement, heatmap.grid.shape
    rows = _places(place.top, place.height, place.radiograph_height, cells_down)
    columns = _places(place.left, place.width, place.radiograph_width, cells_across)
    # A rounding beyond the rim of what the network saw there is no heat at all.
    inner = (np.clip(where, where[0] + _INWARDS, where[-1] - _INWARDS) for where in (rows, columns))
    lines = lines_between(heatmap_at(heatmap, *inner).astype(np.float64), level, rows, columns)
    rounding = _ROUNDED * min(place.height / cells_down, place.width / cells_across)
    return tuple(_without_corners(line, rounding) for line in lines)


def _without_corners(line: Line, rounding: float) -> Line:
    """Return a closed line without the corners that linear interpolation has in line with the cells' middles.

    Each point is the mean of what lies around it within ``rounding``, or a sixth of a line that is short.
    """
    closed = np.vstack([line, line[:1]])
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    count = max(6 * _MEAN_OF, ceil(way[-1] / rounding * _MEAN_OF))
    even = np.arange(count) * (way[-1] / count)
    points = np.stack([np.interp(even, way, closed[:, axis]) for axis in (0, 1)], axis=1)
    half = _MEAN_OF // 2
    summed = np.cumsum(np.vstack([np.zeros((1, 2)), points[-half:], points, points[:half]]), axis=0)
    mean: Line = (summed[_MEAN_OF:] - summed[:-_MEAN_OF]) / _MEAN_OF
    return mean


def _lines_of_cells(heatmap: Heatmap, level: float) -> tuple[Line, ...]:
    place, (cells_down, cells_across) = heatmap.placement, heatmap.grid.shape
    rows = _borders(place.top, place.height, place.radiograph_height, cells_down)
    columns = _borders(place.left, place.width, place.radiograph_width, cells_across)
    # Cells beside the film, where a radiograph was padded, are left without an extent.
    on_film = (np.diff(rows) > 0)[:, np.newaxis] & (np.diff(columns) > 0)
    return lines_around(np.where(on_film, heatmap.grid.astype(np.float64), 0.0), level, rows, columns)


def _places(start: float, extent: float, pixels: int, cells: int) -> Positions:
    """Return places from one end to the other of what the network saw of the film, along one axis."""
    steps = min(_STEPS * cells, _MOST_STEPS)
    return np.linspace(max(start, 0.0), min(start + extent, float(pixels)), steps + 1)


def _borders(start: float, extent: float, pixels: int, cells: int) -> Positions:
    """Return where cells end, along one axis, held within the film."""
    return np.clip(start + np.arange(cells + 1) * (extent / cells), 0.0, float(pixels))
