"""The synthetic radiographs are what the script draws, hold nothing of a person, and read as they should."""

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest

from cxrviewer.imaging.display import default_rendering
from cxrviewer.reading import read_radiograph

NAMES = {
    "synthetic-clear.png",
    "synthetic-lobar-opacity-16bit.png",
    "synthetic-ground-glass.jpg",
    "synthetic-monochrome1.dcm",
    "synthetic-monochrome2.dcm",
}


def make_samples(folder: Path, *options: str) -> Path:
    script = Path(__file__).resolve().parents[1] / "resources" / "sample_generator" / "make_samples.py"
    subprocess.run([sys.executable, script, "--out", folder, *options], check=True, timeout=120)
    return folder


def decoded(path: Path) -> np.ndarray:
    """Return the stored values, decoded without this program."""
    if path.suffix == ".dcm":
        return pydicom.dcmread(path).pixel_array
    return cv2.imread(str(path), cv2.IMREAD_UNCHANGED)


@pytest.fixture(scope="module")
def drawn_again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_samples(tmp_path_factory.mktemp("drawn again"))


def test_the_folder_holds_the_films_and_nothing_else(samples: Path) -> None:
    assert {path.name for path in samples.iterdir()} == NAMES
    assert sum(path.stat().st_size for path in samples.iterdir()) < 4_000_000


def test_the_script_draws_the_same_each_time(drawn_again: Path, tmp_path: Path) -> None:
    make_samples(tmp_path)
    for name in NAMES:
        assert (tmp_path / name).read_bytes() == (drawn_again / name).read_bytes()


@pytest.mark.parametrize("name", sorted(NAMES))
def test_the_films_are_what_the_script_draws(samples: Path, drawn_again: Path, name: str) -> None:
    """On another processor exp and sums may round the last bit otherwise, which noise spreads to single levels."""
    committed, again = decoded(samples / name), decoded(drawn_again / name)
    assert (committed.shape, committed.dtype) == (again.shape, again.dtype)
    difference = np.abs(committed.astype(int) - again)
    level = {"synthetic-ground-glass.jpg": 4, "synthetic-lobar-opacity-16bit.png": 16}.get(name, 1)
    assert difference.max() <= level
    assert (difference > 0).mean() < 0.01


def test_another_seed_draws_other_films(drawn_again: Path, tmp_path: Path) -> None:
    other = make_samples(tmp_path, "--seed", "7")
    for name in NAMES:
        assert (decoded(other / name) != decoded(drawn_again / name)).mean() > 0.2


@pytest.mark.parametrize("name", ["synthetic-monochrome1.dcm", "synthetic-monochrome2.dcm"])
def test_the_headers_name_no_person_and_keep_their_uids(samples: Path, drawn_again: Path, name: str) -> None:
    header, again = pydicom.dcmread(samples / name), pydicom.dcmread(drawn_again / name)
    assert header.PatientName == "SYNTHETIC^PHANTOM"
    assert header.BurnedInAnnotation == "YES"
    for uid in ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        assert header[uid].value == again[uid].value
        assert header[uid].value.is_valid
    assert header.file_meta.MediaStorageSOPInstanceUID == header.SOPInstanceUID


def test_the_two_dicom_films_are_one_film_with_two_uids(samples: Path) -> None:
    one, two = (pydicom.dcmread(samples / f"synthetic-monochrome{n}.dcm") for n in (1, 2))
    assert one.StudyInstanceUID == two.StudyInstanceUID
    assert one.SOPInstanceUID != two.SOPInstanceUID
    np.testing.assert_array_equal(4095 - one.pixel_array, two.pixel_array)


def test_monochrome1_and_2_render_the_same(samples: Path) -> None:
    one, two = (default_rendering(read_radiograph(samples / f"synthetic-monochrome{n}.dcm")) for n in (1, 2))
    np.testing.assert_allclose(one, two, atol=1e-6)
    assert two.std() > 0.2


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_film_shows_a_chest(samples: Path, name: str) -> None:
    """Lungs are dark, the spine between them and the abdomen bright, and SYNTHETIC stands in its corner."""
    film = default_rendering(read_radiograph(samples / name))
    height, width = film.shape

    def mean(x: float, y: float) -> float:
        """Return the mean around a point of the phantom's coordinates."""
        row, column = round(y * width / 2), round((x + 1) * width / 2)
        return float(film[row - 6 : row + 6, column - 6 : column + 6].mean())

    lungs = (mean(-0.3, 0.6), mean(0.32, 0.6))
    assert max(lungs) < mean(0, 1.2) - 0.3
    assert max(lungs) < mean(-0.4, 1.6) - 0.3
    assert mean(-0.95, 0.05) < 0.1  # air beside the neck
    corner = film[round(0.94 * height) : round(0.985 * height), round(0.02 * width) : round(0.25 * width)]
    assert corner.max() > 0.97
    assert (corner > 0.9).mean() > 0.08
