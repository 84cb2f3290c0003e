"""Films with masks: read as the program reads them, split by patient, and refused by name."""

import cv2
import numpy as np
import pytest

from tests.training.lungs.conftest import drawn_films
from training.errors import DataError
from training.lungs.films import SIZE, apart, held_out, laid_on_film, read_masked_films


def test_masks_lie_on_the_centred_square_that_films_are_cut_to(masked_manifest):
    films = read_masked_films(masked_manifest)

    assert [film.image for film in films] == [f"f{index}" for index in range(10)]
    for film in films:
        assert film.film.shape == film.mask.shape == (SIZE, SIZE)
        assert film.film.dtype == film.mask.dtype == np.float32
        assert film.film.min() >= 0
        assert film.film.max() <= 1
        lung = film.mask > 0.5
        assert film.film[lung].mean() < film.film[~lung].mean() - 0.3  # the drawn lungs are dark, where the mask says


def test_a_missing_mask_is_named(masked_manifest):
    (masked_manifest.parent / "masks" / "f3.png").unlink()

    with pytest.raises(DataError, match=r"row 5.*f3\.png"):
        read_masked_films(masked_manifest)


def test_a_mask_without_lung_is_named(masked_manifest):
    cv2.imwrite(str(masked_manifest.parent / "masks" / "f2.png"), np.zeros((150, 120), np.uint8))

    with pytest.raises(DataError, match=r"row 4.*expected lung"):
        read_masked_films(masked_manifest)


@pytest.mark.parametrize(
    ("content", "message"),
    [("image\nf0\n", "missing: .*patient"), ("image,patient\n", "at least one film")],
)
def test_a_wrong_manifest_is_named(masked_manifest, content, message):
    masked_manifest.write_text(content)

    with pytest.raises(DataError, match=message):
        read_masked_films(masked_manifest)


def test_a_missing_manifest_is_named(tmp_path):
    with pytest.raises(DataError, match=r"expected a manifest at .*manifest\.csv"):
        read_masked_films(tmp_path / "manifest.csv")


def test_no_patient_is_on_both_sides():
    films = drawn_films(20)

    fitted, kept_back = apart(films, seed=3)

    assert not {film.patient for film in fitted} & {film.patient for film in kept_back}
    assert len({film.patient for film in kept_back}) == 4  # 40 % of 10 patients
    assert len(fitted) + len(kept_back) == 20


def test_who_is_held_out_depends_on_the_seed_alone():
    patients = [f"p{number}" for number in range(30)]

    assert held_out(patients, 1) == held_out(patients[::-1] + patients, 1)
    assert held_out(patients, 1) != held_out(patients, 2)


def test_one_patient_cannot_be_split():
    with pytest.raises(DataError, match="at least 2 patients"):
        held_out(["only"], 0)


@pytest.mark.parametrize("shape", [(100, 160), (160, 100), (100, 100)])
def test_a_mask_of_the_centred_square_is_laid_back_on_its_film(shape):
    side = min(shape)
    square = np.zeros((side, side), np.uint8)
    cv2.ellipse(square, (30, 50), (20, 40), 0, 0, 360, 1, -1)
    stretched = cv2.resize(square, shape[::-1], interpolation=cv2.INTER_NEAREST) > 0

    laid = laid_on_film(stretched)

    top, left = (shape[0] - side) // 2, (shape[1] - side) // 2
    inside = laid[top : top + side, left : left + side]
    assert laid.sum() == inside.sum()
    assert 2 * (inside & (square > 0)).sum() / (inside.sum() + square.sum()) > 0.98
