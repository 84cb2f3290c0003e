"""What is drawn over a radiograph: lines, words and a colour bar, each with an outline, readable on black and white."""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPolygonF

from cxrviewer.domain import Heatmap
from cxrviewer.gui.canvas.contours import CONTOUR_SHARES, Contour, contour_colour
from cxrviewer.gui.canvas.words import heat_ends, heat_title, length_words, no_heat, orientation_words
from cxrviewer.gui.state.geometry import Geometry
from cxrviewer.gui.state.measuring import Length, Measurement
from cxrviewer.gui.state.view import HeatmapSettings
from cxrviewer.imaging.fitting import heatmap_maximum
from cxrviewer.imaging.rendering import load_colour_map, overlay

_INK: Final = QColor(255, 255, 255)
_OUTLINE: Final = QColor(0, 0, 0)
_SELECTED: Final = QColor(255, 206, 92)
_MARGIN: Final = 12.0
_END: Final = 5.0  # half the length of the stroke across a measurement's end
_BAR_WIDTH: Final = 220.0
_BAR_HEIGHT: Final = 14.0
_BAR_GREY: Final = 0.45


def draw_text(painter: QPainter, position: QPointF, text: str, ink: QColor = _INK) -> None:
    """Write a line of text with its baseline's left end at a position, outlined."""
    path = QPainterPath()
    path.addText(position, painter.font(), text)
    _stroke_and_fill(painter, path, ink)


def draw_measurement(
    painter: QPainter,
    view: QRectF,
    measurement: Measurement,
    length: Length,
    geometry: Geometry,
    ratio: float,
    *,
    selected: bool,
) -> None:
    """Draw a line with a stroke across each end, and its length beside it; a selected one has handles and is thicker.

    ``ratio``: device pixels a logical one.
    """
    start, end = (logical(geometry.to_screen(place), ratio) for place in (measurement.start, measurement.end))
    along = end - start
    size = max(float(np.hypot(along.x(), along.y())), 1e-6)
    across = QPointF(-along.y(), along.x()) / size * _END
    path = QPainterPath(start)
    path.lineTo(end)
    for place in (start, end):
        path.moveTo(place - across)
        path.lineTo(place + across)
    ink = _SELECTED if selected else _INK
    width = 2.5 if selected else 1.5
    for pen in (QPen(_OUTLINE, width + 2.5), QPen(ink, width)):
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.strokePath(path, pen)
    if selected:
        handles = QPainterPath()
        for place in (start, end):
            handles.addEllipse(place, _END, _END)
        painter.strokePath(handles, QPen(_OUTLINE, 3.5))
        painter.strokePath(handles, QPen(ink, 1.5))
    seen = _visible_part(start, end, view)
    if seen is not None:
        text = length_words(length)
        draw_text(painter, _beside(*seen, text, view, painter.font()), text, ink)


def _visible_part(start: QPointF, end: QPointF, view: QRectF) -> tuple[QPointF, QPointF] | None:
    """Return the part of a line that is in the view, to the pixel."""
    ends = ((round(place.x()), round(place.y())) for place in (start, end))
    inside, one, other = cv2.clipLine((0, 0, math.ceil(view.width()), math.ceil(view.height())), *ends)
    return (QPointF(*one), QPointF(*other)) if inside else None


def _beside(start: QPointF, end: QPointF, text: str, view: QRectF, font: QFont) -> QPointF:
    """Return where the text of a line begins: beside its lower end, within the view where there is room."""
    metrics = QFontMetricsF(font)
    lower = start if start.y() > end.y() else end
    width, height = metrics.horizontalAdvance(text), metrics.height()
    x = min(max(lower.x() + 2 * _END, 2.0), max(view.width() - width - 4.0, 2.0))
    y = min(max(lower.y() + height, height), max(view.height() - 6.0, height))
    return QPointF(x, y)


def draw_orientation(painter: QPainter, view: QRectF, quarter_turns: int, flipped: bool) -> None:
    """Say in the upper left corner that side markers may mislead, where the radiograph is turned or flipped."""
    text = orientation_words(quarter_turns, flipped)
    if not text:
        return
    font = QFont(painter.font())
    font.setBold(True)
    metrics = QFontMetricsF(font)
    wrapped = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignCenter)
    room = QRectF(0, 0, max(view.width() - 2 * _MARGIN - 16, 40), view.height())
    words = metrics.boundingRect(room, wrapped, text)
    box = QRectF(_MARGIN, _MARGIN, words.width() + 16, words.height() + 8)
    painter.save()
    painter.setFont(font)
    painter.setPen(QPen(_OUTLINE, 1.0))
    painter.setBrush(_SELECTED)
    painter.drawRoundedRect(box, 4, 4)
    painter.drawText(box, wrapped, text)
    painter.restore()


def draw_contours(
    painter: QPainter, lines: tuple[Contour, ...], settings: HeatmapSettings, ratio: float, *, antialiased: bool = True
) -> None:
    """Draw lines of equal heat, the inner ones thicker; the opacity of a fill makes lines twice as opaque."""
    painter.save()
    painter.setOpacity(min(1.0, 2 * settings.opacity))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, antialiased)
    for contour in lines:
        path = QPainterPath()
        for line in contour.lines:
            path.addPolygon(QPolygonF([QPointF(x, y) for x, y in (line / ratio).tolist()]))
            path.closeSubpath()
        width = _line_width(contour.share)
        painter.strokePath(path, QPen(_OUTLINE, width + 2.0))
        painter.strokePath(path, QPen(QColor(*contour_colour(contour.share, settings.colour_map)), width))
    painter.restore()


def _line_width(share: float) -> float:
    return 1.0 + 1.6 * share


def draw_colour_bar(painter: QPainter, view: QRectF, heatmap: Heatmap, settings: HeatmapSettings) -> None:
    """Draw in the lower right corner what the colours mean: the finding, and the range from none to the maximum."""
    maximum = heatmap_maximum(heatmap, smooth=settings.smooth)
    metrics = QFontMetricsF(painter.font())
    low, high = heat_ends(maximum)
    title = heat_title(heatmap.finding) if maximum > 0 else no_heat(heatmap.finding)
    ends = metrics.horizontalAdvance(low) + metrics.horizontalAdvance(high) + 12
    width = max(_BAR_WIDTH, metrics.horizontalAdvance(title), ends)
    line = metrics.height()
    left = view.width() - _MARGIN - width
    baseline = view.height() - _MARGIN - metrics.descent()
    if maximum <= 0:
        draw_text(painter, QPointF(left, baseline), title)
        return
    bar = QRectF(round(left), round(baseline - line - _BAR_HEIGHT), width, _BAR_HEIGHT)
    if settings.style == "fill":
        painter.drawImage(bar, _ramp(settings))
    else:
        _draw_line_samples(painter, bar, settings)
    for pen in (QPen(_OUTLINE, 3.0), QPen(_INK, 1.0)):
        painter.strokePath(_rectangle(bar), pen)
    draw_text(painter, QPointF(left, bar.top() - metrics.descent() - 3), title)
    draw_text(painter, QPointF(left, baseline), low)
    draw_text(painter, QPointF(left + width - metrics.horizontalAdvance(high), baseline), high)


def _ramp(settings: HeatmapSettings) -> QImage:
    """Return the colours over a middle grey, as opaque as they are over the film."""
    heat = np.linspace(0, 1, 256, dtype=np.float32)[np.newaxis]
    grey = np.full((1, 256), _BAR_GREY, np.float32)
    colours = np.ascontiguousarray(overlay(grey, heat, load_colour_map(settings.colour_map), settings.opacity))
    return QImage(colours.data, 256, 1, 768, QImage.Format.Format_RGB888).copy()


def _draw_line_samples(painter: QPainter, bar: QRectF, settings: HeatmapSettings) -> None:
    """Draw each line's colour and thickness where its share of the maximum lies on the bar."""
    grey = round(255 * _BAR_GREY)
    painter.fillRect(bar, QColor(grey, grey, grey))
    for share in CONTOUR_SHARES:
        x = bar.left() + share * bar.width()
        path = QPainterPath(QPointF(x, bar.top()))
        path.lineTo(x, bar.bottom())
        width = _line_width(share)
        painter.strokePath(path, QPen(_OUTLINE, width + 2.0))
        painter.strokePath(path, QPen(QColor(*contour_colour(share, settings.colour_map)), width))


def draw_lens_frame(painter: QPainter, lens: QRectF) -> None:
    """Draw the rim of the magnifier."""
    for pen in (QPen(_OUTLINE, 4.0), QPen(_INK, 1.5)):
        painter.strokePath(_ellipse(lens), pen)


def draw_frame(painter: QPainter, view: QRectF, colour: QColor) -> None:
    """Draw a frame around the view, to show where keys go."""
    view = view.adjusted(1.5, 1.5, -1.5, -1.5)
    painter.strokePath(_rectangle(view), QPen(_OUTLINE, 3.0))
    painter.strokePath(_rectangle(view), QPen(colour, 1.5))


def logical(point: tuple[float, float], ratio: float) -> QPointF:
    """Return a point in device pixels as a logical one."""
    return QPointF(point[0] / ratio, point[1] / ratio)


def lens_path(lens: QRectF) -> QPainterPath:
    """Return the part of the view that the magnifier covers."""
    return _ellipse(lens)


def _ellipse(box: QRectF) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(box)
    return path


def _rectangle(box: QRectF) -> QPainterPath:
    path = QPainterPath()
    path.addRect(box)
    return path


def _stroke_and_fill(painter: QPainter, path: QPainterPath, ink: QColor) -> None:
    outline = QPen(_OUTLINE, 3.0)
    outline.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, outline)
    painter.fillPath(path, ink)
