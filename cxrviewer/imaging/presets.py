"""Windows to choose from, worked out from one film.

CT has fixed units, so that "lung" there is one pair of numbers. The values of CR and DX have no unit (PS3.3 C.8.11.3:
their relation to the exposure is the maker's), so every window here but the file's own is relative to the range of
the film's own values, and the same name may be other numbers in the next film.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import Radiograph, Window
from cxrviewer.imaging.display import default_range, film_range, modality_value

PresetName = Literal["default", "file", "auto", "lung", "bone", "full"]

_TAIL: Final = 0.005  # of the film's pixels may be beyond either end of the automatic window
_SATURATED: Final = 0.01  # of the pixels at the very least or greatest value: collimator or direct exposure
_PART: Final = 0.6  # of the automatic window that the lung and bone windows show

Counts = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Preset:
    """One window to choose: None is the file's default rendering. ``explanation`` is the file's own word for it."""

    name: PresetName
    window: Window | None
    explanation: str = ""


def presets(radiograph: Radiograph) -> tuple[Preset, ...]:
    """Return what a reader may choose from: default, the file's other windows, auto, lung, bone and full range.

    All windows are in modality units. ``auto`` reaches from the 0.5th to the 99.5th percentile of the film's pixels,
    without padding and without an end value at which more than 1 % of the pixels lie (a collimator's shadow, direct
    exposure). ``lung`` is the dark 60 % of it and ``bone`` the bright 60 %, as the film is shown: relative to this
    film's range, as values of CR and DX have no unit. ``full`` reaches from the least to the greatest value.
    """
    automatic = automatic_window(radiograph)
    low, high = automatic.centre - automatic.width / 2, automatic.centre + automatic.width / 2
    part = _PART * (high - low)
    lower, upper = between(low, low + part), between(high - part, high)
    # What is dark on the screen is what is high where the file shows low values white.
    lung, bone = (upper, lower) if radiograph.inverted else (lower, upper)
    others = radiograph.windows if radiograph.voi_lut is not None else radiograph.windows[1:]
    explanation = _default_explanation(radiograph)
    return (
        Preset("default", None, explanation),
        *(Preset("file", window, window.explanation) for window in others),
        Preset("auto", automatic),
        Preset("lung", lung),
        Preset("bone", bone),
        Preset("full", between(*film_range(radiograph))),
    )


def default_window(radiograph: Radiograph) -> Window:
    """Return the window that the default rendering is, or comes nearest to: where a window drag begins."""
    if radiograph.voi_lut is None and radiograph.windows:
        return radiograph.windows[0]
    return between(*default_range(radiograph))


def automatic_window(radiograph: Radiograph) -> Window:
    """Return the window from the 0.5th to the 99.5th percentile of the film; see ``presets``."""
    values, counts = _counted(radiograph)
    if not values.size:
        return between(0.0, 0.0)
    for end in (0, -1):
        if values.size > 2 and counts[end] > _SATURATED * counts.sum():
            kept = slice(1, None) if end == 0 else slice(None, -1)
            values, counts = values[kept], counts[kept]
    reached = np.cumsum(counts)
    low, high = np.searchsorted(reached, np.array([_TAIL, 1.0 - _TAIL]) * reached[-1])
    ends = [modality_value(radiograph, int(values[min(index, values.size - 1)])) for index in (low, high)]
    return between(min(ends), max(ends))


def between(low: float, high: float) -> Window:
    """Return the window that shows ``low`` black and ``high`` white, with straight grey between (PS3.3 C.11.2.1.3.2).

    Where they are equal, it is 1 wide.
    """
    return Window((low + high) / 2, high - low if high > low else 1.0, "LINEAR_EXACT")


def _default_explanation(radiograph: Radiograph) -> str:
    if radiograph.voi_lut is not None:
        return radiograph.voi_lut.explanation
    return radiograph.windows[0].explanation if radiograph.windows else ""


def _counted(radiograph: Radiograph) -> tuple[npt.NDArray[np.int64], Counts]:
    """Return the stored values that occur in the film, padding excluded, in ascending order, and how often."""
    import cv2

    stored = radiograph.stored
    possible = 256 if stored.dtype == np.uint8 else 65536
    by_bits = stored.view(np.uint16) if stored.dtype == np.int16 else stored
    counts = cv2.calcHist([by_bits], [0], None, [possible], [0, possible]).ravel().astype(np.float64)
    values = np.arange(possible, dtype=np.int64)
    if stored.dtype == np.int16:
        counts, values = np.roll(counts, 1 << 15), values - (1 << 15)
    occurs = counts > 0
    if radiograph.padding is not None:
        occurs &= (values < radiograph.padding[0]) | (values > radiograph.padding[1])
    return values[occurs], counts[occurs]
