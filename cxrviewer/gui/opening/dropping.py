"""Files and folders may be dropped anywhere on a window, whatever lies under the pointer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QObject, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QDropEvent, QPainter, QPaintEvent, QPen, QWindow
from PySide6.QtWidgets import QApplication, QWidget

from cxrviewer.gui.icons import tinted_pixmap
from cxrviewer.gui.opening.locations import has_local_paths, local_paths
from cxrviewer.gui.theme import scaled_font

_INSET: Final = 16
_ICON_SIDE: Final = 48
_GROUND_OPACITY: Final = 200  # of 255: what lies below is still seen
_TEXT_SCALE: Final = 1.6

Opened = Callable[[tuple[Path, ...]], object]


def dropped_paths(mime: QMimeData) -> tuple[Path, ...]:
    """Return the local files and folders that are dragged, () where there are none."""
    return tuple(local_paths(mime))


def accept_drops(window: QWidget, opened: Opened) -> FileDrops:
    """Let files and folders be dropped anywhere on a window and its children, now and later.

    ``opened`` is called with their paths when the drop is over.
    """
    return FileDrops(window, opened)


class DropOverlay(QWidget):
    """Lies over its parent while files hover above it, and says what happens when they are let go."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("drop_overlay")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Drop to open"))
        self.hide()

    def cover(self) -> None:
        """Lie over all of the parent, above everything else in it."""
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.raise_()
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw the ground, a dashed frame, a folder and the words."""
        palette = self.palette()
        ground, line = QColor(palette.base().color()), palette.link().color()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground.setAlpha(_GROUND_OPACITY)
        painter.fillRect(self.rect(), ground)
        painter.setPen(QPen(line, 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(_INSET, _INSET, -_INSET, -_INSET), 12, 12)
        font = scaled_font(self.font(), _TEXT_SCALE)
        font.setBold(True)
        painter.setFont(font)
        words, metrics = self.tr("Drop to open"), painter.fontMetrics()
        plate = QRect(0, 0, metrics.horizontalAdvance(words) + 4 * _INSET, _ICON_SIDE + metrics.height() + 2 * _INSET)
        plate.moveCenter(self.rect().center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.base())
        painter.drawRoundedRect(plate, 12, 12)
        inside = plate.adjusted(0, _INSET, 0, -_INSET)
        icon = tinted_pixmap("folder-open", line, _ICON_SIDE, self.devicePixelRatioF())
        painter.drawPixmap(inside.center().x() - _ICON_SIDE // 2, inside.top(), icon)
        painter.setPen(palette.text().color())
        painter.drawText(inside, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, words)
        painter.end()


class FileDrops(QObject):
    """Takes every drag of files from other programs before a widget of the window sees it; see ``accept_drops``.

    It listens to the window as the system knows it, where drags arrive before they are handed to a field under the
    pointer, so that no widget costs anything and none that is added later is missed. Text, and rows dragged out of
    this program, go on to the widgets. URLs of other machines are refused, which the pointer shows. Files are copied
    from, never moved.
    """

    def __init__(self, window: QWidget, opened: Opened) -> None:
        super().__init__(window)
        self._window = window
        self._opened = opened
        self._takes = False  # whether what hovers now is accepted: asked once, when it enters
        self._handle: QWindow | None = None
        self.overlay = DropOverlay(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)
        self._follow_handle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Handle drags; all else goes on."""
        kind = event.type()
        if kind in (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop):
            return isinstance(event, QDropEvent) and self._handle_drag(event, kind)
        if kind == QEvent.Type.DragLeave:
            self._leave()
        elif watched is self._window:
            if kind in (QEvent.Type.WinIdChange, QEvent.Type.Show):
                self._follow_handle()
            elif kind == QEvent.Type.Resize and self.overlay.isVisible():
                self.overlay.cover()
        return False

    def _follow_handle(self) -> None:
        """The system's window is made late, and anew when its frame changes."""
        handle = self._window.windowHandle()
        if handle is not None and handle is not self._handle:
            handle.installEventFilter(self)
            self._handle = handle

    def _handle_drag(self, event: QDropEvent, kind: QEvent.Type) -> bool:
        mime = event.mimeData()
        if event.source() is not None or not mime.hasUrls():
            return False
        if kind == QEvent.Type.DragEnter:
            self._takes = not self._is_blocked() and has_local_paths(mime)
        action = _action(event) if self._takes else Qt.DropAction.IgnoreAction
        if action == Qt.DropAction.IgnoreAction:
            event.setDropAction(action)
            event.ignore()
            self._leave()
            return True
        event.setDropAction(action)
        event.accept()
        if kind == QEvent.Type.DragEnter:
            self.overlay.cover()
        elif kind == QEvent.Type.Drop:
            self._leave()
            paths = dropped_paths(mime)
            # The program that the files come from waits for this call to return.
            QTimer.singleShot(0, self, lambda: self._opened(paths))
        return True

    def _is_blocked(self) -> bool:
        modal = QApplication.activeModalWidget()
        return modal is not None and modal is not self._window and not self._window.isAncestorOf(modal.window())

    def _leave(self) -> None:
        self._takes = False
        self.overlay.hide()


def _action(event: QDropEvent) -> Qt.DropAction:
    """Copy or link: who moves its files here would delete them."""
    for action in (Qt.DropAction.CopyAction, Qt.DropAction.LinkAction):
        if event.possibleActions() & action:
            return action
    return Qt.DropAction.IgnoreAction
