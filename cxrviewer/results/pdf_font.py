"""The one font of the reports, DejaVu Sans, embedded with the glyphs that were used.

Text stays text: each glyph is mapped back to its character, so that it can be searched and copied.
Source: ISO 32000-1, 9.7 (composite fonts) and 9.10 (extraction of text).
"""

from __future__ import annotations

import io
import unicodedata
from typing import Any

from cxrviewer.resources import resources_folder
from cxrviewer.results.plain_text import valid_unicode

_NO_GLYPH = 0
_PER_EM = 1000  # PDF measures glyphs in thousandths of the text size
_ELLIPSIS = "\u2026"


class ReportFont:
    """Measures and encodes text in DejaVu Sans, and notes which glyphs are used."""

    def __init__(self) -> None:
        from fontTools.ttLib import TTFont

        self._content = (resources_folder() / "fonts" / "DejaVuSans.ttf").read_bytes()
        font = TTFont(io.BytesIO(self._content), lazy=True)
        names: dict[int, str] = font.getBestCmap()
        self._glyphs: dict[int, int] = {code: font.getGlyphID(name) for code, name in names.items()}
        scale = _PER_EM / font["head"].unitsPerEm
        self._widths: list[int] = [round(font["hmtx"][name][0] * scale) for name in font.getGlyphOrder()]
        self.ascent = round(font["hhea"].ascent * scale)
        self.descent = round(font["hhea"].descent * scale)
        head = font["head"]
        self.box = tuple(round(value * scale) for value in (head.xMin, head.yMin, head.xMax, head.yMax))
        self._used: dict[int, str] = {}
        self._missing: dict[str, int] = {}  # characters without a glyph, and the codes that stand for them

    @property
    def _count(self) -> int:
        return len(self._widths)

    def width(self, text: str, size: float) -> float:
        """Return the width of a text in points."""
        return sum(self._widths[self._glyphs.get(ord(character), _NO_GLYPH)] for character in text) * size / _PER_EM

    def encoded(self, text: str) -> str:
        """Return a text as a hexadecimal string of codes, and note what they stand for.

        The code of a character is the number of its glyph. One without a glyph (Chinese, Japanese and Korean have
        none) gets a code of its own beyond them, shows as a box, and is found and copied all the same.
        """
        return "".join(f"{self._code(character):04x}" for character in text)

    def widths_array(self) -> str:
        """Return the widths of the used glyphs as the array W of a CIDFont (ISO 32000-1, 9.7.4.3)."""
        widths = {code: self._widths[code if code < self._count else _NO_GLYPH] for code in sorted(self._used)}
        return "[" + " ".join(f"{code} [{width}]" for code, width in widths.items()) + "]"

    def glyph_map(self) -> bytes | None:
        """Return the glyph of every code, two bytes each, or None where they are the same."""
        if not self._missing:
            return None
        codes = [*range(self._count), *(_NO_GLYPH for _ in self._missing)]
        return b"".join(code.to_bytes(2, "big") for code in codes)

    def character_map(self) -> bytes:
        """Return the CMap from glyphs to characters (ISO 32000-1, 9.10.3)."""
        pairs = [
            f"<{code:04x}> <{character.encode('utf-16-be').hex()}>" for code, character in sorted(self._used.items())
        ]
        blocks = [pairs[first : first + 100] for first in range(0, len(pairs), 100)]  # at most 100 a block
        lines = ["/CIDInit /ProcSet findresource begin", "12 dict begin", "begincmap"]
        lines += ["/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def"]
        lines += ["/CMapName /Adobe-Identity-UCS def", "/CMapType 2 def"]
        lines += ["1 begincodespacerange", "<0000> <ffff>", "endcodespacerange"]
        for block in blocks:
            lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
        lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
        return "\n".join(lines).encode("ascii")

    def subset(self) -> bytes:
        """Return the font with the used glyphs only, each under its own number."""
        from fontTools.subset import Options, Subsetter
        from fontTools.ttLib import TTFont

        options = Options(retain_gids=True, layout_features=[], notdef_outline=True, hinting=False, name_IDs=[])
        options.drop_tables += ["FFTM", "GDEF", "GPOS", "GSUB", "MATH", "kern", "post", "OS/2", "gasp", "cmap"]
        font = TTFont(io.BytesIO(self._content), recalcTimestamp=False)
        subsetter: Any = Subsetter(options)
        subsetter.populate(gids=[_NO_GLYPH, *(code for code in self._used if code < self._count)])
        subsetter.subset(font)
        written = io.BytesIO()
        font.save(written, reorderTables=None)
        return written.getvalue()

    def elided(self, text: str, room: float, size: float) -> str:
        """Return a text of at most ``room`` points, an ellipsis in its middle where something had to go."""
        text = text[:2048]
        if self.width(text, size) <= room:
            return text
        least, most = 0, len(text) // 2
        while least < most:  # the largest number of characters to keep at either end
            kept = (least + most + 1) // 2
            if self.width(f"{text[:kept]}{_ELLIPSIS}{text[-kept:]}", size) <= room:
                least = kept
            else:
                most = kept - 1
        return f"{text[:least]}{_ELLIPSIS}{text[len(text) - least :]}"

    def wrapped(self, text: str, room: float, size: float) -> list[str]:
        """Return the lines of a text, broken at white space; a word too long for a line is elided."""
        lines: list[str] = []
        for word in text.split():
            joined = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(joined, size) <= room:
                lines[-1] = joined
            else:
                lines.append(self.elided(word, room, size))
        return lines or [""]

    def _code(self, character: str) -> int:
        code = self._glyphs.get(ord(character))
        if code is None:
            code = self._missing.setdefault(character, self._count + len(self._missing))
        self._used.setdefault(code, character)
        return code


def printed(text: str) -> str:
    """Return a text as a page can show it: composed characters, bytes of file names spelled out, nothing invisible."""
    composed = unicodedata.normalize("NFC", valid_unicode(text))
    # A no-break space is drawn as one; Python does not count it among what can be printed.
    return "".join(character if character.isprintable() or character == "\xa0" else "\ufffd" for character in composed)
