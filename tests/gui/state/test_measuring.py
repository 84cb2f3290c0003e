"""Lengths in mm where there is a spacing and in pixels where not; what lies under the cursor; linked films."""

from dataclasses import replace

import numpy as np
import pytest

from cxrviewer.domain import Facts, PixelSpacing, Radiograph, Window
from cxrviewer.gui.state.cursor import CursorReading, reading_at
from cxrviewer.gui.state.geometry import Viewport
from cxrviewer.gui.state.linking import ShownFilm, linked_view
from cxrviewer.gui.state.measuring import Length, Measurement, added, length, moved, removed
from cxrviewer.gui.state.view import ViewSettings

LINE = Measurement((10.0, 20.0), (40.0, 60.0))


def test_a_length_is_in_pixels_without_a_spacing_and_in_mm_with_one() -> None:
    assert length(LINE, None) == Length(50.0, "px", "none")
    assert length(LINE, PixelSpacing(0.2, 0.2, "PixelSpacing")) == Length(pytest.approx(10.0), "mm", "PixelSpacing")
    at_detector = length(LINE, PixelSpacing(0.1, 0.05, "ImagerPixelSpacing"))
    assert at_detector.value == pytest.approx(np.hypot(3.0, 2.0))
    assert at_detector.source == "ImagerPixelSpacing"


def test_steps_give_new_tuples() -> None:
    other = replace(LINE, start=(0.0, 0.0))
    both = added((LINE,), other)
    assert both == (LINE, other)
    assert removed(both, 0) == (other,)
    assert moved(both, 1, "end", (1.0, 2.0)) == (LINE, Measurement((0.0, 0.0), (1.0, 2.0)))
    assert both == (LINE, other)


def test_the_cursor_reads_stored_and_modality_values_and_knows_the_outside() -> None:
    stored = np.arange(12, dtype=np.int16).reshape(3, 4) - 5
    facts = Facts("DICOM", "none", 4, 3, 16, "MONOCHROME2")
    film = Radiograph(stored, facts, slope=2.0, intercept=100.0, padding=(-5, -4))
    assert reading_at(film, (2.99, 3.0)) == CursorReading(2, 3, 6, 112.0, False)
    assert reading_at(film, (0.0, 1.5)) == CursorReading(0, 1, -4, 92.0, True)
    for outside in ((-0.01, 0.0), (0.0, -0.01), (3.0, 0.0), (0.0, 4.0)):
        assert reading_at(film, outside) is None


def test_a_led_film_shows_the_same_part_in_the_same_way() -> None:
    leading = ShownFilm((3000, 2000), Viewport(800, 600), Window(2000, 4000))
    following = ShownFilm((300, 400), Viewport(800, 600), Window(127.5, 255, "LINEAR_EXACT"))
    leader = ViewSettings(zoom=0.4, centre=(1500.0, 500.0), window=Window(3000, 2000, "SIGMOID", "X"), inverted=True)
    led = linked_view(leader, ViewSettings(quarter_turns=2, flipped=True), leading, following)
    assert (led.quarter_turns, led.flipped, led.inverted) == (2, True, False)
    assert led.zoom == pytest.approx(4.0)  # twice what fits, as the leader: 2 x 600 / 3000 and 2 x 800 / 400
    assert led.centre == pytest.approx((150.0, 100.0))
    assert led.window == Window(pytest.approx(127.5 + 63.75), pytest.approx(127.5), "SIGMOID", "")
    assert linked_view(ViewSettings(), led, leading, following) == ViewSettings(quarter_turns=2, flipped=True)
    assert linked_view(leader, ViewSettings(), leading, leading).window == replace(leader.window, explanation="")
