"""A stored result comes back as it was; foreign reports are none of ours, and damaged ones are named."""

import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.data import get_testdata_file

from cxrviewer.errors import (
    CorruptFileError,
    CxrViewerError,
    LimitExceededError,
    MissingFileError,
    ResultObjectError,
    StoredResultError,
)
from cxrviewer.reading import read_radiograph
from cxrviewer.results.dicom.stored_report import MOST_BYTES, read_stored_result
from cxrviewer.results.dicom.stored_result import StoredResult
from tests.films import write_png
from tests.results.dicom.conftest import Workbench, Written


def stored_of(path: Path) -> StoredResult:
    stored = read_stored_result(path)
    assert stored is not None
    return stored


def test_a_stored_result_comes_back(written: Written) -> None:
    stored, analysis = stored_of(written.path("sr")), written.analysis
    prediction = analysis.prediction
    assert prediction is not None
    assert tuple(finding.finding for finding in stored.findings) == prediction.findings
    assert [f.probability for f in stored.findings] == pytest.approx(prediction.probabilities.tolist(), rel=1e-5)
    assert {f.finding for f in stored.findings if f.flagged} == set(prediction.flagged)
    assert (stored.predicted, stored.level) == (prediction.predicted, prediction.level)
    assert stored.prediction_set == prediction.prediction_set
    assert (stored.model_name, stored.model_version) == (analysis.model.name, analysis.model.version)
    assert (stored.model_sha256, stored.film_sha256) == (analysis.model.sha256, analysis.sha256)
    assert (stored.engine, stored.program) == ("litert", f"cxrviewer {analysis.program_version}")
    assert stored.film_uid == pydicom.dcmread(written.film).SOPInstanceUID
    assert stored.date == "20250314"
    assert stored.is_of(analysis)
    assert stored.differences(analysis) == ()


def test_a_film_is_known_by_its_object_where_its_file_was_changed(written: Written) -> None:
    stored = stored_of(written.path("sr"))
    sent_again = replace(written.analysis, sha256="0" * 64)
    assert not stored.is_of(sent_again)
    assert stored.is_of(sent_again, stored.film_uid)
    assert not stored.is_of(sent_again, "1.2.3")
    assert not replace(stored, film_sha256="").is_of(replace(written.analysis, sha256=""))


def test_differences_are_named(written: Written) -> None:
    stored, analysis = stored_of(written.path("sr")), written.analysis
    prediction = analysis.prediction
    assert prediction is not None
    turned = replace(
        prediction, probabilities=np.roll(prediction.probabilities, 1), predicted="NORMAL", flagged=("NORMAL",)
    )
    assert stored.differences(replace(analysis, prediction=turned)) == ("finding", "probability", "flagged")
    other_model = replace(analysis, model=replace(analysis.model, sha256="0" * 64))
    assert stored.differences(other_model) == ("model",)
    assert stored.differences(replace(analysis, prediction=replace(prediction, level=0.95))) == ("prediction set",)
    assert stored.differences(replace(analysis, prediction=None)) == ()


def test_sets_of_none_and_of_several_come_back(workbench: Workbench, written: Written, tmp_path: Path) -> None:
    levels = (0.99, 0.8)
    for level in levels:
        paths = workbench.write(written.film, tmp_path / str(level), level=level)
        prediction = workbench.examine(written.film, level=level).analysis.prediction
        assert prediction is not None
        assert stored_of(paths[0]).prediction_set == prediction.prediction_set


def test_what_is_not_our_report_is_none_of_ours(written: Written, tmp_path: Path) -> None:
    assert read_stored_result(written.path("overlay")) is None
    assert read_stored_result(written.path("heatmap-NORMAL")) is None
    assert read_stored_result(written.film) is None
    assert read_stored_result(write_png(tmp_path / "film.png")) is None
    foreign = get_testdata_file("test-SR.dcm")
    assert foreign is not None
    assert read_stored_result(Path(str(foreign))) is None
    with pytest.raises(MissingFileError):
        read_stored_result(tmp_path / "nowhere")


def test_result_objects_are_no_radiographs(written: Written) -> None:
    with pytest.raises(StoredResultError):
        read_radiograph(written.path("sr"))
    for kind in ("overlay", "heatmap-NORMAL"):
        with pytest.raises(ResultObjectError):
            read_radiograph(written.path(kind))


def test_a_report_that_is_too_large_is_refused(written: Written, tmp_path: Path) -> None:
    large = tmp_path / "sr"
    dataset = pydicom.dcmread(written.path("sr"))
    dataset.add_new(0x00420011, "OB", b"\0" * MOST_BYTES)
    dataset.save_as(large)
    with pytest.raises(LimitExceededError):
        read_stored_result(large)


def damaged(written: Written, path: Path, change: Any) -> Path:
    dataset = pydicom.dcmread(written.path("sr"))
    measurements = next(i for i in dataset.ContentSequence if i.ConceptNameCodeSequence[0].CodeValue == "126010")
    change(dataset, measurements.ContentSequence[0].ContentSequence)
    dataset.save_as(path)
    return path


def test_a_report_that_says_too_little_is_damaged(written: Written, tmp_path: Path) -> None:
    def without_tree(dataset: Any, group: Any) -> None:
        del dataset.ContentSequence

    def without_group(dataset: Any, group: Any) -> None:
        group[:] = []

    def impossible(dataset: Any, group: Any) -> None:
        next(i for i in group if i.ValueType == "NUM").MeasuredValueSequence[0].NumericValue = "1.5"

    for change in (without_tree, without_group, impossible):
        with pytest.raises(CorruptFileError):
            read_stored_result(damaged(written, tmp_path / "sr", change))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_the_bytes_a_result_nothing_or_a_named_error_comes(
    written: Written, tmp_path: Path, data: st.DataObject
) -> None:
    content = bytearray(written.path("sr").read_bytes())
    for _ in range(data.draw(st.integers(0, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "sr"
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        stored = read_stored_result(path)
    except CxrViewerError:
        return
    if stored is not None:
        assert 0.0 <= stored.probability <= 1.0
        assert stored.verdict
        assert all(text.isprintable() for text in (*stored.warnings, stored.predicted, stored.model_name))


def test_a_tree_that_goes_on_and_on_is_named(written: Written, tmp_path: Path) -> None:
    def without_tree(dataset: Any, group: Any) -> None:
        del dataset.ContentSequence

    below = b""
    for _ in range(5000):
        start = struct.pack("<HH2sHIHHI", 0x0040, 0xA730, b"SQ", 0, 0xFFFFFFFF, 0xFFFE, 0xE000, 0xFFFFFFFF)
        below = start + below + struct.pack("<HHIHHI", 0xFFFE, 0xE00D, 0, 0xFFFE, 0xE0DD, 0)
    path = damaged(written, tmp_path / "sr", without_tree)
    path.write_bytes(path.read_bytes() + below)
    with pytest.raises(CorruptFileError):
        read_stored_result(path)
