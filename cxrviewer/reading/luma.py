"""Colour to luma, as Pillow's convert("L") does it, for 8 and 16 bits."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

COLOUR_WARNING = "the image is coloured; it is read as its luma (ITU-R BT.601), as a radiograph has no colour"

_ROWS_AT_ONCE = 64
_MOST_SAMPLED = 1 << 19
_NOTICEABLE = 24  # of 255: more than JPEG's chroma noise on a grey image
_NOTICEABLE_SHARE = 1e-3

Unsigned = npt.NDArray[Any]


def luma(red: Unsigned, green: Unsigned, blue: Unsigned) -> Unsigned:
    """Return ITU-R BT.601 luma of three (H, W) uint8 or uint16 channels, in their dtype.

    The fixed-point weights are Pillow's (19595, 38470, 7471) / 65536, rounded, so 8-bit values agree with it
    exactly. Worked off in strips, so that no intermediate has the size of the image.
    """
    out = np.empty(red.shape, red.dtype)
    for top in range(0, red.shape[0], _ROWS_AT_ONCE):
        rows = slice(top, top + _ROWS_AT_ONCE)
        total = red[rows].astype(np.uint32) * np.uint32(19595)
        total += green[rows].astype(np.uint32) * np.uint32(38470)
        total += blue[rows].astype(np.uint32) * np.uint32(7471)
        total += np.uint32(0x8000)
        total >>= np.uint32(16)
        out[rows] = total
    return out


def is_coloured(red: Unsigned, green: Unsigned, blue: Unsigned) -> bool:
    """Return whether (H, W) uint8 or uint16 channels differ noticeably, judged on an even sample."""
    step = max(1, int(np.ceil(np.sqrt(red.size / _MOST_SAMPLED))))
    r, g, b = (channel[::step, ::step].astype(np.int32) for channel in (red, green, blue))
    spread = np.maximum(np.maximum(r, g), b) - np.minimum(np.minimum(r, g), b)
    noticeable = _NOTICEABLE * (257 if red.dtype.itemsize == 2 else 1)
    return bool(np.mean(spread > noticeable) > _NOTICEABLE_SHARE)
