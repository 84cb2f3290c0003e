"""Steps from one view to the next: a turn and a flip are those of the screen, and a window drag stays within reason."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxrviewer.domain import Window
from cxrviewer.gui.state.view import (
    ViewSettings,
    fitted,
    flipped,
    inverted,
    reset,
    turned,
    window_dragged,
    windowed,
    zoomed_to,
)

START = Window(2000, 1000, "LINEAR", "SOFT")


def test_a_view_begins_fitted_and_upright_as_the_file_asks() -> None:
    view = ViewSettings()
    assert (view.window, view.zoom, view.centre, view.quarter_turns) == (None, None, None, 0)
    changed = inverted(flipped(turned(zoomed_to(windowed(view, START), 2.0, (1, 2)))))
    assert changed != view
    assert reset(changed) == view


def test_four_turns_and_two_flips_are_none() -> None:
    view = ViewSettings(quarter_turns=1, flipped=True)
    assert turned(turned(view, 3)) == view
    assert turned(view, -5) == turned(view, 3)
    assert flipped(flipped(view)) == view
    assert inverted(inverted(view)) == view


def test_a_flip_between_turns_turns_the_other_way() -> None:
    view = ViewSettings()
    assert turned(flipped(turned(view))) == flipped(view)


def test_zooming_out_of_fit_begins_at_the_middle() -> None:
    stale = ViewSettings(zoom=None, centre=(5, 5))
    assert zoomed_to(stale, 1.0).centre is None
    assert zoomed_to(replace(stale, zoom=2.0), 1.0).centre == (5, 5)
    assert fitted(ViewSettings(zoom=2.0, centre=(5, 5))) == ViewSettings()


def test_a_drag_to_the_right_widens_and_one_down_raises_the_centre() -> None:
    dragged = window_dragged(ViewSettings(), 256, -512, START, (0, 4096)).window
    assert dragged == Window(2000 - 2048, 1000 + 1024, "LINEAR", "")


@given(
    st.floats(-1e5, 1e5),
    st.floats(-1e5, 1e5),
    st.sampled_from(["LINEAR", "LINEAR_EXACT", "SIGMOID"]),
    st.floats(-1e5, 1e5),
    st.floats(0, 1e5),
)
def test_a_dragged_window_is_always_one_that_its_function_allows(
    right: float, down: float, function: str, low: float, span: float
) -> None:
    start = Window(low + span / 2, max(span, 1.0), function)  # type: ignore[arg-type]
    window = window_dragged(ViewSettings(), right, down, start, (low, low + span)).window
    assert window is not None
    assert window.width >= (1 if function == "LINEAR" else 0)
    assert window.width > 0
    assert low - max(span, 1e-6) - 1e-6 <= window.centre <= low + span + max(span, 1e-6) + 1e-6
    assert window.function == function


def test_settings_cannot_be_changed_in_place() -> None:
    with pytest.raises(AttributeError):
        ViewSettings().zoom = 2.0  # type: ignore[misc]
