"""Light and dark are readable, follow the choice or the system, and text has the chosen size."""

from itertools import product

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QCheckBox, QProgressBar, QRadioButton, QSlider, QWidget

from cxrviewer.gui.theme import Theme, dark_palette, is_dark, light_palette, meanings, scaled_font
from tests.gui.pictures import themed

PALETTES = {"light": light_palette(), "dark": dark_palette()}
Role = QPalette.ColorRole


def luminance(colour: QColor) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3])
    return sum(weight * channel for weight, channel in zip((0.2126, 0.7152, 0.0722), channels, strict=True))


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio, WCAG 2.2, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_is_that_of_the_standard() -> None:
    assert contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("#ffffff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *product((Role.Text, Role.WindowText, Role.PlaceholderText, Role.Link, Role.LinkVisited),
                 (Role.Base, Role.AlternateBase, Role.Window)),
        (Role.ButtonText, Role.Button), (Role.ToolTipText, Role.ToolTipBase), (Role.HighlightedText, Role.Highlight),
    ],
)  # fmt: skip
def test_text_is_readable_on_its_ground(theme: str, text: QPalette.ColorRole, ground: QPalette.ColorRole) -> None:
    palette = PALETTES[theme]
    assert contrast(palette.color(text), palette.color(ground)) >= 4.5


@pytest.mark.parametrize("theme", PALETTES)
def test_colours_that_mean_something_are_readable_and_bars_stand_out(theme: str) -> None:
    palette = PALETTES[theme]
    colours = meanings(palette)
    for ground in (Role.Base, Role.Window, Role.AlternateBase):
        for colour in (colours.dim, colours.warning, colours.error):
            assert contrast(colour, palette.color(ground)) >= 4.5
    for bar in (colours.strong, colours.plain):  # WCAG 1.4.11: parts of a picture
        assert contrast(bar, colours.trough) >= 3.0
    if theme == "dark":  # in the light one the bar in it is far darker than either
        assert contrast(colours.trough, palette.color(Role.Window)) >= 3.0


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton, QProgressBar, QSlider])
def test_outlines_of_what_can_be_checked_or_moved_stand_out(qtbot, theme: str, kind: type[QWidget]) -> None:
    """WCAG 2.2, 1.4.11, as it is painted: along a line through the middle, from the ground into what is outlined."""
    with themed(theme):
        window, widget = QWidget(), kind()
        qtbot.addWidget(window)
        if isinstance(widget, QSlider):
            widget.setOrientation(Qt.Orientation.Horizontal)
            widget.setValue(0)  # the groove to its right is empty
        widget.setParent(window)
        widget.setGeometry(10, 10, 160, 30)
        window.resize(180, 50)
        window.show()
        image = window.grab().toImage()
        column = 17 if isinstance(widget, (QCheckBox, QRadioButton)) else 130
        ground = image.pixelColor(2, 2)
        assert ground == PALETTES[theme].color(Role.Window)
        seen = [image.pixelColor(column, row) for row in range(5, 26)]
        assert max(contrast(colour, ground) for colour in seen) >= 3.0


def test_another_palette_takes_the_outlines_of_the_last_one_along(qtbot) -> None:
    with themed("dark"):
        dark = QCheckBox()
        qtbot.addWidget(dark)
        with themed("light"):
            light = QCheckBox()
            qtbot.addWidget(light)
            qtbot.waitUntil(lambda: not is_dark(dark.palette()))
            assert dark.palette().color(Role.Window) == light.palette().color(Role.Window)
            assert QWidget().palette().color(Role.Window) == PALETTES["light"].color(Role.Window)


@pytest.mark.parametrize("theme", PALETTES)
def test_disabled_text_is_dimmer_and_still_legible(theme: str) -> None:
    palette = PALETTES[theme]
    dim = palette.color(QPalette.ColorGroup.Disabled, Role.WindowText)
    ground = palette.color(Role.Window)
    assert 3.0 <= contrast(dim, ground) < contrast(palette.color(Role.WindowText), ground)


@pytest.fixture
def app(qapp):
    font, palette, style = QFont(qapp.font()), QPalette(qapp.palette()), qapp.style().objectName()
    yield qapp
    qapp.styleHints().unsetColorScheme()
    qapp.setPalette(palette)
    qapp.setFont(font)
    qapp.setStyle(style)


def test_a_chosen_theme_and_size_are_those_of_the_application(app, qtbot) -> None:
    size = app.font().pointSizeF()
    theme = Theme(app)
    with qtbot.waitSignal(theme.changed):
        theme.apply("dark", 1.5)
    assert is_dark(app.palette())
    assert app.font().pointSizeF() == pytest.approx(size * 1.5)
    assert app.style().objectName().lower() == "fusion"
    theme.apply("light", 2.0)
    assert not is_dark(app.palette())
    assert app.font().pointSizeF() == pytest.approx(size * 2.0)  # of the system's size, not of the last one
    theme.deleteLater()


def test_the_system_s_scheme_is_followed_when_it_is_chosen_and_only_then(app, monkeypatch) -> None:
    # The offscreen platform has no scheme of its own, so the test says what the system's is and that it changed.
    says_dark = True
    monkeypatch.setattr("cxrviewer.gui.theme.system_is_dark", lambda _app: says_dark)
    theme = Theme(app)
    theme.apply("system")
    assert is_dark(app.palette())
    says_dark = False
    app.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert not is_dark(app.palette())
    theme.apply("dark")
    app.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert is_dark(app.palette())
    theme.deleteLater()


def test_text_is_never_scaled_out_of_reason_and_pixel_sizes_are_scaled_too(qapp) -> None:
    font = QFont()
    font.setPointSizeF(10.0)
    assert [scaled_font(font, scale).pointSizeF() for scale in (0.1, 1.0, 50.0)] == [7.5, 10.0, 30.0]
    font.setPixelSize(12)
    assert scaled_font(font, 2.0).pixelSize() == 24
