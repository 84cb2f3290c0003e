"""Preprocessing, freezing and batch normalisation are those that the articles' networks had."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from cxrviewer.domain import InputSpec
from training.architectures import backbone_layers, build_network, freeze
from training.errors import ArchitectureError, WeightsError
from training.recipe import Architecture, Head

SPEC = InputSpec(height=32, width=32, channels=3, fit="stretch", interpolation="area", low=0.0, high=255.0)
MOBILE = Architecture("MobileNetV2", Head(), width=0.35)


def _grey(seed: int = 0) -> np.ndarray:
    grey = np.random.default_rng(seed).uniform(0, 1, (2, 32, 32, 1)).astype(np.float32)
    return np.repeat(grey, 3, axis=3)


@pytest.mark.parametrize("spec", [SPEC, replace(SPEC, low=-1.0, high=1.0), replace(SPEC, low=0.0, high=1.0)])
@pytest.mark.parametrize(
    ("backbone", "preprocessing", "reference"),
    [
        ("VGG16", "imagenet-bgr-mean", keras.applications.vgg16.preprocess_input),
        ("DenseNet121", "imagenet-mean-std", keras.applications.densenet.preprocess_input),
    ],
)
def test_preprocessing_is_that_of_the_backbones_weights(spec, backbone, preprocessing, reference) -> None:
    network = build_network(Architecture(backbone, Head(), preprocessing=preprocessing), spec, "none")
    layer = network.get_layer("preprocessing")
    films = _grey()
    preprocessed = np.asarray(layer(films * (spec.high - spec.low) + spec.low))
    np.testing.assert_allclose(preprocessed, reference(films * 255.0), atol=2e-4)
    assert layer.count_params() == 0


def test_centring_takes_the_training_mean_away() -> None:
    architecture = Architecture("DenseNet121", Head(), preprocessing="training-mean")
    layer = build_network(architecture, SPEC, "none", training_mean=0.37).get_layer("preprocessing")
    centred = np.asarray(layer(np.full((1, 32, 32, 3), 0.37 * 255, np.float32)))
    np.testing.assert_allclose(centred, 0.0, atol=1e-6)


def test_a_weights_file_fits_with_and_without_preprocessing(tmp_path) -> None:
    keras.utils.set_random_seed(3)
    alone = keras.applications.VGG16(weights=None, include_top=False, input_shape=(32, 32, 3))
    alone.save_weights(tmp_path / "vgg.weights.h5")
    architecture = Architecture("VGG16", Head(), preprocessing="imagenet-bgr-mean")
    network = build_network(architecture, SPEC, str(tmp_path / "vgg.weights.h5"))
    for weights, expected in zip(network.get_weights(), alone.get_weights(), strict=False):
        np.testing.assert_array_equal(weights, expected)
    with pytest.raises(WeightsError, match=r"weights of VGG19 .*vgg\.weights\.h5"):
        build_network(replace(architecture, backbone="VGG19"), SPEC, str(tmp_path / "vgg.weights.h5"))


def test_efficientnets_imagenet_weights_are_normalised_as_in_keras_own_download(tmp_path) -> None:
    """Keras' download divides by the variance, by a layer of its own; a file of the same weights must come out so."""
    mean, std = np.array([0.485, 0.456, 0.406], np.float32), np.array([0.229, 0.224, 0.225], np.float32)
    alone = keras.applications.EfficientNetB0(weights=None, include_top=False, input_shape=(32, 32, 3))
    normalization = next(layer for layer in alone.layers if isinstance(layer, keras.layers.Normalization))
    normalization.set_weights([mean, std**2, np.array(0)])
    alone.save_weights(tmp_path / "b0.weights.h5")
    network = build_network(Architecture("EfficientNetB0", Head()), SPEC, str(tmp_path / "b0.weights.h5"))
    layer = next(layer for layer in network.layers if isinstance(layer, keras.layers.Normalization))
    films = _grey()
    np.testing.assert_allclose(np.asarray(layer(films)), (films - mean) / std / np.sqrt(std), rtol=1e-4, atol=1e-5)
    # Weights that were trained here, without that slip, are left alone.
    normalization.set_weights([mean * 0, std**0, np.array(0)])
    alone.save_weights(tmp_path / "own.weights.h5")
    network = build_network(Architecture("EfficientNetB0", Head()), SPEC, str(tmp_path / "own.weights.h5"))
    layer = next(layer for layer in network.layers if isinstance(layer, keras.layers.Normalization))
    np.testing.assert_allclose(np.asarray(layer(films)), films, atol=1e-6)


def test_moving_statistics_stay_while_scale_and_offset_train(tmp_path) -> None:
    keras.utils.set_random_seed(1)
    spec = replace(SPEC, low=-1.0, high=1.0)
    moving = build_network(replace(MOBILE, batch_norm_statistics="moving"), spec, "none")
    for layer in moving.layers:
        if isinstance(layer, keras.layers.BatchNormalization):  # so that signals do not vanish in random weights
            layer.set_weights([*layer.get_weights()[:3], layer.get_weights()[3] * 0.05])
    batch = build_network(MOBILE, spec, "none")
    batch.set_weights(moving.get_weights())
    films = _grey() * 2 - 1
    at_rest = np.asarray(moving(films, training=False))
    np.testing.assert_allclose(np.asarray(moving(films, training=True)), at_rest, atol=1e-4)
    assert not np.allclose(np.asarray(batch(films, training=True)), at_rest, atol=1e-3)

    norm = moving.get_layer("Conv_1_bn")
    before = [np.array(weight) for weight in norm.get_weights()]
    moving.compile(optimizer=keras.optimizers.SGD(100.0), loss=keras.losses.CategoricalCrossentropy(from_logits=True))
    moving.train_on_batch(films, np.eye(3, dtype=np.float32)[:2])
    gamma, beta, mean, variance = norm.get_weights()
    assert not np.array_equal(gamma, before[0])
    assert not np.array_equal(beta, before[1])
    np.testing.assert_array_equal(mean, before[2])
    np.testing.assert_array_equal(variance, before[3])
    moving.save(tmp_path / "network.keras", include_optimizer=False)
    loaded = keras.saving.load_model(tmp_path / "network.keras", compile=False, safe_mode=True)
    np.testing.assert_allclose(loaded.predict_on_batch(films), moving.predict_on_batch(films), rtol=1e-4, atol=1e-4)


def test_freezing_counts_the_backbones_layers_as_keras_does() -> None:
    architecture = Architecture("VGG16", Head(), preprocessing="imagenet-bgr-mean")
    network = build_network(architecture, SPEC, "none")
    alone = keras.applications.VGG16(weights=None, include_top=False, input_shape=(32, 32, 3))
    assert [layer.name for layer in backbone_layers(network)][1:] == [layer.name for layer in alone.layers][1:]
    freeze(network, 4)  # the input, block1_conv1, block1_conv2, block1_pool
    assert [layer.name for layer in network.layers if not layer.trainable][1:] == [
        "block1_conv1",
        "block1_conv2",
        "block1_pool",
    ]
    freeze(network, ("block5",))
    assert {layer.name[:6] for layer in network.layers if not layer.trainable} == {"block5"}
    freeze(network, "backbone")
    assert {layer.name for layer in network.layers if layer.trainable and layer.weights} == {"logits"}
    freeze(network, 0)
    assert all(layer.trainable for layer in network.layers)
    for wrong in (20, ("block6",)):
        with pytest.raises(ArchitectureError, match="expected"):
            freeze(network, wrong)


def test_what_cannot_be_built_is_named() -> None:
    with pytest.raises(ArchitectureError, match="os"):
        build_network(Architecture("os", Head()), SPEC, "none")
    with pytest.raises(ArchitectureError, match="width 1 for VGG16"):
        build_network(Architecture("VGG16", Head(), width=0.5), SPEC, "none")


def test_imagenet_weights_that_cannot_be_had_are_named(monkeypatch) -> None:
    with pytest.raises(WeightsError, match=r"no ImageNet weights for MobileNetV2.*--backbone-weights"):
        build_network(replace(MOBILE, width=0.6), replace(SPEC, low=-1.0, high=1.0), "imagenet")

    def fail(**_: object) -> None:
        raise Exception("URL fetch failure")  # what keras.utils.get_file raises

    monkeypatch.setattr(keras.applications, "VGG16", fail)
    with pytest.raises(WeightsError, match="URL fetch failure"):
        build_network(Architecture("VGG16", Head()), SPEC, "imagenet")
