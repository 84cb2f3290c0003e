"""Thumbnails come from the decoder's workers as they are, and those used last are kept."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtTest import QSignalSpy

from cxrviewer.gui.bridge.decoder import DecodedThumbnail, DecoderService, DecodingFailure
from cxrviewer.gui.study_list.thumbnails import DecodedThumbnails, ThumbnailCache
from tests.films import write_png


class DecoderByHand(QObject):
    """Tells what a test has it tell."""

    thumbnails_decoded = Signal(list)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.wanted: list[Path] = []

    def want_thumbnails(self, paths: list[Path]) -> None:
        self.wanted = list(paths)


@pytest.mark.parametrize("width", [5, 96])
def test_pixels_arrive_as_they_were_decoded(qapp: object, width: int) -> None:
    decoder = DecoderByHand()
    source = DecodedThumbnails(decoder)  # type: ignore[arg-type]
    told = QSignalSpy(source.ready)
    pixels = np.random.default_rng(width).integers(0, 256, (7, width)).astype(np.uint8)
    decoder.thumbnails_decoded.emit([DecodedThumbnail(1, Path("/a"), pixels.copy())])
    path, image = told.at(0)
    assert (path, image.width(), image.height()) == (Path("/a"), width, 7)
    shown = [[image.pixelColor(x, y).red() for x in range(width)] for y in range(7)]
    np.testing.assert_array_equal(shown, pixels)


def test_a_thumbnail_that_will_not_come_is_told_and_a_radiograph_is_not(qapp: object) -> None:
    decoder = DecoderByHand()
    source = DecodedThumbnails(decoder)  # type: ignore[arg-type]
    source.want([Path("/a"), Path("/b")])
    assert decoder.wanted == [Path("/a"), Path("/b")]
    told = QSignalSpy(source.ready)
    decoder.failed.emit(DecodingFailure(1, Path("/a"), "radiograph", "corrupt", "why"))
    decoder.failed.emit(DecodingFailure(2, Path("/b"), "thumbnail", "corrupt", "why"))
    assert (told.count(), told.at(0)[0], told.at(0)[1].isNull()) == (1, Path("/b"), True)


def test_the_thumbnails_used_last_are_kept(qapp: object) -> None:
    cache = ThumbnailCache(most=3)
    image = QImage(4, 4, QImage.Format.Format_Grayscale8)
    for name in "abc":
        cache.put(Path(name), image)
    cache.get(Path("a"))
    cache.put(Path("d"), image)
    assert [cache.get(Path(name)) is not None for name in "abcd"] == [True, False, True, True]
    cache.drop(Path("a"))
    assert cache.get(Path("a")) is None


def test_a_film_on_the_disk_comes_as_a_thumbnail(tmp_path: Path, wait_for: Callable[..., None]) -> None:
    film, other = write_png(tmp_path / "film.png", size=300), tmp_path / "notes.txt"
    other.write_text("no film")
    decoder = DecoderService()
    try:
        source = DecodedThumbnails(decoder)
        told = QSignalSpy(source.ready)
        source.want([film, other])
        wait_for(lambda: told.count() == 2)
    finally:
        decoder.close()
    images = {told.at(place)[0]: told.at(place)[1] for place in range(2)}
    assert max(images[film].width(), images[film].height()) == 96
    assert images[other].isNull()
