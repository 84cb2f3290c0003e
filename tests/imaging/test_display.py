"""The display pipeline against the formulas of PS3.3, worked out pixel by pixel in plain Python."""

import math
import time
import tracemalloc

import numpy as np
import pytest

from cxrviewer.domain import Facts, LookupTable, Radiograph, Window
from cxrviewer.imaging.display import default_range, default_rendering, default_window_text, display_levels, render

FUNCTIONS = ["LINEAR", "LINEAR_EXACT", "SIGMOID"]


def radiograph(stored, bits=16, **changes):
    facts = Facts("PNG", "none", stored.shape[1], stored.shape[0], bits, "grey")
    return Radiograph(stored=stored, facts=facts, **changes)


def ramp(dtype="u2", low=0, high=4095):
    return np.linspace(low, high, 64 * 80).round().astype(dtype).reshape(64, 80)


def windowed(x, centre, width, function):
    """PS3.3 C.11.2.1.2.1, C.11.2.1.3.1 and C.11.2.1.3.2 with y from 0 to 1, branch by branch as they stand there."""
    if function == "SIGMOID":  # 1 / (1 + exp(-4 z)) is (1 + tanh(2 z)) / 2, which cannot overflow
        return (1 + math.tanh(2 * (x - centre) / width)) / 2
    if function == "LINEAR":
        middle, half, scaled = centre - 0.5, (width - 1) / 2, lambda: (x - (centre - 0.5)) / (width - 1) + 0.5
    else:
        middle, half, scaled = centre, width / 2, lambda: (x - centre) / width + 0.5
    if x <= middle - half:
        return 0.0
    return 1.0 if x > middle + half else scaled()


def test_8_bits_without_window_are_v_over_255_exactly():
    stored = np.arange(256, dtype=np.uint8).reshape(16, 16)
    shown = default_rendering(radiograph(stored, bits=8))
    assert shown.dtype == np.float32
    np.testing.assert_array_equal(shown, stored.astype(np.float32) / np.float32(255))
    assert default_window_text(radiograph(stored, bits=8)) == "full range, 0 to 255"


def test_signed_8_bits_show_their_full_range():
    stored = np.arange(-128, 128, dtype=np.int16).reshape(16, 16)
    np.testing.assert_allclose(default_rendering(radiograph(stored, bits=8)), (stored + 128.0) / 255, atol=1e-7)


@pytest.mark.parametrize("dtype", ["u2", "i2"])
@pytest.mark.parametrize("slope", [1.0, 2.5, -1.0])
def test_more_bits_without_window_show_minimum_to_maximum(dtype, slope):
    stored = ramp(dtype, 100 if dtype == "u2" else -700, 3000)
    shown = default_rendering(radiograph(stored, slope=slope, intercept=-1024.0))
    values = stored * slope
    np.testing.assert_allclose(shown, (values - values.min()) / np.ptp(values), atol=1e-6)
    assert "minimum to maximum" in default_window_text(radiograph(stored))


@pytest.mark.parametrize("inverted", [False, True])
def test_a_constant_image_is_black(inverted):
    stored = np.full((64, 64), 700, np.uint16)
    np.testing.assert_array_equal(default_rendering(radiograph(stored, inverted=inverted)), np.zeros((64, 64)))


def test_an_image_of_nothing_but_padding_is_black():
    stored = np.full((64, 64), 700, np.uint16)
    assert not default_rendering(radiograph(stored, padding=(700, 700))).any()


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(("centre", "width"), [(2048, 4096), (1000.5, 300), (40, 1.0), (2047, 2), (1500, 1e6)])
@pytest.mark.parametrize("dtype", ["u2", "i2"])
def test_windows_follow_the_standard(function, centre, width, dtype):
    stored = ramp(dtype, -2000 if dtype == "i2" else 0, 4095)
    slope, intercept = 0.75, -100.0
    window = Window(centre, width, function)
    given = radiograph(stored, windows=(window, Window(1, 2)), slope=slope, intercept=intercept)
    expected = [windowed(value * slope + intercept, centre, width, function) for value in stored.ravel().tolist()]
    shown = default_rendering(given)
    np.testing.assert_allclose(shown.ravel(), expected, atol=1e-6)
    np.testing.assert_array_equal(render(given, window), shown)
    np.testing.assert_array_equal(render(given, None), shown)
    text = default_window_text(given)
    assert f"centre {centre:g}, width {width:g}, {function}" in text


def test_a_steep_sigmoid_does_not_overflow():
    with np.errstate(all="raise", under="ignore"):
        shown = render(radiograph(ramp()), Window(2000, 1e-9, "SIGMOID"))
    np.testing.assert_allclose(shown, np.where(ramp() == 2000, 0.5, ramp() > 2000), atol=1e-6)


@pytest.mark.parametrize(("width", "function"), [(0.5, "LINEAR"), (0.0, "LINEAR_EXACT"), (-3.0, "SIGMOID")])
def test_a_width_that_the_function_does_not_allow_is_an_error(width, function):
    with pytest.raises(ValueError, match="window"):
        render(radiograph(ramp()), Window(100, width, function))


def test_inversion_comes_last_and_once():
    window = Window(1000, 500)
    plain = default_rendering(radiograph(ramp(), windows=(window,)))
    turned = default_rendering(radiograph(ramp(), windows=(window,), inverted=True))
    np.testing.assert_allclose(turned, 1 - plain, atol=1e-7)
    assert default_window_text(radiograph(ramp(), windows=(window,), inverted=True)).endswith("inverted")


def test_a_voi_lut_wins_over_windows_and_clamps_at_both_ends():
    values = (np.linspace(0, 1, 1000) ** 2 * 1023).astype(np.uint16)
    lut = LookupTable(500, values, 10, "GAMMA")
    stored = ramp()
    given = radiograph(stored, voi_lut=lut, windows=(Window(1, 2),), slope=1.0, intercept=-200.0)
    index = np.clip(stored.astype(int) - 200 - 500, 0, 999)
    np.testing.assert_allclose(default_rendering(given), values[index] / 1023, atol=1e-6)
    assert default_window_text(given) == "VOI LUT of 1000 entries (GAMMA)"


def test_a_modality_lut_wins_over_the_slope_and_need_not_be_monotonic():
    values = np.array([50, 900, 20, 700], np.uint16)
    stored = np.tile(np.array([8, 10, 11, 12, 13, 15], np.uint16), (64, 12))
    given = radiograph(stored, modality_lut=LookupTable(10, values, 16), slope=100.0)
    out = values[np.clip(stored.astype(int) - 10, 0, 3)].astype(float)
    np.testing.assert_allclose(default_rendering(given), (out - 20) / 880, atol=1e-6)


def test_padding_is_black_and_left_out_of_the_range():
    stored = ramp("u2", 1000, 2000)
    stored[:10] = 65535
    stored[10:12] = 65500
    for inverted in (False, True):
        shown = default_rendering(radiograph(stored, padding=(65500, 65535), inverted=inverted))
        film = (stored[12:] - stored[12:].min()) / np.ptp(stored[12:])
        np.testing.assert_array_equal(shown[:12], 0)
        np.testing.assert_allclose(shown[12:], 1 - film if inverted else film, atol=1e-6)
    signed = (ramp("i2", -500, 500)).copy()
    signed[0] = -2000
    shown = default_rendering(radiograph(signed, padding=(-2000, -2000)))
    assert shown[0].max() == 0
    assert (shown[1:].min(), shown[1:].max()) == (0, 1)


def test_values_stay_within_0_and_1_and_nothing_of_the_image_is_copied_in_float64():
    stored = np.random.default_rng(0).integers(0, 65536, (3000, 3000)).astype(np.uint16)
    given = radiograph(stored, windows=(Window(30000, 40000),), inverted=True)
    default_rendering(given)
    tracemalloc.start()
    start = time.perf_counter()
    shown = default_rendering(given)
    seconds = time.perf_counter() - start
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 0 <= shown.min() < shown.max() <= 1
    assert peak < shown.nbytes + (8 << 20)
    assert seconds < 1.0  # some 20 ms on an idle core


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16])
@pytest.mark.parametrize("window", [None, Window(120, 90), Window(100, 40, "SIGMOID"), Window(100, 1, "LINEAR_EXACT")])
@pytest.mark.parametrize("inverted", [False, True])
def test_levels_are_the_rendering_in_8_bits(dtype, window, inverted):
    low, high = (0, 255) if dtype == np.uint8 else (-500 if dtype == np.int16 else 0, 4000)
    given = radiograph(ramp(dtype, low, high), bits=8 if dtype == np.uint8 else 16, inverted=inverted, slope=1.5)
    bits = given.stored.view(np.uint16) if dtype == np.int16 else given.stored
    levels = display_levels(given, window)
    assert (levels.dtype, levels.shape) == (np.uint8, (256 if dtype == np.uint8 else 65536,))
    np.testing.assert_array_equal(levels[bits], np.floor(render(given, window) * 255 + np.float32(0.5)))
    again = display_levels(given, window, inverted=True)
    assert np.abs(again[bits].astype(int) + levels[bits] - 255).max() <= 1


def test_padding_stays_black_in_inverted_levels():
    given = radiograph(ramp(), padding=(0, 100))
    assert not display_levels(given, inverted=True)[:101].any()
    assert display_levels(given, inverted=True)[101] == 255


def test_the_default_range_is_that_of_the_lut_the_window_or_the_film():
    assert default_range(radiograph(ramp(low=50, high=900))) == (50, 900)
    assert default_range(radiograph(ramp(), windows=(Window(1000, 200),))) == (900, 1100)
    lut = LookupTable(-5, np.arange(11, dtype=np.uint16), 8)
    assert default_range(radiograph(ramp(), windows=(Window(1000, 200),), voi_lut=lut)) == (-5, 5)
