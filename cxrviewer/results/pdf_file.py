"""A PDF written from its beginning to its end, so that hundreds of pages take the memory of one.

Why its own writer: reportlab keeps every page and picture in memory until the file is saved, and matplotlib, which does
not, takes a third of a second for a page. What a report needs of PDF 1.7 (ISO 32000-1) is small: pages, JPEG images,
one embedded font, bookmarks. Nothing in the file depends on when or where it was written.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import BinaryIO

from cxrviewer.results.pdf_font import ReportFont

PAGE_WIDTH, PAGE_HEIGHT = 595.0, 842.0  # A4, in points


@dataclass(frozen=True)
class PdfImage:
    """An image in the file: its object's number, and its size in pixels."""

    number: int
    width: int
    height: int


class PdfFile:
    """Writes objects one after the other; ``close`` writes what ties them together."""

    def __init__(self, stream: BinaryIO, title: str, producer: str) -> None:
        self.font = ReportFont()
        self._stream = stream
        self._offset = 0
        self._offsets: list[int] = []
        self._titles = (title, producer)
        self._front: list[int] = []
        self._pages: list[int] = []
        self._bookmarks: list[tuple[str, int]] = []
        self._put(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self._page_tree = self._reserve()
        self._font_object = self._reserve()

    def add_image(self, jpeg: bytes, width: int, height: int, *, colour: bool) -> PdfImage:
        """Write a JPEG image, grey or RGB, as it is (ISO 32000-1, 7.4.8)."""
        space = "/DeviceRGB" if colour else "/DeviceGray"
        entries = (
            f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace {space} /BitsPerComponent 8 "
            "/Filter /DCTDecode"
        )
        number = self._reserve()
        self._write_stream(number, entries, jpeg)
        return PdfImage(number, width, height)

    def add_page(self, content: bytes, images: set[int], bookmark: str, *, in_front: bool = False) -> None:
        """Write a page; those in front come before all others, whenever they are written."""
        content_object, page = self._reserve(), self._reserve()
        self._write_compressed(content_object, "", content)
        pictures = " ".join(f"/I{number} {number} 0 R" for number in sorted(images))
        self._write(
            page,
            f"<< /Type /Page /Parent {self._page_tree} 0 R /MediaBox [0 0 {PAGE_WIDTH:g} {PAGE_HEIGHT:g}] "
            f"/Contents {content_object} 0 R /Resources << /Font << /F {self._font_object} 0 R >> "
            f"/XObject << {pictures} >> >> >>",
        )
        (self._front if in_front else self._pages).append(page)
        if bookmark:
            self._bookmarks.append((bookmark, page))

    def close(self) -> None:
        """Write the font, the list of pages, the bookmarks and the table of objects."""
        self._write_font()
        kids = [*self._front, *self._pages]
        order = {page: place for place, page in enumerate(kids)}
        self._bookmarks.sort(key=lambda bookmark: order[bookmark[1]])
        listed = " ".join(f"{page} 0 R" for page in kids)
        self._write(self._page_tree, f"<< /Type /Pages /Count {len(kids)} /Kids [{listed}] >>")
        outlines = self._write_bookmarks()
        catalog, information = self._reserve(), self._reserve()
        self._write(
            catalog,
            f"<< /Type /Catalog /Pages {self._page_tree} 0 R /Outlines {outlines} 0 R /PageMode /UseOutlines "
            "/Lang (en) /ViewerPreferences << /DisplayDocTitle true >> >>",
        )
        title, producer = map(text_string, self._titles)
        self._write(information, f"<< /Title {title} /Producer {producer} >>")
        table = self._offset
        count = len(self._offsets) + 1
        self._put(f"xref\n0 {count}\n0000000000 65535 f \n".encode("ascii"))
        for offset in self._offsets:
            self._put(f"{offset:010d} 00000 n \n".encode("ascii"))
        self._put(
            f"trailer\n<< /Size {count} /Root {catalog} 0 R /Info {information} 0 R >>\n"
            f"startxref\n{table}\n%%EOF\n".encode("ascii")
        )

    def _write_bookmarks(self) -> int:
        outlines = self._reserve()
        numbers = [self._reserve() for _ in self._bookmarks]
        for place, (title, page) in enumerate(self._bookmarks):
            beside = f"/Prev {numbers[place - 1]} 0 R " if place else ""
            beside += f"/Next {numbers[place + 1]} 0 R " if place + 1 < len(numbers) else ""
            target = f"/Dest [{page} 0 R /Fit]"
            self._write(numbers[place], f"<< /Title {text_string(title)} /Parent {outlines} 0 R {beside}{target} >>")
        ends = f"/First {numbers[0]} 0 R /Last {numbers[-1]} 0 R " if numbers else ""
        self._write(outlines, f"<< /Type /Outlines {ends}/Count {len(numbers)} >>")
        return outlines

    def _write_font(self) -> None:
        file, descriptor, glyphs, characters = (self._reserve() for _ in range(4))
        font = self.font
        content = font.subset()
        self._write_compressed(file, f"/Length1 {len(content)}", content)
        glyph_map, glyph_of_code = font.glyph_map(), "/Identity"
        if glyph_map is not None:
            number = self._reserve()
            self._write_compressed(number, "", glyph_map)
            glyph_of_code = f"{number} 0 R"
        box = " ".join(map(str, font.box))
        name = "/CXRVWR+DejaVuSans"
        self._write(
            descriptor,
            f"<< /Type /FontDescriptor /FontName {name} /Flags 4 /FontBBox [{box}] /ItalicAngle 0 "
            f"/Ascent {font.ascent} /Descent {font.descent} /CapHeight 729 /StemV 90 /FontFile2 {file} 0 R >>",
        )
        self._write(
            glyphs,
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont {name} /CIDToGIDMap {glyph_of_code} /DW 600 "
            f"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
            f"/FontDescriptor {descriptor} 0 R /W {font.widths_array()} >>",
        )
        self._write_compressed(characters, "", font.character_map())
        self._write(
            self._font_object,
            f"<< /Type /Font /Subtype /Type0 /BaseFont {name} /Encoding /Identity-H "
            f"/DescendantFonts [{glyphs} 0 R] /ToUnicode {characters} 0 R >>",
        )

    def _reserve(self) -> int:
        self._offsets.append(0)
        return len(self._offsets)

    def _write(self, number: int, content: str) -> None:
        self._offsets[number - 1] = self._offset
        self._put(f"{number} 0 obj\n{content}\nendobj\n".encode("ascii"))

    def _write_compressed(self, number: int, entries: str, content: bytes) -> None:
        self._write_stream(number, f"{entries} /Filter /FlateDecode", zlib.compress(content, 6))

    def _write_stream(self, number: int, entries: str, content: bytes) -> None:
        self._offsets[number - 1] = self._offset
        self._put(f"{number} 0 obj\n<< {entries} /Length {len(content)} >>\nstream\n".encode("ascii"))
        self._put(content)
        self._put(b"\nendstream\nendobj\n")

    def _put(self, content: bytes) -> None:
        self._stream.write(content)
        self._offset += len(content)


def text_string(text: str) -> str:
    """Return a text outside of pages, in UTF-16 with its mark (ISO 32000-1, 7.9.2.2)."""
    return f"<feff{text.encode('utf-16-be').hex()}>"
