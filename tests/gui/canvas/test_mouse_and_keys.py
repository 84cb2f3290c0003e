"""What a person does with mouse and keys comes out as signals, and what is given stays as it was."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QKeyCombination, QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from cxrviewer.domain import PixelSpacing, Window
from cxrviewer.gui.actions.table import ACTIONS
from cxrviewer.gui.canvas.canvas import RadiographCanvas
from cxrviewer.gui.canvas.keys import CANVAS_KEYS
from cxrviewer.gui.state.measuring import Measurement
from cxrviewer.gui.state.tools import Tool
from cxrviewer.gui.state.view import HeatmapSettings, ViewSettings
from cxrviewer.resources import resources_folder
from tests.films import film
from tests.gui.canvas.films import grey, heatmap, pixels, radiograph, shown_canvas
from tests.gui.pictures import themed

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
LINE = Measurement((100.0, 100.0), (100.0, 300.0))


@pytest.fixture
def canvas(qtbot: Any) -> RadiographCanvas:
    given = radiograph(film(400, 0, 12), 12, windows=(Window(2000, 3000),), slope=2.0, intercept=-100.0)
    return shown_canvas(qtbot, given)


@pytest.fixture
def heard(canvas: RadiographCanvas) -> dict[str, list[Any]]:
    names = ("view_changed", "cursor_moved", "measurement_made", "measurements_changed", "activated")
    lists: dict[str, list[Any]] = {name: [] for name in names}
    for name in names:
        getattr(canvas, name).connect(lambda *value, name=name: lists[name].append(*value or (None,)))
    return lists


def mouse(canvas: RadiographCanvas, kind: QEvent.Type, point: tuple[float, float], button: Qt.MouseButton) -> None:
    at = QPointF(*point)
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
    QApplication.sendEvent(
        canvas, QMouseEvent(kind, at, canvas.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
    )


def drag(canvas: RadiographCanvas, button: Qt.MouseButton, *points: tuple[float, float], release: bool = True) -> None:
    mouse(canvas, QEvent.Type.MouseButtonPress, points[0], button)
    for point in points[1:]:
        mouse(canvas, QEvent.Type.MouseMove, point, button)
    if release:
        mouse(canvas, QEvent.Type.MouseButtonRelease, points[-1], button)


def wheel(canvas: RadiographCanvas, point: tuple[float, float], delta: int) -> None:
    at = QPointF(*point)
    none = Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        at, canvas.mapToGlobal(at), QPoint(), QPoint(0, delta), LEFT & RIGHT, none, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(canvas, event)


def test_a_right_drag_changes_the_window_in_units_of_the_film(canvas, heard) -> None:
    low, high = canvas.film_range()
    drag(canvas, RIGHT, (200, 150), (210, 120), (250, 130))
    step = (high - low) / 1024
    expected = Window(pytest.approx(2000 - 20 * step), pytest.approx(3000 + 50 * step), "LINEAR", "")
    assert canvas.view.window == expected
    assert heard["view_changed"][-1] == canvas.view
    assert len(heard["view_changed"]) == 2
    assert canvas.view.zoom is None


def test_a_window_drag_shows(canvas) -> None:
    before = grey(canvas)
    drag(canvas, RIGHT, (200, 150), (200, 290))
    assert grey(canvas).mean() < before.mean() - 3


def test_the_wheel_zooms_to_the_cursor(canvas, heard) -> None:
    point = QPointF(260, 110)
    before = canvas.position_at(point)
    for _ in range(6):
        wheel(canvas, (260, 110), 120)
    assert canvas.zoom() == pytest.approx(0.75 * 1.25**6)
    # The film lies on whole device pixels: at most half of one beside the cursor.
    assert canvas.position_at(point) == pytest.approx(before, abs=1.0)
    assert len(heard["view_changed"]) == 6
    wheel(canvas, (260, 110), -30)
    assert canvas.zoom() == pytest.approx(0.75 * 1.25**5.75)


@pytest.mark.parametrize("button", [LEFT, MIDDLE])
def test_left_and_middle_drags_pan(canvas, button) -> None:
    canvas.set_view(ViewSettings(zoom=2.0, centre=(200.0, 200.0)))
    held = canvas.position_at(QPointF(100, 100))
    drag(canvas, button, (100, 100), (140, 70))
    assert canvas.position_at(QPointF(140, 70)) == pytest.approx(held)


def test_the_window_tool_gives_the_left_button_to_the_window(canvas) -> None:
    canvas.set_tool(Tool.WINDOW)
    drag(canvas, LEFT, (100, 100), (140, 70))
    assert canvas.view.window is not None
    assert canvas.view.zoom is None


def test_a_double_click_goes_between_fit_and_one_to_one(canvas, qtbot) -> None:
    qtbot.mouseDClick(canvas, LEFT, pos=QPoint(200, 100))
    assert canvas.view.zoom == 1.0
    qtbot.mouseDClick(canvas, LEFT, pos=QPoint(200, 100))
    assert canvas.view == ViewSettings()


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (Qt.Key.Key_Plus, 2.5),
        (Qt.Key.Key_Minus, 1.6),
    ],
)
def test_keys_zoom(canvas, qtbot, key, expected) -> None:
    canvas.set_view(ViewSettings(zoom=2.0))
    qtbot.keyClick(canvas, key)
    assert canvas.zoom() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("key", "row", "column"),
    [(Qt.Key.Key_Up, -15, 0), (Qt.Key.Key_Down, 15, 0), (Qt.Key.Key_Left, 0, -20), (Qt.Key.Key_Right, 0, 20)],
)
def test_arrows_move(canvas, qtbot, key, row, column) -> None:
    canvas.set_view(ViewSettings(zoom=2.0, centre=(200.0, 200.0)))
    qtbot.keyClick(canvas, key)
    assert canvas.view.centre == pytest.approx((200 + row, 200 + column))


def test_keys_with_control_are_left_to_the_window(canvas, qtbot, heard) -> None:
    qtbot.keyClick(canvas, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    for key in (Qt.Key.Key_F5, Qt.Key.Key_0, Qt.Key.Key_1, Qt.Key.Key_F):
        qtbot.keyClick(canvas, key)
    assert heard["view_changed"] == []


def test_delete_removes_the_selected_measurement_and_else_what_the_window_removes(qtbot) -> None:
    """The window has Delete as a shortcut, and shortcuts come before the keys of a widget."""
    window = QMainWindow()
    qtbot.addWidget(window)
    canvas = RadiographCanvas(window)
    canvas.set_radiograph(radiograph(film(100, 0), 8))
    canvas.set_measurements((LINE,))
    window.setCentralWidget(canvas)
    removed: list[str] = []
    window.addAction("Remove", QKeySequence(Qt.Key.Key_Delete), lambda: removed.append("film"))
    window.show()
    window.activateWindow()
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus)
    canvas.select(0)
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert canvas.measurements == ()
    assert removed == []
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert removed == ["film"]


def test_keys_of_canvas_and_table_are_no_shortcuts_of_the_window_or_mean_the_same() -> None:
    shortcuts = {
        QKeySequence(keys, QKeySequence.SequenceFormat.PortableText)[0]: spec.id
        for spec in ACTIONS
        for keys in spec.shortcuts
    }
    Key = Qt.Key  # noqa: N806
    walking = {Key.Key_Up, Key.Key_Down, Key.Key_Left, Key.Key_Right, Key.Key_Home, Key.Key_End, Key.Key_PageUp,
               Key.Key_PageDown, Key.Key_Return, Key.Key_Enter, Key.Key_Space, Key.Key_Tab}  # fmt: skip
    of_table = walking | {Key.Key_N, Key.Key_P, Key.Key_Delete}

    def clashes(keys: Iterable[Qt.Key]) -> dict[Qt.Key, str]:
        plain = {key: QKeyCombination(key) for key in keys}
        return {key: shortcuts[combined] for key, combined in plain.items() if combined in shortcuts}

    # Delete on a selected measurement is the canvas's: the test above.
    assert clashes(CANVAS_KEYS) == {Key.Key_Delete: "film.remove"}
    assert clashes(of_table) == {
        Key.Key_N: "film.next",
        Key.Key_P: "film.previous",
        Key.Key_Delete: "film.remove",
    }


def test_the_window_s_keys_for_fit_one_to_one_and_reset_are_as_the_guide_says() -> None:
    keys = {spec.id: spec.shortcuts for spec in ACTIONS}
    assert keys["view.fit"] == ("Ctrl+0", "F")
    assert keys["view.one_to_one"] == ("Ctrl+1",)
    assert keys["view.reset"] == ("0",)
    for name, written in (("guide.md", "| F, Ctrl+1 |"), ("guide_de.md", "| F, Strg+1 |")):
        assert written in (resources_folder() / "help" / name).read_text("utf-8")


def test_the_cursor_reads_the_pixel_under_it_or_none(canvas, heard, qtbot) -> None:
    canvas.set_view(ViewSettings(zoom=1.0))
    stored = canvas.radiograph.stored
    mouse(canvas, QEvent.Type.MouseMove, (10.5, 20.5), Qt.MouseButton.NoButton)
    reading = heard["cursor_moved"][-1]
    assert (reading.row, reading.column) == (50 + 20, 10)
    assert reading.stored == stored[70, 10]
    assert reading.modality == stored[70, 10] * 2.0 - 100.0
    canvas.set_view(ViewSettings())
    mouse(canvas, QEvent.Type.MouseMove, (10, 20), Qt.MouseButton.NoButton)
    assert heard["cursor_moved"][-1] is None  # beside the fitted film
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert heard["cursor_moved"][-1] is None


def test_a_line_is_drawn_moved_and_deleted_each_with_one_signal(canvas, heard, qtbot) -> None:
    canvas.set_view(ViewSettings(zoom=1.0))
    canvas.set_tool(Tool.MEASURE)
    drag(canvas, LEFT, (50, 50), (70, 60), (150, 50))
    (made,) = heard["measurement_made"]
    assert made == Measurement((100.0, 50.0), (100.0, 150.0))
    assert heard["measurements_changed"] == [(made,)]
    assert canvas.selected == 0
    drag(canvas, LEFT, (152, 51), (150, 90))
    assert canvas.measurements == (replace(made, end=(140.0, 150.0)),)
    assert len(heard["measurements_changed"]) == 2
    assert len(heard["measurement_made"]) == 1
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert heard["measurements_changed"][-1] == ()
    assert canvas.selected is None
    assert heard["view_changed"] == []


def test_a_click_and_an_escaped_drag_leave_no_line(canvas, heard, qtbot) -> None:
    canvas.set_tool(Tool.MEASURE)
    drag(canvas, LEFT, (150, 50), (151, 50))
    drag(canvas, LEFT, (150, 50), (250, 100), release=False)
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    mouse(canvas, QEvent.Type.MouseButtonRelease, (250, 100), LEFT)
    assert canvas.measurements == ()
    assert heard["measurements_changed"] == []
    drag(canvas, LEFT, (150, 50), (2500, -100))
    rows, columns = canvas.film_shape
    assert canvas.measurements[0].end == (0.0, float(columns))  # on the film, however far the mouse went
    assert rows == columns


def test_an_escaped_pan_and_window_drag_go_back(canvas, qtbot) -> None:
    for button in (LEFT, RIGHT):
        drag(canvas, button, (100, 100), (150, 150), release=False)
        assert canvas.view != ViewSettings()
        qtbot.keyClick(canvas, Qt.Key.Key_Escape)
        assert canvas.view == ViewSettings()


def test_a_line_is_selected_by_a_click_on_it(canvas, qtbot) -> None:
    canvas.set_view(ViewSettings(zoom=1.0))
    canvas.set_measurements((LINE, Measurement((200.0, 100.0), (200.0, 300.0))))
    qtbot.mouseClick(canvas, LEFT, pos=QPoint(200, 152))
    assert canvas.selected == 1
    qtbot.mouseClick(canvas, LEFT, pos=QPoint(200, 10))
    assert canvas.selected is None
    canvas.select(1)
    canvas.set_measurements((LINE,))
    assert canvas.selected is None


def test_setters_are_silent_and_change_nothing_that_they_are_given(canvas, heard) -> None:
    given = canvas.radiograph
    before = given.stored.copy()
    heat = heatmap(given.stored.shape)
    grid = heat.grid.copy()
    canvas.set_heatmaps([heat], "PNEUMONIA")
    for settings in (HeatmapSettings(), HeatmapSettings(style="contour", smooth=False)):
        canvas.set_heatmap_settings(settings)
        canvas.set_view(ViewSettings(zoom=1.3, quarter_turns=1, flipped=True, inverted=True, window=Window(9, 9)))
        canvas.set_measurements((LINE,))
        canvas.set_magnifier(True)
        pixels(canvas)
    np.testing.assert_array_equal(given.stored, before)
    np.testing.assert_array_equal(heat.grid, grid)
    assert heard["view_changed"] == heard["measurements_changed"] == []


def test_the_heatmap_is_that_of_the_finding_asked_for_and_comes_off(canvas) -> None:
    bare = pixels(canvas)
    shape = canvas.film_shape
    canvas.set_heatmaps([heatmap(shape, "A"), heatmap(shape, "B", 0.0)], "A")
    predicted = pixels(canvas)
    assert (predicted != bare).any()
    canvas.set_heatmap_settings(HeatmapSettings(finding="B", colour_bar=False))
    np.testing.assert_array_equal(pixels(canvas), bare)  # no heat, no colour
    canvas.set_heatmap_settings(HeatmapSettings(visible=False))
    np.testing.assert_array_equal(pixels(canvas), bare)
    canvas.set_heatmap_settings(HeatmapSettings(finding="C"))
    np.testing.assert_array_equal(pixels(canvas), bare)
    canvas.set_heatmap_settings(HeatmapSettings(opacity=0.0, colour_bar=False))
    np.testing.assert_array_equal(pixels(canvas), bare)


def test_the_magnifier_is_there_while_its_key_is_held(canvas, qtbot) -> None:
    canvas.set_view(ViewSettings(zoom=1.0, window=Window(4000, 8200)))  # in which no part of the film is all white
    plain = pixels(canvas)
    mouse(canvas, QEvent.Type.MouseMove, (200, 150), Qt.MouseButton.NoButton)
    qtbot.keyPress(canvas, Qt.Key.Key_Z)
    magnified = pixels(canvas)
    qtbot.keyRelease(canvas, Qt.Key.Key_Z)
    assert (magnified != plain).any(axis=2)[100:200, 150:250].mean() > 0.5
    np.testing.assert_array_equal(pixels(canvas), plain)
    np.testing.assert_array_equal(magnified[:8], plain[:8])  # outside the lens


def test_an_empty_canvas_takes_everything_and_does_nothing(qtbot) -> None:
    canvas = shown_canvas(qtbot, None)
    assert (pixels(canvas) > 0).any()  # its words
    drag(canvas, LEFT, (10, 10), (50, 50))
    drag(canvas, RIGHT, (10, 10), (50, 50))
    wheel(canvas, (10, 10), 120)
    qtbot.mouseDClick(canvas, LEFT, pos=QPoint(5, 5))
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.view == ViewSettings()


def test_an_empty_canvas_says_why_it_is_empty_and_only_then(qtbot) -> None:
    canvas = shown_canvas(qtbot, None)
    assert canvas.message == canvas.accessibleDescription() == "No radiograph"
    plain = pixels(canvas)
    canvas.set_message("Reading chest.dcm …")
    assert canvas.accessibleDescription() == "Reading chest.dcm …"
    assert (pixels(canvas) != plain).any()
    canvas.set_radiograph(radiograph(film(64, 1), 8))
    shown = pixels(canvas)
    assert "Reading" not in canvas.accessibleDescription()
    canvas.set_message("")
    np.testing.assert_array_equal(pixels(canvas), shown)
    canvas.set_radiograph(None)
    np.testing.assert_array_equal(pixels(canvas), plain)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_message_is_broken_to_stay_in_the_view_and_readable_in_both_themes(qtbot, theme) -> None:
    with themed(theme):
        canvas = shown_canvas(qtbot, None, (300, 200))
        canvas.set_message(f"{'a_long_name_' * 9}.dcm could not be shown: its pixels end too early.")
        shown = pixels(canvas).max(axis=2)
        inked = np.argwhere(shown > 120)
        assert (inked.min(axis=0) >= 8).all()
        assert (inked.max(axis=0) < (192, 292)).all()
        assert np.ptp(inked[:, 0]) > 50  # several lines
        assert np.median(shown) == 0
        canvas.resize(120, 64)  # where not all of it has room, it begins at its beginning
        canvas.set_message("word " * 200)
        assert (pixels(canvas)[:12] == 0).all()


def test_a_person_without_sight_is_told_what_it_is(canvas) -> None:
    assert canvas.accessibleName() == "Radiograph"
    assert "right button" in canvas.accessibleDescription()
    assert "0 fits" not in canvas.accessibleDescription()
    assert canvas.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_another_film_during_a_drag_ends_it(canvas, heard) -> None:
    drag(canvas, RIGHT, (100, 100), (150, 150), release=False)
    canvas.set_radiograph(radiograph(film(64, 1), 8, spacing=PixelSpacing(0.1, 0.1, "PixelSpacing")))
    count = len(heard["view_changed"])
    mouse(canvas, QEvent.Type.MouseMove, (180, 180), RIGHT)
    assert len(heard["view_changed"]) == count
