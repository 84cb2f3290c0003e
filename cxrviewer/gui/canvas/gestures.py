"""Drags on a canvas: each knows how things were when it began, so that giving it up is going back there."""

from __future__ import annotations

from math import hypot
from typing import Final, Protocol

from PySide6.QtCore import QPointF

from cxrviewer.gui.canvas.surface import Surface
from cxrviewer.gui.state.geometry import Geometry, panned
from cxrviewer.gui.state.measuring import End, Measurement, Measurements, added, moved
from cxrviewer.gui.state.view import Position, window_dragged

_NEAR_END: Final = 9.0  # logical pixels
_NEAR_LINE: Final = 6.0
_SHORTEST: Final = 4.0  # a click without a drag is no measurement


class Drag(Protocol):
    """Something that follows the mouse while a button is down. Points are logical pixels."""

    def move(self, point: QPointF) -> None:
        """Follow the mouse."""
        ...

    def end(self) -> None:
        """Keep what has come of it."""
        ...

    def cancel(self) -> None:
        """Put everything back as it was."""
        ...


class PanDrag:
    """Moves the radiograph with the mouse."""

    def __init__(self, canvas: Surface, start: QPointF) -> None:
        self._canvas, self._start, self._view = canvas, start, canvas.view

    def move(self, point: QPointF) -> None:
        """Move the radiograph by what the mouse has moved since the button went down."""
        canvas, by = self._canvas, (point - self._start) * self._canvas.ratio
        canvas.show_view(panned(self._view, canvas.film_shape, canvas.viewport_size, by.x(), by.y()))

    def end(self) -> None:
        """Leave it there."""

    def cancel(self) -> None:
        """Put the radiograph back."""
        self._canvas.show_view(self._view)


class WindowDrag:
    """Changes the window: to the right wider, downwards the centre rises."""

    def __init__(self, canvas: Surface, start: QPointF) -> None:
        self._canvas, self._start, self._view = canvas, start, canvas.view
        self._window = canvas.shown_window()
        self._range = canvas.film_range()

    def move(self, point: QPointF) -> None:
        """Work the window out from where the drag began: no steps add up."""
        by = point - self._start
        # The view of now, as the wheel may turn meanwhile.
        self._canvas.show_view(window_dragged(self._canvas.view, by.x(), by.y(), self._window, self._range))

    def end(self) -> None:
        """Leave it there."""

    def cancel(self) -> None:
        """Put the window back."""
        self._canvas.show_view(self._view)


class EndDrag:
    """Moves one end of a measurement, a new one or an old one."""

    def __init__(self, canvas: Surface, measurements: Measurements, index: int, end: End) -> None:
        self._canvas, self._before = canvas, canvas.measurements
        self._now, self._index, self._end = measurements, index, end
        canvas.select(index)

    def move(self, point: QPointF) -> None:
        """Put the end where the mouse is, on the radiograph."""
        canvas = self._canvas
        self._now = moved(self._now, self._index, self._end, canvas.position_at(point))
        canvas.draft_measurements(self._now, self._index)

    def end(self) -> None:
        """Keep the measurement, unless it is a click's."""
        line = self._now[self._index]
        if _screen_length(line, self._canvas.geometry_on_screen(), self._canvas.ratio) < _SHORTEST:
            self.cancel()
        else:
            self._canvas.keep_measurements(self._now, is_new=len(self._now) > len(self._before), index=self._index)

    def cancel(self) -> None:
        """Forget it."""
        self._canvas.draft_measurements(None, None)
        if len(self._now) > len(self._before):
            self._canvas.select(None)


def new_measurement(canvas: Surface, point: QPointF) -> EndDrag:
    """Begin a measurement at a point."""
    position = canvas.position_at(point)
    measurements = added(canvas.measurements, Measurement(position, position))
    return EndDrag(canvas, measurements, len(measurements) - 1, "end")


def grabbed_end(canvas: Surface, point: QPointF) -> EndDrag | None:
    """Return a drag of the measurement end that lies under a point, if one does."""
    nearest: tuple[float, int, End] | None = None
    for index, measurement in enumerate(canvas.measurements):
        ends: tuple[tuple[End, Position], ...] = (("start", measurement.start), ("end", measurement.end))
        for end, position in ends:
            distance = _distance(canvas.point_of(position), point)
            if distance <= _NEAR_END and (nearest is None or distance < nearest[0]):
                nearest = distance, index, end
    return EndDrag(canvas, canvas.measurements, nearest[1], nearest[2]) if nearest else None


def line_under(canvas: Surface, point: QPointF) -> int | None:
    """Return the number of the measurement whose line lies under a point, if one does."""
    for index, measurement in reversed(list(enumerate(canvas.measurements))):
        start, end = canvas.point_of(measurement.start), canvas.point_of(measurement.end)
        along, out = end - start, point - start
        squared = QPointF.dotProduct(along, along)
        share = min(max(QPointF.dotProduct(out, along) / squared, 0.0), 1.0) if squared else 0.0
        if _distance(start + along * share, point) <= _NEAR_LINE:
            return index
    return None


def _screen_length(line: Measurement, geometry: Geometry, ratio: float) -> float:
    start, end = geometry.to_screen(line.start), geometry.to_screen(line.end)
    return hypot(end[0] - start[0], end[1] - start[1]) / ratio


def _distance(one: QPointF, other: QPointF) -> float:
    return hypot(one.x() - other.x(), one.y() - other.y())
