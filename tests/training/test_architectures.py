"""Networks have the parameters, the layers and the initial weights that their description says."""

import keras
import numpy as np
import pytest

from cxrviewer.domain import InputSpec
from cxrviewer.inference.gradcam import explain
from training.architectures import LUNG_LAYER, attach_head, build_network, feature_layer_name, freeze, with_lung_logits
from training.errors import WeightsError
from training.recipe import Architecture, Head, HiddenLayer

SPEC = InputSpec(height=64, width=64, channels=3, fit="stretch", interpolation="area", low=-1.0, high=1.0)


def test_the_shipped_architecture() -> None:
    network = build_network(Architecture("MobileNetV2", Head(dropout=0.2), 0.98), SPEC, "none")
    # MobileNetV2 without its top has 2,257,984 parameters; the head 1,280 x 3 + 3.
    assert network.count_params() == 2_257_984 + 3_843
    momenta = {layer.momentum for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)}
    assert momenta == {0.98}
    assert network.output_shape == (None, 3)
    assert network.layers[-1].activation.__name__ == "linear"
    assert feature_layer_name(network) == "out_relu"
    assert explain(network, "out_relu").output_shapes == {"logits": (3,), "heatmaps": (2, 2, 3), "features": (1280,)}


@pytest.mark.parametrize(
    ("head", "parameters"),
    [
        (Head("global-average", logits=1), 8 + 1),
        (Head("global-average", hidden=(HiddenLayer(16, 0.4), HiddenLayer(4))), 9 * 16 + 17 * 4 + 5 * 3),
        (Head("average-2x2", hidden=(HiddenLayer(16),)), (3 * 3 * 8 + 1) * 16 + 17 * 3),
        (Head("none"), (6 * 6 * 8 + 1) * 3),
    ],
)
def test_heads_have_their_parameters(head, parameters) -> None:
    image = keras.Input((6, 6, 8), name="maps")
    network = attach_head(image, image, head)
    assert network.count_params() == parameters
    assert feature_layer_name(network) == "maps"


def _lung_weighted() -> keras.Model:
    keras.utils.set_random_seed(3)
    return build_network(Architecture("MobileNetV2", Head("lung-weighted", dropout=0.2), 0.98), SPEC, "none")


def _films(number: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (number, 64, 64, 3)).astype(np.float32)


def test_lung_weighted_pooling_begins_as_the_plain_average() -> None:
    network = _lung_weighted()
    assert network.count_params() == 2_257_984 + 3_843 + 1_281
    plain = build_network(Architecture("MobileNetV2", Head(dropout=0.2), 0.98), SPEC, "none")
    lung = {id(weight) for weight in network.get_layer(LUNG_LAYER).weights}
    plain.set_weights([value.numpy() for value in network.weights if id(value) not in lung])
    np.testing.assert_allclose(
        network.predict_on_batch(_films(2)), plain.predict_on_batch(_films(2)), rtol=1e-4, atol=1e-5
    )


def test_lung_weighted_pooling_is_the_weighted_mean_and_is_what_the_heatmap_shows() -> None:
    rng = np.random.default_rng(1)
    maps = rng.uniform(0, 1, (2, 5, 4, 8)).astype(np.float32)
    image = keras.Input(maps.shape[1:], name="maps")
    network = attach_head(image, image, Head("lung-weighted"))
    network.get_layer(LUNG_LAYER).set_weights([rng.normal(0, 2, (1, 1, 8, 1)), np.zeros(1)])
    assert feature_layer_name(network) == "lung_weighted"
    both = with_lung_logits(network).predict_on_batch(maps)
    assert both.shape == (2, 3 + 20)
    logits, lungs = both[:, :3], both[:, 3:]
    weights = np.exp(lungs - lungs.max(axis=1, keepdims=True))
    weights = (weights / weights.sum(axis=1, keepdims=True)).reshape(2, 5, 4, 1)
    assert weights.max() > 2 * weights.min()
    kernel, bias = network.get_layer("logits").get_weights()
    np.testing.assert_allclose(logits, (maps * weights).sum(axis=(1, 2)) @ kernel + bias, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(logits, network.predict_on_batch(maps), rtol=1e-5, atol=1e-6)
    explained = explain(network, "lung_weighted")(maps)
    # Grad-CAM of a mean over 20 positions: the evidence at each of them, cut at 0.
    expected = np.maximum((maps * weights * 20) @ kernel / 20, 0)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(explained["heatmaps"]), expected, rtol=1e-3, atol=1e-6)


def test_a_frozen_backbone_still_learns_where_the_lungs_are() -> None:
    network = _lung_weighted()
    freeze(network, "backbone")
    trainable = {weight.path.split("/")[0] for weight in network.trainable_weights}
    assert trainable == {LUNG_LAYER, "logits"}


def test_initial_weights_come_from_the_file(tmp_path) -> None:
    keras.utils.set_random_seed(5)
    source = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(64, 64, 3))
    source.save_weights(tmp_path / "backbone.weights.h5")
    network = build_network(
        Architecture("MobileNetV2", Head()), SPEC, backbone_weights=str(tmp_path / "backbone.weights.h5")
    )
    for weights, expected in zip(network.get_weights(), source.get_weights(), strict=False):
        np.testing.assert_array_equal(weights, expected)


def test_weights_that_do_not_fit_are_refused_by_name(tmp_path) -> None:
    architecture = Architecture("MobileNetV2", Head())
    with pytest.raises(WeightsError, match="which is no file"):
        build_network(architecture, SPEC, str(tmp_path / "gone.weights.h5"))
    other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    other.save_weights(tmp_path / "other.weights.h5")
    with pytest.raises(WeightsError, match=r"weights of MobileNetV2 .*other\.weights\.h5"):
        build_network(architecture, SPEC, str(tmp_path / "other.weights.h5"))
    (tmp_path / "text.weights.h5").write_text("no weights")
    with pytest.raises(WeightsError, match=r"text\.weights\.h5"):
        build_network(architecture, SPEC, str(tmp_path / "text.weights.h5"))
