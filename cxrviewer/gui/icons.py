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
_SIDES: Final = (16, 20, 24)  # logical pixels: menus and small buttons, and the toolbar
_TEXT: Final = QPalette.ColorRole.ButtonText


def icon(name: str) -> QIcon:
    """Return the icon ``resources/icons/<name>.svg`` in the colours that the application's palette has now.

    After a change of theme icons are asked for anew. It has a picture for each size in use, on the screen with the most
    pixels too, so that nothing is enlarged. Raises ValueError for a name that is no file there.
    """
    palette = QApplication.palette()
    colours = {
        QIcon.Mode.Normal: palette.color(QPalette.ColorGroup.Active, _TEXT),
        QIcon.Mode.Disabled: palette.color(QPalette.ColorGroup.Disabled, _TEXT),
        QIcon.Mode.Selected: palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.HighlightedText),
    }
    picture = QIcon()
    for shape in _shapes(name, QApplication.instance().devicePixelRatio()):
        for mode, colour in colours.items():
            picture.addPixmap(_coloured(shape, colour), mode)
    return picture


def tinted_pixmap(name: str, colour: QColor, side: int, ratio: float) -> QPixmap:
    """Return an icon in a colour, ``side`` logical pixels wide on a screen of that pixel ratio."""
    pixmap = _coloured(_drawn(name, round(side * ratio)), colour)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


@cache
def _shapes(name: str, ratio: float) -> tuple[QImage, ...]:
    sides = {round(side * scale) for side in _SIDES for scale in (1.0, ratio)}
    return tuple(_drawn(name, side) for side in sorted(sides))


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
