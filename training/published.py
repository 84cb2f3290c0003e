"""What the recipes of the published articles have in common."""

from __future__ import annotations

from cxrviewer.domain import InputSpec
from training.geometry import Geometry
from training.recipe import Architecture, Card, Head, HiddenLayer, Phase, Plateau, Recipe

THREE_FINDINGS = ("NORMAL", "PNEUMONIA", "COVID19")
# What the public folders call them, upper-cased and with underscores.
THREE_ALIASES = (("VIRAL_PNEUMONIA", "PNEUMONIA"), ("COVID", "COVID19"), ("COVID_19", "COVID19"))


def stretched(side: int, low: float, high: float) -> InputSpec:
    """Return a square input of three channels, the whole film stretched to it."""
    return InputSpec(height=side, width=side, channels=3, fit="stretch", interpolation="area", low=low, high=high)


def published_card(trained_for: str) -> Card:
    """Return what a bundle of a published recipe says of itself; its initial weights are the run's."""
    return Card(
        version="0.1.0",
        licence="Research use only; see LICENSE",
        initial_weights="",
        intended_use=f"Repeating a published article, research and teaching: {trained_for}",
        not_intended_for="Diagnosis, triage or any decision about a patient; lateral views, other body parts, CT",
        limits=(
            "It repeats a published article, with that article's choices. It has only been tested on films of the "
            "collections that it was trained on; networks like it tell hospitals apart and score far lower on films "
            "of other hospitals.",
            "It must answer one of its findings to every film, whatever else the film shows.",
            "A heatmap shows where the network's evidence lies on a coarse grid, not where a disease is.",
        ),
        collections=(),
    )


def three_class_ensemble_member(
    name: str, description: str, backbone: str, expected: str, *, preprocessed: bool, hidden: tuple[HiddenLayer, ...]
) -> Recipe:
    """Return one of the three networks that the article's ensembles combine; they differ in backbone and head only.

    ``preprocessed`` False: the backbone takes 0 to 255 and has its own normalisation.
    """
    preprocessing = {"VGG16": "imagenet-bgr-mean", "DenseNet201": "imagenet-mean-std"}
    return Recipe(
        name=name,
        description=description,
        findings=THREE_FINDINGS,
        aliases=THREE_ALIASES,
        input=stretched(224, 0.0, 255.0),
        architecture=Architecture(
            backbone=backbone,
            head=Head("average-2x2", hidden=hidden),
            preprocessing=preprocessing[backbone] if preprocessed else "none",  # type: ignore[arg-type]
        ),
        phases=(Phase(epochs=30, learning_rate=1e-4, optimiser="adam", schedule="constant", frozen="backbone"),),
        cells=(),
        augmentation=None,
        geometry=Geometry(rotation=15.0, zoom=0.2, flip=True),
        batch_size=32,
        label_smoothing=0.1,
        average_decay=0.0,
        keep="best",
        stopping_patience=5,
        plateau=Plateau(factor=0.5, patience=3),
        seed=20,
        expected=expected,
        card=published_card("NORMAL, PNEUMONIA or COVID19"),
    )


def ensemble(name: str, description: str, combine: str, members: tuple[str, ...], expected: str) -> Recipe:
    """Return the recipe of an ensemble: one dense layer over its frozen members, trained on the films as they are."""
    return Recipe(
        name=name,
        description=description,
        findings=THREE_FINDINGS,
        aliases=THREE_ALIASES,
        input=stretched(224, 0.0, 255.0),
        architecture=Architecture(
            backbone="ensemble",
            head=Head("none"),
            members=members,
            combine=combine,  # type: ignore[arg-type]
        ),
        phases=(Phase(epochs=30, learning_rate=1e-2, optimiser="adam", schedule="constant", frozen="backbone"),),
        cells=(),
        augmentation=None,
        batch_size=32,
        label_smoothing=0.0,
        average_decay=0.0,
        keep="best",
        stopping_patience=5,
        seed=20,
        expected=expected,
        card=published_card("NORMAL, PNEUMONIA or COVID19"),
    )
