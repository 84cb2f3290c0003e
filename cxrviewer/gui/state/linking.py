"""Films side by side: what one of them shows, carried over to another of another size and another range of values."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cxrviewer.domain import Window
from cxrviewer.gui.state.geometry import Shape, Viewport, fit_zoom, shown_centre
from cxrviewer.gui.state.view import ViewSettings


@dataclass(frozen=True)
class ShownFilm:
    """What linking needs to know of a film: its shape, the size of its view, and the window that it is opened with."""

    shape: Shape
    viewport: Viewport
    window: Window


def linked_view(leader: ViewSettings, led: ViewSettings, leading: ShownFilm, following: ShownFilm) -> ViewSettings:
    """Return the view of a film that follows another.

    Zoom is taken relative to what fits, the centre relative to the film, and the window relative to the window that
    each film is opened with: films of other sizes and other ranges of values show the same part in the same way. The
    led film keeps its own turns, flip and inversion.
    """
    zoom = centre = None
    if leader.zoom is not None:
        relative = leader.zoom / fit_zoom(leading.shape, leader.quarter_turns, leading.viewport)
        zoom = relative * fit_zoom(following.shape, led.quarter_turns, following.viewport)
        row, column = shown_centre(leader, leading.shape)
        centre = (
            row / leading.shape[0] * following.shape[0],
            column / leading.shape[1] * following.shape[1],
        )
    return replace(led, zoom=zoom, centre=centre, window=_carried(leader.window, leading.window, following.window))


def _carried(window: Window | None, leading: Window, following: Window) -> Window | None:
    """Return a window in another film's units: moved and widened as it was against the leading film's own."""
    if window is None:
        return None
    share = following.width / leading.width
    centre = following.centre + (window.centre - leading.centre) * share
    width = window.width * share
    if window.function == "LINEAR":
        width = max(width, 1.0)
    return replace(window, centre=centre, width=width, explanation="")
