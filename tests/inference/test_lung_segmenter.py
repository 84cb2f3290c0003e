"""The shipped lung segmenter: verified before it runs, right on real films, and silent where it cannot be."""

import json
import shutil

import cv2
import numpy as np
import pytest

from cxrviewer.errors import BundleHashError, BundleMetadataError, BundleNetworkError, BundleNotFoundError
from cxrviewer.imaging.display import default_rendering
from cxrviewer.imaging.fitting import fit
from cxrviewer.inference.bundle import METADATA_FILE, available_bundles, find_bundle, sha256_of
from cxrviewer.inference.lung_segmenter import SEGMENTER_FOLDER, LungSegmenter, load_segmenter_metadata
from cxrviewer.reading import read_radiograph
from cxrviewer.resources import models_folder
from tests.conftest import SHARED_DATA


@pytest.fixture(scope="module")
def segmenter() -> LungSegmenter:
    return LungSegmenter()


@pytest.fixture
def copied(tmp_path):
    return shutil.copytree(models_folder() / SEGMENTER_FOLDER, tmp_path / SEGMENTER_FOLDER)


def changed(folder, **values):
    path = folder / METADATA_FILE
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | values), "utf-8")


def test_it_says_how_good_it_is_and_is_small_enough() -> None:
    folder = models_folder() / SEGMENTER_FOLDER
    metadata = load_segmenter_metadata(folder)
    quality = metadata.quality

    assert quality.dice >= 0.94
    assert sum(fold.films for fold in quality.folds) == quality.films
    weighted = sum(fold.films * fold.dice for fold in quality.folds) / quality.films
    assert quality.dice == pytest.approx(weighted, abs=1e-3)
    assert sha256_of(folder / metadata.litert.file) == metadata.litert.sha256
    assert (folder / metadata.litert.file).stat().st_size <= 5_000_000
    assert f"{quality.dice:.4f}" in (folder / "MODEL_CARD.md").read_text("utf-8")


def test_it_is_no_classifier() -> None:
    assert SEGMENTER_FOLDER not in [folder.name for folder in available_bundles()]
    with pytest.raises(BundleMetadataError, match="classifier"):
        find_bundle(SEGMENTER_FOLDER)


def test_lungs_are_found_on_real_films_where_their_masks_are(segmenter) -> None:
    folder = SHARED_DATA / "lungs"
    if not folder.is_dir():
        pytest.skip(f"needs the radiographs with lung masks in {folder}, which are not on this machine")
    for image in ("3b46de94", "527321ee", "a361d7b7", "c0f74558", "441c9cdd", "61bc50d1"):
        display = default_rendering(read_radiograph(folder / "images" / f"{image}.jpg"))
        film, _ = fit(display, segmenter.input_spec)

        mask = segmenter.find_lungs(film)

        assert mask is not None
        # The masks come stretched from the film's centred square to its size: laid back on it here.
        height, width = display.shape
        side = min(height, width)
        top, left = (height - side) // 2, (width - side) // 2
        drawn = cv2.imdecode(np.fromfile(folder / "masks" / f"{image}.png", np.uint8), cv2.IMREAD_GRAYSCALE)
        drawn = cv2.resize(drawn, (side, side), interpolation=cv2.INTER_AREA) > 127
        found = cv2.resize(mask.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) > 0
        found = found[top : top + side, left : left + side]
        dice = 2 * (found & drawn).sum() / (found.sum() + drawn.sum())
        assert dice > 0.93, image


@pytest.mark.parametrize("film", [np.zeros((112, 112, 1), np.float32), np.ones((112, 112, 1), np.float32)])
def test_a_film_of_one_grey_has_no_lungs(segmenter, film) -> None:
    assert segmenter.find_lungs(film) is None


def test_a_photograph_like_texture_has_no_lungs(segmenter) -> None:
    noise = np.random.default_rng(0).random((112, 112, 1)).astype(np.float32)

    assert segmenter.find_lungs(noise) is None


def test_maps_are_probabilities_and_the_same_twice(segmenter) -> None:
    film = np.random.default_rng(1).random((112, 112, 1)).astype(np.float32)

    found = segmenter.lung_map(film)

    assert found.shape == (112, 112)
    assert found.dtype == np.float32
    assert found.min() >= 0
    assert found.max() <= 1
    assert np.array_equal(found, segmenter.lung_map(film))


@pytest.mark.parametrize("shape", [(112, 112), (111, 112, 1), (112, 112, 3)])
def test_films_of_another_shape_are_refused(segmenter, shape) -> None:
    with pytest.raises(ValueError, match="expected a film"):
        segmenter.lung_map(np.zeros(shape, np.float32))


def test_a_changed_file_is_refused(copied) -> None:
    path = copied / load_segmenter_metadata(copied).litert.file
    path.write_bytes(path.read_bytes() + b"\0")

    with pytest.raises(BundleHashError, match="--no-lungs"):
        LungSegmenter(copied)


def test_another_network_is_refused_although_its_hash_is_right(copied) -> None:
    classifier = models_folder() / "cxr_mobilenetv2" / "model.tflite"
    shutil.copy(classifier, copied / "lungs.tflite")
    changed(copied, litert={"file": "lungs.tflite", "sha256": sha256_of(classifier)})

    with pytest.raises(BundleNetworkError, match="lung"):
        LungSegmenter(copied)


def test_something_that_is_no_network_is_refused(copied) -> None:
    (copied / "lungs.tflite").write_bytes(b"no network")
    changed(copied, litert={"file": "lungs.tflite", "sha256": sha256_of(copied / "lungs.tflite")})

    with pytest.raises(BundleNetworkError, match="LiteRT cannot load"):
        LungSegmenter(copied)


@pytest.mark.parametrize(
    "values", [{"kind": "classifier"}, {"schema_version": 2}, {"licence": ""}, {"stranger": 1}, {"input": None}]
)
def test_metadata_that_are_not_as_expected_are_refused(copied, values) -> None:
    changed(copied, **values)

    with pytest.raises(BundleMetadataError):
        LungSegmenter(copied)


def test_a_missing_or_damaged_bundle_is_named(copied, tmp_path) -> None:
    with pytest.raises(BundleNotFoundError, match="--no-lungs"):
        LungSegmenter(tmp_path / "nowhere")
    (copied / METADATA_FILE).write_text("[1, 2", "utf-8")
    with pytest.raises(BundleMetadataError):
        LungSegmenter(copied)
