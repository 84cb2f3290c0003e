"""What average of a network's weights is kept."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from training.averaging import WeightAverage
from training.recipe import Phase
from training.train import train


def _network() -> keras.Model:
    film = keras.Input((2,))
    return keras.Model(film, keras.layers.Dense(1, use_bias=False)(film))


def _step(average: WeightAverage, network: keras.Model, value: float) -> None:
    network.set_weights([np.full((2, 1), value, np.float32)])
    average.set_model(network)
    average.on_train_batch_end(0)


def _kept(average: WeightAverage, network: keras.Model) -> float:
    with average.applied_to(network):
        return float(network.get_weights()[0][0, 0])


@pytest.mark.parametrize(("mean_from", "expected"), [(0, 3.5), (2, 4.5), (5, 6.0), (9, 6.0)])
def test_a_mean_weighs_every_step_after_its_first_alike(mean_from, expected) -> None:
    network, average = _network(), WeightAverage(None, mean_from)
    for value in range(1, 7):
        _step(average, network, float(value))
    assert _kept(average, network) == pytest.approx(expected)
    assert network.get_weights()[0][0, 0] == 6.0


def test_a_mean_goes_on_where_it_was_saved(tmp_path) -> None:
    network, average = _network(), WeightAverage(None, 2)
    for value in range(1, 5):
        _step(average, network, float(value))
    average.save(tmp_path / "average.npz")
    resumed = WeightAverage(None, 2)
    resumed.load(tmp_path / "average.npz")
    for value in (5, 6):
        _step(average, network, float(value))
        _step(resumed, network, float(value))
    assert _kept(resumed, network) == pytest.approx(_kept(average, network)) == pytest.approx(4.5)


def test_a_moving_average_forgets_the_beginning() -> None:
    network, average = _network(), WeightAverage(0.5)
    for value in (1.0, *[3.0] * 20):
        _step(average, network, value)
    assert _kept(average, network) == pytest.approx(3.0, abs=1e-4)


def _weights(run: Path) -> list[np.ndarray]:
    return keras.saving.load_model(run / "network.keras", compile=False).get_weights()


def test_a_run_keeps_the_mean(small_recipe, films, tmp_path) -> None:
    recipe = replace(small_recipe, phases=(Phase(1, 1e-2),), keep="mean", mean_from=1)
    kept = {}
    for name, mean_from in (("all", 1), ("last", 2)):  # of three steps
        train(replace(recipe, mean_from=mean_from), films, tmp_path / name, "none")
        kept[name] = _weights(tmp_path / name)
    train(replace(recipe, keep="last"), films, tmp_path / "own", "none")
    for mean, last in zip(kept["last"], _weights(tmp_path / "own"), strict=True):
        np.testing.assert_allclose(mean, last, rtol=1e-5, atol=1e-6)
    assert any(not np.allclose(a, b, atol=1e-4) for a, b in zip(kept["all"], kept["last"], strict=True))
