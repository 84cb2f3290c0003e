"""One finding: its name, its probability as a number and as a bar, and its threshold, marked and named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QStyle, QStyleOptionFocusRect, QWidget

from cxrviewer.gui.panels.words import probability_words
from cxrviewer.gui.theme import meanings


@dataclass(frozen=True)
class FindingThreshold:
    """From which probability on a finding is flagged, and what this was chosen for ("" where unknown)."""

    probability: float
    chosen_for: str = ""


@dataclass(frozen=True)
class FindingValue:
    """What a bar shows; ``threshold`` None where the bundle that gave the result is not at hand."""

    finding: str
    probability: float
    is_predicted: bool
    is_flagged: bool
    threshold: FindingThreshold | None = None


class FindingBar(QAbstractButton):
    """A bar for one finding; pressed, it asks for the finding's heatmap, and it is checked while that is shown."""

    def __init__(self, value: FindingValue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value = value
        self.setCheckable(True)
        self.setText(value.finding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(self.tr("Show the heatmap of {finding}.").format(finding=value.finding))
        self.setAccessibleName(
            self.tr("{finding}, probability {number}, {threshold}").format(
                finding=value.finding, number=probability_words(value.probability), threshold=self.threshold_words()
            )
        )

    def threshold_words(self) -> str:
        """Return where the threshold is and whether it is reached."""
        threshold = self.value.threshold
        if threshold is None:
            return self.tr("threshold reached") if self.value.is_flagged else self.tr("threshold not reached")
        words = self.tr("threshold {number} reached") if self.value.is_flagged else self.tr("below threshold {number}")
        return words.format(number=f"{threshold.probability:.2f}")

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return two lines of text with the bar between them."""
        metrics = self.fontMetrics()
        words = max(
            metrics.horizontalAdvance(f"{self.value.finding}    > 0.99"),
            metrics.horizontalAdvance(self.threshold_words()),
        )
        return QSize(words + 12, round(metrics.height() * 2.95) + 8)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return what the hint says: names and numbers are never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw name and number, the bar with its threshold, and the threshold in words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self.fontMetrics().height()
        area = QRectF(self.rect()).adjusted(6, 4, -6, -4)
        self._draw_ground(painter)
        self._draw_words(painter, area, line)
        self._draw_bar(painter, QRectF(area.left(), area.top() + line * 1.2, area.width(), line * 0.5))
        if self.hasFocus():
            option = QStyleOptionFocusRect()
            option.initFrom(self)
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_FrameFocusRect, option, painter, self)
        painter.end()

    def _draw_ground(self, painter: QPainter) -> None:
        if self.isChecked() or self.underMouse():
            painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.AlternateBase))
        if self.isChecked():  # the side line says which heatmap is shown, without relying on colour alone
            painter.fillRect(QRectF(0, 0, 3, self.height()), self.palette().color(QPalette.ColorRole.Accent))

    def _draw_words(self, painter: QPainter, area: QRectF, line: float) -> None:
        colours = meanings(self.palette())
        top = QRectF(area.left(), area.top(), area.width(), line)
        font = self.font()
        font.setBold(self.value.is_predicted)
        painter.setFont(font)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.value.finding)
        number = probability_words(self.value.probability)
        painter.drawText(top, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number)
        painter.setFont(self.font())
        painter.setPen(colours.dim)
        below = QRectF(area.left(), area.top() + line * 1.95, area.width(), line)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.threshold_words())

    def _draw_bar(self, painter: QPainter, bar: QRectF) -> None:
        colours = meanings(self.palette())
        painter.fillRect(bar, colours.trough)
        filled = QRectF(bar)
        filled.setWidth(bar.width() * min(max(self.value.probability, 0.0), 1.0))
        painter.fillRect(filled, colours.strong if self.value.is_predicted else colours.plain)
        if self.value.threshold is not None:
            _draw_threshold(painter, bar, self.value.threshold.probability, self.palette())


_MARK: Final = 4.0  # half the width of the threshold's arrow, in logical pixels


def _draw_threshold(painter: QPainter, bar: QRectF, probability: float, palette: QPalette) -> None:
    """Draw a line across the bar and an arrow below it that points to it."""
    place = bar.left() + bar.width() * probability
    ink = palette.color(QPalette.ColorRole.WindowText)
    # A rim in the ground's colour keeps the line visible on the filled part as well.
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Window), 4))
    painter.drawLine(QPointF(place, bar.top() - 1), QPointF(place, bar.bottom() + 1))
    painter.setPen(QPen(ink, 2))
    painter.drawLine(QPointF(place, bar.top() - 2), QPointF(place, bar.bottom() + 2))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    top = bar.top() - 1
    painter.drawPolygon(
        QPolygonF([QPointF(place - _MARK, top - _MARK), QPointF(place + _MARK, top - _MARK), QPointF(place, top + 1)])
    )
