"""Every variation keeps films films, is repeatable, does something, and does nothing at probability 0."""

from dataclasses import fields, replace

import numpy as np
import pytest

from tests.films import film
from training.augmentation import Augmentation, MappedFilm, augment, augment_mapped

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
NEEDS_LUNGS = ("background",)
NONE = replace(Augmentation(), **dict.fromkeys(VARIATIONS, 0.0))


def _film(seed: int, size: int = 96) -> np.ndarray:
    return (film(size, seed).astype(np.float32) / np.float32(255)).astype(np.float32)


def _augment(settings: Augmentation, seed: int) -> np.ndarray:
    return augment(_film(1), lambda: 0.3 + 0.5 * _film(2), settings, np.random.default_rng(seed))


def test_the_list_above_has_every_probability() -> None:
    probabilities = {field.name for field in fields(Augmentation) if isinstance(getattr(NONE, field.name), float)}
    assert probabilities == {*VARIATIONS, *NEEDS_LUNGS}
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


def _lungs(size: int = 96) -> np.ndarray:
    """Two upright rectangles."""
    lungs = np.zeros((size, size), np.float32)
    lungs[size // 4 : 3 * size // 4, size // 6 : 2 * size // 5] = 1.0
    lungs[size // 4 : 3 * size // 4, 3 * size // 5 : 5 * size // 6] = 1.0
    return lungs


def test_lungs_in_another_body() -> None:
    settings = replace(NONE, background=1.0)
    film, other = np.full((96, 96), 0.8, np.float32), np.full((96, 96), 0.1, np.float32)
    varied = augment_mapped(MappedFilm(film, _lungs()), lambda: other, settings, np.random.default_rng(0))
    assert varied.lungs is not None
    np.testing.assert_array_equal(varied.lungs, _lungs())
    inside = _lungs() > 0.5
    assert varied.film[inside].mean() > 0.75
    np.testing.assert_allclose(varied.film[:8], 0.1, atol=1e-3)
    np.testing.assert_allclose(varied.film[-8:], 0.1, atol=1e-3)


def test_unknown_lungs_stay_in_their_body() -> None:
    def no_donor() -> np.ndarray:
        raise AssertionError("a donor was loaded for a film whose lungs are not known")

    settings = replace(NONE, background=1.0)
    varied = augment_mapped(MappedFilm(_film(1)), no_donor, settings, np.random.default_rng(0))
    np.testing.assert_array_equal(varied.film, _film(1))
    assert varied.lungs is None


@pytest.mark.parametrize("name", ["flip", "warp"])
def test_the_lung_map_moves_with_the_film(name) -> None:
    settings = replace(NONE, **{name: 1.0})
    # A film that is its own lung map shows whether both move alike; what a warp fills in beyond the border is no lung.
    for seed in range(20):
        lungs = _lungs()
        varied = augment_mapped(
            MappedFilm(lungs, lungs), lambda lungs=lungs: lungs, settings, np.random.default_rng(seed)
        )
        assert varied.lungs is not None
        inner = varied.lungs > 0.99
        assert inner.mean() > 0.1
        np.testing.assert_allclose(varied.film[inner], varied.lungs[inner], atol=1e-5)
        assert (varied.film + 1e-5 >= varied.lungs).all()
        without = augment(lungs, lambda lungs=lungs: lungs, settings, np.random.default_rng(seed))
        np.testing.assert_array_equal(without, varied.film)
