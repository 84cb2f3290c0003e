"""Conformal sets cover as often as they promise, and say everything where there are too few films to promise more."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxrviewer.inference.decision import calibrated_probabilities
from training.assessment import fit_to
from training.conformal import LEVELS, evaluate_sets, fit_conformal, least_probability
from training.data import Sample
from training.export import _json_text
from training.results import _prediction_sets
from training.runs import Fitted

FINDINGS = ("NORMAL", "PNEUMONIA", "COVID19")


def drawn(films: int, seed: int, sharpness: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of a network that is right more often than not, and labels; NORMAL is the easiest."""
    rng = np.random.default_rng(seed)
    labels = rng.choice(3, films, p=(0.5, 0.35, 0.15))
    logits = rng.normal(0, 1, (films, 3)) + np.eye(3)[labels] * sharpness * np.array([2.0, 1.0, 0.6])[labels][:, None]
    return calibrated_probabilities(logits.astype(np.float32), 1.0), labels


def covered(conformal, probabilities, labels, level) -> np.ndarray:
    return np.array(
        [
            FINDINGS[label] in conformal.findings_at(FINDINGS, row, level)
            for row, label in zip(probabilities, labels, strict=True)
        ]
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from((0.8, 0.9, 0.95)), st.booleans())
def test_films_of_the_same_kind_are_covered_as_promised(seed: int, level: float, by_class: bool) -> None:
    # The coverage of one fit varies as Beta(k, n + 1 - k) about k / (n + 1): five standard deviations of it and of the
    # counting are allowed.
    conformal = fit_conformal(*drawn(2000, seed), FINDINGS, "2000 drawn films", by_class=by_class)
    probabilities, labels = drawn(2000, seed + 1_000_003)
    hit = covered(conformal, probabilities, labels, level)
    groups = [labels == number for number in range(3)] if by_class else [np.ones(len(labels), bool)]
    for group in groups:
        spread = math.sqrt(2 * level * (1 - level) / (0.8 * group.sum()))
        assert abs(hit[group].mean() - level) < 5 * spread + 1 / group.sum()


def test_only_quantiles_by_class_cover_the_hardest_finding() -> None:
    fitted_on, (probabilities, labels) = drawn(4000, 1), drawn(4000, 2)
    hardest = labels == 2
    shares = {
        by_class: covered(
            fit_conformal(*fitted_on, FINDINGS, "drawn films", by_class=by_class), probabilities, labels, 0.9
        )[hardest].mean()
        for by_class in (False, True)
    }
    assert shares[False] < 0.8
    assert shares[True] == pytest.approx(0.9, abs=0.04)


def test_on_average_over_fits_the_finite_sample_promise_holds_exactly() -> None:
    """With n = 9 films and 0.9 the quantile is the largest score: covered with probability 9 / 10, not 8 / 9."""
    rng = np.random.default_rng(0)
    hits = [rng.random() >= least_probability(np.sort(rng.random(9)), 0.9) for _ in range(20_000)]
    assert np.mean(hits) == pytest.approx(0.9, abs=0.01)


@pytest.mark.parametrize(("films", "level", "everything"), [(8, 0.9, True), (9, 0.9, False), (0, 0.8, True)])
def test_with_too_few_films_every_set_has_the_finding(films: int, level: float, everything: bool) -> None:
    column = np.linspace(0.5, 0.9, films)
    assert (least_probability(column, level) == 0.0) is everything
    if not everything:
        assert least_probability(column, level) == pytest.approx(0.5)


def test_tiny_calibration_sets_give_sets_of_everything() -> None:
    probabilities = np.array([[0.98, 0.01, 0.01], [0.2, 0.7, 0.1], [0.1, 0.1, 0.8]], np.float32)
    conformal = fit_conformal(probabilities, np.array([0, 1, 2]), FINDINGS, "3 films")
    assert conformal.findings_at(FINDINGS, probabilities[0], 0.9) == ("NORMAL", "PNEUMONIA", "COVID19")
    assert conformal.films == {"NORMAL": 1, "PNEUMONIA": 1, "COVID19": 1}


@given(st.integers(1, 60), st.integers(0, 1000))
def test_a_film_that_was_fitted_on_is_at_most_as_often_left_out_as_the_level_allows(films: int, seed: int) -> None:
    probabilities, labels = drawn(films, seed)
    conformal = fit_conformal(probabilities, labels, FINDINGS, "drawn films", by_class=False)
    for level in LEVELS:
        assert covered(conformal, probabilities, labels, level).mean() >= level - 1e-9


def test_the_report_counts_what_it_says() -> None:
    samples = [
        Sample(None, label, "test", "", source, "", "", "", row)  # type: ignore[arg-type]
        for row, (label, source) in enumerate([("NORMAL", "a"), ("NORMAL", "b"), ("PNEUMONIA", "a"), ("COVID19", "")])
    ]
    fitted = fit_conformal(*drawn(500, 3), FINDINGS, "500 drawn films").model_copy(
        update={"levels": (0.9,), "least_probability": dict.fromkeys(FINDINGS, (0.4,))}
    )
    probabilities = np.array([[0.9, 0.1, 0], [0.45, 0.45, 0.1], [0.6, 0.2, 0.2], [0.34, 0.33, 0.33]], np.float32)
    report = evaluate_sets(samples, probabilities, fitted, FINDINGS, (0.9, 0.99))
    assert list(report["levels"]) == ["0.9"]  # 0.99 is beyond what was fitted
    rows = report["levels"]["0.9"]
    assert rows["all"] == {
        "films": 4, "covered": 0.5, "call": 0.5, "several": 0.25, "none": 0.25, "calls_right": 0.5
    }  # fmt: skip
    assert rows["source: a"]["covered"] == 0.5
    assert rows["finding: COVID19"] == rows["finding and source: COVID19, unnamed"]
    assert rows["source: unnamed"]["calls_right"] is None
    table = _prediction_sets(report)
    assert table.rows[0] == ("0.9, all", "4", "0.5000", "0.5000", "0.2500", "0.2500", "0.5000")
    assert table.rows[-1][0] == "0.9, finding and source: PNEUMONIA, a"


def test_what_is_fitted_comes_back_from_its_file_and_short_lists_stay_on_their_line() -> None:
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 3, 300)
    logits = (rng.normal(0, 1, (300, 3)) + np.eye(3)[labels] * 2).astype(np.float32)
    fitted = fit_to(logits, labels, FINDINGS, "300 drawn films", ())
    assert Fitted.model_validate_json(fitted.model_dump_json()) == fitted
    assert fitted.conformal is not None
    assert fitted.conformal.by_class
    text = _json_text(fitted.model_dump(mode="json"))
    assert json.loads(text) == fitted.model_dump(mode="json")
    assert max(map(len, text.splitlines())) > 200
    assert text.count("\n") < 100
    assert _json_text({"a": ["x", "[1,"], "b": [], "c": [1, -2.5e-06]}).count("\n") == 7
