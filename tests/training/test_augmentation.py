"""Every variation keeps films films, is repeatable, does something, and does nothing at probability 0."""

from dataclasses import fields, replace

import numpy as np
import pytest

from tests.films import film
from training.augmentation import Augmentation, augment

VARIATIONS = (
    "flip",
    "warp",
    "match_histogram",
    "match_spectrum",
    "local_equalisation",
    "equalisation",
    "gamma",
    "contrast",
    "blur",
    "low_resolution",
    "sharpen",
    "noise",
    "jpeg",
    "marks",
    "frame",
    "erase",
)
NONE = replace(Augmentation(), **dict.fromkeys(VARIATIONS, 0.0))


def _film(seed: int, size: int = 96) -> np.ndarray:
    return (film(size, seed).astype(np.float32) / np.float32(255)).astype(np.float32)


def _augment(settings: Augmentation, seed: int) -> np.ndarray:
    return augment(_film(1), lambda: 0.3 + 0.5 * _film(2), settings, np.random.default_rng(seed))


def test_the_list_above_has_every_probability() -> None:
    probabilities = {field.name for field in fields(Augmentation) if isinstance(getattr(NONE, field.name), float)}
    assert probabilities == set(VARIATIONS)
    # Applied to every film, a variation made clean films look like another finding.
    assert all(0 < getattr(Augmentation(), name) < 1 for name in VARIATIONS)


def test_nothing_happens_at_probability_0() -> None:
    def no_donor() -> np.ndarray:
        raise AssertionError("a donor was loaded, though no variation needs it")

    np.testing.assert_array_equal(augment(_film(1), no_donor, NONE, np.random.default_rng(0)), _film(1))


@pytest.mark.parametrize("name", VARIATIONS)
def test_each_variation_alone(name) -> None:
    settings = replace(NONE, **{name: 1.0})
    original, changed = _film(1), 0
    for seed in range(20):
        varied = _augment(settings, seed)
        assert varied.shape == original.shape
        assert varied.dtype == np.float32
        assert np.isfinite(varied).all()
        assert varied.min() >= 0.0
        assert varied.max() <= 1.0
        changed += not np.array_equal(varied, original)
        np.testing.assert_array_equal(varied, _augment(settings, seed))
    np.testing.assert_array_equal(original, _film(1))
    # A frame may draw none of the four sides.
    assert changed >= (18 if name == "frame" else 20)


def test_all_variations_together_on_many_seeds_and_sizes() -> None:
    always = replace(Augmentation(), **dict.fromkeys(VARIATIONS, 1.0))
    for seed in range(100):
        size = (64, 96, 224)[seed % 3]
        varied = augment(_film(1, size), lambda size=size: _film(2, size), always, np.random.default_rng(seed))
        assert varied.shape == (size, size)
        assert np.isfinite(varied).all()
        assert varied.min() >= 0.0
        assert varied.max() <= 1.0


def test_a_matched_histogram_is_nearer_to_the_donors() -> None:
    donor = 0.3 + 0.5 * _film(2)
    varied = _augment(replace(NONE, match_histogram=1.0), 0)
    quantiles = np.linspace(0.05, 0.95, 19)
    before = np.abs(np.quantile(_film(1), quantiles) - np.quantile(donor, quantiles)).mean()
    after = np.abs(np.quantile(varied, quantiles) - np.quantile(donor, quantiles)).mean()
    assert after < 0.7 * before


def test_a_film_of_one_grey_survives() -> None:
    always = replace(Augmentation(), **dict.fromkeys(VARIATIONS, 1.0))
    for grey in (0.0, 0.5, 1.0):
        plain = np.full((64, 64), grey, np.float32)
        varied = augment(plain, plain.copy, always, np.random.default_rng(3))
        assert np.isfinite(varied).all()
