"""A JPEG's marker structure (ITU-T T.81 annex B), read without decoding anything."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, replace

from cxrviewer.errors import CorruptFileError

_EOI, _SOS = 0xD9, 0xDA
_STANDALONE = frozenset((0x01, *range(0xD0, 0xD9)))  # TEM, RSTn, SOI: no length follows
# SOF0-3, 5-7, 9-11, 13-15 and JPEG-LS's SOF55 (ITU-T T.87).
_JPEG_LS_FRAME = 0xF7
_FRAME_HEADERS = frozenset(
    (*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0), _JPEG_LS_FRAME)
)
_METADATA = frozenset((*range(0xE0, 0xEE), 0xEF, 0xFE))  # APPn but APP14, COM
_FIRST_DEFINED = 0xC0  # below, but for TEM, markers are reserved
# What ends entropy-coded data: a marker that is no stuffed zero, restart marker or fill byte. JPEG-LS stuffs
# a bit after FF instead of a byte, so there a marker's second byte is 80 or more.
SCAN_END = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_JPEG_LS_SCAN_END = re.compile(rb"\xff+([\x80-\xcf\xd8-\xfe])")


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


def jpeg_frame_header(data: bytes) -> FrameHeader:
    """Return the frame header of a JPEG or JPEG-LS stream whose markers lead through all scans to the end of image.

    Raises CorruptFileError otherwise: libjpeg completes an image that stops too soon or meets a marker where none may
    be, and GDCM aborts the process.
    """
    header: FrameHeader | None = None
    scan_start = 0
    scan_end = SCAN_END
    position = 2
    while position + 2 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF:  # fill byte
            position += 1
            continue
        if marker == _EOI and header is not None and scan_start:
            return replace(header, scan_start=scan_start)
        if marker in _STANDALONE:
            position += 2
            continue
        if marker < _FIRST_DEFINED or position + 4 > len(data):
            break
        end = position + 2 + int(struct.unpack_from(">H", data, position + 2)[0])
        if marker in _FRAME_HEADERS and header is None and position + 10 <= len(data):
            precision, height, width, components = struct.unpack_from(">BHHB", data, position + 4)
            header = FrameHeader(width, height, components, precision)
            scan_end = _JPEG_LS_SCAN_END if marker == _JPEG_LS_FRAME else SCAN_END
        elif marker in _FRAME_HEADERS:
            break  # a second frame
        if marker == _SOS:
            scan_start = scan_start or end
            found = scan_end.search(data, end)
            if found is None:
                break
            end = found.end() - 2
        position = end
    raise CorruptFileError(
        "expected JPEG markers through to the end of the image, got something else or the end of the file: it is "
        "truncated or corrupt. Copy or export it again."
    )


def without_metadata(data: bytes) -> bytes:
    """Return a JPEG, of which ``jpeg_frame_header`` had nothing to say, without what no pixel hangs on.

    GDCM aborts the process over a JFIF segment with an unknown unit. Adobe's segment stays: it tells RGB from YCbCr.
    """
    kept = [data[:2]]
    position = 2
    while data[position + 1] != _SOS:
        marker = data[position + 1]
        if marker == 0xFF or marker in _STANDALONE:
            position += 1 if marker == 0xFF else 2
            continue
        end = position + 2 + int(struct.unpack_from(">H", data, position + 2)[0])
        if marker not in _METADATA:
            kept.append(data[position:end])
        position = end
    return b"".join((*kept, data[position:]))
