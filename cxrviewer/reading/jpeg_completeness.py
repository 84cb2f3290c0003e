"""Whether a JPEG's entropy-coded data reaches to the image's end.

Where the data stops early but an end marker follows (a repaired or damaged file), libjpeg fills the rest with mid-grey
and only warns, and Pillow does not pass the warning on.
"""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
import numpy.typing as npt

from cxrviewer.errors import CorruptFileError

_FILL = 128
_BLOCK = 8
# The first marker in entropy-coded data that is neither a stuffed zero, a restart marker nor a fill byte.
_SCAN_END = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]", re.DOTALL)
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
# After complete data it is skipped. The all-zero code exists in every Huffman table, which not every pattern can say;
# should it stand for "as before", the rest does not.
_MORE_DATA = bytes(512) + bytes((37 * i + 11) % 251 for i in range(64))


def grey_of_jpeg(data: bytes) -> npt.NDArray[Any]:
    """Return a JPEG's luma, (H, W) uint8, as Pillow decodes it."""
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(data), formats=("JPEG",)).convert("L"))


def check_complete(data: bytes, scan_start: int, grey: npt.NDArray[Any]) -> None:
    """Raise CorruptFileError where ``grey``, decoded from ``data``, ends in fill instead of image.

    Only where the last block is flat mid-grey is the image decoded a second time, with more data before the end of
    the first scan: where that changes pixels, data was missing there.
    """
    height, width = grey.shape
    last = grey[(height - 1) // _BLOCK * _BLOCK :, (width - 1) // _BLOCK * _BLOCK :]
    if (last != _FILL).any():
        return
    end = _SCAN_END.search(data, scan_start)
    if end is None:
        return
    # Data that stopped just before a restart marker goes on behind that marker.
    restarts = _RESTART.findall(data, scan_start, end.start())
    following = 0xD0 + (restarts[-1][1] - 0xD0 + 1) % 8 if restarts else 0xD0
    more = _MORE_DATA + bytes((0xFF, following)) + _MORE_DATA
    continued = grey_of_jpeg(data[: end.start()] + more + data[end.start() :])
    if not np.array_equal(continued, grey):
        raise CorruptFileError(
            "the JPEG image data ends before the image does, and the rest would be grey: the file is truncated or "
            "corrupt. Copy or export it again."
        )
