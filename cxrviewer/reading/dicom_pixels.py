"""DICOM pixel data to stored values: one frame, uncompressed or encapsulated, masked and sign-extended."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import StoredArray
from cxrviewer.errors import CorruptFileError, PhotometricError
from cxrviewer.reading.dicom_codecs import Codec, Frame, codec_for, codec_name
from cxrviewer.reading.dicom_header import UNCOMPRESSED_SYNTAXES, UNDEFINED_LENGTH, Header
from cxrviewer.reading.dicom_sources import MOST_INFLATED_HEADER, InflatedSource
from cxrviewer.reading.jpeg_structure import FrameHeader
from cxrviewer.reading.limits import Limits
from cxrviewer.reading.translation import corrupt_unless, quiet

_GREY = frozenset(("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR"))
_COLOUR = frozenset(("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT"))
_ITEM, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE0DD
_MOST_FRAGMENTS = 100_000
_RLE = "1.2.840.10008.1.2.5"

Samples = npt.NDArray[Any]


@dataclass(frozen=True)
class PixelFormat:
    """The image pixel module (PS3.3 C.7.6.3) of a single frame."""

    rows: int
    columns: int
    samples: int
    photometric: str
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    planar: bool


def pixel_format(header: Header, limits: Limits) -> PixelFormat:
    """Return the checked pixel format of a header; nothing is decoded or allocated.

    Raises LimitExceededError, ImageTooSmallError, PhotometricError for pixels that radiographs do not have,
    CorruptFileError for contradictory values.
    """
    rows, columns = header.integer("Rows"), header.integer("Columns")
    if rows <= 0 or columns <= 0:
        raise CorruptFileError(
            f"expected Rows and Columns above 0, got {rows} and {columns}. Export the radiograph again."
        )
    limits.check_image(columns, rows)
    samples = header.integer("SamplesPerPixel", 1)
    photometric = header.text("PhotometricInterpretation") or ("MONOCHROME2" if samples == 1 else "RGB")
    if not ((samples == 1 and photometric in _GREY) or (samples == 3 and photometric in _COLOUR)):
        raise PhotometricError(
            "expected MONOCHROME1 or MONOCHROME2 pixels, or a colour capture of them, got "
            f"{samples} samples of {_printable(photometric)}. Export the radiograph as MONOCHROME2."
        )
    allocated = header.integer("BitsAllocated")
    stored = header.integer("BitsStored", allocated)
    high = header.integer("HighBit", stored - 1)
    if allocated not in (8, 16) or not 8 <= stored <= 16:
        raise PhotometricError(
            f"expected 8 to 16 bits stored in 8 or 16 allocated, got {stored} in {allocated}. "
            "Export the radiograph with 16 bits allocated."
        )
    if not stored - 1 <= high < allocated:
        raise CorruptFileError(
            f"the DICOM header contradicts itself: {stored} bits stored up to bit {high} of {allocated}. "
            "Export the radiograph again."
        )
    signed = header.integer("PixelRepresentation", 0) == 1
    planar = samples > 1 and header.integer("PlanarConfiguration", 0) == 1
    return PixelFormat(rows, columns, samples, photometric, allocated, stored, high, signed, planar)


def read_samples(header: Header, pixels: PixelFormat) -> tuple[Samples, str, str]:
    """Return one frame's samples, their photometric interpretation, and the decoder's name and version.

    Samples: (H, W) uint8, uint16 or int16, or (H, W, 3) for colour; bits beyond those stored (overlays) are
    gone. Raises CorruptFileError.
    """
    if header.syntax in UNCOMPRESSED_SYNTAXES:
        samples, photometric = _read_uncompressed(header, pixels)
        return _stored_values(samples, pixels, pixels.high_bit), photometric, ""
    samples, codec = _read_encapsulated(header, pixels)
    photometric = pixels.photometric
    if photometric in ("YBR_ICT", "YBR_RCT") or (codec.distribution == "pillow" and pixels.samples == 3):
        photometric = "RGB"  # the codec undoes its own colour transform
    high_bit = pixels.high_bit if header.syntax == _RLE else pixels.bits_stored - 1
    return _stored_values(samples, pixels, high_bit), photometric, codec_name(codec.distribution)


def _read_uncompressed(header: Header, pixels: PixelFormat) -> tuple[Samples, str]:
    """Read straight from the file into the array."""
    halved = pixels.photometric == "YBR_FULL_422" and pixels.samples == 3
    count = pixels.rows * pixels.columns * (2 if halved else pixels.samples)
    size = count * pixels.bits_allocated // 8
    source = header.source
    if isinstance(source, InflatedSource):
        source.most = MOST_INFLATED_HEADER + size + 2
    if header.pixel_length == UNDEFINED_LENGTH or header.pixel_length < size or not source.has(size):
        raise CorruptFileError(
            f"expected {size} bytes of uncompressed pixel data, got fewer or a compressed stream: "
            "the file is truncated or corrupt. Copy or export it again."
        )
    swapped_pairs = header.is_big_endian and pixels.bits_allocated == 8 and header.pixel_vr == "OW"
    padded = count + count % 2 if swapped_pairs else count
    order = ">" if header.is_big_endian else "<"
    samples = np.zeros(padded, np.uint8 if pixels.bits_allocated == 8 else np.dtype(f"{order}u2"))
    if source.fill(samples) < size:
        raise CorruptFileError("the pixel data ends too soon: the file is truncated. Copy it again.")
    if swapped_pairs:  # 8-bit pixels written as 16-bit words (PS3.5 8.1.1)
        samples = samples.view(np.uint16).byteswap(inplace=True).view(np.uint8)[:count]
    elif not samples.dtype.isnative:
        samples = samples.byteswap(inplace=True).view(np.uint16)
    shape = (pixels.rows, pixels.columns)
    if halved:  # Y1 Y2 Cb Cr for two pixels (PS3.3 C.7.6.3.1.2); luma is all that is wanted
        with corrupt_unless("YBR_FULL_422 pixel data"):
            return samples.reshape(-1, 4)[:, :2].reshape(shape), "YBR_FULL_422"
    if pixels.samples == 1:
        return samples.reshape(shape), pixels.photometric
    if pixels.planar:
        return samples.reshape(3, *shape).transpose(1, 2, 0), pixels.photometric
    return samples.reshape(*shape, 3), pixels.photometric


def _read_encapsulated(header: Header, pixels: PixelFormat) -> tuple[Samples, Codec]:
    """Join the fragments, hold the codestream's own header against the DICOM header, decode."""
    frame = Frame(
        _codestream(header),
        header.syntax,
        pixels.rows,
        pixels.columns,
        pixels.samples,
        pixels.bits_allocated,
        pixels.photometric,
    )
    codec = codec_for(header.syntax)
    if codec.frame_header is not None:
        with corrupt_unless("the compressed pixel data"):
            found = codec.frame_header(frame.codestream)
        _check_frame_header(found, pixels)
        codec = codec_for(header.syntax, found)
    with corrupt_unless("the compressed pixel data"), quiet():
        samples = codec.decode(frame)
    expected = (pixels.rows, pixels.columns) if pixels.samples == 1 else (pixels.rows, pixels.columns, pixels.samples)
    if samples.shape != expected or samples.dtype.kind not in "ui" or samples.dtype.itemsize > 2:
        raise CorruptFileError(
            f"expected decoded pixels of shape {expected}, got {samples.shape} {samples.dtype}: "
            "the file is corrupt. Export it again."
        )
    return samples, codec


def _check_frame_header(found: FrameHeader, pixels: PixelFormat) -> None:
    """Refuse a codestream that is not what the header, whose size was checked, says."""
    size_differs = (found.width, found.height) != (pixels.columns, pixels.rows)
    if size_differs or found.components != pixels.samples or found.precision > pixels.bits_allocated:
        raise CorruptFileError(
            f"the DICOM header says {pixels.columns} x {pixels.rows} pixels of {pixels.samples} samples in "
            f"{pixels.bits_allocated} bits, the compressed image {found.width} x {found.height} of "
            f"{found.components} in {found.precision}: the file is corrupt. Export it again."
        )


def _codestream(header: Header) -> bytes:
    """Return the frame's joined fragments (PS3.5 A.4); the first item, the offset table, is skipped."""
    source = header.source
    if header.pixel_length != UNDEFINED_LENGTH:
        raise CorruptFileError(
            "expected compressed pixel data in fragments, got one block: the transfer syntax in the header "
            "is wrong. "
            "Export the radiograph again."
        )
    fragments: list[bytes] = []
    for number in range(_MOST_FRAGMENTS):
        start = source.read(8)
        if len(start) < 8:
            break
        group, element, length = struct.unpack("<HHI", start)
        tag = group << 16 | element
        if tag == _SEQUENCE_END:
            return b"".join(fragments)
        if tag != _ITEM or not source.has(length):
            break
        if number == 0:
            source.seek(source.tell() + length)
        else:
            fragments.append(source.read(length))
    raise CorruptFileError(
        "expected compressed pixel data in fragments up to their end, got something else or the end of the "
        "file: "
        "it is truncated or corrupt. Copy or export it again."
    )


def _stored_values(samples: Samples, pixels: PixelFormat, high_bit: int) -> StoredArray:
    """Return the values within BitsStored below ``high_bit``, sign-extended where signed (PS3.5 8.1.1).

    Works in place where the samples are writable; the result is uint8, uint16 or int16.
    """
    width = samples.dtype.itemsize * 8
    stored = min(pixels.bits_stored, width)
    high = min(high_bit, width - 1)
    if not pixels.signed:
        values = samples.view(f"u{samples.dtype.itemsize}")
        if stored < width:
            values = _writable(values)
            values >>= values.dtype.type(high + 1 - stored)
            values &= values.dtype.type((1 << stored) - 1)
        return values.astype(np.uint8) if stored <= 8 and width > 8 else values
    values = samples.view(f"i{samples.dtype.itemsize}")
    if stored < width:
        values = _writable(values)
        values <<= values.dtype.type(width - 1 - high)
        values >>= values.dtype.type(width - stored)
    return values.astype(np.int16, copy=False)


def _writable(values: Samples) -> Samples:
    return values if values.flags.writeable else values.copy()


def _printable(text: str) -> str:
    return "".join(character for character in text[:32] if character.isalnum() or character in "_ ") or "nothing"
