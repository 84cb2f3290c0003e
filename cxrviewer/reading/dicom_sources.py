"""What a DICOM data set is read from: a file or a deflated stream, never more than there is.

pydicom asks for as many bytes as a header declares, up to 4 GiB; these never allocate more than the source
holds, and remember when a declared length went beyond the end.
"""

from __future__ import annotations

import zlib
from typing import Any, BinaryIO, Protocol

import numpy as np
import numpy.typing as npt

from cxrviewer.errors import LimitExceededError

# A data set's header is some kilobytes; a deflated one that grows beyond this is a decompression bomb.
MOST_INFLATED_HEADER = 64 << 20
_CHUNK = 1 << 16
_TAG_AND_LENGTH = 8


class Source(Protocol):
    """A seekable stream that knows whether more was asked of it than it has."""

    overrun: bool

    def read(self, count: int = -1, /) -> bytes:
        """Return ``count`` bytes, fewer at the end."""
        ...

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move to an offset."""
        ...

    def tell(self) -> int:
        """Return the offset."""
        ...

    def fill(self, array: npt.NDArray[Any]) -> int:
        """Read into a contiguous array without a copy; return the number of bytes that were there."""
        ...

    def has(self, count: int) -> bool:
        """Return whether ``count`` bytes follow."""
        ...


class FileSource:
    """A file of known size."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self.overrun = False

    def read(self, count: int = -1, /) -> bytes:
        """Return ``count`` bytes, fewer at the end of the file."""
        left = max(0, self._size - self._file.tell())
        if count > left:
            self._note_overrun(count, left)
        return self._file.read(left if count < 0 else min(count, left))

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move; beyond the end is noted as an overrun."""
        position = self._file.seek(offset, whence)
        self.overrun = self.overrun or position > self._size
        return position

    def tell(self) -> int:
        """Return the offset in the file."""
        return self._file.tell()

    def fill(self, array: npt.NDArray[Any]) -> int:
        """Read into a contiguous array; return the number of bytes that were there."""
        view = array.reshape(-1).view(np.uint8).data
        filled = 0
        while filled < len(view):
            count = self._file.readinto(view[filled:])  # type: ignore[attr-defined]
            if not count:
                break
            filled += count
        return filled

    def has(self, count: int) -> bool:
        """Return whether ``count`` bytes follow."""
        return self._file.tell() + count <= self._size

    def _note_overrun(self, count: int, left: int) -> None:
        # Asking for the next element's tag and length exactly at the end is how a reader finds the end.
        if left or count != _TAG_AND_LENGTH:
            self.overrun = True


class InflatedSource:
    """The inflated content of a deflated data set, inflated only as far as it is asked for.

    Raises LimitExceededError beyond ``most`` bytes, which the caller raises once it knows what to expect.
    Source: DICOM PS3.5 A.5, RFC 1951.
    """

    def __init__(self, file: BinaryIO, most: int = MOST_INFLATED_HEADER) -> None:
        self._file = file
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        self._inflated = bytearray()
        self._position = 0
        self.most = most
        self.overrun = False

    def read(self, count: int = -1, /) -> bytes:
        """Return ``count`` bytes, fewer at the end of the stream."""
        end = self.most if count < 0 else self._position + count
        left = self._inflate_to(end) - self._position
        if count > left and (left > 0 or count != _TAG_AND_LENGTH):
            self.overrun = True
        data = bytes(self._inflated[self._position : end])
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move relative to the start or the position; beyond the end is noted as an overrun."""
        self._position = max(0, offset + (self._position if whence == 1 else 0))
        if self._inflate_to(self._position) < self._position:
            self.overrun = True
        return self._position

    def tell(self) -> int:
        """Return the offset in the inflated stream."""
        return self._position

    def fill(self, array: npt.NDArray[Any]) -> int:
        """Read into a contiguous array; return the number of bytes that were there."""
        view = array.reshape(-1).view(np.uint8).data
        end = min(self._inflate_to(self._position + len(view)), self._position + len(view))
        count = max(0, end - self._position)
        view[:count] = self._inflated[self._position : end]
        self._position += count
        return count

    def has(self, count: int) -> bool:
        """Return whether ``count`` bytes follow."""
        return self._inflate_to(self._position + count) >= self._position + count

    def _inflate_to(self, end: int) -> int:
        """Inflate until ``end`` bytes or the stream's end; return how many bytes there are."""
        if end > self.most:
            raise LimitExceededError(
                f"expected a deflated DICOM data set of at most {self.most:,} bytes here, got one that "
                "declares more: "
                "it is damaged, or made to fill the memory. Export it uncompressed."
            )
        while len(self._inflated) < end and not self._inflater.eof:
            compressed = self._inflater.unconsumed_tail or self._file.read(_CHUNK)
            if not compressed:
                break
            self._inflated += self._inflater.decompress(compressed, max(_CHUNK, end - len(self._inflated)))
        return len(self._inflated)
