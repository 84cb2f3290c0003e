"""Networks: a backbone of keras.applications, flat in one graph with its head, from image to pre-softmax
logits.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import keras
import numpy as np

from cxrviewer.domain import InputSpec
from training.errors import ArchitectureError, WeightsError
from training.recipe import Architecture, Frozen, Head, Preprocessing

LOGITS_LAYER = "logits"
LUNG_LAYER = "lung_logits"
PREPROCESSING_LAYER = "preprocessing"
_HEAD_BEGINS = ("pooled", "flattened")


# The means and standard deviations that keras.applications' own preprocess_input subtracts and divides by, for images
# of 0 to 255 in the order blue, green, red ("caffe") and of 0 to 1 in the order red, green, blue ("torch"). Films are
# grey, so the order of the channels only decides which one gets which constant.
_BGR_MEAN = (103.939, 116.779, 123.68)
_RGB_MEAN = (0.485, 0.456, 0.406)
_RGB_STD = (0.229, 0.224, 0.225)
_FAMILIES = ("MobileNet", "VGG", "DenseNet", "EfficientNet", "ResNet", "NASNet", "Inception", "Xception", "ConvNeXt")


def build_network(
    architecture: Architecture, spec: InputSpec, backbone_weights: str, training_mean: float = 0.5
) -> keras.Model:
    """Build the classifier: (N, h, w, C) in the input range to (N, K) logits.

    ``backbone_weights``: ``imagenet`` (Keras' own download), ``none`` (random) or the path of a
    ``.weights.h5`` file of the same backbone without its top. ``training_mean`` is the mean of the training films in
    display units, for the preprocessing that asks for it. The backbone's layers stand in the same graph as the
    head's, so that any of them can be named, frozen and explained. Raises WeightsError where a weights file is
    missing or is of another architecture, ArchitectureError where Keras has no such backbone.
    """
    backbone = _backbone(architecture, spec, backbone_weights, training_mean)
    for layer in backbone.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            if architecture.batch_norm_momentum is not None:
                layer.momentum = architecture.batch_norm_momentum
            if architecture.batch_norm_statistics == "moving":
                _normalise_with_moving_averages(layer)
    height, width = backbone.output_shape[1:3]
    if architecture.head.pooling == "average-2x2" and min(height, width) < 2:
        raise ArchitectureError(
            f"expected an input large enough to pool {architecture.backbone}'s maps by 2 x 2; "
            f"{spec.height} x {spec.width} pixels give maps of {height} x {width}"
        )
    return attach_head(backbone.input, backbone.output, architecture.head)


def _backbone(architecture: Architecture, spec: InputSpec, weights: str, training_mean: float) -> keras.Model:
    name = architecture.backbone
    build: Any = getattr(keras.applications, name, None)
    if not name.startswith(_FAMILIES) or not callable(build):
        raise ArchitectureError(f"expected a network of keras.applications as backbone, got {name!r}")
    if architecture.width != 1.0 and not name.startswith("MobileNet"):
        raise ArchitectureError(f"expected width 1 for {name}, got {architecture.width:g}: only MobileNets have others")
    options: dict[str, Any] = {"include_top": False}
    if name.startswith("MobileNet"):
        options["alpha"] = architecture.width
    shape = (spec.height, spec.width, spec.channels)
    kind = "imagenet" if weights == "imagenet" else None
    if architecture.preprocessing == "none":
        backbone = _built(build, name, weights=kind, input_shape=shape, **options)
        if weights not in ("imagenet", "none"):
            _load(backbone, name, weights)
        return backbone
    image = keras.Input(shape, name="image")
    preprocessed = _preprocessing(architecture.preprocessing, spec, training_mean)(image)
    backbone = _built(build, name, weights=kind, input_tensor=preprocessed, **options)
    if weights not in ("imagenet", "none"):
        # A weights file knows nothing of the preprocessing in front of the backbone.
        alone = _built(build, name, weights=None, input_shape=shape, **options)
        _load(alone, name, weights)
        backbone.set_weights(alone.get_weights())
    return backbone


def _built(build: Any, name: str, *, weights: str | None, **options: Any) -> keras.Model:
    """Build a backbone; WeightsError where Keras has no ImageNet weights for it or cannot download them."""
    try:
        return build(weights=weights, **options)
    except Exception as error:  # a failed download is no more than an Exception
        if weights is None:
            raise
        raise WeightsError(
            f"Keras gives no ImageNet weights for {name} ({error}). Without a network, name a weights file, or none, "
            "with --backbone-weights."
        ) from error


def _load(backbone: keras.Model, name: str, weights: str) -> None:
    file = Path(weights)
    if not file.is_file():
        raise WeightsError(f"expected imagenet, none or a weights file, got {weights!r}, which is no file")
    try:
        backbone.load_weights(file)
    except (ValueError, OSError, KeyError) as error:
        raise WeightsError(f"expected weights of {name} without its top in {file}: {error}") from error
    if name.startswith("EfficientNetB"):
        _undo_the_variance_slip(backbone)


def _undo_the_variance_slip(backbone: keras.Model) -> None:
    """Normalise as EfficientNet's ImageNet weights expect.

    They were trained on (image - mean) / variance, while Keras' layer divides by the variance's root. Keras corrects
    it by a further layer, but only in its own download (tensorflow issue 49930); here the variance takes it in. Other
    weights keep what their file says.
    """
    layer = next(layer for layer in backbone.layers if isinstance(layer, keras.layers.Normalization))
    mean, variance, count = layer.get_weights()
    if np.allclose(mean, _RGB_MEAN, atol=1e-4) and np.allclose(variance, np.square(_RGB_STD), atol=1e-4):
        layer.set_weights([mean, variance * np.asarray(_RGB_STD, np.float32), count])
        layer.finalize_state()


def _preprocessing(kind: Preprocessing, spec: InputSpec, training_mean: float) -> Any:
    """Return the layer that takes the input range [low, high] to what the backbone's weights were trained on.

    It has no weights, only constants, so that no parameter is added.
    """
    unit = 1.0 / (spec.high - spec.low)
    if kind == "imagenet-bgr-mean":
        scale = [255.0 * unit] * 3
        offset = [-255.0 * unit * spec.low - mean for mean in _BGR_MEAN]
    else:
        means = _RGB_MEAN if kind == "imagenet-mean-std" else (training_mean,) * 3
        scale = [unit / std for std in _RGB_STD]
        offset = [(-unit * spec.low - mean) / std for mean, std in zip(means, _RGB_STD, strict=True)]
    return keras.layers.Rescaling(scale, offset, name=PREPROCESSING_LAYER)


def _normalise_with_moving_averages(layer: Any) -> None:
    """Let a batch normalisation use its moving averages while training too, its scale and offset staying trainable.

    Freezing the layer would do the first but not the second. The network is saved as the plain layer that it is.
    """
    of_class = layer.call

    def call(inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        return of_class(inputs, training=False, mask=mask)

    layer.call = call


def attach_head(image: Any, features: Any, head: Head) -> keras.Model:
    """Return the classifier from the symbolic image (N, h, w, C) through feature maps (N, h', w', D) to logits."""
    layers = keras.layers
    outputs = features
    if head.pooling == "lung-weighted":
        outputs = _weighted_by_lung(outputs)
    if head.pooling in ("global-average", "lung-weighted"):
        outputs = layers.GlobalAveragePooling2D(name="pooled")(outputs)
    else:
        if head.pooling == "average-2x2":
            outputs = layers.AveragePooling2D(2, name="pooled")(outputs)
        outputs = layers.Flatten(name="flattened")(outputs)
    if head.dropout:
        outputs = layers.Dropout(head.dropout, name="dropout")(outputs)
    for number, hidden in enumerate(head.hidden, start=1):
        outputs = layers.Dense(hidden.units, activation="relu", name=f"hidden_{number}")(outputs)
        if hidden.dropout:
            outputs = layers.Dropout(hidden.dropout, name=f"hidden_{number}_dropout")(outputs)
    # Probabilities come from calibrated logits, so the network ends before the softmax; float32 even where
    # the layers before it compute in less.
    logits = layers.Dense(head.logits, dtype="float32", name=LOGITS_LAYER)(outputs)
    return keras.Model(image, logits, name="classifier")


def _weighted_by_lung(features: Any) -> Any:
    """Return feature maps (N, h, w, D) times weights of mean 1 that say where the network sees lung.

    Their global average is the weighted mean of the features, and the maps themselves are what Grad-CAM explains.
    """
    layers, (height, width) = keras.layers, features.shape[1:3]
    positions = height * width
    lung = layers.Conv2D(1, 1, kernel_initializer="zeros", dtype="float32", name=LUNG_LAYER)(features)
    share = layers.Softmax(dtype="float32", name="lung_share")(layers.Reshape((positions,), name="lung_row")(lung))
    weight = layers.Rescaling(float(positions), dtype="float32", name="lung_scale")(share)
    weight = layers.Reshape((height, width, 1), name="lung_weight")(weight)
    return layers.Multiply(name="lung_weighted")([features, weight])


def with_lung_logits(network: keras.Model) -> keras.Model:
    """Return a network of the same layers that gives (N, K + h w): its logits, then the pooling's, row by row."""
    layers = keras.layers
    lung = layers.Flatten(name="lung_flattened")(network.get_layer(LUNG_LAYER).output)
    joined = layers.Concatenate(dtype="float32", name="logits_and_lungs")([network.output, lung])
    return keras.Model(network.input, joined, name="classifier_with_lungs")


def feature_layer_name(network: keras.Model) -> str:
    """Return the name of the layer whose output the head pools: the one that Grad-CAM explains.

    Raises ArchitectureError where there is none, as in an ensemble whose members' heads do not go together.
    """
    first_of_head = next((layer for layer in network.layers if layer.name in _HEAD_BEGINS), None)
    if first_of_head is None:
        raise ArchitectureError(f"expected a network with one head over its feature maps, {network.name} has none")
    return str(first_of_head.input._keras_history.operation.name)


def backbone_layers(network: keras.Model) -> list[Any]:
    """Return the layers up to the feature maps, input layer first, without the preprocessing: as Keras counts them in
    the backbone alone.
    """
    names = [layer.name for layer in network.layers]
    first = next(index for index, name in enumerate(names) if name in _HEAD_BEGINS)
    of_head = {PREPROCESSING_LAYER} | {layer.name for layer in network.layers if layer.name.startswith("lung_")}
    return [layer for layer in network.layers[:first] if layer.name not in of_head]


def freeze(network: keras.Model, frozen: Frozen) -> None:
    """Freeze what a phase says and nothing else; compile afterwards.

    Raises ArchitectureError for more layers than the backbone has, or a block that it has not.
    """
    layers = backbone_layers(network)
    if frozen == "backbone":
        chosen = layers
    elif isinstance(frozen, int):
        if not 0 <= frozen <= len(layers):
            raise ArchitectureError(f"expected 0 to {len(layers)} frozen layers, the backbone's, got {frozen}")
        chosen = layers[:frozen]
    else:
        chosen = []
        for block in frozen:
            of_block = [layer for layer in layers if layer.name == block or layer.name.startswith(f"{block}_")]
            if not of_block:
                raise ArchitectureError(f"expected the name of a block of {network.name}, got {block!r}")
            chosen += of_block
    for layer in network.layers:
        layer.trainable = True
    for layer in chosen:
        layer.trainable = False


def count_parameters(network: keras.Model) -> tuple[int, int]:
    """Return how many parameters a network has, and how many of them are trainable as it is frozen now."""
    trainable = sum(math.prod(weight.shape) for weight in network.trainable_weights)
    return int(network.count_params()), int(trainable)
