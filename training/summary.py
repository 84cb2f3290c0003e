"""What a recipe builds, in words: its layers, and its parameters phase by phase."""

from __future__ import annotations

from collections.abc import Iterator

import keras

from training.architectures import build_network, count_parameters, freeze
from training.ensembles import build_ensemble, ensemble_recipe
from training.members import Member
from training.recipe import Recipe, describe_phase
from training.recipes import load_recipe


def summary(recipe: Recipe) -> str:
    """Return the layers with their outputs and parameters, then what is trainable in every phase.

    Networks are built from random weights, an ensemble from its recipe's own members.
    """
    if recipe.architecture.members:
        members = [load_recipe(name) for name in recipe.architecture.members]
        built = [Member(member, build_network(member.architecture, member.input, "none")) for member in members]
        network = build_ensemble(ensemble_recipe(recipe, members), built)
        counts = [(phase, count_parameters(network)) for phase in recipe.phases]
    else:
        network = build_network(recipe.architecture, recipe.input, "none")
        counts = []
        for phase in recipe.phases:
            freeze(network, phase.frozen)
            counts.append((phase, count_parameters(network)))
    lines = [f"{recipe.name}: {recipe.description}", "", *_layers(network), ""]
    for number, (phase, (total, trainable)) in enumerate(counts, start=1):
        lines.append(f"phase {number}: {describe_phase(phase)}")
        lines.append(f"  parameters: {total:,}, trainable: {trainable:,}, frozen: {total - trainable:,}")
    if recipe.expected:
        lines += ["", recipe.expected]
    return "\n".join(lines) + "\n"


def _layers(network: keras.Model) -> Iterator[str]:
    rows = [("layer", "kind", "output", "parameters")]
    for layer in network.layers:
        shape = layer.output.shape if not isinstance(layer, keras.Model) else layer.output_shape
        output = " x ".join(str(side) for side in shape[1:])
        rows.append((layer.name, type(layer).__name__, output, f"{layer.count_params():,}"))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for name, kind, output, parameters in rows:
        yield f"{name:<{widths[0]}}  {kind:<{widths[1]}}  {output:<{widths[2]}}  {parameters:>{widths[3]}}"
