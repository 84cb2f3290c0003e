"""What the commands of ``python -m training`` share: the options that name the films, and reading them."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from dataclasses import replace
from pathlib import Path

from training.cells import scaled_cells
from training.data import Sample
from training.errors import DataError
from training.options import add_network_options, add_training_options, with_network_options, with_training_options
from training.recipe import Recipe, SourceBlindHead, for_findings
from training.recipes import load_recipe

_SOURCE = "a manifest.csv, or a folder with a folder for each class"


def add_source(parser: argparse.ArgumentParser, *, purpose: str = "") -> None:
    """Add ``--data`` and the options that say how it is read; ``purpose``: what for, where it may be left out."""
    parser.add_argument("--data", type=Path, required=not purpose, metavar="SOURCE", help=f"{purpose}{_SOURCE}")
    parser.add_argument(
        "--ignore-other-labels", action="store_true", help="leave out films whose label is none of the findings"
    )
    parser.add_argument(
        "--patients",
        choices=("names", "files"),
        default="names",
        help="in a folder of classes, tell patients apart by header and file name, or take each file for one",
    )


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Add what a training may be told: its initial weights, how many films, whether to go on, and the recipe's
    changes.
    """
    parser.add_argument(
        "--backbone-weights", default="imagenet", help="imagenet (Keras' download), none, or a weights file"
    )
    parser.add_argument(
        "--limit", type=int, help="use at most N films of every split, or draw about N an epoch where films are drawn"
    )
    parser.add_argument("--resume", action="store_true", help="go on after the last whole epoch")
    parser.add_argument(
        "--mixed-precision", action="store_true", help="compute in half precision where the device has it"
    )
    parser.add_argument(
        "--source-blind",
        action="store_true",
        help="fit the last layer anew after training, blind to what tells the sources of one finding apart",
    )
    add_training_options(parser)
    add_network_options(parser)


def recipe_and_films(options: argparse.Namespace) -> tuple[Recipe, list[Sample]]:
    """Return the recipe as the options change it, with the findings of the data, and the films that it trains on.

    Raises TrainingError, DataError or ArchitectureError where options or films cannot be met.
    """
    from training.sources import findings_of

    recipe = with_network_options(load_recipe(options.recipe), options)
    seed = recipe.seed if options.seed is None else options.seed
    _check_limit(options.limit)
    samples = read_films(options, recipe.findings, recipe.aliases, seed, limit=None if recipe.cells else options.limit)
    recipe = with_training_options(for_findings(recipe, findings_of(samples, recipe.findings)), options)
    if options.source_blind:
        recipe = replace(recipe, source_blind=SourceBlindHead())
    if recipe.cells and options.limit is not None:
        recipe = replace(recipe, cells=scaled_cells(recipe.cells, options.limit))
    return recipe, samples


def _check_limit(limit: int | None) -> None:
    if limit is not None and limit < 1:
        raise DataError(f"expected a limit of at least 1 film, got {limit}")


def read_films(
    options: argparse.Namespace,
    findings: tuple[str, ...],
    aliases: tuple[tuple[str, str], ...],
    seed: int | None,
    limit: int | None = None,
) -> list[Sample]:
    """Return the labelled films that the options of ``add_source`` name; DataError for whatever is wrong with them."""
    from training.sources import Selection, read_source

    _check_limit(limit)
    selection = Selection(
        seed=seed,
        patients=options.patients,
        aliases=aliases,
        ignore_other_labels=options.ignore_other_labels,
        limit=limit,
    )
    return read_source(options.data, findings, selection)


def scored_split(samples: list[Sample]) -> str:
    """Return test, or val where the source has no test films."""
    return "test" if any(sample.split == "test" for sample in samples) else "val"


def prepare_framework() -> None:
    """Keep the framework quiet, and show what training logs."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)
