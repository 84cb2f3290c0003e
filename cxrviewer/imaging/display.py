"""Stored values to what a diagnostic viewer shows: modality LUT, then VOI LUT or window, then inversion, once.

Every step maps one stored value to one display value, so the whole pipeline is worked out for each possible stored
value (at most 65,536) and looked up once. Nothing of the image's size is made but the result.
Source: DICOM PS3.3 C.11.1 (modality LUT), C.11.2 (VOI LUT), C.7.6.3.1.2 (photometric interpretation), and
PS3.4 N.2 (their order).
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray, LookupTable, Radiograph, Window

_ROWS_AT_ONCE = 64

Table = npt.NDArray[np.float64]
_Entries = TypeVar("_Entries", npt.NDArray[np.float32], npt.NDArray[np.uint8])


def default_rendering(radiograph: Radiograph) -> FloatArray:
    """Return the radiograph as its file asks to be shown: (H, W) float32 in [0, 1], 0 black, 1 white.

    A VOI LUT is used before the first window. Where the file names neither: images of up to 8 bits show their full
    range (so an 8-bit PNG or JPEG is exactly v / 255), deeper ones the minimum to the maximum of their pixels, padding
    excluded; a constant image is black. Padding is black, whatever its value.
    """
    return _looked_up(radiograph, _display_table(radiograph, None))


def render(radiograph: Radiograph, window: Window | None) -> FloatArray:
    """Return the radiograph through another window, in modality units: (H, W) float32 in [0, 1].

    ``None`` is the default rendering. Raises ValueError for a width that the window's function does not allow.
    """
    return _looked_up(radiograph, _display_table(radiograph, window))


def display_levels(
    radiograph: Radiograph, window: Window | None = None, *, inverted: bool = False
) -> npt.NDArray[np.uint8]:
    """Return the display level, 0 black to 255 white, of every value that the stored type can hold: (256 or 65536,).

    ``render`` rounded to 8 bits, once for each value: ``levels[stored]`` is the picture, without anything of the
    image's size but that. Signed values are indexed by their bits read as unsigned (``stored.view(np.uint16)``).
    ``inverted`` exchanges black and white once more; padding is black all the same. Raises ValueError as ``render``
    does.
    """
    table = _display_table(radiograph, window, inverted=inverted)
    levels = (table * np.float32(255.0) + np.float32(0.5)).astype(np.uint8)
    return _indexed_by_bits(radiograph, levels)


def modality_value(radiograph: Radiograph, stored: int) -> float:
    """Return a stored value in modality units: after the modality LUT, or slope and intercept (PS3.3 C.11.1)."""
    if radiograph.modality_lut is not None:
        return float(apply_lookup_table(np.array([stored], np.float64), radiograph.modality_lut)[0])
    return stored * radiograph.slope + radiograph.intercept


def film_range(radiograph: Radiograph) -> tuple[float, float]:
    """Return the least and the greatest modality value in the film, padding excluded; (0, 0) where all is padding."""
    present = _present(radiograph, _modality_table(radiograph))
    return (float(present.min()), float(present.max())) if present.size else (0.0, 0.0)


def default_range(radiograph: Radiograph) -> tuple[float, float]:
    """Return the modality values that the default rendering shows as one end of the grey scale and as the other.

    Those of the VOI LUT's first and last entry, of the first window (half its width on either side of its centre), or
    of the range that ``default_rendering`` shows where the file names neither.
    """
    if radiograph.voi_lut is not None:
        first = float(radiograph.voi_lut.first)
        return first, first + len(radiograph.voi_lut.values) - 1
    if radiograph.windows:
        window = radiograph.windows[0]
        return window.centre - window.width / 2, window.centre + window.width / 2
    return _shown_range(radiograph, _modality_table(radiograph))


def default_window_text(radiograph: Radiograph) -> str:
    """Return in words what ``default_rendering`` does with the values, for the tables' column "window"."""
    if radiograph.voi_lut is not None:
        explained = _in_brackets(radiograph.voi_lut.explanation)
        text = f"VOI LUT of {len(radiograph.voi_lut.values)} entries{explained}"
    elif radiograph.windows:
        window = radiograph.windows[0]
        explained = _in_brackets(window.explanation)
        text = f"window centre {window.centre:g}, width {window.width:g}, {window.function}{explained}"
    else:
        low, high = _shown_range(radiograph, _modality_table(radiograph))
        kind = "full range" if radiograph.facts.bits <= 8 else "minimum to maximum"
        text = f"{kind}, {low:g} to {high:g}"
    return f"{text}, inverted" if radiograph.inverted else text


def apply_window(values: Table, window: Window) -> Table:
    """Return modality values of any shape through a window, float64 in [0, 1].

    LINEAR: PS3.3 C.11.2.1.2.1; SIGMOID: C.11.2.1.3.1; LINEAR_EXACT: C.11.2.1.3.2. Raises ValueError for a width below 1
    (LINEAR) or not above 0 (the others).
    """
    centre, width = window.centre, window.width
    narrow = width < 1.0 if window.function == "LINEAR" else width <= 0.0
    if narrow or not np.isfinite([centre, width]).all():
        raise ValueError(f"expected a finite {window.function} window that is wide enough, got {centre} and {width}")
    if window.function == "SIGMOID":
        # Beyond +-60 the sigmoid is 0 or 1 in any float; clipping keeps exp from overflowing.
        exponent: Table = np.clip(-4.0 * (values - centre) / width, -60.0, 60.0)
        sigmoid: Table = 1.0 / (1.0 + np.exp(exponent))
        return sigmoid
    if window.function == "LINEAR":
        centre, width = centre - 0.5, width - 1.0
    if width == 0.0:
        return (values > centre).astype(np.float64)
    scaled: Table = np.clip((values - centre) / width + 0.5, 0.0, 1.0)
    return scaled


def apply_lookup_table(values: Table, table: LookupTable) -> Table:
    """Return the LUT's outputs for input values, clamped to its first and last entry (PS3.3 C.11.1.1.1, C.11.2.1.1)."""
    index = np.clip(np.rint(values) - table.first, 0, len(table.values) - 1)
    outputs: Table = table.values[index.astype(np.intp)].astype(np.float64)
    return outputs


def _in_brackets(explanation: str) -> str:
    return f" ({explanation})" if explanation else ""


def _stored_range(radiograph: Radiograph) -> range:
    """Return the values that the array's type can hold."""
    info = np.iinfo(radiograph.stored.dtype)
    return range(int(info.min), int(info.max) + 1)


def _modality_table(radiograph: Radiograph) -> Table:
    """Return the modality value of every stored value, in ascending order of stored values."""
    possible = _stored_range(radiograph)
    stored = np.arange(possible.start, possible.stop, dtype=np.float64)
    if radiograph.modality_lut is not None:
        return apply_lookup_table(stored, radiograph.modality_lut)
    return stored * radiograph.slope + radiograph.intercept


def _display_table(radiograph: Radiograph, window: Window | None, *, inverted: bool = False) -> FloatArray:
    """Return the display value in [0, 1] of every stored value, in ascending order of stored values."""
    modality = _modality_table(radiograph)
    if window is not None:
        shown = apply_window(modality, window)
    elif radiograph.voi_lut is not None:
        shown = apply_lookup_table(modality, radiograph.voi_lut) / ((1 << radiograph.voi_lut.bits) - 1)
    elif radiograph.windows:
        shown = apply_window(modality, radiograph.windows[0])
    else:
        low, high = _shown_range(radiograph, modality)
        if high <= low:
            return np.zeros(modality.shape, np.float32)
        shown = np.clip((modality - low) / (high - low), 0.0, 1.0)
    if radiograph.inverted != inverted:
        shown = 1.0 - shown
    if radiograph.padding is not None:
        shown[_padding_slice(radiograph)] = 0.0
    return shown.astype(np.float32)


def _shown_range(radiograph: Radiograph, modality: Table) -> tuple[float, float]:
    """Return the modality values that are shown black and white where the file names neither VOI LUT nor window."""
    if radiograph.facts.bits <= 8:
        first = -128 if radiograph.stored.dtype == np.int16 else 0
        start = first - _stored_range(radiograph).start
        ends = modality[start : start + 256]
    else:
        ends = _present(radiograph, modality)
    return (float(ends.min()), float(ends.max())) if ends.size else (0.0, 0.0)


def _present(radiograph: Radiograph, modality: Table) -> Table:
    """Return modality values that include the least and the greatest of the pixels' values, padding excluded."""
    stored, start = radiograph.stored, _stored_range(radiograph).start
    if radiograph.padding is None and radiograph.modality_lut is None:
        # A straight line has its extremes where the stored values have theirs.
        return modality[[int(stored.min()) - start, int(stored.max()) - start]]
    present = np.zeros(modality.shape, np.bool_)
    for top in range(0, stored.shape[0], _ROWS_AT_ONCE):
        present[stored[top : top + _ROWS_AT_ONCE].astype(np.intp) - start] = True
    if radiograph.padding is not None:
        present[_padding_slice(radiograph)] = False
    return modality[present]


def _padding_slice(radiograph: Radiograph) -> slice:
    start = _stored_range(radiograph).start
    low, high = radiograph.padding if radiograph.padding is not None else (0, -1)
    return slice(max(0, low - start), max(0, high + 1 - start))


def _indexed_by_bits(radiograph: Radiograph, table: _Entries) -> _Entries:
    """Return a table in ascending order of stored values in the order of their bits read as unsigned."""
    # The bits of int16 count 0 to 32767, then -32768 to -1.
    return np.roll(table, 1 << 15) if radiograph.stored.dtype == np.int16 else table


def _looked_up(radiograph: Radiograph, table: FloatArray) -> FloatArray:
    """Look every pixel up, in strips: numpy turns indices into 64-bit integers, four times the image."""
    stored: npt.NDArray[Any] = radiograph.stored
    table = _indexed_by_bits(radiograph, table)
    if stored.dtype == np.int16:
        stored = stored.view(np.uint16)
    rendered = np.empty(stored.shape, np.float32)
    for top in range(0, stored.shape[0], _ROWS_AT_ONCE):
        rows = slice(top, top + _ROWS_AT_ONCE)
        np.take(table, stored[rows], out=rendered[rows], mode="clip")
    return rendered
