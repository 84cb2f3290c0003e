"""Shapes on a film's grid of pixels: curves, filled outlines, rounded bodies, bony tubes, smooth noise.

Coordinates: x from -1 (image left, the patient's right) to 1 across the film, y downwards from 0
in the same unit.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Map = npt.NDArray[np.floating]
Points = npt.NDArray[np.float64]

_ORIGIN = np.array([1.0, 0.0])  # where x = 0, y = 0 lies, counted from the film's upper left corner
_SUBPIXEL_BITS = 4  # cv2 draws at 1/16 pixel


@dataclass(frozen=True)
class Grid:
    """The film: pixels, and the coordinates of their centres."""

    height: int
    width: int

    @property
    def unit(self) -> float:
        """Pixels per unit of length."""
        return self.width / 2

    def coordinates(self) -> tuple[Map, Map]:
        """Return x and y of every pixel centre."""
        rows, columns = np.mgrid[0 : self.height, 0 : self.width].astype(np.float32)
        return (columns + 0.5) / self.unit - 1, (rows + 0.5) / self.unit

    def pixels(self, points: Points) -> npt.NDArray[np.int32]:
        """Return points (n, 2) in fixed-point pixel coordinates for cv2's ``shift``."""
        scaled = (points + _ORIGIN) * self.unit - 0.5
        return np.asarray(np.round(scaled * (1 << _SUBPIXEL_BITS)), np.int32)

    def fill(self, outline: Points) -> Map:
        """Return the antialiased inside of a closed outline, 0 to 1."""
        image = np.zeros((self.height, self.width), np.uint8)
        cv2.fillPoly(image, [self.pixels(outline)], 255, lineType=cv2.LINE_AA, shift=_SUBPIXEL_BITS)
        return image.astype(np.float32) / 255

    def blur(self, image: Map, sigma: float) -> Map:
        """Blur with a Gaussian whose sigma is in units of length."""
        return np.asarray(cv2.GaussianBlur(image, (0, 0), max(sigma * self.unit, 0.3)), np.float32)


def interpolate(at: Map, knots: list[tuple[float, float]]) -> Map:
    """Return a cubic Hermite curve through (position, value) knots, flat beyond both ends."""
    positions, values = (np.array(column, np.float64) for column in zip(*knots, strict=True))
    index = np.clip(np.searchsorted(positions, at) - 1, 0, len(positions) - 2)
    share = np.clip((at - positions[index]) / (positions[index + 1] - positions[index]), 0, 1)
    slopes = np.gradient(values, positions)
    span = positions[index + 1] - positions[index]
    h00, h10 = (1 + 2 * share) * (1 - share) ** 2, share * (1 - share) ** 2
    h01, h11 = share**2 * (3 - 2 * share), share**2 * (share - 1)
    curve = h00 * values[index] + h10 * span * slopes[index] + h01 * values[index + 1]
    return np.asarray(curve + h11 * span * slopes[index + 1], np.float32)


def soft_step(distance: Map, softness: float) -> Map:
    """Return a logistic step from 0 to 1 where ``distance`` passes 0."""
    return np.asarray(1 / (1 + np.exp(-np.clip(distance / softness, -30, 30))), np.float32)


def round_edge(distance: Map, radius: float) -> Map:
    """Return the path length through a body whose rim is rounded: 0 at the rim, 1 from ``radius`` inwards."""
    inside = np.clip(distance / radius, 0, 1)
    return np.asarray(np.sqrt(1 - (1 - inside) ** 2), np.float32)


def spline(points: list[tuple[float, float]], closed: bool, samples: int = 24) -> Points:
    """Return a Catmull-Rom curve through the points."""
    p = np.array(points, np.float64)
    p = np.vstack([p[-1], p, p[:2]]) if closed else np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    t = np.linspace(0, 1, samples, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(p[:-3], p[1:-2], p[2:-1], p[3:], strict=True):
        pieces.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.vstack(pieces)


def ellipse(centre: tuple[float, float], half_width: float, half_height: float) -> Points:
    """Return the outline of an upright ellipse."""
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    return np.array(centre) + np.stack([half_width * np.cos(angle), half_height * np.sin(angle)], axis=1)


def stroke(grid: Grid, line: Points, width: float) -> Map:
    """Return a line of this width, antialiased, 0 to 1."""
    image = np.zeros((grid.height, grid.width), np.uint8)
    thickness = max(1, round(width * grid.unit))
    cv2.polylines(image, [grid.pixels(line)], False, 255, thickness, cv2.LINE_AA, _SUBPIXEL_BITS)
    return image.astype(np.float32) / 255


def rounded(grid: Grid, outline: Points, radius: float, softness: float) -> Map:
    """Return the path length, 0 to 1, through a body with this outline and a rim rounded over ``radius``."""
    inside = grid.fill(outline)
    distance = cv2.distanceTransform((inside > 0.5).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return grid.blur(round_edge(distance.astype(np.float32) / grid.unit, radius), softness)


def tube(grid: Grid, points: Points, weights: npt.NDArray[np.float64], radius: float) -> Map:
    """Return the path length through a bony tube along dense points: a bright cortex around a paler core.

    points (n, 2); weights (n,): length of bone that each point stands for, so that a rib seen end-on at the
    side of the chest is as dense as it is on a film.
    """
    column, row = ((points + _ORIGIN) * grid.unit).T
    inside = (column >= 0) & (column < grid.width) & (row >= 0) & (row < grid.height)
    cells = row[inside].astype(np.int64) * grid.width + column[inside].astype(np.int64)
    line = np.bincount(cells, weights[inside] * grid.unit, grid.height * grid.width)
    reach = int(np.ceil(radius * grid.unit)) + 1
    dy, dx = np.mgrid[-reach : reach + 1, -reach : reach + 1] / (radius * grid.unit)
    edge = 1.2 / (radius * grid.unit)
    square = dx**2 + dy**2
    disc = np.clip((1 - np.sqrt(square)) / edge + 0.5, 0, 1)
    core = np.clip((0.74 - np.sqrt(square)) / edge + 0.5, 0, 1)
    kernel = disc - 0.62 * core
    image = line.reshape(grid.height, grid.width).astype(np.float32)
    drawn = cv2.filter2D(image, cv2.CV_32F, (kernel / (2 * reach)).astype(np.float32), borderType=cv2.BORDER_CONSTANT)
    return np.asarray(drawn, np.float32)


def fractal(grid: Grid, rng: np.random.Generator, scales: tuple[float, ...]) -> Map:
    """Return smooth noise of several scales, mean 0, standard deviation 1."""
    total = np.zeros((grid.height, grid.width), np.float32)
    for scale in scales:
        layer = grid.blur(rng.standard_normal((grid.height, grid.width)).astype(np.float32), scale)
        total += layer / layer.std()
    return np.asarray(total / total.std(), np.float32)
