"""The common ground of the panels: a column that scrolls down and never sideways, and labels that always wrap."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

_ZERO_WIDTH_SPACE: Final = "\N{ZERO WIDTH SPACE}"
_BREAKS: Final = re.compile(r"([/\\_.,;:=-]|[^\W_]{12})")


class _Content(QWidget):
    """Asks for the height that its wrapped sentences need at the width it has, no more."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        layout = self.layout()
        smallest = layout.totalMinimumSize()
        if not layout.hasHeightForWidth():
            return smallest
        return QSize(smallest.width(), layout.totalHeightForWidth(max(self.width(), smallest.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()


class ColumnPanel(QScrollArea):
    """A panel whose ``column`` grows downwards and scrolls where the panel is not high enough."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = _Content()
        self.column = QVBoxLayout(content)
        self.setWidget(content)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return the width that the content needs, as nothing scrolls sideways."""
        content = self.widget().minimumSizeHint().width()
        return QSize(content + self.verticalScrollBar().sizeHint().width(), self.fontMetrics().height() * 4)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return a width at which sentences read well."""
        hint = self.widget().sizeHint()
        return QSize(max(self.minimumSizeHint().width(), self.fontMetrics().averageCharWidth() * 42), hint.height())


class WrappedLabel(QLabel):
    """Plain text that wraps wherever it must, also within paths and hashes; it can be selected with the mouse.

    ``said`` is the text as it was given; what is shown may hold places to break that no copy should have.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None, *, is_selectable: bool = True) -> None:
        super().__init__(parent)
        self.said = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        if is_selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.say(text)

    def say(self, text: str) -> None:
        """Show another text."""
        self.said = text
        self.setText(breakable(text))
        self.setAccessibleName(text)


def breakable(text: str) -> str:
    """Return a text with invisible places at which long words, paths and hashes may be broken."""
    return " ".join(
        _BREAKS.sub(rf"\1{_ZERO_WIDTH_SPACE}", word) if len(word) > 18 else word for word in text.split(" ")
    )


def copy_text(text: str) -> None:
    """Put a text into the clipboard."""
    QGuiApplication.clipboard().setText(text)
