"""Drawn thoraxes with their masks, and the real films with masks where they are."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.conftest import SHARED_DATA
from training.lungs.films import MaskedFilm


def draw_thorax(seed: int, size: int = 112) -> tuple[np.ndarray, np.ndarray]:
    """Return a bright body with two dark ellipses for lungs, and their mask, both (size, size) uint8."""
    rng = np.random.default_rng(seed)
    film = np.full((size, size), 180, np.uint8)
    mask = np.zeros((size, size), np.uint8)
    middle, reach = size * rng.uniform(0.45, 0.55), size * rng.uniform(0.2, 0.24)
    for side in (-1, 1):
        centre = (int(middle + side * reach), int(size * rng.uniform(0.45, 0.55)))
        axes = (int(size * rng.uniform(0.12, 0.17)), int(size * rng.uniform(0.25, 0.35)))
        cv2.ellipse(mask, centre, axes, 0, 0, 360, 255, -1)
    film[mask > 0] = 60
    return np.clip(film + rng.normal(0, 8, film.shape), 0, 255).astype(np.uint8), mask


def drawn_films(number: int) -> list[MaskedFilm]:
    pairs = [draw_thorax(seed) for seed in range(number)]
    return [
        MaskedFilm(f"f{index}", f"p{index // 2}", film.astype(np.float32) / 255, mask.astype(np.float32) / 255)
        for index, (film, mask) in enumerate(pairs)
    ]


def write_masked_films(folder: Path, number: int = 10) -> Path:
    """Write films of 150 x 120 pixels, two for each patient, and their manifest."""
    (folder / "images").mkdir(parents=True)
    (folder / "masks").mkdir()
    manifest = folder / "manifest.csv"
    with manifest.open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["image", "patient"])
        for index in range(number):
            thorax, mask = draw_thorax(index, size=120)
            # As those of V7: drawn on the film's centred square, and stretched to the film's size.
            film = cv2.copyMakeBorder(thorax, 15, 15, 0, 0, cv2.BORDER_CONSTANT, value=180)
            mask = cv2.resize(mask, (120, 150))
            cv2.imwrite(str(folder / "images" / f"f{index}.jpg"), film)
            cv2.imwrite(str(folder / "masks" / f"f{index}.png"), mask)
            table.writerow([f"f{index}", f"p{index // 2}"])
    return manifest


@pytest.fixture
def masked_manifest(tmp_path) -> Path:
    return write_masked_films(tmp_path / "lungs")


@pytest.fixture(scope="session")
def real_masked_films() -> Path:
    """The manifest of 77 radiographs with lung masks."""
    path = SHARED_DATA / "lungs" / "manifest.csv"
    if not path.is_file():
        pytest.skip(f"needs the radiographs with lung masks in {path.parent}, which are not on this machine")
    return path
