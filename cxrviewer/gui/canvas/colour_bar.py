"""The bar in a corner that says what the colours of a heatmap mean."""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from cxrviewer.domain import Heatmap
from cxrviewer.gui.canvas.contours import CONTOUR_SHARES, contour_colour
from cxrviewer.gui.canvas.marks import INK, MARGIN, OUTLINE, draw_text, line_width, rectangle
from cxrviewer.gui.canvas.words import heat_ends, heat_title, no_heat
from cxrviewer.gui.state.view import HeatmapSettings
from cxrviewer.imaging.fitting import heatmap_maximum
from cxrviewer.imaging.rendering import load_colour_map, overlay

_WIDTH: Final = 220.0
_HEIGHT: Final = 14.0
_GREY: Final = 0.45
_AROUND: Final = 3.0  # logical pixels, for the outlines


def draw_colour_bar(painter: QPainter, view: QRectF, heatmap: Heatmap, settings: HeatmapSettings, ratio: float) -> None:
    """Draw in the lower right corner what the colours mean: the finding, and the range from none to the maximum."""
    maximum = heatmap_maximum(heatmap, smooth=settings.smooth)
    if maximum > 0:
        title, ends = heat_title(heatmap.finding, heatmap.method), heat_ends(maximum)
    else:
        title, ends = no_heat(heatmap.finding), ("", "")
    metrics, room = QFontMetricsF(painter.font()), max(view.width() - 2 * MARGIN - 2 * _AROUND, 1.0)
    if ends[0] and _words_width(metrics, ends) > room:  # a small view, or large letters: figures alone
        ends = "0", f"{maximum:.2g}"
    title = metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, room)
    image = _drawn(title, ends, settings, painter.font().toString(), ratio, min(_WIDTH, room))
    size = image.deviceIndependentSize()
    corner = QPointF(view.width() - MARGIN - size.width(), view.height() - MARGIN - size.height())
    painter.drawImage(QPointF(round(corner.x() * ratio), round(corner.y() * ratio)) / ratio, image)


@lru_cache(maxsize=8)
def _drawn(
    title: str, ends: tuple[str, str], settings: HeatmapSettings, font_name: str, ratio: float, least: float
) -> QImage:
    """Return the bar with its words; it is drawn once, and not for every frame of a window drag."""
    font = QFont()
    font.fromString(font_name)
    metrics = QFontMetricsF(font)
    low, high = ends
    line = metrics.height()
    shows_bar = bool(low)
    width = max(least if shows_bar else 0.0, metrics.horizontalAdvance(title), _words_width(metrics, ends))
    height = 2 * line + _HEIGHT + 3 if shows_bar else line
    size = width + 2 * _AROUND, height + 2 * _AROUND
    image = QImage(ceil(size[0] * ratio), ceil(size[1] * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    draw_text(painter, QPointF(_AROUND, _AROUND + metrics.ascent()), title)
    if shows_bar:
        bar = QRectF(_AROUND, round(_AROUND + line + 1), width, _HEIGHT)
        _draw_bar(painter, bar, settings)
        baseline = bar.bottom() + 2 + metrics.ascent()
        draw_text(painter, QPointF(bar.left(), baseline), low)
        draw_text(painter, QPointF(bar.right() - metrics.horizontalAdvance(high), baseline), high)
    painter.end()
    return image


def _words_width(metrics: QFontMetricsF, ends: tuple[str, str]) -> float:
    return sum(metrics.horizontalAdvance(end) for end in ends) + 12


def _draw_bar(painter: QPainter, bar: QRectF, settings: HeatmapSettings) -> None:
    if settings.style == "fill":
        painter.drawImage(bar, _ramp(settings))
    else:
        _draw_line_samples(painter, bar, settings)
    for pen in (QPen(OUTLINE, 3.0), QPen(INK, 1.0)):
        painter.strokePath(rectangle(bar), pen)


def _ramp(settings: HeatmapSettings) -> QImage:
    """Return the colours over a middle grey, as opaque as they are over the film."""
    heat = np.linspace(0, 1, 256, dtype=np.float32)[np.newaxis]
    grey = np.full((1, 256), _GREY, np.float32)
    colours = np.ascontiguousarray(overlay(grey, heat, load_colour_map(settings.colour_map), settings.opacity))
    return QImage(colours.data, 256, 1, 768, QImage.Format.Format_RGB888).copy()


def _draw_line_samples(painter: QPainter, bar: QRectF, settings: HeatmapSettings) -> None:
    """Draw each line's colour and thickness where its share of the maximum lies on the bar."""
    grey = round(255 * _GREY)
    painter.fillRect(bar, QColor(grey, grey, grey))
    for share in CONTOUR_SHARES:
        x = bar.left() + share * bar.width()
        path = QPainterPath(QPointF(x, bar.top()))
        path.lineTo(x, bar.bottom())
        width = line_width(share)
        painter.strokePath(path, QPen(OUTLINE, width + 2.0))
        painter.strokePath(path, QPen(QColor(*contour_colour(share, settings.colour_map)), width))
