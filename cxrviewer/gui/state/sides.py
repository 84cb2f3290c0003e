"""Which side of the patient lies at which edge of the screen; nothing here knows Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cxrviewer.domain import Orientation

_OPPOSITE: Final = str.maketrans("APRLHF", "PALRFH")


@dataclass(frozen=True)
class Sides:
    """The patient's sides at the edges of a radiograph as shown, by the letters of PatientOrientation."""

    left: str
    top: str
    right: str
    bottom: str


def shown_sides(orientation: Orientation, quarter_turns: int, flipped: bool) -> Sides:
    """Return the sides of a radiograph that is mirrored left to right and then turned clockwise by quarters."""
    left, right = orientation.right.translate(_OPPOSITE), orientation.right
    top, bottom = orientation.down.translate(_OPPOSITE), orientation.down
    if flipped:
        left, right = right, left
    for _ in range(quarter_turns % 4):
        left, top, right, bottom = bottom, left, top, right
    return Sides(left, top, right, bottom)
