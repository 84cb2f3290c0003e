"""An ensemble as one chain of layers, which Grad-CAM can explain and every engine runs.

The members' feature maps stand beside each other as channels of one layer, their dense layers as the blocks of one
kernel whose other entries are 0. What it computes is the ensemble, to rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from cxrviewer.domain import FloatArray
from training.architectures import LOGITS_LAYER, feature_layer_name
from training.errors import ArchitectureError
from training.members import Member, in_range_of
from training.recipe import HiddenLayer, Recipe

MAPS_LAYER = "maps"
_Block = tuple[FloatArray, FloatArray]  # kernel (inputs, outputs) and bias (outputs,)


def fold_ensemble(network: keras.Model, recipe: Recipe, members: Sequence[Member]) -> keras.Model:
    """Return the ensemble ``network`` of these members as one chain: (N, h, w, C) to (N, K) logits.

    Raises ArchitectureError where the members' feature maps have different sizes, are pooled differently, or only some
    of them have hidden layers.
    """
    spec = recipe.input
    image = keras.Input((spec.height, spec.width, spec.channels), name="image")
    maps = []
    for number, member in enumerate(members, start=1):
        features = member.network.get_layer(feature_layer_name(member.network)).output
        trunk = keras.Model(member.network.inputs[0], features, name=f"trunk_{number}_{member.recipe.name}")
        maps.append(trunk(in_range_of(member.recipe.input, spec, number)(image)))
    pooled = _pooled(keras.layers.Concatenate(name=MAPS_LAYER)(maps), members)
    channels = [int(of_member.shape[-1]) for of_member in maps]
    positions = int(pooled.shape[-1]) // sum(channels)
    hidden = [len(member.recipe.architecture.head.hidden) for member in members]
    if not min(hidden) and max(hidden):
        raise ArchitectureError(f"expected hidden layers in every member or in none, got {hidden}")
    outputs, kernels = pooled, {}
    for level in range(max(hidden)):
        blocks = [_hidden_block(member, level) for member in members]
        kernels[f"hidden_{level + 1}"] = _beside(blocks, channels if level == 0 else None, positions)
        outputs = _dense(kernels, f"hidden_{level + 1}", "relu")(outputs)
    if recipe.architecture.combine == "probabilities":
        blocks = [_logits_block(member) for member in members]
        kernels["member_logits"] = _beside(blocks, None if max(hidden) else channels, positions)
        outputs = _dense(kernels, "member_logits", "linear")(outputs)
        findings = len(recipe.findings)
        outputs = keras.layers.Reshape((len(members), findings), name="members")(outputs)
        outputs = keras.layers.Softmax(name="probabilities")(outputs)
        outputs = keras.layers.Reshape((len(members) * findings,), name="together")(outputs)
        kernels[LOGITS_LAYER] = tuple(network.get_layer(LOGITS_LAYER).get_weights())
    else:
        kernel, bias = network.get_layer(LOGITS_LAYER).get_weights()
        kernels[LOGITS_LAYER] = (kernel, bias) if max(hidden) else (_by_position(kernel, channels, positions), bias)
    folded = keras.Model(image, _dense(kernels, LOGITS_LAYER, "linear")(outputs), name="ensemble")
    for name, weights in kernels.items():
        folded.get_layer(name).set_weights(list(weights))
    return folded


def _pooled(maps: Any, members: Sequence[Member]) -> Any:
    """Return (N, D): the maps of all members, pooled and flattened as each of their heads does."""
    pooling = {member.recipe.architecture.head.pooling for member in members}
    if len(pooling) > 1:
        raise ArchitectureError(f"expected members that pool alike, got {', '.join(sorted(pooling))}")
    if pooling == {"global-average"}:
        return keras.layers.GlobalAveragePooling2D(name="pooled")(maps)
    if pooling == {"average-2x2"}:
        maps = keras.layers.AveragePooling2D(2, name="pooled")(maps)
    return keras.layers.Flatten(name="flattened")(maps)


def _dense(kernels: dict[str, _Block], name: str, activation: str) -> Any:
    return keras.layers.Dense(kernels[name][1].size, activation=activation, name=name)


def _hidden_block(member: Member, level: int) -> _Block:
    """Return a hidden layer's weights; behind a member's last one, what leaves its outputs, at least 0, as they are."""
    hidden: tuple[HiddenLayer, ...] = member.recipe.architecture.head.hidden
    if level < len(hidden):
        kernel, bias = member.network.get_layer(f"hidden_{level + 1}").get_weights()
        return kernel, bias
    units = hidden[-1].units
    return np.eye(units, dtype=np.float32), np.zeros(units, np.float32)


def _logits_block(member: Member) -> _Block:
    kernel, bias = member.network.get_layer(LOGITS_LAYER).get_weights()
    if kernel.shape[1] == 1:  # one logit z for two findings: (-z/2, z/2)
        sides = np.array([-0.5, 0.5], np.float32)
        return kernel * sides, bias * sides
    return kernel, bias


def _beside(blocks: Sequence[_Block], channels: Sequence[int] | None, positions: int) -> _Block:
    """Return one layer's weights from its members': a block for each, everything else 0.

    With ``channels`` the inputs are maps, whose channels stand beside each other at every position.
    """
    rows, columns = (sum(kernel.shape[axis] for kernel, _ in blocks) for axis in (0, 1))
    whole = np.zeros((rows, columns), np.float32)
    by_position = None if channels is None else whole.reshape(positions, sum(channels), columns)
    row = column = 0
    for number, (kernel, _) in enumerate(blocks):
        across = slice(column, column + kernel.shape[1])
        if channels is None or by_position is None:
            whole[row : row + kernel.shape[0], across] = kernel
            row += kernel.shape[0]
        else:
            by_position[:, row : row + channels[number], across] = kernel.reshape(positions, channels[number], -1)
            row += channels[number]
        column += kernel.shape[1]
    return whole, np.concatenate([bias for _, bias in blocks])


def _by_position(kernel: FloatArray, channels: Sequence[int], positions: int) -> FloatArray:
    """Return a kernel whose inputs were each member's flattened maps in turn, in the order of maps side by side."""
    parts = np.split(kernel, np.cumsum([positions * count for count in channels])[:-1])
    by_position = [part.reshape(positions, count, -1) for part, count in zip(parts, channels, strict=True)]
    return np.concatenate(by_position, axis=1).reshape(kernel.shape)
