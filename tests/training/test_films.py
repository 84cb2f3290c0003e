"""Films are read once, exactly, and the one that cannot be read is named."""

from pathlib import Path

import numpy as np
import pytest

from cxrviewer.domain import InputSpec
from tests.films import film, write_dicom, write_png
from training.data import Sample, load_film
from training.errors import DataError
from training.films import FilmStore, check_films

SPEC = InputSpec(height=64, width=64, channels=3, fit="stretch", interpolation="area", low=-1.0, high=1.0)


def _sample(path: Path, split: str = "train") -> Sample:
    return Sample(path, "NORMAL", split, path.name, source="", subtype="", age_group="", licence="", row=0)


def test_eight_bit_films_of_the_inputs_size_stay_exact(tmp_path) -> None:
    path = write_png(tmp_path / "film.png", size=64, seed=3)
    store = FilmStore()
    np.testing.assert_array_equal(store(path, SPEC), load_film(path, SPEC))
    np.testing.assert_array_equal(store(path, SPEC), film(64, 3) / np.float32(255))


def test_kept_films_are_not_read_again_and_memory_has_a_limit(tmp_path) -> None:
    paths = [write_dicom(tmp_path / f"{number}.dcm", size=100, seed=number) for number in range(3)]
    store = FilmStore(limit_bytes=2 * 64 * 64 * 2)
    first = [store(path, SPEC) for path in paths]
    for path in paths[:2]:
        path.unlink()
    for path, before in zip(paths, first, strict=True):  # the third is not kept, and reads alike
        np.testing.assert_array_equal(store(path, SPEC), before)
        assert np.abs(before - np.rint(before * 65535) / 65535).max() < 1e-6
    paths[2].unlink()
    with pytest.raises(DataError, match=r"2\.dcm"):
        store(paths[2], SPEC)


def test_every_film_is_checked_and_the_training_mean_measured(tmp_path) -> None:
    training = [_sample(write_png(tmp_path / f"{number}.png", size=64, seed=number)) for number in range(3)]
    validation = _sample(write_png(tmp_path / "val.png", size=64, seed=9), "val")
    expected = np.mean([film(64, number).mean() / 255 for number in range(3)])
    assert check_films([*training, validation], SPEC, FilmStore()) == pytest.approx(expected, rel=1e-5)
    validation.path.write_bytes(validation.path.read_bytes()[:200])
    with pytest.raises(DataError, match=r"val\.png: expected a film that the program reads"):
        check_films([*training, validation], SPEC, FilmStore())
