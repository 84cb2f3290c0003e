"""The widget that shows one radiograph: state in by its setters, what a person does out by its signals."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from cxrviewer.domain import Heatmap, LungEvidence, Radiograph, Window
from cxrviewer.gui.canvas import keys
from cxrviewer.gui.canvas.film import FilmPainter
from cxrviewer.gui.canvas.gestures import Drag, PanDrag, WindowDrag, grabbed_end, line_under, new_measurement
from cxrviewer.gui.canvas.scene import Scene, paint_scene
from cxrviewer.gui.canvas.words import empty_words, keys_words
from cxrviewer.gui.state import view as views
from cxrviewer.gui.state.cursor import reading_at
from cxrviewer.gui.state.geometry import (
    Geometry,
    Shape,
    Viewport,
    fit_or_one_to_one,
    panned,
    placed,
    shown_zoom,
    zoomed_about,
)
from cxrviewer.gui.state.measuring import Measurements, removed
from cxrviewer.gui.state.tools import Tool
from cxrviewer.gui.state.view import HeatmapSettings, Position, ViewSettings, chosen_heatmap
from cxrviewer.imaging.presets import between

_WHEEL_STEP = 1.25
_WHEEL_UNIT = 120.0  # of QWheelEvent.angleDelta: one notch
_CURSORS = {
    Tool.PAN: Qt.CursorShape.OpenHandCursor,
    Tool.WINDOW: Qt.CursorShape.SizeAllCursor,
    Tool.MEASURE: Qt.CursorShape.CrossCursor,
    Tool.MAGNIFY: Qt.CursorShape.BlankCursor,
}


class RadiographCanvas(QWidget):
    """Shows one radiograph with its heatmap and measurements, at the screen's own resolution.

    Signals: ``view_changed`` (ViewSettings) after a person's zoom, pan, window, turn or flip; ``cursor_moved``
    (CursorReading or None outside); ``measurement_made`` (Measurement) and ``measurements_changed`` (the new tuple: one
    signal for one gesture, so one step of undo); ``activated`` when it is pressed or gets the focus. Setters emit
    nothing and change nothing that they are given.
    """

    view_changed = Signal(object)
    cursor_moved = Signal(object)
    measurement_made = Signal(object)
    measurements_changed = Signal(object)
    activated = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._radiograph: Radiograph | None = None
        self._film: FilmPainter | None = None
        self._view = ViewSettings()
        self._heatmaps: tuple[Heatmap, ...] = ()
        self._predicted: str | None = None
        self._lungs: LungEvidence | None = None
        self._heatmap_settings = HeatmapSettings()
        self._message = ""
        self._measurements: Measurements = ()
        self._draft: Measurements | None = None
        self._selected: int | None = None
        self._tool = Tool.PAN
        self._magnifying = self._magnifier_held = False
        self._cursor: QPointF | None = None
        self._drag: Drag | None = None
        self._drag_button = Qt.MouseButton.NoButton
        self._framed = self._focus_by_key = False
        self._preparing = QTimer(self)
        self._preparing.setSingleShot(True)
        self._preparing.setInterval(0)
        self._preparing.timeout.connect(self._prepare)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # Every pixel is painted by paintEvent, so nothing need be erased before.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(64, 64)
        self.setAccessibleName(self.tr("Radiograph"))
        self._set_cursor_shape()
        self._describe()

    # State in

    def set_radiograph(self, radiograph: Radiograph | None) -> None:
        """Show another radiograph (None: an empty view). View, heatmaps and measurements stay until they are set."""
        self._give_up_drag()
        self._radiograph = radiograph
        self._film = FilmPainter(radiograph) if radiograph is not None else None
        self._selected = None
        if radiograph is not None:
            self._preparing.start()
        else:
            self._preparing.stop()
        self._describe()
        self._tell_cursor()
        self.update()

    def set_message(self, text: str) -> None:
        """Say this in the view while no radiograph is shown; "" says that there is none."""
        self._message = text
        self._describe()
        self.update()

    def set_view(self, view: ViewSettings) -> None:
        """Show the radiograph in another way; ``view_changed`` stays silent."""
        if view != self._view:
            self._view = view
            self._tell_cursor()
            self.update()

    def set_heatmaps(self, heatmaps: Sequence[Heatmap], predicted: str | None = None) -> None:
        """Take the heatmaps of this radiograph, and which finding is the predicted one."""
        self._heatmaps, self._predicted = tuple(heatmaps), predicted
        self.update()

    def set_lungs(self, lungs: LungEvidence | None) -> None:
        """Take where the lungs are on this radiograph, None where it is not known."""
        self._lungs = lungs
        self.update()

    def set_heatmap_settings(self, settings: HeatmapSettings) -> None:
        """Show the heatmap in another way."""
        if settings != self._heatmap_settings:
            self._heatmap_settings = settings
            self.update()

    def set_measurements(self, measurements: Measurements) -> None:
        """Show these measurements; ``measurements_changed`` stays silent."""
        self._measurements, self._draft = measurements, None
        if self._selected is not None and self._selected >= len(measurements):
            self._selected = None
        self.update()

    def set_tool(self, tool: Tool) -> None:
        """Change what the left mouse button does."""
        self._give_up_drag()
        self._tool = tool
        self._set_cursor_shape()
        self.update()

    def set_magnifier(self, on: bool) -> None:
        """Show or hide the magnifier, whatever the tool."""
        self._magnifying = on
        self.update()

    def set_framed(self, framed: bool) -> None:
        """Show or hide a frame: the view that is active among several."""
        self._framed = framed
        self.update()

    # State out

    @property
    def radiograph(self) -> Radiograph | None:
        """The radiograph that is shown."""
        return self._radiograph

    @property
    def message(self) -> str:
        """What the view says while no radiograph is shown."""
        return self._message or empty_words()

    @property
    def view(self) -> ViewSettings:
        """How it is shown now."""
        return self._view

    @property
    def measurements(self) -> Measurements:
        """The measurements on it."""
        return self._measurements

    @property
    def selected(self) -> int | None:
        """The number of the selected measurement."""
        return self._selected

    @property
    def tool(self) -> Tool:
        """The active tool."""
        return self._tool

    @property
    def ratio(self) -> float:
        """Device pixels a logical pixel."""
        return self.devicePixelRatioF()

    @property
    def viewport_size(self) -> Viewport:
        """The size of the view in device pixels."""
        return Viewport(max(1, round(self.width() * self.ratio)), max(1, round(self.height() * self.ratio)))

    @property
    def film_shape(self) -> Shape:
        """Rows and columns of the radiograph, (1, 1) where there is none."""
        return self._radiograph.stored.shape if self._radiograph is not None else (1, 1)

    def geometry_on_screen(self) -> Geometry:
        """Return where the radiograph lies, in device pixels."""
        return placed(self._view, self.film_shape, self.viewport_size)

    def zoom(self) -> float:
        """Return device pixels a stored pixel, also where the radiograph is fitted."""
        return shown_zoom(self._view, self.film_shape, self.viewport_size)

    def shown_window(self) -> Window:
        """Return the window that is shown, or the one nearest to the file's default rendering."""
        return self._view.window if self._view.window is not None else self.opening_window()

    def opening_window(self) -> Window:
        """Return the window of the file's default rendering, or the one nearest to it."""
        return self._film.default_window if self._film is not None else between(0.0, 1.0)

    def film_range(self) -> tuple[float, float]:
        """Return the least and the greatest modality value in the film."""
        return self._film.range if self._film is not None else (0.0, 1.0)

    def position_at(self, point: QPointF) -> Position:
        """Return the position on the radiograph at a logical point, the nearest one where it is outside."""
        row, column = self.geometry_on_screen().to_stored((point.x() * self.ratio, point.y() * self.ratio))
        rows, columns = self.film_shape
        return min(max(row, 0.0), float(rows)), min(max(column, 0.0), float(columns))

    def point_of(self, position: Position) -> QPointF:
        """Return the logical point of a position on the radiograph."""
        x, y = self.geometry_on_screen().to_screen(position)
        return QPointF(x / self.ratio, y / self.ratio)

    # What a person does: by mouse, key, or an action of the window

    def show_view(self, view: ViewSettings) -> None:
        """Show the radiograph in another way and say so by ``view_changed``, where it differs."""
        if view != self._view:
            self.set_view(view)
            self.view_changed.emit(view)

    def fit(self) -> None:
        """Show the whole radiograph."""
        self.show_view(views.fitted(self._view))

    def one_to_one(self) -> None:
        """Show every stored pixel as one of the screen, about the middle of the view."""
        self.zoom_by(1.0 / self.zoom(), None)

    def zoom_by(self, factor: float, about: QPointF | None = None) -> None:
        """Zoom about a logical point, or about the middle of the view."""
        viewport = self.viewport_size
        point = (about.x() * self.ratio, about.y() * self.ratio) if about else (viewport.width / 2, viewport.height / 2)
        self.show_view(zoomed_about(self._view, self.film_shape, viewport, self.zoom() * factor, point))

    def zoom_in(self) -> None:
        """Show the radiograph a step larger."""
        self.zoom_by(_WHEEL_STEP)

    def zoom_out(self) -> None:
        """Show the radiograph a step smaller."""
        self.zoom_by(1 / _WHEEL_STEP)

    def pan_by(self, right: float, down: float) -> None:
        """Move what is seen by shares of the view, as a scroll bar would: the radiograph moves the other way."""
        viewport = self.viewport_size
        by = -right * viewport.width, -down * viewport.height
        self.show_view(panned(self._view, self.film_shape, viewport, *by))

    def turn(self, quarter_turns: int) -> None:
        """Turn clockwise by quarters; negative: anticlockwise."""
        self.show_view(views.turned(self._view, quarter_turns))

    def flip(self) -> None:
        """Mirror left to right what is on the screen."""
        self.show_view(views.flipped(self._view))

    def invert(self) -> None:
        """Exchange black and white."""
        self.show_view(views.inverted(self._view))

    def reset(self) -> None:
        """Show the radiograph as it was opened."""
        self.show_view(views.reset(self._view))

    def set_window(self, window: Window | None) -> None:
        """Show the radiograph through a window; None is the file's default rendering."""
        self.show_view(views.windowed(self._view, window))

    def delete_selected(self) -> bool:
        """Remove the selected measurement; return whether there was one."""
        if self._selected is None:
            return False
        index, self._selected = self._selected, None
        self.keep_measurements(removed(self._measurements, index))
        return True

    def clear_measurements(self) -> None:
        """Remove all measurements."""
        self._selected = None
        if self._measurements:
            self.keep_measurements(())

    def hold_magnifier(self, on: bool) -> None:
        """Show the magnifier while a key is held."""
        self._magnifier_held = on
        self.update()

    # For the gestures, which see the canvas as a ``Surface``

    def select(self, index: int | None) -> None:
        """Select a measurement, or none."""
        self._selected = index
        self.update()

    def draft_measurements(self, measurements: Measurements | None, index: int | None) -> None:
        """Draw measurements that are not kept yet; None: those that are."""
        self._draft = measurements
        self._selected = self._selected if index is None else index
        self.update()

    def keep_measurements(self, measurements: Measurements, *, is_new: bool = False, index: int = -1) -> None:
        """Keep measurements and say so by the signals."""
        self._draft = None
        if measurements == self._measurements:
            return
        self._measurements = measurements
        self.measurements_changed.emit(measurements)
        if is_new:
            self.measurement_made.emit(measurements[index])
        self.update()

    def give_up(self) -> bool:
        """Cancel the drag under way, or else unselect; return whether there was either."""
        had = self._drag is not None or self._selected is not None
        if not self._give_up_drag():
            self.select(None)
        return had

    def _give_up_drag(self) -> bool:
        drag, self._drag = self._drag, None
        if drag is not None:
            drag.cancel()
        return drag is not None

    # Events

    def event(self, event: QEvent) -> bool:
        """Keep the keys that are the canvas's before any shortcut of the window."""
        if event.type() == QEvent.Type.ShortcutOverride and keys.claims(self, event):
            event.accept()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the scene of now."""
        magnifying = self._tool is Tool.MAGNIFY or self._magnifying or self._magnifier_held
        # Without a mouse the lens stands still, and the keys move the film under it.
        middle = QPointF(self.width() / 2, self.height() / 2) if self.hasFocus() else None
        scene = Scene(
            film=self._film,
            message=self.message,
            spacing=self._radiograph.spacing if self._radiograph is not None else None,
            orientation=self._radiograph.orientation if self._radiograph is not None else None,
            geometry=self.geometry_on_screen(),
            view=self._view,
            heatmap=chosen_heatmap(self._heatmap_settings, self._heatmaps, self._predicted),
            heatmap_settings=self._heatmap_settings,
            lungs=self._lungs,
            measurements=self._measurements if self._draft is None else self._draft,
            selected=self._selected,
            lens=(self._cursor or middle) if magnifying else None,
            framed=self._framed or (self.hasFocus() and self._focus_by_key),
        )
        paint_scene(self, scene)

    def _prepare(self) -> None:
        """Make the film's smaller sizes one by one between events, so that no zoom has to wait for them."""
        if self._film is None:
            return
        pyramid = self._film.pyramid
        missing = [number for number in range(pyramid.count) if not pyramid.is_prepared(number)]
        if missing:
            pyramid.prepare(missing[0])
            self._preparing.start()

    def _describe(self) -> None:
        self.setAccessibleDescription(self.message if self._radiograph is None else keys_words())

    def _set_cursor_shape(self) -> None:
        panning = isinstance(self._drag, PanDrag)
        self.setCursor(Qt.CursorShape.ClosedHandCursor if panning else _CURSORS[self._tool])

    def _tell_cursor(self) -> None:
        if self._cursor is None:
            return
        reading = None
        if self._radiograph is not None:
            point = self._cursor.x() * self.ratio, self._cursor.y() * self.ratio
            reading = reading_at(self._radiograph, self.geometry_on_screen().to_stored(point))
        self.cursor_moved.emit(reading)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin a drag."""
        self.activated.emit()
        if self._radiograph is None or self._drag is not None:
            return
        self._drag = self._begun_drag(event.button(), event.position())
        self._drag_button = event.button()
        self._set_cursor_shape()

    def _begun_drag(self, button: Qt.MouseButton, point: QPointF) -> Drag | None:
        if button == Qt.MouseButton.RightButton:
            return WindowDrag(self, point)
        if button == Qt.MouseButton.MiddleButton:
            return PanDrag(self, point)
        if button != Qt.MouseButton.LeftButton:
            return None
        end = grabbed_end(self, point)
        if end is not None:
            return end
        self.select(line_under(self, point))
        if self._tool is Tool.MEASURE:
            return new_measurement(self, point) if self._selected is None else None
        return WindowDrag(self, point) if self._tool is Tool.WINDOW else PanDrag(self, point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Follow the mouse with the drag, the reading and the magnifier."""
        self._cursor = event.position()
        if self._drag is not None:
            self._drag.move(event.position())
        self._tell_cursor()
        if self._tool is Tool.MAGNIFY or self._magnifying or self._magnifier_held:
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """End the drag of this button."""
        if self._drag is not None and event.button() == self._drag_button:
            drag, self._drag = self._drag, None
            drag.end()
            self._set_cursor_shape()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go from fit to 1:1 at the cursor, or back to fit; but not where the left button measures."""
        if event.button() != Qt.MouseButton.LeftButton or self._tool is Tool.MEASURE or self._radiograph is None:
            self.mousePressEvent(event)
            return
        point = event.position() * self.ratio
        self.show_view(fit_or_one_to_one(self._view, self.film_shape, self.viewport_size, (point.x(), point.y())))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom about the cursor; fine steps of a touchpad zoom finely."""
        if self._radiograph is not None and event.angleDelta().y():
            self.zoom_by(_WHEEL_STEP ** (event.angleDelta().y() / _WHEEL_UNIT), event.position())
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Keep the right button for the window."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Do what the key stands for, or leave it to the window."""
        if self._radiograph is None or not keys.press(self, event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Put the magnifier away."""
        if not keys.release(self, event):
            super().keyReleaseEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Say that the cursor is nowhere on the radiograph."""
        self._cursor = None
        self.cursor_moved.emit(None)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show the focus where it came by a key."""
        self._focus_by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.activated.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Let go of what a held key does: its release goes elsewhere."""
        self.hold_magnifier(False)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Read what is now under the cursor."""
        self._tell_cursor()
