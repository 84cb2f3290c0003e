"""Leave one source out: every run is trained once, read on what it never saw, and written down."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics

import training.train
from cxrviewer.inference.bundle import load_bundle
from training.__main__ import main
from training.data import Sample
from training.leave_out import figures_of_label, leave_out
from training.left_out import plan
from training.recipe import LeftOut
from training.runs import read_recipe

SMALL = ["--backbone-weights", "none", "--resolution", "32", "--width", "0.35", "--epochs", "1", "--batch-size", "8"]


def _leave_out(manifest, out, *options: str) -> int:
    return main(["leave-out", "folder_mobilenetv2", "--data", str(manifest), "--out", str(out), *SMALL, *options])


@pytest.fixture
def epochs(monkeypatch) -> list[int]:
    """The epochs that are trained during the test, by number."""
    trained, run_epoch = [], training.train._Run._epoch

    def count(run, *arguments):
        trained.append(len(run.history))
        run_epoch(run, *arguments)

    monkeypatch.setattr(training.train._Run, "_epoch", count)
    return trained


def test_every_run_is_read_on_what_it_never_saw(manifest, tmp_path, capsys, epochs) -> None:
    out = tmp_path / "left"
    assert _leave_out(manifest, out) == 0
    printed = capsys.readouterr().out
    content = json.loads((out / "leave_out.json").read_text())
    assert [run["without"] for run in content["runs"]] == ["PNEUMONIA of east", "PNEUMONIA of west"]
    for run, (films, tested) in zip(content["runs"], ((6, 3), (4, 2)), strict=True):
        assert run["choosing"]["labels"]["PNEUMONIA"]["films"] == films
        assert run["reporting"]["labels"]["PNEUMONIA"]["films"] == tested
        assert run["films_left_in"] == dict.fromkeys(("train", "val", "test"), 14 - tested)
        assert run["accuracy_on_the_others"]["films"] == 14 - tested
        for reading in ("choosing", "reporting"):
            figures = run[reading]["labels"]["PNEUMONIA"]
            assert sum(figures["called"].values()) == pytest.approx(1.0, abs=2e-4)
            assert figures["called"]["PNEUMONIA"] == figures["recall"]["value"] == run[reading]["recall"]["value"]
            assert 0 <= figures["roc_auc"]["value"] <= 1
        assert json.loads((out / run["run"] / "start.json").read_text())["films"]["number"] == 28 - films
        assert json.loads((out / run["run"] / "evaluation.json").read_text())["films"] == 14 - tested
    for reading in ("choosing", "reporting"):
        recalls = [run[reading]["recall"]["value"] for run in content["runs"]]
        assert content["mean"][reading]["value"] == pytest.approx(np.mean(recalls), abs=1e-4)
        assert content["mean"][reading]["runs"] == 2
    table = (out / "leave_out.md").read_text()
    for text in ("PNEUMONIA of east", "mean of 2 runs", "train and val"):
        assert text in table
        assert text in printed
    assert epochs == [0, 0]


def test_a_finished_run_is_not_trained_again(manifest, tmp_path, capsys, epochs) -> None:
    out = tmp_path / "left"
    assert _leave_out(manifest, out, "--without", "PNEUMONIA:west") == 0
    [first] = json.loads((out / "leave_out.json").read_text())["runs"]
    network = (out / first["run"] / "network.keras").stat().st_mtime_ns
    assert epochs == [0]

    capsys.readouterr()
    assert _leave_out(manifest, out, "--without", "PNEUMONIA:west") == 1
    assert "--resume goes on" in capsys.readouterr().err
    assert epochs == [0]

    assert _leave_out(manifest, out, "--without", "PNEUMONIA:west", "PNEUMONIA:east", "--resume") == 0
    runs = json.loads((out / "leave_out.json").read_text())["runs"]
    assert [run["without"] for run in runs] == ["PNEUMONIA of west", "PNEUMONIA of east"]
    assert runs[0] == first
    assert (out / first["run"] / "network.keras").stat().st_mtime_ns == network
    assert epochs == [0, 0]  # the one that was not there


@pytest.mark.parametrize(
    ("without", "message"), [("north", "films of north to leave out"), ("east", "films of every class")]
)
def test_what_cannot_be_left_out_is_named_before_anything_is_trained(
    without, message, manifest, tmp_path, capsys, epochs
) -> None:
    out = tmp_path / "left"
    assert _leave_out(manifest, out, "--without", "PNEUMONIA:west", without) == 1
    assert message in capsys.readouterr().err
    assert epochs == []
    assert not out.exists()


def test_a_recipe_that_draws_by_cell_draws_the_labels_other_cells(small_recipe, films, tmp_path) -> None:
    recipe = replace(small_recipe, phases=(replace(small_recipe.phases[0], epochs=1),), left_out=())
    absences = plan(recipe, films, (LeftOut("west", "PNEUMONIA"),))
    content = leave_out(recipe, absences, tmp_path / "left", "none")
    run = tmp_path / "left" / content["runs"][0]["run"]
    assert {(cell.label, cell.source): cell.films for cell in read_recipe(run).cells} == {
        ("NORMAL", "east"): 3,
        ("PNEUMONIA", "east"): 6,
        ("COVID19", "west"): 3,
    }


def test_a_bundle_and_its_card_hold_what_was_measured(manifest, tmp_path, capsys) -> None:
    run, out = tmp_path / "run", tmp_path / "left"
    small = ["folder_mobilenetv2", "--data", str(manifest), *SMALL]
    assert main(["train", *small, "--out", str(run)]) == 0
    assert _leave_out(manifest, out, "--without", "PNEUMONIA:west", "--seed", "7") == 0
    assert main(["export", str(run), str(tmp_path / "bundle"), "--leave-out", str(out)]) == 0
    bundle = load_bundle(tmp_path / "bundle")
    measured = json.loads((bundle.folder / "evaluation.json").read_text())["leave_one_source_out"]
    content = json.loads((out / "leave_out.json").read_text())
    assert measured["runs"] == content["runs"]
    assert measured["differs_in"] == []  # another seed is the same recipe
    card = (bundle.folder / "MODEL_CARD.md").read_text()
    assert "## Films of a source left out" in card
    assert "| PNEUMONIA of west | PNEUMONIA | test | 2 |" in card

    content["settings"]["batch_size"] = 9
    (out / "leave_out.json").write_text(json.dumps(content))
    assert main(["export", str(run), str(tmp_path / "bundle"), "--replace", "--leave-out", str(out)]) == 0
    assert "differ from the bundle's in: batch_size." in (tmp_path / "bundle" / "MODEL_CARD.md").read_text()

    content["recipe"] = "cxr_mobilenetv2"
    (out / "leave_out.json").write_text(json.dumps(content))
    capsys.readouterr()
    assert main(["export", str(run), str(tmp_path / "other"), "--leave-out", str(out)]) == 1
    assert "it is of cxr_mobilenetv2" in capsys.readouterr().err
    assert main(["export", str(run), str(tmp_path / "other"), "--leave-out", str(tmp_path)]) == 1
    assert "leave_out.json" in capsys.readouterr().err
    assert not (tmp_path / "other").exists()


FINDINGS = ("NORMAL", "COVID19")


def _film(number: int, label: str, patient: str, source: str) -> Sample:
    return Sample(Path(f"{number}.png"), label, "test", patient, source, "", "", "", number)


def test_a_shifted_threshold_costs_recall_and_not_discrimination() -> None:
    """Every COVID19 film left out is more probable than every film left in, and nearly all are called NORMAL."""
    left = [_film(number, "COVID19", f"l{number}", "new") for number in range(8)]
    others = [_film(number, "NORMAL", f"o{number}", "old") for number in range(20)]
    of_left = np.linspace(0.30, 0.45, 8)
    of_left[0] = 0.8
    of_others = np.linspace(0.0, 0.2, 20)
    figures, (described, draws) = figures_of_label(
        "COVID19", left, np.stack([1 - of_left, of_left], 1), others, np.stack([1 - of_others, of_others], 1), FINDINGS
    )
    assert figures["recall"]["value"] == 0.125
    assert figures["called"] == {"NORMAL": 0.875, "COVID19": 0.125}
    assert figures["roc_auc"]["value"] == 1.0
    low, high = figures["recall"]["interval"]
    assert low == 0.0
    assert 0.125 < high < 0.6
    assert described == figures["recall"]
    assert draws.mean() == pytest.approx(0.125, abs=0.02)


def test_the_area_is_that_against_the_other_labels_films_alone() -> None:
    random = np.random.default_rng(0)
    left = [_film(number, "COVID19", f"l{number}", "new") for number in range(12)]
    others = [_film(n, ("NORMAL", "COVID19")[n % 2], f"o{n}", "old") for n in range(30)]
    of_left, of_others = random.uniform(0, 1, 12), random.uniform(0, 0.7, 30)
    figures, _ = figures_of_label(
        "COVID19", left, np.stack([1 - of_left, of_left], 1), others, np.stack([1 - of_others, of_others], 1), FINDINGS
    )
    expected = metrics.roc_auc_score([True] * 12 + [False] * 15, [*of_left, *of_others[::2]])
    assert figures["roc_auc"]["value"] == pytest.approx(expected, abs=1e-4)
    low, high = figures["roc_auc"]["interval"]
    assert low < expected < high


def test_films_of_one_patient_count_as_one() -> None:
    films = [_film(number, "COVID19", "same" if number < 20 else f"p{number}", "new") for number in range(24)]
    right = np.array([0.9] * 20 + [0.1] * 4)
    figures, _ = figures_of_label("COVID19", films, np.stack([1 - right, right], 1), [], np.zeros((0, 2)), FINDINGS)
    assert figures["patients"] == 5
    assert figures["roc_auc"] is None
    low, high = figures["recall"]["interval"]
    assert low == 0.0  # nearly all films are of one patient of five, whom a third of the draws miss
    assert high > 0.95
