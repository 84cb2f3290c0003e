"""The written-out Grad-CAM is that of automatic differentiation, for every head, finding and runtime."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.errors import BundleNetworkError
from cxrviewer.inference.gradcam import explain
from tests.inference.reference_gradcam import assert_is_gradcam, reference_heatmaps
from training.architectures import attach_head
from training.convert import convert_to_litert
from training.recipe import Head, HiddenLayer

keras = pytest.importorskip("keras")

HEADS = {
    "global average": Head("global-average"),
    "global average, dropout": Head("global-average", dropout=0.2),
    "global average, two hidden": Head("global-average", hidden=(HiddenLayer(32, 0.3), HiddenLayer(16, 0.3))),
    "average and flatten": Head("average-2x2"),
    "average and flatten, hidden": Head("average-2x2", hidden=(HiddenLayer(24, 0.5),)),
    "flatten": Head("none"),
    "flatten, two hidden": Head("none", hidden=(HiddenLayer(32, 0.4), HiddenLayer(16, 0.4))),
    "global average, one logit": Head("global-average", dropout=0.2, logits=1),
    "flatten, hidden, one logit": Head("none", hidden=(HiddenLayer(16, 0.4),), logits=1),
    "two logits": Head("global-average", hidden=(HiddenLayer(8),), logits=2),
}


def _small_network(head: Head, seed: int = 0):
    """A random network with signed feature maps, whose heatmaps therefore have both signs before the ReLU."""
    keras.utils.set_random_seed(seed)
    image = keras.Input((48, 40, 3))
    maps = keras.layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(image)
    maps = keras.layers.Conv2D(12, 3, strides=4, padding="same", activation="tanh", name="maps")(maps)
    network = attach_head(image, maps, head)
    rng = np.random.default_rng(seed)
    # Biases of 0, Keras' start, would leave a wrong use of them unseen.
    network.set_weights([weights + rng.normal(0, 0.2, weights.shape) for weights in network.get_weights()])
    return network


def _images(count: int) -> np.ndarray:
    return np.random.default_rng(7).uniform(-1, 1, (count, 48, 40, 3)).astype(np.float32)


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_every_head_in_keras(head) -> None:
    network = _small_network(head)
    outputs = explain(network, "maps")(_images(5))
    assert_is_gradcam(outputs, *reference_heatmaps(network, "maps", _images(5)))
    maps = keras.Model(network.inputs[0], network.get_layer("maps").output)(_images(5))
    np.testing.assert_allclose(outputs["features"], np.mean(maps, axis=(1, 2)), atol=1e-6)


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_every_head_in_litert(head) -> None:
    from ai_edge_litert.interpreter import Interpreter

    network = _small_network(head)
    explained = explain(network, "maps")
    content = convert_to_litert(explained, explained.input_shape)
    interpreter = Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    run = interpreter.get_signature_runner()
    parts = [run(image=_images(5)[index : index + 1]) for index in range(5)]
    outputs = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    assert_is_gradcam(outputs, *reference_heatmaps(network, "maps", _images(5)))
    shapes = {name: value.shape[1:] for name, value in outputs.items()}
    assert shapes == explained.output_shapes


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_every_head_on_real_radiographs(head, bundle, test_films) -> None:
    """The shipped network's own feature maps, and a new head of every kind on them."""
    shipped = keras.saving.load_model(bundle.folder / "model.keras", compile=False)
    layer = bundle.metadata.explanation.layer
    keras.utils.set_random_seed(1)
    network = attach_head(shipped.inputs[0], shipped.get_layer(layer).output, head)
    films = test_films[:8]
    assert_is_gradcam(explain(network, layer)(films), *reference_heatmaps(network, layer, films))


def test_the_shipped_network_in_both_engines(bundle, litert, keras_engine, test_films) -> None:
    network = keras.saving.load_model(bundle.folder / "model.keras", compile=False)
    expected = reference_heatmaps(network, bundle.metadata.explanation.layer, test_films[:16])
    for engine in (litert, keras_engine):
        output = engine.run(test_films[:16])
        assert_is_gradcam({"logits": output.logits, "heatmaps": output.heatmaps}, *expected)


def test_two_probabilities_from_one_logit_are_those_of_the_sigmoid() -> None:
    network = _small_network(HEADS["global average, one logit"])
    logits = np.asarray(explain(network, "maps")(_images(5))["logits"])
    z = np.asarray(network(_images(5)))[:, 0]
    softmax = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(softmax[:, 1], 1 / (1 + np.exp(-z)), atol=1e-6)


def test_relu_as_a_layer_of_its_own_is_the_same() -> None:
    image = keras.Input((16, 16, 3))
    maps = keras.layers.Conv2D(4, 3, activation="tanh", name="maps")(image)
    pooled = keras.layers.Flatten()(keras.layers.GlobalAveragePooling2D(keepdims=True)(maps))
    hidden = keras.layers.Activation("relu")(keras.layers.Dense(8)(pooled))
    hidden = keras.layers.ReLU()(keras.layers.Dense(8)(hidden))
    network = keras.Model(image, keras.layers.Dense(3)(hidden))
    batch = np.random.default_rng(0).uniform(-1, 1, (3, 16, 16, 3)).astype(np.float32)
    logits, sums = reference_heatmaps(network, "maps", batch)
    outputs = explain(network, "maps")(batch)
    np.testing.assert_allclose(outputs["logits"], logits, atol=1e-6)
    np.testing.assert_allclose(outputs["heatmaps"], np.maximum(sums, 0), atol=1e-6 + 1e-4 * np.abs(sums).max())


def _network(*head):
    image = keras.Input((16, 16, 3))
    tensor = keras.layers.Conv2D(4, 3, activation="relu", name="maps")(image)
    for layer in head:
        tensor = layer(tensor)
    return keras.Model(image, tensor)


@pytest.mark.parametrize(
    ("head", "named"),
    [
        (lambda k: (k.GlobalMaxPooling2D(name="max"), k.Dense(3)), "max"),
        (lambda k: (k.GlobalAveragePooling2D(), k.Dense(3, activation="softmax")), "softmax"),
        (lambda k: (k.GlobalAveragePooling2D(), k.Dense(8, activation="gelu", name="soft"), k.Dense(3)), "soft"),
        (lambda k: (k.Conv2D(4, 1, activation="relu", name="late"), k.Flatten(), k.Dense(3)), "late"),
        (lambda k: (k.GlobalAveragePooling2D(), k.ReLU(max_value=6, name="six"), k.Dense(3)), "six"),
        (lambda k: (k.GlobalAveragePooling2D(), k.Dense(3), k.Softmax(name="end")), "end"),
        (lambda k: (k.ReLU(name="spatial"), k.Flatten(), k.Dense(3)), "spatial"),
        (lambda k: (k.Dense(4, name="pointwise"), k.Flatten(), k.Dense(3)), "pointwise"),
        (lambda k: (k.GlobalAveragePooling2D(),), "linear dense layer"),
    ],
)
def test_a_head_whose_gradient_is_not_written_out_is_refused_by_name(head, named) -> None:
    with pytest.raises(BundleNetworkError, match=named):
        explain(_network(*head(keras.layers)), "maps")


def test_other_networks_are_refused() -> None:
    layers = keras.layers
    network = _network(layers.GlobalAveragePooling2D(), layers.Dense(3))
    with pytest.raises(BundleNetworkError, match="no_such_layer"):
        explain(network, "no_such_layer")
    with pytest.raises(BundleNetworkError, match="one output"):
        explain(keras.Model(network.inputs, [network.output, network.layers[1].output]), "maps")
    image = keras.Input((16, 16, 3))
    maps = layers.Conv2D(4, 3, name="maps")(image)
    pooled = layers.GlobalAveragePooling2D()(maps)
    branched = keras.Model(image, layers.Dense(3)(layers.Add(name="sum")([pooled, pooled])))
    with pytest.raises(BundleNetworkError, match="sum"):
        explain(branched, "maps")
    anywhere = keras.Input((None, None, 3))
    unsized = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, name="maps")(anywhere))
    with pytest.raises(BundleNetworkError, match="fixed size"):
        explain(keras.Model(anywhere, layers.Dense(3)(unsized)), "maps")


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_the_same_bundle_runs_on_other_frameworks(bundle, keras_engine, test_films, tmp_path, backend) -> None:
    """In a process of its own, since Keras takes one framework for a process's whole life."""
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"needs {backend}, which the program does not depend on")
    np.save(tmp_path / "films.npy", test_films[:3])
    script = (
        "import sys, numpy as np\n"
        "from pathlib import Path\n"
        "from cxrviewer.inference.bundle import load_bundle\n"
        "from cxrviewer.inference.keras_engine import KerasEngine\n"
        "folder, work = map(Path, sys.argv[1:3])\n"
        "engine = KerasEngine(load_bundle(folder))\n"
        "output = engine.run(np.load(work / 'films.npy'))\n"
        "assert sys.argv[3] in engine.device, engine.device\n"
        "np.savez(work / 'output.npz', logits=output.logits, heatmaps=output.heatmaps, features=output.features)\n"
    )
    path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    subprocess.run(
        [sys.executable, "-c", script, str(bundle.folder), str(tmp_path), backend],
        env={**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": path},
        check=True,
        timeout=250,
    )
    expected = keras_engine.run(test_films[:3])
    with np.load(tmp_path / "output.npz") as output:
        for name in ("logits", "heatmaps", "features"):
            reference = getattr(expected, name)
            np.testing.assert_allclose(output[name], reference, atol=1e-4 * np.abs(reference).max())
