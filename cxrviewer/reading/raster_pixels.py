"""Pillow and OpenCV images to grey values: every bit kept, colour to luma, alpha over black, no half image."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL
from PIL import Image

from cxrviewer.domain import Facts, Radiograph, StoredArray
from cxrviewer.errors import LimitExceededError, MultiFrameError, PhotometricError
from cxrviewer.native_output import native_errors_silenced
from cxrviewer.reading.limits import Limits
from cxrviewer.reading.luma import COLOUR_WARNING, is_coloured, luma
from cxrviewer.reading.signatures import Format
from cxrviewer.reading.translation import corrupt_unless, quiet

PILLOW = f"Pillow {PIL.__version__}"
_SIXTEEN_BIT_GREY = ("I;16", "I;16L", "I;16B", "I;16N")
_PHOTOMETRIC = {
    "1": "bilevel",
    "L": "grey",
    "LA": "grey with alpha",
    "La": "grey with alpha",
    "P": "palette",
    "PA": "palette",
    "RGBX": "RGB",
    "RGBa": "RGBA",
    "I": "grey",
}


def open_image(data: bytes, found: Format, limits: Limits) -> Image.Image:
    """Open lazily and check the declared size; nothing is decoded yet."""
    # Pillow's own guard is process-wide. It is only ever raised, so another thread's limit keeps its meaning.
    Image.MAX_IMAGE_PIXELS = max(Image.MAX_IMAGE_PIXELS or 0, limits.pixels)
    with corrupt_unless(f"the {found.value} header"), quiet():
        try:
            image = Image.open(io.BytesIO(data), formats=(found.value.upper(),))
        except Image.DecompressionBombError as error:
            raise LimitExceededError(
                f"expected an image of at most {limits.pixels:,} pixels, got one of more than twice as many."
            ) from error
    limits.check_image(*image.size)
    return image


def check_frames(frames: int) -> None:
    """Raise MultiFrameError where a file holds more than one frame or page."""
    if frames > 1:
        raise MultiFrameError(
            f"expected one image, got {frames} frames or pages. Save the one you mean as a file of its own."
        )


def mode_name(mode: str) -> str:
    """Return a Pillow mode in the words of ``Facts.photometric``."""
    return "grey" if mode in _SIXTEEN_BIT_GREY else _PHOTOMETRIC.get(mode, mode)


def from_pillow(image: Image.Image) -> tuple[StoredArray, int, tuple[str, ...]]:
    """Return a loaded image's grey values, its bits per sample, and warnings."""
    mode = image.mode
    if mode in _SIXTEEN_BIT_GREY:
        return np.asarray(image).astype(np.uint16, copy=False), 16, ()
    if mode == "I":  # Pillow's mode for signed 16-bit TIFF
        return np.asarray(image).astype(np.int16), 16, ()
    if mode == "1":
        return np.asarray(image.convert("L")), 1, ()
    if mode not in ("L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr"):
        raise PhotometricError(f"expected grey, RGB, palette or CMYK pixels, got {mode!r}. Save the image as grey.")
    with corrupt_unless("the image"):
        if image.has_transparency_data:
            image = _over_black(image)
        if image.mode == "L":
            return np.asarray(image), 8, ()
        rgb = image if image.mode == "RGB" else image.convert("RGB")
        channels = np.asarray(rgb)
        coloured = is_coloured(channels[..., 0], channels[..., 1], channels[..., 2])
        return np.asarray(rgb.convert("L")), 8, (COLOUR_WARNING,) if coloured else ()


def _over_black(image: Image.Image) -> Image.Image:
    """Composite a grey or colour image with alpha or a transparent colour over black."""
    grey = image.mode in ("L", "LA", "La")
    with_alpha = image.convert("LA" if grey else "RGBA")
    alpha = with_alpha.getchannel("A")
    opaque = with_alpha.convert("L" if grey else "RGB")
    if alpha.getextrema() == (255, 255):
        return opaque
    black = Image.new(opaque.mode, opaque.size)
    black.paste(opaque, mask=alpha)
    return black


def from_channels(channels: npt.NDArray[Any]) -> tuple[StoredArray, tuple[str, ...]]:
    """Return the luma, over black where there is alpha, of (H, W, 2 to 4) uint16: grey or RGB, alpha last."""
    colour = channels.shape[2] >= 3
    red, green, blue = (channels[..., i if colour else 0] for i in range(3))
    grey = luma(red, green, blue) if colour else np.ascontiguousarray(red)
    warnings = (COLOUR_WARNING,) if colour and is_coloured(red, green, blue) else ()
    if channels.shape[2] in (2, 4):
        alpha = channels[..., -1]
        if alpha.min() < 65535:
            for row in range(grey.shape[0]):  # a row at a time: the product needs 32 bits
                product = grey[row].astype(np.uint32) * alpha[row] + np.uint32(32767)
                grey[row] = product // np.uint32(65535)
    return grey, warnings


def opencv_channels(data: bytes) -> npt.NDArray[Any]:
    """Return (H, W, 3 or 4) uint16, RGB or RGBA (grey with alpha comes as RGBA)."""
    import cv2

    with corrupt_unless("the image"):
        with native_errors_silenced():
            decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        if decoded is None or decoded.dtype != np.uint16 or decoded.ndim != 3 or decoded.shape[2] not in (3, 4):
            raise ValueError("OpenCV did not give 16-bit channels")
        order = [2, 1, 0, 3][: decoded.shape[2]]
        channels: npt.NDArray[Any] = decoded[..., order]
        return channels


def opencv_name() -> str:
    """Return OpenCV's name and version, as ``Facts.decoder`` carries it."""
    import cv2

    return f"OpenCV {cv2.__version__}"


def oriented(stored: StoredArray, orientation: int) -> StoredArray:
    """Return the array as displayed (EXIF 2.32, tag Orientation; TIFF 6.0)."""
    if orientation == 1:
        return stored
    turned: npt.NDArray[Any] = stored.T if orientation >= 5 else stored
    if orientation in (3, 4, 7, 8):
        turned = turned[::-1]
    if orientation in (2, 3, 6, 7):
        turned = turned[:, ::-1]
    return np.ascontiguousarray(turned)


def raster_radiograph(
    stored: StoredArray,
    found: Format,
    *,
    decoder: str,
    bits: int,
    photometric: str,
    warnings: tuple[str, ...],
    inverted: bool = False,
) -> Radiograph:
    """Return the Radiograph of an image without display information: (H, W) uint8, uint16 or int16."""
    height, width = stored.shape
    facts = Facts(format=found.value, decoder=decoder, width=width, height=height, bits=bits, photometric=photometric)
    return Radiograph(stored=stored, facts=facts, inverted=inverted, warnings=warnings)
