"""Labelled films: from a manifest to samples, from samples to an epoch's batches."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from cxrviewer.domain import FloatArray, InputSpec
from cxrviewer.errors import CxrViewerError
from cxrviewer.imaging.display import default_rendering
from cxrviewer.imaging.fitting import fit
from cxrviewer.reading import read_radiograph
from training.augmentation import augment
from training.errors import DataError
from training.recipe import Cell, Recipe

SPLITS = ("train", "val", "test")
REQUIRED_COLUMNS = ("path", "label", "split", "patient")


@dataclass(frozen=True)
class Sample:
    """One labelled film of a manifest; ``row`` is its line in the file, for messages."""

    path: Path
    label: str
    split: str
    patient: str
    source: str
    subtype: str
    age_group: str
    licence: str
    row: int


def read_manifest(path: Path, findings: Sequence[str]) -> list[Sample]:
    """Return the samples of a manifest.csv, whose paths are relative to its folder.

    Columns: path, label, split (train, val or test), patient; optional: source, subtype, age_group, licence.
    Raises DataError, naming the row, for a missing column or file, a label that is no finding, an unknown
    split, or a patient who is in two splits.
    """
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            reader = csv.DictReader(stream)
            missing = [name for name in REQUIRED_COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise DataError(f"{path}: expected the columns {', '.join(REQUIRED_COLUMNS)}; missing: {missing}")
            samples = [_sample(row, path, number) for number, row in enumerate(reader, start=2)]
    except OSError as error:
        raise DataError(f"expected a manifest at {path}, but it cannot be read ({error.strerror})") from error
    if not samples:
        raise DataError(f"{path}: expected at least one film, the manifest has none")
    _check(samples, path, findings)
    return samples


def _sample(row: dict[str, str], manifest: Path, number: int) -> Sample:
    return Sample(
        path=manifest.parent / row["path"],
        label=row["label"],
        split=row["split"],
        patient=row["patient"],
        source=row.get("source") or "",
        subtype=row.get("subtype") or "",
        age_group=row.get("age_group") or "",
        licence=row.get("licence") or "",
        row=number,
    )


def _check(samples: list[Sample], manifest: Path, findings: Sequence[str]) -> None:
    split_of: dict[str, Sample] = {}
    for sample in samples:
        where = f"{manifest}, row {sample.row}"
        if sample.label not in findings:
            raise DataError(f"{where}: expected a label among {', '.join(findings)}, got {sample.label!r}")
        if sample.split not in SPLITS:
            raise DataError(f"{where}: expected a split among {', '.join(SPLITS)}, got {sample.split!r}")
        if not sample.path.is_file():
            raise DataError(f"{where}: there is no file {sample.path}")
        first = split_of.setdefault(sample.patient, sample)
        if sample.patient and first.split != sample.split:
            raise DataError(
                f"{where}: this row's patient is in {sample.split} here and in {first.split} in row "
                f"{first.row}; a patient must be in one split only"
            )


def of_split(samples: Sequence[Sample], split: str) -> list[Sample]:
    """Return the samples of one split, in order."""
    return [sample for sample in samples if sample.split == split]


def load_film(path: Path, spec: InputSpec) -> FloatArray:
    """Return a film as the program gives it to the network, before scaling to its range: (h, w) float32 in [0, 1].

    Read, rendered and fitted by the program's own code, so that training and use see the same pixels. Raises
    DataError, naming the file, where the program refuses or cannot read it.
    """
    try:
        display = default_rendering(read_radiograph(path))
    except CxrViewerError as error:
        raise DataError(f"{path}: expected a film that the program reads; {error}") from error
    plane, _ = fit(display, replace(spec, channels=1, low=0.0, high=1.0))
    return plane[:, :, 0]


def network_input(films: Sequence[FloatArray], spec: InputSpec) -> FloatArray:
    """Return (N, h, w, C) float32 in [low, high] from films of (h, w) float32 in [0, 1]."""
    scaled = np.stack(films) * np.float32(spec.high - spec.low) + np.float32(spec.low)
    return np.repeat(scaled[..., np.newaxis], spec.channels, axis=3)


def one_hot(samples: Sequence[Sample], findings: Sequence[str]) -> FloatArray:
    """Return the labels as (N, K) float32, in the order of the findings."""
    indices = [findings.index(sample.label) for sample in samples]
    return np.eye(len(findings), dtype=np.float32)[indices]


def check_cells(samples: Sequence[Sample], cells: Sequence[Cell]) -> None:
    """Raise DataError where the training split has no film for a cell, or no cell for a label and source."""
    present = {(s.label, s.source) for s in samples if s.split == "train"}
    wanted = {(cell.label, cell.source) for cell in cells}
    if missing := sorted(wanted - present):
        raise DataError(f"expected training films for every cell of the recipe; there are none for {missing}")
    if unused := sorted(present - wanted):
        raise DataError(f"expected a cell of the recipe for every label and source; there is none for {unused}")


def draw_epoch(samples: Sequence[Sample], cells: Sequence[Cell], seed: int, epoch: int) -> list[Sample]:
    """Return one epoch's training films in random order, as many of each cell as the recipe says.

    A cell that is smaller than its number is gone through as often as it takes, each time in a new order, and
    goes on in the next epoch where it stopped in this one: over all epochs its films are drawn equally often,
    give or take one.
    """
    by_cell: dict[tuple[str, str], list[Sample]] = defaultdict(list)
    for sample in of_split(samples, "train"):
        by_cell[sample.label, sample.source].append(sample)
    drawn: list[Sample] = []
    for number, cell in enumerate(cells):
        films = by_cell[cell.label, cell.source]
        for position in range(epoch * cell.films, (epoch + 1) * cell.films):
            lap, index = divmod(position, len(films))
            if index == 0 or position == epoch * cell.films:
                order = np.random.default_rng([seed, number, lap]).permutation(len(films))
            drawn.append(films[order[index]])
    shuffled = np.random.default_rng([seed, len(cells), epoch]).permutation(len(drawn))
    return [drawn[index] for index in shuffled]


@dataclass(frozen=True)
class EpochBatches:
    """One epoch's augmented batches; each is a function of the seed, the epoch and its number alone."""

    recipe: Recipe
    drawn: tuple[Sample, ...]
    epoch: int

    def __len__(self) -> int:
        return len(self.drawn) // self.recipe.batch_size

    def batch(self, number: int) -> tuple[FloatArray, FloatArray]:
        """Return (N, h, w, C) float32 in the input range, and (N, K) float32 labels."""
        recipe = self.recipe
        start = number * recipe.batch_size
        chosen = self.drawn[start : start + recipe.batch_size]
        films = []
        for position, sample in enumerate(chosen, start=start):
            rng = np.random.default_rng([recipe.seed, 1_000_003, self.epoch, position])
            donor = self.drawn[rng.integers(len(self.drawn))]
            film = load_film(sample.path, recipe.input)
            films.append(augment(film, partial(load_film, donor.path, recipe.input), recipe.augmentation, rng))
        return network_input(films, recipe.input), one_hot(chosen, recipe.findings)
