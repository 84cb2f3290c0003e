"""Lines of equal heat are closed, run where the heat is their level, and stay on what the network saw of the film."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cxrviewer.domain import Heatmap, Placement
from cxrviewer.gui.canvas.contours import contours
from cxrviewer.gui.canvas.level_lines import Line, lines_around, lines_between
from cxrviewer.gui.state.geometry import Viewport, placed
from cxrviewer.gui.state.view import ViewSettings
from tests.gui.canvas.films import heatmap

small = st.tuples(st.integers(2, 8), st.integers(2, 8))


def enclosed(line: Line) -> float:
    """Return the area within a closed line (the shoelace formula)."""
    x, y = line.T
    return abs(float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))) / 2


def test_the_line_around_a_cone_is_a_circle() -> None:
    places = np.linspace(-10.0, 10.0, 81)
    cone = 12.0 - np.hypot(places[:, np.newaxis], places)
    (line,) = lines_between(cone, 7.0, places, places)
    np.testing.assert_allclose(np.hypot(*line.T), 5.0, atol=0.01)
    assert enclosed(line) == pytest.approx(np.pi * 25, rel=0.005)


def test_a_line_at_the_rim_goes_along_it() -> None:
    """A slope from left to right: what is above the level is the right part, up to the rim."""
    rows, columns = np.linspace(0.0, 40.0, 5), np.linspace(10.0, 20.0, 6)
    (line,) = lines_between(np.tile(columns, (5, 1)), 15.5, rows, columns)
    np.testing.assert_allclose([line.min(axis=0), line.max(axis=0)], [(15.5, 0.0), (20.0, 40.0)])
    assert enclosed(line) == pytest.approx(4.5 * 40.0)


def test_a_hole_has_a_line_of_its_own() -> None:
    values = np.ones((5, 5))
    values[2, 2] = 0.0
    places = np.arange(5.0)
    areas = sorted(enclosed(line) for line in lines_between(values, 0.5, places, places))
    assert areas == pytest.approx([0.5, 16.0])


@pytest.mark.parametrize(("high", "count"), [(1.0, 1), (0.7, 2)])
def test_at_a_saddle_the_mean_tells_whether_two_peaks_are_one_region(high, count) -> None:
    values = np.array([[high, 0.35], [0.35, high]])
    assert len(lines_between(values, 0.6, np.arange(2.0), np.arange(2.0))) == count


@settings(deadline=None, max_examples=80)
@given(hnp.arrays(np.float64, small, elements=st.integers(0, 6).map(float)), st.sampled_from([0.5, 1.5, 3.0, 5.5]))
def test_every_line_is_at_its_level_or_on_the_rim(values, level) -> None:
    rows, columns = np.arange(float(values.shape[0])), np.arange(float(values.shape[1]))
    for line in lines_between(values, level, rows, columns):
        # All points lie on the edges between neighbours, where the surface is linear.
        for x, y in line:
            left, top = min(int(x), len(columns) - 2), min(int(y), len(rows) - 2)
            across, down = x - left, y - top
            assert min(across % 1, down % 1) == pytest.approx(0, abs=1e-9)
            upper, lower = (values[row, left] * (1 - across) + values[row, left + 1] * across for row in (top, top + 1))
            on_rim = x in (0, columns[-1]) or y in (0, rows[-1])
            here = upper * (1 - down) + lower * down
            assert here == pytest.approx(level) or (on_rim and here >= level - 1e-9)


@settings(deadline=None, max_examples=80)
@given(hnp.arrays(np.float64, small, elements=st.sampled_from([0.0, 1.0])))
def test_outlines_of_cells_enclose_the_cells(values) -> None:
    rows, columns = 2.0 * np.arange(values.shape[0] + 1), 3.0 * np.arange(values.shape[1] + 1)
    lines = lines_around(values, 0.5, rows, columns)
    for line in lines:
        steps = np.roll(line, -1, axis=0) - line
        assert (np.abs(steps) > 0).any(axis=1).all()
        assert (np.abs(steps) == 0).any(axis=1).all()  # along the borders, never across a cell
    middles = np.stack(np.meshgrid(columns[:-1] + 1.5, rows[:-1] + 1.0), axis=-1).reshape(-1, 2)
    inside = np.array([sum(_left_of(line, place) for line in lines) % 2 for place in middles])
    np.testing.assert_array_equal(inside.reshape(values.shape), values)


def _left_of(line: Line, place: np.ndarray) -> int:
    """Return how often a ray from a place to the left crosses a closed line."""
    (x, y), ends = place, np.roll(line, -1, axis=0)
    upright = line[:, 0] == ends[:, 0]
    spans = (np.minimum(line[:, 1], ends[:, 1]) < y) & (y < np.maximum(line[:, 1], ends[:, 1]))
    return int((upright & spans & (line[:, 0] < x)).sum())


PLACEMENTS = {
    "padded at the sides": (Placement(0.0, -100.0, 600.0, 600.0, 600, 400, 224, 224), (0, 0, 400, 600)),
    "only the middle": (Placement(100.0, 0.0, 400.0, 400.0, 600, 400, 224, 224), (0, 100, 400, 500)),
}


@pytest.mark.parametrize("name", PLACEMENTS)
@pytest.mark.parametrize("smooth", [True, False])
def test_lines_stay_on_what_the_network_saw_of_the_film(name, smooth) -> None:
    placement, (left, top, right, bottom) = PLACEMENTS[name]
    everywhere = Heatmap("PNEUMONIA", np.ones((7, 7), np.float32), placement)
    geometry = placed(ViewSettings(zoom=1.0), (600, 400), Viewport(400, 600))
    for contour in contours(everywhere, geometry, smooth=smooth):
        (line,) = contour.lines
        low, high = line.min(axis=0), line.max(axis=0)
        np.testing.assert_allclose([*low, *high], [left, top, right, bottom], atol=0.5)


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("flip", [False, True])
def test_lines_lie_where_the_geometry_puts_the_film(turns, flip) -> None:
    heat, shape = heatmap((300, 500)), (300, 500)
    upright = placed(ViewSettings(zoom=2.0), shape, Viewport(1000, 600))
    turned = placed(ViewSettings(zoom=2.0, quarter_turns=turns, flipped=flip), shape, Viewport(1000, 1000))
    for one, other in zip(contours(heat, upright, smooth=True), contours(heat, turned, smooth=True), strict=True):
        for line, there in zip(one.lines, other.lines, strict=True):
            places = [turned.to_screen(upright.to_stored((x, y))) for x, y in line.tolist()]
            np.testing.assert_allclose(there, places, atol=1e-6)


def test_lines_out_of_sight_are_left_out_and_far_in_they_are_still_true() -> None:
    shape = (3000, 3000)
    heat = heatmap(shape)
    near_corner = placed(ViewSettings(zoom=64.0, centre=(5.0, 2990.0)), shape, Viewport(800, 600))
    assert [contour.lines for contour in contours(heat, near_corner, smooth=True)] == [()] * 3
    whole = placed(ViewSettings(), shape, Viewport(3000, 3000))
    rough = contours(heat, whole, smooth=True)[0].lines[0]
    close = placed(ViewSettings(zoom=16.0, centre=(rough[0, 1], rough[0, 0])), shape, Viewport(800, 600))
    fine = contours(heat, close, smooth=True)[0].lines[0]
    stored = np.array([close.to_stored((x, y))[::-1] for x, y in fine.tolist()])
    nearest = np.hypot(*(stored[:, np.newaxis] - rough).transpose(2, 0, 1)).min(axis=0)
    assert nearest.max() < 1.5  # stored pixels, between a line for this zoom and one for sixteen times as far out
