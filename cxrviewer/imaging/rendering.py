"""Heat in colour over a radiograph: colour maps as tables, and the blend."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, TypeVar, cast

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray
from cxrviewer.resources import resources_folder

ColourTable = npt.NDArray[np.uint8]
Levels = npt.NDArray[np.uint8]
_Entry = TypeVar("_Entry", np.uint8, np.int32, np.float32)

COLOUR_MAPS: Final = ("inferno", "magma", "viridis", "cividis", "greys")
# Red-green blind readers need a map whose lightness alone tells the order. Of those that have one,
# viridis and cividis pass through greys of middle lightness, which vanish in a radiograph; inferno stands
# out from black to white.
DEFAULT_COLOUR_MAP: Final = "inferno"
DEFAULT_OPACITY: Final = 0.6


@cache
def load_colour_map(name: str) -> ColourTable:
    """Return a colour map: (256, 3) uint8, read-only; red, green, blue from lowest to highest value.

    Raises ValueError for a name that is not in ``COLOUR_MAPS``.
    """
    if name not in COLOUR_MAPS:
        raise ValueError(f"expected a colour map of {', '.join(COLOUR_MAPS)}, got {name!r}")
    lines = (resources_folder() / "colour_maps" / f"{name}.csv").read_text("ascii").split()
    table = np.array([line.split(",") for line in lines], np.uint8)
    table.setflags(write=False)
    return table


def normalised(heat: FloatArray) -> FloatArray:
    """Return heat over its own maximum: (H, W) float32 in [0, 1]; all 0 where there is none."""
    maximum = float(heat.max(initial=0.0))
    # Below the smallest normal float32 a quotient would be noise, or infinite.
    if maximum < np.finfo(np.float32).tiny:
        return np.zeros_like(heat, np.float32)
    return np.asarray(np.clip(heat / np.float32(maximum), 0.0, 1.0), np.float32)


def overlay(display: FloatArray, heat: FloatArray, colour_map: ColourTable, opacity: float) -> npt.NDArray[np.uint8]:
    """Lay heat in colour over a radiograph, the more opaque the hotter, so that cold parts stay as they are.

    display, heat: (H, W) float32 in [0, 1], finite; values outside are clipped, and both are rounded to
    256 levels. colour_map: (256, 3) uint8. opacity: 0 to 1, how much of the colour covers the radiograph
    where the heat is 1. Returns (H, W, 3) uint8, RGB: ``(1 - opacity * heat) * display + opacity * heat *
    colour``; grey where heat is 0.
    Raises ValueError for other shapes or an opacity out of range.
    """
    import cv2

    if display.ndim != 2 or display.shape != heat.shape or 0 in display.shape:
        raise ValueError(f"expected display and heat of one shape (H, W), got {display.shape} and {heat.shape}")
    if colour_map.shape != (256, 3) or not 0.0 <= opacity <= 1.0:
        raise ValueError(
            f"expected a colour map of (256, 3) and an opacity of 0 to 1, got {colour_map.shape}, {opacity}"
        )
    rgba = blend_levels(eight_bit_levels(display), eight_bit_levels(heat), blend_table(colour_map, opacity))
    return np.asarray(cv2.cvtColor(rgba, cv2.COLOR_RGBA2RGB), np.uint8)


def blend_levels(grey: Levels, heat: Levels, table: Levels) -> Levels:
    """Return (H, W, 4) uint8, red, green, blue and 255, for grey and heat of (H, W) uint8; ``table`` a blend table."""
    import cv2

    # Grey and heat have 256 levels each: every possible result is computed once and then looked up. Their two bytes
    # side by side are the index.
    index = cv2.merge([grey, heat]).view("<u2")[..., 0]
    blended = looked_up(table.view(np.int32)[:, 0], index)
    return blended.view(np.uint8).reshape(*grey.shape, 4)


def looked_up(table: npt.NDArray[_Entry], index: npt.NDArray[Any]) -> npt.NDArray[_Entry]:
    """Return ``table[index]``: (H, W) of the table's type.

    table: (256,) or (65536,) uint8, int32 or float32, for an index of (H, W) uint8 or uint16 respectively.
    """
    import cv2

    if index.dtype == np.uint8 or _takes_16_bits(cv2.__version__):
        # A quarter of numpy's time, which makes 64-bit integers of the index first.
        return cast(npt.NDArray[_Entry], cv2.LUT(index, table))
    found = np.empty(index.shape, table.dtype)
    np.take(table, index, out=found, mode="clip")
    return found


def _takes_16_bits(version: str) -> bool:
    """Return whether ``cv2.LUT`` takes an index of 16 bits: since OpenCV 5."""
    return int(version.partition(".")[0]) >= 5


def eight_bit_levels(values: FloatArray) -> Levels:
    """Return values in [0, 1] rounded to 0 to 255, uint8; values outside are clipped."""
    scaled = values * np.float32(255.0)
    scaled += np.float32(0.5)
    np.clip(scaled, 0.0, 255.0, out=scaled)
    return scaled.astype(np.uint8)


def blend_table(colour_map: ColourTable, opacity: float) -> Levels:
    """Return (65536, 4) uint8: red, green, blue and 255 for the heat level times 256 plus the grey level.

    The formula of ``overlay``, for each of the 256 x 256 pairs.
    """
    alpha = opacity * np.arange(256, dtype=np.float64)[:, np.newaxis, np.newaxis] / 255.0
    grey = np.arange(256, dtype=np.float64)[np.newaxis, :, np.newaxis]
    blend = (1.0 - alpha) * grey + alpha * colour_map[:, np.newaxis, :].astype(np.float64)
    table = np.full((256, 256, 4), 255, np.uint8)
    table[:, :, :3] = np.round(blend)
    return table.reshape(65536, 4)
