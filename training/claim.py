"""The CLAIM 2024 checklist, answered for a bundle from its metadata, its recipe and its evaluation.

Source: Tejani et al. 2024, Checklist for Artificial Intelligence in Medical Imaging (CLAIM): 2024 Update, Radiology:
Artificial Intelligence 6(4), e240300; the 44 items as numbered there, each in words of our own.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from cxrviewer.inference.bundle import BundleMetadata
from training.instruments import BLANKING_KEY, LEAVE_OUT_KEY, LUNG_SHARE_KEY, ROBUSTNESS_KEY, SANITY_KEY
from training.recipe import Recipe
from training.results import Table, in_words

SOURCE: Final = (
    "Tejani et al. 2024, Checklist for Artificial Intelligence in Medical Imaging (CLAIM): 2024 Update, Radiology: "
    "Artificial Intelligence 6(4), e240300"
)
Answer = Literal["yes", "in part", "not done", "does not apply"]

ITEMS: Final = (
    "named as a study of AI, with the kind of model",
    "summary of design, methods, results, conclusions",
    "background, and the intended use",
    "aims and hypotheses",
    "prospective or retrospective",
    "goal of the study",
    "sources of the data",
    "who was included and excluded",
    "preprocessing",
    "selection of subsets",
    "de-identification",
    "missing data",
    "how the images were acquired",
    "what the reference standard is",
    "why that reference standard",
    "who made the reference annotations",
    "how the test films were annotated",
    "variability within and between readers",
    "how films were assigned to splits",
    "at which level the splits are disjoint",
    "intended sample size",
    "description of the model",
    "software and its versions",
    "initial parameters",
    "training",
    "how the final model was chosen",
    "ensembles",
    "metrics",
    "uncertainty and significance",
    "robustness",
    "explainability",
    "evaluation on internal data",
    "testing on external data",
    "trial registration",
    "numbers included and excluded",
    "demographic and clinical characteristics",
    "performance and its uncertainty",
    "diagnostic performance and its precision",
    "analysis of failures",
    "limitations",
    "implications for practice",
    "protocol and further technical details",
    "availability of software, model and data",
    "funding, and the funders' part",
)


def claim_table(metadata: BundleMetadata, recipe: Recipe, evaluation: dict[str, Any]) -> Table:
    """Return the checklist: number, item, whether it is met, and where or why not; figures are of the evaluation."""
    answers = (
        *_front(metadata),
        *_data(metadata, evaluation),
        *_reference(),
        *_partitions(evaluation),
        *_model(metadata, recipe),
        *_evaluation(evaluation),
        *_results(evaluation),
        *_rest(metadata, recipe),
    )
    rows = tuple(
        (str(number), item, answer, said)
        for number, (item, (answer, said)) in enumerate(zip(ITEMS, answers, strict=True), start=1)
    )
    return Table("CLAIM 2024", ("item", "asks for", "met", "where, or why not"), rows, labels=4)


Answers = tuple[tuple[Answer, str], ...]


def _front(metadata: BundleMetadata) -> Answers:
    return (
        ("yes", f"Model details: {metadata.architecture}"),
        ("in part", "This card; there is no abstract of a study"),
        ("in part", "Intended use; the clinical background is not reviewed"),
        ("in part", "A classifier to study and to teach with; no hypothesis was stated beforehand"),
        ("yes", "Retrospective: films that others had collected and labelled"),
        ("yes", "To make a model whose errors can be seen; not to show that it helps anyone"),
    )


def _data(metadata: BundleMetadata, evaluation: dict[str, Any]) -> Answers:
    sources = ", ".join(entry.name for entry in metadata.training_data) or "not stated"
    unknown = evaluation.get("films_without_patient")
    missing = f"{unknown} films without a known patient count as patients of their own" if unknown else (
        "Films without a label or a readable file are refused before training; no values are imputed"
    )  # fmt: skip
    return (
        ("yes", f"Training data: {sources}"),
        ("in part", "The films of the manifest; the collections' own criteria were not checked"),
        ("yes", f"Model details: default rendering, fit {metadata.input.fit}, {metadata.input.interpolation}"),
        ("yes", "Training data: how many films of each finding and source are drawn"),
        ("in part", "Done by the publishers of the collections; not checked again"),
        ("yes", missing),
        ("not done", "Devices, exposures and projections are not known for most films"),
    )


def _reference() -> Answers:
    return (
        ("in part", "The labels of the collections, named by source under Training data and Caveats"),
        ("not done", "No other labels exist for these films"),
        ("in part", "As far as the collections say; no label was made or changed here"),
        ("not done", "The test films have the labels of their collections; no reader annotated them again"),
        ("not done", "Single labels; readers' agreement is not known for these films"),
    )


def _partitions(evaluation: dict[str, Any]) -> Answers:
    return (
        ("yes", "Drawn at random within source and label, before training"),
        ("yes", "By patient: no patient is in two splits"),
        ("not done", f"No sample size was calculated; the split {evaluation['split']} has {evaluation['films']} films"),
    )


def _model(metadata: BundleMetadata, recipe: Recipe) -> Answers:
    members = len(recipe.architecture.members)
    ensemble: tuple[Answer, str] = (
        ("yes", f"An ensemble of {members} networks") if members else ("does not apply", "One network")
    )
    kept = {
        "average": "the moving average of its weights",
        "mean": "the mean of its weights",
        "last": "its last weights",
        "best": "the least validation loss",
    }
    return (
        ("yes", "Model details; the recipe in training/recipes builds it layer by layer"),
        ("in part", "pyproject.toml names the packages; the versions of this run are not recorded"),
        ("yes", metadata.initial_weights),
        ("yes", "Training data, and the recipe: phases, rates, augmentation, loss, seed"),
        ("yes", f"The run keeps {kept[recipe.keep]}; how the recipe was chosen, its file and the caveats say"),
        ensemble,
    )


def _evaluation(evaluation: dict[str, Any]) -> Answers:
    instruments = [
        name
        for key, name in (
            (BLANKING_KEY, "lungs and surroundings blanked"),
            (LEAVE_OUT_KEY, "sources left out"),
            (ROBUSTNESS_KEY, "films varied"),
        )
        if key in evaluation
    ]
    shown = [
        name
        for key, name in ((LUNG_SHARE_KEY, "the heatmaps' share in the lungs"), (SANITY_KEY, "weights shuffled"))
        if key in evaluation
    ]
    robustness: tuple[Answer, str] = (
        ("in part", f"Quantitative analyses: {', '.join(instruments)}") if instruments else ("not done", "Not measured")
    )
    explained: tuple[Answer, str] = (
        ("yes", f"Grad-CAM, and occlusion sensitivity on request; measured: {', '.join(shown)}")
        if shown
        else ("in part", "Grad-CAM, and occlusion sensitivity on request; how far they can be trusted is not measured")
    )
    external: tuple[Answer, str] = (
        ("in part", "Sources left out of training in turn; no films of a further hospital")
        if LEAVE_OUT_KEY in evaluation
        else ("not done", "No films of other sources than those of training")
    )
    return (
        ("yes", "Metrics"),
        ("in part", "95 % bootstrap intervals over patients; no tests of significance"),
        robustness,
        explained,
        ("yes", f"Quantitative analyses, on the split {evaluation['split']}"),
        external,
        ("does not apply", "No clinical trial"),
    )


def _results(evaluation: dict[str, Any]) -> Answers:
    accuracy = in_words(evaluation["overall"]["accuracy"], "undefined")
    return (
        ("in part", f"{evaluation['films']} films of {evaluation['patients']} patients; whom the collections left "
         "out are not known"),
        ("in part", "By source and age group where the manifest has them; sex and severity are not known"),
        ("yes", f"Quantitative analyses: accuracy {accuracy} and the rest, by finding and group"),
        ("yes", "Quantitative analyses: sensitivity and specificity at the thresholds, prediction sets where fitted"),
        ("in part", "Confusion matrix, groups, the most confident mistakes in report.html; no reader analysed them"),
    )  # fmt: skip


def _rest(metadata: BundleMetadata, recipe: Recipe) -> Answers:
    return (
        ("yes", "Caveats and recommendations"),
        ("yes", f"None for practice. Not for: {metadata.not_intended_for}"),
        ("in part", f"The recipe {recipe.name} and its command; no protocol was registered"),
        ("in part", f"Program and weights come together ({metadata.licence}); the films are their publishers'"),
        ("not done", "Not stated"),
    )
