"""Radiographs side by side: linked they move together, apart they do not, and one of them is active."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt

from cxrviewer.domain import Window
from cxrviewer.gui.canvas.compare import CompareView
from cxrviewer.gui.state.view import ViewSettings
from tests.films import film
from tests.gui.canvas.films import radiograph


@pytest.fixture
def compare(qtbot: Any) -> CompareView:
    view = CompareView()
    qtbot.addWidget(view)
    view.resize(800, 400)
    view.set_radiograph(0, radiograph(film(400, 0, 12), 12, windows=(Window(2000, 4000),)), "one.dcm")
    view.set_radiograph(1, radiograph(film(200, 1), 8), "two.png")
    view.set_count(2)
    view.show()
    qtbot.waitExposed(view)
    return view


@pytest.mark.parametrize("count", [1, 2, 4])
def test_as_many_are_shown_as_asked_for_and_equally_large(compare, qtbot, count) -> None:
    compare.set_count(count)
    assert sum(compare.canvas(index).isVisible() for index in range(4)) == count

    def widths() -> list[int]:
        return [canvas.width() for canvas in compare.shown_canvases()]

    qtbot.waitUntil(lambda: max(widths()) - min(widths()) <= 1 and min(widths()) >= (800 if count == 1 else 390))
    assert compare.count == count


def test_three_are_not_a_layout(compare) -> None:
    with pytest.raises(ValueError, match="1, 2 or 4"):
        compare.set_count(3)


def test_linked_films_follow_in_their_own_units(compare) -> None:
    heard = []
    compare.view_changed.connect(lambda index, view: heard.append((index, view)))
    compare.canvas(0).set_window(Window(1000, 2000))
    compare.canvas(0).zoom_by(2.0)
    first, second = compare.canvas(0), compare.canvas(1)
    assert second.view.window == Window(pytest.approx(127.5 - 1000 * 255 / 4000), pytest.approx(127.5))
    assert second.zoom() == pytest.approx(2 * first.zoom())  # half as many pixels fill the same view
    assert {index for index, _ in heard} == {0, 1}
    assert heard[-1] == (1, second.view)


def test_apart_films_stay_and_linking_again_brings_them_together(compare) -> None:
    compare.set_linked(False)
    compare.canvas(0).zoom_by(3.0)
    assert compare.canvas(1).view == ViewSettings()
    compare.set_linked(True)
    assert compare.canvas(1).zoom() == pytest.approx(2 * compare.canvas(0).zoom())


def test_turning_one_leaves_the_other(compare) -> None:
    compare.canvas(0).turn(1)
    compare.canvas(0).flip()
    assert compare.canvas(1).view == ViewSettings()


def test_a_click_makes_active(compare, qtbot) -> None:
    with qtbot.waitSignal(compare.active_changed) as signal:
        qtbot.mouseClick(compare.canvas(1), Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert signal.args == [1]
    assert compare.canvas() is compare.canvas(1)
    compare.set_count(1)
    assert compare.active == 0


def test_an_empty_place_neither_leads_nor_follows(compare) -> None:
    compare.set_count(4)
    compare.canvas(0).zoom_by(2.0)
    assert compare.canvas(2).view == ViewSettings()
    assert compare.canvas(1).view.zoom is not None


def test_names_of_films_reach_those_who_do_not_see(compare) -> None:
    assert compare.canvas(1).accessibleName() == "Radiograph 2: two.png"


def test_an_empty_place_says_what_it_waits_for(compare) -> None:
    compare.set_message(3, "Reading four.dcm …")
    assert [compare.canvas(index).message for index in range(4)] == ["No radiograph"] * 3 + ["Reading four.dcm …"]
