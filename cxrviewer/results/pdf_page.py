"""One page of a PDF, drawn from its top left corner in points."""

from __future__ import annotations

from cxrviewer.results.pdf_file import PAGE_HEIGHT, PdfFile, PdfImage
from cxrviewer.results.pdf_font import printed

Colour = tuple[float, float, float]

INK: Colour = (0.08, 0.09, 0.11)
DIM: Colour = (0.38, 0.40, 0.44)
LINE: Colour = (0.78, 0.80, 0.83)
PALE: Colour = (0.92, 0.93, 0.95)
BAR: Colour = (0.44, 0.55, 0.68)
STRONG: Colour = (0.80, 0.47, 0.06)
LEADING = 1.35  # from one line to the next, in text sizes


class PdfPage:
    """Draws; ``finish`` writes the page into its file. x goes to the right and y downwards."""

    def __init__(self, file: PdfFile) -> None:
        self._file = file
        self.font = file.font
        self._drawn: list[str] = []
        self._images: set[int] = set()

    def text(
        self, x: float, y: float, text: str, size: float = 9, colour: Colour = INK, *, strong: bool = False
    ) -> float:
        """Write one line with its base at y, and return where it ends."""
        text = printed(text)
        # Fill and stroke (mode 2) makes the one font bold.
        weight = f"2 Tr {size / 28:.2f} w {_triple(colour)} RG" if strong else "0 Tr"
        shown = f"BT /F {size:g} Tf {weight} {_triple(colour)} rg {x:.2f} {PAGE_HEIGHT - y:.2f} Td "
        shown += f"<{self.font.encoded(text)}> Tj ET"
        self._drawn.append(shown)
        return x + self.font.width(text, size)

    def text_right(self, right: float, y: float, text: str, size: float = 9, colour: Colour = INK) -> None:
        """Write one line that ends at ``right``."""
        self.text(right - self.font.width(printed(text), size), y, text, size, colour)

    def paragraph(
        self, x: float, y: float, text: str, room: float, size: float = 9, colour: Colour = INK, most_lines: int = 40
    ) -> float:
        """Write a wrapped text with its first base at y, and return the base of the line after it."""
        lines = self.font.wrapped(printed(text), room, size)
        if len(lines) > most_lines:
            lines = [*lines[: most_lines - 1], self._cut_short(lines[most_lines - 1], room, size)]
        for line in lines:
            self.text(x, y, line, size, colour)
            y += LEADING * size
        return y

    def elided(self, x: float, y: float, text: str, room: float, size: float = 9, colour: Colour = INK) -> None:
        """Write one line, shortened in its middle to the room there is."""
        self.text(x, y, self.font.elided(printed(text), room, size), size, colour)

    def _cut_short(self, line: str, room: float, size: float) -> str:
        while " " in line and self.font.width(f"{line} \u2026", size) > room:
            line = line.rpartition(" ")[0]
        return f"{line} \u2026"

    def rectangle(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """Fill a rectangle whose top left corner is (x, y)."""
        corner = f"{x:.2f} {PAGE_HEIGHT - y - height:.2f} {width:.2f} {height:.2f}"
        self._drawn.append(f"{_triple(colour)} rg {corner} re f")

    def line(self, x: float, y: float, to_x: float, to_y: float, colour: Colour = LINE, width: float = 0.6) -> None:
        """Draw a straight line."""
        ends = f"{x:.2f} {PAGE_HEIGHT - y:.2f} m {to_x:.2f} {PAGE_HEIGHT - to_y:.2f} l"
        self._drawn.append(f"{_triple(colour)} RG {width:g} w {ends} S")

    def image(self, image: PdfImage, x: float, y: float, width: float, height: float) -> tuple[float, float]:
        """Show an image as large as it fits, at the top and in the middle of a box; return its width and height."""
        scale = min(width / image.width, height / image.height)
        shown_width, shown_height = image.width * scale, image.height * scale
        left = x + (width - shown_width) / 2
        place = f"{shown_width:.2f} 0 0 {shown_height:.2f} {left:.2f} {PAGE_HEIGHT - y - shown_height:.2f}"
        self._drawn.append(f"q {place} cm /I{image.number} Do Q")
        self._images.add(image.number)
        return shown_width, shown_height

    def finish(self, bookmark: str = "", *, in_front: bool = False) -> None:
        """Write the page."""
        self._file.add_page("\n".join(self._drawn).encode("ascii"), self._images, printed(bookmark), in_front=in_front)


def _triple(colour: Colour) -> str:
    return " ".join(f"{part:.3g}" for part in colour)
