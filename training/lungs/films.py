"""Radiographs with lung masks: read as the program reads them, and split by patient.

The masks of ../shared/data/lungs were drawn on the largest centred square of their films, and come stretched to the
films' own sizes: laid on a whole film, their lungs are too wide by up to 1.22 (or too tall). So a film is cut to that
square, and its mask shrunk to it.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray, InputSpec
from training.data import load_film
from training.errors import DataError

SIZE = 112
INPUT = InputSpec(height=SIZE, width=SIZE, channels=1, fit="centre-crop", interpolation="area", low=0.0, high=1.0)
MASK = replace(INPUT, fit="stretch")
HELD_OUT_SHARE = 0.4
REQUIRED_COLUMNS = ("image", "patient")
# Their masks were drawn on another square than the centred one: beside the lungs by a tenth of the film, and in part on
# the black around it. Found by eye, with the mask drawn on the film.
MISPLACED = frozenset({"436a6348", "4c0fcf57", "4fed5061", "a4318ac9", "cb706009"})


@dataclass(frozen=True, eq=False)
class MaskedFilm:
    """A film's centred square (h, w) float32 in [0, 1], and the share of each pixel that is lung, in [0, 1], alike."""

    image: str
    patient: str
    film: FloatArray
    mask: FloatArray


def read_masked_films(manifest: Path) -> list[MaskedFilm]:
    """Return the films of a manifest.csv (image, patient), from images/*.jpg and masks/*.png beside it.

    Both are resized by the program's own code. Raises DataError, naming the file or row, for a
    manifest without films or with missing columns, a film or mask that is missing or cannot be read, and a mask without
    lung.
    """
    try:
        with manifest.open(newline="", encoding="utf-8") as stream:
            reader = csv.DictReader(stream)
            missing = [name for name in REQUIRED_COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise DataError(f"{manifest}: expected the columns {', '.join(REQUIRED_COLUMNS)}; missing: {missing}")
            rows = list(reader)
    except OSError as error:
        raise DataError(f"expected a manifest at {manifest}, but it cannot be read ({error.strerror})") from error
    if not rows:
        raise DataError(f"{manifest}: expected at least one film, the manifest has none")
    return [_read(manifest, number, row) for number, row in enumerate(rows, start=2)]


def _read(manifest: Path, number: int, row: dict[str, str]) -> MaskedFilm:
    image, patient = row["image"], row["patient"]
    film_path, mask_path = manifest.parent / "images" / f"{image}.jpg", manifest.parent / "masks" / f"{image}.png"
    for path in (film_path, mask_path):
        if not path.is_file():
            raise DataError(f"{manifest}, row {number}: there is no file {path}")
    mask = load_film(mask_path, MASK)
    if mask.max() < 0.5:
        raise DataError(f"{manifest}, row {number}: expected lung (255) in the mask {mask_path}, there is none")
    return MaskedFilm(image, patient, load_film(film_path, INPUT), mask)


def laid_on_film(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return a mask (H, W) as the data have it, shrunk to the centred square of its film; nothing beside it is lung."""
    height, width = mask.shape
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    laid = np.zeros(mask.shape, np.bool_)
    square = cv2.resize(mask.astype(np.float32), (side, side), interpolation=cv2.INTER_AREA)
    laid[top : top + side, left : left + side] = square > 0.5
    return laid


def held_out(patients: Collection[str], seed: int, share: float = HELD_OUT_SHARE) -> frozenset[str]:
    """Return the patients whose films are never fitted: a function of the seed and of who the patients are, not of
    their order.

    Raises DataError where there are fewer than two patients, since one is needed on either side.
    """
    names = sorted(set(patients))
    if len(names) < 2:
        raise DataError(f"expected films of at least 2 patients to hold some out, got {len(names)}")
    number = min(max(round(share * len(names)), 1), len(names) - 1)
    order = np.random.default_rng(seed).permutation(len(names))
    return frozenset(names[index] for index in order[:number])


def apart(films: Sequence[MaskedFilm], seed: int) -> tuple[list[MaskedFilm], list[MaskedFilm]]:
    """Return the films to fit and those of the patients held out, in order."""
    kept_back = held_out([film.patient for film in films], seed)
    fitted = [film for film in films if film.patient not in kept_back]
    return fitted, [film for film in films if film.patient in kept_back]
