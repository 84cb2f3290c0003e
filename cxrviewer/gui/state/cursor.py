"""What lies under the cursor."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

from cxrviewer.domain import Radiograph
from cxrviewer.gui.state.view import Position
from cxrviewer.imaging.display import modality_value


@dataclass(frozen=True)
class CursorReading:
    """One pixel of a radiograph: where it is (from 0), its stored value, and that value in modality units.

    ``padding`` says that the pixel is not of the film.
    """

    row: int
    column: int
    stored: int
    modality: float
    padding: bool


def reading_at(radiograph: Radiograph, position: Position) -> CursorReading | None:
    """Return the pixel at a (row, column) in stored pixels, or None outside the radiograph."""
    row, column = floor(position[0]), floor(position[1])
    if not (0 <= row < radiograph.stored.shape[0] and 0 <= column < radiograph.stored.shape[1]):
        return None
    stored = int(radiograph.stored[row, column])
    padding = radiograph.padding
    return CursorReading(
        row,
        column,
        stored,
        modality_value(radiograph, stored),
        padding is not None and padding[0] <= stored <= padding[1],
    )
