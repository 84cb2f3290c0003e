"""The legend beside an overlay: text, bars and a colour bar in a column of fixed width."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from cxrviewer.imaging.rendering import DEFAULT_COLOUR_MAP, DEFAULT_OPACITY, load_colour_map, overlay
from cxrviewer.resources import resources_folder

if TYPE_CHECKING:
    from PIL import ImageFont

Colour = tuple[int, int, int]
Picture = npt.NDArray[np.uint8]

_GROUND: Final[Colour] = (20, 22, 26)
_INK: Final[Colour] = (236, 238, 240)
_DIM: Final[Colour] = (165, 170, 178)
_TROUGH: Final[Colour] = (52, 56, 64)
_BAR: Final[Colour] = (128, 150, 178)
_STRONG_BAR: Final[Colour] = (240, 178, 62)
_ACCENT: Final[Colour] = (255, 206, 92)
_WIDTH: Final = 24  # of the panel, in text sizes
_WIDE: Final = 1.3  # a film wider than this times its height has its legend below
_LABEL_WIDTH: Final = 5.2  # of the labels of pairs, in text sizes
_ELLIPSIS: Final = "\u2026"


def text_size(height: int, width: int) -> int:
    """Return the text size in pixels that reads well beside a film of this size."""
    return int(np.clip(round(max(height, width) / 58), 14, 26))


@cache
def legend_font(size: int) -> ImageFont.FreeTypeFont:
    """Return the legend's font, DejaVu Sans, at a size in pixels; it has no Chinese, Japanese or Korean."""
    from PIL import ImageFont

    path = resources_folder() / "fonts" / "DejaVuSans.ttf"
    # BASIC: the same glyph positions on every machine, whether or not it has the libraries for complex
    # scripts.
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


class Panel:
    """A column that is drawn from the top down; ``picture`` is what has been drawn so far."""

    def __init__(self, size: int) -> None:
        from PIL import Image, ImageDraw

        self._size = size
        self._margin = size
        self.width = _WIDTH * size
        self._y = float(self._margin)
        self._image = Image.new("RGB", (self.width, 60 * size), _GROUND)
        self._draw = ImageDraw.Draw(self._image)

    @property
    def picture(self) -> Picture:
        """The column so far, (h, w, 3) uint8, with its margins."""
        return np.asarray(self._image)[: round(self._y) + self._margin]

    def gap(self, lines: float) -> None:
        """Leave room, in lines of text."""
        self._advance(lines * self._size * 1.4)

    def text(self, text: str, *, dim: bool = False, accent: bool = False, scale: float = 1.0) -> None:
        """Write a paragraph, wrapped at words; a word too long for the column is elided in its middle."""
        size = round(self._size * scale)
        colour = _DIM if dim else _ACCENT if accent else _INK
        self._paragraph(text, self._margin, self.width - 2 * self._margin, size, colour)

    def pair(self, label: str, value: str, *, elide: bool = False) -> None:
        """Write a label and its value, which is wrapped, or elided in its middle to one line."""
        left = self._margin + round(_LABEL_WIDTH * self._size)
        room = self.width - self._margin - left
        self._draw.text((self._margin, self._y), label, fill=_DIM, font=legend_font(self._size))
        self._paragraph(elided(value, room, self._size) if elide else value, left, room, self._size, _INK)

    def bar(self, label: str, note: str, value: str, share: float, *, strong: bool) -> None:
        """Draw a labelled bar; ``share`` in [0, 1] of it is filled."""
        right = self.width - self._margin
        value_width = legend_font(self._size).getlength(value)
        room = right - self._margin - value_width - self._size
        self._reserve(3 * self._size)
        self._draw.text((right - value_width, self._y), value, fill=_INK, font=legend_font(self._size))
        name = elided(label, room, self._size)
        self._draw.text((self._margin, self._y), name, fill=_INK, font=legend_font(self._size))
        self._advance(1.35 * self._size)
        box = (self._margin, self._y, right, self._y + 0.5 * self._size)
        self._draw.rectangle(box, fill=_TROUGH)
        filled = self._margin + float(np.clip(share, 0, 1)) * (right - self._margin)
        if filled >= self._margin + 1:
            self._draw.rectangle((*box[:2], filled, box[3]), fill=_STRONG_BAR if strong else _BAR)
        self._advance(0.7 * self._size)
        if note:
            self.text(note, dim=True, scale=0.85)
        self._advance(0.25 * self._size)

    def line(self, colour: Colour, text: str) -> None:
        """Draw a short line of a colour, and beside it what such lines mean."""
        left = self._margin + round(2.4 * self._size)
        self._reserve(2 * self._size)
        middle = self._y + 0.65 * self._size
        box = (self._margin, middle, self._margin + 1.8 * self._size, middle + max(1, self._size / 8))
        self._draw.rectangle(box, fill=colour)
        self._paragraph(text, left, self.width - self._margin - left, self._size, _INK)

    def colour_bar(self, low: str, high: str) -> None:
        """Draw the colours over a middle grey, as opaque as they are over the film, and name both ends."""
        from PIL import Image

        width, height = self.width - 2 * self._margin, self._size
        ramp = np.broadcast_to(np.linspace(0, 1, width, dtype=np.float32), (height, width))
        grey = np.full((height, width), 0.45, np.float32)
        bar = overlay(grey, ramp, load_colour_map(DEFAULT_COLOUR_MAP), DEFAULT_OPACITY)
        self._advance(0.2 * self._size)
        self._reserve(3 * self._size)
        self._image.paste(Image.fromarray(bar), (self._margin, round(self._y)))
        self._advance(1.25 * self._size)
        size = round(0.85 * self._size)
        right = self.width - self._margin - legend_font(size).getlength(high)
        self._draw.text((self._margin, self._y), low, fill=_DIM, font=legend_font(size))
        self._draw.text((right, self._y), high, fill=_DIM, font=legend_font(size))
        self._advance(1.4 * size)

    def _paragraph(self, text: str, left: int, room: float, size: int, colour: Colour) -> None:
        for line in wrapped(text, room, size):
            self._reserve(2 * size)
            self._draw.text((left, self._y), line, fill=colour, font=legend_font(size))
            self._advance(1.4 * size)

    def _advance(self, pixels: float) -> None:
        self._y += round(pixels)

    def _reserve(self, pixels: int) -> None:
        """Make the column taller where what comes next would not fit."""
        from PIL import Image, ImageDraw

        if self._y + pixels + self._margin > self._image.height:
            taller = Image.new("RGB", (self.width, 2 * self._image.height), _GROUND)
            taller.paste(self._image, (0, 0))
            self._image, self._draw = taller, ImageDraw.Draw(taller)


def wrapped(text: str, room: float, size: int) -> list[str]:
    """Return the lines of a text that fit in ``room`` pixels, broken at white space; at least one line."""
    font = legend_font(size)
    lines: list[str] = []
    for word in map(_printable, text.split()):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(joined) <= room:
            lines[-1] = joined
        else:
            lines.append(elided(word, room, size))
    return lines or [""]


def elided(text: str, room: float, size: int) -> str:
    """Return a text of at most ``room`` pixels, an ellipsis in its middle where something had to go."""
    font = legend_font(size)
    text = _printable(text)[:4096]
    if font.getlength(text) <= room:
        return text
    least, most = 0, len(text) // 2
    while least < most:  # the largest number of characters to keep at either end
        kept = (least + most + 1) // 2
        if font.getlength(f"{text[:kept]}{_ELLIPSIS}{text[-kept:]}") <= room:
            least = kept
        else:
            most = kept - 1
    return f"{text[:least]}{_ELLIPSIS}{text[len(text) - least :]}"


def _printable(text: str) -> str:
    """Return a text without control characters, which have no glyph and may break lines."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def compose(film: Picture, first: Panel, second: Panel) -> Picture:
    """Return film and legend as one picture: panels stacked beside the film, or next to each other below it.

    film: (h, w, 3) uint8. What neither covers is of the legend's ground.
    """
    height, width = film.shape[:2]
    one, other = first.picture, second.picture
    if width > _WIDE * height:
        places = [(height, 0, one), (height, max(one.shape[1], width - other.shape[1]), other)]
    else:
        gap = height - other.shape[0]  # the facts stand at the foot of the film where there is room
        places = [(0, width, one), (max(gap, one.shape[0]), width, other)]
    rows = max(height, *(top + part.shape[0] for top, _, part in places))
    columns = max(width, *(left + part.shape[1] for _, left, part in places))
    picture = np.full((rows, columns, 3), _GROUND, np.uint8)
    picture[:height, :width] = film
    for top, left, part in places:
        picture[top : top + part.shape[0], left : left + part.shape[1]] = part
    return picture
