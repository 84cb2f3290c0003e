"""The model card: its headings, figures that are the evaluation's, and what was not measured said to be so."""

import json
import re
from dataclasses import replace
from typing import get_args

import pytest

from cxrviewer.inference.bundle import Bundle, load_bundle
from cxrviewer.resources import models_folder
from training.claim import ITEMS, claim_table
from training.instruments import BLANKING_KEY, LEAVE_OUT_KEY, LUNG_SHARE_KEY, ROBUSTNESS_KEY, SANITY_KEY
from training.model_card import model_card
from training.recipe import Kept, RegressionStart
from training.recipes import load_recipe
from training.results import in_words

HEADINGS = [
    "Model details", "Intended use", "Factors", "Metrics", "Evaluation data", "Training data",
    "Quantitative analyses", "Ethical considerations", "Caveats and recommendations",
]  # fmt: skip
RECIPE = load_recipe("cxr_mobilenetv2")
SHARE = {"value": 0.4321, "interval": [0.4, 0.46]}


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return load_bundle(models_folder() / "cxr_mobilenetv2", verify=False)


@pytest.fixture
def evaluation(bundle: Bundle) -> dict:
    """The shipped evaluation without what the instruments may have added."""
    content = json.loads((bundle.folder / "evaluation.json").read_text("utf-8"))
    return {
        key: value
        for key, value in content.items()
        if key not in (BLANKING_KEY, LEAVE_OUT_KEY, LUNG_SHARE_KEY, SANITY_KEY, ROBUSTNESS_KEY, "conformal")
    }


def sanity_of(value: dict) -> dict:
    step = {"shuffled_down_to": "top", "layers": 1, "rank_correlation": value, "empty": 0, "other_predictions": 0.5}
    return {"films": 9, "patients": 8, "repeats": 3, "layers": 4, "steps": [step]}


def test_the_headings_are_those_of_model_cards_and_claim(bundle, evaluation) -> None:
    card = model_card(bundle.metadata, RECIPE, evaluation)
    assert re.findall(r"^## (.*)$", card, re.MULTILINE) == [*HEADINGS, "CLAIM 2024", "Licence"]
    assert card.startswith(
        f"# {bundle.metadata.name} {bundle.metadata.version}\n\n**Research use only. Not for diagnosis.**"
    )
    for limit in RECIPE.card.limits:
        assert f"- {limit}" in card


def test_it_says_how_the_head_began_and_which_weights_were_kept(bundle, evaluation) -> None:
    begun = replace(RECIPE, regression_start=RegressionStart(penalty=0.25, films_of_cell=70), keep="mean", mean_from=60)
    card = model_card(bundle.metadata, begun, evaluation)
    assert "began as a logistic regression on the features of the backbone as it was loaded" in card
    assert "at most 70 films of each finding and source, penalty 0.25" in card
    assert "plain mean of the weights after every step from step 61 on" in card
    plain = model_card(bundle.metadata, replace(begun, regression_start=None, keep="last"), evaluation)
    assert "logistic regression on the features" not in plain
    assert "mean of the weights" not in plain


@pytest.mark.parametrize("keep", get_args(Kept))
def test_claim_tells_which_weights_were_kept(bundle, evaluation, keep) -> None:
    answers = {row[0]: row[3] for row in claim_table(bundle.metadata, replace(RECIPE, keep=keep), evaluation).rows}
    assert sum(answer.startswith("The run keeps ") for answer in answers.values()) == 1


def test_what_was_not_measured_is_said_and_what_was_is_shown(bundle, evaluation) -> None:
    bare = model_card(bundle.metadata, RECIPE, evaluation)
    not_measured = bare.partition("### Not measured")[2].partition("## ")[0]
    for name in ("leave-out", "lung-share", "blanking", "sanity", "robustness", "coverage"):
        assert name in not_measured
    measured = model_card(bundle.metadata, RECIPE, evaluation | {SANITY_KEY: sanity_of(SHARE)})
    assert "### Heatmaps of a network that forgets" in measured
    assert f"| top | 1 of 4 | {in_words(SHARE)} |" in measured
    assert "(sanity)" not in measured
    assert "(blanking)" in measured


def test_claim_has_its_44_items_with_honest_answers(bundle, evaluation) -> None:
    rows = claim_table(bundle.metadata, RECIPE, evaluation).rows
    assert len(ITEMS) == len(rows) == 44
    assert [row[0] for row in rows] == [str(number) for number in range(1, 45)]
    assert {row[2] for row in rows} == {"yes", "in part", "not done", "does not apply"}
    assert all(row[3] for row in rows)
    answers = {int(row[0]): row[2:] for row in rows}
    assert answers[33][0] == answers[30][0] == "not done"
    assert answers[31][0] == "in part"
    assert in_words(evaluation["overall"]["accuracy"]) in answers[37][1]
    measured = evaluation | {SANITY_KEY: sanity_of(SHARE), BLANKING_KEY: {}, LEAVE_OUT_KEY: {}}
    again = {int(row[0]): row[2:] for row in claim_table(bundle.metadata, RECIPE, measured).rows}
    assert (again[30][0], again[31][0], again[33][0]) == ("in part", "yes", "in part")
