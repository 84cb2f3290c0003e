"""One file, the whole way, in this process; what a file can do to it, and what only a broken engine can."""

import os
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.analysis import analyze
from cxrviewer.analysis.analyze import AnalysisSettings, analyze_file, examine_file
from cxrviewer.domain import Analysis
from cxrviewer.errors import EngineError
from cxrviewer.inference.bundle import Bundle, find_bundle
from cxrviewer.inference.engine import Engine
from cxrviewer.inference.engines import open_engine
from cxrviewer.reading.limits import Limits
from tests.films import write_dicom, write_png


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return find_bundle("cxr_mobilenetv2")


@pytest.fixture(scope="module")
def engine(bundle: Bundle) -> Engine:
    return open_engine("litert", bundle)


def test_a_film_has_everything(tmp_path: Path, bundle: Bundle, engine: Engine) -> None:
    analysis = analyze_file(write_dicom(tmp_path / "film.dcm", size=300), bundle, engine)
    assert analysis.status == "ok"
    assert analysis.prediction is not None
    assert analysis.prediction.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert [h.finding for h in analysis.heatmaps] == list(bundle.metadata.findings)
    assert all(h.grid.dtype == np.float32 and h.grid.min() >= 0 for h in analysis.heatmaps)
    assert analysis.facts is not None
    assert analysis.facts.modality == "DX"
    assert analysis.model.sha256 == bundle.sha256
    assert analysis.milliseconds > 0
    assert analysis.patient is None


def test_the_same_pixels_give_the_same_result_whatever_holds_them(
    tmp_path: Path, bundle: Bundle, engine: Engine
) -> None:
    """An 8-bit PNG and a MONOCHROME1 DICOM of its negative are one radiograph."""
    import cv2

    png = write_png(tmp_path / "film.png", size=200, seed=3)
    stored = cv2.imread(str(png), cv2.IMREAD_UNCHANGED)
    negative = write_dicom(
        tmp_path / "film.dcm",
        size=200,
        bits=8,
        PhotometricInterpretation="MONOCHROME1",
        PixelData=(255 - stored.astype(np.uint16)).astype("<u2").tobytes(),
    )
    one, other = (analyze_file(path, bundle, engine).prediction for path in (png, negative))
    assert one is not None
    assert other is not None
    np.testing.assert_allclose(one.probabilities, other.probabilities, atol=1e-5)


def test_limits_and_patient_are_settings(tmp_path: Path, bundle: Bundle, engine: Engine) -> None:
    path = write_dicom(tmp_path / "film.dcm")
    small = AnalysisSettings(limits=Limits(pixels=1000))
    assert analyze_file(path, bundle, engine, small).code == "too-large"
    asked = analyze_file(path, bundle, engine, AnalysisSettings(include_patient_data=True))
    assert asked.patient is not None
    assert asked.patient.identifier == "MRN-12345"


def test_a_file_that_changes_while_it_is_read_is_an_error(
    tmp_path: Path, bundle: Bundle, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_png(tmp_path / "film.png")

    def reads_and_is_overwritten(path: Path, limits: Limits) -> object:
        radiograph = original(path, limits)
        os.utime(path, ns=(1, 1))
        return radiograph

    original = analyze.read_radiograph
    monkeypatch.setattr(analyze, "read_radiograph", reads_and_is_overwritten)
    analysis = analyze_file(path, bundle, engine)
    assert (analysis.status, analysis.code) == ("error", "changed")


@pytest.mark.parametrize(
    ("raised", "code"),
    [(MemoryError(), "memory"), (RuntimeError("DOE^JANE"), "internal"), (RecursionError(), "internal")],
)
def test_a_fault_of_ours_costs_one_file_and_quotes_nothing(
    tmp_path: Path, bundle: Bundle, engine: Engine, monkeypatch: pytest.MonkeyPatch, raised: Exception, code: str
) -> None:
    def fails(path: Path, limits: Limits) -> None:
        raise raised

    monkeypatch.setattr(analyze, "read_radiograph", fails)
    analysis = analyze_file(write_png(tmp_path / "film.png"), bundle, engine)
    assert (analysis.status, analysis.code) == ("error", code)
    assert "DOE" not in analysis.message


def test_a_broken_engine_is_not_the_files_fault(tmp_path: Path, bundle: Bundle) -> None:
    class BrokenEngine:
        name = "litert"
        device = "none"

        def __init__(self) -> None:
            self.bundle = bundle

        def run(self, batch: object) -> None:
            raise EngineError("out of order")

    with pytest.raises(EngineError, match="out of order"):
        analyze_file(write_png(tmp_path / "film.png"), bundle, BrokenEngine())  # type: ignore[arg-type]


def test_what_is_known_is_not_run_again(tmp_path: Path, bundle: Bundle, engine: Engine) -> None:
    path = write_png(tmp_path / "film.png")
    first = analyze_file(path, bundle, engine)
    asked: list[str] = []

    def recall(sha256: str) -> Analysis:
        asked.append(sha256)
        return first

    copy = write_png(tmp_path / "copy.png")
    again = examine_file(copy, bundle, engine, recall=recall, needs_display=lambda analysis: False)
    assert again.recalled
    assert asked == [first.sha256]
    assert again.analysis.path == str(copy)
    assert again.analysis.prediction is first.prediction
    assert again.display is None
    drawn = examine_file(copy, bundle, engine, recall=recall, needs_display=lambda analysis: True)
    assert drawn.recalled
    assert drawn.display is not None
    assert drawn.display.shape == (128, 128)


def test_folders_and_missing_files_are_named(tmp_path: Path, bundle: Bundle, engine: Engine) -> None:
    for path in (tmp_path, tmp_path / "missing.png"):
        analysis = analyze_file(path, bundle, engine)
        assert (analysis.status, analysis.code, analysis.sha256) == ("error", "missing", "")
