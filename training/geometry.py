"""The articles' variations of a film: one affine map for every film, as Keras' old ImageDataGenerator made it.

Written with one OpenCV warp over the grey plane where the generator interpolated every channel on its own, and without
any framework, so that each of them may train on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray

Matrix = npt.NDArray[np.float64]
Border = Literal["repeated", "reflected"]


@dataclass(frozen=True)
class Geometry:
    """The largest rotation and shear (degrees), shifts (shares of the film's sides) and zoom (1 - z to 1 + z),
    whether every other film is mirrored, and what lies beyond its border.
    """

    rotation: float = 0.0
    width_shift: float = 0.0
    height_shift: float = 0.0
    shear: float = 0.0
    zoom: float = 0.0
    flip: bool = False
    border: Border = "repeated"


def vary(film: FloatArray, settings: Geometry, rng: np.random.Generator) -> FloatArray:
    """Return a random variation of a film, (H, W) float32; the same generator state gives the same one.

    Every film is varied and both zooms are drawn apart, as by the generator, whose default border repeats.
    """
    height, width = film.shape
    turn, shear = np.deg2rad([_within(settings.rotation, rng), _within(settings.shear, rng)])
    rows, columns = _within(settings.height_shift, rng) * height, _within(settings.width_shift, rng) * width
    zooms = 1.0 + np.array([_within(settings.zoom, rng), _within(settings.zoom, rng)])
    flip = settings.flip and rng.random() < 0.5
    matrix = affine_map(turn, shear, (rows, columns), (float(zooms[0]), float(zooms[1])), film.shape)
    if flip:
        matrix[:, 2] += matrix[:, 0] * (width - 1)
        matrix[:, 0] *= -1
    warped = cv2.warpAffine(
        np.ascontiguousarray(film),
        matrix,
        (width, height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE if settings.border == "repeated" else cv2.BORDER_REFLECT,
    )
    return np.asarray(warped, np.float32)


def affine_map(
    turn: float, shear: float, shift: tuple[float, float], zooms: tuple[float, float], shape: tuple[int, ...]
) -> Matrix:
    """Return the (2, 3) map from the varied film's (x, y) to the film's: rotation, shift, shear and zoom about its
    centre.

    Angles in radians, ``shift`` in pixels (rows, columns), ``zooms`` for rows and columns, above 1 showing more.
    """
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    slanted = np.array([[1.0, -np.sin(shear)], [0.0, np.cos(shear)]])
    linear = rotation @ slanted @ np.diag(zooms)
    centre = (np.array(shape[:2], np.float64) - 1) / 2
    offset = centre + rotation @ np.asarray(shift, np.float64) - linear @ centre
    # From (row, column), as the generator counts, to OpenCV's (x, y).
    return np.column_stack([linear[::-1, ::-1], offset[::-1]])


def _within(limit: float, rng: np.random.Generator) -> float:
    return float(rng.uniform(-limit, limit))
