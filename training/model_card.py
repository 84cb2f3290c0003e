"""A bundle's MODEL_CARD.md and LICENSE, written from its metadata and its evaluation, so that they cannot
disagree.
"""

from __future__ import annotations

from typing import Any

from cxrviewer.domain import NOT_FOR_DIAGNOSIS
from cxrviewer.inference.bundle import BundleMetadata
from training.instruments import instrument_sections
from training.recipe import Recipe, describe_phase
from training.results import describe_films, in_words, markdown_table, notes, results_tables


def model_card(metadata: BundleMetadata, recipe: Recipe, evaluation: dict[str, Any]) -> str:
    """Return the model card in Markdown."""
    sections = (
        f"# {metadata.name} {metadata.version}\n\n**{NOT_FOR_DIAGNOSIS}**\n\n{metadata.description}.",
        f"## Intended use\n\n{metadata.intended_use}.\n\nNot for: {metadata.not_intended_for}.",
        "## Known limits\n\n" + "\n".join(f"- {limit}" for limit in recipe.card.limits),
        "## Network\n\n" + _network(metadata),
        "## Training\n\n" + _training(metadata, recipe),
        "## Results\n\n" + _results(evaluation),
        *instrument_sections(evaluation),
        "## Calibration and thresholds\n\n" + _calibration(metadata, evaluation),
        f"## Licence\n\n{metadata.licence}.",
    )
    return "\n\n".join(sections) + "\n"


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
        "average": f"exponential average of the weights ({recipe.average_decay:g} a step)",
        "last": "the last epoch's weights",
        "best": "the weights of the epoch with the lowest validation loss",
    }[recipe.keep]
    return (
        f"{collections}\n\n{drawn}\n\n{'; '.join(map(describe_phase, recipe.phases))}. Batches of "
        f"{recipe.batch_size}, loss {recipe.loss.name}, label smoothing {recipe.label_smoothing:g}, class weights "
        f"{recipe.class_weights}, {kept}, seed {recipe.seed}. `python -m training {command}` "
        "repeats it." + (f"\n\n{recipe.expected}" if recipe.expected else "")
    )


def _results(evaluation: dict[str, Any]) -> str:
    parts = [
        f"{describe_films(evaluation)} None of the patients is in the other splits; the sources are those of the "
        "training films.",
        *notes(evaluation),
        *(markdown_table(table.header, table.rows) for table in results_tables(evaluation)),
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
