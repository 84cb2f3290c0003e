"""What the left mouse button does on a radiograph."""

from __future__ import annotations

from enum import Enum


class Tool(Enum):
    """The active tool; the right button always drags the window, the middle one always pans."""

    PAN = "pan"
    WINDOW = "window"
    MEASURE = "measure"
    MAGNIFY = "magnify"
