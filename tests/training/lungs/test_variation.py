"""Variations of a film and its mask: the mask goes along, and the same state gives the same film."""

from dataclasses import replace

import numpy as np
import pytest

from tests.training.lungs.conftest import drawn_films
from training.augmentation import Augmentation
from training.lungs.variation import Variation, vary_masked

UNVARIED = Augmentation(**dict.fromkeys(("flip", "warp", "match_histogram", "match_spectrum"), 0.0))
GREYS_AS_THEY_ARE = replace(
    UNVARIED,
    **dict.fromkeys(
        ("local_equalisation", "equalisation", "gamma", "contrast", "blur", "low_resolution", "sharpen"), 0.0
    ),
    **dict.fromkeys(("noise", "jpeg", "marks", "frame", "erase"), 0.0),
)


def test_the_mask_goes_along_with_the_film():
    settings = Variation(opacity=0.0, turn=0.3, grey_values=GREYS_AS_THEY_ARE)
    moved = 0
    for number, drawn in enumerate(drawn_films(20)):
        rng = np.random.default_rng(number)
        film, mask = vary_masked(drawn.film, drawn.mask, drawn.film, settings, rng)
        lung, outside = mask > 0.9, (mask < 0.1) & (film > 0.55)
        assert film[lung].mean() == pytest.approx(60 / 255, abs=0.04)  # the drawn lungs' grey
        assert not (lung & outside).any()
        moved += not np.array_equal(mask, drawn.mask)
    assert moved == 20


def test_the_same_state_gives_the_same_variation():
    drawn, other = drawn_films(2)
    first, again, another = (
        vary_masked(drawn.film, drawn.mask, other.film, Variation(), np.random.default_rng(seed)) for seed in (4, 4, 5)
    )

    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])
    assert not np.array_equal(first[0], another[0])


def test_values_stay_in_their_range():
    drawn, other = drawn_films(2)
    for seed in range(40):
        rng = np.random.default_rng(seed)
        for plane in vary_masked(drawn.film, drawn.mask, other.film, Variation(), rng):
            assert plane.dtype == np.float32
            assert plane.shape == drawn.film.shape
            assert plane.min() >= 0.0
            assert plane.max() <= 1.0


def test_an_opacity_whitens_the_lungs_and_leaves_the_mask():
    drawn = drawn_films(1)[0]
    settings = Variation(flip=0.0, turn=0.0, warp=0.0, opacity=1.0, whiteness=(1.0, 1.0), grey_values=GREYS_AS_THEY_ARE)

    film, mask = vary_masked(drawn.film, drawn.mask, drawn.film, settings, np.random.default_rng(0))

    assert np.array_equal(mask, drawn.mask)
    assert film[drawn.mask > 0.5].mean() > drawn.film[drawn.mask > 0.5].mean() + 0.05
