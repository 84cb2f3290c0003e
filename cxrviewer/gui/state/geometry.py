"""Where a radiograph lies on the screen under zoom, turns and flips, and the steps that depend on it.

Screen positions are (x, y) in device pixels from the view's top left corner, the first pixel reaching from 0 to 1;
positions on the radiograph are (row, column) in stored pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from cxrviewer.gui.state.view import Position, ViewSettings, fitted, zoomed_to

Point = tuple[float, float]
Shape = tuple[int, int]
Matrix = tuple[tuple[float, float, float], tuple[float, float, float]]

LARGEST_ZOOM: Final = 64.0  # device pixels a stored pixel
_SMALLEST_OF_FIT: Final = 0.25


@dataclass(frozen=True)
class Viewport:
    """The size of a view in device pixels."""

    width: int
    height: int


@dataclass(frozen=True)
class Geometry:
    """The affine map between a radiograph and a view of it.

    shape: (H, W) of the radiograph as stored. ``left`` and ``top`` are the screen position of the shown radiograph's
    corner, after flip and turns.
    """

    shape: Shape
    viewport: Viewport
    zoom: float
    left: float
    top: float
    quarter_turns: int
    flipped: bool

    @property
    def shown_size(self) -> tuple[float, float]:
        """Width and height of the whole radiograph on the screen, in device pixels."""
        rows, columns = oriented_shape(self.shape, self.quarter_turns)
        return columns * self.zoom, rows * self.zoom

    def to_screen(self, position: Position) -> Point:
        """Return where a position on the radiograph is on the screen."""
        across, down = _oriented(position, self.shape, self.quarter_turns, self.flipped)
        return self.left + across * self.zoom, self.top + down * self.zoom

    def to_stored(self, point: Point) -> Position:
        """Return which (row, column) of the radiograph is at a point of the screen; it may lie outside."""
        across, down = (point[0] - self.left) / self.zoom, (point[1] - self.top) / self.zoom
        return _stored(across, down, self.shape, self.quarter_turns, self.flipped)

    def inverse(self) -> Matrix:
        """Return the map from screen (x, y, 1) to stored (column, row)."""
        origin, right, below = (self.to_stored(point) for point in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)))
        return (
            (right[1] - origin[1], below[1] - origin[1], origin[1]),
            (right[0] - origin[0], below[0] - origin[0], origin[0]),
        )

    def covers(self, position: Position) -> bool:
        """Return whether a position lies on the radiograph."""
        return 0 <= position[0] < self.shape[0] and 0 <= position[1] < self.shape[1]


def oriented_shape(shape: Shape, quarter_turns: int) -> Shape:
    """Return (rows, columns) as shown after quarter turns."""
    return (shape[1], shape[0]) if quarter_turns % 2 else shape


def fit_zoom(shape: Shape, quarter_turns: int, viewport: Viewport) -> float:
    """Return the zoom at which the whole radiograph just fits into the view."""
    rows, columns = oriented_shape(shape, quarter_turns)
    return max(min(viewport.width / columns, viewport.height / rows), 1e-6)


def zoom_limits(shape: Shape, quarter_turns: int, viewport: Viewport) -> tuple[float, float]:
    """Return the least and the greatest zoom: a quarter of what fits (or of 1:1, if less), and 64."""
    fit = fit_zoom(shape, quarter_turns, viewport)
    return _SMALLEST_OF_FIT * min(fit, 1.0), max(LARGEST_ZOOM, fit)


def shown_zoom(view: ViewSettings, shape: Shape, viewport: Viewport) -> float:
    """Return the zoom that a view has, in device pixels a stored pixel, also where it is fitted."""
    if view.zoom is None:
        return fit_zoom(shape, view.quarter_turns, viewport)
    least, most = zoom_limits(shape, view.quarter_turns, viewport)
    return min(max(view.zoom, least), most)


def shown_centre(view: ViewSettings, shape: Shape) -> Position:
    """Return which position of the radiograph is in the middle of the view; it always lies on the radiograph."""
    if view.zoom is None or view.centre is None:
        return shape[0] / 2, shape[1] / 2
    return min(max(view.centre[0], 0.0), float(shape[0])), min(max(view.centre[1], 0.0), float(shape[1]))


def placed(view: ViewSettings, shape: Shape, viewport: Viewport, *, on_whole_pixels: bool = True) -> Geometry:
    """Return where the radiograph lies.

    On whole pixels its corner meets a corner of device pixels, so that at 1:1 every stored pixel is exactly one of the
    screen; this is what is shown. Steps from one view to the next are worked out without it, or they would drift.
    """
    zoom = shown_zoom(view, shape, viewport)
    across, down = _oriented(shown_centre(view, shape), shape, view.quarter_turns, view.flipped)
    left, top = viewport.width / 2 - across * zoom, viewport.height / 2 - down * zoom
    if on_whole_pixels:
        left, top = float(round(left)), float(round(top))
    return Geometry(shape, viewport, zoom, left, top, view.quarter_turns % 4, view.flipped)


def magnified(geometry: Geometry, point: Point, factor: float, size: int) -> Geometry:
    """Return a square view of ``size`` device pixels whose middle shows what is at a point, larger by a factor."""
    left, top = (
        float(round(size / 2 - (place - corner) * factor))
        for place, corner in zip(point, (geometry.left, geometry.top), strict=True)
    )
    return replace(geometry, viewport=Viewport(size, size), zoom=geometry.zoom * factor, left=left, top=top)


def zoomed_about(view: ViewSettings, shape: Shape, viewport: Viewport, zoom: float, point: Point) -> ViewSettings:
    """Return the view at another zoom (within its limits), with what is at a point of the screen kept there."""
    least, most = zoom_limits(shape, view.quarter_turns, viewport)
    zoom = min(max(zoom, least), most)
    before = placed(view, shape, viewport, on_whole_pixels=False)
    kept = before.to_stored(point)
    middle = viewport.width / 2, viewport.height / 2
    towards = middle[0] - point[0], middle[1] - point[1]
    share = before.zoom / zoom
    target = before.to_stored((point[0] + towards[0] * share, point[1] + towards[1] * share))
    centre = target if before.covers(kept) else shown_centre(view, shape)
    return _within(zoomed_to(view, zoom, centre), shape)


def panned(view: ViewSettings, shape: Shape, viewport: Viewport, right: float, down: float) -> ViewSettings:
    """Return the view with the radiograph moved by device pixels; its zoom stays as it is shown.

    The middle of the view stays on the radiograph, which can therefore not be lost from sight.
    """
    before = placed(view, shape, viewport, on_whole_pixels=False)
    centre = before.to_stored((viewport.width / 2 - right, viewport.height / 2 - down))
    return _within(zoomed_to(view, before.zoom, centre), shape)


def fit_or_one_to_one(view: ViewSettings, shape: Shape, viewport: Viewport, point: Point) -> ViewSettings:
    """Return 1:1 about a point of the screen where the view is fitted, and the fitted view otherwise."""
    return zoomed_about(view, shape, viewport, 1.0, point) if view.zoom is None else fitted(view)


def _within(view: ViewSettings, shape: Shape) -> ViewSettings:
    return zoomed_to(view, view.zoom, shown_centre(view, shape)) if view.zoom is not None else view


def _oriented(position: Position, shape: Shape, quarter_turns: int, flipped: bool) -> Point:
    """Return (across, down) on the flipped and turned radiograph, in stored pixels."""
    row, column = position
    rows, columns = shape
    if flipped:
        column = columns - column
    match quarter_turns % 4:
        case 1:
            return rows - row, column
        case 2:
            return columns - column, rows - row
        case 3:
            return row, columns - column
    return column, row


def _stored(across: float, down: float, shape: Shape, quarter_turns: int, flipped: bool) -> Position:
    """Undo ``_oriented``."""
    rows, columns = shape
    match quarter_turns % 4:
        case 1:
            row, column = rows - across, down
        case 2:
            row, column = rows - down, columns - across
        case 3:
            row, column = across, columns - down
        case _:
            row, column = down, across
    return row, columns - column if flipped else column
