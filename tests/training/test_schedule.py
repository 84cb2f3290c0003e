"""Stopping, plateaus and the best epoch follow from the losses as Keras' own callbacks count them."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.recipe import Plateau
from training.schedule import has_stopped, is_best, rate_factor

losses_of_a_run = st.lists(st.sampled_from([0.1, 0.2, 0.20005, 0.3, 0.4, 0.5, 0.6]), min_size=1, max_size=25)


def _model() -> keras.Model:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(1.0), loss="mse")
    return model


@given(losses_of_a_run, st.integers(1, 5))
def test_the_rate_falls_as_with_keras_reduce_lr_on_plateau(losses, patience) -> None:
    callback = keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=patience, min_lr=0.0)
    model = _model()
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        found = rate_factor(losses[: epoch + 1], Plateau(factor=0.5, patience=patience))
        assert found == pytest.approx(float(keras.ops.convert_to_numpy(model.optimizer.learning_rate)))


@given(losses_of_a_run, st.integers(1, 5))
def test_a_phase_stops_as_with_keras_early_stopping(losses, patience) -> None:
    callback = keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience)
    model = _model()
    callback.set_model(model)
    model.stop_training = False
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        assert has_stopped(losses[: epoch + 1], patience) == model.stop_training
        if model.stop_training:
            break


def test_without_settings_nothing_stops_or_falls() -> None:
    assert not has_stopped([1.0] * 99, None)
    assert not has_stopped([], 2)
    assert rate_factor([1.0] * 99, None) == 1.0


@given(losses_of_a_run)
def test_the_best_epoch_is_the_first_lowest(losses) -> None:
    best = [is_best(losses[: end + 1]) for end in range(len(losses))]
    assert max(index for index, value in enumerate(best) if value) == int(np.argmin(losses))
