"""Shuffled weights: the order of layers, which films, and heatmaps that follow the weights."""

import csv

import cv2
import keras
import numpy as np
import pytest

from cxrviewer.inference.rank_correlation import rank_correlation
from tests.films import film
from training.architectures import build_network
from training.data import Sample, read_manifest
from training.errors import DataError
from training.instruments import SANITY_KEY, explained_tables
from training.recipes import load_recipe
from training.report.figures import sanity_curve
from training.runs import NETWORK_FILE, open_run
from training.sanity import chosen_films, layers_from_the_top, sanity


def test_ranks_agree_with_what_is_known_of_them() -> None:
    ordered = np.arange(12.0).reshape(3, 4)
    assert rank_correlation(ordered, ordered**3) == 1.0
    assert rank_correlation(ordered, -ordered) == -1.0
    assert rank_correlation(ordered, np.ones_like(ordered)) is None
    # Equal values share ranks: 1.5, 1.5, 3, 4 against 1, 2, 3, 4.
    assert rank_correlation(np.array([5.0, 5.0, 6.0, 9.0]), np.arange(4.0)) == pytest.approx(0.9486833, abs=1e-6)
    with pytest.raises(ValueError, match="one shape"):
        rank_correlation(ordered, ordered.T)
    with pytest.raises(ValueError, match="finite"):
        rank_correlation(ordered, np.full_like(ordered, np.nan))


def test_layers_come_from_the_last_to_the_first_and_every_one_once() -> None:
    layers = [keras.layers.Dense(3, name=f"d{number}") for number in range(9)]
    network = keras.Sequential([keras.Input((3,)), *layers])
    plan = layers_from_the_top(network, 5)
    assert [[layer.name for layer in group] for group in plan[:2]] == [["d8"], ["d7"]]
    assert [layer.name for group in plan for layer in group] == [f"d{number}" for number in range(8, -1, -1)]
    assert len(plan) == 5


def test_films_are_taken_from_labels_and_sources_in_turn(tmp_path) -> None:
    cells = [("NORMAL", "near")] * 9 + [("PNEUMONIA", "near")] * 2 + [("PNEUMONIA", "far")]
    films = [
        Sample(tmp_path / f"{n}", label, "test", f"p{n}", source=source, subtype="", age_group="", licence="", row=n)
        for n, (label, source) in enumerate(cells)
    ]
    chosen = chosen_films(films, 6, seed=0)
    assert [(film.label, film.source) for film in chosen[:3]] == [
        ("NORMAL", "near"), ("PNEUMONIA", "far"), ("PNEUMONIA", "near"),
    ]  # fmt: skip
    assert len({film.path for film in chosen}) == 6
    assert len(chosen_films(films, 50, seed=0)) == len(films)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run whose network has its first weights, and a manifest of films."""
    folder = tmp_path_factory.mktemp("sanity")
    recipe = load_recipe("cxr_mobilenetv2")
    open_run(recipe, folder / "run", resume=False)
    keras.utils.set_random_seed(0)
    network = build_network(recipe.architecture, recipe.input, "none")
    network.save(folder / "run" / NETWORK_FILE)
    with (folder / "manifest.csv").open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["path", "label", "patient", "split", "source"])
        for number in range(4):
            cv2.imencode(".png", film(64, number))[1].tofile(folder / f"f{number}.png")
            table.writerow([f"f{number}.png", recipe.findings[number % 3], f"p{number}", "test", "drawn"])
    return folder / "run", read_manifest(folder / "manifest.csv", recipe.findings)


def test_heatmaps_follow_the_weights(run) -> None:
    folder, films = run
    content = sanity(folder, films, films=4, repeats=1, steps=4)
    assert content["films"] == content["patients"] == 4
    assert [step["layers"] for step in content["steps"]][-1] == content["layers"]
    values = [step["rank_correlation"]["value"] for step in content["steps"] if step["rank_correlation"]]
    assert values
    assert max(abs(value) for value in values) < 0.95
    assert content == sanity(folder, films, films=4, repeats=1, steps=4)
    ((_, text, (table,)),) = explained_tables({SANITY_KEY: content})
    assert "4 films of 4 patients" in text
    assert len(table.rows) == len(content["steps"])
    assert sanity_curve(content).lstrip().startswith("<?xml")
    with pytest.raises(DataError, match="val"):
        sanity(folder, films, "val")
