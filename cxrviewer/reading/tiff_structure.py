"""A TIFF's first page and the number of its pages (TIFF 6.0, BigTIFF), read without decoding anything.

libtiff reads damaged files as far as they go, and Pillow gives signed 8-bit samples as unsigned; so what a
file declares is looked at first.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from cxrviewer.errors import CorruptFileError
from cxrviewer.reading.translation import corrupt_unless

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
STRIP_OFFSETS, ORIENTATION, SAMPLES, STRIP_COUNTS = 273, 274, 277, 279
PLANAR, TILE_OFFSETS, TILE_COUNTS, SAMPLE_FORMAT = 284, 324, 325, 339
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB = 0, 1, 2
UNSIGNED, SIGNED, FLOAT, UNDEFINED = 1, 2, 3, 4
UNCOMPRESSED = 1

_WANTED = frozenset((*range(WIDTH, PHOTOMETRIC + 1), STRIP_OFFSETS, ORIENTATION, SAMPLES, STRIP_COUNTS, PLANAR))
_WANTED |= {TILE_OFFSETS, TILE_COUNTS, SAMPLE_FORMAT}
_INTEGERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}  # BYTE, SHORT, LONG, IFD, LONG8, IFD8
_MOST_ENTRIES = 0xFFFF  # what a classic TIFF can count
_MOST_PAGES = 100_000
_MOST_STRIPS = 1 << 20


@dataclass(frozen=True)
class TiffPage:
    """The first page's integer tags and where their values lie, and the number of pages in the file."""

    order: str
    pages: int
    tags: dict[int, tuple[int, ...]] = field(repr=False)
    places: dict[int, tuple[int, str]] = field(repr=False)

    def first(self, tag: int, default: int) -> int:
        """Return the first value of a tag, or the default that TIFF 6.0 gives it."""
        return self.tags.get(tag, (default,))[0]

    @property
    def bits(self) -> int:
        """Bits per sample."""
        return max(self.tags.get(BITS, (1,)))

    @property
    def samples(self) -> int:
        """Samples per pixel."""
        return self.first(SAMPLES, 1)

    @property
    def strips(self) -> list[tuple[int, int]]:
        """Offset and length in bytes of every strip or tile; none where the file does not give lengths."""
        for offsets, counts in ((STRIP_OFFSETS, STRIP_COUNTS), (TILE_OFFSETS, TILE_COUNTS)):
            if offsets in self.tags and counts in self.tags:
                return list(zip(self.tags[offsets], self.tags[counts], strict=False))
        return []

    @property
    def is_plain(self) -> bool:
        """Whether samples lie uncompressed, pixel by pixel, in strips."""
        compression, planar = self.first(COMPRESSION, UNCOMPRESSED), self.first(PLANAR, 1)
        return compression == UNCOMPRESSED and planar == 1 and STRIP_OFFSETS in self.tags


def tiff_page(data: bytes) -> TiffPage:
    """Return the first page of a TIFF; CorruptFileError where a directory is missing or declares no size."""
    order = "<" if data[:2] == b"II" else ">"
    with corrupt_unless("the TIFF directory"):
        big = struct.unpack_from(f"{order}H", data, 2)[0] == 43
        offset = struct.unpack_from(f"{order}Q", data, 8)[0] if big else struct.unpack_from(f"{order}I", data, 4)[0]
        tags, places, following = _directory(data, offset, order, big)
        page = TiffPage(order, _count_pages(data, offset, following, order, big), tags, places)
    if not page.first(WIDTH, 0) or not page.first(HEIGHT, 0):
        raise CorruptFileError("the TIFF page declares no width or height: the file is corrupt. Export it again.")
    return page


def with_value(data: bytes, page: TiffPage, tag: int, value: int) -> bytes:
    """Return the file with a tag of the first page changed, for readers that stumble over it."""
    place, code = page.places[tag]
    patched = bytearray(data)
    struct.pack_into(code, patched, place, value)
    return bytes(patched)


def _directory(
    data: bytes, offset: int, order: str, big: bool
) -> tuple[dict[int, tuple[int, ...]], dict[int, tuple[int, str]], int]:
    """Return the wanted tags of a directory, where their values lie, and the offset of the next directory."""
    tags: dict[int, tuple[int, ...]] = {}
    places: dict[int, tuple[int, str]] = {}
    count, start, size = _extent(data, offset, order, big)
    for position in range(start, start + count * size, size):
        tag, kind, length = struct.unpack_from(f"{order}HH{'Q' if big else 'I'}", data, position)
        if tag not in _WANTED or kind not in _INTEGERS or not 0 < length <= _MOST_STRIPS:
            continue
        code = f"{order}{length}{_INTEGERS[kind]}"
        inline = 8 if big else 4
        place = position + size - inline
        if struct.calcsize(code) > inline:
            place = struct.unpack_from(f"{order}{'Q' if big else 'I'}", data, place)[0]
        tags[tag] = struct.unpack_from(code, data, place)
        places[tag] = place, f"{order}{_INTEGERS[kind]}"
    return tags, places, _following(data, start + count * size, order, big)


def _extent(data: bytes, offset: int, order: str, big: bool) -> tuple[int, int, int]:
    """Return a directory's number of entries, where they start, and the bytes of each."""
    code, before, size = ("Q", 8, 20) if big else ("H", 2, 12)
    count = int(struct.unpack_from(f"{order}{code}", data, offset)[0])
    if count > _MOST_ENTRIES:
        raise ValueError("directory entries")
    return count, offset + before, size


def _following(data: bytes, position: int, order: str, big: bool) -> int:
    return int(struct.unpack_from(f"{order}{'Q' if big else 'I'}", data, position)[0])


def _count_pages(data: bytes, first: int, following: int, order: str, big: bool) -> int:
    seen = {first}
    while following and following not in seen and len(seen) < _MOST_PAGES:
        seen.add(following)
        count, start, size = _extent(data, following, order, big)
        following = _following(data, start + count * size, order, big)
    return len(seen)


def check_image_data(page: TiffPage, size: int) -> None:
    """Raise CorruptFileError where strips or tiles of the page do not lie within a file of ``size`` bytes."""
    strips = page.strips
    if any(offset + count > size for offset, count in strips):
        raise CorruptFileError(
            "the TIFF declares image data beyond the end of the file: it is truncated. Copy or export it again."
        )
    if strips and page.first(COMPRESSION, UNCOMPRESSED) == UNCOMPRESSED:
        row_bits = page.first(WIDTH, 0) * page.bits
        needed = (row_bits + 7) // 8 * page.first(HEIGHT, 0)
        if sum(count for _, count in strips) < needed:
            raise CorruptFileError(
                f"expected at least {needed} bytes of uncompressed TIFF image data, got fewer: "
                "the file is truncated or corrupt. Copy or export it again."
            )
