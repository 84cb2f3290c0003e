"""One radiograph, and a heatmap over it, as pixels of the screen; what has not changed since the last frame is kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from cxrviewer.domain import Heatmap, Radiograph, Window
from cxrviewer.gui.canvas.heat import heat_levels
from cxrviewer.gui.canvas.panning import PannedPixels
from cxrviewer.gui.canvas.sampling import Area, Pyramid, visible_area
from cxrviewer.gui.state.geometry import Geometry
from cxrviewer.imaging.display import display_levels, film_range
from cxrviewer.imaging.presets import default_window
from cxrviewer.imaging.rendering import blend_levels, blend_table, load_colour_map, looked_up

Levels = npt.NDArray[np.uint8]

_KEPT: Final = 2  # the view, and the lens over it


@dataclass(frozen=True, eq=False)
class HeatLayer:
    """A heatmap to lay over the film as a fill."""

    heatmap: Heatmap
    smooth: bool
    colour_map: str
    opacity: float


@dataclass(frozen=True, eq=False)
class FilmPicture:
    """What to paint where: (h, w) uint8 grey or (h, w, 4) uint8 blue, green, red and 255, for an area of the screen."""

    pixels: Levels
    area: Area


class FilmPainter:
    """Makes pictures of one radiograph. It holds on to the arrays it is given and changes none of them."""

    def __init__(self, radiograph: Radiograph) -> None:
        self._radiograph = radiograph
        self.pyramid = Pyramid(radiograph)
        self._sampled = PannedPixels(_KEPT)
        self._levels = _Recent(_KEPT)
        self._heat = PannedPixels(_KEPT)
        self._overlays = _Recent(2 * _KEPT)  # contours, and the lungs over them

    @cached_property
    def default_window(self) -> Window:
        """The window that the default rendering is, or comes nearest to."""
        return default_window(self._radiograph)

    @cached_property
    def range(self) -> tuple[float, float]:
        """The least and the greatest modality value in the film."""
        return film_range(self._radiograph)

    def picture(
        self, geometry: Geometry, window: Window | None, inverted: bool, heat: HeatLayer | None = None
    ) -> FilmPicture | None:
        """Return the visible part of the radiograph through a window, with the heat over it; None: nothing visible.

        Without heat this is ``imaging.display.render`` in 8 bits at the screen's resolution; with heat
        ``imaging.rendering.overlay`` of the two, so that the screen and the exports agree.
        """
        area = visible_area(geometry)
        if area is None:
            return None
        values = self._sampled.get(geometry, area, self.pyramid.sample)
        levels = self._levels.get(
            (window, inverted), lambda: display_levels(self._radiograph, window, inverted=inverted)
        )
        grey = looked_up(levels, values.view(np.uint16) if values.dtype == np.int16 else values)
        if heat is None:
            return FilmPicture(grey, area)
        sample = partial(heat_levels, heat.heatmap, smooth=heat.smooth)
        hot = self._heat.get(geometry, area, sample, of=(id(heat.heatmap), heat.smooth), source=heat.heatmap)
        return FilmPicture(blend_levels(grey, hot, _blend(heat.colour_map, heat.opacity)), area)

    def kept_overlay(self, key: Hashable, make: Callable[[], QImage], *, keeps: object) -> QImage:
        """Return what is drawn over the film, drawn anew only where its key is another one; see ``_Recent.get``."""
        overlay: QImage = self._overlays.get(key, make, keeps=keeps)
        return overlay


@lru_cache(maxsize=8)
def _blend(colour_map: str, opacity: float) -> Levels:
    # Blue first, as Qt keeps the pixels of a window: the picture is copied to it and not converted.
    return np.ascontiguousarray(blend_table(load_colour_map(colour_map), opacity)[:, [2, 1, 0, 3]])


class _Recent:
    """The last few values by their keys."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._values: dict[Hashable, tuple[Any, object]] = {}

    def get(self, key: Hashable, make: Callable[[], Any], *, keeps: object = None) -> Any:
        """Return the value of a key; ``keeps`` is held with it, so that an id in the key stays that of one object."""
        entry = self._values.pop(key, None) or (make(), keeps)
        self._values[key] = entry
        while len(self._values) > self._kept:
            del self._values[next(iter(self._values))]
        return entry[0]
