"""Bodies of several parts (PS3.18, 8.6.1.2; RFC 2046), read and written in pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cxrviewer.errors import PeerAnswerError

_MOST_HEADER: Final = 64 * 1024
_BOUNDARY = re.compile(r'boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)


def boundary_of(content_type: str) -> bytes:
    """Return the boundary that a content type names; PeerAnswerError where it names none."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise PeerAnswerError("expected an answer of several parts, got one that does not tell where they begin.")
    return (found.group(1) or found.group(2)).encode("latin-1", "replace")


def first_part(pieces: Iterator[bytes], boundary: bytes) -> Iterator[bytes]:
    """Yield the content of the first part; PeerAnswerError where the body ends before it does."""
    delimiter = b"\r\n--" + boundary
    held = b"\r\n"  # so that the first delimiter, at the very beginning, looks like every other
    while (begin := held.find(delimiter)) < 0 or (header_end := held.find(b"\r\n\r\n", begin + len(delimiter))) < 0:
        if len(held) > _MOST_HEADER:
            raise PeerAnswerError("expected an answer of several parts, got something else.")
        held += _next(pieces)
    held = held[header_end + 4 :]
    while (end := held.find(delimiter)) < 0:
        keep = len(delimiter) - 1  # the delimiter may begin in this piece and end in the next one
        if len(held) > keep:
            yield held[:-keep]
            held = held[-keep:]
        held += _next(pieces)
    yield held[:end]


def _next(pieces: Iterator[bytes]) -> bytes:
    piece = next(pieces, None)
    if piece is None:
        raise PeerAnswerError("expected a whole object, got one that is cut off; try again.")
    return piece


class FilePart:
    """A file as the one part of a body, read in pieces; has a length, as not every server takes a body without."""

    def __init__(self, path: Path, boundary: str) -> None:
        head = f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode()
        self._stream = path.open("rb")
        self._head, self._tail = head, f"\r\n--{boundary}--\r\n".encode()
        self._length = len(head) + path.stat().st_size + len(self._tail)

    def __len__(self) -> int:
        return self._length

    def read(self, count: int = -1) -> bytes:
        """Return the next bytes, at most ``count``; none at the end."""
        if self._head:
            head, self._head = self._head, b""
            return head
        piece = self._stream.read(count)
        if piece:
            return piece
        tail, self._tail = self._tail, b""
        return tail

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
