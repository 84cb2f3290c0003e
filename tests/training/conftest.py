"""Labelled films for tests: a small manifest of drawn films, and a recipe that trains on them in seconds."""

import csv
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.films import write_png
from training.data import Sample, read_manifest
from training.recipe import Cell, Phase, Recipe
from training.recipes import load_recipe

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

FINDINGS = ("NORMAL", "PNEUMONIA", "COVID19")
CELLS = (("NORMAL", "east", 5), ("PNEUMONIA", "east", 3), ("PNEUMONIA", "west", 2), ("COVID19", "west", 4))


def write_manifest(folder: Path) -> Path:
    """Draw 42 films of 64 x 64, 14 for each split, and write their manifest."""
    path = folder / "manifest.csv"
    with path.open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["path", "label", "source", "patient", "split", "subtype", "age_group", "licence"])
        number = 0
        for split in ("train", "val", "test"):
            for label, source, films in CELLS:
                for _ in range(films):
                    number += 1
                    name = write_png(folder / f"{number}.png", size=64, seed=number).name
                    table.writerow([name, label, source, f"p{number}", split, "", "adult", "CC0"])
    return path


@pytest.fixture(autouse=True, scope="module")
def eager_steps() -> Iterator[None]:
    """Run training steps one by one: to trace a network's graph takes far longer than the few steps of a test."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture
def compiled_steps(eager_steps: None) -> Iterator[None]:
    """Run a test's training steps as a graph, as they run outside the tests."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(False)
    yield
    tf.config.run_functions_eagerly(True)


@pytest.fixture(scope="session")
def manifest(tmp_path_factory) -> Path:
    return write_manifest(tmp_path_factory.mktemp("films"))


@pytest.fixture
def films(manifest) -> list[Sample]:
    return read_manifest(manifest, FINDINGS)


@pytest.fixture(scope="session")
def small_recipe() -> Recipe:
    """The shipped recipe with MobileNet (V1), half the layers, at 64 x 64: two epochs of 3 batches of 4."""
    shipped = load_recipe("cxr_mobilenetv2")
    return replace(
        shipped,
        input=replace(shipped.input, height=64, width=64),
        architecture=replace(shipped.architecture, backbone="MobileNet"),
        phases=(Phase(epochs=2, learning_rate=1e-3, warm_up_steps=2, weight_decay=1e-3),),
        cells=tuple(Cell(label, source, 3) for label, source, _ in CELLS),
        batch_size=4,
        comparisons=(replace(shipped.comparisons[0], sources=()),),
    )
