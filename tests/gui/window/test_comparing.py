"""Two and four films side by side; walking fast; never the result or the heatmap of another film."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cxrviewer.gui.state.view import ViewSettings
from tests.films import write_png
from tests.gui.window.bench import Bench, shape_of

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


def shown(bench: Bench) -> list[str]:
    """The films in the views, and fail where one shows the pixels or heatmap of another."""
    names = []
    for index in range(bench.window.compare.count):
        film, canvas = bench.viewer._shown[index], bench.window.compare.canvas(index)
        names.append(film.path.name if film else "")
        if film is not None and canvas.radiograph is not None:
            assert canvas.radiograph.stored.shape == shape_of(film.path.name)
            assert film.path.name in canvas.accessibleName()
            for heatmap in canvas._heatmaps:
                assert heatmap.placement.radiograph_width == shape_of(film.path.name)[1]
    return names


def all_there(bench: Bench) -> bool:
    canvases = bench.window.compare.shown_canvases()
    return bench.is_told and all(canvas.radiograph is not None for canvas in canvases)


def press(bench: Bench, index: int) -> None:
    canvas = bench.window.compare.canvas(index)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, canvas.rect().center())


def side_by_side(bench: Bench, *names: str) -> None:
    """Select films and show them side by side."""
    bench.press_row(names[0])
    for name in names[1:]:
        bench.press_row(name, CTRL)
    bench.trigger(f"compare.{len(names)}")
    bench.until(lambda: all_there(bench))


def test_selected_films_fill_two_views_and_a_click_makes_one_active(listed: Bench) -> None:
    side_by_side(listed, "film208", "film224.png")
    assert shown(listed) == ["film208", "film224.png"]
    assert listed.action("compare.2").isChecked()
    listed.check_one_film()
    other = 1 - listed.window.compare.active
    press(listed, other)
    assert listed.window.compare.active == other
    assert listed.name == shown(listed)[other]
    listed.check_one_film()  # the table went there
    assert shown(listed) == ["film208", "film224.png"]
    listed.key(Key.Key_N)
    listed.until(lambda: all_there(listed))
    listed.check_one_film()
    kept = shown(listed)[1 - other]
    listed.trigger("compare.1")
    listed.until(lambda: all_there(listed))
    assert shown(listed) == [listed.table.current_film().path.name]
    assert listed.name != kept
    listed.check_one_film()


def test_four_views_and_back_keep_the_active_film(listed: Bench) -> None:
    side_by_side(listed, "film200.png", "film216.png", "film224.png", "film240.png")
    assert shown(listed) == ["film200.png", "film216.png", "film224.png", "film240.png"]
    press(listed, 3)
    assert listed.name == "film240.png"
    listed.check_one_film()
    listed.trigger("compare.2")
    listed.until(lambda: all_there(listed))
    assert listed.name == "film240.png"
    listed.check_one_film()
    assert len(set(shown(listed))) == 2
    listed.trigger("compare.1")
    listed.until(lambda: all_there(listed))
    assert shown(listed) == ["film240.png"]
    listed.check_one_film()


def test_an_empty_view_says_how_to_fill_it(listed: Bench) -> None:
    listed.trigger("compare.2")
    assert shown(listed) == ["film200.png", ""]
    press(listed, 1)
    assert listed.canvas.message == "Press here, then choose a film in the study list."
    listed.until(lambda: listed.panels.result.headline.said == "No film is open")
    assert not listed.action("view.invert").isEnabled()
    listed.press_row("film224.png")
    listed.until(lambda: all_there(listed))
    assert shown(listed) == ["film200.png", "film224.png"]
    listed.check_one_film()


def test_the_film_of_the_list_can_be_put_into_an_empty_view(listed: Bench) -> None:
    listed.trigger("compare.2")
    press(listed, 1)
    listed.press_row("film200.png")  # it is the current one already
    listed.until(lambda: all_there(listed))
    assert shown(listed) == ["film200.png", "film200.png"]


def test_linked_views_move_together_and_unlinked_ones_do_not(listed: Bench) -> None:
    side_by_side(listed, "film200.png", "film224.png")
    left, right = listed.window.compare.shown_canvases()
    assert listed.action("compare.link").isChecked()
    press(listed, 0)
    listed.wheel(left.rect().center(), 4)
    assert left.view.zoom is not None
    assert right.view.zoom == pytest.approx(left.view.zoom * 200 / 224, rel=0.02)
    listed.trigger("compare.link")
    before = right.view
    listed.drag(left.rect().center(), left.rect().center() + QPoint(50, 0), Qt.MouseButton.RightButton, left)
    assert left.view.window is not None
    assert right.view == before
    listed.trigger("view.invert")
    assert (left.view.inverted, right.view.inverted) == (True, False)
    listed.trigger("compare.link")
    assert right.view.window is not None


def test_the_magnifier_and_tools_are_those_of_all_views(listed: Bench) -> None:
    side_by_side(listed, "film200.png", "film224.png")
    listed.key(Key.Key_L)
    assert len({canvas.tool for canvas in listed.window.compare.shown_canvases()}) == 1
    press(listed, 0)
    canvas = listed.canvas
    middle = canvas.rect().center()
    listed.drag(middle, middle + QPoint(40, 0), Qt.MouseButton.LeftButton)
    assert [len(c.measurements) for c in listed.window.compare.shown_canvases()] == [1, 0]


def test_a_film_removed_from_the_list_leaves_every_view(listed: Bench) -> None:
    side_by_side(listed, "film200.png", "film224.png")
    press(listed, 0)
    listed.press_row("film200.png")
    listed.trigger("film.remove")
    listed.until(lambda: listed.is_told)
    assert "film200.png" not in shown(listed)
    listed.until(lambda: all_there(listed))
    listed.check_one_film()


def test_walking_fast_while_results_come_never_mixes_films(empty: Bench, tmp_path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    names = []
    for side in range(96, 126):
        names.append(write_png(folder / f"film{side:03d}.png", side, seed=side).name)
    empty.window.open([folder])
    empty.until(lambda: empty.model.rowCount() == len(names))
    way = 1
    while not empty.session.runner.progress.finished:
        for _ in range(4):
            empty.key(Key.Key_N if way > 0 else Key.Key_P)
            if empty.table.currentIndex().row() in (0, len(names) - 1):
                way = -way
        QApplication.processEvents()
        empty.check_one_film()
        shown(empty)
    empty.until_done()
    empty.until(lambda: empty.is_settled(empty.name))
    empty.check_one_film()
    assert empty.panels.result.bars
    assert empty.canvas.view == ViewSettings()
    assert len(empty.outcomes) == len(names)
