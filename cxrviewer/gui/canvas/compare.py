"""One, two or four radiographs side by side, that zoom, move and window together while they are linked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from cxrviewer.domain import Radiograph
from cxrviewer.gui.canvas.canvas import RadiographCanvas
from cxrviewer.gui.canvas.caption import Caption
from cxrviewer.gui.state.linking import ShownFilm, linked_view
from cxrviewer.gui.state.tools import Tool
from cxrviewer.gui.state.view import ViewSettings

LAYOUTS: Final = (1, 2, 4)
"""How many radiographs can be shown."""


@dataclass(frozen=True, eq=False)
class _Cell:
    frame: QWidget
    canvas: RadiographCanvas
    caption: Caption


class CompareView(QWidget):
    """Holds four canvases, of which the first 1, 2 or 4 are shown; one of those shown is active.

    Signals: ``active_changed`` (index); ``view_changed`` (index, ViewSettings), for the canvas that a person moved and
    for each that followed it; ``cursor_moved`` (index, CursorReading or None); ``measurements_changed`` (index, tuple).
    """

    active_changed = Signal(int)
    view_changed = Signal(int, object)
    cursor_moved = Signal(int, object)
    measurements_changed = Signal(int, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells = tuple(self._made_cell(index) for index in range(max(LAYOUTS)))
        self._shown, self._active, self._linked = 1, 0, True
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self.set_count(1)

    def _made_cell(self, index: int) -> _Cell:
        frame = QWidget(self)
        canvas, caption = RadiographCanvas(frame), Caption(frame)
        caption.hide()
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(caption)
        column.addWidget(canvas, 1)
        canvas.setAccessibleName(self.tr("Radiograph {number}").format(number=index + 1))
        canvas.activated.connect(partial(self.set_active, index))
        canvas.view_changed.connect(partial(self._lead, index))
        canvas.cursor_moved.connect(partial(self.cursor_moved.emit, index))
        canvas.measurements_changed.connect(partial(self.measurements_changed.emit, index))
        return _Cell(frame, canvas, caption)

    @property
    def count(self) -> int:
        """How many radiographs are shown."""
        return self._shown

    @property
    def active(self) -> int:
        """The number of the active canvas, from 0."""
        return self._active

    @property
    def linked(self) -> bool:
        """Whether the canvases zoom, move and window together."""
        return self._linked

    def canvas(self, index: int | None = None) -> RadiographCanvas:
        """Return a canvas by its number; None is the active one."""
        return self._cells[self._active if index is None else index].canvas

    def shown_canvases(self) -> tuple[RadiographCanvas, ...]:
        """Return the canvases that are shown, in their order."""
        return tuple(cell.canvas for cell in self._cells[: self._shown])

    def set_count(self, count: int) -> None:
        """Show 1, 2 or 4 radiographs: side by side, four in two rows. ValueError for another number."""
        if count not in LAYOUTS:
            raise ValueError(f"expected 1, 2 or 4 radiographs side by side, got {count}")
        self._shown = count
        for index, cell in enumerate(self._cells):
            self._layout.removeWidget(cell.frame)
            cell.frame.setVisible(index < count)
            if index < count:
                self._layout.addWidget(cell.frame, index // 2, index % 2)
        for place in range(2):
            self._layout.setColumnStretch(place, 1 if place < min(count, 2) else 0)
            self._layout.setRowStretch(place, 1 if place < max(count // 2, 1) else 0)
        self.set_active(min(self._active, count - 1))
        self._show_frames()

    def set_active(self, index: int) -> None:
        """Make one of the shown canvases the active one; its frame and the signal say so."""
        if not 0 <= index < self._shown:
            raise ValueError(f"expected one of the {self._shown} radiographs shown, got number {index}")
        if index != self._active:
            self._active = index
            self._show_frames()
            self.active_changed.emit(index)

    def set_linked(self, linked: bool) -> None:
        """Link the canvases, which then follow the active one at once, or let each go its own way."""
        self._linked = linked
        if linked:
            self._lead_others(self._active, self.canvas().view)

    def set_radiograph(self, index: int, radiograph: Radiograph | None, caption: str = "") -> None:
        """Show a radiograph in one of the canvases, with a caption above where more than one is shown."""
        cell = self._cells[index]
        cell.canvas.set_radiograph(radiograph)
        cell.caption.setText(caption)
        cell.caption.setToolTip(caption)
        cell.canvas.setAccessibleName(
            self.tr("Radiograph {number}: {name}").format(number=index + 1, name=caption)
            if caption
            else self.tr("Radiograph {number}").format(number=index + 1)
        )
        self._show_frames()

    def set_message(self, index: int, text: str) -> None:
        """Say something in one of the canvases while it shows no radiograph: that one is being read, or why none is."""
        self._cells[index].canvas.set_message(text)

    def set_tool(self, tool: Tool) -> None:
        """Give every canvas the same tool."""
        for cell in self._cells:
            cell.canvas.set_tool(tool)

    def set_magnifier(self, on: bool) -> None:
        """Show or hide the magnifier in every canvas that the cursor is on."""
        for cell in self._cells:
            cell.canvas.set_magnifier(on)

    def _show_frames(self) -> None:
        several = self._shown > 1
        for index, cell in enumerate(self._cells):
            active = several and index == self._active
            cell.canvas.set_framed(active)
            cell.caption.setVisible(several and bool(cell.caption.text()))
            font = cell.caption.font()
            font.setBold(active)  # not by the frame's colour alone
            cell.caption.setFont(font)

    def _lead(self, index: int, view: ViewSettings) -> None:
        self.view_changed.emit(index, view)
        if self._linked:
            self._lead_others(index, view)

    def _lead_others(self, leader: int, view: ViewSettings) -> None:
        leading = self._shown_film(leader)
        if leading is None:
            return
        for index in range(self._shown):
            following = self._shown_film(index)
            if index == leader or following is None:
                continue
            canvas = self._cells[index].canvas
            led = linked_view(view, canvas.view, leading, following)
            if led != canvas.view:
                canvas.set_view(led)
                self.view_changed.emit(index, led)

    def _shown_film(self, index: int) -> ShownFilm | None:
        canvas = self._cells[index].canvas
        if canvas.radiograph is None:
            return None
        return ShownFilm(canvas.film_shape, canvas.viewport_size, canvas.opening_window())
