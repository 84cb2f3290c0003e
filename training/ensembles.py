"""Ensembles: trained networks, frozen, and one dense layer over what they say.

The members run once over every film; the dense layer then trains on their outputs, which takes seconds.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from cxrviewer.domain import FloatArray
from cxrviewer.inference.decision import calibrated_probabilities
from training.architectures import LOGITS_LAYER
from training.assessment import BATCH, keras_logits
from training.data import Sample, check_findings, network_input, of_split, one_hot
from training.errors import ArchitectureError, RunError
from training.evaluation import evaluate
from training.films import FilmStore, check_films
from training.folding import fold_ensemble
from training.losses import FilmLoss, accuracy
from training.members import Member, in_range_of, read_members
from training.progress import logged_to, write_curves
from training.recipe import Recipe
from training.runs import (
    CURVES_FILE,
    HISTORY_FILE,
    LOG_FILE,
    NETWORK_FILE,
    check_run,
    open_run,
    read_initial_weights,
    write_json,
    write_start,
)
from training.schedule import has_stopped, is_best
from training.train import class_weights

log = logging.getLogger("training")

COMPARISON_FILE = "comparison.json"


def ensemble_recipe(recipe: Recipe, members: Sequence[Recipe]) -> Recipe:
    """Return an ensemble's recipe for these members: their findings, their input.

    Raises RunError where they are not over the same findings in the same order, or take films of another size or fit.
    """
    first = members[0]
    for member in members[1:]:
        if member.findings != first.findings:
            raise RunError(
                f"expected members with the findings {', '.join(first.findings)}, {member.name} has "
                f"{', '.join(member.findings)}"
            )
        if replace(member.input, low=first.input.low, high=first.input.high) != first.input:
            raise RunError(f"expected members whose films are fitted alike, got {first.input} and {member.input}")
    architecture = replace(recipe.architecture, members=tuple(member.name for member in members))
    architecture = replace(architecture, head=replace(architecture.head, logits=len(first.findings)))
    return replace(recipe, findings=first.findings, input=first.input, architecture=architecture)


def build_ensemble(recipe: Recipe, members: Sequence[Member]) -> keras.Model:
    """Build (N, h, w, C) in the recipe's input range to (N, K) logits: frozen members and one dense layer.

    What the members give is one tensor: their probabilities, or their last hidden layers' outputs.
    """
    spec = recipe.input
    image = keras.Input((spec.height, spec.width, spec.channels), name="image")
    said = []
    for number, member in enumerate(members, start=1):
        submodel = keras.Model(
            member.network.inputs[0], _said(member.network, recipe), name=f"member_{number}_{member.recipe.name}"
        )
        submodel.trainable = False
        said.append(submodel(in_range_of(member.recipe.input, spec, number)(image)))
    together = keras.layers.Concatenate(name="members")(said)
    logits = keras.layers.Dense(len(recipe.findings), dtype="float32", name=LOGITS_LAYER)(together)
    return keras.Model(image, logits, name="ensemble")


def _said(network: keras.Model, recipe: Recipe) -> Any:
    layer = network.get_layer(LOGITS_LAYER)
    if recipe.architecture.combine == "features":
        return layer.input
    logits = layer.output
    if logits.shape[-1] == 1:
        sides = [keras.layers.Rescaling(factor, name=name)(logits) for factor, name in ((-0.5, "less"), (0.5, "more"))]
        logits = keras.layers.Concatenate(name="two_sided")(sides)
    return keras.layers.Softmax(name="probabilities")(logits)


def train_ensemble(recipe: Recipe, runs: Sequence[Path], samples: Sequence[Sample], out: Path) -> Recipe:
    """Train the dense layer over the members of runs and write the ensemble's run; return its recipe.

    The recipe is ``ensemble_recipe``'s, whose findings the samples have. Raises RunError where ``out`` holds files or
    the runs do not go together, DataError where films are missing or unreadable.
    """
    check_run(recipe, out, resume=False)
    members = read_members(runs)
    recipe = ensemble_recipe(recipe, [member.recipe for member in members])
    check_findings(samples, recipe.findings)
    training, validation = of_split(samples, "train"), of_split(samples, "val")
    store = FilmStore()
    check_films([*training, *validation], recipe.input, store)
    check_films([s for s in samples if s.split not in ("train", "val")], recipe.input, FilmStore(limit_bytes=0))
    keras.utils.set_random_seed(recipe.seed)
    network = build_ensemble(recipe, members)
    open_run(recipe, out, resume=False)
    origins = [f"{member.recipe.name}: {read_initial_weights(run)}" for member, run in zip(members, runs, strict=True)]
    write_start(samples, f"Those of its members ({'; '.join(origins)})", out)
    with logged_to(out / LOG_FILE):
        log.info("%d members over %d films", len(members), len(training) + len(validation))
        of_training = _run_members(network, recipe, training, store)
        of_validation = _run_members(network, recipe, validation, store)
        history = _fit(network, recipe, (of_training, training), (of_validation, validation))
        _as_one_chain(network, recipe, members).save(out / NETWORK_FILE, include_optimizer=False)
        write_json(out / HISTORY_FILE, history)
        write_curves(out / CURVES_FILE, history)
        log.info("%d epochs; the best: %s", len(history), min(history, key=lambda entry: float(entry["val_loss"])))
    return recipe


def _as_one_chain(network: keras.Model, recipe: Recipe, members: Sequence[Member]) -> keras.Model:
    """Return the ensemble as it can be explained and exported, or, where its members' heads do not go together, as it
    is.
    """
    try:
        return fold_ensemble(network, recipe, members)
    except ArchitectureError as error:
        log.info("this ensemble can be evaluated but not exported: %s", error)
        return network


def compare_with_members(
    out: Path, runs: Sequence[Path], samples: Sequence[Sample], split: str, evaluation: dict[str, Any]
) -> dict[str, Any]:
    """Write comparison.json into the ensemble's run, and return it: its figures beside its members' on one split.

    Members are scored as they are, uncalibrated, which changes no accuracy and no AUC of two findings.
    """
    chosen = of_split(samples, split)
    figures = {"ensemble": _headline(evaluation)}
    for run, member in zip(runs, read_members(runs), strict=True):
        probabilities = calibrated_probabilities(keras_logits(member.network, member.recipe.input, chosen), 1.0)
        scored = evaluate(chosen, probabilities, member.recipe.findings, seed=member.recipe.seed)
        figures[f"{member.recipe.name} ({run.name})"] = _headline(scored)
    comparison = {"split": split, "films": len(chosen), "networks": figures}
    write_json(out / COMPARISON_FILE, comparison)
    return comparison


def _headline(evaluation: dict[str, Any]) -> dict[str, Any]:
    overall = evaluation["overall"]
    return {
        "accuracy": overall["accuracy"],
        "balanced_accuracy": overall["balanced_accuracy"],
        "expected_calibration_error": overall["expected_calibration_error"],
        "roc_auc": {finding: figures["roc_auc"] for finding, figures in evaluation["findings"].items()},
    }


def _run_members(network: keras.Model, recipe: Recipe, samples: Sequence[Sample], store: FilmStore) -> FloatArray:
    """Return what the members say of films, (N, D) float32."""
    members = keras.Model(network.inputs[0], network.get_layer(LOGITS_LAYER).input)
    parts = []
    for start in range(0, len(samples), BATCH):
        films = [store(sample.path, recipe.input) for sample in samples[start : start + BATCH]]
        parts.append(np.asarray(members.predict_on_batch(network_input(films, recipe.input)), np.float32))
        log.info("members: %d of %d films", min(start + BATCH, len(samples)), len(samples))
    return np.concatenate(parts)


def _fit(
    network: keras.Model,
    recipe: Recipe,
    training: tuple[FloatArray, list[Sample]],
    validation: tuple[FloatArray, list[Sample]],
) -> list[dict[str, Any]]:
    """Train the network's dense layer on what the members say, leave it at its best epoch, return the history."""
    phase = recipe.phases[0]
    vectors, samples = training
    dense = network.get_layer(LOGITS_LAYER)
    head = keras.Sequential([keras.Input(vectors.shape[1:]), dense])
    head.compile(
        optimizer=keras.optimizers.Adam(phase.learning_rate),
        loss=FilmLoss(recipe.loss, recipe.label_smoothing, len(recipe.findings)),
        metrics=[accuracy],
    )
    labels = one_hot(samples, recipe.findings)
    weights = class_weights(recipe, samples)
    film_weights = None if weights is None else labels @ weights
    history: list[dict[str, Any]] = []
    best = dense.get_weights()
    for epoch in range(phase.epochs):
        result = head.fit(
            vectors,
            labels,
            sample_weight=film_weights,
            batch_size=recipe.batch_size,
            validation_data=(validation[0], one_hot(validation[1], recipe.findings)),
            epochs=1,
            verbose=0,
        )
        figures = {name: round(float(values[-1]), 6) for name, values in result.history.items()}
        history.append({"epoch": epoch, "phase": 0, "learning_rate": phase.learning_rate, **figures})
        losses = [entry["val_loss"] for entry in history]
        if is_best(losses):
            best = dense.get_weights()
        if has_stopped(losses, recipe.stopping_patience):
            break
    dense.set_weights(best)
    return history
