"""An analysis goes through JSON and comes back bit for bit; what is malformed is refused by name."""

import copy
import json
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cxrviewer.domain import (
    Agreement,
    Analysis,
    Facts,
    Heatmap,
    LungEvidence,
    ModelIdentity,
    Patient,
    Placement,
    Prediction,
    Scope,
)
from cxrviewer.errors import StoreError
from cxrviewer.results.serialisation import analysis_from_json, analysis_to_json
from tests.results.examples import ok_analysis, refusal

# Lone surrogates included: a file name that is not UTF-8 has them.
texts = st.text(st.characters(exclude_categories=()), max_size=12)
finite = st.floats(allow_nan=False, allow_infinity=False)
whole = st.integers(-(2**40), 2**40)
any_float32 = st.floats(width=32)  # NaN and infinities too: their bits are kept


def arrays(shape: Any) -> st.SearchStrategy[np.ndarray]:
    return hnp.arrays(np.float32, shape, elements=any_float32)


@st.composite
def predictions(draw: st.DrawFn) -> Prediction:
    findings = tuple(draw(st.lists(texts, min_size=1, max_size=5, unique=True)))
    flagged = tuple(f for f in findings if draw(st.booleans()))
    count = len(findings)
    features = draw(arrays(st.integers(0, 20).map(lambda n: (n,))))
    decided = draw(st.sampled_from(findings))
    found = draw(st.none() | st.permutations(findings).map(lambda names: tuple(names[: len(names) // 2])))
    level = None if found is None else draw(st.floats(0.5, 0.99))
    chosen = draw(st.none() | st.lists(st.floats(0, 1), min_size=count, max_size=count).map(tuple))
    arguments = (findings, draw(arrays(count)), draw(arrays(count)), features, decided, flagged, found, level, chosen)
    return Prediction(*arguments)


placements = st.builds(Placement, finite, finite, finite, finite, whole, whole, whole, whole)
grids = arrays(st.tuples(st.integers(0, 9), st.integers(0, 9)))
masks = hnp.arrays(np.bool_, st.tuples(st.integers(1, 40), st.integers(1, 40)))
scopes = st.builds(
    Scope,
    st.sampled_from(("in scope", "borderline", "out of scope")),
    finite,
    st.lists(texts, max_size=3).map(tuple),
    st.sampled_from(("upright", "inverted", "upside down", "rotated left", "rotated right", "mirrored")),
)
lungs = st.builds(
    LungEvidence, masks, placements, finite, st.none() | finite, st.lists(st.none() | finite, max_size=3).map(tuple)
)
analyses = st.builds(
    Analysis,
    path=texts,
    sha256=texts,
    status=st.sampled_from(("ok", "refused", "error")),
    model=st.builds(ModelIdentity, texts, texts, texts),
    engine=texts,
    program_version=texts,
    milliseconds=finite,
    analysed_at=texts,
    prediction=st.none() | predictions(),
    heatmaps=st.lists(st.builds(Heatmap, texts, grids, placements), max_size=3).map(tuple),
    facts=st.none() | st.builds(Facts, texts, texts, whole, whole, whole, texts, texts, texts, texts, texts),
    window=texts,
    warnings=st.lists(texts, max_size=3).map(tuple),
    code=texts,
    message=texts,
    patient=st.none() | st.builds(Patient, texts, texts, texts, texts, texts),
    scope=st.none() | scopes,
    lungs=st.none() | lungs,
    agreement=st.none() | st.builds(Agreement, whole, whole, finite),
)


def bits(value: Any) -> Any:
    """Return a value in which arrays are their dtype, shape and bytes, so that == compares every bit."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if is_dataclass(value):
        return type(value), [(f.name, bits(getattr(value, f.name))) for f in fields(value)]
    if isinstance(value, tuple):
        return tuple(map(bits, value))
    return value


@given(analyses)
def test_an_analysis_comes_back_bit_for_bit(analysis: Analysis) -> None:
    text = json.dumps(analysis_to_json(analysis))
    assert text.isascii()
    assert bits(analysis_from_json(json.loads(text))) == bits(analysis)


def test_arrays_of_another_layout_keep_their_values() -> None:
    analysis = ok_analysis()
    turned = Heatmap("NORMAL", np.arange(12, dtype=np.float32).reshape(3, 4).T, analysis.heatmaps[0].placement)
    content = analysis_to_json(analysis) | {"heatmaps": analysis_to_json(ok_with(turned))["heatmaps"]}
    np.testing.assert_array_equal(analysis_from_json(content).heatmaps[0].grid, turned.grid)


def ok_with(heatmap: Heatmap) -> Analysis:
    from dataclasses import replace

    return replace(ok_analysis(), heatmaps=(heatmap,))


def test_an_array_that_is_not_float32_is_a_fault_of_the_caller() -> None:
    heatmap = Heatmap("NORMAL", np.zeros((2, 2), np.float64), ok_analysis().heatmaps[0].placement)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="float32"):
        analysis_to_json(ok_with(heatmap))


def paths_into(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, item in inner for path in paths_into(item, (*at, key)))]


def put(content: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    content = copy.deepcopy(content)
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return content


def with_set() -> Analysis:
    from dataclasses import replace

    analysis = ok_analysis()
    assert analysis.prediction is not None
    return replace(analysis, prediction=replace(analysis.prediction, prediction_set=("NORMAL",), level=0.9))


CONTENT = json.loads(json.dumps(analysis_to_json(with_set())))


def test_a_result_of_a_program_that_knew_no_sets_is_read() -> None:
    content = copy.deepcopy(CONTENT)
    del content["prediction"]["prediction_set"], content["prediction"]["level"]
    assert analysis_to_json(ok_analysis()) == content
    prediction = analysis_from_json(content).prediction
    assert prediction is not None
    assert (prediction.prediction_set, prediction.level) == (None, None)


def test_a_threshold_for_every_finding_or_for_none() -> None:
    with pytest.raises(StoreError, match="threshold for each of 3"):
        analysis_from_json(put(CONTENT, ("prediction", "thresholds"), [0.5]))


def test_a_set_of_findings_that_the_bundle_does_not_have_is_refused() -> None:
    with pytest.raises(StoreError, match="prediction set among"):
        analysis_from_json(put(CONTENT, ("prediction", "prediction_set"), ["EFFUSION"]))


@pytest.mark.parametrize("path", paths_into(CONTENT), ids=lambda path: ".".join(map(str, path)) or "whole")
def test_a_value_of_another_type_anywhere_is_refused(path: tuple[Any, ...]) -> None:
    with pytest.raises(StoreError, match="expected"):
        analysis_from_json(put(CONTENT, path, {"no": True}))


@pytest.mark.parametrize("path", [p for p in paths_into(CONTENT) if p and isinstance(p[-1], str)])
def test_a_missing_key_anywhere_is_refused(path: tuple[Any, ...]) -> None:
    content = copy.deepcopy(CONTENT)
    place = content
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    with pytest.raises(StoreError, match="missing"):
        analysis_from_json(content)


@pytest.mark.parametrize(
    ("path", "value", "match"),
    [
        (("format_version",), 2, "format version 1, got 2"),
        (("status",), "done", "ok, refused or error"),
        (("surprise",), 1, "unknown"),
        (("milliseconds",), float("inf"), "finite"),
        (("milliseconds",), True, "number"),
        (("prediction", "logits", "shape"), [2], "12 bytes|8 bytes"),
        (("prediction", "logits", "shape"), [-3], "sensible"),
        (("heatmaps", 0, "grid", "shape"), [49], "2 dimensions"),
        (("heatmaps", 0, "grid", "shape"), [10**9, 10**9], "sensible"),
        (("heatmaps", 0, "grid", "float32"), "not base64!", "base64"),
        (("prediction", "findings"), ["NORMAL"], "one logit"),
        (("prediction", "predicted"), "FRACTURE", "among"),
        (("prediction", "flagged"), ["FRACTURE"], "among"),
    ],
)
def test_what_does_not_fit_together_is_refused(path: tuple[Any, ...], value: Any, match: str) -> None:
    with pytest.raises(StoreError, match=match):
        analysis_from_json(put(CONTENT, path, value))


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    )
)
def test_any_other_json_is_refused_by_name(content: Any) -> None:
    with pytest.raises(StoreError):
        analysis_from_json(content)


def test_a_refusal_has_no_arrays_and_comes_back() -> None:
    assert bits(analysis_from_json(analysis_to_json(refusal()))) == bits(refusal())
