"""Labelled films: from a manifest to samples, from samples to an epoch's batches."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from cxrviewer.domain import FloatArray, InputSpec
from cxrviewer.errors import CxrViewerError
from cxrviewer.imaging.display import default_rendering
from cxrviewer.imaging.fitting import fit
from cxrviewer.reading import read_radiograph
from training.augmentation import MappedFilm, augment_mapped
from training.errors import DataError
from training.geometry import vary
from training.recipe import Cell, Recipe

SPLITS = ("train", "val", "test")
SHARES = (("train", 0.75), ("val", 0.1), ("test", 0.15))
REQUIRED_COLUMNS = ("path", "label", "patient")
_KNOWN_COLUMNS = (*REQUIRED_COLUMNS, "split", "source", "subtype", "age_group", "licence")


@dataclass(frozen=True)
class Sample:
    """One labelled film of a manifest; ``row`` is its line in the file, for messages.

    ``patient`` is empty where nothing tells patients apart. ``columns``: name and value of the manifest's further ones.
    """

    path: Path
    label: str
    split: str
    patient: str
    source: str
    subtype: str
    age_group: str
    licence: str
    row: int
    columns: tuple[tuple[str, str], ...] = ()


def read_manifest(
    path: Path,
    findings: Sequence[str],
    *,
    seed: int | None = 0,
    rename: Callable[[str], str] = str,
    ignore_other_labels: bool = False,
) -> list[Sample]:
    """Return the samples of a manifest.csv, whose paths are relative to its folder.

    Columns: path, label, patient; optional: split (train, val or test; without it, patients are split by the seed, or
    all films are for testing where that is None, and then patient is optional too), source, subtype, age_group,
    licence; any others are kept as they are. ``rename`` takes labels to findings, rows whose label is none may be
    ignored, and without ``findings`` every label is one. Raises DataError, naming the row, for a missing column or
    file, a label that is no finding, an unknown split, or a patient who is in two splits.
    """
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            reader = csv.DictReader(stream)
            required = REQUIRED_COLUMNS if seed is not None else REQUIRED_COLUMNS[:2]
            if missing := [name for name in required if name not in (reader.fieldnames or ())]:
                raise DataError(f"{path}: expected the columns {', '.join(required)}; missing: {missing}")
            samples = [_sample(row, path, number) for number, row in enumerate(reader, start=2)]
    except OSError as error:
        raise DataError(f"expected a manifest at {path}, but it cannot be read ({error.strerror})") from error
    samples = [replace(sample, label=rename(sample.label)) for sample in samples]
    if ignore_other_labels:
        samples = [sample for sample in samples if sample.label in findings]
    if not samples:
        raise DataError(f"{path}: expected at least one film of the recipe's classes, the manifest has none")
    _check_labels(samples, path, findings or {sample.label for sample in samples})
    if not any(sample.split for sample in samples):
        return split_by_patient(samples, seed) if seed is not None else all_for_testing(samples)
    _check_splits(samples, path)
    return samples


def all_for_testing(samples: Sequence[Sample]) -> list[Sample]:
    """Return the samples, all of them in the split test."""
    return [replace(sample, split="test") for sample in samples]


def split_by_patient(
    samples: Sequence[Sample], seed: int, shares: Sequence[tuple[str, float]] = SHARES
) -> list[Sample]:
    """Return the samples with splits that never share a patient, in these shares of every label's patients.

    A patient with several labels counts with the rarest. Every label has at least one patient in each split that has
    a share, and the first split takes what rounding leaves. Raises DataError where a label has too few patients.
    """
    counts = Counter(sample.label for sample in samples)
    label_of: dict[str, str] = {}
    for sample in samples:
        label_of[sample.patient] = min(sample.label, label_of.get(sample.patient, sample.label), key=counts.__getitem__)
    split_of: dict[str, str] = {}
    for number, label in enumerate(sorted(counts)):
        patients = sorted(patient for patient, own in label_of.items() if own == label)
        if len(patients) < len(shares):
            raise DataError(
                f"expected at least {len(shares)} patients with {label} to split the films by patient, "
                f"got {len(patients)}"
            )
        np.random.default_rng([seed, number]).shuffle(patients)
        for split, share in shares[1:]:
            taken = max(round(share * len([p for p in label_of if label_of[p] == label])), 1)
            split_of |= dict.fromkeys(patients[:taken], split)
            patients = patients[taken:]
        split_of |= dict.fromkeys(patients, shares[0][0])
    return [replace(sample, split=split_of[sample.patient]) for sample in samples]


def _sample(row: dict[str, str], manifest: Path, number: int) -> Sample:
    return Sample(
        path=manifest.parent / row["path"],
        label=row["label"],
        split=row.get("split") or "",
        patient=row.get("patient") or "",
        source=row.get("source") or "",
        subtype=row.get("subtype") or "",
        age_group=row.get("age_group") or "",
        licence=row.get("licence") or "",
        row=number,
        # A row that is longer than the header has its rest under None, a shorter one has None for what is missing.
        columns=tuple((name, row[name] or "") for name in row if name and name not in _KNOWN_COLUMNS),
    )


def _check_labels(samples: Sequence[Sample], manifest: Path, findings: Collection[str]) -> None:
    for sample in samples:
        where = f"{manifest}, row {sample.row}"
        if sample.label not in findings:
            raise DataError(f"{where}: expected a label among {', '.join(findings)}, got {sample.label!r}")
        if not sample.path.is_file():
            raise DataError(f"{where}: there is no file {sample.path}")


def _check_splits(samples: Sequence[Sample], manifest: Path) -> None:
    split_of: dict[str, Sample] = {}
    for sample in samples:
        where = f"{manifest}, row {sample.row}"
        if sample.split not in SPLITS:
            raise DataError(f"{where}: expected a split among {', '.join(SPLITS)}, got {sample.split!r}")
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


def check_findings(samples: Sequence[Sample], findings: Sequence[str]) -> None:
    """Raise DataError where there are fewer than two findings, or one has no film to train or to validate on."""
    if len(findings) < 2:
        raise DataError(f"expected films of at least two classes, got {', '.join(findings) or 'none'}")
    present = {(sample.split, sample.label) for sample in samples}
    for split in ("train", "val"):
        if missing := [finding for finding in findings if (split, finding) not in present]:
            raise DataError(f"expected films of every class in the split {split}; there are none of {missing}")


def draw_epoch(samples: Sequence[Sample], cells: Sequence[Cell], seed: int, epoch: int) -> list[Sample]:
    """Return one epoch's training films in random order, as many of each cell as the recipe says.

    A cell that is smaller than its number is gone through as often as it takes, each time in a new order, and
    goes on in the next epoch where it stopped in this one: over all epochs its films are drawn equally often,
    give or take one. Without cells every training film comes once.
    """
    if not cells:
        films = of_split(samples, "train")
        return [films[index] for index in np.random.default_rng([seed, epoch]).permutation(len(films))]
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


def _unknown_lungs(_: Path) -> None:
    return None


@dataclass(frozen=True)
class EpochBatches:
    """One epoch's varied batches; each is a function of the seed, the epoch and its number alone.

    The last films of an epoch that draws by cell are left out where they do not fill a batch: it draws others next
    time. Without cells they make a smaller batch. ``load`` may keep films in memory. ``lungs`` gives a film's lung
    map, (h, w) float32 in [0, 1], or None where it is unknown.
    """

    recipe: Recipe
    drawn: tuple[Sample, ...]
    epoch: int
    load: Callable[[Path, InputSpec], FloatArray] = load_film
    lungs: Callable[[Path], FloatArray | None] = _unknown_lungs

    def __len__(self) -> int:
        whole, rest = divmod(len(self.drawn), self.recipe.batch_size)
        return whole if self.recipe.cells else whole + bool(rest)

    def batch(self, number: int) -> tuple[FloatArray, FloatArray]:
        """Return (N, h, w, C) float32 in the input range, and (N, K) float32 labels."""
        films, labels = self.mapped_batch(number)
        return network_input([film.film for film in films], self.recipe.input), labels

    def mapped_batch(self, number: int) -> tuple[list[MappedFilm], FloatArray]:
        """Return N varied films with their lung maps where they are known, and (N, K) float32 labels."""
        recipe = self.recipe
        start = number * recipe.batch_size
        chosen = self.drawn[start : start + recipe.batch_size]
        films = []
        for position, sample in enumerate(chosen, start=start):
            rng = np.random.default_rng([recipe.seed, 1_000_003, self.epoch, position])
            donor = self.drawn[rng.integers(len(self.drawn))]
            film = MappedFilm(self.load(sample.path, recipe.input), self.lungs(sample.path))
            if recipe.geometry is not None:
                film = MappedFilm(vary(film.film, recipe.geometry, rng))
            if recipe.augmentation is not None:
                load_donor = partial(self.load, donor.path, recipe.input)
                film = augment_mapped(film, load_donor, recipe.augmentation, rng)
            films.append(film)
        return films, one_hot(chosen, recipe.findings)
