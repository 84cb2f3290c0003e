"""How thumbnails and probabilities are drawn in the table."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from cxrviewer.gui.study_list.model import PROBABILITY_ROLE, StudyListModel

_MARGIN: Final = 4
_BAR_HEIGHT: Final = 8
Index = QModelIndex | QPersistentModelIndex


class PathDelegate(QStyledItemDelegate):
    """Shortens names and folders in their middle: it is their ends that tell them apart."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802
        """Take what every cell has, and another way to shorten it."""
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle


class ThumbnailDelegate(QStyledItemDelegate):
    """Draws the whole thumbnail in the middle of the cell; an empty frame stands for one that is not there."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the cell."""
        _draw_ground(painter, option, index)
        area = option.rect.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        pixmap = index.data(Qt.ItemDataRole.DecorationRole)
        painter.save()
        if isinstance(pixmap, QPixmap) and not pixmap.isNull():
            target = QRect(area.topLeft(), pixmap.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio))
            target.moveCenter(area.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(target, pixmap)
        else:
            side = min(area.width(), area.height())
            frame = QRect(0, 0, side - 1, side - 1)
            frame.moveCenter(area.center())
            painter.setPen(QPen(_faint(_text_colour(option)), 1, Qt.PenStyle.DotLine))
            painter.drawRect(frame)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Return room for a square picture of the row's height."""
        side = option.rect.height() or option.fontMetrics.height() * 3
        return QSize(side, side)


class ProbabilityDelegate(QStyledItemDelegate):
    """Draws a probability as its number and a bar from 0 to 1, with a tick at the finding's threshold.

    A number that reaches the threshold is bold, so that neither colour nor length of the bar is needed to see it.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number_width: dict[str, int] = {}

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the cell."""
        _draw_ground(painter, option, index)
        probability = index.data(PROBABILITY_ROLE)
        if probability is None:
            return
        threshold = _threshold(index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(option.font)
        font.setBold(threshold is not None and probability >= threshold)
        width = self._width_of_number(option.font)
        number, bar = _divided(option.rect, width, option.direction)
        painter.setFont(font)
        painter.setPen(_text_colour(option))
        painter.drawText(number, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), index.data() or "")
        if bar.width() >= 2 * _MARGIN:
            _draw_bar(painter, option, QRectF(bar), probability, threshold)
        painter.restore()

    def _width_of_number(self, font: QFont) -> int:
        key = font.key()
        if key not in self._number_width:
            bold = QFont(font)
            bold.setBold(True)
            self._number_width[key] = QFontMetrics(bold).horizontalAdvance("0.00") + 1
        return self._number_width[key]


def _threshold(index: Index) -> float | None:
    model = index.model()
    if not isinstance(model, StudyListModel):
        return None
    return model.thresholds.get(model.columns[index.column()].finding)


def _divided(rect: QRect, number_width: int, direction: Qt.LayoutDirection) -> tuple[QRect, QRect]:
    """Return where the number and where the bar is."""
    number = QRect(rect.left() + _MARGIN, rect.top(), number_width, rect.height())
    left = number.right() + 2 * _MARGIN
    bar = QRect(left, rect.center().y() - _BAR_HEIGHT // 2 + 1, rect.right() - _MARGIN - left, _BAR_HEIGHT)
    if direction == Qt.LayoutDirection.RightToLeft:
        return _mirrored(number, rect), _mirrored(bar, rect)
    return number, bar


def _mirrored(part: QRect, whole: QRect) -> QRect:
    return QRect(whole.left() + whole.right() - part.right(), part.top(), part.width(), part.height())


def _draw_bar(
    painter: QPainter, option: QStyleOptionViewItem, bar: QRectF, probability: float, threshold: float | None
) -> None:
    colour = _text_colour(option)
    is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_faint(colour, 50))
    painter.drawRoundedRect(bar, 2, 2)
    painter.setBrush(colour if is_selected else option.palette.color(QPalette.ColorRole.Highlight))
    full = QRectF(bar)
    full.setWidth(bar.width() * probability)
    if option.direction == Qt.LayoutDirection.RightToLeft:
        full.moveRight(bar.right())
    painter.drawRoundedRect(full, 2, 2)
    if threshold is not None:
        share = 1 - threshold if option.direction == Qt.LayoutDirection.RightToLeft else threshold
        tick = QRectF(bar.left() + bar.width() * share - 0.75, bar.top() - 3, 1.5, bar.height() + 6)
        # A gap in the colour of the ground around it, for on a full bar there is nothing else to tell it by.
        ground = QPalette.ColorRole.Highlight if is_selected else QPalette.ColorRole.Base
        painter.setBrush(option.palette.color(ground))
        painter.drawRect(tick.adjusted(-1, 0, 1, 0))
        painter.setBrush(colour)
        painter.drawRect(tick)


def _draw_ground(painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
    """Draw what the style draws below every cell: selection, hover, focus."""
    style = option.widget.style() if option.widget else QApplication.style()
    style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)


def _text_colour(option: QStyleOptionViewItem) -> QColor:
    is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
    active = bool(option.state & QStyle.StateFlag.State_Active)
    group = QPalette.ColorGroup.Active if active else QPalette.ColorGroup.Inactive
    role = QPalette.ColorRole.HighlightedText if is_selected else QPalette.ColorRole.Text
    return option.palette.color(group, role)


def _faint(colour: QColor, alpha: int = 110) -> QColor:
    faint = QColor(colour)
    faint.setAlpha(alpha)
    return faint
