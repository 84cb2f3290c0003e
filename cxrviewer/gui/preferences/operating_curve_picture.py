"""A finding's operating curve, drawn small, with the point that is chosen on it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from cxrviewer.gui.theme import meanings
from cxrviewer.inference.operating_curve import OperatingCurve, OperatingPoint

_SIDE: Final = 7.5  # lines of text
_POINT: Final = 4.0  # radius in logical pixels


class OperatingCurvePicture(QWidget):
    """Draws sensitivity (upwards) over specificity (to the left), the chosen point, and lines to its two figures."""

    def __init__(self, curve: OperatingCurve, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve = curve
        self._point = OperatingPoint(0.0, 0.0, 0.0)

    def show_point(self, point: OperatingPoint) -> None:
        """Mark another point."""
        self._point = point
        self.setAccessibleName(
            self.tr("Operating curve, sensitivity {sensitivity}, specificity {specificity}").format(
                sensitivity=f"{point.sensitivity:.3f}", specificity=f"{point.specificity:.3f}"
            )
        )
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return a square of some lines of text."""
        side = round(self.fontMetrics().height() * _SIDE)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return what the hint says: a smaller curve could not be read."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the axes, the diagonal of chance, the curve and its point."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, line = meanings(self.palette()), self.fontMetrics().height()
        side = min(self.width(), self.height()) - line - 9
        area = QRectF(line + 5, 4, side, side)
        painter.fillRect(area, colours.trough)
        painter.setPen(QPen(colours.dim, 1, Qt.PenStyle.DotLine))
        painter.drawLine(area.bottomLeft(), area.topRight())
        ends = (OperatingPoint(1.0, 0.0, 1.0), OperatingPoint(0.0, 1.0, 0.0))
        corners = (ends[0], *reversed(self._curve.points), ends[1])
        painter.setPen(QPen(colours.strong, 1.8))
        painter.drawPolyline(QPolygonF([_place(area, point) for point in corners]))
        self._draw_point(painter, area)
        self._draw_names(painter, area)
        painter.end()

    def _draw_point(self, painter: QPainter, area: QRectF) -> None:
        at, ink = _place(area, self._point), self.palette().color(QPalette.ColorRole.WindowText)
        painter.setPen(QPen(ink, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(area.left(), at.y()), at)
        painter.drawLine(QPointF(at.x(), area.bottom()), at)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Window), 1.5))
        painter.setBrush(ink)
        painter.drawEllipse(at, _POINT, _POINT)

    def _draw_names(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(meanings(self.palette()).dim)
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 0.8)
        painter.setFont(font)
        below = QRectF(area.left(), area.bottom(), area.width(), self.height() - area.bottom())
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self.tr("1 - specificity"))
        painter.rotate(-90)
        beside = QRectF(-area.bottom(), 0, area.height(), area.left())
        painter.drawText(beside, Qt.AlignmentFlag.AlignCenter, self.tr("sensitivity"))


def _place(area: QRectF, point: OperatingPoint) -> QPointF:
    return QPointF(
        area.left() + (1.0 - point.specificity) * area.width(), area.bottom() - point.sensitivity * area.height()
    )
