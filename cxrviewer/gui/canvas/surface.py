"""What the gestures and keys of a canvas need of it: where the radiograph lies, and ways to change how it is shown."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPointF

from cxrviewer.domain import Window
from cxrviewer.gui.state.geometry import Geometry, Shape, Viewport
from cxrviewer.gui.state.measuring import Measurements
from cxrviewer.gui.state.view import Position, ViewSettings


class Surface(Protocol):
    """A canvas, as its gestures and keys see it. Points are logical pixels, sizes device pixels."""

    @property
    def view(self) -> ViewSettings:
        """How the radiograph is shown now."""
        ...

    @property
    def ratio(self) -> float:
        """Device pixels a logical pixel."""
        ...

    @property
    def viewport_size(self) -> Viewport:
        """The size of the view."""
        ...

    @property
    def film_shape(self) -> Shape:
        """Rows and columns of the radiograph."""
        ...

    @property
    def measurements(self) -> Measurements:
        """The measurements on it."""
        ...

    @property
    def selected(self) -> int | None:
        """The number of the selected measurement."""
        ...

    def geometry_on_screen(self) -> Geometry:
        """Return where the radiograph lies."""
        ...

    def position_at(self, point: QPointF) -> Position:
        """Return the position on the radiograph at a point."""
        ...

    def point_of(self, position: Position) -> QPointF:
        """Return the point of a position on the radiograph."""
        ...

    def shown_window(self) -> Window:
        """Return the window that is shown."""
        ...

    def film_range(self) -> tuple[float, float]:
        """Return the least and the greatest modality value in the film."""
        ...

    def show_view(self, view: ViewSettings) -> None:
        """Show the radiograph in another way, and say so."""
        ...

    def zoom_in(self) -> None:
        """Show the radiograph a step larger."""
        ...

    def zoom_out(self) -> None:
        """Show the radiograph a step smaller."""
        ...

    def pan_by(self, right: float, down: float) -> None:
        """Move what is seen by shares of the view."""
        ...

    def hold_magnifier(self, on: bool) -> None:
        """Show the magnifier while a key is held."""
        ...

    def select(self, index: int | None) -> None:
        """Select a measurement, or none."""
        ...

    def draft_measurements(self, measurements: Measurements | None, index: int | None) -> None:
        """Draw measurements that are not kept yet; None: those that are."""
        ...

    def keep_measurements(self, measurements: Measurements, *, is_new: bool = False, index: int = -1) -> None:
        """Keep measurements and say so."""
        ...

    def delete_selected(self) -> bool:
        """Remove the selected measurement; return whether there was one."""
        ...

    def give_up(self) -> bool:
        """Cancel the drag under way, or else unselect; return whether there was either."""
        ...
