"""Screen and film agree under every zoom, turn and flip, and what a person holds stays under the cursor."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cxrviewer.gui.state.geometry import (
    Viewport,
    fit_or_one_to_one,
    fit_zoom,
    oriented_shape,
    panned,
    placed,
    shown_centre,
    shown_zoom,
    zoom_limits,
    zoomed_about,
)
from cxrviewer.gui.state.view import ViewSettings, flipped, turned, zoomed_to

shapes = st.tuples(st.integers(1, 5000), st.integers(1, 5000))
viewports = st.builds(Viewport, st.integers(1, 4000), st.integers(1, 4000))
unit = st.floats(0, 1)


@st.composite
def views(draw: st.DrawFn, shape: tuple[int, int]) -> ViewSettings:
    zoom = draw(st.none() | st.floats(0.01, 64))
    centre = draw(st.none() | st.tuples(st.floats(-100, shape[0] + 100), st.floats(-100, shape[1] + 100)))
    return ViewSettings(zoom=zoom, centre=centre, quarter_turns=draw(st.integers(0, 3)), flipped=draw(st.booleans()))


@given(st.data(), shapes, viewports, unit, unit)
def test_there_and_back_is_the_same_place(
    data: st.DataObject, shape: tuple[int, int], viewport: Viewport, down: float, across: float
) -> None:
    geometry = placed(data.draw(views(shape)), shape, viewport)
    position = down * shape[0], across * shape[1]
    point = geometry.to_screen(position)
    assert geometry.to_stored(point) == pytest.approx(position, abs=1e-6 * (1 + max(shape)))
    matrix = np.array(geometry.inverse())
    column, row = matrix @ [point[0], point[1], 1]
    assert (row, column) == pytest.approx(position, abs=1e-5 * (1 + max(shape)))


@given(st.data(), shapes, viewports)
def test_a_fitted_film_lies_within_the_view_and_touches_two_of_its_sides(
    data: st.DataObject, shape: tuple[int, int], viewport: Viewport
) -> None:
    view = replace(data.draw(views(shape)), zoom=None)
    geometry = placed(view, shape, viewport)
    width, height = geometry.shown_size
    assert width <= viewport.width * (1 + 1e-9)
    assert height <= viewport.height * (1 + 1e-9)
    assert width == pytest.approx(viewport.width) or height == pytest.approx(viewport.height)
    assert abs(geometry.left + width / 2 - viewport.width / 2) <= 0.5
    assert abs(geometry.top + height / 2 - viewport.height / 2) <= 0.5


@pytest.mark.parametrize("quarter_turns", range(4))
@pytest.mark.parametrize("flip", [False, True])
def test_orientations_are_those_of_the_picture(quarter_turns: int, flip: bool) -> None:
    """Pixel by pixel against OpenCV's own flip and rotate."""
    stored = np.arange(6, dtype=np.uint8).reshape(2, 3)
    shown = cv2.flip(stored, 1) if flip else stored
    for _ in range(quarter_turns):
        shown = cv2.rotate(shown, cv2.ROTATE_90_CLOCKWISE)
    view = ViewSettings(zoom=1.0, quarter_turns=quarter_turns, flipped=flip)
    rows, columns = oriented_shape((2, 3), quarter_turns)
    assert shown.shape == (rows, columns)
    geometry = placed(view, (2, 3), Viewport(columns, rows))
    for row, column in np.ndindex(rows, columns):
        at_row, at_column = geometry.to_stored((column + 0.5, row + 0.5))
        assert stored[int(at_row), int(at_column)] == shown[row, column]


@pytest.mark.parametrize(
    "start", [ViewSettings(zoom=1.0, quarter_turns=k, flipped=f) for k in range(4) for f in (0, 1)]
)
def test_turns_and_flips_are_of_what_is_on_the_screen(start: ViewSettings) -> None:
    shape, viewport, position = (40, 60), Viewport(200, 200), (3.0, 7.0)
    before = placed(start, shape, viewport).to_screen(position)
    x, y = before[0] - 100, before[1] - 100
    turned_to = placed(turned(start), shape, viewport).to_screen(position)
    assert turned_to == (100 - y, 100 + x)
    flipped_to = placed(flipped(start), shape, viewport).to_screen(position)
    assert flipped_to == (100 - x, 100 + y)


@given(st.data(), shapes, viewports, st.floats(0.01, 64), unit, unit)
def test_what_is_under_the_cursor_stays_there_while_zooming(
    data: st.DataObject, shape: tuple[int, int], viewport: Viewport, zoom: float, across: float, down: float
) -> None:
    view = data.draw(views(shape))
    point = across * viewport.width, down * viewport.height
    before = placed(view, shape, viewport, on_whole_pixels=False)
    held = before.to_stored(point)
    assume(before.covers(held))
    after_view = zoomed_about(view, shape, viewport, zoom, point)
    after = placed(after_view, shape, viewport, on_whole_pixels=False)
    least, most = zoom_limits(shape, view.quarter_turns, viewport)
    assert after.zoom == pytest.approx(min(max(zoom, least), most))
    # Only where the middle of the view would leave the film does the point give way.
    row, column = after_view.centre or (0.0, 0.0)
    if 0 < row < shape[0] and 0 < column < shape[1]:
        assert after.to_screen(held) == pytest.approx(point, abs=1e-3 * after.zoom + 1e-2)


@given(st.data(), shapes, viewports, st.floats(-500, 500), st.floats(-500, 500))
def test_panning_moves_by_as_many_pixels_and_keeps_the_film_in_sight(
    data: st.DataObject, shape: tuple[int, int], viewport: Viewport, right: float, down: float
) -> None:
    view = data.draw(views(shape))
    before = placed(view, shape, viewport, on_whole_pixels=False)
    after_view = panned(view, shape, viewport, right, down)
    after = placed(after_view, shape, viewport, on_whole_pixels=False)
    assert after.zoom == pytest.approx(before.zoom)
    row, column = shown_centre(after_view, shape)
    assert 0 <= row <= shape[0]
    assert 0 <= column <= shape[1]
    if 0 < row < shape[0] and 0 < column < shape[1]:
        moved = after.left - before.left, after.top - before.top
        assert moved == pytest.approx((right, down), abs=1e-3 * after.zoom + 1e-6 * max(after.shown_size))


def test_twenty_wheel_steps_in_and_out_end_where_they_began() -> None:
    shape, viewport, point = (3000, 2500), Viewport(1600, 1000), (1111.0, 321.0)
    start = zoomed_to(ViewSettings(), fit_zoom(shape, 0, viewport), (1500.0, 1250.0))
    view = start
    for factor in [1.25] * 20 + [0.8] * 20:
        view = zoomed_about(view, shape, viewport, shown_zoom(view, shape, viewport) * factor, point)
    assert view.zoom == pytest.approx(start.zoom)
    assert view.centre == pytest.approx(start.centre, abs=1e-6)


def test_a_double_click_goes_to_one_to_one_at_the_cursor_and_back() -> None:
    shape, viewport = (3000, 3000), Viewport(1000, 1000)
    close = fit_or_one_to_one(ViewSettings(), shape, viewport, (250.0, 750.0))
    assert close.zoom == 1.0
    assert placed(close, shape, viewport).to_stored((250.0, 750.0)) == pytest.approx((2250, 750), abs=1)
    assert fit_or_one_to_one(close, shape, viewport, (0.0, 0.0)) == ViewSettings()
