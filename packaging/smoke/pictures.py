"""Photographs of windows, compared by how many of their pixels look different."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]  # (H, W, 3)

VISIBLE: Final = 24
"""Levels of 256 that a channel of a pixel must differ by to count: below it, anti-aliasing may differ unseen."""


def share_different(first: Picture, second: Picture, visible: int = VISIBLE) -> float:
    """Return the share of pixels that differ by more than so many levels; 1.0 for pictures of other sizes."""
    if first.shape != second.shape:
        return 1.0
    if np.array_equal(first, second):  # far quicker, and what comes most often
        return 0.0
    apart = np.abs(first.astype(np.int16) - second.astype(np.int16)).max(axis=2)
    return float((apart > visible).mean())


def is_blank(picture: Picture) -> bool:
    """Return whether a picture is of one colour, as a window is that nothing was painted in."""
    return bool((picture == picture[0, 0]).all())


def bounds_of_difference(first: Picture, second: Picture, visible: int = VISIBLE) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of the least rectangle with every difference; all where sizes differ."""
    if first.shape != second.shape:
        return 0, 0, max(first.shape[1], second.shape[1]), max(first.shape[0], second.shape[0])
    apart = np.abs(first.astype(np.int16) - second.astype(np.int16)).max(axis=2) > visible
    rows, columns = np.nonzero(apart.any(axis=1))[0], np.nonzero(apart.any(axis=0))[0]
    if not len(rows):
        return 0, 0, 0, 0
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
