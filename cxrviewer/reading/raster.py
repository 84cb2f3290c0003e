"""PNG, JPEG, BMP and WebP to Radiograph: structure and size checked first, then decoded once."""

from __future__ import annotations

from PIL import Image

from cxrviewer.domain import Radiograph
from cxrviewer.errors import CorruptFileError
from cxrviewer.reading.jpeg_completeness import check_complete
from cxrviewer.reading.jpeg_structure import jpeg_frame_header
from cxrviewer.reading.limits import Limits
from cxrviewer.reading.png_structure import png_header
from cxrviewer.reading.raster_pixels import (
    PILLOW,
    check_frames,
    from_channels,
    from_pillow,
    mode_name,
    open_image,
    opencv_channels,
    opencv_name,
    oriented,
    raster_radiograph,
)
from cxrviewer.reading.signatures import Format
from cxrviewer.reading.tiff import read_tiff
from cxrviewer.reading.translation import corrupt_unless, quiet

_ORIENTATION = 0x0112
_PNG_COLOUR_TYPES_WITH_CHANNELS = {2: "RGB", 4: "grey with alpha", 6: "RGBA"}


def read_raster(data: bytes, found: Format, limits: Limits) -> Radiograph:
    """Read the bytes of a PNG, JPEG, TIFF, BMP or WebP file that holds one image.

    Colour is reduced to its luma, alpha is composited over black, EXIF orientation is applied; 16-bit grey
    keeps its 16 bits, 1-bit becomes 0 and 255. Raises CorruptFileError, MultiFrameError, PhotometricError
    (float and 32-bit samples), LimitExceededError, ImageTooSmallError.
    """
    if found is Format.TIFF:
        return read_tiff(data, limits)
    bits, photometric, scan_start = 8, "", 0
    if found is Format.PNG:
        header = png_header(data)
        limits.check_image(header.width, header.height)
        bits, photometric = header.bits, _PNG_COLOUR_TYPES_WITH_CHANNELS.get(header.colour_type, "")
    elif found is Format.JPEG:
        scan_start = jpeg_frame_header(data).scan_start
    image = open_image(data, found, limits)
    check_frames(getattr(image, "n_frames", 1))
    with corrupt_unless(f"the {found.value} image"):
        image.load()
    if bits == 16 and photometric:
        # Pillow reads these as 8 bits a channel. It decodes them all the same: it raises where OpenCV would
        # be content with half an image.
        stored, warnings = from_channels(opencv_channels(data))
        decoder = opencv_name()
    else:
        stored, bits, warnings = from_pillow(image)
        decoder = PILLOW
    if found is Format.JPEG:
        with corrupt_unless("the JPEG image"):
            check_complete(data, scan_start, stored)
    return raster_radiograph(
        oriented(stored, _exif_orientation(image)),
        found,
        decoder=decoder,
        bits=bits,
        photometric=photometric or mode_name(image.mode),
        warnings=warnings,
    )


def _exif_orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 to 8; 1 where there is none or it cannot be read."""
    try:
        with corrupt_unless("the EXIF data"), quiet():
            orientation = image.getexif().get(_ORIENTATION, 1)
    except CorruptFileError:
        return 1  # damaged metadata beside an intact image
    return int(orientation) if orientation in range(1, 9) else 1
