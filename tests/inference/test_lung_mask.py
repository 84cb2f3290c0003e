"""From maps to masks: two clean lungs, or none where the map cannot be right."""

import cv2
import numpy as np
import pytest

from cxrviewer.inference.lung_mask import lung_mask


def ellipses(*places, size=100):
    """Draw (x, y, horizontal, vertical half axis) at 0.95 on 0.02."""
    plane = np.full((size, size), 0.02, np.float32)
    for x, y, across, along in places:
        cv2.ellipse(plane, (x, y), (across, along), 0, 0, 360, 0.95, -1)
    return plane


LEFT, RIGHT = (28, 50, 14, 32), (72, 50, 14, 32)


def test_two_lungs_stay_as_they_are():
    plane = ellipses(LEFT, RIGHT)

    mask = lung_mask(plane)

    assert mask.dtype == np.bool_
    assert mask.shape == plane.shape
    found, lung = mask.sum(), (plane > 0.5).sum()
    assert 2 * (mask & (plane > 0.5)).sum() / (found + lung) > 0.98


def test_stray_patches_go_and_holes_and_dents_are_filled():
    plane = ellipses(LEFT, RIGHT, (50, 8, 4, 3), (50, 95, 3, 3))
    plane[45:52, 22:30] = 0.0  # a hole
    plane[48:53, 55:64] = 0.0  # a dent in the border

    mask = lung_mask(plane)

    clean = ellipses(LEFT, RIGHT) > 0.5
    assert not mask[:12].any()
    assert not mask[91:].any()
    assert mask[45:52, 22:30].all()
    assert (mask & clean).sum() > 0.99 * clean.sum()


def test_the_gap_between_the_lungs_is_kept_open():
    mask = lung_mask(ellipses((36, 50, 13, 32), (64, 50, 13, 32)))

    assert not mask[:, 50].any()


@pytest.mark.parametrize(
    ("plane", "why"),
    [
        (np.full((100, 100), 0.1, np.float32), "no lung"),
        (ellipses((30, 50, 8, 12), (70, 50, 8, 12)), "6 % of the film"),
        (np.full((100, 100), 0.9, np.float32), "all of the film"),
        (np.where(ellipses(LEFT, RIGHT) > 0.5, 0.6, 0.1).astype(np.float32), "two lungs in doubt"),
        (ellipses((20, 50, 18, 40)), "one lung, far to the left"),
        (ellipses((20, 50, 18, 40), (80, 50, 3, 3)), "one lung and a stray patch"),
    ],
)
def test_an_implausible_map_gives_no_mask(plane, why):
    assert lung_mask(plane) is None, why


def test_one_component_in_the_middle_is_plausible():
    assert lung_mask(ellipses((50, 50, 30, 35))) is not None
