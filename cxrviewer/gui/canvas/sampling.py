"""Stored values at the resolution of the screen: only what is visible, averaged where many fall on one screen pixel.

The radiograph is kept at shrinking sizes, each 1/sqrt(2) of the one before, every pixel the mean of those it covers.
A view takes the smallest that still has a pixel for each of the screen's and interpolates linearly between at most 1.41
pixels. Below a zoom of 0.71 the finest lines leave no more moire than averaging over each screen pixel's exact area;
between 0.71 and 1 up to 1.8 times as much. The cost of a frame does not depend on the film's size. Averages are of
stored values, before any window: a window drag samples nothing.
Source: Williams 1983, Pyramidal Parametrics (two steps an octave instead of one).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log2
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import Radiograph, StoredArray
from cxrviewer.gui.state.geometry import Geometry

SINGLE_PIXELS_FROM: Final = 8.0  # device pixels a stored pixel; from here on a reader looks at single pixels

Values = npt.NDArray[Any]


@dataclass(frozen=True)
class Area:
    """A rectangle of screen pixels."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, eq=False)
class _Level:
    """The radiograph at one size; ``weight`` (0 to 255) tells how much of a pixel is film, None where all of it is.

    Where there is padding, ``values`` are sums over the film alone: they mean something after division by the weight.
    """

    values: Values
    weight: npt.NDArray[np.uint8] | None


def visible_area(geometry: Geometry) -> Area | None:
    """Return the part of the view whose pixels have their middle on the radiograph; None where there is none."""
    width, height = geometry.shown_size
    left, top = max(0, ceil(geometry.left - 0.5)), max(0, ceil(geometry.top - 0.5))
    # A film of less than a screen pixel still has one.
    right = min(geometry.viewport.width, max(ceil(geometry.left + width - 0.5), ceil(geometry.left - 0.5) + 1))
    bottom = min(geometry.viewport.height, max(ceil(geometry.top + height - 0.5), ceil(geometry.top - 0.5) + 1))
    return Area(left, top, right - left, bottom - top) if right > left and bottom > top else None


class Pyramid:
    """One radiograph at shrinking sizes, made when they are first needed; the radiograph itself is never copied whole.

    (But where it has padding: that must not bleed into the film's edge, and costs one copy.)
    """

    def __init__(self, radiograph: Radiograph) -> None:
        self._padding = radiograph.padding
        self._stored: StoredArray = radiograph.stored
        self._levels: dict[int, _Level] = {}

    @property
    def count(self) -> int:
        """How many sizes there are, the full one included; the last has at least 64 pixels on its longer side."""
        return 1 + max(0, floor(2 * log2(max(self._stored.shape) / 64)))

    def prepare(self, number: int) -> None:
        """Make one size now, where it has not been made: number 0 is the full one."""
        self._level(number)

    def is_prepared(self, number: int) -> bool:
        """Return whether a size has been made."""
        return number in self._levels

    def sample(self, geometry: Geometry, area: Area) -> Values:
        """Return the stored values for an area of screen pixels: (height, width) of the radiograph's own type.

        At 1:1 these are the stored pixels themselves. Zoomed in they are interpolated linearly, from 8 screen pixels a
        stored pixel on each is a flat square. Outside the radiograph its edge goes on.
        """
        import cv2

        number = min(max(floor(2 * log2(1 / geometry.zoom) + 1e-9), 0), self.count - 1)
        level = self._level(number)
        single = geometry.zoom >= SINGLE_PIXELS_FROM
        interpolation = cv2.INTER_NEAREST if single else cv2.INTER_LINEAR
        matrix = self._matrix(geometry, area, level.values.shape)
        values = _warped(level.values, matrix, area, interpolation)
        if level.weight is None or self._padding is None:
            return values
        weight = _warped(level.weight, matrix, area, interpolation)
        return self._film_only(values, weight)

    def _matrix(self, geometry: Geometry, area: Area, shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
        """Return the map from a pixel's (column, row, 1) in the area to one in a level, both counted from middles."""
        inverse = np.array(geometry.inverse())
        inverse[:, 2] = inverse @ [area.left + 0.5, area.top + 0.5, 1.0]
        shrunk = np.array([shape[1] / geometry.shape[1], shape[0] / geometry.shape[0]])
        matrix: npt.NDArray[np.float64] = inverse * shrunk[:, np.newaxis]
        matrix[:, 2] -= 0.5
        return matrix

    def _film_only(self, values: Values, weight: Values) -> Values:
        """Return means over the film alone, and a padding value where most of a pixel is padding."""
        if weight.min(initial=255) == 255:
            return values
        assert self._padding is not None
        info = np.iinfo(values.dtype)
        padding = min(max(self._padding[0], int(info.min)), int(info.max))
        means = np.rint(values * (np.float32(255) / np.maximum(weight, 1)))
        film = np.clip(means, info.min, info.max).astype(values.dtype)
        film[weight < 128] = padding
        return film

    def _level(self, number: int) -> _Level:
        if number not in self._levels:
            self._levels[number] = self._full() if number == 0 else self._shrunk(number)
        return self._levels[number]

    def _full(self) -> _Level:
        if self._padding is None:
            return _Level(self._stored, None)
        low, high = self._padding
        film = (self._stored < low) | (self._stored > high)
        if film.all():
            return _Level(self._stored, None)
        return _Level(np.where(film, self._stored, self._stored.dtype.type(0)), film.astype(np.uint8) * np.uint8(255))

    def _shrunk(self, number: int) -> _Level:
        # From the next size but one or larger: a mean of means of half as many pixels would blur twice.
        import cv2

        larger = self._level(max([0, *(made for made in self._levels if made <= number - 2)]))
        scale = 2 ** (-number / 2)
        rows, columns = (max(1, round(side * scale)) for side in self._stored.shape)
        values = cv2.resize(larger.values, (columns, rows), interpolation=cv2.INTER_AREA)
        if larger.weight is None:
            return _Level(values, None)
        return _Level(values, cv2.resize(larger.weight, (columns, rows), interpolation=cv2.INTER_AREA))


def _warped(values: Values, matrix: npt.NDArray[np.float64], area: Area, interpolation: int) -> Values:
    """Return (height, width) values at the places that ``matrix`` gives for the area's pixels."""
    import cv2

    if abs(matrix[0, 1]) > abs(matrix[0, 0]):
        # Turned by a quarter: going along the rows of memory and transposing is several times as fast.
        upright = Area(area.left, area.top, area.height, area.width)
        return cv2.transpose(_warped(values, matrix[:, [1, 0, 2]], upright, interpolation))
    corners = matrix @ [
        [0, area.width - 1, 0, area.width - 1],
        [0, 0, area.height - 1, area.height - 1],
        [1, 1, 1, 1],
    ]
    # Only the part that is needed: OpenCV's coordinates end at 32,767.
    left, right = _span(corners[0], values.shape[1])
    top, bottom = _span(corners[1], values.shape[0])
    matrix = matrix.copy()
    matrix[:, 2] -= (left, top)
    return cv2.warpAffine(
        values[top:bottom, left:right],
        matrix,
        (area.width, area.height),
        flags=interpolation | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )


def _span(places: npt.NDArray[np.float64], pixels: int) -> tuple[int, int]:
    first = min(max(floor(places.min()) - 1, 0), pixels - 1)
    last = max(min(ceil(places.max()) + 2, pixels), first + 1)
    return first, last
