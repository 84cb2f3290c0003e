"""What the window shows while nothing is open: what to do, what was open last, and samples to try."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionFocusRect,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.gui.actions.building import action_text, action_tip, shortcut_words
from cxrviewer.gui.actions.program_actions import FILE_ACTIONS
from cxrviewer.gui.icons import icon
from cxrviewer.gui.opening.names import name_and_folder, one_line
from cxrviewer.gui.panels.column import ColumnPanel, WrappedLabel
from cxrviewer.gui.panels.not_for_diagnosis import NotForDiagnosisLine
from cxrviewer.gui.study_list.flow_layout import FlowLayout
from cxrviewer.gui.theme import meanings, scaled_font

_SPECS: Final = {spec.id: spec for spec in FILE_ACTIONS}
_MOST_RECENT: Final = 6
_TITLE_SCALE: Final = 1.7
_COLUMN_CHARACTERS: Final = 78  # as wide as a line that reads well, and wider where the buttons are
_GAP: Final = 8


class PathLink(QPushButton):
    """A path as a link: its name, and behind it, where there is room, the folder that it is in."""

    def __init__(self, path: str, parent: QWidget | None = None) -> None:
        self._name, self._folder = name_and_folder(path)
        super().__init__(parent)
        self.path = Path(path)
        self.setFlat(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(one_line(path))
        self.setToolTip(one_line(path))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the size of the name and a little of the folder."""
        return QSize(self.fontMetrics().averageCharWidth() * 30, self.fontMetrics().height() + _GAP)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return a size in which some letters are read."""
        return QSize(self.fontMetrics().averageCharWidth() * 10, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw both, cut in their middle where they are long; underlined under the pointer and the keyboard."""
        painter = QPainter(self)
        font = QFont(self.font())
        font.setUnderline(self.underMouse() or self.hasFocus())
        painter.setFont(font)
        metrics, room = painter.fontMetrics(), self.rect()
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        name = metrics.elidedText(self._name, Qt.TextElideMode.ElideMiddle, max(room.width() * 2 // 3, 1))
        painter.setPen(self.palette().link().color())
        painter.drawText(room, align, name)
        font.setUnderline(False)
        painter.setFont(font)
        rest = room.adjusted(metrics.horizontalAdvance(name) + 2 * _GAP, 0, 0, 0)
        painter.setPen(meanings(self.palette()).dim)
        painter.drawText(rest, align, metrics.elidedText(self._folder, Qt.TextElideMode.ElideMiddle, rest.width()))
        if self.hasFocus():
            option = QStyleOptionFocusRect()
            option.initFrom(self)
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_FrameFocusRect, option, painter, self)
        painter.end()


class WelcomePage(QWidget):
    """The empty window. Signals: ``open_files``, ``open_folder``, ``open_samples``, ``open_path`` (Path)."""

    open_files = Signal()
    open_folder = Signal()
    open_samples = Signal()
    open_path = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Nothing is open"))
        self._links: list[PathLink] = []
        self._panel = ColumnPanel(self.tr("How to open radiographs"))
        self.title = WrappedLabel(self.tr("Open chest radiographs"), is_selectable=False)
        paste = shortcut_words(_SPECS["file.paste"])
        self.hint = WrappedLabel(
            self.tr(
                "Drop files and folders anywhere on this window, or paste a picture or a path with {keys}. "
                "DICOM, PNG, JPEG, TIFF, BMP and WebP are read, whatever the files are called."
            ).format(keys=paste),
            is_selectable=False,
        )
        self.files_button = self._button("file.open", self.open_files)
        self.folder_button = self._button("file.open_folder", self.open_folder)
        self.samples_button = self._button("file.samples", self.open_samples)
        self.recent_title = QLabel(self.tr("Opened last"))
        self._lay_out()
        self._fit_fonts()
        self.set_recent([])

    @property
    def links(self) -> tuple[PathLink, ...]:
        """The recent files and folders that are shown."""
        return tuple(self._links)

    def set_recent(self, paths: Sequence[str]) -> None:
        """Show the first few of the recent files and folders; whether they are still there is not looked up."""
        for link in self._links:
            self._recent.removeWidget(link)
            link.hide()
            link.deleteLater()
        self._links = [PathLink(path) for path in list(paths)[:_MOST_RECENT]]
        for link in self._links:
            link.clicked.connect(lambda _checked=False, link=link: self.open_path.emit(link.path))
            self._recent.addWidget(link)
        self.recent_title.setVisible(bool(self._links))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the size of the text and the theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange):
            self._fit_fonts()
        elif event.type() == QEvent.Type.PaletteChange:
            self._show_icons()

    def _button(self, action: str, signal: Signal) -> QPushButton:
        spec = _SPECS[action]
        text = action_text(spec).replace("&", "&&")
        keys = shortcut_words(spec)
        is_chord = any("," in shortcut for shortcut in spec.shortcuts)
        button = QPushButton(f" {text}" if is_chord else f" {text} ({keys})")
        button.setObjectName(action)
        button.setAccessibleName(action_text(spec))
        button.setAccessibleDescription(action_tip(spec))
        button.setToolTip(f"{action_text(spec)} ({keys})\n{action_tip(spec)}")
        button.clicked.connect(signal)
        return button

    def _lay_out(self) -> None:
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        self._row = FlowLayout()
        for button in self._buttons():
            self._row.addWidget(button)
        column = self._panel.column
        column.setSpacing(_GAP)
        column.addStretch(1)
        column.addWidget(self.title)
        column.addWidget(self.hint)
        column.addSpacing(_GAP)
        column.addLayout(self._row)
        column.addSpacing(2 * _GAP)
        column.addWidget(self.recent_title)
        column.addLayout(self._recent)
        column.addStretch(2)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._panel, 1000)
        middle.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addLayout(middle, 1)
        outer.addWidget(NotForDiagnosisLine(self), 0, Qt.AlignmentFlag.AlignHCenter)

    def _buttons(self) -> tuple[QPushButton, ...]:
        return self.files_button, self.folder_button, self.samples_button

    def _fit_fonts(self) -> None:
        title = scaled_font(self.font(), _TITLE_SCALE)
        title.setBold(True)
        self.title.setFont(title)
        heading = QFont(self.font())
        heading.setBold(True)
        self.recent_title.setFont(heading)
        metrics = self.fontMetrics()
        for button in self._buttons():
            button.setIconSize(QSize(metrics.height(), metrics.height()))
            button.setMinimumHeight(metrics.height() * 2)
        self._show_icons()
        margins = self._panel.column.contentsMargins()
        room = max(metrics.averageCharWidth() * _COLUMN_CHARACTERS, self._row.sizeHint().width())
        self._panel.setMaximumWidth(room + margins.left() + margins.right())

    def _show_icons(self) -> None:
        for button in self._buttons():
            button.setIcon(icon(_SPECS[button.objectName()].icon))
