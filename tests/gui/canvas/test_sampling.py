"""What is sampled is the stored film: exact at 1:1, averaged when smaller, never mixed with its padding."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxrviewer.domain import Heatmap, Placement
from cxrviewer.gui.canvas.contours import CONTOUR_SHARES, contours
from cxrviewer.gui.canvas.film import FilmPainter, HeatLayer
from cxrviewer.gui.canvas.heat import heat_levels
from cxrviewer.gui.canvas.sampling import Area, Pyramid, visible_area
from cxrviewer.gui.state.geometry import Geometry, Viewport, placed
from cxrviewer.gui.state.view import ViewSettings
from cxrviewer.imaging.display import render
from cxrviewer.imaging.fitting import heatmap_at, heatmap_maximum, heatmap_on_radiograph
from cxrviewer.imaging.rendering import load_colour_map, normalised, overlay
from tests.films import film
from tests.gui.canvas.films import heatmap, radiograph


def oriented(stored: np.ndarray, view: ViewSettings) -> np.ndarray:
    """Flip and turn with numpy what the canvas is to flip and turn by its geometry."""
    return np.rot90(stored[:, ::-1] if view.flipped else stored, -view.quarter_turns)


def whole(stored: np.ndarray, view: ViewSettings) -> tuple[Geometry, Area]:
    rows, columns = oriented(stored, view).shape
    zoom = view.zoom or 1.0
    viewport = Viewport(max(1, round(columns * zoom)), max(1, round(rows * zoom)))
    geometry = placed(view, stored.shape, viewport)
    area = visible_area(geometry)
    assert area is not None
    return geometry, area


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16])
@pytest.mark.parametrize("quarter_turns", range(4))
@pytest.mark.parametrize("flip", [False, True])
def test_one_to_one_is_every_stored_pixel(dtype, quarter_turns, flip) -> None:
    info = np.iinfo(dtype)
    stored = np.random.default_rng(0).integers(info.min, info.max + 1, (37, 50)).astype(dtype)
    view = ViewSettings(zoom=1.0, quarter_turns=quarter_turns, flipped=flip)
    sampled = Pyramid(radiograph(stored)).sample(*whole(stored, view))
    assert sampled.dtype == dtype
    np.testing.assert_array_equal(sampled, oriented(stored, view))


@pytest.mark.parametrize("zoom", [8, 11, 64])
@pytest.mark.parametrize("quarter_turns", range(4))
def test_far_in_every_stored_pixel_is_a_flat_square(zoom, quarter_turns) -> None:
    stored = np.random.default_rng(1).integers(0, 4096, (5, 7)).astype(np.uint16)
    view = ViewSettings(zoom=float(zoom), quarter_turns=quarter_turns)
    sampled = Pyramid(radiograph(stored)).sample(*whole(stored, view))
    expected = oriented(stored, view).repeat(zoom, axis=0).repeat(zoom, axis=1)
    # A border may fall one screen pixel beside where it belongs.
    assert (sampled != expected).mean() <= 2 / zoom
    middles = slice(zoom // 2, None, zoom)
    np.testing.assert_array_equal(sampled[middles, middles], oriented(stored, view))


@settings(deadline=None, max_examples=40)
@given(st.integers(2, 40), st.integers(2, 40), st.floats(1.01, 7.9), st.integers(0, 3), st.booleans())
def test_a_little_in_is_linear_between_the_middles_of_pixels(rows, columns, zoom, quarter_turns, flip) -> None:
    """A slope is linear, so that interpolating it must give the slope itself at every place."""
    stored = (100 + 500 * np.arange(rows)[:, None] + 300 * np.arange(columns)).astype(np.uint16)
    geometry, area = whole(stored, ViewSettings(zoom=zoom, quarter_turns=quarter_turns, flipped=flip))
    sampled = Pyramid(radiograph(stored)).sample(geometry, area)
    for row, column in [(0, 0), (area.height // 2, area.width // 3), (area.height - 1, area.width - 1)]:
        place = geometry.to_stored((area.left + column + 0.5, area.top + row + 0.5))
        down, across = np.clip(np.array(place) - 0.5, 0, [rows - 1, columns - 1])
        # OpenCV works with 32nds of a pixel.
        assert sampled[row, column] == pytest.approx(100 + 500 * down + 300 * across, abs=0.6 + 800 / 32)


@pytest.mark.parametrize("zoom", [0.9, 0.71, 0.5, 0.37, 0.25, 0.11])
def test_shrinking_averages_instead_of_picking(zoom) -> None:
    """Lines of one pixel, as an anti-scatter grid has, turn into grey and not into new, wide lines."""
    stored = np.zeros((1200, 1200), np.uint16)
    stored[:, ::2] = 4000
    geometry, area = whole(stored, ViewSettings(zoom=zoom))
    sampled = Pyramid(radiograph(stored)).sample(geometry, area).astype(float)
    inside = sampled[4:-4, 4:-4]
    assert inside.mean() == pytest.approx(2000, rel=0.02)
    exact = cv2.resize(stored, (area.width, area.height), interpolation=cv2.INTER_AREA).astype(float)[4:-4, 4:-4]
    picked = stored[(np.arange(area.height) / zoom).astype(int)][:, (np.arange(area.width) / zoom).astype(int)]
    # Above 0.71 the film itself is interpolated, below sizes that have been averaged before.
    assert inside.std() <= (1.8 if zoom > 0.7 else 1.05) * max(exact.std(), 12)
    assert inside.std() <= 0.6 * picked.std()


@pytest.mark.parametrize("zoom", [0.8, 0.5, 0.3])
def test_shrinking_shows_what_averaging_over_the_area_shows(zoom) -> None:
    stored = film(900, 4, 12)
    geometry, area = whole(stored, ViewSettings(zoom=zoom))
    sampled = Pyramid(radiograph(stored, 12)).sample(geometry, area).astype(float)
    exact = cv2.resize(stored, (area.width, area.height), interpolation=cv2.INTER_AREA).astype(float)
    assert np.abs(sampled - exact).mean() < 0.01 * 4095


@pytest.mark.parametrize("value", [0, 65535])
@pytest.mark.parametrize("zoom", [0.13, 0.4, 0.83, 1.0, 2.3, 9.0])
def test_padding_does_not_bleed_into_the_film(value, zoom) -> None:
    stored = np.full((300, 340), 1000, np.uint16)
    stored[:, :71] = value
    stored[200:, :] = value
    given_film = radiograph(stored, padding=(value, value))
    geometry, area = whole(stored, ViewSettings(zoom=zoom))
    sampled = Pyramid(given_film).sample(geometry, area)
    assert set(np.unique(sampled)) <= {value} | set(range(990, 1011))
    share = (sampled == value).mean()
    assert share == pytest.approx((stored == value).mean(), abs=0.03)


def test_the_film_is_not_copied_and_smaller_sizes_cost_no_more_than_it() -> None:
    stored = np.zeros((3000, 2000), np.uint16)
    pyramid = Pyramid(radiograph(stored))
    for number in range(pyramid.count):
        pyramid.prepare(number)
        assert pyramid.is_prepared(number)
    levels = pyramid._levels
    assert levels[0].values is pyramid._stored
    assert sum(level.values.nbytes for level in levels.values() if level is not levels[0]) <= 1.02 * stored.nbytes
    assert max(levels[pyramid.count - 1].values.shape) >= 64


@given(
    st.tuples(st.integers(1, 3000), st.integers(1, 3000)),
    st.builds(Viewport, st.integers(1, 900), st.integers(1, 900)),
    st.none() | st.floats(0.001, 100),
    st.tuples(st.floats(0, 3000), st.floats(0, 3000)),
    st.integers(0, 3),
)
@settings(deadline=None, max_examples=60)
def test_any_view_can_be_sampled(shape, viewport, zoom, centre, turns) -> None:
    given_film = radiograph(np.zeros(shape, np.uint8), 8)
    picture = FilmPainter(given_film).picture(
        placed(ViewSettings(zoom=zoom, centre=centre, quarter_turns=turns), shape, viewport), None, False
    )
    if picture is not None:
        assert picture.pixels.shape == (picture.area.height, picture.area.width)
        assert picture.area.left >= 0
        assert picture.area.left + picture.area.width <= viewport.width


@pytest.mark.parametrize("smooth", [True, False])
@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("flip", [False, True])
def test_heat_lies_where_it_lies_on_the_radiograph(smooth, turns, flip) -> None:
    stored = np.zeros((70, 140), np.uint8)
    heat = heatmap(stored.shape)
    geometry, area = whole(stored, ViewSettings(zoom=1.0, quarter_turns=turns, flipped=flip))
    levels = heat_levels(heat, geometry, area, smooth=smooth)
    grid = heatmap_on_radiograph(heat) if smooth else heat.grid.repeat(10, axis=0).repeat(20, axis=1)
    expected = oriented(normalised(grid), ViewSettings(quarter_turns=turns, flipped=flip)) * 255
    tolerance = 255 * 0.06 if smooth else 1  # the maximum lies between the pixels of so small a film
    assert np.abs(levels - expected).max() <= tolerance
    assert levels.max() >= 240


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("part", [Area(0, 0, 900, 1100), Area(37, 101, 3, 250), Area(500, 611, 77, 1)])
def test_heat_worked_out_at_few_places_is_heat_worked_out_at_all(turns, part) -> None:
    """Also where the network saw the middle of the film only: there the heat ends at once."""
    grid = np.random.default_rng(0).random((7, 7)).astype(np.float32)
    heat = Heatmap("PNEUMONIA", grid, Placement(60.5, -40.0, 380.0, 380.0, 500, 300, 224, 224))
    geometry = placed(ViewSettings(zoom=2.2, quarter_turns=turns), (500, 300), Viewport(1100, 1100))
    levels = heat_levels(heat, geometry, part, smooth=True)
    for row in range(0, part.height, 13):
        for column in range(0, part.width, 17):
            down, across = geometry.to_stored((part.left + column + 0.5, part.top + row + 0.5))
            exact = heatmap_at(heat, np.array([down]), np.array([across]))[0, 0] / heatmap_maximum(heat) * 255
            assert levels[row, column] == pytest.approx(min(exact, 255), abs=3)


@pytest.mark.parametrize("bits", [8, 12])
def test_screen_and_export_lay_the_same_colours(bits) -> None:
    stored = film(256, 5, bits)
    given_film = radiograph(stored, bits)
    heat = heatmap(stored.shape)
    geometry, _ = whole(stored, ViewSettings(zoom=1.0))
    picture = FilmPainter(given_film).picture(geometry, None, False, HeatLayer(heat, True, "inferno", 0.6))
    assert picture is not None
    exported = overlay(
        render(given_film, None), normalised(heatmap_on_radiograph(heat)), load_colour_map("inferno"), 0.6
    )
    difference = np.abs(picture.pixels[..., 2::-1].astype(int) - exported)  # the screen's pixels have blue first
    assert difference.mean() < 0.5
    assert difference.max() <= 12


def test_no_heat_leaves_the_film_and_draws_no_line() -> None:
    stored = film(128, 6)
    cold = Heatmap("NORMAL", np.zeros((7, 7), np.float32), Placement(0, 0, 128, 128, 128, 128, 224, 224))
    geometry, _ = whole(stored, ViewSettings(zoom=1.0))
    picture = FilmPainter(radiograph(stored, 8)).picture(geometry, None, False, HeatLayer(cold, True, "inferno", 0.6))
    assert picture is not None
    np.testing.assert_array_equal(picture.pixels[..., 0], stored)
    assert [contour.lines for contour in contours(cold, geometry, smooth=True)] == [()] * 3


@pytest.mark.parametrize("smooth", [True, False])
def test_contours_run_where_the_heat_is_their_share(smooth) -> None:
    stored = np.zeros((700, 700), np.uint8)
    heat = heatmap(stored.shape)
    geometry, _ = whole(stored, ViewSettings(zoom=1.0))
    whole_heat = normalised(heatmap_on_radiograph(heat))
    found = contours(heat, geometry, smooth=smooth)
    assert tuple(contour.share for contour in found) == CONTOUR_SHARES
    assert [len(contour.lines) for contour in found] == [2, 2, 1]
    if not smooth:
        left, top = found[2].lines[0].min(axis=0)
        assert (left, top) == (100.0, 400.0)  # the hot cell's edges
        return
    for contour in found:
        for line in contour.lines:
            values = whole_heat[line[:, 1].astype(int), line[:, 0].astype(int)]
            assert np.abs(values - contour.share).max() < 0.06
