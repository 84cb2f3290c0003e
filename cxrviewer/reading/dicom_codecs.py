"""Which library decodes which DICOM transfer syntax, and how each is called; permissively licensed ones only.

Every function takes one whole codestream and returns its samples as they come out, (H, W) or (H, W, C),
unsigned unless the codestream itself is signed (JPEG 2000).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt

from cxrviewer.native_output import native_errors_silenced
from cxrviewer.reading.jpeg_completeness import check_complete
from cxrviewer.reading.jpeg_structure import FrameHeader, jpeg_frame_header, without_metadata

Samples = npt.NDArray[Any]


@dataclass(frozen=True)
class Frame:
    """One encapsulated frame and what the DICOM header says of it."""

    codestream: bytes
    syntax: str
    rows: int
    columns: int
    samples: int
    bits_allocated: int
    photometric: str


@dataclass(frozen=True)
class Codec:
    """A decoder's distribution on PyPI, and how to read a codestream's own header (RLE has none) and samples."""

    distribution: str
    frame_header: Callable[[bytes], FrameHeader] | None
    decode: Callable[[Frame], Samples]


def codec_for(syntax: str, frame_header: FrameHeader | None = None) -> Codec:
    """Return the codec of a transfer syntax; JPEG of more than 8 bits goes to GDCM, as Pillow cannot."""
    if syntax in _PILLOW_SYNTAXES and frame_header is not None and frame_header.precision > 8:
        return _GDCM
    return _CODECS[syntax]


@cache
def codec_name(distribution: str) -> str:
    """Return a distribution's name and version, as facts carry it."""
    return f"{distribution} {version(distribution)}"


def j2k_frame_header(data: bytes) -> FrameHeader:
    """Return what the SIZ marker declares (ITU-T T.800 A.5.1); the codestream may lie within JP2 boxes."""
    start = data.find(b"\xff\x4f\xff\x51", 0, 4096)
    if start < 0:
        raise ValueError("no SOC and SIZ marker")
    right, bottom, left, top = struct.unpack_from(">IIII", data, start + 8)
    components, precision = struct.unpack_from(">HB", data, start + 40)
    return FrameHeader(right - left, bottom - top, components, (precision & 0x7F) + 1)


def _decode_with_pillow(frame: Frame) -> Samples:
    """Decode JPEG of 8 bits; colour comes out as RGB."""
    from PIL import Image

    # The size is checked already, against limits that may be above Pillow's own.
    Image.MAX_IMAGE_PIXELS = max(Image.MAX_IMAGE_PIXELS or 0, frame.rows * frame.columns)
    image = Image.open(io.BytesIO(frame.codestream), formats=("JPEG",))
    unmarked = "adobe_transform" not in image.info and "jfif" not in image.info
    if frame.photometric == "RGB" and image.mode == "RGB" and unmarked:
        # libjpeg takes three unmarked components for YCbCr; draft() asks for them as they are.
        image.draft("YCbCr", None)
    decoded = np.asarray(image)
    if decoded.ndim == 2:
        check_complete(frame.codestream, jpeg_frame_header(frame.codestream).scan_start, decoded)
    return decoded


def _decode_with_gdcm(frame: Frame) -> Samples:
    """Decode JPEG Lossless, and JPEG Extended of 12 bits, to unsigned samples."""
    plain = without_metadata(frame.codestream)
    header = jpeg_frame_header(plain)

    def decode(codestream: bytes) -> Samples:
        return _gdcm_samples(frame, codestream, header.precision)

    samples = decode(plain)
    fill = 1 << (header.precision - 1) if frame.syntax in _PILLOW_SYNTAXES else None
    # GDCM gives up on a restart marker after complete data.
    check_complete(plain, header.scan_start, samples, fill, decode, with_restart=False)
    return samples


def _gdcm_samples(frame: Frame, codestream: bytes, precision: int) -> Samples:
    import gdcm

    gdcm.Trace.WarningOff()
    gdcm.Trace.ErrorOff()
    allocated = 8 if precision <= 8 else 16
    fragment = gdcm.Fragment()
    fragment.SetByteStringValue(codestream)
    fragments = gdcm.SequenceOfFragments.New()
    fragments.AddFragment(fragment)
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetValue(fragments.__ref__())
    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((frame.columns, frame.rows, 1))
    image.SetDataElement(element)
    # Samples as they are stored: neither colour nor MONOCHROME1 is any business of the decoder.
    kind = gdcm.PhotometricInterpretation.MONOCHROME2 if frame.samples == 1 else gdcm.PhotometricInterpretation.RGB
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(kind))
    image.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.GetTSType(frame.syntax)))
    image.SetPixelFormat(gdcm.PixelFormat(frame.samples, allocated, precision, precision - 1, 0))
    with native_errors_silenced():
        decoded = image.GetBuffer()
    if decoded is None:
        raise ValueError("GDCM could not decode the frame")
    buffer = decoded.encode("utf-8", "surrogateescape")  # GDCM hands bytes over as str
    return _shaped(np.frombuffer(buffer, np.uint8 if allocated == 8 else np.uint16), frame)


def _decode_with_pyjpegls(frame: Frame) -> Samples:
    import jpeg_ls  # type: ignore[import-untyped]

    buffer, info = jpeg_ls.decode_pixel_data(frame.codestream)
    samples = np.frombuffer(buffer, np.uint8 if info["bits_per_sample"] <= 8 else np.uint16)
    planar = info["components"] > 1 and info["interleave_mode"] == 0
    return _shaped(samples, frame, planar=planar)


def _decode_with_openjpeg(frame: Frame) -> Samples:
    """Decode JPEG 2000 or HTJ2K; a component transform is undone, so YBR_ICT and YBR_RCT come out as RGB."""
    import openjpeg

    return np.asarray(openjpeg.decode(frame.codestream))


def _decode_with_rle(frame: Frame) -> Samples:
    from rle.utils import decode_pixel_data

    buffer = decode_pixel_data(
        frame.codestream,
        version=2,
        rows=frame.rows,
        columns=frame.columns,
        bits_allocated=frame.bits_allocated,
    )
    samples = np.frombuffer(buffer, np.uint8 if frame.bits_allocated == 8 else np.dtype("<u2"))
    return _shaped(samples, frame, planar=frame.samples > 1)


def _shaped(samples: Samples, frame: Frame, *, planar: bool = False) -> Samples:
    if frame.samples == 1:
        return samples.reshape(frame.rows, frame.columns)
    if planar:
        return samples.reshape(frame.samples, frame.rows, frame.columns).transpose(1, 2, 0)
    return samples.reshape(frame.rows, frame.columns, frame.samples)


_PILLOW = Codec("pillow", jpeg_frame_header, _decode_with_pillow)
_GDCM = Codec("python-gdcm", jpeg_frame_header, _decode_with_gdcm)
_JPEG_LS = Codec("pyjpegls", jpeg_frame_header, _decode_with_pyjpegls)
_OPENJPEG = Codec("pylibjpeg-openjpeg", j2k_frame_header, _decode_with_openjpeg)
_RLE = Codec("pylibjpeg-rle", None, _decode_with_rle)

_PILLOW_SYNTAXES = frozenset(("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"))
_CODECS = {
    "1.2.840.10008.1.2.4.50": _PILLOW,  # JPEG Baseline
    "1.2.840.10008.1.2.4.51": _PILLOW,  # JPEG Extended
    "1.2.840.10008.1.2.4.57": _GDCM,  # JPEG Lossless
    "1.2.840.10008.1.2.4.70": _GDCM,  # JPEG Lossless, selection value 1
    "1.2.840.10008.1.2.4.80": _JPEG_LS,  # JPEG-LS Lossless
    "1.2.840.10008.1.2.4.81": _JPEG_LS,  # JPEG-LS Near-Lossless
    "1.2.840.10008.1.2.4.90": _OPENJPEG,  # JPEG 2000 Lossless
    "1.2.840.10008.1.2.4.91": _OPENJPEG,  # JPEG 2000
    "1.2.840.10008.1.2.4.201": _OPENJPEG,  # HTJ2K Lossless
    "1.2.840.10008.1.2.4.202": _OPENJPEG,  # HTJ2K Lossless RPCL
    "1.2.840.10008.1.2.4.203": _OPENJPEG,  # HTJ2K
    "1.2.840.10008.1.2.5": _RLE,  # RLE Lossless
}
ENCAPSULATED_SYNTAXES = frozenset(_CODECS)
