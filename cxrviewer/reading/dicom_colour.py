"""DICOM colour captures to luma: RGB, YBR and palettes, as some stations export radiographs."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import StoredArray
from cxrviewer.errors import PhotometricError
from cxrviewer.reading.dicom_header import Header
from cxrviewer.reading.dicom_pixels import PixelFormat
from cxrviewer.reading.luma import COLOUR_WARNING, is_coloured, luma
from cxrviewer.reading.translation import corrupt_unless, quiet

Samples = npt.NDArray[Any]


def palette(header: Header, pixels: PixelFormat) -> npt.NDArray[np.uint8]:
    """Return the palette as (n, 3) uint8 RGB for the stored values 0 to n - 1 (PS3.3 C.7.6.3.1.5).

    Raises PhotometricError for segmented palettes, CorruptFileError where the palette is missing or
    malformed.
    """
    if header.dataset.get("SegmentedRedPaletteColorLookupTableData") is not None:
        raise PhotometricError(
            "expected grey pixels, got a segmented colour palette. Export the radiograph as MONOCHROME2."
        )
    from pydicom.pixels.processing import apply_color_lut

    with corrupt_unless("the colour palette"), quiet():
        every_value = np.arange(1 << pixels.bits_stored, dtype=np.uint16).reshape(1, -1)
        colours: Samples = apply_color_lut(every_value, header.dataset)[0]
    if colours.dtype == np.uint8:
        return colours
    return ((colours.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)


def without_colour(
    samples: Samples, photometric: str, colours: npt.NDArray[np.uint8] | None
) -> tuple[StoredArray, tuple[str, ...]]:
    """Return the luma of (H, W) palette indices or (H, W, 3) RGB or YBR, and a warning where coloured.

    ``colours`` is the palette, (n, 3) uint8. 8-bit samples and palettes give uint8, 16-bit samples uint16.
    """
    if colours is not None:
        red, green, blue = (colours[np.newaxis, :, channel] for channel in range(3))
        grey = luma(red, green, blue)[0]
        used = np.unique(samples)
        coloured = is_coloured(red[:, used], green[:, used], blue[:, used])
        return np.take(grey, samples, mode="clip"), _warning(coloured)
    if samples.ndim == 2:  # uncompressed YBR_FULL_422, of which only the luma was read
        return np.ascontiguousarray(samples), ()
    first, second, third = (samples[..., channel] for channel in range(3))
    if photometric.startswith("YBR"):
        neutral = np.broadcast_to(samples.dtype.type(1 << (samples.dtype.itemsize * 8 - 1)), first.shape)
        return np.ascontiguousarray(first), _warning(is_coloured(second, third, neutral))
    return luma(first, second, third), _warning(is_coloured(first, second, third))


def _warning(coloured: bool) -> tuple[str, ...]:
    return (COLOUR_WARNING,) if coloured else ()
