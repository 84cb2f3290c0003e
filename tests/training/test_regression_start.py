"""A last layer that already fits the backbone's features when fine-tuning begins."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from tests.training.conftest import CELLS
from training.architectures import build_network
from training.assessment import assess_run
from training.data import Sample, of_split
from training.errors import ArchitectureError
from training.export import export
from training.films import FilmStore
from training.recipe import Cell, Head, HiddenLayer, Phase, Recipe, RegressionStart
from training.recipes import load_recipe
from training.regression_start import fit_regression, start_head
from training.runs import read_recipe
from training.train import train

FINDINGS = ("NORMAL", "PNEUMONIA", "COVID19")


def _films(label: str, source: str, number: int) -> list[Sample]:
    return [Sample(Path(f"{label}{source}{n}.png"), label, "train", "", source, "", "", "", n) for n in range(number)]


@pytest.fixture
def drawn() -> tuple[np.ndarray, list[Sample]]:
    """Films of three findings, each shifted along a feature of its own, of very different scales."""
    films = [film for label in FINDINGS for film in _films(label, "east", 60)]
    noise = np.random.default_rng(0).normal(size=(len(films), 5))
    signal = np.array([[FINDINGS.index(film.label) == index for index in range(3)] + [0, 0] for film in films])
    return ((signal * 2.0 + noise) * (1.0, 100.0, 0.01, 1.0, 1.0) + 7.0).astype(np.float32), films


def _objective(head: tuple[np.ndarray, np.ndarray], features: np.ndarray, labels: np.ndarray, penalty: float) -> float:
    kernel, bias = (np.asarray(part, np.float64) for part in head)
    logits = features.astype(np.float64) @ kernel + bias
    logarithms = (
        logits
        - np.log(np.exp(logits - logits.max(1, keepdims=True)).sum(1, keepdims=True))
        - logits.max(1, keepdims=True)
    )
    spread = features.astype(np.float64).std(axis=0)
    spread = spread + 1e-2 * spread.mean()
    entropy = -logarithms[np.arange(len(labels)), labels].mean()
    return float(entropy + penalty / 2 * np.square(kernel * spread[:, np.newaxis]).sum())


@pytest.mark.parametrize("penalty", [0.01, 1.0])
def test_nothing_near_the_fit_is_a_smaller_cross_entropy_and_penalty(drawn, penalty) -> None:
    features, films = drawn
    head = fit_regression(features, films, FINDINGS, (), RegressionStart(penalty=penalty))
    labels = np.array([FINDINGS.index(film.label) for film in films])
    least = _objective(head, features, labels, penalty)
    assert least < np.log(3) - (0.3 if penalty < 1 else 0.02)
    rng = np.random.default_rng(1)
    scale = 1.0 / (features.std(axis=0) + 1e-2 * features.std(axis=0).mean())
    for _ in range(40):
        step = 0.1 * rng.normal(size=head[0].shape) * scale[:, np.newaxis]
        other = (head[0] + step, head[1] - features.mean(axis=0) @ step)
        assert _objective(other, features, labels, penalty) > least


def test_two_findings_have_opposite_logits(drawn) -> None:
    features, films = drawn
    two = [film for film in films if film.label != "COVID19"]
    kernel, bias = fit_regression(features[: len(two)], two, FINDINGS[:2], (), RegressionStart())
    np.testing.assert_allclose(kernel[:, 0], -kernel[:, 1], atol=1e-6)
    logits = features[: len(two)] @ kernel + bias
    right = logits.argmax(axis=1) == np.array([FINDINGS.index(film.label) for film in two])
    assert right.mean() > 0.85


def test_cells_say_how_much_a_source_counts() -> None:
    """Normal films of the west look like pneumonia of the east; whichever is drawn more is recognised."""
    films = _films("NORMAL", "east", 50) + _films("NORMAL", "west", 50) + _films("PNEUMONIA", "east", 50)
    place = np.repeat([0.0, 2.0, 2.5], 50)[:, np.newaxis]
    features = (place + np.random.default_rng(2).normal(scale=0.5, size=(150, 1))).astype(np.float32)

    def recall(west: int, pneumonia: int) -> float:
        cells = (
            Cell("NORMAL", "east", 50),
            Cell("NORMAL", "west", west),
            Cell("PNEUMONIA", "east", pneumonia),
        )
        kernel, bias = fit_regression(features, films, FINDINGS[:2], cells, RegressionStart(penalty=0.01))
        return float(((features[50:100] @ kernel + bias).argmax(axis=1) == 0).mean())

    assert recall(west=200, pneumonia=20) > 0.9
    assert recall(west=5, pneumonia=200) < 0.3


def _startable(recipe: Recipe, **changes: object) -> Recipe:
    architecture = replace(recipe.architecture, head=Head(dropout=0.5))
    return replace(recipe, **{"architecture": architecture, "regression_start": RegressionStart(), **changes})


def _let_through(network: keras.Model) -> None:
    """Give batch normalisation the averages of a batch: an untrained network lets next to nothing through without."""
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.0
    shape = (16, *network.input_shape[1:])
    network(np.random.default_rng(5).uniform(-1.0, 1.0, shape).astype(np.float32), training=True)


def test_the_last_layer_alone_is_begun_and_few_films_of_a_cell_are_read(small_recipe, films) -> None:
    recipe = _startable(small_recipe, regression_start=RegressionStart(penalty=0.1, films_of_cell=2))
    keras.utils.set_random_seed(0)
    network = build_network(recipe.architecture, recipe.input, "none")
    _let_through(network)
    before = {layer.name: layer.get_weights() for layer in network.layers}
    read: list[Path] = []
    store = FilmStore()

    def load(path: Path, spec: object) -> np.ndarray:
        read.append(path)
        return store(path, recipe.input)

    start_head(recipe, network, films, load)
    training = of_split(films, "train")
    cells = {(film.label, film.source) for film in training}
    assert (
        len(read)
        == len(set(read))
        == sum(min(2, sum((film.label, film.source) == cell for film in training)) for cell in cells)
    )
    assert set(read) <= {film.path for film in training}
    changed = {
        layer.name
        for layer in network.layers
        if any(not np.array_equal(a, b) for a, b in zip(layer.get_weights(), before[layer.name], strict=True))
    }
    assert changed == {"logits"}


def test_without_features_or_a_word_in_the_recipe_the_layer_stays(small_recipe, films, caplog) -> None:
    recipe = _startable(small_recipe)
    network = build_network(recipe.architecture, recipe.input, "none")
    before = network.get_layer("logits").get_weights()[0]
    start_head(replace(recipe, regression_start=None), network, films, FilmStore())
    np.testing.assert_array_equal(network.get_layer("logits").get_weights()[0], before)
    for layer in network.layers[:-1]:
        layer.set_weights([np.zeros_like(weight) for weight in layer.get_weights()])
    with caplog.at_level(logging.WARNING, "training"):
        start_head(recipe, network, films, FilmStore())
    np.testing.assert_array_equal(network.get_layer("logits").get_weights()[0], before)
    assert "starts as it was built" in caplog.text


def test_a_backbone_that_has_learned_nothing_gives_no_start_that_training_could_not_bear(
    small_recipe, films, caplog
) -> None:
    recipe = _startable(small_recipe)
    network = build_network(recipe.architecture, recipe.input, "none")
    before = network.get_layer("logits").get_weights()[0]
    with caplog.at_level(logging.WARNING, "training"):
        start_head(recipe, network, films, FilmStore())
    np.testing.assert_array_equal(network.get_layer("logits").get_weights()[0], before)
    assert "next to nothing" in caplog.text


def test_training_begins_with_it_once(small_recipe, films, tmp_path, monkeypatch) -> None:
    recipe = _startable(small_recipe, phases=(Phase(1, 1e-3),))
    begun: list[str] = []

    def note(recipe: Recipe, network: keras.Model, samples: Sequence[Sample], load: FilmStore) -> None:
        begun.append(recipe.name)

    monkeypatch.setattr("training.train.start_head", note)
    train(recipe, films, tmp_path / "run", "none")
    assert begun == [recipe.name]
    train(recipe, films, tmp_path / "run", "none", resume=True)
    assert begun == [recipe.name]
    assert read_recipe(tmp_path / "run").regression_start == RegressionStart()


@pytest.mark.parametrize("head", [Head(logits=1), Head(hidden=(HiddenLayer(8),))])
def test_a_head_that_is_no_regression_is_refused_before_anything_is_written(
    small_recipe, films, tmp_path, head
) -> None:
    recipe = replace(_startable(small_recipe), architecture=replace(small_recipe.architecture, head=head))
    with pytest.raises(ArchitectureError, match="a logit for each of 3 findings"):
        train(recipe, films, tmp_path / "run", "none")
    assert not (tmp_path / "run").exists()


def test_the_shipped_recipe_leaves_the_blocks_below_as_they_were_loaded(films, tmp_path) -> None:
    shipped = load_recipe("cxr_mobilenetv2")
    recipe = replace(
        shipped,
        input=replace(shipped.input, height=64, width=64),
        architecture=replace(shipped.architecture, width=0.35),
        phases=(replace(shipped.phases[0], epochs=1),),
        cells=tuple(Cell(label, source, 3) for label, source, _ in CELLS),
        batch_size=4,
        mean_from=1,
        comparisons=(replace(shipped.comparisons[0], sources=()),),
    )
    keras.utils.set_random_seed(4)
    loaded = keras.applications.MobileNetV2(input_shape=(64, 64, 3), alpha=0.35, include_top=False, weights=None)
    loaded.save_weights(tmp_path / "backbone.weights.h5")
    train(recipe, films, tmp_path / "run", str(tmp_path / "backbone.weights.h5"))
    trained = keras.saving.load_model(tmp_path / "run" / "network.keras", compile=False)
    weighed = [layer for layer in loaded.layers if layer.weights]
    moved = {
        layer.name
        for layer in weighed
        if any(
            not np.array_equal(was, now)
            for was, now in zip(layer.get_weights(), trained.get_layer(layer.name).get_weights(), strict=True)
        )
    }
    names = [layer.name for layer in weighed]
    assert moved == set(names[names.index("block_13_expand") :])
    bundle = tmp_path / "bundle"
    assess_run(tmp_path / "run", films, "test")
    export(tmp_path / "run", bundle)
    card = (bundle / "MODEL_CARD.md").read_text("utf-8")
    assert "began as a logistic regression" in card
    assert "mean of the weights after every step from step 2 on" in card
