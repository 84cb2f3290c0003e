"""The segmenter: trained small, stored, verified, and as good on patients held out as it says."""

import json
import shutil

import numpy as np
import pytest

from tests.training.lungs.conftest import drawn_films
from training.__main__ import main
from training.errors import WeightsError
from training.lungs import held_out_patients, lung_map, lung_mask
from training.lungs.films import MISPLACED, apart, held_out, read_masked_films
from training.lungs.fitting import Fitting, fit_network, overlap
from training.lungs.segmenter import (
    FOLDER,
    RECORD_FILE,
    WEIGHTS_FILE,
    load_network,
    measure,
    read_record,
)

MARGIN = 0.01  # frameworks and processors add in another order


@pytest.fixture
def stored(tmp_path):
    """A copy of the shipped segmenter."""
    return shutil.copytree(FOLDER, tmp_path / "segmenter")


def test_a_two_step_training_is_stored_and_read_back(masked_manifest, tmp_path):
    out = tmp_path / "segmenter"

    assert main(["lungs", "--data", str(masked_manifest), "--out", str(out), "--seed", "5", "--steps", "2"]) == 0

    record = read_record(out)
    films = read_masked_films(masked_manifest)
    assert set(record.held_out_patients) == held_out([film.patient for film in films], 5)
    assert (record.seed, record.steps, record.fitted_films) == (5, 2, len(apart(films, 5)[0]))
    again = measure(load_network(out), apart(films, 5)[1])
    assert [film.image for film in again] == [film.image for film in record.films]
    assert [film.dice for film in again] == pytest.approx([film.dice for film in record.films], abs=1e-3)
    assert sorted(path.name for path in out.iterdir()) == [RECORD_FILE, WEIGHTS_FILE]


def test_fitting_learns_drawn_lungs(compiled_steps):
    films = drawn_films(10)

    network = fit_network(films, Fitting(steps=60, batch_size=4, average_decay=0.8))

    assert np.mean([film.dice for film in measure(network, films)]) > 0.7


def test_data_that_cannot_be_read_writes_nothing(masked_manifest, tmp_path, capsys):
    (masked_manifest.parent / "images" / "f0.jpg").write_bytes(b"no film")

    assert main(["lungs", "--data", str(masked_manifest), "--out", str(tmp_path / "out"), "--steps", "2"]) == 1

    assert "f0.jpg" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_of_other_files_is_left_alone(masked_manifest, tmp_path, capsys):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "network.keras").write_bytes(b"a run")

    assert main(["lungs", "--data", str(masked_manifest), "--out", str(tmp_path / "run")]) == 1

    assert "holds other files" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["network.keras"]


def test_no_steps_are_refused(masked_manifest, tmp_path, capsys):
    assert main(["lungs", "--data", str(masked_manifest), "--out", str(tmp_path / "out"), "--steps", "0"]) == 1

    assert "at least 1 step" in capsys.readouterr().err


@pytest.mark.parametrize("size", [(224, 224), (56, 56), (100, 150), (112, 112)])
def test_maps_have_the_films_size(size):
    rng = np.random.default_rng(0)
    films = rng.random((3, *size), dtype=np.float32)

    maps = lung_map(films)

    assert maps.shape == films.shape
    assert maps.dtype == np.float32
    assert maps.min() >= 0.0
    assert maps.max() <= 1.0


def test_a_film_s_map_does_not_depend_on_its_batch():
    films = np.stack([film.film for film in drawn_films(35)])

    maps = lung_map(films)

    assert np.allclose(maps[33], lung_map(films[33:34])[0], atol=1e-4)


def test_no_films_give_no_maps():
    assert lung_map(np.zeros((0, 64, 64), np.float32)).shape == (0, 64, 64)


@pytest.mark.parametrize("films", [np.zeros((64, 64), np.float32), np.zeros((1, 64, 64), np.uint8)])
def test_films_of_another_shape_or_type_are_refused(films):
    with pytest.raises(ValueError, match="expected films"):
        lung_map(films)


def test_a_changed_byte_is_refused(stored):
    weights = stored / WEIGHTS_FILE
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)

    with pytest.raises(WeightsError, match="expected SHA-256"):
        load_network(stored)


def test_weights_of_another_network_are_refused(stored):
    from training.lungs.network import build_unet
    from training.lungs.segmenter import sha256_of

    build_unet((4, 8)).save_weights(stored / WEIGHTS_FILE)
    record = json.loads((stored / RECORD_FILE).read_text())
    record["weights_sha256"] = sha256_of(stored / WEIGHTS_FILE)
    (stored / RECORD_FILE).write_text(json.dumps(record))

    with pytest.raises(WeightsError, match="no weights of this network"):
        load_network(stored)


@pytest.mark.parametrize("name", [WEIGHTS_FILE, RECORD_FILE])
def test_a_missing_file_is_named(stored, name):
    (stored / name).unlink()

    with pytest.raises(WeightsError, match=name):
        load_network(stored)


def test_the_shipped_segmenter_is_small_and_says_whom_it_has_not_seen():
    record = read_record()

    assert (FOLDER / WEIGHTS_FILE).stat().st_size <= 1_100_000
    assert held_out_patients() == frozenset(record.held_out_patients)
    assert record.fitted_patients > len(record.held_out_patients) > 0


@pytest.mark.real_data
def test_the_shipped_segmenter_finds_the_lungs_of_patients_held_out(real_masked_films):
    films = read_masked_films(real_masked_films)
    record = read_record()
    _, kept_back = apart(films, record.seed)
    assert {film.patient for film in kept_back} == held_out_patients()
    kept_back = [film for film in kept_back if film.image not in MISPLACED]

    maps = lung_map(np.stack([film.film for film in kept_back]))

    figures = [overlap(plane, film.mask) for plane, film in zip(maps, kept_back, strict=True)]
    dice, iou = np.mean(figures, axis=0)
    assert dice > record.dice - MARGIN
    assert iou > record.iou - MARGIN
    cleaned = [lung_mask(plane) for plane in maps]
    assert sum(mask is not None for mask in cleaned) >= len(cleaned) - 1
    both = [overlap(mask, film.mask)[0] for mask, film in zip(cleaned, kept_back, strict=True) if mask is not None]
    assert np.mean(both) > record.dice - 2 * MARGIN
