"""A bundle's MODEL_CARD.md and LICENSE, written from its metadata and its evaluation, so that they cannot
disagree.
"""

from __future__ import annotations

from typing import Any

from cxrviewer.domain import NOT_FOR_DIAGNOSIS
from cxrviewer.inference.bundle import BundleMetadata
from cxrviewer.version import __version__
from training.claim import SOURCE, claim_table
from training.instruments import (
    BLANKING_KEY,
    LEAVE_OUT_KEY,
    LUNG_SHARE_KEY,
    ROBUSTNESS_KEY,
    SANITY_KEY,
    instrument_sections,
)
from training.recipe import Recipe, describe_phase
from training.results import describe_films, in_words, markdown_table, notes, results_tables


def model_card(metadata: BundleMetadata, recipe: Recipe, evaluation: dict[str, Any]) -> str:
    """Return the model card in Markdown, under the headings of model cards and with the CLAIM 2024 checklist.

    Every figure is read from metadata and evaluation; what was not measured is said to be so. Source: Mitchell et al.
    2019, Model Cards for Model Reporting, section 4.
    """
    claim = claim_table(metadata, recipe, evaluation)
    sections = (
        f"# {metadata.name} {metadata.version}\n\n**{NOT_FOR_DIAGNOSIS}**\n\n{metadata.description}.",
        "## Model details\n\n" + _details(metadata),
        f"## Intended use\n\n{metadata.intended_use}.\n\nNot for: {metadata.not_intended_for}.",
        "## Factors\n\n" + _factors(evaluation),
        "## Metrics\n\n" + _metrics(metadata),
        "## Evaluation data\n\n" + _evaluation_data(evaluation),
        "## Training data\n\n" + _training(metadata, recipe),
        "## Quantitative analyses\n\n" + _results(evaluation),
        "### Calibration and thresholds\n\n" + _calibration(metadata, evaluation),
        *(f"#{section}" for section in instrument_sections(evaluation)),
        *_not_measured(evaluation),
        "## Ethical considerations\n\n" + _ethics(metadata),
        "## Caveats and recommendations\n\n" + "\n".join(f"- {limit}" for limit in recipe.card.limits) + _advice(),
        f"## CLAIM 2024\n\nThe items of the checklist ({SOURCE}), in words of our own, answered for this bundle.\n\n"
        + markdown_table(claim.header, claim.rows),
        f"## Licence\n\n{metadata.licence}.",
    )
    return "\n\n".join(sections) + "\n"


def _details(metadata: BundleMetadata) -> str:
    return (
        f"Made on {metadata.created} with cxrviewer {__version__}. The bundle's identity is the SHA-256 of its "
        "metadata.json, which lists those of its other files; `cxrviewer models` shows and verifies it. Questions and "
        f"faults: the program's issue tracker.\n\n{_network(metadata)}"
    )


def _factors(evaluation: dict[str, Any]) -> str:
    known = [
        name
        for key, name in (("by_source", "source"), ("by_age_group", "age group"), ("by_subtype", "subtype"))
        if evaluation.get(key)
    ] + list(evaluation.get("by_column", {}))
    groups = f"Figures are given by {', '.join(known)}." if known else "The films name no groups: there are no figures."
    return (
        "What a film shows of a person besides disease (age, sex, build, devices), and how it was made (hospital, "
        "projection, exposure, processing, letters, borders, compression), may change the answer. Source and label go "
        f"together in the data, so that one may stand for the other. {groups} Sex, projection, device and severity are "
        "not known for most films: not measured."
    )


def _metrics(metadata: BundleMetadata) -> str:
    sets = (
        " Prediction sets: how often they hold the label, and how large they are, at each level."
        if metadata.conformal is not None
        else ""
    )
    return (
        "Accuracy, balanced accuracy (the mean of the findings' recalls), Cohen's kappa, Brier score and expected "
        "calibration error over all findings; precision, recall, specificity, F1, ROC AUC and average precision of "
        f"each finding against the rest.{sets} The predicted finding is the most probable one; thresholds flag "
        "findings besides and are not used in these figures. Intervals: 95 % percentile bootstrap over patients. No "
        "test of significance was made, and the spread over training seeds is not part of the intervals."
    )


def _evaluation_data(evaluation: dict[str, Any]) -> str:
    return (
        f"{describe_films(evaluation)} None of the patients is in the other splits; the sources are those of the "
        "training films, so that these figures say nothing about another hospital. Films are read, rendered and fitted "
        "by the program itself."
    )


def _not_measured(evaluation: dict[str, Any]) -> tuple[str, ...]:
    missing = [
        name
        for there, name in (
            (LEAVE_OUT_KEY in evaluation, "sources left out of training in turn (leave-out)"),
            (LUNG_SHARE_KEY in evaluation, "the share of the heatmaps inside the lungs (lung-share)"),
            (BLANKING_KEY in evaluation, "films with lungs or surroundings blanked (blanking)"),
            (SANITY_KEY in evaluation, "heatmaps while the weights are shuffled (sanity)"),
            (ROBUSTNESS_KEY in evaluation, "films varied on purpose (robustness)"),
            ("conformal" in evaluation, "coverage of prediction sets"),
        )
        if not there
    ]
    return (f"### Not measured\n\nFor this bundle: {'; '.join(missing)}.",) if missing else ()


def _ethics(metadata: BundleMetadata) -> str:
    sources = ", ".join(entry.name for entry in metadata.training_data) or "not stated"
    return (
        f"The films ({sources}) were published by others, under the licences in the table above; de-identification and "
        "consent are the publishers' affair and were not checked again. No film is part of the bundle; whether single "
        "films can be recovered from its weights was not measured. A wrong "
        "answer that is believed can harm a patient: hence no answer of this bundle may decide anything about "
        "one. Groups that are rare in the data (see Factors) are served worse, and for those that are not named "
        "nobody knows how badly."
    )


def _advice() -> str:
    return (
        "\n- Evaluate it on your own films before you believe any figure of it: `python -m training evaluate BUNDLE "
        "--data FOLDER`; look at heatmaps and occlusion sensitivity of the films that matter, and rely on neither "
        "where they differ."
    )


def _network(metadata: BundleMetadata) -> str:
    spec = metadata.input
    return (
        f"{metadata.architecture}. Input: {spec.height} x {spec.width} x {spec.channels}, the radiograph's "
        f"default rendering, fit {spec.fit}, interpolation {spec.interpolation}, black {spec.low:g} and "
        f"white {spec.high:g}. Outputs: logits of {', '.join(metadata.findings)}; "
        f"{metadata.explanation.method} of every finding on `{metadata.explanation.layer}` "
        f"({metadata.output.heatmap_height} x {metadata.output.heatmap_width}); {metadata.output.features} "
        f"pooled features.\n\nInitial weights: {metadata.initial_weights}."
    )


def _training(metadata: BundleMetadata, recipe: Recipe) -> str:
    collections = markdown_table(
        ("source", "training films", "who, where", "licence"),
        [(entry.name, entry.films, entry.source, entry.licence) for entry in metadata.training_data],
    )
    drawn = "Every training film comes once an epoch."
    if recipe.cells:
        cells = markdown_table(
            ("finding", "source", "drawn in an epoch"),
            [(cell.label, cell.source, cell.films) for cell in recipe.cells],
        )
        drawn = f"Films are drawn by finding and source:\n\n{cells}"
    command = f"ensemble {recipe.name} RUN..." if recipe.architecture.members else f"train {recipe.name}"
    kept = {
        "mean": f"plain mean of the weights after every step from step {recipe.mean_from + 1} on",
        "average": f"exponential average of the weights ({recipe.average_decay:g} a step)",
        "last": "the last epoch's weights",
        "best": "the weights of the epoch with the lowest validation loss",
    }[recipe.keep]
    return (
        f"{collections}\n\n{drawn}\n\n{_started(recipe)}{'; '.join(map(describe_phase, recipe.phases))}. Batches of "
        f"{recipe.batch_size}, loss {recipe.loss.name}, label smoothing {recipe.label_smoothing:g}, class weights "
        f"{recipe.class_weights}, {kept}, seed {recipe.seed}.{_refitted(recipe)} `python -m training "
        f"{command}` repeats it." + (f"\n\n{recipe.expected}" if recipe.expected else "")
    )


def _started(recipe: Recipe) -> str:
    settings = recipe.regression_start
    if settings is None:
        return ""
    return (
        "The last layer began as a logistic regression on the features of the backbone as it was loaded (at most "
        f"{settings.films_of_cell} films of each finding and source, penalty {settings.penalty:g}). "
    )


def _refitted(recipe: Recipe) -> str:
    settings = recipe.source_blind
    if settings is None:
        return ""
    return (
        " The last layer was then fitted anew to the training films as they are: a linear discriminant of the "
        f"{settings.components} largest components of the features, whose noise is the scatter within each finding and "
        f"source, {settings.nuisance:g} times the scatter between the sources of one finding, and "
        f"{settings.shrinkage:g} of the identity, so that what tells sources apart while the finding does not counts "
        "little."
    )


def _results(evaluation: dict[str, Any]) -> str:
    parts = [
        *notes(evaluation),
        *(f"{table.title}.\n\n{markdown_table(table.header, table.rows)}" for table in results_tables(evaluation)),
    ]
    return "\n\n".join(parts)


def _calibration(metadata: BundleMetadata, evaluation: dict[str, Any]) -> str:
    calibration = metadata.calibration
    rows = [
        (name, t.probability, t.chosen_for, t.sensitivity, t.specificity, t.fitted_on)
        for name, t in metadata.thresholds.items()
    ]
    return (
        f"Probabilities are softmax(logits / {calibration.temperature:g}); the temperature was fitted on "
        f"{calibration.fitted_on}. On the split {evaluation['split']} the expected calibration error is "
        f"{in_words(evaluation['overall']['expected_calibration_error'])}.\n\n"
        + markdown_table(("finding", "threshold", "chosen for", "sensitivity", "specificity", "on"), rows)
        + _prediction_sets(metadata)
    )


def _prediction_sets(metadata: BundleMetadata) -> str:
    conformal = metadata.conformal
    if conformal is None:
        return ""
    films = ", ".join(f"{number} with {finding}" for finding, number in conformal.films.items())
    own = "films with the same finding" if conformal.by_class else "all films"
    return (
        "\n\nPrediction sets are split-conformal: a finding is in the set unless its probability is lower than that of "
        f"the label on almost all {own}. They were fitted on {conformal.fitted_on} ({films}), for levels from "
        f"{conformal.levels[0]:g} to {conformal.levels[-1]:g}. At the level {conformal.level:g}, which is used unless "
        "another is chosen, the label of a film like those is in the set at least that often. One finding is a call, "
        "several leave open which, and none says that the film is typical of no finding. For films of other origin "
        "nothing is promised; the table of prediction sets tells how far it held by source."
    )


def bundle_licence(metadata: BundleMetadata) -> str:
    """Return the text of the bundle's LICENSE."""
    collections = "\n".join(f"- {entry.name} ({entry.licence}): {entry.source}" for entry in metadata.training_data)
    return (
        f"Weights of {metadata.name} {metadata.version}\n\nThese weights may be used, copied, changed and "
        "passed on for research and teaching, together with this text.\nThey may not be used for "
        "diagnosis, triage or any decision about a patient. They come without any warranty.\nThe program "
        "that loads them is under the Apache License 2.0; these weights are not, because they were "
        "made\nfrom radiographs some of which are given for research only. Whoever publishes results names "
        f"the collections:\n\n{collections}\n\nInitial weights: {metadata.initial_weights}.\n"
    )
