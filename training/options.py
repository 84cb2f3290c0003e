"""What the command line changes in a recipe: another backbone, width or side, depth of fine-tuning, loss."""

from __future__ import annotations

import argparse
from dataclasses import replace

from training.errors import ArchitectureError, TrainingError
from training.recipe import Frozen, Loss, Preprocessing, Recipe

_SMALLEST_SIDE = 32


def add_network_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that change what a recipe builds."""
    parser.add_argument("--backbone", metavar="NAME", help="another network of keras.applications, DenseNet121 say")
    parser.add_argument("--width", type=float, metavar="FACTOR", help="multiplies a MobileNet's filters")
    parser.add_argument("--resolution", type=int, metavar="PIXELS", help="the input's side, instead of the recipe's")
    parser.add_argument(
        "--frozen",
        metavar="WHAT",
        help="what the last phase freezes: none, backbone, a number of first layers, or names of blocks with commas",
    )


def add_training_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that change how a recipe trains."""
    parser.add_argument("--epochs", type=int, help="epochs of every phase, instead of the recipe's")
    parser.add_argument("--seed", type=int, help="instead of the recipe's")
    parser.add_argument("--batch-size", type=int, help="instead of the recipe's")
    parser.add_argument("--class-weights", choices=("none", "max/count"), help="instead of the recipe's")
    parser.add_argument("--focal", type=float, metavar="GAMMA", help="the focal loss with this focus (2 in its paper)")
    parser.add_argument(
        "--miss",
        action="append",
        metavar="FINDING=COST",
        help="add the expected cost to the loss: this for taking FINDING for another, 1 for any other mistake "
        "(COVID19=5 say); may be given for several findings",
    )


def with_network_options(recipe: Recipe, options: argparse.Namespace) -> Recipe:
    """Return the recipe with the network that the options ask for; ArchitectureError where they cannot be met."""
    changes = {name: getattr(options, name) for name in ("backbone", "width", "resolution", "frozen")}
    if recipe.architecture.members and any(value is not None for value in changes.values()):
        raise ArchitectureError(f"{recipe.name} combines networks as they are; change its members' recipes instead")
    architecture = recipe.architecture
    if changes["backbone"] is not None:
        architecture = replace(architecture, backbone=changes["backbone"])
        recipe = _as_the_backbone_was_trained(replace(recipe, architecture=architecture))
        architecture = recipe.architecture
    if changes["width"] is not None:
        architecture = replace(architecture, width=changes["width"])
    recipe = replace(recipe, architecture=architecture)
    if (side := changes["resolution"]) is not None:
        if side < _SMALLEST_SIDE:
            raise ArchitectureError(f"expected a resolution of at least {_SMALLEST_SIDE} pixels, got {side}")
        recipe = replace(recipe, input=replace(recipe.input, height=side, width=side))
    if changes["frozen"] is not None:
        *before, last = recipe.phases
        recipe = replace(recipe, phases=(*before, replace(last, frozen=_frozen(changes["frozen"]))))
    return recipe


def _as_the_backbone_was_trained(recipe: Recipe) -> Recipe:
    """Return the recipe with the input range and the preprocessing of its backbone's ImageNet weights.

    Raises ArchitectureError for families whose preprocessing is not known here.
    """
    name = recipe.architecture.backbone
    families: dict[str, tuple[Preprocessing, float, float]] = {
        "MobileNetV3": ("none", 0.0, 255.0),
        "MobileNet": ("none", -1.0, 1.0),
        "VGG": ("imagenet-bgr-mean", 0.0, 255.0),
        "DenseNet": ("imagenet-mean-std", 0.0, 255.0),
        "EfficientNet": ("none", 0.0, 255.0),
    }
    for family, (preprocessing, low, high) in families.items():
        if name.startswith(family):
            architecture = replace(recipe.architecture, preprocessing=preprocessing)
            return replace(recipe, architecture=architecture, input=replace(recipe.input, low=low, high=high))
    raise ArchitectureError(f"expected a backbone of the families {', '.join(families)}, got {name!r}")


def with_training_options(recipe: Recipe, options: argparse.Namespace) -> Recipe:
    """Return the recipe trained as the options ask; TrainingError where they cannot be met.

    ``recipe`` has its findings: those of the data where it has none of its own.
    """
    for name in ("epochs", "batch_size"):
        if getattr(options, name) is not None and getattr(options, name) < 1:
            raise TrainingError(f"expected at least 1 for --{name.replace('_', '-')}, got {getattr(options, name)}")
    if options.epochs is not None:
        recipe = replace(recipe, phases=tuple(replace(phase, epochs=options.epochs) for phase in recipe.phases))
    for name in ("seed", "batch_size", "class_weights"):
        if getattr(options, name) is not None:
            recipe = replace(recipe, **{name: getattr(options, name)})
    if options.focal is not None and options.miss:
        raise TrainingError("expected --focal or --miss, got both")
    if options.focal is not None:
        if options.focal < 0:
            raise TrainingError(f"expected a focus of at least 0 for --focal, got {options.focal:g}")
        recipe = replace(recipe, loss=Loss("focal", gamma=options.focal))
    if options.miss:
        recipe = replace(recipe, loss=Loss("expected-cost", costs=_costs(options.miss, recipe.findings)))
    return recipe


def _frozen(text: str) -> Frozen:
    if text == "none":
        return 0
    if text == "backbone":
        return "backbone"
    return int(text) if text.isdigit() else tuple(name.strip() for name in text.split(",") if name.strip())


def _costs(misses: list[str], findings: tuple[str, ...]) -> tuple[tuple[float, ...], ...]:
    """Return the cost matrix, rows labels and columns decisions: 0 where right, what --miss says, else 1."""
    cost_of: dict[str, float] = {}
    for miss in misses:
        finding, _, cost = miss.partition("=")
        try:
            cost_of[finding] = float(cost)
        except ValueError as error:
            raise TrainingError(f"expected FINDING=COST for --miss, got {miss!r}") from error
        if finding not in findings or not 0 <= cost_of[finding] < float("inf"):
            raise TrainingError(f"expected one of {', '.join(findings)} and a cost of at least 0, got {miss!r}")
    return tuple(
        tuple(0.0 if label == decision else cost_of.get(label, 1.0) for decision in findings) for label in findings
    )
