"""Radiograph to network input and back: values, placement, and that a spot comes back to where it was."""

import time
from dataclasses import replace

import numpy as np
import pytest

from cxrviewer.domain import Fit, FloatArray, Heatmap, InputSpec, Placement
from cxrviewer.imaging.fitting import fit, heatmap_at, heatmap_maximum, heatmap_on_radiograph

SPEC = InputSpec(height=224, width=224, channels=3, fit="stretch", interpolation="area", low=-1.0, high=1.0)
FITS: tuple[Fit, ...] = ("stretch", "letterbox", "centre-crop")


def _spot(height: int, width: int, row: int, column: int, radius: int) -> FloatArray:
    display = np.zeros((height, width), np.float32)
    display[row - radius : row + radius + 1, column - radius : column + radius + 1] = 1.0
    return display


def _centre_of_mass(image: FloatArray) -> tuple[float, float]:
    rows, columns = np.indices(image.shape)
    return float((rows * image).sum() / image.sum()), float((columns * image).sum() / image.sum())


def test_a_film_of_the_input_size_keeps_every_value() -> None:
    display = np.random.default_rng(0).random((224, 224), np.float32)
    network_input, placement = fit(display, SPEC)
    assert network_input.shape == (224, 224, 3)
    assert network_input.dtype == np.float32
    for channel in range(3):
        np.testing.assert_array_equal(network_input[:, :, channel], display * np.float32(2) - np.float32(1))
    assert placement == Placement(0, 0, 224, 224, 224, 224, 224, 224)


@pytest.mark.parametrize("fit_name", FITS)
@pytest.mark.parametrize("interpolation", ["area", "linear", "cubic"])
@pytest.mark.parametrize("size", [(64, 64), (2000, 1500), (70, 3000), (500, 100), (225, 223)])
def test_black_is_low_and_white_is_high(fit_name, interpolation, size) -> None:
    spec = replace(SPEC, fit=fit_name, interpolation=interpolation, low=0.0, high=255.0, channels=1)
    black, placement = fit(np.zeros(size, np.float32), spec)
    white, _ = fit(np.ones(size, np.float32), spec)
    assert black.shape == white.shape == (224, 224, 1)
    assert (black == 0.0).all()
    assert white.max() == pytest.approx(255.0, abs=1e-3)
    if fit_name != "letterbox":
        assert white.min() == pytest.approx(255.0, abs=1e-3)
    assert (placement.radiograph_height, placement.radiograph_width) == size


def test_shrinking_by_area_is_the_mean_over_each_pixels_area() -> None:
    display = np.random.default_rng(1).random((224 * 3, 224 * 5), np.float32)
    network_input, _ = fit(display, SPEC)
    means = display.reshape(224, 3, 224, 5).mean(axis=(1, 3))
    np.testing.assert_allclose(network_input[:, :, 0], means * 2 - 1, atol=2e-6)


def test_area_averages_the_axis_that_shrinks_though_the_other_grows() -> None:
    display = np.random.default_rng(2).random((224 * 4, 112), np.float32)
    network_input, _ = fit(display, SPEC)
    rows = (network_input[:, :, 0] + 1) / 2
    means = display.reshape(224, 4, 112).mean(axis=1)
    np.testing.assert_allclose(rows[:, 0], means[:, 0], atol=2e-6)
    np.testing.assert_allclose(rows[:, 1], 0.75 * means[:, 0] + 0.25 * means[:, 1], atol=2e-6)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((448, 224), Placement(0, -112, 448, 448, 448, 224, 224, 224)),
        ((224, 448), Placement(-112, 0, 448, 448, 224, 448, 224, 224)),
        ((300, 300), Placement(0, 0, 300, 300, 300, 300, 224, 224)),
    ],
)
def test_letterbox_centres_and_pads_with_black(size, expected) -> None:
    network_input, placement = fit(np.ones(size, np.float32), replace(SPEC, fit="letterbox"))
    assert placement == expected
    if size[0] > size[1]:
        assert (network_input[:, :56] == -1.0).all()
        assert (network_input[:, -56:] == -1.0).all()
        np.testing.assert_allclose(network_input[:, 56:-56], 1.0, atol=1e-6)


def test_centre_crop_takes_the_largest_centred_part() -> None:
    display = np.zeros((300, 500), np.float32)
    display[:, 100:400] = 1.0
    network_input, placement = fit(display, replace(SPEC, fit="centre-crop"))
    assert placement == Placement(0, 100, 300, 300, 300, 500, 224, 224)
    np.testing.assert_allclose(network_input, 1.0, atol=1e-6)


@pytest.mark.parametrize("fit_name", FITS)
@pytest.mark.parametrize("size", [(224, 224), (1400, 1000), (1000, 1400), (120, 160), (999, 2001)])
@pytest.mark.parametrize("where", [(0.5, 0.5), (0.4, 0.6), (0.58, 0.42)])
def test_a_spot_comes_back_to_where_it_was(fit_name, size, where) -> None:
    """A fine grid made from the input itself, carried back, has its centre of mass where the spot is."""
    height, width = size
    row, column = round(where[0] * height), round(where[1] * width)
    display = _spot(height, width, row, column, max(min(size) // 40, 3))
    network_input, placement = fit(display, replace(SPEC, fit=fit_name))
    grid = (network_input[:, :, 0] + 1) / 2
    back = heatmap_on_radiograph(Heatmap("COVID19", np.ascontiguousarray(grid), placement))
    assert back.shape == size
    assert back.dtype == np.float32
    found = _centre_of_mass(back)
    # Half a pixel of the input, in pixels of the radiograph.
    assert found[0] == pytest.approx(row, abs=max(placement.height / 224, 1) / 2)
    assert found[1] == pytest.approx(column, abs=max(placement.width / 224, 1) / 2)


@pytest.mark.parametrize("fit_name", FITS)
@pytest.mark.parametrize("size", [(1400, 1000), (700, 1000)])
@pytest.mark.parametrize("cell", [(3, 3), (2, 4), (5, 1)])
def test_the_warmest_cell_is_warmest_at_its_own_centre(fit_name, size, cell) -> None:
    """Put a spot at the centre of a 7 x 7 grid's cell, find the cell, and carry it back."""
    _, placement = fit(np.zeros(size, np.float32), replace(SPEC, fit=fit_name))
    row = placement.top + (cell[0] + 0.5) / 7 * placement.height
    column = placement.left + (cell[1] + 0.5) / 7 * placement.width
    if not (20 < row < size[0] - 20 and 20 < column < size[1] - 20):
        row, column, cell = size[0] / 2, size[1] / 2, (3, 3)
    display = _spot(*size, round(row), round(column), 8)
    network_input, _ = fit(display, replace(SPEC, fit=fit_name))
    grid = (network_input[:, :, 0] + 1).reshape(7, 32, 7, 32).mean(axis=(1, 3))
    assert np.unravel_index(grid.argmax(), grid.shape) == cell
    back = heatmap_on_radiograph(Heatmap("COVID19", grid.astype(np.float32), placement))
    warmest = np.unravel_index(back.argmax(), back.shape)
    assert warmest[0] == pytest.approx(row, abs=placement.height / 224)
    assert warmest[1] == pytest.approx(column, abs=placement.width / 224)


def test_a_constant_heatmap_covers_exactly_what_the_network_saw() -> None:
    ones = np.ones((7, 7), np.float32)
    _, whole = fit(np.zeros((300, 500), np.float32), replace(SPEC, fit="letterbox"))
    np.testing.assert_allclose(heatmap_on_radiograph(Heatmap("NORMAL", ones, whole)), 1.0, atol=1e-6)
    _, part = fit(np.zeros((300, 500), np.float32), replace(SPEC, fit="centre-crop"))
    back = heatmap_on_radiograph(Heatmap("NORMAL", ones, part))
    np.testing.assert_allclose(back[:, 100:400], 1.0, atol=1e-6)
    assert (back[:, :100] == 0.0).all()
    assert (back[:, 400:] == 0.0).all()


def test_a_grid_of_one_cell_and_an_uneven_grid_are_carried_back() -> None:
    placement = Placement(0, 0, 90, 60, 90, 60, 224, 224)
    one = heatmap_on_radiograph(Heatmap("NORMAL", np.full((1, 1), 2.5, np.float32), placement))
    assert (one == 2.5).all()
    ramp = np.tile(np.arange(6, dtype=np.float32), (9, 1))
    back = heatmap_on_radiograph(Heatmap("NORMAL", ramp, placement))
    # Cell centres lie at 4.5, 14.5 ... pixels' distance from the left edge, counted in pixel centres.
    expected = np.clip((np.arange(60) + 0.5) / 10 - 0.5, 0, 5)
    np.testing.assert_allclose(back, np.tile(expected, (90, 1)), atol=1e-5)


@pytest.mark.parametrize(
    "display",
    [np.zeros((10, 10)), np.zeros((10, 10, 3), np.float32), np.zeros((0, 10), np.float32)],
    ids=["float64", "colour", "empty"],
)
def test_other_displays_are_refused(display) -> None:
    with pytest.raises(ValueError, match="expected a display"):
        fit(display, SPEC)


@pytest.mark.parametrize("fit_name", FITS)
def test_a_large_radiograph_is_fitted_and_carried_back_within_a_quarter_of_a_second(fit_name) -> None:
    display = np.random.default_rng(3).random((3000, 3000), np.float32)
    spec = replace(SPEC, fit=fit_name)
    seconds = []
    for _ in range(5):  # what else the machine does only adds: the quickest is what it takes
        started = time.process_time()
        _, placement = fit(display, spec)
        heatmap_on_radiograph(Heatmap("NORMAL", np.ones((7, 7), np.float32), placement))
        seconds.append(time.process_time() - started)
    assert min(seconds) < 0.25


@pytest.mark.parametrize("fit_name", FITS)
@pytest.mark.parametrize("size", [(300, 500), (500, 300), (90, 90)])
def test_a_heatmap_at_any_place_is_that_of_the_whole_radiograph(fit_name, size) -> None:
    _, placement = fit(np.zeros(size, np.float32), replace(SPEC, fit=fit_name))
    heatmap = Heatmap("NORMAL", np.random.default_rng(5).random((7, 6), np.float32), placement)
    whole = heatmap_on_radiograph(heatmap)
    rows, columns = np.arange(10, size[0], 7), np.arange(3, size[1], 11)
    part = heatmap_at(heatmap, rows + 0.5, columns + 0.5)
    np.testing.assert_allclose(part, whole[np.ix_(rows, columns)], atol=1e-6)
    assert heatmap_maximum(heatmap) == pytest.approx(float(whole.max()), rel=0.05)
    assert heatmap_maximum(heatmap) >= float(whole.max()) - 1e-6


def test_the_grid_of_a_heatmap_is_flat_cells() -> None:
    grid = np.arange(6, dtype=np.float32).reshape(2, 3)
    heatmap = Heatmap("NORMAL", grid, Placement(0, 0, 20, 30, 20, 30, 224, 224))
    cells = heatmap_at(heatmap, np.arange(20) + 0.5, np.arange(30) + 0.5, smooth=False)
    np.testing.assert_array_equal(cells, grid.repeat(10, axis=0).repeat(10, axis=1))
    assert heatmap_maximum(heatmap, smooth=False) == 5
    assert not heatmap_at(heatmap, np.array([-0.5, 20.5]), np.array([5.0]), smooth=False).any()
