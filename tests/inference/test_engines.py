"""Both engines give the same on real radiographs, whatever the batch, and refuse what is no batch."""

import os
import subprocess
import sys

import numpy as np
import pytest

from cxrviewer.errors import BundleNetworkError, EngineError
from cxrviewer.inference.batches import gathered
from cxrviewer.inference.decision import calibrated_probabilities
from cxrviewer.inference.engine import Engine
from cxrviewer.inference.engines import ENGINE_NAMES, open_engine, resolve_engine
from cxrviewer.inference.litert_engine import LiteRTEngine


def _assert_agree(bundle, litert: Engine, keras_engine: Engine, films) -> None:
    one, other = litert.run(films), keras_engine.run(films)
    temperature = bundle.metadata.calibration.temperature
    np.testing.assert_allclose(
        calibrated_probabilities(one.logits, temperature),
        calibrated_probabilities(other.logits, temperature),
        atol=1e-4,
        rtol=0,
    )
    highest = other.heatmaps.max(axis=(1, 2), keepdims=True)
    # Where next to nothing speaks for a finding, its heatmap is what is left when float32 numbers of the other
    # heatmaps' size cancel out, and has their rounding: 1e-5 of the film's warmest heatmap.
    rounding = 1e-5 * highest.max(axis=3, keepdims=True)
    assert (np.abs(one.heatmaps - other.heatmaps) <= np.maximum(1e-3 * highest, rounding)).all()
    strong = highest[:, 0, 0, :] > 0.01 * highest.max(axis=3)[:, 0]
    assert strong.mean() > 0.5, "the heatmaps compared at 1e-3 of their own maximum are too few"
    np.testing.assert_allclose(one.features, other.features, atol=1e-3 * np.abs(other.features).max())


def test_they_agree_on_films_of_the_test_split(bundle, litert, keras_engine, test_films) -> None:
    assert len(test_films) >= 50
    _assert_agree(bundle, litert, keras_engine, test_films)


def test_they_agree_on_radiographs_as_published(bundle, litert, keras_engine, published_films) -> None:
    assert len(published_films) == 10
    _assert_agree(bundle, litert, keras_engine, published_films)


@pytest.mark.parametrize("engine_name", ["litert", "keras"])
def test_a_result_does_not_depend_on_the_batch_it_came_in(bundle, litert, keras_engine, test_films, engine_name):
    engine = litert if engine_name == "litert" else keras_engine
    whole = engine.run(test_films[:37])
    assert whole.logits.shape == (37, 3)
    assert whole.heatmaps.shape == (37, 7, 7, 3)
    assert whole.features.shape == (37, 1280)
    assert {whole.logits.dtype, whole.heatmaps.dtype, whole.features.dtype} == {np.dtype(np.float32)}
    assert (whole.heatmaps >= 0).all()
    for index in (0, 31, 36):
        alone = engine.run(test_films[index : index + 1])
        np.testing.assert_allclose(alone.logits[0], whole.logits[index], atol=1e-4)
        np.testing.assert_allclose(alone.heatmaps[0], whole.heatmaps[index], atol=1e-4)
    empty = engine.run(test_films[:0])
    assert (empty.logits.shape, empty.heatmaps.shape, empty.features.shape) == ((0, 3), (0, 7, 7, 3), (0, 1280))


def test_a_result_outlives_the_next_run(litert, test_films) -> None:
    first = litert.run(test_films[:1])
    kept = first.heatmaps.copy()
    litert.run(test_films[1:2])
    np.testing.assert_array_equal(first.heatmaps, kept)


def test_several_threads_give_the_same(bundle, litert, test_films) -> None:
    two = LiteRTEngine(bundle, threads=2)
    assert two.device == "CPU, 2 threads"
    assert litert.device == "CPU, 1 thread"
    np.testing.assert_allclose(two.run(test_films[:4]).logits, litert.run(test_films[:4]).logits, atol=1e-4)


@pytest.mark.parametrize("engine_name", ["litert", "keras"])
@pytest.mark.parametrize(
    "batch",
    [
        np.zeros((1, 224, 224, 3)),
        np.zeros((224, 224, 3), np.float32),
        np.zeros((1, 225, 224, 3), np.float32),
        np.zeros((1, 224, 224, 1), np.float32),
        np.full((1, 224, 224, 3), np.nan, np.float32),
    ],
    ids=["float64", "no batch axis", "size", "channels", "nan"],
)
def test_what_is_no_batch_is_refused(litert, keras_engine, engine_name, batch) -> None:
    with pytest.raises(ValueError, match="expected a batch"):
        (litert if engine_name == "litert" else keras_engine).run(batch)


def test_outputs_that_are_not_finite_are_the_networks_fault(bundle) -> None:
    films = np.zeros((1, 224, 224, 3), np.float32)
    outputs = {
        "logits": np.array([[0, np.nan, 0]], np.float32),
        "heatmaps": np.zeros((1, 7, 7, 3), np.float32),
        "features": np.zeros((1, 1280), np.float32),
    }
    with pytest.raises(BundleNetworkError, match="not finite"):
        gathered(bundle, films, [outputs])


def test_engines_by_name(bundle, litert) -> None:
    assert ENGINE_NAMES == ("auto", "litert", "keras")
    assert resolve_engine("auto", bundle) == "litert"
    assert open_engine("auto", bundle).name == "litert"
    assert litert.bundle is bundle
    with pytest.raises(EngineError, match="tensorrt"):
        open_engine("tensorrt", bundle)
    for engine in ("litert", "keras"):
        with pytest.raises(ValueError, match="at least 1 thread"):
            open_engine(engine, bundle, threads=0)


def test_litert_opens_and_runs_without_tensorflow(bundle) -> None:
    script = (
        "import sys, numpy as np\n"
        "from pathlib import Path\n"
        "from cxrviewer.inference.bundle import load_bundle\n"
        "from cxrviewer.inference.engines import open_engine\n"
        "engine = open_engine('auto', load_bundle(Path(sys.argv[1])))\n"
        "engine.run(np.zeros((1, 224, 224, 3), np.float32))\n"
        "print(sorted({'tensorflow', 'keras', 'PySide6', 'matplotlib'} & set(sys.modules)))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, str(bundle.folder)], check=True, capture_output=True, text=True, timeout=60
    )
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize("engine_name", ["litert", "keras"])
def test_an_engine_says_nothing_of_its_own_on_the_console(bundle, engine_name) -> None:
    script = (
        "import sys, numpy as np\n"
        "from pathlib import Path\n"
        "from cxrviewer.inference.bundle import load_bundle\n"
        "from cxrviewer.inference.engines import open_engine\n"
        "engine = open_engine(sys.argv[2], load_bundle(Path(sys.argv[1])))\n"
        "engine.run(np.zeros((1, 224, 224, 3), np.float32))\n"
        "sys.stderr.write('ours')\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, str(bundle.folder), engine_name],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
        env={name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"},
    )
    assert (result.stdout, result.stderr) == ("", "ours")
