"""The stored segmenter: weights whose hash is verified, who was held out, and lung maps of any films."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cxrviewer.domain import FloatArray
from cxrviewer.inference.bundle import sha256_of
from cxrviewer.inference.lung_mask import normalised
from training.errors import DataError, RunError, WeightsError
from training.lungs.films import MISPLACED, SIZE, MaskedFilm, apart, read_masked_films
from training.runs import write_json

if TYPE_CHECKING:
    import keras

    from training.lungs.fitting import Fitting

log = logging.getLogger("training")

FOLDER = Path(__file__).parent / "segmenter"
WEIGHTS_FILE = "segmenter.weights.h5"
RECORD_FILE = "segmenter.json"
BATCH = 32
_Share = Annotated[float, Field(ge=0.0, le=1.0)]


class FilmOverlap(BaseModel):
    """How well the lungs of one held-out film were found, before any cleaning."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    image: str
    dice: _Share
    iou: _Share


class SegmenterRecord(BaseModel):
    """segmenter.json: where the weights come from, whom they have never seen, and how well they do there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weights_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    data: str
    seed: int
    steps: int
    batch_size: int
    fitted_films: int
    fitted_patients: int
    held_out_patients: tuple[str, ...]
    dice: _Share
    iou: _Share
    films: tuple[FilmOverlap, ...]


def read_record(folder: Path = FOLDER) -> SegmenterRecord:
    """Return a stored segmenter's record; WeightsError where there is none or it is not valid."""
    path = folder / RECORD_FILE
    try:
        return SegmenterRecord.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise WeightsError(
            f"expected a lung segmenter's record at {path}, it cannot be read ({error}); "
            f"'python -m training lungs --data MANIFEST --out {folder}' writes it"
        ) from error


@cache
def held_out_patients() -> frozenset[str]:
    """Return the patients of ../shared/data/lungs whose films the shipped segmenter was not fitted to.

    Whatever is measured with its maps, or on those films, is to be reported for these patients alone. Raises
    WeightsError where the record is missing.
    """
    return frozenset(read_record().held_out_patients)


def load_network(folder: Path = FOLDER) -> keras.Model:
    """Return a stored segmenter's network, after its file's SHA-256 is that of the record.

    Weights only, into the network that is built here: nothing in the file is executed. Raises WeightsError where the
    file is missing, was changed, or does not fit the network.
    """
    from training.lungs.network import build_unet

    path, record = folder / WEIGHTS_FILE, read_record(folder)
    again = f"run 'python -m training lungs --data MANIFEST --out {folder}' or restore the file"
    try:
        actual = sha256_of(path)
    except OSError as error:
        raise WeightsError(f"expected lung segmenter weights at {path} ({error.strerror}); {again}") from error
    if actual != record.weights_sha256:
        raise WeightsError(
            f"expected SHA-256 {record.weights_sha256} for {path}, got {actual}: it was changed or damaged; {again}"
        )
    network = build_unet()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # Keras only warns of layers that the file does not hold
            network.load_weights(path)
    except (OSError, ValueError, KeyError, UserWarning) as error:
        raise WeightsError(f"{path} holds no weights of this network ({error}); {again}") from error
    return network


@cache
def _shipped() -> keras.Model:
    return load_network()


def lung_map(films: FloatArray, network: keras.Model | None = None) -> FloatArray:
    """Return how probably each pixel is lung, (N, h, w) float32 in [0, 1], of films (N, h, w) float32 in [0, 1].

    Films of any size, stretched to 112 x 112 inside in batches of 32; the map is smooth and of the films' size, on
    consolidated lung and behind the heart too, as in the masks it was fitted to. ``lung_mask`` makes a mask of one
    film's map, or says that it is implausible. The shipped segmenter by default. Raises ValueError for another shape
    or type, and WeightsError as ``load_network``.
    """
    if films.ndim != 3 or films.dtype != np.float32 or 0 in films.shape[1:]:
        raise ValueError(f"expected films (N, h, w) float32 with at least one pixel, got {films.shape} {films.dtype}")
    network = _shipped() if network is None else network
    maps = np.empty(films.shape, np.float32)
    for start in range(0, len(films), BATCH):
        batch = films[start : start + BATCH]
        maps[start : start + len(batch)] = _map_batch(batch, network)
    return maps


def _map_batch(films: FloatArray, network: keras.Model) -> FloatArray:
    count, height, width = films.shape
    small = np.zeros((BATCH, SIZE, SIZE), np.float32)  # always full, or the framework compiles for every size
    for index, film in enumerate(films):
        shrinks = height >= SIZE and width >= SIZE
        small[index] = cv2.resize(film, (SIZE, SIZE), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    logits = np.asarray(network.predict_on_batch(normalised(small)[..., np.newaxis]), np.float32)[:count, :, :, 0]
    probability = 1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0)))
    enlarged = [cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR) for plane in probability]
    return np.asarray(np.clip(np.stack(enlarged), 0.0, 1.0), np.float32)


def train_segmenter(manifest: Path, out: Path, settings: Fitting) -> SegmenterRecord:
    """Fit a segmenter to the masked films of a manifest and write its weights and record into a folder.

    Films of the patients held out (a function of the seed) are only measured on, those with a misplaced mask not at
    all. The files replace those of a segmenter there once everything is done. Raises DataError as ``read_masked_films``
    or for less than one step, and RunError where the folder holds anything else, before anything is written.
    """
    from training.lungs.fitting import fit_network

    if settings.steps < 1:
        raise DataError(f"expected at least 1 step to fit the lung segmenter, got {settings.steps}")
    own = {WEIGHTS_FILE, RECORD_FILE, f"partial-{WEIGHTS_FILE}"}
    if out.exists() and (not out.is_dir() or {path.name for path in out.iterdir()} - own):
        raise RunError(f"expected a new folder, an empty one or a lung segmenter's, {out} holds other files")
    films = read_masked_films(manifest)
    sides = apart(films, settings.seed)
    fitted, kept_back = ([film for film in side if film.image not in MISPLACED] for side in sides)
    network = fit_network(fitted, settings)
    out.mkdir(parents=True, exist_ok=True)
    partial = out / f"partial-{WEIGHTS_FILE}"
    network.save_weights(partial)
    overlaps = measure(network, kept_back)
    record = SegmenterRecord(
        weights_sha256=sha256_of(partial),
        data=f"{len(films)} films with lung masks, {manifest.parent.name}/{manifest.name}",
        seed=settings.seed,
        steps=settings.steps,
        batch_size=settings.batch_size,
        fitted_films=len(fitted),
        fitted_patients=len({film.patient for film in fitted}),
        held_out_patients=tuple(sorted({film.patient for film in sides[1]})),
        dice=round(float(np.mean([film.dice for film in overlaps])), 4),
        iou=round(float(np.mean([film.iou for film in overlaps])), 4),
        films=tuple(overlaps),
    )
    partial.replace(out / WEIGHTS_FILE)
    write_json(out / RECORD_FILE, record.model_dump(mode="json"))
    log.info("held-out films: %d, mean Dice %.4f, mean IoU %.4f", len(kept_back), record.dice, record.iou)
    return record


def measure(network: keras.Model, films: Sequence[MaskedFilm]) -> list[FilmOverlap]:
    """Return Dice and IoU of every film's map with its mask."""
    from training.lungs.fitting import overlap

    maps = lung_map(np.stack([film.film for film in films]), network)
    figures = [overlap(plane, film.mask) for plane, film in zip(maps, films, strict=True)]
    return [
        FilmOverlap(image=film.image, dice=round(dice, 4), iou=round(iou, 4))
        for film, (dice, iou) in zip(films, figures, strict=True)
    ]
