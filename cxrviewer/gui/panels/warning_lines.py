"""Sentences that begin with a sign: warnings and errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cxrviewer.gui.icons import tinted_pixmap
from cxrviewer.gui.panels.column import WrappedLabel
from cxrviewer.gui.theme import meanings

Level = Literal["information", "warning", "error"]
_SIGNS = {"information": "info", "warning": "triangle-alert", "error": "circle-x"}


class Sign(QLabel):
    """The sign of a level, in its colour; its accessible name says the level in a word."""

    def __init__(self, level: Level, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._level = level
        names = {
            "information": self.tr("Information"),
            "warning": self.tr("Warning"),
            "error": self.tr("Error"),
        }
        self.setAccessibleName(names[level])
        self.setToolTip(names[level])
        self._draw()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Draw the sign again where theme or text size change."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._draw()

    def _draw(self) -> None:
        colours = meanings(self.palette())
        colour = {"information": colours.dim, "warning": colours.warning, "error": colours.error}[self._level]
        side = self.fontMetrics().height()
        self.setPixmap(tinted_pixmap(_SIGNS[self._level], colour, side, self.devicePixelRatioF()))


class WarningLines(QWidget):
    """Warnings, one below the other; takes no room where there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setVisible(False)

    def show_warnings(self, warnings: Sequence[str]) -> None:
        """Show other warnings than before."""
        while (taken := self._column.takeAt(0)) is not None:
            line = taken.widget()
            line.setParent(None)
            line.deleteLater()
        for warning in warnings:
            self._column.addWidget(signed_line("warning", warning))
        self.setVisible(bool(warnings))


def signed_line(level: Level, text: str) -> QWidget:
    """Return a line of the level's sign and a sentence that wraps beside it."""
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(Sign(level), alignment=Qt.AlignmentFlag.AlignTop)
    row.addWidget(WrappedLabel(text), 1)
    return line
