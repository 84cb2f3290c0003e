"""``python -m training``: list and describe recipes, train, evaluate, combine, look at, export."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from training.command_line import (
    add_run_options,
    add_source,
    prepare_framework,
    read_films,
    recipe_and_films,
    scored_split,
)
from training.errors import TrainingError
from training.instrument_commands import add_instrument_commands, add_instrument_files
from training.options import (
    add_network_options,
    add_training_options,
    with_network_options,
    with_training_options,
)
from training.recipes import load_recipe, recipe_names
from training.scope_commands import add_scope_commands, fit_after_export


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0, 1 where data, weights or the run are wrong, 2 for a wrong command line, or 130 where
    it was interrupted.
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

    describing = commands.add_parser("summary", help="a recipe's layers, and its parameters phase by phase")
    describing.add_argument("recipe", choices=recipe_names())
    add_network_options(describing)
    describing.set_defaults(run=_summary)

    training = commands.add_parser("train", help="train a recipe")
    training.add_argument("recipe", choices=recipe_names())
    add_source(training)
    training.add_argument("--out", type=Path, required=True, help="the run's folder, new or empty")
    add_run_options(training)
    training.set_defaults(run=_train)

    evaluating = commands.add_parser("evaluate", help="score a run (and calibrate it) or a bundle on labelled films")
    _add_evaluate_options(evaluating)
    evaluating.set_defaults(run=_evaluate)

    combining = commands.add_parser("ensemble", help="train an ensemble of runs, and score it against its members")
    combining.add_argument("recipe", choices=[name for name in recipe_names() if name.startswith("ensemble_")])
    combining.add_argument("runs", type=Path, nargs="+", metavar="RUN")
    add_source(combining)
    combining.add_argument("--out", type=Path, required=True, help="the ensemble's run folder, new or empty")
    combining.add_argument("--limit", type=int, help="use at most N films of every split")
    add_training_options(combining)
    combining.set_defaults(run=_ensemble)

    drawing = commands.add_parser("predict-grid", help="draw 30 test films with their labels and predictions")
    drawing.add_argument("network", type=Path, metavar="RUN")
    add_source(drawing)
    drawing.add_argument("--out", type=Path, help="the PNG, instead of predictions.png in the run's folder")
    drawing.add_argument("--seed", type=int, default=0, help="draws other films")
    drawing.set_defaults(run=_predict_grid)

    exporting = commands.add_parser("export", help="write a run's network as a bundle")
    exporting.add_argument("network", type=Path, metavar="RUN")
    exporting.add_argument("bundle", type=Path, metavar="BUNDLE", help="the bundle's folder, models/NAME")
    exporting.add_argument("--replace", action="store_true", help="put it in the place of a bundle there")
    add_instrument_files(exporting, with_leave_out=True)
    add_source(exporting, purpose="fit the scope gate to these films, those of the run: ")
    exporting.set_defaults(run=_export)

    _add_calibrate(commands)
    add_instrument_commands(commands)
    add_scope_commands(commands)

    segmenting = commands.add_parser(
        "lungs", help="fit a lung segmenter on films with lung masks: training's own, or the one that is shipped"
    )
    segmenting.add_argument(
        "--data", type=Path, required=True, metavar="MANIFEST", help="a manifest.csv beside images/ and masks/"
    )
    place = segmenting.add_mutually_exclusive_group(required=True)
    place.add_argument("--out", type=Path, help="the folder of training's own segmenter; one there is replaced")
    place.add_argument(
        "--bundle", type=Path, help="cross-validate, and write the bundle that the program ships; one there is replaced"
    )
    segmenting.add_argument("--folds", type=int, default=4, help="of patients, for --bundle (default 4)")
    segmenting.add_argument("--seed", type=int, help="holds other patients out, and draws other films")
    segmenting.add_argument("--steps", type=int, help="batches to fit to")
    segmenting.set_defaults(run=_lungs)
    return parser


def _add_calibrate(commands: Any) -> None:
    calibrating = commands.add_parser(
        "calibrate", help="refit a bundle's calibration to films of one's own, as a new local bundle"
    )
    calibrating.add_argument("bundle", type=Path, metavar="BUNDLE")
    add_source(calibrating)
    calibrating.add_argument("--split", default="all", choices=("train", "val", "test", "all"))
    calibrating.add_argument("--out", type=Path, required=True, metavar="LOCAL_BUNDLE", help="a new folder")
    calibrating.add_argument("--name", default="one's own", help="whose films they are, for the card")
    calibrating.set_defaults(run=_calibrate)


def _add_evaluate_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("subject", type=Path, metavar="RUN|BUNDLE")
    add_source(parser)
    parser.add_argument("--split", default="test", choices=("train", "val", "test", "all"))
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="where evaluation.json and report.html go; a run is scored as it was calibrated then, and left as it is",
    )
    parser.add_argument("--show-names", action="store_true", help="name the files of the films shown in the report")
    add_instrument_files(parser, with_leave_out=False)


def _recipes(_: argparse.Namespace) -> None:
    for name in recipe_names():
        sys.stdout.write(f"{name}: {load_recipe(name).description}\n")


def _summary(options: argparse.Namespace) -> None:
    recipe = with_network_options(load_recipe(options.recipe), options)
    prepare_framework()
    from training.summary import summary

    sys.stdout.write(summary(recipe))


def _train(options: argparse.Namespace) -> None:
    prepare_framework()
    from training.assessment import assess_run
    from training.evaluate import present
    from training.train import train

    recipe, samples = recipe_and_films(options)
    train(
        recipe,
        samples,
        options.out,
        options.backbone_weights,
        resume=options.resume,
        mixed_precision=options.mixed_precision,
    )
    present(assess_run(options.out, samples, scored_split(samples)), options.out)


def _evaluate(options: argparse.Namespace) -> None:
    from training.evaluate import evaluate

    evaluate(options)


def _ensemble(options: argparse.Namespace) -> None:
    prepare_framework()
    from training.assessment import assess_run
    from training.ensembles import compare_with_members, ensemble_recipe, train_ensemble
    from training.evaluate import present
    from training.results import comparison_table
    from training.runs import read_recipe
    from training.terminal import show_tables

    members = [read_recipe(run) for run in options.runs]
    recipe = with_training_options(ensemble_recipe(load_recipe(options.recipe), members), options)
    samples = read_films(options, recipe.findings, recipe.aliases, recipe.seed, limit=options.limit)
    train_ensemble(recipe, options.runs, samples, options.out)
    split = scored_split(samples)
    assessment = assess_run(options.out, samples, split)
    present(assessment, options.out)
    comparison = compare_with_members(options.out, options.runs, samples, split, assessment.evaluation)
    show_tables("The ensemble and its members", [], [comparison_table(comparison)])


def _predict_grid(options: argparse.Namespace) -> None:
    prepare_framework()
    from training.data import of_split
    from training.prediction_grid import chosen_films, draw_predictions
    from training.runs import GRID_FILE, read_recipe

    recipe = read_recipe(options.network)
    samples = read_films(options, recipe.findings, recipe.aliases, recipe.seed)
    chosen = chosen_films(of_split(samples, scored_split(samples)), options.seed)
    out = options.out or options.network / GRID_FILE
    answers = draw_predictions(options.network, chosen, out)
    right = sum(label == predicted for label, predicted in answers)
    sys.stdout.write(f"{out}: {right} of {len(answers)} films right\n")


def _export(options: argparse.Namespace) -> None:
    from training.export import export
    from training.instrument_commands import instrument_files

    export(options.network, options.bundle, replace=options.replace, instruments=instrument_files(options))
    if options.data is not None:
        fit_after_export(options)


def _calibrate(options: argparse.Namespace) -> None:
    from training.calibrate import calibrate

    calibrate(options)


def _lungs(options: argparse.Namespace) -> None:
    prepare_framework()
    from training.lungs.fitting import Fitting
    from training.lungs.segmenter import train_segmenter

    given = {name: value for name in ("seed", "steps") if (value := getattr(options, name)) is not None}
    if options.bundle is not None:
        from training.lungs.shipping import STEPS, ship_segmenter

        settings = Fitting(**({"steps": STEPS} | given))
        _print(ship_segmenter(options.data, options.bundle, settings, options.folds).model_dump(mode="json"))
        return
    record = train_segmenter(options.data, options.out, Fitting(**given))
    _print(record.model_dump(mode="json", exclude={"films"}))


def _print(content: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(content, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
