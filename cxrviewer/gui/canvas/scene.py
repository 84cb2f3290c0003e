"""Everything that one frame of a canvas shows, and how it is painted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from cxrviewer.domain import Heatmap, LungEvidence, Orientation, PixelSpacing
from cxrviewer.gui.canvas import marks
from cxrviewer.gui.canvas.colour_bar import draw_colour_bar
from cxrviewer.gui.canvas.contours import contours, lung_outline
from cxrviewer.gui.canvas.film import FilmPainter, FilmPicture, HeatLayer
from cxrviewer.gui.state.geometry import Geometry, magnified
from cxrviewer.gui.state.measuring import Measurements, length
from cxrviewer.gui.state.sides import shown_sides
from cxrviewer.gui.state.view import HeatmapSettings, ViewSettings

LENS_SIZE: Final = 280.0  # logical pixels across
LENS_SHARE: Final = 0.6  # of the view's shorter side at most
LENS_FACTOR: Final = 2.5

_GROUND: Final = QColor(0, 0, 0)


@dataclass(frozen=True, eq=False)
class Scene:
    """One frame. message: shown where there is no film. lens: the logical point that the magnifier is over, if any."""

    film: FilmPainter | None
    message: str
    spacing: PixelSpacing | None
    orientation: Orientation | None
    geometry: Geometry
    view: ViewSettings
    heatmap: Heatmap | None
    heatmap_settings: HeatmapSettings
    lungs: LungEvidence | None
    measurements: Measurements
    selected: int | None
    lens: QPointF | None
    framed: bool


def paint_scene(widget: QWidget, scene: Scene) -> None:
    """Paint a frame over the whole widget."""
    painter = QPainter(widget)
    try:
        view = QRectF(widget.rect())
        if scene.film is None:
            painter.fillRect(view, _GROUND)
            marks.draw_message(painter, view, scene.message)
        else:
            _paint_film(painter, scene, scene.film, view, widget.devicePixelRatioF())
        if scene.framed:
            marks.draw_frame(painter, view, widget.palette().highlight().color())
    finally:
        painter.end()


def _paint_film(painter: QPainter, scene: Scene, film: FilmPainter, view: QRectF, ratio: float) -> None:
    picture = _picture(scene, film, scene.geometry)
    _draw_ground(painter, view, picture, ratio)
    _draw_picture(painter, picture, QPointF(), ratio)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw_contours(painter, scene, film, scene.geometry, ratio)
    _draw_lungs(painter, scene, film, scene.geometry, ratio)
    for index, measurement in enumerate(scene.measurements):
        size = length(measurement, scene.spacing)
        chosen = index == scene.selected
        marks.draw_measurement(painter, view, measurement, size, scene.geometry, ratio, selected=chosen)
    if scene.lens is not None:
        _paint_lens(painter, scene, film, scene.lens, view, ratio)
    turns, flipped = scene.view.quarter_turns, scene.view.flipped
    said = marks.draw_turn(painter, view, turns, flipped)
    if scene.orientation is not None:
        marks.draw_sides(painter, view, shown_sides(scene.orientation, turns, flipped), below=said.bottom())
    if scene.heatmap is not None and scene.heatmap_settings.colour_bar:
        draw_colour_bar(painter, view, scene.heatmap, scene.heatmap_settings, ratio)


def _paint_lens(painter: QPainter, scene: Scene, film: FilmPainter, point: QPointF, view: QRectF, ratio: float) -> None:
    """Paint what is under a point larger: at least as large as it is stored."""
    size = round(min(LENS_SIZE, LENS_SHARE * min(view.width(), view.height())) * ratio)
    factor = max(LENS_FACTOR, 1.0 / scene.geometry.zoom)
    geometry = magnified(scene.geometry, (point.x() * ratio, point.y() * ratio), factor, size)
    # On a whole device pixel, so that the lens shows the film as sharp as the view does.
    corner = QPointF(round(point.x() * ratio - size / 2), round(point.y() * ratio - size / 2)) / ratio
    lens = QRectF(corner.x(), corner.y(), size / ratio, size / ratio)
    painter.save()
    painter.setClipPath(marks.lens_path(lens))
    painter.fillRect(lens, _GROUND)
    _draw_picture(painter, _picture(scene, film, geometry), corner, ratio)
    painter.translate(corner)
    _draw_contours(painter, scene, film, geometry, ratio)
    _draw_lungs(painter, scene, film, geometry, ratio)
    painter.restore()
    marks.draw_lens_frame(painter, lens)


def _picture(scene: Scene, film: FilmPainter, geometry: Geometry) -> FilmPicture | None:
    settings, heat = scene.heatmap_settings, None
    if scene.heatmap is not None and settings.style == "fill":
        heat = HeatLayer(scene.heatmap, settings.smooth, settings.colour_map, settings.opacity)
    return film.picture(geometry, scene.view.window, scene.view.inverted, heat)


def _draw_contours(painter: QPainter, scene: Scene, film: FilmPainter, geometry: Geometry, ratio: float) -> None:
    settings, heatmap = scene.heatmap_settings, scene.heatmap
    if heatmap is None or settings.style != "contour":
        return

    def draw(over: QPainter) -> None:
        marks.draw_contours(over, contours(heatmap, geometry, smooth=settings.smooth), settings, ratio)

    # Stroking smooth lines takes longer than all the rest of a frame; a window drag leaves them as they are.
    key = (geometry, id(heatmap), settings, ratio)
    painter.drawImage(QPointF(), film.kept_overlay(key, lambda: _over(geometry, ratio, draw), keeps=heatmap))


def _draw_lungs(painter: QPainter, scene: Scene, film: FilmPainter, geometry: Geometry, ratio: float) -> None:
    lungs = scene.lungs
    if lungs is None or not scene.heatmap_settings.lungs:
        return

    def draw(over: QPainter) -> None:
        marks.draw_lung_outline(over, lung_outline(lungs, geometry), ratio)

    key = (geometry, id(lungs), ratio)
    painter.drawImage(QPointF(), film.kept_overlay(key, lambda: _over(geometry, ratio, draw), keeps=lungs))


def _over(geometry: Geometry, ratio: float, draw: Callable[[QPainter], None]) -> QImage:
    """Return a transparent picture of the view with something drawn on it."""
    viewport = geometry.viewport
    image = QImage(viewport.width, viewport.height, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    over = QPainter(image)
    draw(over)
    over.end()
    return image


def _draw_ground(painter: QPainter, view: QRectF, picture: FilmPicture | None, ratio: float) -> None:
    """Fill what the picture leaves; below the picture it would cost a millisecond a frame on a large screen."""
    region = QRegion(view.toAlignedRect())
    if picture is not None:
        area = picture.area
        left, top = ceil(area.left / ratio), ceil(area.top / ratio)
        right, bottom = floor((area.left + area.width) / ratio), floor((area.top + area.height) / ratio)
        region -= QRegion(left, top, max(0, right - left), max(0, bottom - top))
    for part in region:
        painter.fillRect(part, _GROUND)


def _draw_picture(painter: QPainter, picture: FilmPicture | None, corner: QPointF, ratio: float) -> None:
    """Draw pixels one to one on device pixels; ``corner`` is the view's, in logical pixels."""
    if picture is None:
        return
    pixels, area = picture.pixels, picture.area
    grey = pixels.ndim == 2
    kind = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB32
    image = QImage(pixels.data, area.width, area.height, pixels.strides[0], kind)
    painter.save()
    painter.translate(corner)
    painter.scale(1 / ratio, 1 / ratio)
    painter.drawImage(area.left, area.top, image)
    painter.restore()
