"""The settings panels say once what a person changed, and show silently what was changed elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from cxrviewer.domain import Facts, InputSpec, Radiograph, Window
from cxrviewer.gui.panels.heatmap_panel import HeatmapPanel
from cxrviewer.gui.panels.network_input_panel import NetworkInputPanel
from cxrviewer.gui.panels.window_panel import WindowPanel
from cxrviewer.gui.state.view import HeatmapSettings, ViewSettings
from cxrviewer.imaging.display import default_rendering
from cxrviewer.imaging.fitting import fit
from cxrviewer.imaging.presets import default_window, presets
from cxrviewer.imaging.rendering import COLOUR_MAPS, load_colour_map
from tests.films import film
from tests.gui.pictures import assert_looks_as_golden, picture_of, themed


@contextmanager
def heard(signal) -> Iterator[list]:
    """Collect what a signal carries."""
    carried: list = []
    signal.connect(carried.append)
    yield carried
    signal.disconnect(carried.append)


def radiograph() -> Radiograph:
    stored = film(96, 3, 12)
    windows = (Window(2000, 3000, "LINEAR", "CHEST"), Window(1200, 900, "LINEAR", "SOFT"))
    return Radiograph(stored, Facts("DICOM", "pydicom", 96, 96, 12, "MONOCHROME2"), windows=windows)


@pytest.fixture
def heatmap_panel(qtbot) -> HeatmapPanel:
    panel = HeatmapPanel()
    qtbot.addWidget(panel)
    panel.set_findings(("NORMAL", "PNEUMONIA", "COVID19"), "PNEUMONIA")
    panel.show()
    return panel


@pytest.fixture
def window_panel(qtbot) -> WindowPanel:
    panel = WindowPanel()
    qtbot.addWidget(panel)
    shown = radiograph()
    panel.show_film(ViewSettings(), default_window(shown), presets(shown))
    panel.show()
    return panel


def test_every_heatmap_field_changes_its_own_setting_and_nothing_else(heatmap_panel, qtbot) -> None:
    panel, settings = heatmap_panel, HeatmapSettings()
    steps = (
        (lambda: qtbot.keyClick(panel.visible_box, Qt.Key.Key_Space), {"visible": False}),
        (lambda: panel.finding.setCurrentText("COVID19"), {"finding": "COVID19"}),
        (lambda: panel.opacity.setValue(70), {"opacity": 0.7}),
        (lambda: panel.colour_map.setCurrentText("Viridis"), {"colour_map": "viridis"}),
        (lambda: panel.style_choice.setCurrentText("Contours"), {"style": "contour"}),
        (lambda: panel.smooth_choice.setCurrentIndex(1), {"smooth": False}),
        (lambda: qtbot.keyClick(panel.colour_bar, Qt.Key.Key_Space), {"colour_bar": False}),
        (lambda: qtbot.keyClick(panel.lungs, Qt.Key.Key_Space), {"lungs": False}),
        (lambda: panel.finding.setCurrentIndex(0), {"finding": None}),
    )
    for act, change in steps:
        settings = replace(settings, **change)
        with heard(panel.changed) as carried:
            act()
        assert carried == [settings]
        assert panel.settings == settings


def test_heatmap_settings_of_elsewhere_are_shown_without_an_echo(heatmap_panel) -> None:
    settings = HeatmapSettings(False, "NORMAL", 0.2, "cividis", "contour", smooth=False, colour_bar=False, lungs=False)
    with heard(heatmap_panel.changed) as carried:
        heatmap_panel.show_settings(settings)
        heatmap_panel.set_findings(("NORMAL", "PNEUMONIA"), "NORMAL")
    assert carried == []
    assert heatmap_panel.settings == settings
    assert heatmap_panel.finding.currentText() == "NORMAL"
    assert heatmap_panel.opacity.value() == 20
    assert not heatmap_panel.visible_box.isChecked()
    assert not heatmap_panel.lungs.isChecked()


def test_a_finding_that_the_next_film_does_not_have_shows_as_the_predicted_one(heatmap_panel) -> None:
    heatmap_panel.show_settings(HeatmapSettings(finding="COVID19"))
    heatmap_panel.set_findings(("A", "B"), "A")
    assert heatmap_panel.finding.currentText() == "Predicted (A)"
    heatmap_panel.set_findings(())
    assert not heatmap_panel.finding.isEnabled()


def test_swatches_are_the_colours_that_are_drawn(heatmap_panel) -> None:
    assert [heatmap_panel.colour_map.itemData(n) for n in range(len(COLOUR_MAPS))] == list(COLOUR_MAPS)
    for row, name in enumerate(COLOUR_MAPS):
        strip = heatmap_panel.colour_map.itemIcon(row).pixmap(192, 28).toImage()
        ends = [strip.pixelColor(x, 5).getRgb()[:3] for x in (0, strip.width() - 1)]
        table = load_colour_map(name).astype(int)
        assert np.abs(np.array(ends) - table[[0, 255]]).max() < 6


def test_presets_are_those_of_the_film_and_choosing_one_changes_the_window(window_panel, qtbot) -> None:
    shown = [window_panel.preset.itemText(n) for n in range(window_panel.preset.count())]
    assert shown == [
        "As the file asks (CHEST)", "Another window of the file (SOFT)", "Automatic", "Lung", "Bone", "Full range",
        "Your own",
    ]  # fmt: skip
    assert window_panel.preset.currentIndex() == 0
    assert (window_panel.centre.text(), window_panel.width_field.text()) == ("2000", "3000")
    with heard(window_panel.changed) as carried:
        window_panel.preset.setCurrentIndex(1)
        window_panel.preset.activated.emit(1)
    assert carried == [ViewSettings(window=Window(1200, 900, "LINEAR", "SOFT"))]
    assert (window_panel.centre.text(), window_panel.width_field.text()) == ("1200", "900")
    with heard(window_panel.changed) as carried:
        window_panel.back.click()
    assert carried == [ViewSettings()]


@pytest.mark.parametrize(("typed", "number"), [("1500", 1500.0), ("1500.5", 1500.5), (" 1500,5 ", 1500.5)])
def test_a_typed_centre_is_used_when_the_field_is_left(window_panel, qtbot, typed: str, number: float) -> None:
    window_panel.centre.selectAll()
    qtbot.keyClicks(window_panel.centre, typed)
    with heard(window_panel.changed) as carried:
        qtbot.keyClick(window_panel.centre, Qt.Key.Key_Return)
    assert carried == [ViewSettings(window=Window(number, 3000, "LINEAR", ""))]
    assert window_panel.preset.currentText() == "Your own"
    assert not window_panel.problem.isVisible()


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("0.5", "The width must be at least 1."),
        ("-3", "The width must be at least 1."),
        ("wide", "The width must be a number."),
        ("", "The width must be a number."),
        ("inf", "The width must be a number."),
        ("nan", "The width must be a number."),
        ("1e300", "The width must be a number."),
    ],
)
def test_a_width_that_is_none_is_explained_and_left_to_be_mended(window_panel, qtbot, typed, problem) -> None:
    window_panel.width_field.selectAll()
    qtbot.keyClick(window_panel.width_field, Qt.Key.Key_Delete)
    qtbot.keyClicks(window_panel.width_field, typed)
    with heard(window_panel.changed) as carried:
        qtbot.keyClick(window_panel.width_field, Qt.Key.Key_Return)
    assert carried == []
    assert window_panel.problem.said == problem
    assert window_panel.problem.isVisible()
    assert window_panel.width_field.text() == typed
    window_panel.width_field.selectAll()
    qtbot.keyClicks(window_panel.width_field, "800")
    qtbot.keyClick(window_panel.width_field, Qt.Key.Key_Return)
    assert not window_panel.problem.isVisible()


def test_a_view_of_elsewhere_is_shown_without_an_echo_and_keeps_zoom_and_turns(window_panel) -> None:
    view = ViewSettings(Window(100, 50, "SIGMOID"), inverted=True, zoom=2.0, quarter_turns=1)
    with heard(window_panel.changed) as carried:
        window_panel.show_view(view)
    assert carried == []
    assert (window_panel.centre.text(), window_panel.width_field.text()) == ("100", "50")
    assert window_panel.function.said == "Sigmoid"
    assert window_panel.inverted.isChecked()
    with heard(window_panel.changed) as carried:
        window_panel.inverted.click()
    assert carried == [replace(view, inverted=False)]


def test_without_a_film_the_window_panel_is_empty_and_closed(window_panel) -> None:
    window_panel.show_nothing()
    assert window_panel.centre.text() == ""
    assert not window_panel.preset.isEnabled()
    assert window_panel.preset.count() == 0


SPEC = InputSpec(40, 40, 3, "stretch", "area", -1.0, 1.0)


def test_the_network_input_is_what_the_network_is_given(qtbot) -> None:
    display = default_rendering(radiograph())
    panel = NetworkInputPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.show_film(lambda: display, SPEC)
    expected = (fit(display, SPEC)[0][:, :, 0] + 1.0) * 127.5
    image = panel.picture.image
    assert (image.width(), image.height()) == (40, 40)
    shown = np.array([[image.pixelColor(x, y).red() for x in range(40)] for y in range(40)])
    assert np.abs(shown - expected).max() <= 0.501
    assert panel.caption.said.startswith("40 x 40 pixels, the film's default rendering, stretched")
    panel.show_nothing()
    assert panel.picture.image.isNull()


def test_the_network_input_is_not_made_while_nobody_sees_it(qtbot) -> None:
    made = []

    def display():
        made.append(1)
        return default_rendering(radiograph())

    panel = NetworkInputPanel()
    qtbot.addWidget(panel)
    panel.show_film(display, SPEC)
    assert made == []
    panel.show()
    assert made == [1]
    panel.hide()
    panel.show()
    assert made == [1]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_settings_panels_look_as_the_golden_images(qtbot, theme: str) -> None:
    shown = radiograph()
    with themed(theme):
        heatmap, window, seen = HeatmapPanel(), WindowPanel(), NetworkInputPanel()
        for panel in (heatmap, window, seen):
            qtbot.addWidget(panel)
        heatmap.set_findings(("NORMAL", "PNEUMONIA", "COVID19"), "PNEUMONIA")
        window.show_film(ViewSettings(), default_window(shown), presets(shown))
        seen.show_film(lambda: default_rendering(shown), SPEC)
        assert_looks_as_golden(picture_of(heatmap, 300, 300), f"heatmap_panel_{theme}")
        assert_looks_as_golden(picture_of(window, 300, 260), f"window_panel_{theme}")
        assert_looks_as_golden(picture_of(seen, 300, 330), f"network_input_{theme}")
