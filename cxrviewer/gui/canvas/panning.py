"""Pixels of the screen that stay what they are while the radiograph is moved: only what comes into sight is made."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cxrviewer.gui.canvas.sampling import Area
from cxrviewer.gui.state.geometry import Geometry

Pixels = npt.NDArray[Any]
Sample = Callable[[Geometry, Area], Pixels]

_LEAST_KEPT: Final = 0.5  # of the view: below, moving what is kept gains nothing


@dataclass(frozen=True, eq=False)
class _Kept:
    """What was made for an area; ``of`` says of what, and ``source`` is held so that an id in it stays its own."""

    of: Hashable
    source: object
    geometry: Geometry
    area: Area
    pixels: Pixels


class PannedPixels:
    """The last few pictures that were sampled: each of the view, and of the lens over it.

    Every pixel has been sampled where it is shown to be: a pan moves by whole pixels, and so nothing is resampled.
    """

    def __init__(self, kept: int) -> None:
        self._most = kept
        self._kept: list[_Kept] = []

    def get(
        self, geometry: Geometry, area: Area, sample: Sample, *, of: Hashable = None, source: object = None
    ) -> Pixels:
        """Return ``sample(geometry, area)``, (height, width), from what is kept as far as that goes.

        of: what besides the two decides what is sampled. source: held on to for as long, where ``of`` has its id.
        """
        moved = next((kept for kept in self._kept if kept.of == of and _steps(kept.geometry, geometry)), None)
        if moved is None:
            made = _Kept(of, source, geometry, area, sample(geometry, area))
        elif moved.geometry == geometry and moved.area == area:
            made = moved
        else:
            made = replace(moved, geometry=geometry, area=area, pixels=_panned(moved, geometry, area, sample))
        self._kept = [made, *(kept for kept in self._kept if kept is not moved)][: self._most]
        return made.pixels


def _steps(before: Geometry, after: Geometry) -> tuple[int, int] | None:
    """Return by how many whole pixels one view is another moved right and down; None where it is more than that."""
    right, down = after.left - before.left, after.top - before.top
    same = replace(before, left=after.left, top=after.top, viewport=after.viewport) == after
    return (int(right), int(down)) if same and right.is_integer() and down.is_integer() else None


def _panned(kept: _Kept, geometry: Geometry, area: Area, sample: Sample) -> Pixels:
    steps = _steps(kept.geometry, geometry)
    assert steps is not None
    before = replace(kept.area, left=kept.area.left + steps[0], top=kept.area.top + steps[1])
    both = _common(before, area)
    if both is None or both.width * both.height < _LEAST_KEPT * area.width * area.height:
        return sample(geometry, area)
    pixels = np.empty((area.height, area.width), kept.pixels.dtype)
    pixels[_within(both, area)] = kept.pixels[_within(both, before)]
    for part in _around(both, area):
        pixels[_within(part, area)] = sample(geometry, part)
    return pixels


def _common(one: Area, other: Area) -> Area | None:
    left, top = max(one.left, other.left), max(one.top, other.top)
    right = min(one.left + one.width, other.left + other.width)
    bottom = min(one.top + one.height, other.top + other.height)
    return Area(left, top, right - left, bottom - top) if right > left and bottom > top else None


def _around(inner: Area, outer: Area) -> tuple[Area, ...]:
    """Return the up to four parts of an area that another one within it leaves."""
    right, bottom = inner.left + inner.width, inner.top + inner.height
    parts = (
        Area(outer.left, outer.top, outer.width, inner.top - outer.top),
        Area(outer.left, bottom, outer.width, outer.top + outer.height - bottom),
        Area(outer.left, inner.top, inner.left - outer.left, inner.height),
        Area(right, inner.top, outer.left + outer.width - right, inner.height),
    )
    return tuple(part for part in parts if part.width > 0 and part.height > 0)


def _within(inner: Area, outer: Area) -> tuple[slice, slice]:
    top, left = inner.top - outer.top, inner.left - outer.left
    return slice(top, top + inner.height), slice(left, left + inner.width)
