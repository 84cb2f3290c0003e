"""Whether a JPEG's entropy-coded data reaches to the image's end.

Where the data stops early but an end marker follows (a repaired or damaged file), libjpeg, in Pillow and in GDCM, fills
the rest and only warns, and neither passes the warning on: with mid-grey, or in lossless JPEG with the last value.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from cxrviewer.errors import CorruptFileError
from cxrviewer.reading.jpeg_structure import SCAN_END

_BLOCK = 8
_RESTART_INTERVAL = b"\xff\xdd\0\x04"
_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
# After complete data it is skipped. The all-zero code exists in every Huffman table, which not every pattern can say;
# should it stand for "as before", the rest does not.
_MORE_DATA = bytes(512) + bytes((37 * i + 11) % 251 for i in range(64))


def grey_of_jpeg(data: bytes) -> npt.NDArray[Any]:
    """Return a JPEG's luma, (H, W) uint8, as Pillow decodes it."""
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(data), formats=("JPEG",)).convert("L"))


def check_complete(
    data: bytes,
    scan_start: int,
    decoded: npt.NDArray[Any],
    fill: int | None = 128,
    decode: Callable[[bytes], npt.NDArray[Any]] = grey_of_jpeg,
    *,
    with_restart: bool = True,
) -> None:
    """Raise CorruptFileError where ``decoded``, (H, W) or (H, W, C), decoded from ``data``, ends in fill.

    Only where the last block is flat and of the value ``fill``, or for lossless JPEG (None) the last pixels are alike,
    is the image decoded a second time, with more data before the end of the first scan: where that changes pixels, data
    was missing there. ``with_restart`` allows for data that stopped just before a restart marker.
    """
    height, width = decoded.shape[:2]
    left = (width - 1) // _BLOCK * _BLOCK
    last = decoded[-1:, left:] if fill is None else decoded[(height - 1) // _BLOCK * _BLOCK :, left:]
    if (last != (last[:1, :1] if fill is None else fill)).any():
        return
    end = SCAN_END.search(data, scan_start)
    if end is None:
        return
    more = _MORE_DATA
    if with_restart and _RESTART_INTERVAL in data[:scan_start]:
        restarts = _RESTART.findall(data, scan_start, end.start())
        following = 0xD0 + (restarts[-1][1] - 0xD0 + 1) % 8 if restarts else 0xD0
        more += bytes((0xFF, following)) + _MORE_DATA
    continued = decode(data[: end.start()] + more + data[end.start() :])
    if not np.array_equal(continued, decoded):
        raise CorruptFileError(
            "the JPEG image data ends before the image does, and the rest would be made up: the file is truncated or "
            "corrupt. Copy or export it again."
        )
