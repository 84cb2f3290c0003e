"""A prediction is certain only where the thresholds single out the finding that is most probable."""

from dataclasses import replace

import numpy as np
import pytest

from cxrviewer.domain import Prediction
from cxrviewer.results.uncertainty import is_uncertain, possible_findings, set_words, threshold_words, uncertain_words


def prediction(flagged: tuple[str, ...], probabilities: tuple[float, ...] = (0.2, 0.45, 0.35)) -> Prediction:
    findings = ("NORMAL", "PNEUMONIA", "COVID19")
    values = np.array(probabilities, np.float32)
    return Prediction(
        findings, np.log(values), values, np.zeros(2, np.float32), findings[int(values.argmax())], flagged
    )


@pytest.mark.parametrize(
    ("flagged", "uncertain", "possible"),
    [
        (("PNEUMONIA",), False, ("PNEUMONIA",)),
        ((), True, ("PNEUMONIA",)),
        (("PNEUMONIA", "COVID19"), True, ("PNEUMONIA", "COVID19")),
        (("COVID19", "NORMAL", "PNEUMONIA"), True, ("PNEUMONIA", "COVID19", "NORMAL")),
        (("COVID19",), True, ("PNEUMONIA", "COVID19")),  # another one than the most probable reaches its threshold
    ],
)
def test_uncertain_and_between_what(flagged: tuple[str, ...], uncertain: bool, possible: tuple[str, ...]) -> None:
    assert is_uncertain(prediction(flagged)) is uncertain
    assert possible_findings(prediction(flagged)) == possible


def test_the_words_name_what_comes_into_question() -> None:
    assert uncertain_words(prediction(("PNEUMONIA", "COVID19"))) == "uncertain: PNEUMONIA or COVID19"
    assert uncertain_words(prediction(())) == "uncertain: PNEUMONIA below its threshold"


@pytest.mark.parametrize(
    ("found", "level", "uncertain", "words"),
    [
        (("PNEUMONIA",), 0.9, False, "uncertain: PNEUMONIA"),
        (("PNEUMONIA", "COVID19"), 0.9, True, "uncertain: PNEUMONIA or COVID19"),
        (("COVID19",), 0.9, True, "uncertain: PNEUMONIA or COVID19"),
        ((), 0.975, True, "uncertain: PNEUMONIA or COVID19, neither fits at 97.5 %"),
    ],
)
def test_where_there_is_a_conformal_set_it_decides_and_not_the_thresholds(found, level, uncertain, words) -> None:
    for flagged in ((), ("PNEUMONIA",), ("NORMAL", "COVID19")):
        decided = replace(prediction(flagged), prediction_set=found, level=level)
        assert is_uncertain(decided) is uncertain
        assert uncertain_words(decided) == words


def test_the_window_translates_the_same_templates() -> None:
    said = uncertain_words(prediction(("PNEUMONIA", "COVID19")), lambda text, **fields: f"<{text.format(**fields)}>")
    assert said == "<uncertain: PNEUMONIA< or >COVID19>"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ((), "At 90 %, the film is typical of no finding."),
        (("COVID19",), "At 90 %, the finding is COVID19."),
        (("PNEUMONIA", "COVID19"), "At 90 %, the finding is one of PNEUMONIA, COVID19."),
    ],
)
def test_the_set_in_words(found: tuple[str, ...], words: str) -> None:
    assert set_words(replace(prediction(()), prediction_set=found, level=0.9)) == words
    assert set_words(prediction(())) == ""


def test_chosen_thresholds_in_words() -> None:
    chosen = replace(prediction(()), thresholds=(0.4, 0.51234, 0.9))
    assert threshold_words(chosen).endswith("apply: NORMAL 0.4, PNEUMONIA 0.512, COVID19 0.9.")
    assert threshold_words(prediction(())) == ""
