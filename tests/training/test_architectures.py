"""Networks have the parameters, the layers and the initial weights that their description says."""

import keras
import numpy as np
import pytest

from cxrviewer.domain import InputSpec
from cxrviewer.inference.gradcam import explain
from training.architectures import attach_head, build_network, feature_layer_name
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
