"""The published recipes build exactly the networks that their articles count, and those run forward."""

from functools import cache

import keras
import numpy as np
import pytest

from cxrviewer.inference.gradcam import explain
from training.architectures import build_network, count_parameters, feature_layer_name, freeze
from training.ensembles import build_ensemble, ensemble_recipe
from training.members import Member
from training.recipes import load_recipe, recipe_names

# Recipe: total, then what is trainable phase by phase; None where the articles do not say.
PUBLISHED = {
    "covid_mobilenetv2": (2_259_265, [1_281, 1_862_721]),
    "pneumonia_vgg16": (27_593_153, [19_957_889]),
    "pneumonia_vgg16_scratch": (27_593_153, [27_593_153]),
    "three_class_densenet169": (13_528_387, [None]),
    "three_class_densenet169_b": (13_528_387, [6_802_435]),
    "three_class_densenet201": (None, [1_106_179]),
    "three_class_efficientnetb7": (None, [1_474_819]),
    "three_class_vgg16": (None, [598_403]),
}
ENSEMBLES = {"ensemble_probabilities": 30, "ensemble_features": 579}


@cache
def built(name: str) -> keras.Model:
    recipe = load_recipe(name)
    return build_network(recipe.architecture, recipe.input, "none")


def _forward(network: keras.Model) -> np.ndarray:
    films = np.random.default_rng(1).uniform(0, 255, (1, *network.input_shape[1:])).astype(np.float32)
    return np.asarray(network.predict_on_batch(films))


@pytest.mark.parametrize("name", PUBLISHED)
def test_single_networks_have_the_published_parameters(name) -> None:
    total, trainable = PUBLISHED[name]
    recipe, network = load_recipe(name), built(name)
    assert len(recipe.phases) == len(trainable)
    for phase, expected in zip(recipe.phases, trainable, strict=True):
        freeze(network, phase.frozen)
        counted, of_which_trainable = count_parameters(network)
        if total is not None:
            assert counted == total
        if expected is not None:
            assert of_which_trainable == expected


@pytest.mark.parametrize(
    "name", ["pneumonia_vgg16", "three_class_densenet169", *load_recipe("ensemble_features").architecture.members]
)
def test_networks_too_big_to_train_here_run_forward(name) -> None:
    recipe, network = load_recipe(name), built(name)
    logits = _forward(network)
    assert logits.shape == (1, recipe.architecture.head.logits)
    assert np.isfinite(logits).all()
    heatmaps = explain(network, feature_layer_name(network)).output_shapes["heatmaps"]
    assert heatmaps == ((8, 8, 3) if "169" in name else (7, 7, len(recipe.findings)))


@pytest.mark.parametrize("name", ENSEMBLES)
def test_ensembles_train_one_dense_layer(name) -> None:
    recipe = load_recipe(name)
    members = [Member(load_recipe(member), built(member)) for member in recipe.architecture.members]
    network = build_ensemble(ensemble_recipe(recipe, [member.recipe for member in members]), members)
    total, trainable = count_parameters(network)
    assert trainable == ENSEMBLES[name]
    assert total == trainable + sum(
        member.network.count_params() - (0 if name == "ensemble_probabilities" else 64 * 3 + 3) for member in members
    )


def test_an_ensemble_runs_forward_as_its_members_do() -> None:
    recipe = load_recipe("ensemble_probabilities")
    members = [Member(load_recipe(member), built(member)) for member in recipe.architecture.members]
    network = build_ensemble(ensemble_recipe(recipe, [member.recipe for member in members]), members)
    film = np.random.default_rng(2).uniform(0, 255, (1, 224, 224, 3)).astype(np.float32)
    said = []
    for member in members:
        logits = np.asarray(member.network.predict_on_batch(film), np.float64)[0]
        said.append(np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum())
    kernel, bias = network.get_layer("logits").get_weights()
    np.testing.assert_allclose(network.predict_on_batch(film)[0], np.concatenate(said) @ kernel + bias, atol=1e-4)


def test_every_recipe_of_the_issue_is_there() -> None:
    assert {*PUBLISHED, *ENSEMBLES, "folder_mobilenetv2", "cxr_mobilenetv2"} <= set(recipe_names())
