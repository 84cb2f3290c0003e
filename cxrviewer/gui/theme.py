"""Light and dark palettes, the size of text, and the few colours that mean something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from cxrviewer.gui.preferences.preferences import LEAST_TEXT_SCALE, MOST_TEXT_SCALE, ThemeChoice

_Role = QPalette.ColorRole
_LIGHT: Final = {
    _Role.Window: "#f3f4f6",
    _Role.WindowText: "#1a1c20",
    _Role.Base: "#ffffff",
    _Role.AlternateBase: "#eef0f3",
    _Role.Text: "#1a1c20",
    _Role.PlaceholderText: "#5f6670",
    _Role.Button: "#e9ebee",
    _Role.ButtonText: "#1a1c20",
    _Role.BrightText: "#ffffff",
    _Role.ToolTipBase: "#ffffff",
    _Role.ToolTipText: "#1a1c20",
    _Role.Highlight: "#1f5fa8",
    _Role.HighlightedText: "#ffffff",
    _Role.Accent: "#1f5fa8",
    _Role.Link: "#1a56a0",
    _Role.LinkVisited: "#6b3fa0",
    _Role.Light: "#ffffff",
    _Role.Midlight: "#f8f9fa",
    _Role.Mid: "#b4b9c1",
    _Role.Dark: "#8d939d",
    _Role.Shadow: "#5f6670",
}
_DARK: Final = {
    _Role.Window: "#1b1d20",
    _Role.WindowText: "#e8eaed",
    _Role.Base: "#2f3238",
    _Role.AlternateBase: "#363a41",
    _Role.Text: "#e8eaed",
    _Role.PlaceholderText: "#a9b0ba",
    _Role.Button: "#3a3e45",
    _Role.ButtonText: "#e8eaed",
    _Role.BrightText: "#ffffff",
    _Role.ToolTipBase: "#363a41",
    _Role.ToolTipText: "#e8eaed",
    _Role.Highlight: "#2f6fb8",
    _Role.HighlightedText: "#ffffff",
    _Role.Accent: "#5c9fe6",
    _Role.Link: "#82b4ee",
    _Role.LinkVisited: "#c0a0ea",
    _Role.Light: "#50555e",
    _Role.Midlight: "#444850",
    _Role.Mid: "#5a6069",
    _Role.Dark: "#0f1012",
    _Role.Shadow: "#000000",
}
# Fusion draws the outline of a box to check in the colour of its ground, 1.4 times as dark: all but lost in either
# theme, and in a dark one no ground of the window itself could mend it. So these widgets, which fill no ground and have
# no others inside, get a ground of their own.
_OUTLINED: Final = ("QCheckBox", "QRadioButton", "QProgressBar", "QSlider")
_OUTLINE_GROUND_LIGHT: Final = "#a9b1bd"
_OUTLINE_GROUND_DARK: Final = "#c3ccdc"
_DISABLED_LIGHT: Final = "#767c86"
_DISABLED_DARK: Final = "#959ba5"
_TEXT_ROLES: Final = (_Role.WindowText, _Role.Text, _Role.ButtonText)


@dataclass(frozen=True)
class Meanings:
    """Colours that carry a meaning, always beside words or a shape; all of them are readable on Base and Window.

    strong: the predicted finding. plain: the other findings. trough: what a bar is drawn in (not for text).
    """

    strong: QColor
    plain: QColor
    trough: QColor
    dim: QColor
    warning: QColor
    error: QColor


_MEANINGS_LIGHT: Final = ("#8a5200", "#4d6482", "#d5d9df", "#565d67", "#855000", "#b3261e")
_MEANINGS_DARK: Final = ("#f7bf50", "#b4c9e8", "#646a74", "#b2b7bf", "#f5c04e", "#ff8a80")


def light_palette() -> QPalette:
    """Return the palette of dark text on a light ground."""
    return _palette(_LIGHT, _DISABLED_LIGHT)


def dark_palette() -> QPalette:
    """Return the palette of light text on a dark ground."""
    return _palette(_DARK, _DISABLED_DARK)


def show_palette(app: QApplication, palette: QPalette) -> None:
    """Give an application one of the palettes, with outlines that stand out (WCAG 2.2, 1.4.11: at least 3 to 1)."""
    app.setPalette(palette)  # takes back what kinds of widgets had of their own
    outlined = QPalette(palette)
    ground = QColor(_OUTLINE_GROUND_DARK if is_dark(palette) else _OUTLINE_GROUND_LIGHT)
    outlined.setColor(QPalette.ColorGroup.Active, _Role.Window, ground)
    outlined.setColor(QPalette.ColorGroup.Inactive, _Role.Window, ground)
    for kind in _OUTLINED:
        app.setPalette(outlined, kind)


def is_dark(palette: QPalette) -> bool:
    """Return whether a palette has light text on a dark ground."""
    return palette.color(_Role.Base).lightness() < palette.color(_Role.Text).lightness()


def meanings(palette: QPalette) -> Meanings:
    """Return the colours that mean something, as they are on the ground of a palette."""
    return Meanings(*(QColor(name) for name in (_MEANINGS_DARK if is_dark(palette) else _MEANINGS_LIGHT)))


def _palette(colours: dict[QPalette.ColorRole, str], disabled: str) -> QPalette:
    palette = QPalette()
    for role, name in colours.items():
        palette.setColor(role, QColor(name))
    for role in _TEXT_ROLES:
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(disabled))
    palette.setColor(QPalette.ColorGroup.Disabled, _Role.Highlight, QColor(colours[_Role.Mid]))
    palette.setColor(QPalette.ColorGroup.Disabled, _Role.HighlightedText, QColor(colours[_Role.Text]))
    return palette


class Theme(QObject):
    """Keeps the application's palette and size of text as they were chosen; ``changed`` follows each change.

    Whoever draws icons or own colours does so again on ``changed``, or in ``changeEvent`` (PaletteChange).
    """

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._choice: ThemeChoice = "system"
        self._own_font = QFont(app.font())
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._follow_system)

    def apply(self, choice: ThemeChoice, text_scale: float = 1.0) -> None:
        """Show a theme, and text at ``text_scale`` times the size that the system asks for (0.75 to 3)."""
        self._choice = choice
        hints = self._app.styleHints()
        if choice == "system":
            hints.unsetColorScheme()
        else:  # so that title bars and the system's own dialogs go along
            hints.setColorScheme(Qt.ColorScheme.Dark if choice == "dark" else Qt.ColorScheme.Light)
        self._app.setFont(scaled_font(self._own_font, text_scale))
        self._set_palette()

    def _follow_system(self, _scheme: Qt.ColorScheme) -> None:
        if self._choice == "system":
            self._set_palette()

    def _set_palette(self) -> None:
        dark = system_is_dark(self._app) if self._choice == "system" else self._choice == "dark"
        show_palette(self._app, dark_palette() if dark else light_palette())
        self.changed.emit()


def system_is_dark(app: QApplication) -> bool:
    """Return whether the system asks for a dark theme."""
    return app.styleHints().colorScheme() == Qt.ColorScheme.Dark


def scaled_font(font: QFont, scale: float) -> QFont:
    """Return a font at another size; the scale is held between 0.75 and 3."""
    scale = min(max(scale, LEAST_TEXT_SCALE), MOST_TEXT_SCALE)
    scaled = QFont(font)
    if font.pointSizeF() > 0:
        scaled.setPointSizeF(font.pointSizeF() * scale)
    else:  # some platforms give their font in pixels
        scaled.setPixelSize(max(1, round(font.pixelSize() * scale)))
    return scaled
