"""A film that lies wrongly is put right with one click, and a picture that is withheld is shown with another."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from cxrviewer.domain import Analysis
from cxrviewer.gui.state.view import ViewSettings
from cxrviewer.results.study_list import film_analysis
from tests.films import film
from tests.gui.window.bench import Bench


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    upright = film(240, 3)
    made = {
        "upright.png": upright,
        "left.png": np.rot90(upright),
        "inverted.png": 255 - upright,
        "noise.png": np.random.default_rng(0).integers(0, 256, (240, 240), np.uint8),
    }
    for name, pixels in made.items():
        cv2.imencode(".png", np.ascontiguousarray(pixels))[1].tofile(folder / name)
    return folder


@pytest.fixture
def bench(bench_of: Callable[..., Bench], scoped_bundle: Path, pictures: Path) -> Bench:
    bench = bench_of(bundle=str(scoped_bundle))
    bench.window.open([pictures])
    bench.until(lambda: bench.model.rowCount() == 4)
    bench.until_done()
    return bench


def analysis_of(bench: Bench) -> Analysis:
    found = film_analysis(bench.session.store, bench.viewer.film.number)
    assert found is not None
    return found


def press(bench: Bench, button: QPushButton) -> None:
    """Press a button of the result panel, and wait for the film's other result to be shown."""
    before = len(bench.outcomes)
    name = bench.name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    bench.until(lambda: len(bench.outcomes) > before)
    bench.until_done()
    bench.until(lambda: bench.is_settled(name) and bench.viewer.film.analysis is not None)


@pytest.mark.parametrize(
    ("name", "view"),
    [("left.png", ViewSettings(quarter_turns=1)), ("inverted.png", ViewSettings(inverted=True))],
)
def test_a_film_that_lies_wrongly_is_put_right(bench: Bench, name: str, view: ViewSettings) -> None:
    panel = bench.panels.result
    bench.go_to("upright.png")
    assert not panel.put_right.isVisible()
    probabilities = analysis_of(bench).prediction.probabilities
    bench.go_to(name)
    assert panel.put_right.isVisible()
    press(bench, panel.put_right)
    righted = analysis_of(bench)
    assert righted.scope is not None
    assert (righted.status, righted.scope.appearance) == ("ok", "upright")
    np.testing.assert_allclose(righted.prediction.probabilities, probabilities, atol=1e-3)
    assert bench.canvas.view == view
    assert not panel.put_right.isVisible()
    bench.trigger("film.reanalyse")
    bench.until_done()
    assert analysis_of(bench).scope.appearance != "upright"  # as stored again


def test_a_picture_is_withheld_until_it_is_shown_anyway(bench: Bench) -> None:
    panel = bench.panels.result
    bench.go_to("upright.png")
    assert not panel.show_anyway.isVisible()
    bench.go_to("noise.png")
    assert bench.statuses()["noise.png"] == "refused"
    assert panel.show_anyway.isVisible()
    assert "withheld" in panel.explanation.said
    assert panel.bars == {}
    press(bench, panel.show_anyway)
    assert analysis_of(bench).status == "ok"
    assert len(panel.bars) == 3
    film = next(film for film in map(bench.listed, range(4)) if film.path.name == "noise.png")
    assert "OUT OF SCOPE" in film.warnings[0]
    assert not panel.show_anyway.isVisible()
    bench.restart()
    bench.go_to("noise.png")
    assert analysis_of(bench).status == "ok"  # the list points to the result that was asked for
