"""What the clipboard holds: files, their paths as text, or a picture."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData
from PySide6.QtGui import QImage, QPixmap

from cxrviewer.errors import ExportError, NotAnImageError
from cxrviewer.gui.opening.locations import local_paths, path_of_text
from cxrviewer.reading.limits import DEFAULT_LIMITS, Limits
from cxrviewer.results.atomic import written_atomically

# The first that the clipboard has is kept: programs offer a picture in several, and the last loses something.
_ENCODED: Final = {
    "image/png": ".png",
    'application/x-qt-windows-mime;value="PNG"': ".png",
    "image/tiff": ".tif",
    "image/bmp": ".bmp",
    "image/x-bmp": ".bmp",
    "image/x-ms-bmp": ".bmp",
    "image/webp": ".webp",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
}
_FAST: Final = 90  # of 100: PNG has no quality, Qt takes it for how little is compressed


def clipboard_paths(mime: QMimeData) -> tuple[Path, ...]:
    """Return the local files that a clipboard holds, or those that its text spells, one a line; () where it has none.

    Text counts where every line of it that is not blank is an absolute path, one from ``~`` or a file URL, perhaps in
    quotes. Whether there is such a file is for ``Opening`` to find out.
    """
    files = tuple(local_paths(mime))
    return files or _paths_in_text(mime.text())


def _paths_in_text(text: str) -> tuple[Path, ...]:
    paths: list[Path] = []
    for line in io.StringIO(text, newline=None):  # line by line: most text is known to be something else by its first
        if not line.strip():
            continue
        path = path_of_text(line)
        if path is None:
            return ()
        paths.append(path)
    return tuple(paths)


def kept_clipboard_image(mime: QMimeData, folder: Path, limits: Limits = DEFAULT_LIMITS) -> Path | None:
    """Write the picture of a clipboard into a folder, which is made where it is missing; None where there is none.

    Bytes of PNG, TIFF, BMP, WebP or JPEG are written as they are: they are a stranger's and decoded by a worker only.
    Where the clipboard has no encoded form at all, the bitmap of the system is written as PNG. Raises
    LimitExceededError for what is larger than the limits, NotAnImageError for a picture of another format, and
    ExportError where the file cannot be written.
    """
    offered = mime.formats()
    for name, suffix in _ENCODED.items():
        content = mime.data(name) if name in offered else QByteArray()
        if not content.isEmpty():
            limits.check_file(content.size())
            return _written(folder, suffix, content.data())
    others = [name for name in offered if name.startswith("image/") and name not in _ENCODED]
    if others:
        # Asked for its bitmap, Qt would decode these bytes here.
        raise NotAnImageError(
            f"expected PNG, TIFF, BMP, WebP or JPEG in the clipboard, got {', '.join(others)}; save the picture in one "
            "of these formats and open the file."
        )
    png = _bitmap_as_png(mime, limits)
    return _written(folder, ".png", png) if png else None


def _bitmap_as_png(mime: QMimeData, limits: Limits) -> bytes:
    bitmap = mime.imageData() if mime.hasImage() else None
    image = bitmap.toImage() if isinstance(bitmap, QPixmap) else bitmap
    if not isinstance(image, QImage) or image.isNull():
        return b""
    if image.width() * image.height() > limits.pixels:
        limits.check_image(image.width(), image.height())
    if not image.hasAlphaChannel() and image.depth() == 32:
        narrow = QImage.Format.Format_Grayscale8 if image.allGray() else QImage.Format.Format_RGB888
        image = image.convertToFormat(narrow)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG", _FAST):
        raise ExportError("the picture in the clipboard cannot be written as PNG; save it as a file and open that.")
    content: bytes = buffer.data().data()
    limits.check_file(len(content))
    return content


def _written(folder: Path, suffix: str, content: bytes) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(
            f"the folder {folder} for pasted pictures cannot be made ({error.strerror or error}); check the disk and "
            "your rights there."
        ) from error
    path = folder / f"pasted-{datetime.now(UTC):%Y%m%dT%H%M%S-%fZ}{suffix}"
    with written_atomically(path) as stream:
        stream.write(content)
    return path
