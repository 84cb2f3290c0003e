"""TIFF to Radiograph: what the page declares is checked, then Pillow decodes, or OpenCV where Pillow drops bits."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import Radiograph, StoredArray
from cxrviewer.errors import PhotometricError
from cxrviewer.native_output import native_errors_silenced
from cxrviewer.reading import tiff_structure as tags
from cxrviewer.reading.limits import Limits
from cxrviewer.reading.raster_pixels import (
    PILLOW,
    check_frames,
    from_channels,
    from_pillow,
    mode_name,
    open_image,
    opencv_channels,
    opencv_name,
    oriented,
    raster_radiograph,
)
from cxrviewer.reading.signatures import Format
from cxrviewer.reading.tiff_structure import TiffPage, check_image_data, tiff_page, with_value
from cxrviewer.reading.translation import corrupt_unless, quiet

_READ_SAMPLE_FORMATS = (tags.UNSIGNED, tags.SIGNED, tags.UNDEFINED)


def read_tiff(data: bytes, limits: Limits) -> Radiograph:
    """Read the bytes of a TIFF of one page, 1 to 16 bits a sample; BigTIFF too.

    16-bit WhiteIsZero is read as stored and marked inverted; of up to 8 bits it is turned round by the
    decoder. Raises CorruptFileError, MultiFrameError, PhotometricError, LimitExceededError,
    ImageTooSmallError.
    """
    page = tiff_page(data)
    limits.check_image(page.first(tags.WIDTH, 0), page.first(tags.HEIGHT, 0))
    check_image_data(page, len(data))
    check_frames(page.pages)
    sample_format = page.first(tags.SAMPLE_FORMAT, tags.UNSIGNED)
    if page.bits > 16 or sample_format not in _READ_SAMPLE_FORMATS:
        kind = "floating-point" if sample_format == tags.FLOAT else "integer"
        raise PhotometricError(
            f"expected a TIFF of 1 to 16 bits a sample, got {page.bits}-bit {kind} samples, of which the "
            "file does "
            "not say what is black and white. Save it as 16-bit grey."
        )
    if page.bits == 16 and page.samples > 1:
        return _read_channels(data, page, limits)
    white_is_zero = page.first(tags.PHOTOMETRIC, 1) == tags.WHITE_IS_ZERO
    inverted = white_is_zero and page.bits > 8
    if inverted:
        # Pillow turns up to 8 bits round, leaves 16 bits as they are, and does not know 16 bits big endian.
        data = with_value(data, page, tags.PHOTOMETRIC, 1)
    image = open_image(data, Format.TIFF, limits)
    with corrupt_unless("the TIFF image"), quiet(), native_errors_silenced():
        image.load()  # applies the orientation
    stored, bits, warnings = from_pillow(image)
    if sample_format == tags.SIGNED and stored.dtype == np.uint8:
        stored = stored.view(np.int8).astype(np.int16)  # Pillow takes signed 8-bit samples for unsigned
    return raster_radiograph(
        stored,
        Format.TIFF,
        decoder=PILLOW,
        bits=page.bits if page.bits > 8 else bits,
        photometric="WhiteIsZero" if white_is_zero else mode_name(image.mode),
        warnings=warnings,
        inverted=inverted,
    )


def _read_channels(data: bytes, page: TiffPage, limits: Limits) -> Radiograph:
    """Read 16-bit RGB, RGBA, or uncompressed grey with alpha, of which Pillow would drop 8 bits or everything."""
    photometric, orientation = page.first(tags.PHOTOMETRIC, 1), page.first(tags.ORIENTATION, 1)
    if photometric == tags.RGB and page.samples in (3, 4):
        if orientation != 1:
            data = with_value(data, page, tags.ORIENTATION, 1)  # OpenCV's versions differ in applying it
        image = open_image(data, Format.TIFF, limits)
        with corrupt_unless("the TIFF image"), quiet(), native_errors_silenced():
            image.load()  # strict, where OpenCV would be content with half an image
        channels, decoder = opencv_channels(data), opencv_name()
        name = "RGB" if page.samples == 3 else "RGBA"
    elif photometric == tags.BLACK_IS_ZERO and page.samples == 2 and page.is_plain:
        channels, decoder, name = _plain_channels(data, page), "cxrviewer", "grey with alpha"
    else:
        raise PhotometricError(
            "expected a 16-bit TIFF that is grey, RGB, RGBA, or uncompressed grey with alpha, got "
            f"{page.samples} samples a pixel, photometric interpretation {photometric}. Save it as 16-bit "
            "grey."
        )
    stored, warnings = from_channels(channels)
    return raster_radiograph(
        oriented(stored, orientation), Format.TIFF, decoder=decoder, bits=16, photometric=name, warnings=warnings
    )


def _plain_channels(data: bytes, page: TiffPage) -> StoredArray:
    """Return (H, W, samples) uint16 of an uncompressed page of strips."""
    shape = (page.first(tags.HEIGHT, 0), page.first(tags.WIDTH, 0), page.samples)
    raw = b"".join(data[offset : offset + count] for offset, count in page.strips)
    with corrupt_unless("the TIFF image"):
        values = np.frombuffer(raw, f"{page.order}u2", count=int(np.prod(shape)))
        channels: npt.NDArray[np.uint16] = values.reshape(shape).astype(np.uint16)
    return channels
