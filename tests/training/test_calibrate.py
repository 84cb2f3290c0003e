"""A bundle calibrated to a hospital's films: the same network, other numbers, and a version of its own."""

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxrviewer import Classifier
from cxrviewer.inference.bundle import Bundle, load_bundle
from tests.films import write_png
from tests.fitted_bundle import write_fitted_bundle
from training.__main__ import main
from training.data import Sample
from training.errors import DataError
from training.local_calibration import FOLDS, calibrate_locally, check_enough, patient_folds
from training.scope import add_scope

FINDINGS = ("NORMAL", "PNEUMONIA", "COVID19")


def sample(number: int, label: str, patient: str = "") -> Sample:
    return Sample(Path(f"/films/{number}.png"), label, "test", patient, "here", "", "", "", number)


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return write_fitted_bundle(tmp_path_factory.mktemp("bundles") / "fitted")


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """63 drawn films, 21 of each finding."""
    folder = tmp_path_factory.mktemp("hospital")
    with (folder / "manifest.csv").open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["path", "label", "patient"])
        for number in range(63):
            name = write_png(folder / f"{number}.png", size=64, seed=number).name
            table.writerow([name, FINDINGS[number % 3], f"p{number}"])
    return folder


def test_a_local_bundle_has_the_network_and_other_numbers(fitted: Bundle, hospital: Path, tmp_path: Path) -> None:
    out = tmp_path / "local"
    command = ["calibrate", str(fitted.folder), "--data", str(hospital), "--out", str(out), "--name", "St. Nowhere"]
    assert main(command) == 0
    local = load_bundle(out)  # verifies the hash of every file
    before, after = fitted.metadata, local.metadata
    assert after.engines == before.engines
    assert after.version.startswith("0.9.0+local.20")
    assert local.sha256 != fitted.sha256
    assert after.calibration.fitted_on == "63 films of St. Nowhere"
    assert after.calibration.temperature != before.calibration.temperature
    assert after.conformal is not None
    assert after.conformal.films == dict.fromkeys(FINDINGS, 21)
    assert after.operating_curves is not None
    assert {curve.positives for curve in after.operating_curves.values()} == {21}
    card = (out / "MODEL_CARD.md").read_text("utf-8")
    assert "63 films of St. Nowhere" in card
    assert fitted.sha256 in card
    assert card.endswith((fitted.folder / "MODEL_CARD.md").read_text("utf-8").rstrip() + "\n")
    assert json.loads((out / "evaluation.json").read_text("utf-8"))["from"]["sha256"] == fitted.sha256
    film = hospital / "5.png"
    was, now = Classifier(fitted.folder).classify(film), Classifier(out).classify(film)
    assert was.logits.tobytes() == now.logits.tobytes()
    assert now.model.version == after.version
    assert main(command) == 1  # a bundle is never overwritten


def test_calibrating_again_does_not_pile_up_versions(fitted: Bundle, hospital: Path, tmp_path: Path) -> None:
    for folder, made in ((fitted.folder, "first"), (tmp_path / "first", "second")):
        assert main(["calibrate", str(folder), "--data", str(hospital), "--out", str(tmp_path / made)]) == 0
    assert load_bundle(tmp_path / "second").metadata.version.count("local") == 1


def test_too_few_films_are_refused_by_name(fitted: Bundle, hospital: Path, tmp_path: Path, capsys) -> None:
    lines = (hospital / "manifest.csv").read_text().splitlines()
    kept = [line for line in lines if ",COVID19," not in line] + [line for line in lines if ",COVID19," in line][:19]
    few = tmp_path / "manifest.csv"
    few.write_text("\n".join([kept[0], *(f"{hospital}/{line}" for line in kept[1:])]))
    assert main(["calibrate", str(fitted.folder), "--data", str(few), "--out", str(tmp_path / "local")]) == 1
    assert "at least 20 patients with every finding to calibrate on, got 19 with COVID19" in capsys.readouterr().err
    assert not (tmp_path / "local").exists()


def test_many_films_of_one_patient_are_one_patient() -> None:
    films = [sample(number, finding, f"{finding}{number}") for finding in FINDINGS for number in range(20)]
    check_enough(films, FINDINGS)
    repeated = [sample(number, "COVID19", "the same") for number in range(100)]
    with pytest.raises(DataError, match="got 1 with COVID19"):
        check_enough([film for film in films if film.label != "COVID19"] + repeated, FINDINGS)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(FINDINGS), st.integers(0, 40)), min_size=30, max_size=200), st.integers(0, 99)
)
def test_no_patient_is_in_two_folds(drawn: list[tuple[str, int]], seed: int) -> None:
    films = [sample(number, label, str(patient)) for number, (label, patient) in enumerate(drawn)]
    fold = patient_folds(films, seed)
    homes: dict[str, set[int]] = {}
    for film, number in zip(films, fold, strict=True):
        homes.setdefault(film.patient, set()).add(int(number))
    assert all(len(found) == 1 for found in homes.values())
    patients = [len({f.patient for f, n in zip(films, fold, strict=True) if n == k}) for k in range(FOLDS)]
    assert max(patients) - min(patients) <= 1


def test_what_was_overconfident_is_calibrated_and_the_figures_are_of_films_it_was_not_fitted_to(fitted: Bundle) -> None:
    rng = np.random.default_rng(11)
    labels = rng.integers(0, 3, 900)
    logits = (rng.normal(0, 1, (900, 3)) + np.eye(3)[labels]).astype(np.float32) * 12
    films = [sample(number, FINDINGS[label]) for number, label in enumerate(labels)]
    made = calibrate_locally(fitted.metadata, logits, films, "900 films")
    assert made.before["expected_calibration_error"] > 0.25
    assert made.after["expected_calibration_error"] < 0.06
    assert made.after["covered"] == pytest.approx(0.9, abs=0.03)
    for figures in made.after["findings"].values():
        assert figures["sensitivity"] == pytest.approx(0.95, abs=0.03)
    # Cross-fitted: fitted and judged on the same films, the sensitivities could not be below 0.95.
    assert min(figures["sensitivity"] for figures in made.after["findings"].values()) < 0.95


def test_the_limits_of_the_scope_follow_and_its_gate_stays(fitted: Bundle, hospital: Path, tmp_path: Path) -> None:
    gated, out = tmp_path / "gated", tmp_path / "local"
    shutil.copytree(fitted.folder, gated)
    drawn = []
    for number in range(260):
        path = write_png(tmp_path / f"{number}.png", size=64, seed=1000 + number)
        drawn.append(
            replace(sample(number, FINDINGS[number % 3]), path=path, split="val" if number % 4 == 0 else "train")
        )
    before = add_scope(gated, drawn).metadata.scope
    assert main(["calibrate", str(gated), "--data", str(hospital), "--out", str(out), "--name", "St. Nowhere"]) == 0
    after = load_bundle(out).metadata.scope
    assert before is not None
    assert after is not None
    assert (after.file, after.sha256) == (before.file, before.sha256)
    assert after.limit != before.limit
    assert after.fitted_on.endswith("training films, limits on 63 films of St. Nowhere")
    assert "limits of the scope" in (out / "MODEL_CARD.md").read_text("utf-8")
