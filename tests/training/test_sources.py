"""Films come from manifests and folders alike; whatever is wrong is named before anything is trained."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from tests.films import write_dicom, write_png
from training.data import check_findings, read_manifest, split_by_patient
from training.errors import DataError
from training.sources import Selection, findings_of, limited, read_source

FINDINGS = ("NORMAL", "PNEUMONIA", "COVID19")
ALIASES = (("VIRAL_PNEUMONIA", "PNEUMONIA"), ("COVID", "COVID19"))
FOLDERS = ("Normal", "Viral Pneumonia", "COVID-19")


def _fill(folder: Path, films: int, first: int = 0) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + films):
        write_png(folder / f"{folder.name}-{number}.png", size=32, seed=number)
    return folder


@pytest.fixture
def classes(tmp_path) -> Path:
    """A folder of three classes, 8 films each, without splits."""
    for name in ("Normal", "Viral Pneumonia", "COVID"):
        _fill(tmp_path / "films" / name, 8)
    return tmp_path / "films"


def _splits(samples) -> dict[tuple[str, str], int]:
    return dict(Counter((sample.split, sample.label) for sample in samples))


def test_a_folder_for_each_class_is_split_by_the_seed(classes) -> None:
    samples = read_source(classes, FINDINGS, Selection(aliases=ALIASES))
    counts = {split: {_splits(samples)[split, finding] for finding in FINDINGS} for split in ("train", "val", "test")}
    assert counts == {"train": {6}, "val": {1}, "test": {1}}
    assert samples == read_source(classes, FINDINGS, Selection(aliases=ALIASES))
    assert samples != read_source(classes, FINDINGS, Selection(aliases=ALIASES, seed=4))
    check_findings(samples, FINDINGS)


def test_the_folders_names_are_the_findings_of_a_recipe_without_any(classes) -> None:
    samples = read_source(classes, ())
    assert findings_of(samples) == ("COVID", "NORMAL", "VIRAL_PNEUMONIA")
    _fill(classes / "3rd class", 3)
    with pytest.raises(DataError, match="3RD_CLASS"):
        findings_of(read_source(classes, ()))


def test_folders_for_splits_are_kept_and_a_missing_val_comes_from_train(tmp_path) -> None:
    for split, films, first in (("train", 10, 0), ("test", 4, 10)):
        for name in FOLDERS[:2]:
            _fill(tmp_path / split / name, films, first)
    samples = read_source(tmp_path, FINDINGS, Selection(aliases=ALIASES))
    assert set(_splits(samples).values()) == {9, 1, 4}
    assert {s.path.parts[-3] for s in samples if s.split == "test"} == {"test"}
    assert {s.path.parts[-3] for s in samples if s.split == "val"} == {"train"}
    _fill(tmp_path / "Validation" / "Normal", 2, 20)
    assert _splits(read_source(tmp_path, FINDINGS, Selection(aliases=ALIASES)))["val", "NORMAL"] == 2


def test_a_class_that_the_recipe_has_not_is_named_or_left_out(classes) -> None:
    with pytest.raises(DataError, match=r"Viral Pneumonia.*--ignore-other-labels"):
        read_source(classes, ("NORMAL", "COVID19"), Selection(aliases=ALIASES))
    samples = read_source(classes, ("NORMAL", "COVID19"), Selection(aliases=ALIASES, ignore_other_labels=True))
    assert {sample.label for sample in samples} == {"NORMAL", "COVID19"}


def test_an_empty_class_and_an_empty_source_are_named(classes, tmp_path) -> None:
    (classes / "COVID19").mkdir()
    with pytest.raises(DataError, match=r"COVID19: expected films of COVID19"):
        read_source(classes, FINDINGS, Selection(aliases=ALIASES))
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="there is neither"):
        read_source(tmp_path / "empty", FINDINGS)
    with pytest.raises(DataError, match="there is none at"):
        read_source(tmp_path / "nowhere", FINDINGS)


def test_a_class_without_films_in_a_split_is_named(classes) -> None:
    samples = [s for s in read_source(classes, (), Selection()) if (s.split, s.label) != ("val", "COVID")]
    with pytest.raises(DataError, match=r"split val.*COVID"):
        check_findings(samples, ("COVID", "NORMAL", "VIRAL_PNEUMONIA"))
    with pytest.raises(DataError, match="at least two classes"):
        check_findings(samples, ("NORMAL",))


def test_patients_come_from_names_and_headers(tmp_path) -> None:
    for label, names in (
        ("NORMAL", ["IM-0115-0001", "IM-0115-0002", "NORMAL2-IM-0023-0001", "00000013_005", "00000013_006", "a", "b"]),
        ("PNEUMONIA", ["person1_bacteria_1", "person1_bacteria_2", "person1_virus_6", "person12_virus_3", "x"]),
    ):
        (tmp_path / label).mkdir()
        for number, name in enumerate(names):
            write_png(tmp_path / label / f"{name}.png", size=32, seed=number)
    for number in range(3):
        identifier = "MRN-1" if number < 2 else "MRN-2"
        write_dicom(tmp_path / "NORMAL" / f"{number}.dcm", size=64, seed=number, PatientID=identifier)
    by_name = {s.path.stem: s.patient for s in read_source(tmp_path, ("NORMAL", "PNEUMONIA"))}
    assert by_name["IM-0115-0001"] == by_name["IM-0115-0002"] != by_name["NORMAL2-IM-0023-0001"]
    assert by_name["00000013_005"] == by_name["00000013_006"]
    assert by_name["person1_bacteria_1"] == by_name["person1_virus_6"] != by_name["person12_virus_3"]
    assert by_name["0"] == by_name["1"] != by_name["2"]
    assert by_name["a"] != by_name["b"]
    files = read_source(tmp_path, ("NORMAL", "PNEUMONIA"), Selection(patients="files"))
    assert len({sample.patient for sample in files}) == len(files)


def test_a_patient_in_two_splits_is_named(tmp_path) -> None:
    for split in ("train", "test"):
        (tmp_path / split / "PNEUMONIA").mkdir(parents=True)
        _fill(tmp_path / split / "NORMAL", 3, 0 if split == "train" else 5)
        write_png(tmp_path / split / "PNEUMONIA" / f"person7_virus_{len(split)}.png", size=32)
    with pytest.raises(DataError, match=r"person7_virus_\d\.png: this film's patient .*--patients files"):
        read_source(tmp_path, ("NORMAL", "PNEUMONIA"))


def test_splits_never_share_a_patient_and_keep_the_shares(manifest) -> None:
    samples = read_manifest(manifest, FINDINGS)
    doubled = split_by_patient(samples + samples, seed=2)
    splits: dict[str, set[str]] = {}
    for sample in doubled:
        splits.setdefault(sample.patient, set()).add(sample.split)
    assert all(len(of_patient) == 1 for of_patient in splits.values())
    assert Counter(s.split for s in doubled)["train"] > len(doubled) * 0.6
    with pytest.raises(DataError, match="at least 3 patients with COVID19"):
        split_by_patient(
            [s for s in samples if s.label != "COVID19"] + [s for s in samples if s.label == "COVID19"][:2], 0
        )


def test_a_manifest_without_splits_is_split_or_all_for_testing(manifest, tmp_path) -> None:
    with manifest.open(newline="") as stream:
        rows = [{**row, "path": str(manifest.parent / row["path"])} for row in csv.DictReader(stream)]
    path = tmp_path / "manifest.csv"
    with path.open("w", newline="") as stream:
        table = csv.DictWriter(stream, ["path", "label", "patient"], extrasaction="ignore")
        table.writeheader()
        table.writerows(rows)
    samples = read_source(tmp_path, FINDINGS)
    assert {sample.split for sample in samples} == {"train", "val", "test"}
    assert {s.split for s in read_source(tmp_path, FINDINGS, Selection(seed=None))} == {"test"}
    content = path.read_text()
    path.write_text(content.replace("path,label,patient", "path,label,person"))
    with pytest.raises(DataError, match=r"missing: \['patient'\]"):
        read_source(tmp_path, FINDINGS)
    path.write_text(content.replace(",COVID19,", ",covid 19,", 1))
    with pytest.raises(DataError, match=r"row 12: expected a label among .*'covid 19'"):
        read_source(tmp_path, FINDINGS)
    aliases = (("COVID_19", "COVID19"),)
    assert len(read_source(tmp_path, FINDINGS, Selection(aliases=aliases))) == len(samples)


def test_a_limit_takes_the_findings_in_turn(classes) -> None:
    samples = read_source(classes, (), Selection(limit=4))
    assert Counter(s.split for s in samples) == {"train": 4, "val": 3, "test": 3}
    assert {s.label for s in samples if s.split == "train"} == {"COVID", "NORMAL", "VIRAL_PNEUMONIA"}
    every = read_source(classes, ())
    assert sorted(limited(every, findings_of(every), 99), key=str) == sorted(every, key=str)
    assert {s.path for s in limited(every, findings_of(every), 2)} <= {s.path for s in samples}
