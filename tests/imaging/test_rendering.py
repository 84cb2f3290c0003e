"""Colours over a radiograph: the tables are what they are called, and the blend is the formula."""

import cv2
import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cxrviewer.imaging.rendering import (
    COLOUR_MAPS,
    DEFAULT_COLOUR_MAP,
    load_colour_map,
    looked_up,
    normalised,
    overlay,
)

unit = st.floats(0, 1, width=32)
sizes = st.tuples(st.integers(1, 12), st.integers(1, 12))


def lightness(table: np.ndarray) -> np.ndarray:
    """Return CIE 1976 L* of sRGB colours (IEC 61966-2-1, D65)."""
    values = table / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    return np.where(luminance > 0.008856, 116 * np.cbrt(luminance) - 16, 903.3 * luminance)


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_a_table_is_that_of_matplotlib(name: str) -> None:
    original = matplotlib.colormaps[{"greys": "gray"}.get(name, name)](np.arange(256))[:, :3]
    table = load_colour_map(name)
    assert (table.shape, table.dtype) == ((256, 3), np.uint8)
    np.testing.assert_array_equal(table, np.round(original * 255))


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_every_map_grows_lighter_all_the_way(name: str) -> None:
    steps = np.diff(lightness(load_colour_map(name))[::8])
    assert (steps > 0.5).all()


def test_the_default_map_stands_out_from_grey() -> None:
    """Over a grey film the colours must differ from grey where the heat is middling or more, or they say nothing."""
    table = load_colour_map(DEFAULT_COLOUR_MAP).astype(int)
    chroma = table.max(axis=1) - table.min(axis=1)
    assert chroma[64:].min() > 60


def test_a_table_cannot_be_changed_by_its_user() -> None:
    with pytest.raises(ValueError, match="read-only"):
        load_colour_map("inferno")[0] = 1


def test_an_unknown_map_is_named() -> None:
    with pytest.raises(ValueError, match=r"inferno.*got '\.\./inferno'"):
        load_colour_map("../inferno")


@given(st.data(), sizes, st.sampled_from(COLOUR_MAPS), st.floats(0, 1))
def test_the_blend_is_its_formula(data: st.DataObject, size: tuple[int, int], name: str, opacity: float) -> None:
    display = data.draw(hnp.arrays(np.float32, size, elements=unit))
    heat = data.draw(hnp.arrays(np.float32, size, elements=unit))
    table = load_colour_map(name)
    colour = table[np.round(heat * 255).astype(int)].astype(float)
    alpha = opacity * heat[..., np.newaxis]
    expected = (1 - alpha) * display[..., np.newaxis] * 255 + alpha * colour
    result = overlay(display, heat, table, opacity)
    assert (result.shape, result.dtype) == ((*size, 3), np.uint8)
    assert np.abs(result - expected).max() <= 2  # display and heat are rounded to 256 levels first


@given(st.data(), sizes, st.floats(0, 1))
def test_cold_parts_stay_exactly_as_they_are(data: st.DataObject, size: tuple[int, int], opacity: float) -> None:
    display = data.draw(hnp.arrays(np.float32, size, elements=unit))
    result = overlay(display, np.zeros(size, np.float32), load_colour_map("inferno"), opacity)
    np.testing.assert_array_equal(result, np.repeat(np.floor(display * 255 + 0.5)[..., np.newaxis], 3, axis=2))


def test_values_out_of_range_are_clipped() -> None:
    table = load_colour_map("inferno")
    display, heat = np.array([[-1.0, 2.0]], np.float32), np.array([[2.0, -1.0]], np.float32)
    np.testing.assert_array_equal(overlay(display, heat, table, 1.0), [[table[255], (255, 255, 255)]])


@pytest.mark.parametrize(
    ("display", "heat", "opacity"),
    [((4, 4), (4, 5), 0.5), ((4,), (4,), 0.5), ((0, 4), (0, 4), 0.5), ((4, 4), (4, 4), 1.1), ((4, 4), (4, 4), -0.1)],
)
def test_what_does_not_fit_is_refused(display: tuple[int, ...], heat: tuple[int, ...], opacity: float) -> None:
    with pytest.raises(ValueError, match="expected"):
        overlay(np.zeros(display, np.float32), np.zeros(heat, np.float32), load_colour_map("inferno"), opacity)


@given(hnp.arrays(np.float32, sizes, elements=st.floats(0, 2.0**100, width=32)))
def test_normalised_heat_reaches_one_or_is_zero(heat: np.ndarray) -> None:
    result = normalised(heat)
    assert result.dtype == np.float32
    assert np.isfinite(result).all()
    assert result.min() >= 0
    assert result.max() in (0.0, 1.0)
    assert result.max() == 1.0 or heat.max() < 1e-30
    order = np.argsort(heat, axis=None, kind="stable")
    assert (np.diff(result.ravel()[order]) >= 0).all()


@pytest.mark.parametrize("version", ["4.12.0", cv2.__version__])
@pytest.mark.parametrize("kind", [np.uint8, np.int32, np.float32])
@pytest.mark.parametrize("index", [np.uint8, np.uint16])
def test_every_entry_of_a_table_is_found_by_any_opencv(monkeypatch, version, kind, index) -> None:
    """OpenCV 4 has no tables of 65,536 entries."""
    monkeypatch.setattr(cv2, "__version__", version)
    entries = np.iinfo(index).max + 1
    table = np.random.default_rng(0).integers(0, 256, entries).astype(kind)
    places = np.random.default_rng(1).permutation(entries).reshape(-1, 64).astype(index)
    found = looked_up(table, places)
    assert found.dtype == kind
    np.testing.assert_array_equal(found, table[places])
