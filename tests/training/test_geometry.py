"""The articles' variations: one affine map about the centre, as the generator composed it, and nothing at 0."""

from dataclasses import replace

import numpy as np
import pytest

from training.geometry import Geometry, affine_map, vary

STRONG = Geometry(rotation=40.0, width_shift=0.3, height_shift=0.4, shear=0.2, zoom=0.4, flip=True)


def _film(height: int = 40, width: int = 56) -> np.ndarray:
    return np.random.default_rng(0).uniform(0, 1, (height, width)).astype(np.float32)


def _rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_without_strength_a_film_stays_as_it_is() -> None:
    np.testing.assert_allclose(vary(_film(), Geometry(), _rng()), _film(), atol=1e-6)


def test_the_same_generator_gives_the_same_film_and_stays_in_range() -> None:
    film = _film()
    once, again = vary(film, STRONG, _rng(5)), vary(film, STRONG, _rng(5))
    np.testing.assert_array_equal(once, again)
    assert once.shape == film.shape
    assert once.dtype == np.float32
    assert film.min() <= once.min()
    assert once.max() <= film.max()
    assert not np.array_equal(once, vary(film, STRONG, _rng(6)))


def test_flipping_mirrors_every_other_film() -> None:
    film = _film()
    flipped = [np.allclose(vary(film, Geometry(flip=True), _rng(seed)), film[:, ::-1], atol=1e-5) for seed in range(60)]
    kept = [np.allclose(vary(film, Geometry(flip=True), _rng(seed)), film, atol=1e-5) for seed in range(60)]
    assert all(a != b for a, b in zip(flipped, kept, strict=True))
    assert 15 < sum(flipped) < 45


def test_the_map_is_the_generators_composition() -> None:
    """In homogeneous (row, column): centre, rotation, shift, shear, zoom, centre back."""
    turn, shear, (rows, columns), (zoom_rows, zoom_columns) = 0.3, 0.1, (2.0, -3.0), (0.8, 1.2)
    height, width = 40, 56

    def translation(r: float, c: float) -> np.ndarray:
        return np.array([[1, 0, r], [0, 1, c], [0, 0, 1]], np.float64)

    rotation = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    slant = np.array([[1, -np.sin(shear), 0], [0, np.cos(shear), 0], [0, 0, 1]])
    zoom = np.diag([zoom_rows, zoom_columns, 1.0])
    centre = ((height - 1) / 2, (width - 1) / 2)
    whole = (
        translation(*centre)
        @ rotation
        @ translation(rows, columns)
        @ slant
        @ zoom
        @ translation(-centre[0], -centre[1])
    )
    found = affine_map(turn, shear, (rows, columns), (zoom_rows, zoom_columns), (height, width))
    for row, column in ((0, 0), (39, 0), (7, 50)):
        expected = whole @ (row, column, 1)
        np.testing.assert_allclose(found @ (column, row, 1), expected[[1, 0]], atol=1e-9)


@pytest.mark.parametrize("name", ["rotation", "width_shift", "height_shift", "shear", "zoom"])
def test_each_setting_moves_the_film_and_repeats_its_border(name) -> None:
    strength = {"rotation": 20.0, "shear": 20.0}.get(name, 0.3)
    film = np.full((40, 40), 0.25, np.float32)
    film[10:30, 10:30] = 0.75
    varied = vary(film, replace(Geometry(), **{name: strength}), _rng(1))
    assert not np.allclose(varied, film, atol=0.01)
    assert varied.min() >= 0.25  # nothing is filled with black


def test_borders_repeat_or_reflect() -> None:
    ramp = np.repeat(np.linspace(0, 1, 41, dtype=np.float32)[np.newaxis], 41, axis=0)
    zoomed_out = [vary(ramp, Geometry(zoom=0.9, border=border), _rng(0)) for border in ("repeated", "reflected")]
    centre = 20
    assert [film[centre, centre] for film in zoomed_out] == pytest.approx([0.5, 0.5], abs=0.02)
    columns = [film[centre] for film in zoomed_out]
    beyond = np.flatnonzero(columns[0] <= 0.0)
    assert beyond.size > 1
    assert columns[1][beyond[0]] > columns[1][beyond[-1]] >= 0.0
