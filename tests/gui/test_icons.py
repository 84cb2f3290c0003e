"""Icons have the colours of the palette and are drawn at the pixels of the screen."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPalette

from cxrviewer.gui.icons import icon


def colours(picture: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal, ratio: float = 1.0) -> set[str]:
    image = picture.pixmap(QSize(32, 32), ratio, mode).toImage()
    assert (image.width(), image.height()) == (32 * ratio, 32 * ratio)
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


@pytest.fixture
def palette(qapp):
    before = QGuiApplication.palette()
    yield QPalette(before)
    QGuiApplication.setPalette(before)


def test_an_icon_has_the_colour_of_text(qapp, palette) -> None:
    for name in ("#123456", "#fedcba"):
        palette.setColor(QPalette.ColorRole.ButtonText, QColor(name))
        palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText, QColor("#888888"))
        QGuiApplication.setPalette(palette)
        picture = icon("square")
        assert colours(picture) == {name}
        assert colours(picture, QIcon.Mode.Disabled) == {"#888888"}


def test_an_icon_is_drawn_with_all_pixels_of_a_dense_screen(qapp) -> None:
    image = icon("grid-3x3").pixmap(QSize(24, 24), 2.0).toImage()
    assert (image.width(), image.height(), image.devicePixelRatio()) == (48, 48, 2.0)
    # A line of width 2 on a ground of 24 is 4 pixels wide here; enlarged from 24 it would have soft edges.
    row = [image.pixelColor(x, 12).alpha() for x in range(48)]
    assert sum(0 < alpha < 255 for alpha in row) <= 2
    assert sum(alpha == 255 for alpha in row) >= 8


@pytest.mark.parametrize("name", ["no-such-picture", "../fonts/x", ""])
def test_a_name_that_is_no_icon_is_a_mistake(qapp, name: str) -> None:
    with pytest.raises(ValueError, match="expected the name of a picture"):
        icon(name)
