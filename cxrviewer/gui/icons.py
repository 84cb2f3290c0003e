"""Line icons in the colour of the text around them, drawn at the sizes in which they are shown."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from cxrviewer.resources import resources_folder

_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Pixels: menus and small buttons (16), the toolbar (20, 24), and these at 150, 200 and 300 %.
_SIDES: Final = (16, 20, 24, 32, 36, 40, 48, 64, 72)
_TEXT: Final = QPalette.ColorRole.ButtonText


def icon(name: str) -> QIcon:
    """Return the icon ``resources/icons/<name>.svg`` in the colours that the application's palette has now.

    After a change of theme icons are asked for anew. It has a picture for each size in use, so that nothing is
    enlarged. Raises ValueError for a name that is no file there.
    """
    palette = QApplication.palette()
    colours = {
        QIcon.Mode.Normal: palette.color(QPalette.ColorGroup.Active, _TEXT),
        QIcon.Mode.Disabled: palette.color(QPalette.ColorGroup.Disabled, _TEXT),
        QIcon.Mode.Selected: palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.HighlightedText),
    }
    picture = QIcon()
    for shape in _shapes(name):
        for mode, colour in colours.items():
            picture.addPixmap(_coloured(shape, colour), mode)
    return picture


def tinted_pixmap(name: str, colour: QColor, side: int, ratio: float) -> QPixmap:
    """Return an icon in a colour, ``side`` logical pixels wide on a screen of that pixel ratio."""
    pixmap = _coloured(_drawn(name, round(side * ratio)), colour)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


@cache
def _shapes(name: str) -> tuple[QImage, ...]:
    return tuple(_drawn(name, side) for side in _SIDES)


def _drawn(name: str, side: int) -> QImage:
    """Return the icon in black on nothing; Qt takes ``currentColor`` as black, as there is no text around it."""
    renderer = _renderer(name)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


@cache
def _renderer(name: str) -> QSvgRenderer:
    path = resources_folder() / "icons" / f"{name}.svg"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise ValueError(f"expected the name of a picture in {path.parent}, got {name!r}")
    return QSvgRenderer(QByteArray(path.read_bytes()))


def _coloured(shape: QImage, colour: QColor) -> QPixmap:
    image = QImage(shape)
    painter = QPainter(image)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(image.rect(), colour)
    painter.end()
    return QPixmap.fromImage(image)
