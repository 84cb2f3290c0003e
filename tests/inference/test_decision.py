"""From logits to probabilities, the predicted finding and the flagged ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cxrviewer.inference.bundle import BundleMetadata
from cxrviewer.inference.decision import calibrated_probabilities, decide, decided_with
from tests.fitted_bundle import write_fitted_bundle

LOGITS = hnp.arrays(np.float32, (3,), elements=st.floats(-(2.0**100), 2.0**100, width=32))


@given(LOGITS, st.floats(0.01, 100))
def test_probabilities_are_probabilities_for_any_logits(logits, temperature) -> None:
    probabilities = calibrated_probabilities(logits, temperature)
    assert probabilities.dtype == np.float32
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    assert probabilities.sum() == pytest.approx(1.0, abs=1e-6)
    assert probabilities[logits.argmax()] == probabilities.max()


def test_known_values() -> None:
    logits = np.log(np.array([[1, 2, 5], [8, 1, 1]], np.float32))
    np.testing.assert_allclose(
        calibrated_probabilities(logits, 1.0), [[0.125, 0.25, 0.625], [0.8, 0.1, 0.1]], rtol=1e-6
    )
    halved = np.sqrt([1, 2, 5]) / np.sqrt([1, 2, 5]).sum()
    np.testing.assert_allclose(calibrated_probabilities(logits[0], 2.0), halved, rtol=1e-6)


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan")])
def test_a_temperature_must_be_positive(temperature) -> None:
    with pytest.raises(ValueError, match="temperature above 0"):
        calibrated_probabilities(np.zeros(3, np.float32), temperature)


@pytest.fixture
def metadata(bundle) -> BundleMetadata:
    """The shipped metadata with round numbers: temperature 1, thresholds 0.6, 0.25 and 0.25."""
    content = bundle.metadata.model_dump()
    content["calibration"]["temperature"] = 1.0
    for finding, probability in zip(bundle.metadata.findings, (0.6, 0.25, 0.25), strict=True):
        content["thresholds"][finding]["probability"] = probability
    return BundleMetadata.model_validate(content)


@pytest.mark.parametrize(
    ("shares", "predicted", "flagged"),
    [
        ((7, 2, 1), "NORMAL", ("NORMAL",)),
        ((5, 3, 2), "NORMAL", ("PNEUMONIA",)),
        ((58, 21, 21), "NORMAL", ()),
        ((40, 30, 30), "NORMAL", ("PNEUMONIA", "COVID19")),
        ((1, 1, 8), "COVID19", ("COVID19",)),
    ],
)
def test_predicted_and_flagged(metadata, shares, predicted, flagged) -> None:
    logits = np.log(np.array(shares, np.float32))
    features = np.arange(1280, dtype=np.float32)
    prediction = decide(metadata, logits, features)
    assert prediction.findings == metadata.findings
    assert prediction.predicted == predicted
    assert prediction.flagged == flagged
    assert prediction.probability(predicted) == pytest.approx(max(shares) / sum(shares), rel=1e-6)
    np.testing.assert_array_equal(prediction.logits, logits)
    np.testing.assert_array_equal(prediction.features, features)


def test_another_number_of_logits_is_refused(metadata) -> None:
    with pytest.raises(ValueError, match="expected 3 logits"):
        decide(metadata, np.zeros(2, np.float32), np.zeros(1280, np.float32))


@pytest.fixture(scope="module")
def fitted(tmp_path_factory) -> BundleMetadata:
    return write_fitted_bundle(tmp_path_factory.mktemp("fitted") / "bundle").metadata


@given(
    LOGITS, st.none() | st.floats(0.8, 0.99), st.dictionaries(st.sampled_from(("NORMAL", "COVID19")), st.floats(0, 1))
)
def test_deciding_anew_forgets_what_was_decided_before(fitted, logits, level, thresholds) -> None:
    first = decide(fitted, logits, np.zeros(4, np.float32))
    otherwise = decided_with(fitted, first, level, thresholds)
    expected = [
        f for f in first.findings if first.probability(f) >= thresholds.get(f, fitted.thresholds[f].probability)
    ]
    assert list(otherwise.flagged) == expected
    assert otherwise.level == (0.9 if level is None else level)
    assert (otherwise.thresholds is None) == (not thresholds)
    back = decided_with(fitted, otherwise, None, {})
    assert (back.flagged, back.prediction_set, back.level, back.thresholds) == (
        first.flagged, first.prediction_set, first.level, None,
    )  # fmt: skip
    assert back.probabilities.tobytes() == first.probabilities.tobytes()


@pytest.mark.parametrize(
    ("level", "thresholds", "expected"),
    [(0.999, {}, "at most 0.99"), (None, {"FRACTURE": 0.5}, "FRACTURE"), (None, {"NORMAL": 1.5}, "from 0 to 1")],
)
def test_what_a_bundle_cannot_decide_by_is_refused(fitted, level, thresholds, expected) -> None:
    prediction = decide(fitted, np.zeros(3, np.float32), np.zeros(4, np.float32))
    with pytest.raises(ValueError, match=expected):
        decided_with(fitted, prediction, level, thresholds)
