"""Commands that tell what the test split cannot: leave-out, lung-share, blanking, sanity, robustness."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.command_line import add_run_options, add_source, prepare_framework, read_films, recipe_and_films
from training.recipes import load_recipe, recipe_names

if TYPE_CHECKING:
    from training.data import Sample
    from training.instruments import InstrumentFiles
    from training.scorer import Scorer


def add_instrument_commands(commands: Any) -> None:
    """Add the commands to the subparsers of ``python -m training``."""
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

    blanking = commands.add_parser("blanking", help="score films with everything but their lungs, or them, blanked")
    blanking.add_argument("subject", type=Path, metavar="RUN|BUNDLE")
    add_source(blanking)
    blanking.add_argument("--split", default="test", choices=("train", "val", "test", "all"))
    blanking.add_argument("--out", type=Path, help="write the figures as JSON, too")
    blanking.set_defaults(run=_blanking)

    checking = commands.add_parser("sanity", help="whether heatmaps change when a run's weights are shuffled")
    checking.add_argument("subject", type=Path, metavar="RUN")
    add_source(checking)
    checking.add_argument("--split", default="test", choices=("train", "val", "test"))
    checking.add_argument("--films", type=int, default=36, help="how many films; 36 by default")
    checking.add_argument("--out", type=Path, help="write the figures as JSON, too")
    checking.set_defaults(run=_sanity)

    varying = commands.add_parser("robustness", help="score films varied in every way that training may vary them")
    varying.add_argument("subject", type=Path, metavar="RUN|BUNDLE")
    add_source(varying)
    varying.add_argument("--split", default="test", choices=("train", "val", "test", "all"))
    varying.add_argument("--films", type=int, default=600, help="at most how many films; 600 by default")
    varying.add_argument("--out", type=Path, help="write the figures as JSON, too")
    varying.set_defaults(run=_robustness)


def add_instrument_files(parser: argparse.ArgumentParser, *, with_leave_out: bool) -> None:
    """Add the options that name what the commands above wrote, for a bundle or a report."""
    if with_leave_out:
        parser.add_argument(
            "--leave-out", type=Path, metavar="FOLDER", help="put what leave-out wrote there into evaluation and card"
        )
    for command in ("lung-share", "blanking", "sanity", "robustness"):
        said = f"put what {command} --out wrote for this network into the evaluation and what is made of it"
        parser.add_argument(f"--{command}", type=Path, metavar="FILE", help=said)


def instrument_files(options: argparse.Namespace) -> InstrumentFiles:
    """Return the files that the options of ``add_instrument_files`` name."""
    from training.instruments import InstrumentFiles

    return InstrumentFiles(
        leave_out=getattr(options, "leave_out", None),
        lung_share=options.lung_share,
        blanking=options.blanking,
        sanity=options.sanity,
        robustness=options.robustness,
    )


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
    from training.terminal import show_tables

    content = lung_share(options.subject, options.data, options.finding)
    _keep(options.out, content)
    show_tables(f"{content['network']}, engine {content['engine']}", [], lung_share_tables(content))


def _blanking(options: argparse.Namespace) -> None:
    prepare_framework()
    from training.blanking import blanking
    from training.instruments import blanking_tables
    from training.terminal import show_tables

    scorer, samples = _scorer_and_films(options)
    content = blanking(scorer, samples, options.split)
    _keep(options.out, content)
    show_tables(f"{content['network']}, engine {content['engine']}", [], blanking_tables(content))


def _robustness(options: argparse.Namespace) -> None:
    prepare_framework()
    from training.instruments import robustness_table
    from training.robustness import robustness
    from training.terminal import show_tables

    scorer, samples = _scorer_and_films(options)
    content = robustness(scorer, samples, options.split, options.films)
    _keep(options.out, content)
    show_tables(f"{content['network']}, engine {content['engine']}", [], [robustness_table(content)])


def _scorer_and_films(options: argparse.Namespace) -> tuple[Scorer, list[Sample]]:
    from training.scorer import open_scorer

    scorer = open_scorer(options.subject)
    name = scorer.name.rpartition(" ")[0]
    recipe = load_recipe(name) if name in recipe_names() else None
    films = read_films(options, scorer.findings, recipe.aliases if recipe else (), recipe.seed if recipe else None)
    return scorer, films


def _sanity(options: argparse.Namespace) -> None:
    prepare_framework()
    from training.errors import DataError
    from training.instruments import sanity_table
    from training.runs import read_recipe
    from training.sanity import sanity
    from training.terminal import show_tables

    if options.films < 1:
        raise DataError(f"expected at least 1 film, got {options.films}")
    recipe = read_recipe(options.subject)
    samples = read_films(options, recipe.findings, recipe.aliases, recipe.seed)
    content = sanity(options.subject, samples, options.split, options.films)
    _keep(options.out, content)
    show_tables(content["network"], [], [sanity_table(content)])


def _keep(out: Path | None, content: dict[str, Any]) -> None:
    from training.runs import write_json

    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_json(out, content)
