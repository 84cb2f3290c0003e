"""What the clipboard holds becomes paths, or a file with the very bytes that were copied."""

import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage

from cxrviewer.errors import ExportError, LimitExceededError, NotAnImageError
from cxrviewer.gui.opening.locations import path_of_url
from cxrviewer.gui.opening.pasting import clipboard_paths, kept_clipboard_image
from cxrviewer.gui.study_list.file_urls import file_urls
from cxrviewer.reading import read_radiograph
from cxrviewer.reading.limits import Limits
from tests.films import write_png

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="paths are spelled as on Linux and macOS")


def text(content: str) -> QMimeData:
    mime = QMimeData()
    mime.setText(content)
    return mime


def urls(*names: str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl(name) for name in names])
    return mime


def encoded(**formats: bytes) -> QMimeData:
    mime = QMimeData()
    for name, content in formats.items():
        mime.setData(f"image/{name.replace('_', '-')}", content)
    return mime


def bitmap(image: QImage) -> QMimeData:
    mime = QMimeData()
    mime.setImageData(image)
    return mime


@pytest.mark.parametrize(
    ("content", "paths"),
    [
        ("/films/a.dcm", ["/films/a.dcm"]),
        ("  /films/a b.dcm \r\n\r\n/films/c\n", ["/films/a b.dcm", "/films/c"]),
        ("\n\"/films/a b.dcm\"\n'/films/été'", ["/films/a b.dcm", "/films/été"]),
        ("file:///films/a%20b.dcm\nfile:/films/c", ["/films/a b.dcm", "/films/c"]),
        ("'file:///films/a b#1?.dcm'", ["/films/a b#1?.dcm"]),
        ("~/films", [os.path.expanduser("~/films")]),  # noqa: PTH111
        ("/films/a\nsome words", []),
        ("some words\n/films/a", []),
        ("films/a.dcm", []),
        ("https://example.org/a.png", []),
        ("file://elsewhere.example/films/a.png", []),
        ("~nobody-of-that-name/films", []),
        ("/films/a\0b", []),
        ('"', []),
        ("", []),
    ],
)
def test_text_that_is_paths(content: str, paths: list[str]) -> None:
    assert clipboard_paths(text(content)) == tuple(map(Path, paths))


def test_files_come_before_text_and_those_of_other_machines_do_not_count() -> None:
    mime = urls("https://example.org/x.png", "file:///films/a%20b.dcm", "file:///films/ward", "sftp://host/films/c")
    mime.setText("/films/as text")
    assert clipboard_paths(mime) == (Path("/films/a b.dcm"), Path("/films/ward"))
    mounted = urls("sftp://host/films/c")
    mounted.setText("/run/user/1/gvfs/c")
    assert clipboard_paths(mounted) == (Path("/run/user/1/gvfs/c"),)
    assert clipboard_paths(QMimeData()) == ()


def test_names_that_are_no_text_survive_the_clipboard() -> None:
    paths = (Path(os.fsdecode(b"/films/\xff\xfe.png")), Path("/films/100% # 胸.png"))
    mime = QMimeData()
    mime.setUrls(file_urls(paths))
    assert clipboard_paths(mime) == paths
    raw = QMimeData()
    raw.setData("text/uri-list", b"# a comment\nfile:///films/%FF%fe.png\r\n\r\nfile:///films/x")
    assert clipboard_paths(raw) == (paths[0], Path("/films/x"))


def test_a_file_url_may_name_this_machine() -> None:
    assert path_of_url(f"file://{socket.gethostname()}/films/a") == Path("/films/a")
    assert path_of_url("FILE://localhost/films/a") == Path("/films/a")
    assert path_of_url("file:relative") is None
    assert path_of_url("file:///films/a%00b") is None


def test_drives_and_shares_of_windows(monkeypatch) -> None:
    monkeypatch.setattr("cxrviewer.gui.opening.locations.sys.platform", "win32")
    assert str(path_of_url("file:///C:/films/a%20b.dcm")) == "C:/films/a b.dcm"
    assert str(path_of_url("file://server/share/a.dcm")) == "//server/share/a.dcm"


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("png", ".png"), ("tiff", ".tif"), ("bmp", ".bmp"), ("x_ms_bmp", ".bmp"), ("webp", ".webp"), ("jpeg", ".jpg")],
)
def test_encoded_bytes_are_written_as_they_are(name: str, suffix: str, tmp_path: Path) -> None:
    hostile = bytes(range(256)) * 5  # no decoder of this process would take it
    before = datetime.now(UTC)
    path = kept_clipboard_image(encoded(**{name: hostile}), tmp_path / "new" / "pasted")
    assert path is not None
    assert path.parent == tmp_path / "new" / "pasted"
    assert path.suffix == suffix
    assert path.read_bytes() == hostile
    taken = datetime.strptime(path.stem, "pasted-%Y%m%dT%H%M%S-%fZ").replace(tzinfo=UTC)
    assert before <= taken <= datetime.now(UTC)
    assert list(path.parent.iterdir()) == [path]


def test_of_several_forms_the_one_that_loses_nothing_is_kept(tmp_path: Path) -> None:
    mime = encoded(jpeg=b"jpeg", gif=b"gif", bmp=b"bmp", png=b"png")
    mime.setImageData(QImage(2, 2, QImage.Format.Format_RGB32))
    assert kept_clipboard_image(mime, tmp_path).read_bytes() == b"png"
    assert kept_clipboard_image(encoded(jpeg=b"jpeg", png=b""), tmp_path).read_bytes() == b"jpeg"


def test_a_picture_copied_twice_is_two_files(tmp_path: Path) -> None:
    mime = encoded(png=b"png")
    assert kept_clipboard_image(mime, tmp_path) != kept_clipboard_image(mime, tmp_path)


def test_a_film_that_was_pasted_reads_as_the_film_that_was_copied(tmp_path: Path) -> None:
    film = write_png(tmp_path / "film.png")
    pasted = kept_clipboard_image(encoded(png=film.read_bytes()), tmp_path / "pasted")
    np.testing.assert_array_equal(read_radiograph(pasted).stored, read_radiograph(film).stored)


def test_only_a_bitmap_of_the_system_is_encoded_here(qapp, tmp_path: Path) -> None:
    grey = QImage(80, 70, QImage.Format.Format_RGB32)
    grey.fill(QColor(90, 90, 90))
    grey.setPixelColor(3, 2, QColor(200, 200, 200))
    path = kept_clipboard_image(bitmap(grey), tmp_path)
    stored = read_radiograph(path).stored
    assert stored.shape == (70, 80)
    assert (int(stored[2, 3]), int(stored[0, 0])) == (200, 90)
    colour = QImage(80, 70, QImage.Format.Format_RGB32)
    colour.fill(QColor(10, 200, 30))
    read = QImage(str(kept_clipboard_image(bitmap(colour), tmp_path)))
    assert read.pixelColor(5, 5) == QColor(10, 200, 30)
    deep = QImage(80, 70, QImage.Format.Format_Grayscale16)
    deep.fill(0)
    deep.scanLine(4)[10:12] = (40_000).to_bytes(2, "little")
    assert int(read_radiograph(kept_clipboard_image(bitmap(deep), tmp_path)).stored[4, 5]) == 40_000


def test_a_picture_in_another_format_is_refused_and_not_decoded(tmp_path: Path) -> None:
    with pytest.raises(NotAnImageError, match="image/gif"):
        kept_clipboard_image(encoded(gif=b"GIF89a"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_clipboard_without_a_picture_gives_none(qapp, tmp_path: Path) -> None:
    for mime in (QMimeData(), text("/films/a"), bitmap(QImage()), encoded(png=b"")):
        assert kept_clipboard_image(mime, tmp_path / "pasted") is None
    assert not (tmp_path / "pasted").exists()


def test_what_is_too_large_is_refused_before_it_is_written(qapp, tmp_path: Path) -> None:
    limits = Limits(file_bytes=100, pixels=50)
    with pytest.raises(LimitExceededError):
        kept_clipboard_image(encoded(png=b"x" * 101), tmp_path, limits)
    with pytest.raises(LimitExceededError):
        kept_clipboard_image(bitmap(QImage(10, 6, QImage.Format.Format_RGB32)), tmp_path, limits)
    assert list(tmp_path.iterdir()) == []
    assert kept_clipboard_image(encoded(png=b"x" * 100), tmp_path, limits) is not None


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ExportError, match="file"):
        kept_clipboard_image(encoded(png=b"png"), tmp_path / "file" / "pasted")
