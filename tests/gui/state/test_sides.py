"""The letters at the edges follow what is done to a radiograph."""

import pytest

from cxrviewer.domain import Orientation
from cxrviewer.gui.state.sides import Sides, shown_sides
from cxrviewer.gui.state.view import ViewSettings, flipped, turned

FRONTAL = Orientation("L", "F")  # the patient's left is at the right of the film


def sides(view: ViewSettings) -> Sides:
    return shown_sides(FRONTAL, view.quarter_turns, view.flipped)


def test_a_frontal_film_as_stored() -> None:
    assert sides(ViewSettings()) == Sides(left="R", top="H", right="L", bottom="F")


@pytest.mark.parametrize(
    ("turns", "expected"),
    [(1, Sides("F", "R", "H", "L")), (2, Sides("L", "F", "R", "H")), (3, Sides("H", "L", "F", "R"))],
)
def test_a_clockwise_turn_brings_the_left_edge_to_the_top(turns: int, expected: Sides) -> None:
    assert sides(turned(ViewSettings(), turns)) == expected


def test_a_flip_exchanges_left_and_right_of_what_is_on_the_screen() -> None:
    assert sides(flipped(ViewSettings())) == Sides("L", "H", "R", "F")
    before = sides(turned(ViewSettings()))
    after = sides(flipped(turned(ViewSettings())))
    assert (after.left, after.right, after.top) == (before.right, before.left, before.top)


def test_an_oblique_film_keeps_the_order_of_its_letters() -> None:
    assert shown_sides(Orientation("LA", "FP"), 0, False) == Sides("RP", "HA", "LA", "FP")
