"""The window keeps to the room that it has, and shows each panel's tab once."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QTabBar

from cxrviewer.domain import Heatmap, Placement
from cxrviewer.gui.bridge.engine_state import EngineState
from tests.gui.window.bench import Bench

TABS = [["Result", "Facts"], ["Heatmap", "Window", "Input", "Notices"]]


def tabs(bench: Bench) -> list[list[str]]:
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    bars = [bar for bar in bench.window.findChildren(QTabBar, options=direct) if bar.isVisible()]
    return sorted(([bar.tabText(place) for place in range(bar.count())] for bar in bars), key=len)


def test_every_panel_has_one_tab_also_after_a_restart(empty: Bench) -> None:
    empty.until(lambda: tabs(empty) == TABS)
    empty.restart()
    empty.until(lambda: tabs(empty) == TABS)


def test_a_panel_behind_another_tab_comes_to_the_front_before_it_is_hidden(empty: Bench) -> None:
    docks, action = empty.window._docks, empty.action("panel.facts")
    assert action.isChecked()
    assert not docks.is_visible("facts")
    empty.trigger("panel.facts")
    empty.until(lambda: docks.is_visible("facts"))
    assert action.isChecked()
    empty.trigger("panel.facts")
    empty.until(lambda: not docks.is_visible("facts"))
    assert not action.isChecked()
    empty.trigger("panel.facts")
    empty.until(lambda: docks.is_visible("facts"))


def test_no_sentence_of_the_status_bar_widens_the_window(listed: Bench) -> None:
    bar = listed.window.statusBar()
    before = bar.minimumSizeHint().width()
    listed.window.status.show_engine(EngineState("failed", message="a long reason " * 40))
    listed.window.status.reading.setText("row 1234, column 1234: 65535 " * 20)
    assert bar.minimumSizeHint().width() == before


def test_no_name_of_a_film_widens_the_window(listed: Bench) -> None:
    before = listed.window.minimumSizeHint().width()
    listed.trigger("compare.2")
    listed.window.compare.set_radiograph(0, listed.canvas.radiograph, "a-long-name-" * 30 + ".png")
    assert listed.window.minimumSizeHint().width() <= before


def test_the_colour_bar_keeps_within_a_small_view(listed: Bench) -> None:
    canvas = listed.canvas
    side = canvas.radiograph.stored.shape[0]
    flat = canvas._heatmaps[0].grid * 0 + 1
    placement = Placement(0.0, 0.0, float(side), float(side), side, side, 224, 224)
    canvas.set_heatmaps((Heatmap("A_FINDING_WITH_A_LONG_NAME", flat, placement),), "A_FINDING_WITH_A_LONG_NAME")
    canvas.setFixedSize(120, 300)
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    edges = [image.pixelColor(x, y).value() for x in (0, 2, 117, 119) for y in range(230, 300)]
    assert max(edges) == 0  # black beside the bar: nothing of it is cut off
