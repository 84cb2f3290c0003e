"""Networks: a backbone of keras.applications, flat in one graph with its head, from image to pre-softmax
logits.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras

from cxrviewer.domain import InputSpec
from training.errors import WeightsError
from training.recipe import Architecture, Head

LOGITS_LAYER = "logits"


def build_network(architecture: Architecture, spec: InputSpec, backbone_weights: str) -> keras.Model:
    """Build the classifier: (N, h, w, C) in the input range to (N, K) logits.

    ``backbone_weights``: ``imagenet`` (Keras' own download), ``none`` (random) or the path of a
    ``.weights.h5`` file of the same backbone without its top. The backbone's layers stand in the same graph
    as the head's, so that any of them can be named, frozen and explained. Raises WeightsError where a weights
    file is missing or is of another architecture.
    """
    backbone = _backbone(architecture.backbone, spec, backbone_weights)
    if architecture.batch_norm_momentum is not None:
        for layer in backbone.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.momentum = architecture.batch_norm_momentum
    return attach_head(backbone.input, backbone.output, architecture.head)


def _backbone(name: str, spec: InputSpec, weights: str) -> keras.Model:
    build: Any = getattr(keras.applications, name)
    shape = (spec.height, spec.width, spec.channels)
    backbone = build(include_top=False, input_shape=shape, weights="imagenet" if weights == "imagenet" else None)
    if weights in ("imagenet", "none"):
        return backbone
    file = Path(weights)
    if not file.is_file():
        raise WeightsError(f"expected imagenet, none or a weights file, got {weights!r}, which is no file")
    try:
        backbone.load_weights(file)
    except (ValueError, OSError, KeyError) as error:
        raise WeightsError(f"expected weights of {name} without its top in {file}: {error}") from error
    return backbone


def attach_head(image: Any, features: Any, head: Head) -> keras.Model:
    """Return the classifier from the symbolic image (N, h, w, C) through feature maps (N, h', w', D) to logits."""
    layers = keras.layers
    outputs = features
    if head.pooling == "global-average":
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


def feature_layer_name(network: keras.Model) -> str:
    """Return the name of the layer whose output the head pools: the one that Grad-CAM explains."""
    first_of_head = next(layer for layer in network.layers if layer.name in ("pooled", "flattened"))
    return str(first_of_head.input._keras_history.operation.name)
