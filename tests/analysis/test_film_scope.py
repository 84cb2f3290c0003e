"""What is no film of the bundle's kind is refused unless asked for, and a film that lies wrongly is put right."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from cxrviewer.analysis.analyze import AnalysisSettings, analyze_file
from cxrviewer.classifier import Classifier
from cxrviewer.domain import Analysis, Appearance
from cxrviewer.errors import OutOfScopeError
from cxrviewer.imaging.fitting import heatmap_on_radiograph
from cxrviewer.imaging.orientation import put_wrong
from cxrviewer.inference.bundle import Bundle, load_bundle
from cxrviewer.inference.engine import Engine
from cxrviewer.inference.engines import open_engine
from cxrviewer.results.warned import warnings_of
from cxrviewer.results.words import verdict
from tests.films import film

WRONG: tuple[Appearance, ...] = ("inverted", "upside down", "rotated left", "rotated right")


@pytest.fixture(scope="module")
def bundle(scoped_bundle: Path) -> Bundle:
    return load_bundle(scoped_bundle)


@pytest.fixture(scope="module")
def engine(bundle: Bundle) -> Engine:
    return open_engine("litert", bundle)


def written(path: Path, pixels: np.ndarray) -> Path:
    cv2.imencode(".png", pixels)[1].tofile(path)
    return path


@pytest.fixture
def noise(tmp_path: Path) -> Path:
    pixels = np.random.default_rng(0).integers(0, 256, (200, 220), np.uint8)
    return written(tmp_path / "noise.png", pixels)


def wide_film() -> np.ndarray:
    return np.ascontiguousarray(film(256, 3)[8:-8])


def shown_as(path: Path, appearance: Appearance) -> Path:
    display = put_wrong(wide_film().astype(np.float32) / np.float32(255), appearance)
    return written(path, np.round(display * 255).astype(np.uint8))


def test_a_film_of_the_bundles_kind_is_in_scope(bundle: Bundle, engine: Engine, tmp_path: Path) -> None:
    analysis = analyze_file(shown_as(tmp_path / "film.png", "upright"), bundle, engine)
    assert analysis.status == "ok"
    assert analysis.scope is not None
    assert (analysis.scope.state, analysis.scope.appearance) == ("in scope", "upright")
    assert 0 < analysis.scope.distance < 1


def test_what_is_none_is_refused_and_nothing_of_its_result_gets_out(
    bundle: Bundle, engine: Engine, noise: Path
) -> None:
    analysis = analyze_file(noise, bundle, engine)
    assert (analysis.status, analysis.code) == ("refused", "out-of-scope")
    assert (analysis.prediction, analysis.heatmaps, analysis.lungs, analysis.agreement) == (None, (), None, None)
    assert analysis.scope is not None
    assert analysis.scope.state == "out of scope"
    assert analysis.scope.distance > 1
    assert analysis.facts is not None
    assert "withheld" in verdict(analysis)


def test_it_is_shown_where_that_is_asked_for_and_marked(bundle: Bundle, engine: Engine, noise: Path) -> None:
    analysis = analyze_file(noise, bundle, engine, AnalysisSettings(show_out_of_scope=True))
    assert analysis.status == "ok"
    assert analysis.prediction is not None
    assert analysis.scope is not None
    assert analysis.scope.state == "out of scope"
    assert warnings_of(analysis)[0].code == "shown-anyway"


def test_the_library_refuses_it_too(scoped_bundle: Path, noise: Path) -> None:
    with pytest.raises(OutOfScopeError, match="chest radiograph"):
        Classifier(scoped_bundle, "litert").classify(noise)
    shown = Classifier(scoped_bundle, "litert", show_out_of_scope=True).classify(noise)
    assert shown.scope is not None
    assert shown.scope.state == "out of scope"


@pytest.mark.parametrize("appearance", WRONG)
def test_a_film_that_lies_wrongly_is_named_and_put_right(
    bundle: Bundle, engine: Engine, tmp_path: Path, appearance: Appearance
) -> None:
    upright = analyze_file(shown_as(tmp_path / "upright.png", "upright"), bundle, engine)
    wrong = shown_as(tmp_path / "wrong.png", appearance)
    as_stored = analyze_file(wrong, bundle, engine)
    assert as_stored.scope is not None
    assert as_stored.scope.appearance == appearance
    assert appearance.replace(" ", "-") in [warned.code for warned in warnings_of(as_stored)]
    righted = analyze_file(wrong, bundle, engine, AnalysisSettings(correction=appearance))
    assert righted.scope is not None
    assert (righted.scope.state, righted.scope.appearance) == ("in scope", "upright")
    assert appearance in righted.window
    assert_same_result(righted, upright, appearance)


def assert_same_result(righted: Analysis, upright: Analysis, appearance: Appearance) -> None:
    """The network saw the same, and its heatmaps lie on the film as stored."""
    assert righted.prediction is not None
    assert upright.prediction is not None
    np.testing.assert_allclose(righted.prediction.probabilities, upright.prediction.probabilities, atol=1e-4)
    for got, of_upright in zip(righted.heatmaps, upright.heatmaps, strict=True):
        expected = heatmap_on_radiograph(of_upright)
        if appearance != "inverted":
            expected = put_wrong(expected, appearance)
        scale = max(float(expected.max()), 1e-3)
        np.testing.assert_allclose(heatmap_on_radiograph(got) / scale, expected / scale, atol=1e-3)
