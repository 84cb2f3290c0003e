"""What is drawn over a radiograph: lines and words, each with an outline, readable on black and white."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QTextOption

from cxrviewer.gui.canvas.contours import Contour, contour_colour
from cxrviewer.gui.canvas.level_lines import Line
from cxrviewer.gui.canvas.words import length_words, orientation_words
from cxrviewer.gui.state.geometry import Geometry
from cxrviewer.gui.state.measuring import Length, Measurement
from cxrviewer.gui.state.sides import Sides
from cxrviewer.gui.state.view import HeatmapSettings
from cxrviewer.gui.theme import scaled_font
from cxrviewer.imaging.lung_outline import OUTLINE_COLOUR

INK: Final = QColor(255, 255, 255)
OUTLINE: Final = QColor(0, 0, 0)
_SELECTED: Final = QColor(255, 206, 92)
_MESSAGE: Final = QColor(190, 195, 203)
MARGIN: Final = 12.0
_SIDE_SCALE: Final = 1.5
_OUTSIDE: Final = 2.0  # logical pixels that the outline of a letter needs
_RIM: Final = MARGIN - _OUTSIDE
_SEAM: Final = 0.5  # device pixels
_THICKEST: Final = 8.0  # logical pixels that a line of a contour may reach beyond its course
_LUNG_LINE: Final = 1.4  # logical pixels
_END: Final = 5.0  # half the length of the stroke across a measurement's end


def draw_text(painter: QPainter, position: QPointF, text: str, ink: QColor = INK) -> None:
    """Write a line of text with its baseline's left end at a position, outlined."""
    path = QPainterPath()
    path.addText(position, painter.font(), text)
    _stroke_and_fill(painter, path, ink)


def draw_message(painter: QPainter, view: QRectF, text: str) -> None:
    """Write words in the middle of an empty view, broken where they must be, also within a long file name."""
    room = view.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
    wrapped = QTextOption(Qt.AlignmentFlag.AlignCenter)
    wrapped.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    if painter.boundingRect(room, text, wrapped).height() > room.height():
        # Rather the beginning than the middle of what does not fit.
        wrapped.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
    painter.save()
    painter.setClipRect(view)
    painter.setPen(_MESSAGE)
    painter.drawText(room, text, wrapped)
    painter.restore()


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
    ink = _SELECTED if selected else INK
    width = 2.5 if selected else 1.5
    for pen in (QPen(OUTLINE, width + 2.5), QPen(ink, width)):
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.strokePath(path, pen)
    if selected:
        handles = QPainterPath()
        for place in (start, end):
            handles.addEllipse(place, _END, _END)
        painter.strokePath(handles, QPen(OUTLINE, 3.5))
        painter.strokePath(handles, QPen(ink, 1.5))
    seen = _visible_part(start, end, view)
    if seen is not None:
        text = length_words(length)
        draw_text(painter, _beside(*seen, text, view, painter.font()), text, ink)


def _visible_part(start: QPointF, end: QPointF, view: QRectF) -> tuple[QPointF, QPointF] | None:
    """Return the part of a line that is in the view, to the pixel."""
    import cv2

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


def draw_turn(painter: QPainter, view: QRectF, quarter_turns: int, flipped: bool) -> QRectF:
    """Say in the upper left corner that side markers may mislead, where the radiograph is turned or flipped.

    Returns the box of what was said, empty where there is nothing to say.
    """
    text = orientation_words(quarter_turns, flipped)
    if not text:
        return QRectF()
    font = QFont(painter.font())
    font.setBold(True)
    metrics = QFontMetricsF(font)
    wrapped = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignCenter)
    room = QRectF(0, 0, max(view.width() - 2 * MARGIN - 16, 40), view.height())
    words = metrics.boundingRect(room, wrapped, text)
    box = QRectF(MARGIN, MARGIN, words.width() + 16, words.height() + 8)
    painter.save()
    painter.setFont(font)
    painter.setPen(QPen(OUTLINE, 1.0))
    painter.setBrush(_SELECTED)
    painter.drawRoundedRect(box, 4, 4)
    painter.drawText(box, wrapped, text)
    painter.restore()
    return box


def draw_sides(painter: QPainter, view: QRectF, sides: Sides, below: float) -> None:
    """Write which side of the patient lies left, right and at the top; the colour bar is at the bottom.

    below: logical pixels from the top that something else has.
    """
    font = painter.font()
    top = max(below, view.top() + MARGIN / 2) + MARGIN / 2
    for letters, share, height in ((sides.left, 0.0, None), (sides.right, 1.0, None), (sides.top, 0.5, top)):
        picture = _side_picture(letters, font.toString(), painter.device().devicePixelRatioF())
        size = picture.deviceIndependentSize()
        left = view.left() + _RIM + share * (view.width() - 2 * _RIM - size.width())
        at = view.center().y() - size.height() / 2 if height is None else height
        painter.drawImage(QPointF(round(left), round(at)), picture)


@lru_cache(maxsize=64)
def _side_picture(letters: str, font_name: str, ratio: float) -> QImage:
    """Return letters on a transparent picture: stroking them for each frame would take a tenth of its time."""
    font = QFont()
    font.fromString(font_name)
    font = scaled_font(font, _SIDE_SCALE)
    font.setBold(True)
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(letters) + 2 * _OUTSIDE, metrics.capHeight() + 2 * _OUTSIDE
    picture = QImage(math.ceil(width * ratio), math.ceil(height * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    picture.setDevicePixelRatio(ratio)
    picture.fill(0)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    draw_text(painter, QPointF(_OUTSIDE, _OUTSIDE + metrics.capHeight()), letters)
    painter.end()
    return picture


def draw_contours(painter: QPainter, lines: tuple[Contour, ...], settings: HeatmapSettings, ratio: float) -> None:
    """Draw lines of equal heat on a transparent picture, the inner ones thicker.

    The opacity of a fill makes lines twice as opaque; what is drawn later takes the place of what is below it.
    """
    opacity = min(1.0, 2 * settings.opacity)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    for contour in lines:
        size = painter.device().width(), painter.device().height()
        strokes = _strokes(contour.lines, ratio, size, _SEAM if settings.smooth else 0.0)
        ink, width = QColor(*contour_colour(contour.share, settings.colour_map)), line_width(contour.share)
        for colour, thickness in ((QColor(OUTLINE), width + 2.0), (ink, width)):
            colour.setAlphaF(opacity)
            pen = QPen(colour, thickness)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap if settings.smooth else Qt.PenCapStyle.SquareCap)
            painter.setPen(pen)
            painter.drawLines(strokes)
    painter.restore()


def draw_lung_outline(painter: QPainter, lines: tuple[Line, ...], ratio: float) -> None:
    """Draw the lungs' edges on a transparent picture: thin, with a dark rim."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    strokes = _strokes(lines, ratio, (painter.device().width(), painter.device().height()), _SEAM)
    for colour, thickness in ((OUTLINE, _LUNG_LINE + 1.6), (QColor(*OUTLINE_COLOUR), _LUNG_LINE)):
        pen = QPen(colour, thickness)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLines(strokes)
    painter.restore()


def _strokes(lines: tuple[Line, ...], ratio: float, size: tuple[int, int], longer: float) -> list[QLineF]:
    """Return the straight pieces of closed lines in logical pixels, each longer by some device pixels at both ends.

    Only those that may be seen in a picture of ``size``, width and height in device pixels. Qt draws them five times
    as fast as a path; but where they only touched, a seam would be seen.
    """
    if not lines:
        return []
    starts = np.concatenate(lines)
    along = np.concatenate([np.roll(line, -1, axis=0) for line in lines]) - starts
    beyond = along * (longer / np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-6))[:, np.newaxis]
    starts, ends = starts - beyond, starts + along + beyond
    near = _THICKEST * ratio
    seen = (np.maximum(starts, ends) >= -near) & (np.minimum(starts, ends) <= np.array(size) + near)
    pieces = np.hstack([starts, ends])[seen.all(axis=1)] / ratio
    return [QLineF(*piece) for piece in pieces.tolist()]


def line_width(share: float) -> float:
    """Return how thick the line of a share is, in logical pixels."""
    return 1.0 + 1.6 * share


def draw_lens_frame(painter: QPainter, lens: QRectF) -> None:
    """Draw the rim of the magnifier."""
    for pen in (QPen(OUTLINE, 4.0), QPen(INK, 1.5)):
        painter.strokePath(_ellipse(lens), pen)


def draw_frame(painter: QPainter, view: QRectF, colour: QColor) -> None:
    """Draw a frame around the view, to show where keys go."""
    view = view.adjusted(1.5, 1.5, -1.5, -1.5)
    painter.strokePath(rectangle(view), QPen(OUTLINE, 3.0))
    painter.strokePath(rectangle(view), QPen(colour, 1.5))


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


def rectangle(box: QRectF) -> QPainterPath:
    """Return a rectangle's outline."""
    path = QPainterPath()
    path.addRect(box)
    return path


def _stroke_and_fill(painter: QPainter, path: QPainterPath, ink: QColor) -> None:
    outline = QPen(OUTLINE, 3.0)
    outline.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, outline)
    painter.fillPath(path, ink)
