"""Keys and mouse change how a film is shown, and actions, panels, canvas and status bar agree about it."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cxrviewer.gui.canvas.canvas import RadiographCanvas
from cxrviewer.gui.state.tools import Tool
from cxrviewer.gui.state.view import ViewSettings
from cxrviewer.imaging.presets import presets
from tests.gui.window.bench import Bench

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
RIGHT = Qt.MouseButton.RightButton
DICOM = "film208"
Key = Qt.Key


@pytest.fixture(params=["table", "canvas"])
def at(request: pytest.FixtureRequest, listed: Bench) -> Bench:
    """The window with the focus in the list, or on the film: keys do the same in both."""
    listed.go_to(DICOM)
    (listed.table if request.param == "table" else listed.canvas).setFocus()
    return listed


def test_n_and_p_walk_through_the_list(at: Bench) -> None:
    names = at.names()
    for name in (*names[2:], names[-1]):
        at.key(Key.Key_N)
        at.until(lambda name=name: at.is_settled(name))
        at.check_one_film()
    for name in (*reversed(names[:-1]), names[0]):
        at.key(Key.Key_P)
        at.until(lambda name=name: at.is_settled(name))
        at.check_one_film()
    assert at.outcomes == []


def test_letters_change_the_view_and_the_ticks_follow(at: Bench) -> None:
    ticked = lambda name: at.action(name).isChecked()  # noqa: E731
    at.key(Key.Key_I)
    assert at.canvas.view.inverted
    assert ticked("view.invert")
    assert at.panels.window.inverted.isChecked()
    at.key(Key.Key_R)
    assert at.canvas.view.quarter_turns == 1
    at.key(Key.Key_R, SHIFT)
    at.key(Key.Key_R, SHIFT)
    assert at.canvas.view.quarter_turns == 3
    at.key(Key.Key_X)
    assert at.canvas.view.flipped
    at.key(Key.Key_1, CTRL)
    assert at.canvas.zoom() == 1.0
    assert at.window.status.view.text().startswith("100 %")
    at.key(Key.Key_Plus, CTRL)
    assert at.canvas.zoom() == pytest.approx(1.25)
    at.key(Key.Key_F)
    assert at.canvas.view.zoom is None
    at.key(Key.Key_0)
    assert at.canvas.view == ViewSettings()
    assert not ticked("view.invert")
    assert not at.panels.window.inverted.isChecked()
    at.key(Key.Key_L)
    assert ticked("view.distance")
    assert at.canvas.tool is Tool.MEASURE
    at.key(Key.Key_L)
    assert at.canvas.tool is Tool.PAN
    at.key(Key.Key_M)
    assert ticked("view.magnifier")
    at.key(Key.Key_M)
    assert not ticked("view.magnifier")


def test_digits_choose_windows_and_the_panel_follows(at: Bench) -> None:
    found = {preset.name: preset.window for preset in presets(at.canvas.radiograph)}
    for key, name in ((Key.Key_2, "auto"), (Key.Key_3, "lung"), (Key.Key_4, "bone"), (Key.Key_5, "full")):
        at.key(key)
        assert at.canvas.view.window == found[name]
        assert float(at.panels.window.centre.text()) == pytest.approx(found[name].centre, rel=1e-6)
        assert at.panels.window.preset.currentIndex() >= 0
    at.key(Key.Key_1)
    assert at.canvas.view.window is None
    assert float(at.panels.window.centre.text()) == 2000
    at.key(Key.Key_6)
    assert (at.canvas.view.window.centre, at.canvas.view.window.width) == (1200, 900)
    assert "centre 1200, width 900" in at.window.status.view.text()
    at.key(Key.Key_6)
    assert at.canvas.view.window is None


def test_h_and_g_change_the_heatmap(at: Bench) -> None:
    at.key(Key.Key_H)
    assert not at.viewer.heatmap.visible
    assert not at.action("heatmap.show").isChecked()
    assert not at.panels.heatmap.visible_box.isChecked()
    at.key(Key.Key_H)
    findings = at.viewer.film.analysis.prediction.findings
    predicted = at.viewer.film.analysis.prediction.predicted
    seen = []
    for _ in findings:
        at.key(Key.Key_G)
        seen.append(at.viewer.heatmap.finding)
        assert [name for name, bar in at.panels.result.bars.items() if bar.isChecked()] == [seen[-1]]
        assert at.panels.heatmap.finding.currentData() == seen[-1]
    assert sorted(seen) == sorted(findings)
    assert seen[-1] == predicted


def test_typing_in_fields_is_not_a_shortcut(listed: Bench) -> None:
    listed.key(Key.Key_F, CTRL)
    field = listed.window.study_list.filter_bar.text
    assert QApplication.focusWidget() is field
    QTest.keyClicks(field, "nphgirxm105f[]")
    assert field.text() == "nphgirxm105f[]"
    assert listed.name == "film200.png"
    assert listed.canvas.view == ViewSettings()
    assert listed.viewer.heatmap.visible
    field.clear()
    listed.until(lambda: listed.model.rowCount() == 9)
    search = listed.panels.facts.search
    listed.trigger("panel.facts")
    listed.window._docks.show("facts")
    search.setFocus()
    QTest.keyClicks(search, "ni")
    assert search.text() == "ni"
    assert listed.name == "film200.png"
    assert not listed.canvas.view.inverted


def test_a_drag_of_the_right_button_moves_window_and_fields(listed: Bench) -> None:
    listed.go_to(DICOM)
    start = listed.canvas.rect().center()
    listed.drag(start, start + QPoint(100, 40), RIGHT)
    window = listed.canvas.view.window
    assert window.width > 3000
    assert window.centre > 2000
    fields = listed.panels.window
    assert float(fields.centre.text()) == pytest.approx(window.centre, rel=1e-6)
    assert float(fields.width_field.text()) == pytest.approx(window.width, rel=1e-6)
    assert f"centre {window.centre:.6g}, width {window.width:.6g}" in listed.window.status.view.text()


def test_fields_of_the_panel_change_the_canvas(listed: Bench) -> None:
    listed.go_to(DICOM)
    listed.window._docks.show("window")
    fields = listed.panels.window
    for field, text in ((fields.centre, "1500"), (fields.width_field, "700")):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Key.Key_Return)
    assert (listed.canvas.view.window.centre, listed.canvas.view.window.width) == (1500, 700)
    fields.centre.selectAll()
    fields.centre.setFocus()
    QTest.keyClicks(fields.centre, "soft")
    QTest.keyClick(fields.centre, Key.Key_Return)
    assert fields.problem.said == "The centre must be a number."
    assert listed.canvas.view.window.centre == 1500
    QTest.mouseClick(fields.back, Qt.MouseButton.LeftButton)
    assert listed.canvas.view.window is None
    fields.inverted.click()
    assert listed.canvas.view.inverted
    assert listed.action("view.invert").isChecked()


def test_what_was_typed_into_a_field_is_of_the_film_that_it_was_typed_for(listed: Bench) -> None:
    listed.go_to(DICOM)
    listed.window._docks.show("window")
    field = listed.panels.window.centre
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "1234")
    listed.go_to("film216.png")
    assert listed.canvas.view.window is None
    assert float(field.text()) == pytest.approx(listed.canvas.opening_window().centre, rel=1e-6)


def test_what_was_typed_and_not_finished_is_gone_with_its_film(listed: Bench) -> None:
    listed.go_to(DICOM)
    listed.window._docks.show("window")
    field = listed.panels.window.centre
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "1234")
    QTest.mouseClick(listed.window.toolbar.widgetForAction(listed.action("film.next")), Qt.MouseButton.LeftButton)
    listed.until(lambda: listed.is_settled("film216.png"))
    assert float(field.text()) == pytest.approx(listed.canvas.opening_window().centre, rel=1e-6)
    listed.table.setFocus()
    assert listed.canvas.view.window is None


def test_the_wheel_zooms_about_the_cursor(listed: Bench) -> None:
    at = listed.canvas.rect().center() + QPoint(40, 25)
    before, zoom = listed.canvas.position_at(at.toPointF()), listed.canvas.zoom()
    listed.wheel(at, 3)
    assert listed.canvas.zoom() == pytest.approx(zoom * 1.25**3)
    assert listed.canvas.position_at(at.toPointF()) == pytest.approx(before, abs=0.6)
    assert listed.window.status.view.text().startswith(f"{round(listed.canvas.zoom() * 100)} %")


def test_the_status_bar_reads_the_stored_value_under_the_pointer(listed: Bench) -> None:
    listed.go_to(DICOM)
    canvas = listed.canvas
    listed.move(canvas.point_of((50.5, 70.5)).toPoint())
    point = canvas.geometry_on_screen().to_stored(
        tuple(value * canvas.ratio for value in canvas.point_of((50.5, 70.5)).toPoint().toTuple())
    )
    row, column = int(np.floor(point[0])), int(np.floor(point[1]))
    stored = int(canvas.radiograph.stored[row, column])
    said = listed.window.status.reading
    assert said.text() == f"row {row}, column {column}: {stored} ({stored - 1000} in modality units)"
    listed.key(Key.Key_N)
    listed.until(lambda: listed.is_settled("film216.png"))
    assert said.text() != f"row {row}, column {column}: {stored} ({stored - 1000} in modality units)"
    listed.go_to("notes256.txt")
    assert said.text() == ""


def test_a_film_is_shown_again_as_it_was_left(listed: Bench) -> None:
    listed.go_to(DICOM)
    for key in (Key.Key_I, Key.Key_R, Key.Key_3):
        listed.key(key)
    listed.wheel(listed.canvas.rect().center(), 2)
    left = listed.canvas.view
    listed.go_to("film216.png")
    assert listed.canvas.view == ViewSettings()
    assert not listed.action("view.invert").isChecked()
    listed.go_to("notes256.txt")
    assert not listed.action("view.invert").isChecked()
    listed.go_to(DICOM)
    assert listed.canvas.view == left
    assert listed.action("view.invert").isChecked()
    assert listed.panels.window.inverted.isChecked()
    assert float(listed.panels.window.width_field.text()) == pytest.approx(left.window.width, rel=1e-6)


def test_heatmap_panel_actions_and_canvas_agree_and_the_network_rests(listed: Bench) -> None:
    listed.window._docks.show("heatmap")
    panel, changes = listed.panels.heatmap, listed.viewer

    def agree() -> None:
        settings = changes.heatmap
        assert panel.settings == settings
        assert listed.canvas._heatmap_settings == settings
        assert listed.action("heatmap.show").isChecked() == settings.visible == panel.visible_box.isChecked()
        assert listed.action("heatmap.contour").isChecked() == (settings.style == "contour")
        assert panel.style_choice.currentData() == settings.style
        assert listed.action("heatmap.grid").isChecked() == (not settings.smooth)
        assert panel.smooth_choice.currentData() == settings.smooth
        assert listed.action("heatmap.colour_bar").isChecked() == settings.colour_bar == panel.colour_bar.isChecked()
        assert listed.action("heatmap.lungs").isChecked() == settings.lungs == panel.lungs.isChecked()
        assert panel.opacity.value() == round(settings.opacity * 100)
        assert panel.colour_map.currentData() == settings.colour_map

    for key in (
        Key.Key_C,
        Key.Key_S,
        Key.Key_B,
        Key.Key_O,
        Key.Key_BracketLeft,
        Key.Key_BracketLeft,
        Key.Key_BracketRight,
    ):
        listed.key(key)
        agree()
    assert changes.heatmap.opacity == pytest.approx(0.35)
    for change in (
        lambda: panel.style_choice.setCurrentIndex(0),
        lambda: panel.smooth_choice.setCurrentIndex(0),
        lambda: panel.opacity.setValue(80),
        lambda: panel.colour_map.setCurrentIndex(panel.colour_map.findData("greys")),
        panel.colour_bar.click,
        panel.lungs.click,
        panel.visible_box.click,
        lambda: panel.finding.setCurrentIndex(2),
    ):
        change()
        agree()
    other = next(bar for bar in listed.panels.result.bars.values() if not bar.isChecked())
    QTest.mouseClick(other, Qt.MouseButton.LeftButton)
    agree()
    assert changes.heatmap.finding == other.value.finding
    assert changes.heatmap.visible
    listed.go_to("film216.png")
    assert changes.heatmap.finding == other.value.finding
    agree()
    assert listed.outcomes == []
    assert listed.session.runner.engine_state.phase == "idle"


def test_a_heatmap_is_painted_and_hidden(listed: Bench) -> None:
    with_heat = listed.canvas.grab().toImage()
    listed.key(Key.Key_H)
    without = listed.canvas.grab().toImage()
    assert with_heat != without
    listed.key(Key.Key_H)
    assert listed.canvas.grab().toImage() == with_heat


def test_measuring_is_undone_and_done_again_film_by_film(listed: Bench) -> None:
    canvas: RadiographCanvas = listed.canvas
    assert not listed.action("edit.undo").isEnabled()
    listed.key(Key.Key_L)
    middle = canvas.rect().center()
    listed.drag(middle, middle + QPoint(60, 0), Qt.MouseButton.LeftButton)
    assert len(canvas.measurements) == 1
    assert listed.action("edit.undo").text() == "Undo: Measure a distance"
    listed.go_to("film216.png")
    assert canvas.measurements == ()
    listed.key(Key.Key_Z, CTRL)  # of a film that is not shown
    listed.go_to("film200.png")
    assert canvas.measurements == ()
    listed.key(Key.Key_Y, CTRL)
    assert len(canvas.measurements) == 1
    listed.key(Key.Key_L, SHIFT)
    assert canvas.measurements == ()
    listed.key(Key.Key_Z, CTRL)
    assert len(canvas.measurements) == 1
    canvas.setFocus()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle + QPoint(30, 0))
    assert canvas.selected == 0
    listed.key(Key.Key_Delete)
    assert canvas.measurements == ()
    assert listed.model.rowCount() == 9
    listed.key(Key.Key_Z, CTRL)
    assert len(canvas.measurements) == 1
