"""The shipped segmenter: measured on folds of patients, refused where it is not good enough, opened by the program."""

import numpy as np
import pytest

from cxrviewer.inference.lung_segmenter import FoldDice, LungSegmenter, SegmentationQuality
from tests.training.lungs.conftest import drawn_films
from training.__main__ import main
from training.errors import DataError, RunError
from training.lungs.cross_validation import cross_validate, folds_of, quality_of
from training.lungs.films import MISPLACED, MaskedFilm
from training.lungs.fitting import Fitting
from training.lungs.network import build_unet
from training.lungs.segmenter import lung_map
from training.lungs.shipping import write_bundle

GOOD = SegmentationQuality(
    method="made up", films=4, dice=0.95, dice_of_all=0.95, worst=0.9, misplaced_masks=(),
    folds=(FoldDice(films=2, patients=1, dice=0.95),) * 2, source="drawn",
)  # fmt: skip


def test_folds_share_no_patient_and_are_a_function_of_the_seed():
    films = drawn_films(20)

    folds = folds_of(films, 4, seed=1)

    assert set(folds) == {film.patient for film in films}
    assert sorted(list(folds.values()).count(fold) for fold in range(4)) == [2, 2, 3, 3]
    assert folds == folds_of(films[::-1], 4, seed=1)
    assert folds != folds_of(films, 4, seed=2)


@pytest.mark.parametrize("number", [0, 1, 11])
def test_a_number_of_folds_without_patients_is_refused(number):
    with pytest.raises(DataError, match="2 to 10 folds"):
        folds_of(drawn_films(20), number, 0)


def test_films_with_a_misplaced_mask_are_counted_apart():
    films = drawn_films(4)
    wrong = next(iter(MISPLACED))
    films[0] = MaskedFilm(wrong, films[0].patient, films[0].film, films[0].mask)
    maps = {film.image: film.mask for film in films} | {wrong: 1 - films[0].mask}

    quality = quality_of(films, maps, folds_of(films, 2, 0), 2)

    assert (quality.films, quality.dice, quality.worst) == (3, 1.0, 1.0)
    assert quality.dice_of_all == 0.75
    assert quality.misplaced_masks == (wrong,)
    assert sorted(fold.films for fold in quality.folds) == [1, 2]


def test_every_film_is_measured_by_a_network_that_has_not_seen_its_patient(monkeypatch):
    films, fitted = drawn_films(12), []

    def fit_network(chosen, settings):
        fitted.append({film.patient for film in chosen})
        return build_unet()

    monkeypatch.setattr("training.lungs.fitting.fit_network", fit_network)

    quality = cross_validate(films, Fitting(), 2)

    patients = {film.patient for film in films}
    assert [fold.patients for fold in quality.folds] == [3, 3]
    assert [len(seen) for seen in fitted] == [3, 3]
    assert fitted[0] | fitted[1] == patients
    assert quality.films == 12


def test_a_bundle_runs_as_the_network_does(tmp_path):
    network = build_unet()

    written = write_bundle(network, GOOD, Fitting(steps=2), tmp_path / "lungs")

    segmenter = LungSegmenter(tmp_path / "lungs")
    assert segmenter.metadata == written
    film = drawn_films(1)[0].film
    assert np.allclose(segmenter.lung_map(film[..., np.newaxis]), lung_map(film[np.newaxis], network)[0], atol=1e-4)


def test_a_segmenter_that_is_not_good_enough_is_not_written(tmp_path):
    with pytest.raises(RunError, match=r"at least 0\.94"):
        write_bundle(build_unet(), GOOD.model_copy(update={"dice": 0.93}), Fitting(), tmp_path / "lungs")

    assert not (tmp_path / "lungs").exists()


def test_a_folder_of_another_bundle_is_left_alone(masked_manifest, tmp_path, capsys):
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "model.keras").write_bytes(b"a classifier")

    assert main(["lungs", "--data", str(masked_manifest), "--bundle", str(tmp_path / "bundle")]) == 1

    assert "holds other files" in capsys.readouterr().err
