"""A film that lies wrongly is put right, and what was found on it comes back to the film as stored."""

from typing import get_args

import numpy as np
import pytest

from cxrviewer.domain import Appearance, Heatmap, InputSpec, LungEvidence, PixelSpacing
from cxrviewer.imaging.fitting import fit, heatmap_on_radiograph
from cxrviewer.imaging.orientation import (
    heatmap_as_stored,
    lungs_as_stored,
    put_right,
    put_wrong,
    spacing_put_right,
)

APPEARANCES = get_args(Appearance)
UPRIGHT = np.array([[0.0, 0.1, 0.2], [0.3, 0.4, 0.5]], np.float32)


@pytest.mark.parametrize("appearance", APPEARANCES)
def test_putting_right_undoes_putting_wrong(appearance: Appearance) -> None:
    wrong = put_wrong(UPRIGHT, appearance)
    assert wrong.dtype == np.float32
    assert (appearance == "upright") == (wrong.shape == UPRIGHT.shape and bool((wrong == UPRIGHT).all()))
    np.testing.assert_allclose(put_right(wrong, appearance), UPRIGHT, atol=1e-7)


def test_each_appearance_is_what_its_name_says() -> None:
    assert put_wrong(UPRIGHT, "inverted")[0, 0] == 1
    assert put_wrong(UPRIGHT, "upside down")[-1, -1] == UPRIGHT[0, 0]
    assert put_wrong(UPRIGHT, "mirrored")[0, -1] == UPRIGHT[0, 0]
    # Turned to the left, what was at the upper left is at the lower left.
    assert put_wrong(UPRIGHT, "rotated left")[-1, 0] == UPRIGHT[0, 0]
    assert put_wrong(UPRIGHT, "rotated right")[0, -1] == UPRIGHT[0, 0]


@pytest.mark.parametrize("appearance", APPEARANCES)
@pytest.mark.parametrize("way", ["stretch", "letterbox", "centre-crop"])
def test_a_heatmap_lies_on_the_film_as_stored_where_it_lay_on_the_film_put_right(
    appearance: Appearance, way: str
) -> None:
    stored = np.random.default_rng(0).random((61, 40), np.float32)
    spec = InputSpec(32, 48, 1, way, "area", 0.0, 1.0)  # type: ignore[arg-type]
    righted = put_right(stored, appearance)
    _, placement = fit(righted, spec)
    heatmap = Heatmap("NORMAL", np.random.default_rng(1).random((5, 7), np.float32), placement)
    expected = heatmap_on_radiograph(heatmap)
    if appearance != "inverted":  # exchanges black and white, and moves nothing
        expected = put_wrong(expected, appearance)
    got = heatmap_on_radiograph(heatmap_as_stored(heatmap, appearance))
    assert got.shape == stored.shape
    np.testing.assert_allclose(got, expected, atol=1e-5)


def test_lungs_and_spacing_turn_with_the_film() -> None:
    _, placement = fit(UPRIGHT, InputSpec(32, 32, 1, "stretch", "area", 0.0, 1.0))
    mask = np.zeros((8, 8), np.bool_)
    mask[0, 0] = True
    lungs = lungs_as_stored(LungEvidence(mask, placement, 1 / 64, 2.0, (None,)), "rotated left")
    assert np.argwhere(lungs.mask).tolist() == [[7, 0]]
    assert (lungs.placement.radiograph_height, lungs.placement.radiograph_width) == (3, 2)
    spacing = PixelSpacing(0.1, 0.2, "PixelSpacing")
    assert spacing_put_right(spacing, "rotated right") == PixelSpacing(0.2, 0.1, "PixelSpacing")
    assert spacing_put_right(spacing, "upside down") == spacing
    assert spacing_put_right(None, "rotated left") is None
