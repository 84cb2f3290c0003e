"""How large a file and an image may be, checked before anything is decoded."""

from __future__ import annotations

from dataclasses import dataclass

from cxrviewer.errors import ImageTooSmallError, LimitExceededError


@dataclass(frozen=True)
class Limits:
    """The largest file in bytes, the most pixels, and the fewest pixels along the shortest side."""

    file_bytes: int = 1 << 30
    pixels: int = 200_000_000
    shortest_side: int = 64

    def check_file(self, size: int) -> None:
        """Raise LimitExceededError where a file of ``size`` bytes is over the limit."""
        if size > self.file_bytes:
            raise LimitExceededError(
                f"expected a file of at most {self.file_bytes:,} bytes, got {size:,}. "
                "If it really is a radiograph, raise the file size limit."
            )

    def check_image(self, width: int, height: int) -> None:
        """Raise LimitExceededError or ImageTooSmallError for a declared image of width x height pixels."""
        if width * height > self.pixels:
            raise LimitExceededError(
                f"expected an image of at most {self.pixels:,} pixels, got {width} x {height}. "
                "If it really is a radiograph, raise the pixel limit."
            )
        if min(width, height) < self.shortest_side:
            raise ImageTooSmallError(
                f"expected at least {self.shortest_side} pixels along the shortest side, got {width} x "
                f"{height}. "
                "Use the full-size radiograph, not a thumbnail."
            )


DEFAULT_LIMITS = Limits()
