"""What is copied is the overlay; without a result the plain film, and the line about diagnosis either way."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtGui import QGuiApplication, QImage

from cxrviewer.domain import Analysis, Facts, Radiograph
from cxrviewer.gui.exporting import copied_picture as module
from cxrviewer.gui.exporting.copied_picture import PictureCopier, copied_picture
from cxrviewer.imaging.display import default_rendering
from cxrviewer.reading import read_radiograph
from cxrviewer.results import legend
from cxrviewer.results.overlay import render_overlay
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list import film_analysis
from tests.films import film
from tests.gui.exporting.conftest import Listed
from tests.results.examples import refusal

Wait = Callable[..., None]


@pytest.fixture
def copier(qapp: Any) -> Iterator[PictureCopier]:
    QGuiApplication.clipboard().clear()
    copier = PictureCopier()
    yield copier
    copier.close()


@pytest.fixture
def radiograph(listed: Listed) -> Radiograph:
    return read_radiograph(listed.paths[1])


@pytest.fixture
def analysis(listed: Listed) -> Analysis:
    with closing(ResultStore(listed.store_path)) as store:
        found = film_analysis(store, listed.numbers[1])
    assert found is not None
    return found


def made(side: int, seed: int = 0) -> Radiograph:
    return Radiograph(film(side, seed), Facts("PNG", "test", side, side, 8, "MONOCHROME2"))


def pixels(image: QImage) -> npt.NDArray[np.uint8]:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return lines[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def test_the_clipboard_has_the_overlay(
    copier: PictureCopier, radiograph: Radiograph, analysis: Analysis, qtbot: Any
) -> None:
    with qtbot.waitSignal(copier.copied, timeout=20000) as copied:
        copier.copy(radiograph, analysis)
        assert QGuiApplication.clipboard().image().isNull()  # it does not keep the window waiting
    expected = render_overlay(default_rendering(radiograph), analysis)
    assert copied.args == [expected.shape[1], expected.shape[0]]
    assert np.array_equal(pixels(QGuiApplication.clipboard().image()), expected)


@pytest.mark.parametrize("known", [None, refusal()])
def test_without_a_result_the_plain_film_is_copied_with_its_legend(
    radiograph: Radiograph, known: Analysis | None
) -> None:
    picture = copied_picture(radiograph, known)
    height, width = picture.shape[:2]
    assert height >= 512
    assert width > 512  # the legend
    on_film = picture[:512, :512]
    assert np.array_equal(on_film[..., 0], on_film[..., 1])
    assert np.array_equal(on_film[..., 1], on_film[..., 2])
    display = default_rendering(radiograph)
    small = on_film[::8, ::8, 0].astype(float).ravel()
    rows = (np.arange(0, 512, 8) * display.shape[0] / 512).astype(int)
    columns = (np.arange(0, 512, 8) * display.shape[1] / 512).astype(int)
    assert np.corrcoef(small, display[rows][:, columns].ravel())[0, 1] > 0.98
    beside = picture[:, 512:]
    accent = (np.abs(beside.astype(int) - (255, 206, 92)) < 3).all(axis=2)  # only the line about diagnosis has it
    assert accent.sum() > 50


def test_the_legend_says_that_it_is_not_for_diagnosis(
    radiograph: Radiograph, analysis: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []
    monkeypatch.setattr(legend.Panel, "text", lambda panel, text, **_: said.append(text))
    copied_picture(radiograph, None)
    assert "Research use only. Not for diagnosis." in said
    assert "No result" in said


def test_a_large_film_is_copied_no_larger_than_its_overlay_would_be() -> None:
    picture = copied_picture(made(2400), None)
    assert picture.shape[0] == 1600
    assert picture.shape[1] > 1600


def test_an_analysis_of_another_film_is_a_named_error(
    copier: PictureCopier, radiograph: Radiograph, analysis: Analysis, qtbot: Any
) -> None:
    with qtbot.waitSignal(copier.failed, timeout=20000) as failed:
        copier.copy(made(200), analysis)
    (error,) = failed.args
    assert error.code == "export"
    assert "300 x 300" in str(error)
    without_heat = replace(analysis, heatmaps=())
    with qtbot.waitSignal(copier.failed, timeout=20000) as failed:
        copier.copy(radiograph, without_heat)
    assert failed.args[0].code == "export"
    assert QGuiApplication.clipboard().image().isNull()


def test_of_several_the_last_one_is_copied(
    copier: PictureCopier, monkeypatch: pytest.MonkeyPatch, wait_for: Wait, qtbot: Any
) -> None:
    may_go, begun, copied, threads = threading.Event(), [], [], set()
    real = module.copied_picture

    def slow(radiograph: Radiograph, analysis: Analysis | None) -> npt.NDArray[np.uint8]:
        begun.append(radiograph)
        threads.add(threading.get_ident())
        may_go.wait(10)
        return real(radiograph, analysis)

    monkeypatch.setattr(module, "copied_picture", slow)
    copier.copied.connect(lambda *size: copied.append(size))
    films = [made(600 + 20 * seed, seed) for seed in range(4)]
    for radiograph in films:
        copier.copy(radiograph, None)
    may_go.set()
    wait_for(lambda: bool(copied))
    qtbot.wait(100)
    assert [radiograph.facts.width for radiograph in begun] == [600, 660]
    assert threading.get_ident() not in threads
    assert len(copied) == 1
    assert copied[0][1] == QGuiApplication.clipboard().image().height() == 660


def test_nothing_is_copied_once_closed(copier: PictureCopier, qtbot: Any) -> None:
    copied = []
    copier.copied.connect(lambda *size: copied.append(size))
    copier.copy(made(600), None)
    copier.copy(made(700), None)
    copier.close()
    copier.copy(made(800), None)
    qtbot.wait(200)
    assert copied == []
    assert QGuiApplication.clipboard().image().isNull()
