"""Where the table's thumbnails come from: decoded elsewhere, delivered when they are there."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

if TYPE_CHECKING:
    from cxrviewer.gui.bridge.decoder import DecodedThumbnail, DecoderService, DecodingFailure

MOST_THUMBNAILS: Final = 512


class ThumbnailSource(QObject):
    """Something that makes small pictures of files, in its own time; it never decodes in this process.

    ``ready`` (path, QImage) tells of a thumbnail in the GUI thread; an empty image means that there will be none.
    """

    ready = Signal(object, QImage)

    def want(self, paths: Sequence[Path]) -> None:
        """Ask for the thumbnails that are missing on the screen now; those asked for before may be given up."""
        raise NotImplementedError


class DecodedThumbnails(ThumbnailSource):
    """Takes thumbnails from the decoder's worker processes."""

    def __init__(self, decoder: DecoderService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._decoder = decoder
        decoder.thumbnails_decoded.connect(self._deliver)
        decoder.failed.connect(self._give_up)

    def want(self, paths: Sequence[Path]) -> None:
        """Ask the decoder."""
        self._decoder.want_thumbnails(paths)

    def _deliver(self, thumbnails: list[DecodedThumbnail]) -> None:
        for thumbnail in thumbnails:
            height, width = thumbnail.pixels.shape
            # A copy: the image must not look into memory that numpy will free.
            image = QImage(thumbnail.pixels.tobytes(), width, height, width, QImage.Format.Format_Grayscale8).copy()
            self.ready.emit(thumbnail.path, image)

    def _give_up(self, failure: DecodingFailure) -> None:
        if failure.kind == "thumbnail":
            self.ready.emit(failure.path, QImage())


class ThumbnailCache:
    """The thumbnails used last, by path; an empty one is of a file that has none."""

    def __init__(self, most: int = MOST_THUMBNAILS) -> None:
        self._most = most
        self._pixmaps: OrderedDict[Path, QPixmap] = OrderedDict()

    def get(self, path: Path) -> QPixmap | None:
        """Return a thumbnail, or None where it is not here yet."""
        pixmap = self._pixmaps.get(path)
        if pixmap is not None:
            self._pixmaps.move_to_end(path)
        return pixmap

    def put(self, path: Path, image: QImage) -> None:
        """Keep a thumbnail."""
        self._pixmaps[path] = QPixmap.fromImage(image) if not image.isNull() else QPixmap()
        self._pixmaps.move_to_end(path)
        while len(self._pixmaps) > self._most:
            self._pixmaps.popitem(last=False)

    def drop(self, path: Path) -> None:
        """Forget the thumbnail of a file that may have changed."""
        self._pixmaps.pop(path, None)
