"""One run: a recipe's phases over its films, with an average of the weights, resumable after every epoch."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from cxrviewer.domain import FloatArray
from training.architectures import build_network
from training.assessment import keras_logits
from training.averaging import WeightAverage
from training.data import (
    EpochBatches,
    Sample,
    check_cells,
    draw_epoch,
    of_split,
)
from training.recipe import Phase, Recipe
from training.runs import AVERAGE_FILE, CHECKPOINT_FILE, HISTORY_FILE, NETWORK_FILE, open_run

log = logging.getLogger("training")


def train(recipe: Recipe, samples: Sequence[Sample], out: Path, backbone_weights: str, *, resume: bool = False) -> Path:
    """Train a recipe and write the run's folder; return the path of the averaged network, network.keras.

    After every epoch the folder holds a checkpoint (weights and optimiser), the average of the weights so far
    (also as network.keras) and history.json; ``resume`` goes on after the last whole epoch. Raises DataError
    or WeightsError before training starts, RunError where ``out`` holds a run and ``resume`` is not set, or
    holds no run, or another recipe's, and it is.
    """
    check_cells(samples, recipe.cells)
    history = open_run(recipe, out, resume)
    keras.utils.set_random_seed(recipe.seed)
    network = build_network(recipe.architecture, recipe.input, backbone_weights)
    average = WeightAverage(recipe.average_decay)
    validation = of_split(samples, "val")
    done = len(history)
    first = 0
    for phase in recipe.phases:
        epochs = range(max(first, done), first + phase.epochs)
        _compile(network, recipe, phase)
        if done and epochs.start == done and epochs:
            network.load_weights(out / CHECKPOINT_FILE)
            average.load(out / AVERAGE_FILE)
            if done == first:  # the checkpoint's optimiser is the last phase's
                _compile(network, recipe, phase)
        for epoch in epochs:
            drawn = tuple(draw_epoch(samples, recipe.cells, recipe.seed, epoch))
            entry: dict[str, Any] = {"epoch": epoch}
            entry |= _run_epoch(network, average, EpochBatches(recipe, drawn, epoch))
            with average.applied_to(network):
                entry |= _validate(network, recipe, validation)
                network.save(_partial(out / NETWORK_FILE), include_optimizer=False)
            history.append(entry)
            _checkpoint(out, network, average, history)
            log.info("epoch %d of %d: %s", epoch + 1, recipe.epochs, json.dumps(entry))
        first += phase.epochs
    return out / NETWORK_FILE


def _compile(network: keras.Model, recipe: Recipe, phase: Phase) -> None:
    steps = sum(cell.films for cell in recipe.cells) // recipe.batch_size * phase.epochs
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=phase.learning_rate / 100 if phase.warm_up_steps else phase.learning_rate,
        decay_steps=max(steps - phase.warm_up_steps, 1),
        warmup_target=phase.learning_rate if phase.warm_up_steps else None,
        warmup_steps=phase.warm_up_steps,
    )
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=phase.weight_decay)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    optimizer.build(network.trainable_variables)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=recipe.label_smoothing)
    # XLA is slower than TensorFlow's own kernels on a CPU: 73 ms against 14 for a forward pass.
    network.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"], jit_compile=False)


class _Batches(keras.utils.PyDataset):  # type: ignore[misc]
    """Keras' view of an epoch: batches are made in one thread beside the training step."""

    def __init__(self, batches: EpochBatches) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=4)
        self._batches = batches

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, index: int) -> tuple[FloatArray, FloatArray]:
        return self._batches.batch(index)


def _run_epoch(network: keras.Model, average: WeightAverage, batches: EpochBatches) -> dict[str, float]:
    started = time.monotonic()
    _seed_dropout(network, batches.recipe.seed, batches.epoch)
    # The order is drawn already; a shuffle here would make it depend on more than the seed and the epoch.
    result = network.fit(
        _Batches(batches), epochs=1, shuffle=False, verbose=0, callbacks=[average, _Progress(len(batches))]
    )
    logs = {name: round(float(values[-1]), 5) for name, values in result.history.items()}
    return {**logs, "seconds": round(time.monotonic() - started, 1)}


def _seed_dropout(network: keras.Model, seed: int, epoch: int) -> None:
    """Give dropout the state that belongs to the epoch: a checkpoint of weights does not hold it."""
    for number, layer in enumerate(network.layers):
        generator = getattr(layer, "seed_generator", None)
        if generator is not None:
            drawn = np.random.default_rng([seed, 2_000_003, epoch, number]).integers(2**31)
            generator.state.assign(np.array([drawn, 0], np.uint32))


class _Progress(keras.callbacks.Callback):  # type: ignore[misc]
    """Logs loss, accuracy and time a film every 20 steps, in lines that a file can hold."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self._steps = steps
        self._started = 0.0

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        self._started = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        if (batch + 1) % 20 == 0 or batch + 1 == self._steps:
            values = {name: round(float(value), 4) for name, value in (logs or {}).items()}
            each = (time.monotonic() - self._started) / (batch + 1)
            log.info("step %d of %d: %s, %.2f s a step", batch + 1, self._steps, values, each)


def _validate(network: keras.Model, recipe: Recipe, samples: Sequence[Sample]) -> dict[str, Any]:
    """Return accuracy and the recall of every label and source on the validation films."""
    predicted = keras_logits(network, recipe.input, samples).argmax(axis=1)
    right = predicted == np.array([recipe.findings.index(sample.label) for sample in samples])
    cells = sorted({(sample.label, sample.source) for sample in samples})
    recall = {
        f"{label} {source}": round(float(right[[(s.label, s.source) == (label, source) for s in samples]].mean()), 4)
        for label, source in cells
    }
    return {"val_accuracy": round(float(right.mean()), 5), "val_recall": recall}


def _partial(path: Path) -> Path:
    return path.with_name(f"partial-{path.name}")


def _checkpoint(out: Path, network: keras.Model, average: WeightAverage, history: list[dict[str, Any]]) -> None:
    """Write everything beside the last epoch's files, then put it in their place, the history last."""
    network.save_weights(_partial(out / CHECKPOINT_FILE))
    average.save(_partial(out / AVERAGE_FILE))
    text = json.dumps(history, indent=2) + "\n"
    _partial(out / HISTORY_FILE).write_text(text, encoding="utf-8")
    for name in (NETWORK_FILE, CHECKPOINT_FILE, AVERAGE_FILE, HISTORY_FILE):
        _partial(out / name).replace(out / name)
