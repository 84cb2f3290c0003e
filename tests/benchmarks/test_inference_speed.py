"""What every finding's heatmap costs, and what it saves against the way that tutorials take.

Each ratio is measured within one run, the two ways in turn, so that whatever else the machine does slows both.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cxrviewer.inference.bundle import find_bundle
from cxrviewer.inference.litert_engine import LiteRTEngine


@pytest.fixture(scope="module")
def bundle():
    return find_bundle("cxr_mobilenetv2")


@pytest.fixture(scope="module")
def network(bundle):
    import keras

    return keras.saving.load_model(bundle.folder / "model.keras", compile=False)


@pytest.fixture(scope="module")
def radiograph(bundle) -> np.ndarray:
    spec = bundle.input_spec
    shape = (1, spec.height, spec.width, spec.channels)
    return np.random.default_rng(0).uniform(spec.low, spec.high, shape).astype(np.float32)


def _in_turn(rounds: int, *ways: Callable[[], Any]) -> list[float]:
    """Return each way's median time in milliseconds over rounds in which every way runs once, after a warm-up."""
    times: list[list[float]] = [[] for _ in ways]
    for number in range(rounds + 3):
        for way, own in zip(ways, times, strict=True):
            started = time.perf_counter()
            way()
            if number >= 3:
                own.append((time.perf_counter() - started) * 1000)
    return [statistics.median(own) for own in times]


def test_every_findings_heatmap_against_the_plain_forward_pass(benchmark, bundle, network, radiograph) -> None:
    """Target: at most 1.1 times the plain forward pass of the same runtime."""
    from ai_edge_litert.interpreter import Interpreter

    from training.convert import convert_to_litert

    content = convert_to_litert(lambda image: {"logits": network(image, training=False)}, radiograph.shape[1:])
    interpreter = Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    plain = interpreter.get_signature_runner()
    explained = LiteRTEngine(bundle)._run_one  # the runtime alone, without the engine's checks
    benchmark.pedantic(lambda: explained(image=radiograph), rounds=50, warmup_rounds=5)
    with_heatmaps, without = _in_turn(300, lambda: explained(image=radiograph), lambda: plain(image=radiograph))
    ratio = with_heatmaps / without
    benchmark.extra_info.update(explained_ms=round(with_heatmaps, 2), plain_ms=round(without, 2), ratio=round(ratio, 3))
    print(f"\nLiteRT with heatmaps {with_heatmaps:.2f} ms, plain {without:.2f} ms, ratio {ratio:.3f}")
    assert ratio <= 1.1


def test_litert_against_eager_keras_with_a_gradient_tape(benchmark, bundle, network, radiograph) -> None:
    """Target: at least 20 times faster than ``predict`` and a gradient for one finding, for one radiograph."""
    import keras
    import tensorflow as tf

    engine = LiteRTEngine(bundle)
    both = keras.Model(network.inputs[0], [network.get_layer(bundle.metadata.explanation.layer).output, network.output])

    def as_tutorials_do() -> np.ndarray:
        finding = int(network.predict(radiograph, verbose=0)[0].argmax())
        with tf.GradientTape() as tape:
            maps, logits = both(radiograph)
            logit = logits[:, finding]
        weights = tf.reduce_mean(tape.gradient(logit, maps), axis=(0, 1, 2))
        return tf.nn.relu(tf.reduce_sum(maps[0] * weights, axis=-1)).numpy()

    benchmark.pedantic(lambda: engine.run(radiograph), rounds=50, warmup_rounds=5)
    ours, tutorials = _in_turn(20, lambda: engine.run(radiograph), as_tutorials_do)
    factor = tutorials / ours
    benchmark.extra_info.update(litert_ms=round(ours, 2), eager_ms=round(tutorials, 1), factor=round(factor, 1))
    print(f"\nLiteRT engine {ours:.2f} ms, eager Keras and GradientTape {tutorials:.0f} ms, {factor:.0f} times faster")
    assert factor >= 20


def test_the_engine_opens_within_a_tenth_of_a_second(benchmark, bundle) -> None:
    """Hashing the file and loading the network; importing the runtime adds some hundredths of a second once."""
    LiteRTEngine(bundle)
    benchmark.pedantic(LiteRTEngine, args=(bundle,), rounds=10)
    print(f"\nopening the engine: {benchmark.stats.stats.median * 1000:.0f} ms")
    assert benchmark.stats.stats.median < 0.1
