"""Where labelled films come from: a manifest, or a folder for every class, with or without folders for the splits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from cxrviewer.errors import CxrViewerError
from cxrviewer.reading import read_radiograph
from cxrviewer.reading.discovery import find_files
from training.data import SPLITS, Sample, all_for_testing, read_manifest, split_by_patient
from training.errors import DataError

PatientsFrom = Literal["names", "files"]

MANIFEST_FILE = "manifest.csv"
_SPLIT_FOLDERS = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
}
_FINDING = re.compile(r"[A-Z][A-Z0-9_]*")
# How the public collections name the films of one patient: Kermany's person1_bacteria_2 and (NORMAL2-)IM-0115-0001,
# ChestX-ray14's 00000013_005.
_PATIENT_IN_NAME = (
    re.compile(r"(person\d+)_(?:bacteria|virus)_\d+"),
    re.compile(r"((?:NORMAL2-)?IM-\d+)-\d+(?:-\d+)?"),
    re.compile(r"(\d{8})_\d{3}"),
)
_DICOM_MAGIC = (128, b"DICM")


@dataclass(frozen=True)
class Selection:
    """What of a source is taken, and how.

    ``seed`` splits where the source does not; None: every film is for testing, and a class may have none.
    ``patients``: "names" takes patients from DICOM headers and the public collections' file names (any other file
    is a patient of its own), "files" takes every file for one. ``aliases`` are other words for findings.
    ``ignore_other_labels`` leaves out what has no finding, instead of refusing it. ``limit``: at most so many films
    of every split, the findings taken in turn.
    """

    seed: int | None = 0
    patients: PatientsFrom = "names"
    aliases: tuple[tuple[str, str], ...] = ()
    ignore_other_labels: bool = False
    limit: int | None = None


def read_source(source: Path, findings: Sequence[str], selection: Selection | None = None) -> list[Sample]:
    """Return the labelled films of a source, each in a split; without ``findings``, every class is one.

    ``source``: a manifest.csv, a folder that holds one, a folder of one folder for each class, or a folder of train,
    val and test folders of such. Labels and class folders are findings once upper-cased, other signs than letters and
    digits being underscores, or one of the aliases. Where there are no splits, 75 % of the patients train, 10 %
    validate, 15 % test; where only val is missing, a tenth of the training patients validate.
    Raises DataError, naming the file, folder or row, for whatever is wrong.
    """
    selection = selection or Selection()
    aliases = dict(selection.aliases)

    def renamed(label: str) -> str:
        name = _finding_name(label)
        name = aliases.get(name, name)
        return name if name in findings or not findings else label

    manifest = source / MANIFEST_FILE if source.is_dir() else source
    if manifest.is_file():
        samples = read_manifest(
            manifest,
            findings,
            seed=selection.seed,
            rename=renamed,
            ignore_other_labels=selection.ignore_other_labels,
        )
    elif source.is_dir():
        samples = _read_folders(source, findings, selection, renamed)
    else:
        raise DataError(f"expected a manifest.csv or a folder with a folder for each class, there is none at {source}")
    if selection.limit is None:
        return samples
    return limited(samples, findings_of(samples, findings), selection.limit, selection.seed or 0)


def findings_of(samples: Sequence[Sample], findings: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the findings, or, without any, the labels in alphabetical order.

    Raises DataError for a label that no bundle can have as a finding.
    """
    if findings:
        return tuple(findings)
    labels = tuple(sorted({sample.label for sample in samples}))
    for label in labels:
        if not _FINDING.fullmatch(label):
            raise DataError(f"expected the name of a class to begin with a letter, got {label!r}")
    return labels


def limited(samples: Sequence[Sample], findings: Sequence[str], limit: int, seed: int = 0) -> list[Sample]:
    """Return at most ``limit`` films of every split, drawn by the seed, the findings in turn.

    A smaller limit's films are among a larger one's.
    """
    kept = []
    for number, split in enumerate(SPLITS):
        queues = [[s for s in samples if (s.split, s.label) == (split, finding)] for finding in findings]
        for label, queue in enumerate(queues):
            np.random.default_rng([seed, number, label]).shuffle(queue)
        longest = max(map(len, queues), default=0)
        in_turn = [queue[turn] for turn in range(longest) for queue in queues if turn < len(queue)]
        kept += in_turn[:limit]
    return kept


def _read_folders(
    source: Path, findings: Sequence[str], selection: Selection, renamed: Callable[[str], str]
) -> list[Sample]:
    samples: list[Sample] = []
    for split, folder in _class_folders(source):
        label = renamed(folder.name)
        if findings and label not in findings:
            if selection.ignore_other_labels:
                continue
            raise DataError(
                f"{folder}: expected the folder of a class among {', '.join(findings)}, got {folder.name!r}; "
                "--ignore-other-labels leaves it out"
            )
        films = [_film(path, label, split, source, selection) for path in find_files([folder])]
        if not films and selection.seed is not None:  # a class to be scored may be without films
            raise DataError(f"{folder}: expected films of {label}, the folder has none")
        samples += films
    if not samples:
        raise DataError(f"{source}: expected {MANIFEST_FILE} or a folder for each class, there is neither")
    if not any(sample.split for sample in samples):
        return all_for_testing(samples) if selection.seed is None else split_by_patient(samples, selection.seed)
    _check_patients(samples)
    training = [sample for sample in samples if sample.split == "train"]
    if selection.seed is None or not training or any(sample.split == "val" for sample in samples):
        return samples
    others = [sample for sample in samples if sample.split != "train"]
    return split_by_patient(training, selection.seed, (("train", 0.9), ("val", 0.1))) + others


def _class_folders(source: Path) -> Iterator[tuple[str, Path]]:
    """Yield every class folder with its split, "" where the source has no folders for splits."""
    folders = _folders(source)
    named = [_SPLIT_FOLDERS.get(folder.name.lower()) for folder in folders]
    if folders and all(named):
        for split, folder in zip(named, folders, strict=True):
            for of_class in _folders(folder):
                yield str(split), of_class
        return
    for folder in folders:
        yield "", folder


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "__")))


def _film(path: Path, label: str, split: str, source: Path, selection: Selection) -> Sample:
    own = str(path.relative_to(source))
    patient = _patient(path) if selection.patients == "names" else ""
    return Sample(path, label, split, patient or own, source="", subtype="", age_group="", licence="", row=0)


def _patient(path: Path) -> str:
    """Return what tells a film's patient apart, "" where neither name nor header does."""
    for pattern in _PATIENT_IN_NAME:
        if found := pattern.fullmatch(path.stem):
            return found[1]
    offset, magic = _DICOM_MAGIC
    try:
        with path.open("rb") as stream:
            stream.seek(offset)
            if stream.read(len(magic)) != magic:
                return ""
        radiograph = read_radiograph(path)
    except (OSError, CxrViewerError) as error:
        raise DataError(f"{path}: expected a film that the program reads; {error}") from error
    return radiograph.patient.identifier if radiograph.patient else ""


def _check_patients(samples: Sequence[Sample]) -> None:
    first_of: dict[str, Sample] = {}
    for sample in samples:
        first = first_of.setdefault(sample.patient, sample)
        if first.split != sample.split:
            raise DataError(
                f"{sample.path}: this film's patient is in {sample.split} here and in {first.split} with {first.path}; "
                "a patient must be in one split only. Where the names do not tell patients apart, --patients files "
                "takes every file for one of its own"
            )


def _finding_name(label: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", label.upper()).strip("_")
