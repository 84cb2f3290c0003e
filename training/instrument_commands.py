"""The commands ``leave-out`` and ``lung-share``: whether a network reads lungs or hospitals."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from training.command_line import add_run_options, add_source, prepare_framework, recipe_and_films
from training.recipes import recipe_names


def add_instrument_commands(commands: Any) -> None:
    """Add both commands to the subparsers of ``python -m training``."""
    leaving = commands.add_parser("leave-out", help="train once without each source, and score what was left out")
    leaving.add_argument("recipe", choices=recipe_names())
    add_source(leaving)
    leaving.add_argument("--out", type=Path, required=True, help="the folder of all runs, new or empty")
    leaving.add_argument(
        "--without",
        nargs="+",
        metavar="LABEL:SOURCE|SOURCE",
        help="leave out these, one after the other, instead of what the recipe names or else every source",
    )
    add_run_options(leaving)
    leaving.set_defaults(run=_leave_out)

    sharing = commands.add_parser("lung-share", help="how much of the heatmaps lies inside the lungs of masked films")
    sharing.add_argument("subject", type=Path, metavar="RUN|BUNDLE")
    sharing.add_argument(
        "--data", type=Path, required=True, metavar="MANIFEST", help="a manifest.csv beside images/ and masks/"
    )
    sharing.add_argument("--finding", action="append", default=[], help="whose heatmap; every finding's without it")
    sharing.add_argument("--out", type=Path, help="write the figures as JSON, too")
    sharing.set_defaults(run=_lung_share)


def _leave_out(options: argparse.Namespace) -> None:
    prepare_framework()
    from training.errors import RunError
    from training.instruments import leave_out_table
    from training.leave_out import leave_out
    from training.left_out import default_left_out, parse_left_out, plan
    from training.terminal import show_tables

    if not options.resume and options.out.exists() and (not options.out.is_dir() or any(options.out.iterdir())):
        raise RunError(f"expected a new or empty folder for the runs, {options.out} holds files; --resume goes on")
    recipe, samples = recipe_and_films(options)
    chosen = parse_left_out(options.without, samples) if options.without else default_left_out(recipe, samples)
    content = leave_out(
        recipe,
        plan(recipe, samples, chosen),
        options.out,
        options.backbone_weights,
        resume=options.resume,
        mixed_precision=options.mixed_precision,
    )
    show_tables(f"{recipe.name}, every source left out in turn", [], [leave_out_table(content)])


def _lung_share(options: argparse.Namespace) -> None:
    prepare_framework()
    from training.instruments import lung_share_tables
    from training.lung_share import lung_share
    from training.runs import write_json
    from training.terminal import show_tables

    content = lung_share(options.subject, options.data, options.finding)
    if options.out is not None:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        write_json(options.out, content)
    show_tables(f"{content['network']}, engine {content['engine']}", [], lung_share_tables(content))
