"""A PNG's chunk structure (ISO/IEC 15948), checked whole: Pillow skips the CRC of image data."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from cxrviewer.errors import CorruptFileError


@dataclass(frozen=True)
class PngHeader:
    """IHDR: size, bits per sample, and colour type (0 grey, 2 RGB, 3 palette, 4 grey+alpha, 6 RGBA)."""

    width: int
    height: int
    bits: int
    colour_type: int


def png_header(data: bytes) -> PngHeader:
    """Return the header of a PNG whose critical chunks are all there, up to IEND, with the right CRC.

    Raises CorruptFileError otherwise. Ancillary chunks (text, colour profile) may be damaged: no pixel hangs
    on them.
    """
    view = memoryview(data)
    header: PngHeader | None = None
    position = 8
    while position + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data):
            break
        is_critical = not name[0] & 0x20
        if is_critical and zlib.crc32(view[position + 4 : end - 4]) != struct.unpack_from(">I", data, end - 4)[0]:
            raise CorruptFileError(
                f"the PNG chunk {name.decode('latin-1')!r} has the wrong checksum: the file is corrupt. "
                "Copy or export it again."
            )
        if header is None:
            if name != b"IHDR" or length != 13:
                break
            header = PngHeader(*struct.unpack_from(">IIBB", data, position + 8))
        elif name == b"IEND":
            return header
        position = end
    raise CorruptFileError(
        "expected PNG chunks from IHDR to IEND, got a file that stops between them: it is truncated or "
        "corrupt. "
        "Copy or export it again."
    )
