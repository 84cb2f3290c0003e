"""The command ``evaluate``, and what every command does with an assessment: a table to read, a report to keep."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

from cxrviewer.errors import BundleError
from cxrviewer.inference.bundle import METADATA_FILE, load_bundle
from cxrviewer.inference.engines import open_engine
from training.assessment import Assessment, assess_bundle, assess_run
from training.command_line import prepare_framework, read_films
from training.errors import RunError, TrainingError
from training.instrument_commands import instrument_files
from training.instruments import measured_on
from training.recipes import load_recipe, recipe_names
from training.report import REPORT_FILE, write_report
from training.runs import EVALUATION_FILE, RECIPE_FILE, read_recipe, write_json
from training.terminal import show_evaluation


def evaluate(options: argparse.Namespace) -> None:
    """Score a run or a bundle as the options say; TrainingError for whatever is wrong with either or with the films."""
    out: Path | None = options.out
    if out is not None:
        _check_out(out, options.subject)
    if (options.subject / METADATA_FILE).is_file():
        assessment = _assess_bundle(options)
    else:
        recipe = read_recipe(options.subject)
        prepare_framework()
        # Only what is calibrated anew needs films to do it on, and so a split.
        seed = None if out is not None and options.split == "all" else recipe.seed
        samples = read_films(options, recipe.findings, recipe.aliases, seed)
        assessment = assess_run(options.subject, samples, options.split, calibrate=out is None)
        out = options.subject if out is None else out
    hashes = {sha256 for _, sha256 in assessment.subject.files}
    found = measured_on(hashes, str(options.subject), instrument_files(options))
    assessment = replace(assessment, evaluation=assessment.evaluation | found)
    present(assessment, out, show_names=options.show_names)


def present(assessment: Assessment, folder: Path | None, *, show_names: bool = False) -> None:
    """Write evaluation.json and report.html into a folder, where there is one, then the tables to standard output."""
    closing = "Nothing was written; --out FOLDER keeps evaluation.json and report.html."
    if folder is not None:  # before the tables, which may go to a pager that is closed
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / EVALUATION_FILE, assessment.evaluation)
        write_report(folder / REPORT_FILE, assessment, show_names=show_names)
        closing = f"{folder / EVALUATION_FILE}\n{folder / REPORT_FILE}"
    subject = assessment.subject
    show_evaluation(f"{subject.name} {subject.version} ({subject.kind}), {subject.engine}", assessment.evaluation)
    sys.stdout.write(f"\n{closing}\n")


def _check_out(out: Path, subject: Path) -> None:
    """Raise RunError where the folder is a bundle's or a run's, or lies in the one that is scored."""
    inside = subject.resolve() in (out.resolve(), *out.resolve().parents)
    if inside or any((out / name).exists() for name in (METADATA_FILE, RECIPE_FILE)):
        raise RunError(f"expected a folder of its own for the evaluation, {out} is a bundle's or a run's")
    if out.exists() and not out.is_dir():
        raise RunError(f"expected a folder for the evaluation, {out} is a file")


def _assess_bundle(options: argparse.Namespace) -> Assessment:
    try:
        bundle = load_bundle(options.subject)
        engine = open_engine("auto", bundle, threads=os.cpu_count() or 1)
    except BundleError as error:
        raise TrainingError(str(error)) from error
    name, findings = bundle.metadata.name, bundle.metadata.findings
    made_by = load_recipe(name) if name in recipe_names() else None
    seed = made_by.seed if made_by and options.split != "all" else None
    samples = read_films(options, findings, made_by.aliases if made_by else (), seed)
    return assess_bundle(bundle, engine, samples, made_by.comparisons if made_by else (), options.split)
