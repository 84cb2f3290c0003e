"""Which format a file is of, by its first bytes and never by its name."""

from __future__ import annotations

import struct
from enum import Enum

from cxrviewer.errors import NotAnImageError

SIGNATURE_BYTES = 256
PREAMBLE_BYTES = 128
READ_FORMATS = "PNG, JPEG, TIFF, BMP, WebP or DICOM"


class Format(Enum):
    """A format that is read, by the name that facts carry."""

    PNG = "PNG"
    JPEG = "JPEG"
    TIFF = "TIFF"
    BMP = "BMP"
    WEBP = "WebP"
    DICOM = "DICOM"


_RASTER = (
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"\xff\xd8\xff", Format.JPEG),
    (b"II*\0", Format.TIFF),
    (b"MM\0*", Format.TIFF),
    (b"II+\0", Format.TIFF),  # BigTIFF
    (b"MM\0+", Format.TIFF),
    (b"BM", Format.BMP),
)

# What else strangers send, so that the refusal can name it.
_KNOWN_OTHERS = (
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\0\0\0\x0cjP  ", "a bare JPEG 2000 image"),
    (b"\xff\x4f\xff\x51", "a bare JPEG 2000 image"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL image"),
    (b"8BPS", "a Photoshop document"),
    (b"<?xml", "an XML document"),
    (b"<svg", "an SVG drawing"),
)

# Explicit VRs that the first element of a data set (group 0002 or 0008) can have.
_FIRST_VRS = frozenset(b"AE AS AT CS DA DT IS LO LT OB OW PN SH SQ ST TM UI UL UN US UT".split())
_LONG_VRS = frozenset((b"OB", b"OW", b"SQ", b"UN", b"UT"))


def identify(prefix: bytes) -> Format:
    """Return the format that the first SIGNATURE_BYTES bytes of a file belong to.

    Raises NotAnImageError, naming what it is where that is known. A DICOM preamble may hold another format's
    signature (PS3.10 7.1, dual-personality files), so DICOM is asked first.
    """
    if prefix[PREAMBLE_BYTES : PREAMBLE_BYTES + 4] == b"DICM":
        return Format.DICOM
    for signature, found in _RASTER:
        if prefix.startswith(signature):
            return found
    if prefix.startswith(b"RIFF") and prefix[8:12] == b"WEBP":
        return Format.WEBP
    if _starts_like_dicom(prefix):
        return Format.DICOM
    raise NotAnImageError(
        f"expected {READ_FORMATS}, got {_describe(prefix)}. Export the radiograph in one of these formats."
    )


def _starts_like_dicom(prefix: bytes) -> bool:
    """Return whether a file without preamble begins with a plausible element of group 0002 or 0008.

    Explicit VR: a known VR and a length that fits; implicit VR: an even, short length (PS3.5 7.1). Elements
    0000 to 0020 of the groups only: what a data set can begin with.
    """
    if len(prefix) < 16:
        return False
    for order in "<>":
        group, element = struct.unpack_from(f"{order}HH", prefix)
        if group not in (0x0002, 0x0008) or element > 0x0020:
            continue
        vr = prefix[4:6]
        if vr in _FIRST_VRS:
            if vr in _LONG_VRS:
                return prefix[6:8] == b"\0\0"
            return int(struct.unpack_from(f"{order}H", prefix, 6)[0]) % 2 == 0
        length = int(struct.unpack_from(f"{order}I", prefix, 4)[0])
        # Implicit VR is always little endian.
        return order == "<" and length % 2 == 0 and length <= 1024
    return False


def _describe(prefix: bytes) -> str:
    if not prefix:
        return "an empty file"
    for signature, name in _KNOWN_OTHERS:
        if prefix.startswith(signature):
            return name
    if prefix[4:8] == b"ftyp":
        return "a HEIF or video file"
    if b"\0" not in prefix and all(byte >= 9 for byte in prefix):
        return "text"
    return "content of no format that is known here"
