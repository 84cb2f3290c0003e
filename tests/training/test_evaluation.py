"""Figures agree with scikit-learn and with a count by hand, and say nothing where there is nothing to say."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics

from training.data import Sample, read_manifest
from training.errors import DataError
from training.evaluation import MOST_GROUPS, OF_FINDING, OVERALL, evaluate, expected_calibration_error
from training.recipe import Comparison

FINDINGS = ("NORMAL", "PNEUMONIA", "COVID19")


def _sample(label: str, patient: str, source: str = "east", age_group: str = "adult") -> Sample:
    return Sample(Path("x.png"), label, "test", patient, source, "", age_group, "", 1)


SAMPLES = [
    _sample("NORMAL", "a"),
    _sample("NORMAL", "a"),
    _sample("NORMAL", "b", "west"),
    _sample("PNEUMONIA", "c", age_group="child"),
    _sample("PNEUMONIA", "d", "west", "child"),
    _sample("COVID19", "e", "west"),
]
PROBABILITIES = np.array(
    [
        [0.8, 0.1, 0.1],
        [0.6, 0.3, 0.1],
        [0.3, 0.6, 0.1],
        [0.1, 0.8, 0.1],
        [0.2, 0.3, 0.5],
        [0.1, 0.1, 0.8],
    ],
    np.float32,
)


def _many(films: int, patients: int, seed: int = 0) -> tuple[list[Sample], np.ndarray]:
    """Films of so many patients in turn, about four of five right, with scores to two decimals, so with ties."""
    random = np.random.default_rng(seed)
    labels = random.integers(3, size=films)
    said = np.where(random.random(films) < 0.8, labels, random.integers(3, size=films))
    scores = random.dirichlet([1.0] * 3, size=films) + np.eye(3)[said]
    scores = np.round(scores, 2)
    probabilities = (scores / scores.sum(axis=1, keepdims=True)).astype(np.float32)
    samples = [
        replace(_sample(FINDINGS[label], f"p{number % patients}"), source=("east", "west")[number % 2])
        for number, label in enumerate(labels)
    ]
    return samples, probabilities


def test_figures_by_hand() -> None:
    result = evaluate(
        SAMPLES,
        PROBABILITIES,
        FINDINGS,
        [Comparison("east", "PNEUMONIA", "NORMAL", ("east",)), Comparison("none", "COVID19", "NORMAL", ("east",))],
    )
    assert (result["films"], result["patients"], result["films_without_patient"]) == (6, 5, 0)
    overall = result["overall"]
    assert overall["accuracy"]["value"] == pytest.approx(4 / 6, abs=1e-4)
    assert overall["balanced_accuracy"]["value"] == pytest.approx((2 / 3 + 1 / 2 + 1) / 3, abs=1e-4)
    low, high = overall["accuracy"]["interval"]
    assert 0 <= low < 4 / 6 < high <= 1
    brier = ((PROBABILITIES - np.eye(3)[[0, 0, 0, 1, 1, 2]]) ** 2).sum(axis=1).mean()
    assert overall["brier"]["value"] == pytest.approx(brier, abs=1e-4)
    # By chance 3/6 x 2/6 + 2/6 x 2/6 + 1/6 x 2/6 = 1/3 of the films would be right.
    assert overall["cohen_kappa"]["value"] == pytest.approx((4 / 6 - 1 / 3) / (1 - 1 / 3), abs=1e-4)
    assert result["confusion"]["counts"] == [[2, 1, 0], [0, 1, 1], [0, 0, 1]]
    normal = result["findings"]["NORMAL"]
    assert (normal["films"], normal["precision"]["value"], normal["specificity"]["value"]) == (3, 1.0, 1.0)
    assert normal["recall"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    # Of 9 pairs of a NORMAL and another film, all are in order: 0.3 is above 0.2 and both 0.1.
    assert normal["roc_auc"]["value"] == 1.0
    # PNEUMONIA: 0.8 is above four others; 0.3 ties with one, is below 0.6 and above two.
    assert result["findings"]["PNEUMONIA"]["roc_auc"]["value"] == pytest.approx((4 + 2.5) / 8, abs=1e-4)
    east, none = result["comparisons"]
    assert east["films"] == {"PNEUMONIA": 1, "NORMAL": 2}
    assert [east[name]["value"] for name in ("roc_auc", "accuracy", "recall")] == [1.0, 1.0, 1.0]
    assert none["films"] == {"COVID19": 0, "NORMAL": 2}
    assert (none["roc_auc"], none["accuracy"], none["recall"]) == (None, None, None)


def test_groups_by_hand() -> None:
    result = evaluate(SAMPLES, PROBABILITIES, FINDINGS)
    west = result["by_source"]["west"]
    assert (west["films"], west["patients"]) == (3, 3)
    assert west["accuracy"]["value"] == pytest.approx(1 / 3, abs=1e-4)
    assert {label: (entry["films"], entry["recall"]["value"]) for label, entry in west["recall"].items()} == {
        "NORMAL": (1, 0.0),
        "PNEUMONIA": (1, 0.0),
        "COVID19": (1, 1.0),
    }
    # COVID19 has 0.8 against 0.5 and 0.1; PNEUMONIA 0.3 against 0.6 and 0.1.
    assert (west["roc_auc"]["COVID19"]["value"], west["roc_auc"]["PNEUMONIA"]["value"]) == (1.0, 0.5)
    child = result["by_age_group"]["child"]
    assert child["recall"]["PNEUMONIA"]["films"] == 2
    assert child["recall"]["PNEUMONIA"]["recall"]["value"] == 0.5
    assert child["roc_auc"] == {}
    assert result["by_subtype"] == {}


def test_every_figure_is_scikit_learns_and_lies_in_its_interval() -> None:
    samples, probabilities = _many(300, patients=120)
    labels, predicted = [FINDINGS.index(s.label) for s in samples], probabilities.argmax(axis=1)
    result = evaluate(samples, probabilities, FINDINGS)
    expected = {
        "accuracy": metrics.accuracy_score(labels, predicted),
        "balanced_accuracy": metrics.balanced_accuracy_score(labels, predicted),
        "cohen_kappa": metrics.cohen_kappa_score(labels, predicted),
        "brier": metrics.brier_score_loss(np.eye(3)[labels], probabilities, scale_by_half=False),
        "expected_calibration_error": expected_calibration_error(probabilities, np.array(labels)),
    }
    assert tuple(expected) == OVERALL
    for name, value in expected.items():
        assert result["overall"][name]["value"] == pytest.approx(value, abs=1e-4), name
    for index, finding in enumerate(FINDINGS):
        truth, said, score = np.array(labels) == index, predicted == index, probabilities[:, index]
        precision, recall, f1, _ = metrics.precision_recall_fscore_support(truth, said, average="binary")
        expected = {
            "precision": precision,
            "recall": recall,
            "specificity": metrics.recall_score(~truth, ~said),
            "f1": f1,
            "roc_auc": metrics.roc_auc_score(truth, score),
            "average_precision": metrics.average_precision_score(truth, score),
        }
        assert tuple(expected) == OF_FINDING
        for name, value in expected.items():
            figure = result["findings"][finding][name]
            assert figure["value"] == pytest.approx(value, abs=1e-4), name
            assert figure["interval"][0] < figure["value"] < figure["interval"][1], name


def test_intervals_shrink_with_more_patients_and_not_with_more_films() -> None:
    def width(films: int, patients: int) -> float:
        low, high = evaluate(*_many(films, patients), FINDINGS)["overall"]["accuracy"]["interval"]
        return high - low

    assert width(1600, 1600) < 0.6 * width(400, 400)
    # A binomial proportion of 400 films that stand alone.
    assert width(400, 400) == pytest.approx(2 * 1.96 * np.sqrt(0.87 * 0.13 / 400), rel=0.2)

    # The same film, shown again and again by each patient, says no more than once.
    samples, probabilities = _many(60, 60)
    once = evaluate(samples, probabilities, FINDINGS)["overall"]["accuracy"]
    often = evaluate(samples * 10, np.tile(probabilities, (10, 1)), FINDINGS)["overall"]["accuracy"]
    assert often == once


def test_one_patient_with_many_films_makes_the_interval_wide() -> None:
    """Half of the films are one patient's, all wrong: with him or without him is all the difference."""
    right = [_sample("NORMAL", f"p{number}") for number in range(50)]
    wrong = [_sample("PNEUMONIA", "the one") for _ in range(50)]
    probabilities = np.tile(np.float32([0.8, 0.1, 0.1]), (100, 1))
    low, high = evaluate(right + wrong, probabilities, FINDINGS)["overall"]["accuracy"]["interval"]
    assert (low, high) == (pytest.approx(0.25, abs=0.06), 1.0)
    apart = [replace(sample, patient=f"q{number}") for number, sample in enumerate(wrong)]
    low, high = evaluate(right + apart, probabilities, FINDINGS)["overall"]["accuracy"]["interval"]
    assert (low, high) == (pytest.approx(0.4, abs=0.03), pytest.approx(0.6, abs=0.03))


def test_too_few_patients_have_no_interval() -> None:
    samples = [_sample(label, "same") for label in ("NORMAL", "PNEUMONIA", "COVID19", "NORMAL")]
    figure = evaluate(samples, PROBABILITIES[[0, 3, 5, 2]], FINDINGS)["overall"]["accuracy"]
    assert figure == {"value": 0.75, "interval": None}
    samples, probabilities = _many(90, 90)
    samples = [replace(sample, label="NORMAL") if sample.label == "COVID19" else sample for sample in samples]
    samples[0] = replace(samples[0], label="COVID19")
    covid = evaluate(samples, probabilities, FINDINGS)["findings"]["COVID19"]
    assert covid["recall"]["interval"] is None
    assert covid["roc_auc"]["interval"] is None
    assert covid["specificity"]["interval"] is not None


def test_films_without_patient_count_for_one_each() -> None:
    unknown = [replace(sample, patient="") for sample in SAMPLES]
    result = evaluate(unknown, PROBABILITIES, FINDINGS)
    assert (result["patients"], result["films_without_patient"]) == (6, 6)
    assert result["overall"]["accuracy"]["interval"] is not None


def test_one_label_only_leaves_figures_out_and_no_nan() -> None:
    samples = [_sample("NORMAL", f"p{number}") for number in range(4)]
    result = evaluate(samples, np.tile(PROBABILITIES[0], (4, 1)), FINDINGS, [Comparison("x", "COVID19", "NORMAL")])
    json.dumps(result, allow_nan=False)
    normal, covid = result["findings"]["NORMAL"], result["findings"]["COVID19"]
    assert (normal["specificity"], normal["roc_auc"], normal["average_precision"]) == (None, None, None)
    assert normal["recall"]["value"] == 1.0
    assert covid["films"] == 0
    assert [covid[name] for name in OF_FINDING if name != "specificity"] == [None] * 5
    assert covid["specificity"]["value"] == 1.0
    assert result["overall"]["cohen_kappa"] is None
    assert result["overall"]["balanced_accuracy"]["value"] == 1.0
    assert result["by_source"]["east"]["roc_auc"] == {}


def test_further_columns_are_groups_unless_they_name_patients() -> None:
    samples, probabilities = _many(120, patients=80)
    samples = [
        replace(
            sample,
            columns=(
                ("sex", "FM"[number % 2]),
                ("name", f"DOE^{number % 80}"),
                ("hospital", f"h{number % (MOST_GROUPS + 1)}"),
                ("remark", ""),
            ),
        )
        for number, sample in enumerate(samples)
    ]
    result = evaluate(samples, probabilities, FINDINGS)
    assert set(result["by_column"]) == {"sex"}
    assert result["by_column"]["sex"]["F"]["films"] == 60
    assert set(result["columns_left_out"]) == {"name", "hospital", "remark"}
    assert "DOE" not in json.dumps(result)
    few = [replace(sample, patient=f"p{number % 6}") for number, sample in enumerate(samples)]
    few = [replace(s, columns=(("name", s.patient), ("sex", "FM"[n % 2]))) for n, s in enumerate(few)]
    result = evaluate(few, probabilities, FINDINGS)
    assert set(result["by_column"]) == {"sex"}
    assert "patients" in result["columns_left_out"]["name"]
    mixed = [replace(sample, split=("val", "test")[number % 2]) for number, sample in enumerate(samples)]
    assert set(evaluate(mixed, probabilities, FINDINGS)["by_column"]["split"]) == {"val", "test"}


def test_a_manifest_gives_its_further_columns_and_needs_patients_only_to_split(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    (tmp_path / "b.png").touch()
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("path,label,sex,device\na.png,NORMAL,F,DX 1\nb.png,COVID19\n")
    first, second = read_manifest(manifest, FINDINGS, seed=None)
    assert first.columns == (("sex", "F"), ("device", "DX 1"))
    assert second.columns == (("sex", ""), ("device", ""))
    assert (first.patient, first.split) == ("", "test")
    with pytest.raises(DataError, match="missing: \\['patient'\\]"):
        read_manifest(manifest, FINDINGS, seed=0)


def test_calibration_error_by_hand() -> None:
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.6, 0.4]], np.float32)
    labels = np.array([0, 1, 0, 0])
    assert expected_calibration_error(probabilities, labels) == pytest.approx(0.5 * 0.4 + 0.5 * 0.4, abs=1e-6)
    assert expected_calibration_error(np.eye(2, dtype=np.float32), np.array([0, 1])) == 0.0
