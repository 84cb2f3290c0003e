"""Closed lines around the places where values reach a level.

Source: Lorensen and Cline 1987, Marching Cubes, in two dimensions; saddles are told by the mean of their corners.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Positions = npt.NDArray[np.float64]
Line = npt.NDArray[np.float64]
_Indices = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class _Loop:
    """A closed line: the numbers of the edges that it crosses, and the squares (n, 2) that it goes through next.

    Edges join neighbouring values: number ``row * columns + column`` the one to the right, and that plus the number of
    all values the one below. Square (row, column) has that value at its top left.
    """

    crossed: _Indices
    squares: _Indices


def lines_between(values: Values, level: float, rows: Positions, columns: Positions) -> tuple[Line, ...]:
    """Return the lines along which values between these places pass a level.

    values: (h, w), finite, at rows (h,) and columns (w,), linear in between. level: above 0. Each line is (n, 2)
    float64, x and y; its last point joins its first. Where values at the rim reach the level, the line goes along it.
    """
    padded = np.pad(values, 1)
    # What is outside lies where the rim does: there the line turns.
    down, across = np.pad(rows, 1, mode="edge"), np.pad(columns, 1, mode="edge")
    return tuple(_interpolated(padded, level, loop.crossed, down, across) for loop in _loops(padded, level))


def lines_around(values: Values, level: float, rows: Positions, columns: Positions) -> tuple[Line, ...]:
    """Return the outlines of the cells whose value reaches a level.

    values: (h, w), between the borders rows (h + 1,) and columns (w + 1,). Otherwise as ``lines_between``.
    """
    loops = _loops(np.pad(values, 1), level)
    return tuple(np.stack([columns[loop.squares[:, 1]], rows[loop.squares[:, 0]]], axis=1) for loop in loops)


def _interpolated(values: Values, level: float, crossed: _Indices, rows: Positions, columns: Positions) -> Line:
    below = crossed >= values.size
    row, column = np.divmod(crossed % values.size, values.shape[1])
    next_row, next_column = row + below, column + ~below
    start, end = values[row, column], values[next_row, next_column]
    share = (level - start) / (end - start)
    x = columns[column] + share * (columns[next_column] - columns[column])
    y = rows[row] + share * (rows[next_row] - rows[row])
    return np.stack([x, y], axis=1)


def _loops(values: Values, level: float) -> list[_Loop]:
    """Return the lines that separate values at or above a level from those below; the rim's are all below."""
    segments, squares = _segments(values, level)
    ends = segments.ravel()
    # Each crossed edge ends two segments, one on either side of it.
    pairs = np.argsort(ends, kind="stable").reshape(-1, 2)
    other = np.empty(len(ends), np.intp)
    other[pairs[:, 0]], other[pairs[:, 1]] = pairs[:, 1], pairs[:, 0]
    following = other[np.arange(len(ends)) ^ 1].tolist()
    left = bytearray(b"\1") * len(segments)
    loops = []
    for first in range(len(segments)):
        end, walked = 2 * first, []
        while left[end // 2]:
            left[end // 2] = 0
            walked.append(end)
            end = following[end]
        if walked:
            loops.append(_Loop(ends[walked], squares[np.array(walked) // 2]))
    return loops


def _segments(values: Values, level: float) -> tuple[_Indices, _Indices]:
    """Return the two crossed edges of each piece of a line, (n, 2), and the square that it lies in, (n, 2)."""
    inside = values >= level
    rightwards, downwards = inside[:, :-1] != inside[:, 1:], inside[:-1] != inside[1:]
    # Top, right, bottom and left of each square.
    sides = np.stack([rightwards[:-1], downwards[:, 1:], rightwards[1:], downwards[:, :-1]], axis=-1)
    squares = np.argwhere(sides.any(axis=-1))
    row, column = squares.T
    crossed, width = sides[row, column], values.shape[1]
    edges = (row * width + column)[:, np.newaxis] + [0, 1 + values.size, width, values.size]
    saddle = crossed.all(axis=1)
    row, column = squares[saddle].T
    corners = values[row, column] + values[row, column + 1] + values[row + 1, column] + values[row + 1, column + 1]
    # Whatever side the middle is on, the two corners that are on the other are cut off.
    cuts_right_top = (corners / 4 >= level) == inside[row, column]
    at_saddles = np.where(cuts_right_top[:, np.newaxis], edges[saddle], edges[saddle][:, [0, 3, 1, 2]])
    segments = np.concatenate([edges[~saddle][crossed[~saddle]].reshape(-1, 2), at_saddles.reshape(-1, 2)])
    return segments, np.concatenate([squares[~saddle], squares[saddle].repeat(2, axis=0)])
