"""The analysis as a person steers it: pause, resume, cancel, again, the end in its middle, and a worker that dies."""

import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cxrviewer.results.study_list import film_analysis
from tests.films import write_png
from tests.gui.conftest import child_processes
from tests.gui.window.bench import Bench

CTRL = Qt.KeyboardModifier.ControlModifier
Key = Qt.Key
FILMS = 24


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Films that take a moment each: they are large, and all differ."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(FILMS):
        write_png(folder / f"film{300 + number}.png", 300 + number, seed=number)
    return folder


def begun(bench: Bench, folder: Path) -> Bench:
    """Open the films and wait until some of them are analysed."""
    bench.window.open([folder])
    bench.until(lambda: bench.model.rowCount() == FILMS and len(bench.outcomes) >= 2)
    return bench


def without_result(bench: Bench) -> int:
    return sum(status == "pending" for status in bench.statuses().values())


def settle(bench: Bench) -> int:
    """Wait until what the workers had when a pause began is done, and return how many films are."""
    done = -1
    while done != len(bench.outcomes):
        done = len(bench.outcomes)
        bench.qtbot.wait(1500)
    return done


def test_a_pause_holds_and_resuming_goes_on(empty: Bench, folder: Path) -> None:
    begun(empty, folder)
    strip = empty.window.study_list.progress
    assert strip.isVisible()
    QTest.mouseClick(strip.pause, Qt.MouseButton.LeftButton)
    assert empty.action("analysis.pause").isChecked()
    assert strip.resume.isVisible()
    assert settle(empty) < FILMS
    last = empty.names()[-1]
    empty.go_to(last)  # films are shown meanwhile
    assert empty.panels.result.headline.said in ("Waiting", "Running")
    empty.trigger("analysis.pause")
    assert not empty.action("analysis.pause").isChecked()
    empty.until_done()
    assert len(empty.outcomes) == FILMS
    assert without_result(empty) == 0
    assert not strip.isVisible()
    empty.check_one_film()
    assert not empty.action("analysis.pause").isEnabled()


def test_cancelled_films_are_offered_and_gone_on_with(empty: Bench, folder: Path) -> None:
    begun(empty, folder)
    empty.go_to(empty.names()[-1])
    empty.press_row(empty.names()[0])
    empty.trigger("analysis.pause")
    settle(empty)
    waiting = next(name for name, status in reversed(empty.statuses().items()) if status == "pending")
    empty.go_to(waiting)
    empty.trigger("analysis.cancel")
    empty.until(lambda: empty.session.runner.progress.finished)
    empty.qtbot.wait(100)
    left = without_result(empty)
    assert left > 0
    bar = empty.window.unfinished
    assert bar.isVisible()
    assert bar.words.text() == (f"{left} films have no result yet." if left > 1 else "One film has no result yet.")
    assert empty.panels.result.headline.said == "No result yet"
    QTest.mouseClick(bar.resume, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()
    assert not empty.action("analysis.pause").isChecked()
    empty.until_done()
    assert without_result(empty) == 0
    empty.check_one_film()
    assert empty.panels.result.bars


def test_closed_in_the_middle_it_goes_on_after_the_next_start(empty: Bench, folder: Path) -> None:
    begun(empty, folder)
    names = empty.names()
    empty.restart()
    assert empty.names() == names
    left = without_result(empty)
    assert 0 < left <= FILMS
    assert empty.window.unfinished.words.text() == f"{left} films have no result yet."
    assert empty.session.runner.engine_state.phase == "idle"
    assert empty.action("analysis.resume").isEnabled()
    empty.until(lambda: empty.is_settled(names[0]))  # the film that was shown
    empty.key(Key.Key_F5, CTRL)
    empty.until_done()
    assert len(empty.outcomes) == left
    assert without_result(empty) == 0
    assert not empty.window.unfinished.isVisible()
    assert not empty.action("analysis.resume").isEnabled()


def test_films_are_removed_and_brought_back_while_they_wait(empty: Bench, folder: Path) -> None:
    begun(empty, folder)
    empty.table.selectAll()
    empty.trigger("film.remove")
    assert empty.model.rowCount() == 0
    assert empty.window.centralWidget().currentWidget() is empty.window.welcome
    empty.until(lambda: empty.session.runner.progress.finished)
    assert not empty.window.unfinished.isVisible()
    empty.trigger("edit.undo")
    empty.until_done()
    assert len(empty.names()) == FILMS
    assert without_result(empty) == 0
    empty.until(lambda: empty.is_settled(empty.name))
    empty.check_one_film()


def test_analyse_again_runs_the_network_anew(listed: Bench) -> None:
    number = listed.viewer.film.number
    before = film_analysis(listed.session.store, number)
    listed.key(Key.Key_F5)
    assert listed.statuses()["film200.png"] == "pending"
    listed.check_one_film()
    assert not listed.panels.result.bars
    listed.until_done()
    assert [(outcome.index, outcome.recalled) for outcome in listed.outcomes] == [(number, False)]
    after = film_analysis(listed.session.store, number)
    assert after.analysed_at > before.analysed_at
    listed.until(lambda: bool(listed.panels.result.bars))
    listed.check_one_film()


def test_a_film_that_changed_is_read_anew_when_it_is_analysed_again(empty: Bench, tmp_path: Path) -> None:
    film = write_png(tmp_path / "film96.png", 96, seed=1)
    empty.window.open([film])
    empty.until(lambda: empty.is_settled("film96.png"))
    empty.until_done()
    before = empty.canvas.radiograph.stored.copy()
    thumbnail = empty.model.index(0, 0)
    decoration = Qt.ItemDataRole.DecorationRole
    empty.until(lambda: thumbnail.data(decoration) is not None)
    small = thumbnail.data(decoration).toImage()
    write_png(film, 96, seed=2)
    empty.trigger("film.reanalyse")
    empty.until_done()
    empty.until(lambda: empty.is_settled("film96.png"))
    empty.check_one_film()
    assert (empty.canvas.radiograph.stored != before).any()
    empty.until(lambda: thumbnail.data(decoration) is not None and thumbnail.data(decoration).toImage() != small)


def workers() -> list[psutil.Process]:
    """The processes that have loaded the engine."""
    return [p for p in child_processes() if any("litert" in part.path for part in p.memory_maps())]


@pytest.mark.skipif(sys.platform != "linux", reason="finds the worker by what it has loaded")
def test_a_killed_worker_costs_one_film_at_most(empty: Bench, folder: Path) -> None:
    begun(empty, folder)
    victims = workers()
    assert victims
    os.kill(victims[0].pid, signal.SIGKILL)
    empty.until_done()
    statuses = list(empty.statuses().values())
    assert statuses.count("pending") == 0
    assert statuses.count("error") <= 1
    assert statuses.count("ok") >= FILMS - 1
    assert empty.notices.notices == ()
    empty.until(lambda: empty.is_settled(empty.name))
    empty.check_one_film()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_killed_decoder_is_replaced(listed: Bench) -> None:
    assert listed.session.runner.engine_state.phase == "idle"  # so that all workers are the decoder's
    for process in child_processes():
        if not process.children() and "resource_tracker" not in " ".join(process.cmdline()):
            os.kill(process.pid, signal.SIGKILL)
    time.sleep(0.2)
    for name in ("film208", "film240.png", "film216.png"):
        listed.press_row(name)
        listed.until(lambda name=name: listed.is_settled(name))
        if listed.canvas.radiograph is None:  # the one that was being read when it died
            listed.go_to("film200.png")
            listed.go_to(name)
        listed.check_one_film()
        assert listed.canvas.radiograph is not None


def test_the_film_on_screen_comes_first(empty: Bench, folder: Path) -> None:
    empty.session.runner.pause()
    empty.window.open([folder])
    empty.until(lambda: empty.model.rowCount() == FILMS)
    last = empty.names()[-1]
    empty.go_to(last)
    empty.session.runner.resume()
    empty.until(lambda: len(empty.outcomes) >= 5)
    assert Path(empty.outcomes[0].analysis.path).name == last
    empty.until_done()
