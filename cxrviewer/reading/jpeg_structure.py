"""A JPEG's marker structure (ITU-T T.81 annex B), read without decoding anything."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

from cxrviewer.errors import CorruptFileError

_SOS = 0xDA
_STANDALONE = frozenset((0x01, *range(0xD0, 0xD9)))  # TEM, RSTn, SOI: no length follows
# SOF0-3, 5-7, 9-11, 13-15 and JPEG-LS's SOF55 (ITU-T T.87).
_FRAME_HEADERS = frozenset((*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0), 0xF7))


@dataclass(frozen=True)
class FrameHeader:
    """What a codestream declares: size in pixels, number of components, bits per sample.

    ``scan_start`` is the offset of a JPEG's first entropy-coded data.
    """

    width: int
    height: int
    components: int
    precision: int
    scan_start: int = 0


def jpeg_frame_header(data: bytes | memoryview) -> FrameHeader:
    """Return the frame header of a JPEG or JPEG-LS stream that is there to its end-of-image marker.

    Raises CorruptFileError where the markers cannot be followed to the first scan, or no EOI comes after it:
    libjpeg itself completes such an image with grey, and a file whose tail was zeroed by a failed copy looks
    like one.
    """
    header: FrameHeader | None = None
    position = 2
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            break
        marker = data[position + 1]
        if marker == 0xFF:  # fill byte
            position += 1
            continue
        if marker in _STANDALONE:
            position += 2
            continue
        length = struct.unpack_from(">H", data, position + 2)[0]
        if marker in _FRAME_HEADERS and position + 10 <= len(data):
            precision, height, width, components = struct.unpack_from(">BHHB", data, position + 4)
            header = FrameHeader(width, height, components, precision)
        if marker == _SOS and header is not None:
            if bytes(data).rfind(b"\xff\xd9") < position:
                raise CorruptFileError(
                    "expected a JPEG image to its end-of-image marker, got one that stops before it: "
                    "the file is truncated. Copy or export it again."
                )
            return replace(header, scan_start=position + 2 + length)
        position += 2 + length
    raise CorruptFileError(
        "expected JPEG markers up to the first scan, got something else: the file is truncated or corrupt. "
        "Copy or export it again."
    )
