"""The windows to choose from follow the film: without padding and collimator, dark and bright as it is shown."""

import numpy as np
import pytest

from cxrviewer.domain import Facts, LookupTable, Radiograph, Window
from cxrviewer.imaging.display import apply_window, film_range, modality_value, render
from cxrviewer.imaging.presets import automatic_window, between, default_window, presets
from tests.films import film


def radiograph(stored, bits=12, **changes):
    return Radiograph(stored, Facts("PNG", "none", stored.shape[1], stored.shape[0], bits, "grey"), **changes)


def ends(window):
    return window.centre - window.width / 2, window.centre + window.width / 2


def by_name(given):
    return {preset.name: preset for preset in presets(given)}


def test_between_shows_its_ends_black_and_white():
    shown = apply_window(np.array([99.0, 100.0, 150.0, 200.0, 201.0]), between(100, 200))
    np.testing.assert_allclose(shown, [0, 0, 0.5, 1, 1])
    assert between(7, 7).width == 1


def test_names_come_in_the_order_of_a_menu():
    windows = (Window(2000, 3000, explanation="NORMAL"), Window(1500, 800, explanation="HARD"))
    given = radiograph(film(128, 0, 12), windows=windows)
    found = presets(given)
    assert [preset.name for preset in found] == ["default", "file", "auto", "lung", "bone", "full"]
    assert (found[0].window, found[0].explanation) == (None, "NORMAL")
    assert (found[1].window, found[1].explanation) == (windows[1], "HARD")


def test_behind_a_voi_lut_all_windows_of_the_file_are_others():
    lut = LookupTable(0, np.arange(4096, dtype=np.uint16), 12, "CURVE")
    given = radiograph(film(128, 0, 12), voi_lut=lut, windows=(Window(2000, 3000), Window(1500, 800)))
    assert [preset.name for preset in presets(given)][:3] == ["default", "file", "file"]
    assert default_window(given) == between(0, 4095)


@pytest.mark.parametrize(("dtype", "offset"), [(np.uint16, 5000), (np.int16, -1500)])
@pytest.mark.parametrize(("slope", "intercept"), [(1.0, 0.0), (0.5, -100.0), (-2.0, 30.0)])
def test_auto_is_the_percentiles_of_the_film_alone(dtype, offset, slope, intercept):
    stored = (np.random.default_rng(1).normal(1000, 200, (400, 500)).round() + offset).astype(dtype)
    expected = np.percentile(stored.astype(float) * slope + intercept, [0.5, 99.5])
    bordered = np.pad(stored, 80, constant_values=np.iinfo(dtype).max)
    bordered[80:90, 80:-80] = offset - 200  # a collimator's shadow, all at one value
    padding = (np.iinfo(dtype).max - 10, np.iinfo(dtype).max)
    given = radiograph(bordered, padding=padding, slope=slope, intercept=intercept)
    np.testing.assert_allclose(ends(automatic_window(given)), expected, atol=12 * abs(slope))


def test_a_steady_end_counts_as_film_where_few_pixels_have_it():
    stored = np.arange(4096, dtype=np.uint16).repeat(16).reshape(256, 256)
    np.testing.assert_allclose(ends(automatic_window(radiograph(stored))), [20, 4075], atol=2)


@pytest.mark.parametrize("inverted", [False, True])
def test_lung_parts_what_is_dark_on_the_screen_and_bone_what_is_bright(inverted):
    given = radiograph(film(256, 3, 12), inverted=inverted)
    found = by_name(given)
    shown = render(given, None)
    dark, bright = shown < np.percentile(shown, 30), shown > np.percentile(shown, 70)
    contrast = {
        (name, part): float(render(given, found[name].window)[where].std())
        for name in ("lung", "bone", "auto")
        for part, where in (("dark", dark), ("bright", bright))
    }
    assert contrast["lung", "dark"] > 1.2 * contrast["auto", "dark"]
    assert contrast["bone", "bright"] > 1.2 * contrast["auto", "bright"]


def test_full_is_the_least_to_the_greatest():
    given = radiograph(film(128, 0, 12), slope=2.0, intercept=-7.0)
    window = by_name(given)["full"].window
    assert window is not None
    assert ends(window) == film_range(given)


@pytest.mark.parametrize("padding", [None, (700, 700)])
def test_a_constant_film_has_presets_that_can_be_shown(padding):
    given = radiograph(np.full((64, 64), 700, np.uint16), padding=padding)
    for preset in presets(given):
        assert np.isfinite(render(given, preset.window)).all()
    assert default_window(given).width > 0


def test_the_default_window_is_what_the_default_rendering_does():
    for given in (radiograph(film(96, 0, 12)), radiograph(film(96, 0), bits=8), radiograph(film(96, 0, 12), slope=0.1)):
        np.testing.assert_allclose(render(given, default_window(given)), render(given, None), atol=1e-6)


def test_a_modality_value_is_that_of_lut_or_line():
    lut = LookupTable(10, np.array([5, 500], np.uint16), 16)
    stored = film(96, 0, 12)
    assert modality_value(radiograph(stored, modality_lut=lut), 11) == 500
    assert modality_value(radiograph(stored, slope=2.0, intercept=1.0), -4) == -7
