"""A last layer that is blind to hospitals: what tells a label's sources apart is no evidence for it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from training.__main__ import main
from training.assessment import keras_logits
from training.data import Sample, of_split
from training.films import FilmStore
from training.recipe import Cell, Phase, Recipe, SourceBlindHead
from training.runs import read_recipe
from training.source_blind import fit_head, refit_head
from training.train import train

FINDINGS = ("NORMAL", "PNEUMONIA")
CELLS = (Cell("NORMAL", "east", 100), Cell("NORMAL", "west", 20), Cell("PNEUMONIA", "east", 100))
OPEN, BLIND = (SourceBlindHead(nuisance=nuisance, components=3) for nuisance in (0.0, 1000.0))


def _films(label: str, source: str, number: int) -> list[Sample]:
    return [Sample(Path(f"{n}.png"), label, "train", f"{n}", source, "", "", "", n) for n in range(number)]


def _features(films: Sequence[Sample], rng: np.random.Generator) -> np.ndarray:
    """The finding is in the first feature, the hospital, more strongly, in the second; the third is noise."""
    finding = np.array([film.label == "PNEUMONIA" for film in films], float)
    hospital = np.array([film.source == "west" for film in films], float)
    signal = np.stack([finding * 3.0, hospital * 6.0, np.zeros(len(films))], axis=1)
    return (signal + rng.normal(size=signal.shape)).astype(np.float32)


@pytest.fixture
def fitted() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Heads for films of which those with PNEUMONIA were taken in the hospital of few normal ones."""
    films = _films("NORMAL", "east", 300) + _films("NORMAL", "west", 60) + _films("PNEUMONIA", "west", 300)
    cells = (CELLS[0], CELLS[1], Cell("PNEUMONIA", "west", 120))
    features = _features(films, np.random.default_rng(0))
    heads = {"open": OPEN, "blind": BLIND}
    return {name: fit_head(features, films, FINDINGS, cells, settings) for name, settings in heads.items()}


def _recall(head: tuple[np.ndarray, np.ndarray], label: str, source: str) -> float:
    kernel, bias = head
    films = _films(label, source, 400)
    logits = _features(films, np.random.default_rng(1)) @ kernel + bias
    return float((logits.argmax(axis=1) == FINDINGS.index(label)).mean())


def test_the_hospital_is_evidence_to_a_plain_discriminant_and_not_to_this_one(fitted) -> None:
    assert _recall(fitted["open"], "NORMAL", "west") < 0.75
    assert _recall(fitted["open"], "PNEUMONIA", "east") < 0.4  # a hospital that had none in training
    for label, source in (("NORMAL", "west"), ("PNEUMONIA", "east"), ("NORMAL", "east"), ("PNEUMONIA", "west")):
        assert _recall(fitted["blind"], label, source) > 0.8, (label, source)


def test_it_is_the_discriminant_of_scikit_learn_where_there_is_one_source() -> None:
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    rng = np.random.default_rng(2)
    films = _films("NORMAL", "east", 80) + _films("PNEUMONIA", "east", 40)
    features = (_features(films, rng) @ rng.normal(size=(3, 3))).astype(np.float32)
    settings = SourceBlindHead(nuisance=7.0, shrinkage=0.0, components=3)
    kernel, bias = fit_head(features, films, FINDINGS, (), settings)
    theirs = LinearDiscriminantAnalysis(solver="lsqr", priors=(0.5, 0.5))
    # As often as another label's films: the weights here are a repetition there.
    theirs.fit(np.vstack([features, features[80:]]), [film.label for film in [*films, *films[80:]]])
    logits = features @ kernel + bias
    expected = theirs.decision_function(features)
    np.testing.assert_allclose(logits[:, 1] - logits[:, 0], expected, rtol=1e-3, atol=1e-3)


def test_a_feature_that_never_varies_counts_nothing() -> None:
    films = _films("NORMAL", "east", 30) + _films("PNEUMONIA", "east", 30)
    features = _features(films, np.random.default_rng(3))
    dead = np.hstack([features, np.full((60, 2), 4.0, np.float32)])
    kernel, bias = fit_head(dead, films, FINDINGS, (), OPEN)
    assert np.isfinite(kernel).all()
    assert np.isfinite(bias).all()
    np.testing.assert_allclose(kernel[3:], 0.0, atol=1e-5)


@pytest.fixture
def network(tmp_path) -> Path:
    """A network of 12 random features and 3 logits, as a run keeps it."""
    keras.utils.set_random_seed(0)
    layers = keras.layers
    film = keras.Input((64, 64, 3))
    features = layers.Conv2D(12, 5, strides=4, activation="relu", name="features")(film)
    pooled = layers.GlobalAveragePooling2D(name="pooled")(features)
    built = keras.Model(film, layers.Dense(3, name="logits")(layers.Dropout(0.5)(pooled)))
    built.save(tmp_path / "network.keras")
    return tmp_path / "network.keras"


def test_the_last_layer_alone_is_fitted_and_a_second_time_changes_nothing(network, small_recipe, films) -> None:
    blind = replace(small_recipe, source_blind=SourceBlindHead(components=6))
    states = [_state(network)]
    for _ in range(2):
        refit_head(blind, films, network, FilmStore())
        states.append(_state(network))
    trained, once, twice = states
    for name in ("features", "logits"):
        for first, second in zip(once[name], twice[name], strict=True):
            np.testing.assert_allclose(second, first, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(once["features"][0], trained["features"][0])
    assert not np.allclose(once["logits"][0], trained["logits"][0], atol=1e-2)
    assert [path.name for path in network.parent.iterdir()] == [network.name]
    fitted = keras.saving.load_model(network, compile=False)
    training = of_split(films, "train")
    predicted = keras_logits(fitted, blind.input, training).argmax(axis=1)
    right = [blind.findings[index] == film.label for index, film in zip(predicted, training, strict=True)]
    assert np.mean(right) > 0.6  # of noise in 6 components, over 14 films of 3 labels


def test_without_a_word_in_the_recipe_and_without_features_the_layer_stays(network, small_recipe, films) -> None:
    before = network.read_bytes()
    refit_head(small_recipe, films, network, FilmStore())
    assert network.read_bytes() == before
    dead = keras.saving.load_model(network, compile=False)
    dead.get_layer("features").set_weights([np.zeros((5, 5, 3, 12)), np.full(12, 0.3)])
    dead.save(network)
    before = network.read_bytes()
    refit_head(replace(small_recipe, source_blind=SourceBlindHead()), films, network, FilmStore())
    assert network.read_bytes() == before


def test_training_ends_with_the_fit(small_recipe, films, tmp_path, monkeypatch) -> None:
    blind = replace(small_recipe, source_blind=SourceBlindHead(), phases=(Phase(1, 1e-3),))
    fitted: list[Path] = []

    def note(recipe: Recipe, samples: Sequence[Sample], network: Path, load: FilmStore) -> None:
        assert recipe == blind
        assert network.is_file()
        fitted.append(network)

    monkeypatch.setattr("training.train.refit_head", note)
    train(blind, films, tmp_path / "run", "none")
    assert fitted == [tmp_path / "run" / "network.keras"]
    assert read_recipe(tmp_path / "run").source_blind == SourceBlindHead()


def _state(network: Path) -> dict[str, list[np.ndarray]]:
    loaded = keras.saving.load_model(network, compile=False)
    return {name: loaded.get_layer(name).get_weights() for name in ("features", "logits")}


def test_a_network_with_one_logit_is_refused_before_anything_is_written(manifest, tmp_path, capsys) -> None:
    run = tmp_path / "run"
    data = ["--data", str(manifest), "--ignore-other-labels", "--out", str(run)]
    assert main(["train", "covid_mobilenetv2", *data, "--backbone-weights", "none", "--source-blind"]) == 1
    assert "a logit for each of 2 findings" in capsys.readouterr().err
    assert not run.exists()
