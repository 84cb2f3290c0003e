"""The sets of a bundle: nested, in order, at a level that was fitted, and as before without quantiles."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pydantic import ValidationError

from cxrviewer.inference.bundle import BundleMetadata
from cxrviewer.inference.conformal import ConformalQuantiles
from cxrviewer.inference.decision import at_level, decide, prediction_set, with_thresholds

FINDINGS = ("NORMAL", "PNEUMONIA", "COVID19")
QUANTILES = {
    "by_class": True,
    "levels": [0.8, 0.9, 0.99],
    "least_probability": {"NORMAL": [0.7, 0.5, 0.1], "PNEUMONIA": [0.6, 0.45, 0.2], "COVID19": [0.5, 0.4, 0.0]},
    "films": {"NORMAL": 400, "PNEUMONIA": 300, "COVID19": 60},
    "fitted_on": "760 validation films",
}


@pytest.fixture
def metadata(bundle) -> BundleMetadata:
    content = bundle.metadata.model_dump() | {"conformal": QUANTILES}
    content["calibration"]["temperature"] = 1.0
    return BundleMetadata.model_validate(content)


def logits(*probabilities: float) -> np.ndarray:
    return np.log(np.array(probabilities, np.float32))


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ((0.9, 0.05, 0.05), {0.8: ("NORMAL",), 0.9: ("NORMAL",), 0.99: ("NORMAL", "COVID19")}),
        ((0.54, 0.46, 0.0), {0.8: (), 0.9: ("NORMAL", "PNEUMONIA"), 0.95: ("NORMAL", "PNEUMONIA", "COVID19")}),
        ((0.48, 0.1, 0.42), {0.8: (), 0.5: (), 0.85: ("COVID19",)}),
    ],
)
def test_the_set_at_a_level_is_that_of_the_next_fitted_one(metadata, probabilities, expected) -> None:
    for level, findings in expected.items():
        assert prediction_set(metadata, np.array(probabilities, np.float32), level) == findings


@given(hnp.arrays(np.float32, (3,), elements=st.floats(0, 1, width=32)), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_higher_level_never_leaves_a_finding_out(probabilities, one: float, other: float) -> None:
    quantiles = ConformalQuantiles.model_validate_json(json.dumps(QUANTILES))
    low, high = sorted((one, other))
    assert set(quantiles.findings_at(FINDINGS, probabilities, low)) <= set(
        quantiles.findings_at(FINDINGS, probabilities, high)
    )


@pytest.mark.parametrize("level", [0.0, -1.0, 0.995, 1.0, float("nan")])
def test_a_level_that_was_not_fitted_is_refused(metadata, level) -> None:
    with pytest.raises(ValueError, match=r"level above 0 and at most 0\.99"):
        prediction_set(metadata, np.full(3, 1 / 3, np.float32), level)


def test_a_prediction_has_the_set_at_the_bundles_level_and_at_another(metadata) -> None:
    prediction = decide(metadata, logits(0.48, 0.47, 0.05), np.zeros(1280, np.float32))
    assert (prediction.prediction_set, prediction.level) == (("PNEUMONIA",), 0.9)
    wider = at_level(metadata, prediction, 0.99)
    assert (wider.prediction_set, wider.level) == (("NORMAL", "PNEUMONIA", "COVID19"), 0.99)
    assert (wider.flagged, wider.predicted) == (prediction.flagged, prediction.predicted)


def test_a_bundle_without_quantiles_falls_back_to_its_thresholds(metadata) -> None:
    old = metadata.model_copy(update={"conformal": None})
    prediction = decide(old, logits(0.02, 0.49, 0.49), np.zeros(1280, np.float32))
    assert (prediction.prediction_set, prediction.level) == (None, None)
    assert at_level(old, prediction, 0.99) is prediction
    thresholds = dict.fromkeys(FINDINGS, 0.1)
    assert with_thresholds(prediction, thresholds).flagged == ("PNEUMONIA", "COVID19")
    lowered = old.model_copy(
        update={"thresholds": {f: t.model_copy(update={"probability": 0.1}) for f, t in old.thresholds.items()}}
    )
    assert prediction_set(lowered, np.array([0.2, 0.05, 0.75], np.float32), 0.9) == ("COVID19", "NORMAL")


def test_old_metadata_is_valid_and_new_metadata_comes_back(bundle, metadata) -> None:
    old = bundle.metadata.model_dump(mode="json", exclude={"conformal", "operating_curves"})
    assert BundleMetadata.model_validate_json(json.dumps(old)).conformal is None
    assert BundleMetadata.model_validate_json(metadata.model_dump_json()) == metadata


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"levels": [0.9, 0.8, 0.99]}, "rising levels"),
        ({"levels": [0.8, 0.9, 1.0]}, "less than 1"),
        ({"levels": [0.8, 0.9]}, "expected 2 probabilities"),
        ({"films": {"NORMAL": 3}}, "number of films"),
        ({"least_probability": {**QUANTILES["least_probability"], "NORMAL": [0.1, 0.2, 0.3]}}, "fall as the level"),
        ({"unknown": 1}, "Extra inputs"),
    ],
)
def test_quantiles_that_make_no_sense_are_refused(change, reason) -> None:
    with pytest.raises(ValidationError, match=reason):
        ConformalQuantiles.model_validate_json(json.dumps(QUANTILES | change))


def test_quantiles_of_other_findings_are_no_metadata(metadata) -> None:
    names = {"NORMAL": "NORMAL", "PNEUMONIA": "PNEUMONIA", "COVID19": "EFFUSION"}
    other = {key: {names[f]: v for f, v in QUANTILES[key].items()} for key in ("least_probability", "films")}
    with pytest.raises(ValidationError, match="conformal quantiles for each"):
        BundleMetadata.model_validate(metadata.model_dump() | {"conformal": QUANTILES | other})
