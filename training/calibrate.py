"""The command ``calibrate``: a bundle refitted to a hospital's own films, as a local version; its network stays."""

from __future__ import annotations

import argparse
import datetime
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from cxrviewer.domain import NOT_FOR_DIAGNOSIS, FloatArray
from cxrviewer.errors import BundleError
from cxrviewer.inference.bundle import METADATA_FILE, Bundle, BundleMetadata, ScopeMetadata, load_bundle
from cxrviewer.inference.engine import Engine
from cxrviewer.inference.engines import open_engine
from cxrviewer.inference.scope import open_scope
from training.assessment import BATCH
from training.command_line import read_films
from training.data import Sample, load_film, network_input, of_split
from training.errors import DataError, RunError, TrainingError
from training.export import CARD_FILE, write_content
from training.local_calibration import FOLDS, LocalCalibration, calibrate_locally, check_enough
from training.recipes import load_recipe, recipe_names
from training.results import markdown_table
from training.runs import EVALUATION_FILE
from training.scope import fit_limits, observe


def calibrate(options: argparse.Namespace) -> None:
    """Do what the options ask; TrainingError for whatever is wrong with the bundle, the films or the folder."""
    if options.out.exists():
        raise RunError(f"expected {options.out} not to exist; name a new folder for the local bundle")
    try:
        bundle = load_bundle(options.bundle)
        engine = open_engine("auto", bundle, threads=os.cpu_count() or 1)
    except BundleError as error:
        raise TrainingError(str(error)) from error
    name, findings = bundle.metadata.name, bundle.metadata.findings
    aliases = load_recipe(name).aliases if name in recipe_names() else ()
    samples = read_films(options, findings, aliases, None)
    samples = samples if options.split == "all" else of_split(samples, options.split)
    if not samples:
        raise DataError(f"expected films in the split {options.split}, there are none")
    check_enough(samples, findings)  # before the network runs over them
    logits = film_logits(engine, bundle, samples)
    films = f"{len(samples)} films of {options.name}"
    made = calibrate_locally(bundle.metadata, logits, samples, films)
    scope = local_scope(engine, samples, films)
    local = write_local_bundle(bundle, made, scope, films, options.out)
    sys.stdout.write(f"{_tables(bundle.metadata, made)}\n\n{_closing(local)}\n")


def film_logits(engine: Engine, bundle: Bundle, samples: Sequence[Sample]) -> FloatArray:
    """Return the (N, K) float32 logits of films, in their order; DataError where one cannot be read."""
    spec, logits = bundle.input_spec, []
    for start in range(0, len(samples), BATCH):
        films = [load_film(sample.path, spec) for sample in samples[start : start + BATCH]]
        logits.append(engine.run(network_input(films, spec)).logits)
    return np.concatenate(logits)


def local_scope(engine: Engine, samples: Sequence[Sample], films: str) -> ScopeMetadata | None:
    """Return the limits of a bundle's scope gate for these films, all of them taken to be in scope and upright.

    The gate itself stays that of the training films. None where the bundle has no gate.
    """
    gate = open_scope(engine.bundle)
    if gate is None:
        return None
    limits = fit_limits(gate, observe(engine, samples), samples).limits
    return limits.model_copy(update={"fitted_on": f"{gate.limits.fitted_on.partition(',')[0]}, limits on {films}"})


def write_local_bundle(
    bundle: Bundle, made: LocalCalibration, scope: ScopeMetadata | None, films: str, out: Path
) -> Bundle:
    """Write a bundle with the same network and another calibration beside ``out``, and put it there once it loads.

    Its version is that of the bundle with ``+local.`` and the day, so that neither thresholds nor results of the one
    are taken for those of the other. Raises what loading a bundle raises.
    """
    today = datetime.datetime.now(datetime.UTC).date()
    before = bundle.metadata
    metadata = before.model_copy(
        update={
            "version": f"{before.version.partition('+')[0]}+local.{today:%Y%m%d}",
            "description": f"{before.description}. Calibrated to {films} from version {before.version}",
            "calibration": made.fitted.calibration,
            "thresholds": made.fitted.thresholds,
            "conformal": made.fitted.conformal,
            "operating_curves": made.fitted.operating_curves,
            "scope": scope,
            "created": today.isoformat(),
        }
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".partial-") as folder:
        local = Path(folder) / "bundle"
        shutil.copytree(bundle.folder, local)
        write_content(local / METADATA_FILE, metadata.model_dump(mode="json", exclude_none=True))
        write_content(local / EVALUATION_FILE, _evaluation(bundle, made, films))
        (local / CARD_FILE).write_text(_card(bundle, metadata, made, films), encoding="utf-8")
        load_bundle(local)
        local.rename(out)
    return load_bundle(out)


def _evaluation(bundle: Bundle, made: LocalCalibration, films: str) -> dict[str, Any]:
    return {
        "calibrated_on": films,
        "from": asdict(bundle.identity),
        "folds": FOLDS,
        "before": made.before,
        "after": made.after,
    }


def _card(bundle: Bundle, metadata: BundleMetadata, made: LocalCalibration, films: str) -> str:
    """Return the card: what was calibrated on what, what it changed, and below it the card of the bundle itself."""
    before = bundle.identity
    original = bundle.folder / CARD_FILE
    sections = [
        f"# {metadata.name} {metadata.version}\n\n**{NOT_FOR_DIAGNOSIS}**",
        f"The network of {before.name} {before.version} (SHA-256 {before.sha256}), unchanged. Temperature, thresholds, "
        f"prediction sets, operating curves{' and the limits of the scope' if metadata.scope else ''} were fitted on "
        f"{metadata.created} to {films}.",
        f'## Local calibration\n\n{_tables(bundle.metadata, made)}\n\nThe figures "after" are cross-fitted: in each of '
        f"{FOLDS} folds the films were judged by what was fitted to the patients of the others. They hold for films "
        "like these, and say nothing of how well the network tells the findings apart elsewhere.",
    ]
    if original.is_file():
        sections.append(
            f"## The card of {before.version}\n\nIts figures of calibration, thresholds and prediction sets are those "
            "of the earlier version.\n\n" + original.read_text(encoding="utf-8")
        )
    return "\n\n".join(sections).rstrip() + "\n"


def _tables(before: BundleMetadata, made: LocalCalibration) -> str:
    fitted = made.fitted
    overall = [
        ("temperature", before.calibration.temperature, fitted.calibration.temperature),
        *(
            (name, _words(made.before[key]), _words(made.after[key]))
            for name, key in (
                ("expected calibration error", "expected_calibration_error"),
                ("label in the prediction set", "covered"),
                ("sets of one finding", "calls"),
            )
        ),
    ]
    rows = []
    for finding in before.findings:
        earlier, later = made.before["findings"][finding], made.after["findings"][finding]
        rows.append(
            (
                finding,
                earlier["films"],
                f"{before.thresholds[finding].probability:.4f}",
                f"{fitted.thresholds[finding].probability:.4f}",
                *(
                    f"{_words(earlier[name])} / {_words(later[name])}"
                    for name in ("sensitivity", "specificity", "covered")
                ),
            )
        )
    header = ("finding", "films", "threshold before", "after", "sensitivity", "specificity", "in the set")
    return f"{markdown_table(('', 'before', 'after'), overall)}\n\n{markdown_table(header, rows)}"


def _words(figure: float | None) -> str:
    return "none" if figure is None else f"{figure:.4f}"


def _closing(local: Bundle) -> str:
    return (
        f"{local.folder}: {local.identity.name} {local.identity.version}, SHA-256 {local.sha256}\n"
        f"'cxrviewer classify --model {local.folder}' uses it."
    )
