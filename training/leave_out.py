"""Leave one source out: train without a hospital's films, and ask how the network reads them.

What a network has learned of lungs carries over to films of a source that it never saw; what it has learned of
hospitals does not. Source: the comparison of internal and external test films in Zech et al. 2018, PLOS Medicine
15(11): e1002683.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray
from cxrviewer.inference.decision import calibrated_probabilities
from training.assessment import assess_run, keras_logits, read_network
from training.bootstrap import draw_patients, with_interval
from training.data import Sample, of_split
from training.films import FilmStore
from training.instruments import LEAVE_OUT_FILE, LEAVE_OUT_TABLE_FILE, leave_out_table
from training.left_out import Absence, describe
from training.lungs.store import LungStore
from training.recipe import Recipe
from training.results import markdown_table
from training.runs import RECIPE_FILE, check_run, deciding, read_fitted, read_initial_weights, write_json
from training.train import train
from training.weighted_metrics import mean, roc_auc

log = logging.getLogger("training")

# Of the films left out, those that would have been trained and validated on are for choosing a recipe, those of the
# test split for reporting it. The films left in that they are told apart from are of the same side.
READINGS = {"choosing": (("train", "val"), "val"), "reporting": (("test",), "test")}
_Draws = npt.NDArray[np.float64]
_Figure = tuple[dict[str, Any], _Draws]


def leave_out(
    recipe: Recipe,
    absences: Sequence[Absence],
    out: Path,
    backbone_weights: str,
    *,
    resume: bool = False,
    mixed_precision: bool = False,
) -> dict[str, Any]:
    """Train every planned run in ``out``/without-..., score it on the films left out, and write leave_out.json and .md.

    ``absences``: what ``left_out.plan`` gives for ``recipe``. With ``resume`` a run that was stopped goes on and a
    finished one is only scored. Returns what leave_out.json holds. Raises what ``train`` raises; RunError for a run's
    folder that is in the way before anything is trained.
    """
    goes_on = [resume and (out / absence.folder / RECIPE_FILE).is_file() for absence in absences]
    for absence, on in zip(absences, goes_on, strict=True):
        check_run(absence.recipe, out / absence.folder, on)
    store = FilmStore()
    films = {sample.path: sample for absence in absences for sample in of_split(absence.kept, "train")}
    lungs = LungStore(tuple(films.values()) if recipe.uses_lung_maps else (), store, recipe.input)
    runs = []
    for number, (absence, on) in enumerate(zip(absences, goes_on, strict=True)):
        run = out / absence.folder
        log.info("run %d of %d: without %s", number + 1, len(absences), describe(absence.left_out))
        keras.backend.clear_session()  # the networks of the runs before
        train(
            absence.recipe,
            absence.kept,
            run,
            backbone_weights,
            resume=on,
            mixed_precision=mixed_precision,
            store=store,
            lungs=lungs,
        )
        # Every figure draws its own patients, so that means over runs and labels are of independent draws.
        runs.append(_score(absence, run, store, seed=recipe.seed + number * len(recipe.findings)))
    content = {
        "recipe": recipe.name,
        "settings": {key: value for key, value in deciding(recipe).items() if key != "cells"},
        "initial_weights": read_initial_weights(out / absences[0].folder),
        "runs": [entry for entry, _ in runs],
        "mean": {reading: _mean_of([figures[reading] for _, figures in runs]) for reading in READINGS},
    }
    write_json(out / LEAVE_OUT_FILE, content)
    table = leave_out_table(content)
    text = f"# {recipe.name}: every source left out in turn\n\n{markdown_table(table.header, table.rows)}\n"
    (out / LEAVE_OUT_TABLE_FILE).write_text(text, encoding="utf-8")
    return content


def _score(
    absence: Absence, run: Path, store: FilmStore, seed: int
) -> tuple[dict[str, Any], dict[str, _Figure | None]]:
    """Return a run's entry in leave_out.json, and its figure for each reading with its value in every draw."""
    recipe = absence.recipe
    tested = any(sample.split == "test" for sample in absence.kept)
    assessment = assess_run(run, absence.kept, "test" if tested else "val")
    network = read_network(run)
    temperature = read_fitted(run).calibration.temperature

    def read(films: Sequence[Sample]) -> FloatArray:
        if tuple(films) == assessment.samples:
            return assessment.probabilities
        if not films:
            return np.zeros((0, len(recipe.findings)), np.float32)
        return calibrated_probabilities(keras_logits(network, recipe.input, films, store), temperature)

    entry: dict[str, Any] = {
        "without": describe(absence.left_out),
        "run": run.name,
        "films_left_in": {split: sum(s.split == split for s in absence.kept) for split in ("train", "val", "test")},
    }
    figures: dict[str, _Figure | None] = {}
    for reading, (splits, other_split) in READINGS.items():
        left = [sample for sample in absence.left if sample.split in splits]
        others = [sample for sample in absence.kept if sample.split == other_split]
        of_left, of_others = read(left), read(others)
        found = {
            label: figures_of_label(label, left, of_left, others, of_others, recipe.findings, seed)
            for label in recipe.findings
            if any(sample.label == label for sample in left)
        }
        figures[reading] = _mean_figure([figure for _, figure in found.values()])
        figure = figures[reading]
        entry[reading] = {
            "labels": {label: described for label, (described, _) in found.items()},
            "recall": None if figure is None else figure[0],
        }
        if other_split == "test":
            entry["accuracy_on_the_others"] = _accuracy(others, of_others, recipe.findings, seed)
    return entry, figures


def figures_of_label(
    label: str,
    left: Sequence[Sample],
    of_left: FloatArray,
    others: Sequence[Sample],
    of_others: FloatArray,
    findings: Sequence[str],
    seed: int = 0,
) -> tuple[dict[str, Any], _Figure]:
    """Return how films of a label are read that were left out, and their recall with its value in every draw.

    ``of_left``, ``of_others``: (N, K) probabilities of the films left out and left in. ``recall`` (of NORMAL: the
    specificity there), ``called``: the share of the label's films that each finding was predicted for; ``roc_auc``:
    the label's probability on its films against that on the films left in of other labels, None where there are none:
    a threshold that has shifted costs recall and not this area. Intervals: 95 %, over patients.
    """
    index = findings.index(label)
    own = np.array([sample.label == label for sample in left], np.bool_)
    chosen, probabilities = [sample for sample in left if sample.label == label], of_left[own]
    predicted = probabilities.argmax(axis=1)
    recall = _share(chosen, predicted == index, seed + index)
    counts = np.bincount(predicted, minlength=len(findings))
    rest = np.array([sample.label != label for sample in others], np.bool_)
    area = None
    if rest.any():
        films = [*chosen, *(sample for sample in others if sample.label != label)]
        positive = np.arange(len(films)) < len(chosen)
        score = np.concatenate([probabilities[:, index], of_others[rest][:, index]])
        draws = draw_patients(films, seed)
        value = float(roc_auc(np.ones((1, len(films))), positive, score)[0])
        interval = draws.interval(draws.spread(lambda weights: roc_auc(weights, positive, score)))
        area = with_interval(value, interval)
    return {
        "films": len(chosen),
        "patients": draw_patients(chosen, seed, draws=1).patients,
        "recall": recall[0],
        "called": {name: round(float(count / len(chosen)), 4) for name, count in zip(findings, counts, strict=True)},
        "roc_auc": area,
    }, recall


def _share(films: Sequence[Sample], right: npt.NDArray[np.bool_], seed: int) -> _Figure:
    """Return the share of films that are right, described and in every draw of patients."""
    draws = draw_patients(films, seed)
    of_film = right.astype(np.float64)
    values = draws.spread(lambda weights: mean(weights, of_film))
    return with_interval(float(of_film.mean()), draws.interval(values)), values


def _accuracy(
    films: Sequence[Sample], probabilities: FloatArray, findings: Sequence[str], seed: int
) -> dict[str, Any] | None:
    if not films:
        return None
    labels = np.array([findings.index(sample.label) for sample in films], np.intp)
    figure, _ = _share(films, probabilities.argmax(axis=1) == labels, seed)
    return {"films": len(films), "accuracy": figure}


def _mean_figure(figures: Sequence[_Figure]) -> _Figure | None:
    """Return the plain mean of figures of different patients, whose draws do not depend on each other."""
    if not figures:
        return None
    values = np.mean([draws for _, draws in figures], axis=0)
    bounds = np.percentile(values, [2.5, 97.5])
    known = all(described["interval"] is not None for described, _ in figures)
    value = float(np.mean([described["value"] for described, _ in figures]))
    return with_interval(value, (float(bounds[0]), float(bounds[1])) if known else None), values


def _mean_of(figures: Sequence[_Figure | None]) -> dict[str, Any] | None:
    """Return the mean over the runs; None where one of them has no film to read."""
    known = [figure for figure in figures if figure is not None]
    figure = _mean_figure(known) if len(known) == len(figures) else None
    return None if figure is None else {**figure[0], "runs": len(known)}
