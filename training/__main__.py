"""``python -m training``: list recipes, train, evaluate, export."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from training.errors import TrainingError
from training.recipes import load_recipe, recipe_names


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0, 1 where data, weights or the run are wrong, or 2 for a wrong command
    line.
    """
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except TrainingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. A training goes on after its last whole epoch with --resume.\n")
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    listing = commands.add_parser("recipes", help="list the recipes")
    listing.set_defaults(run=_recipes)

    training = commands.add_parser("train", help="train a recipe")
    training.add_argument("recipe", choices=recipe_names())
    training.add_argument("--data", type=Path, required=True, help="a manifest.csv")
    training.add_argument("--out", type=Path, required=True, help="the run's folder, new or empty")
    training.add_argument(
        "--backbone-weights", default="imagenet", help="imagenet (Keras' download), none, or a weights file"
    )
    training.add_argument("--epochs", type=int, help="epochs of every phase, instead of the recipe's")
    training.add_argument("--seed", type=int, help="instead of the recipe's")
    training.add_argument("--limit", type=int, help="draw about N films an epoch, instead of the recipe's number")
    training.add_argument("--resume", action="store_true", help="go on after the last whole epoch")
    training.set_defaults(run=_train)

    evaluating = commands.add_parser("evaluate", help="score a run (and calibrate it) or a bundle on labelled films")
    evaluating.add_argument("subject", type=Path, metavar="RUN|BUNDLE")
    evaluating.add_argument("--data", type=Path, required=True, help="a manifest.csv")
    evaluating.add_argument("--split", default="test", choices=("train", "val", "test"))
    evaluating.set_defaults(run=_evaluate)

    exporting = commands.add_parser("export", help="write a run's network as a bundle")
    exporting.add_argument("network", type=Path, metavar="RUN")
    exporting.add_argument("bundle", type=Path, metavar="BUNDLE", help="the bundle's folder, models/NAME")
    exporting.add_argument("--replace", action="store_true", help="put it in the place of a bundle there")
    exporting.set_defaults(run=_export)
    return parser


def _recipes(_: argparse.Namespace) -> None:
    for name in recipe_names():
        sys.stdout.write(f"{name}: {load_recipe(name).description}\n")


def _train(options: argparse.Namespace) -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from training.assessment import assess_run
    from training.data import read_manifest
    from training.train import train

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)
    recipe = load_recipe(options.recipe)
    if options.epochs is not None:
        recipe = replace(recipe, phases=tuple(replace(p, epochs=options.epochs) for p in recipe.phases))
    if options.seed is not None:
        recipe = replace(recipe, seed=options.seed)
    if options.limit is not None:
        share = options.limit / sum(cell.films for cell in recipe.cells)
        cells = tuple(replace(cell, films=max(round(cell.films * share), 1)) for cell in recipe.cells)
        recipe = replace(recipe, cells=cells)
    samples = read_manifest(options.data, recipe.findings)
    train(recipe, samples, options.out, options.backbone_weights, resume=options.resume)
    _print(assess_run(options.out, samples))


def _evaluate(options: argparse.Namespace) -> None:
    from cxrviewer.errors import BundleError
    from cxrviewer.inference.bundle import METADATA_FILE, load_bundle
    from cxrviewer.inference.engines import open_engine
    from training.assessment import assess_bundle, assess_run
    from training.data import read_manifest
    from training.runs import read_recipe

    if not (options.subject / METADATA_FILE).is_file():
        samples = read_manifest(options.data, read_recipe(options.subject).findings)
        _print(assess_run(options.subject, samples, options.split))
        return
    try:
        bundle = load_bundle(options.subject)
        engine = open_engine("auto", bundle, threads=os.cpu_count() or 1)
    except BundleError as error:
        raise TrainingError(str(error)) from error
    name = bundle.metadata.name
    comparisons = load_recipe(name).comparisons if name in recipe_names() else ()
    samples = read_manifest(options.data, bundle.metadata.findings)
    _print(assess_bundle(bundle, engine, samples, comparisons, options.split))


def _export(options: argparse.Namespace) -> None:
    from training.export import export

    export(options.network, options.bundle, replace=options.replace)


def _print(evaluation: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(evaluation, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
