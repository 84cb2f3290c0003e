"""What the pages of a report have in common: margins, head, foot, headings."""

from __future__ import annotations

from typing import Final

from cxrviewer.domain import NOT_FOR_DIAGNOSIS
from cxrviewer.results.pdf_file import PAGE_HEIGHT, PAGE_WIDTH
from cxrviewer.results.pdf_page import DIM, INK, LINE, STRONG, PdfPage

LEFT: Final = 42.0
RIGHT: Final = PAGE_WIDTH - LEFT
ROOM: Final = RIGHT - LEFT
TOP: Final = 58.0
BOTTOM: Final = PAGE_HEIGHT - 58.0
GAP: Final = 14.0


def draw_head_and_foot(page: PdfPage, name: str, program: str) -> None:
    """Write what every page says: what it is of, which program made it, and that it is not for diagnosis."""
    page.text(LEFT, 34, program, 8, DIM)
    page.text_right(RIGHT, 34, name, 8, DIM)
    page.line(LEFT, 40, RIGHT, 40)
    page.line(LEFT, PAGE_HEIGHT - 44, RIGHT, PAGE_HEIGHT - 44)
    page.text(LEFT, PAGE_HEIGHT - 31, NOT_FOR_DIAGNOSIS, 9, STRONG, strong=True)
    page.text_right(RIGHT, PAGE_HEIGHT - 31, name, 8, DIM)


def draw_heading(page: PdfPage, y: float, text: str, x: float = LEFT, right: float = RIGHT) -> float:
    """Write a heading over a line, and return the base of the first line below it."""
    page.text(x, y, text, 9.5, INK, strong=True)
    page.line(x, y + 4, right, y + 4, LINE)
    return y + 17


def draw_pairs(page: PdfPage, y: float, pairs: list[tuple[str, str]], x: float, room: float) -> float:
    """Write labels and their values, wrapped, in a column; return the base of the line after them."""
    label_room = 78.0
    for label, value in pairs:
        page.text(x, y, label, 8, DIM)
        y = page.paragraph(x + label_room, y, value, room - label_room, 8, most_lines=4) + 1.2
    return y


def probability_words(probability: float) -> str:
    """Return three decimals, without claiming certainty that the rounding would make up."""
    if probability < 0.001:
        return "< 0.001"
    return "> 0.999" if probability > 0.999 else f"{probability:.3f}"
