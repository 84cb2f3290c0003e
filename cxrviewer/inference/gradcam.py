"""Grad-CAM of every finding as part of one forward pass, with the head's gradient written out by hand.

Between the feature maps and the logits a classifier's head is linear but for its ReLUs, and those are either
on or off for one radiograph. So the gradient of a logit is a product of the head's kernels, with the inactive
units struck out: no gradient is taken at run time, nothing runs twice, and the whole converts to LiteRT.
Everything is written with ``keras.ops`` and runs wherever Keras 3 does: TensorFlow, JAX or PyTorch.

Source: Selvaraju et al. 2017, Grad-CAM, equations 1 and 2, on the pre-softmax logit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cxrviewer.errors import BundleNetworkError

# Keras has no type hints that mypy can follow, and a tensor's type depends on the framework under it.
Tensor = Any
Layer = Any

_AVERAGING = frozenset({"GlobalAveragePooling2D", "AveragePooling2D"})
_IDENTITY = frozenset({"Dropout", "SpatialDropout2D", "GaussianDropout", "GaussianNoise", "AlphaDropout"})
_ACTIVATIONS = frozenset({"Activation", "ReLU"})


@dataclass(frozen=True, eq=False)
class ExplainedNetwork:
    """A classifier together with the Grad-CAM of its every logit; made by ``explain``."""

    trunk: Any
    head: tuple[Layer, ...]
    logits: int

    @property
    def input_shape(self) -> tuple[int, ...]:
        """(H, W, C), without the batch axis."""
        return tuple(self.trunk.input_shape[1:])

    @property
    def output_shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of what a call gives, without the batch axis."""
        height, width, channels = self.trunk.output_shape[1:]
        return {"logits": (self.logits,), "heatmaps": (height, width, self.logits), "features": (channels,)}

    def __call__(self, batch: Tensor) -> dict[str, Tensor]:
        """Run over (N, H, W, C): ``logits`` (N, K), ``heatmaps`` (N, h, w, K) at least 0, ``features`` (N,
        D).

        Float32, in the input range of the bundle. ``features`` are the means of the feature maps over all
        positions.
        """
        from keras import ops

        maps = ops.cast(self.trunk(batch, training=False), "float32")
        outputs, active = maps, {}
        for layer in self.head:
            outputs = ops.cast(layer(outputs, training=False), "float32")
            if _is_relu(layer):
                active[layer.name] = ops.cast(outputs > 0, "float32")
            elif _kind(layer) == "Softmax":
                active[layer.name] = outputs
        if outputs.shape[-1] == 1:
            # Two findings from one logit: softmax of (-z/2, z/2) is sigmoid(z), and each finding keeps a
            # heatmap of what speaks for it; with (0, z) the first one's would always be empty.
            outputs = ops.concatenate([outputs * -0.5, outputs * 0.5], axis=-1)
        return {
            "logits": outputs,
            "heatmaps": ops.relu(_weighted_maps(maps, self._mean_gradient(active))),
            "features": ops.mean(maps, axis=(1, 2)),
        }

    def _mean_gradient(self, active: dict[str, Tensor]) -> Tensor:
        """Return the mean over all positions of d logit / d feature map: (1 or N, K, D).

        The first axis is 1 as long as no ReLU or softmax made the gradient depend on the radiograph.
        """
        from keras import ops

        gradient = ops.expand_dims(ops.eye(self.logits), 0)
        if self.head[-1].units == 1:
            gradient = ops.convert_to_tensor([[[-0.5], [0.5]]], "float32")
        height, width, channels = self.trunk.output_shape[1:]
        for layer in reversed(self.head):
            if _is_relu(layer):
                gradient = gradient * ops.expand_dims(active[layer.name], 1)
            elif _kind(layer) == "Softmax":
                gradient = _through_softmax(gradient, active[layer.name])
            if _kind(layer) == "Dense":
                kernel = ops.cast(ops.convert_to_tensor(layer.kernel), "float32")
                gradient = ops.matmul(gradient, ops.transpose(kernel))
        # Averaging shares a cell's gradient out over its positions, and flattening moves it: neither changes
        # the sum over positions, which is all that the mean needs.
        positions = gradient.shape[-1] // channels
        if positions > 1:
            gradient = ops.sum(ops.reshape(gradient, (-1, self.logits, positions, channels)), axis=2)
        return gradient / (height * width)


def _through_softmax(gradient: Tensor, shares: Tensor) -> Tensor:
    """Return the gradient (N, K, D) by what went into a softmax from the one by what came out, (1 or N, K, D).

    ``shares``, (N, G, S) with G x S = D, came out: an ensemble's members' probabilities, say.
    """
    from keras import ops

    findings, (_, groups, size) = gradient.shape[1], shares.shape
    by_group = ops.reshape(gradient, (-1, findings, groups, size))
    shares = ops.expand_dims(shares, 1)
    by_group = shares * (by_group - ops.sum(by_group * shares, axis=-1, keepdims=True))
    return ops.reshape(by_group, (-1, findings, groups * size))


def _weighted_maps(maps: Tensor, weights: Tensor) -> Tensor:
    """Return the sum of the maps (N, h, w, D) by the weights (1 or N, K, D): (N, h, w, K)."""
    from keras import ops

    if weights.shape[0] == 1:
        return ops.matmul(maps, ops.transpose(weights[0]))
    _, height, width, channels = maps.shape
    rows = ops.reshape(maps, (-1, height * width, channels))
    weighted = ops.matmul(rows, ops.transpose(weights, (0, 2, 1)))
    return ops.reshape(weighted, (-1, height, width, weights.shape[1]))


def explain(network: Any, feature_layer: str) -> ExplainedNetwork:
    """Return a classifier that also gives every finding's heatmap and the pooled features.

    ``network``: a functional Keras model from images (N, H, W, C) to pre-softmax logits (N, K), or (N, 1) for
    two findings, the second one's evidence being positive. ``feature_layer``: the layer whose maps are
    explained. Between it and the logits: global or windowed average pooling, flatten, dropout, dense layers
    with ReLU or linear, and softmax over groups of their outputs (an ensemble's members). Raises
    BundleNetworkError for an unknown feature layer or a head of other layers.
    """
    import keras

    if not isinstance(network, keras.Model) or len(getattr(network, "outputs", None) or ()) != 1:
        raise BundleNetworkError("expected a functional Keras model with one output, the logits.")
    names = [layer.name for layer in network.layers]
    if feature_layer not in names:
        raise BundleNetworkError(
            f"expected a feature layer among the network's {len(names)} layers, got {feature_layer!r}; "
            f"the last ones are {', '.join(names[-6:])}."
        )
    features = network.get_layer(feature_layer)
    head = _head_layers(network, features)
    trunk = keras.Model(network.inputs[0], features.output)
    if len(trunk.output_shape) != 4 or None in trunk.output_shape[1:]:
        raise BundleNetworkError(
            f"expected feature maps (N, h, w, D) of fixed size from {feature_layer}, got {trunk.output_shape}."
        )
    return ExplainedNetwork(trunk, head, max(head[-1].units, 2))


def _head_layers(network: Any, features: Layer) -> tuple[Layer, ...]:
    """Return the layers after the feature layer in order, each checked to be one whose gradient is known."""
    chain: list[Layer] = []
    tensor = network.outputs[0]
    while True:
        layer, node, _ = tensor._keras_history
        if layer is features:
            break
        inputs = layer._inbound_nodes[node].input_tensors
        if len(inputs) != 1:
            raise BundleNetworkError(
                f"expected one chain of layers from {features.name} to the logits, but {layer.name} has "
                f"{len(inputs)} inputs."
            )
        chain.append(layer)
        tensor = inputs[0]
    head = tuple(reversed(chain))
    for position, layer in enumerate(head):
        _check(layer, head[:position], network)
    if not head or _kind(head[-1]) != "Dense" or _activation(head[-1]) != "linear":
        raise BundleNetworkError(
            "expected the network to end in a linear dense layer that gives the logits, without softmax or "
            f"sigmoid; it ends in {network.layers[-1].name}."
        )
    return head


def _check(layer: Layer, before: tuple[Layer, ...], network: Any) -> None:
    """Raise BundleNetworkError for a layer whose gradient is not written out here."""
    kind, vector = _kind(layer), len(layer.output.shape) == 2
    flattened = any(_kind(earlier) in ("Flatten", "GlobalAveragePooling2D") for earlier in before)
    supported = (
        (kind in _AVERAGING and not flattened)
        or kind == "Flatten"
        or (kind == "Reshape" and flattened)
        or (kind == "Softmax" and flattened and len(layer.output.shape) == 3 and layer.axis in (-1, 2))
        or kind in _IDENTITY
        or (kind == "Dense" and flattened and vector and _activation(layer) in ("linear", "relu"))
        or (kind in _ACTIVATIONS and flattened and vector and _activation(layer) in ("linear", "relu"))
    )
    if not supported:
        raise BundleNetworkError(
            "expected a head of average pooling, flatten, dropout, dense layers with ReLU and softmax in groups; in "
            f"{network.name}, {layer.name} ({kind}, {_activation(layer) or 'no activation'}) is none of "
            "these or stands where it cannot be explained."
        )


def _kind(layer: Layer) -> str:
    return type(layer).__name__


def _activation(layer: Layer) -> str:
    """Return the name of a layer's activation, "" where it has none."""
    if _kind(layer) == "ReLU":
        # A clipped or leaky ReLU has another gradient than the plain one.
        plain = layer.max_value is None and not layer.negative_slope and not layer.threshold
        return "relu" if plain else "other ReLU"
    function = getattr(layer, "activation", None)
    return str(getattr(function, "__name__", function)) if function is not None else ""


def _is_relu(layer: Layer) -> bool:
    return _activation(layer) == "relu"
