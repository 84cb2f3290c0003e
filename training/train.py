"""One run: a recipe's phases over its films, resumable after every epoch."""

from __future__ import annotations

import contextlib
import json
import logging
import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from cxrviewer.domain import FloatArray, InputSpec
from training.architectures import LUNG_LAYER, build_network, freeze, with_lung_logits
from training.assessment import keras_logits
from training.averaging import WeightAverage
from training.data import (
    EpochBatches,
    Sample,
    check_cells,
    check_findings,
    draw_epoch,
    network_input,
    of_split,
    one_hot,
)
from training.devices import in_precision, on_devices
from training.errors import RunError
from training.films import FilmStore, check_films
from training.losses import FilmLoss, accuracy, accuracy_beside_lungs
from training.lungs.store import LungStore, lung_shares
from training.progress import BatchRecord, logged_to, write_batches, write_curves
from training.recipe import Phase, Recipe
from training.regression_start import check_start, start_head
from training.runs import (
    AVERAGE_FILE,
    BATCHES_FILE,
    CHECKPOINT_FILE,
    CURVES_FILE,
    HISTORY_FILE,
    LOG_FILE,
    NETWORK_FILE,
    check_run,
    check_same_films,
    open_run,
    write_json,
    write_start,
)
from training.schedule import has_stopped, is_best, rate_factor
from training.source_blind import check_refit, refit_head

log = logging.getLogger("training")

Load = Callable[[Path, InputSpec], FloatArray]


def train(
    recipe: Recipe,
    samples: Sequence[Sample],
    out: Path,
    backbone_weights: str,
    *,
    resume: bool = False,
    mixed_precision: bool = False,
    store: FilmStore | None = None,
    lungs: LungStore | None = None,
) -> Path:
    """Train a recipe and write the run's folder; return the path of the network that it keeps, network.keras.

    After every epoch the folder holds a checkpoint (weights and optimiser), the kept network (network.keras: the
    average of the weights so far, the last or the best one), history.json, batches.csv, curves.png and training.log;
    ``resume`` goes on after the last whole epoch. Where the recipe says so, the kept network's last layer is fitted
    anew at the end. ``store`` and ``lungs`` may come from a training before this one, so that its films need not be
    read again. Everything is checked before training starts and before anything is written: raises DataError for films
    that are missing, unreadable or not what the recipe needs, WeightsError for weights, ArchitectureError for a network
    that cannot be built or fitted as the recipe says, RunError where ``out`` holds a run and ``resume`` is not set, or
    holds no run, or another recipe's or other films', and it is.
    """
    if recipe.architecture.members:
        raise RunError(f"{recipe.name} combines runs: use 'python -m training ensemble {recipe.name} RUN...'")
    check_refit(recipe)
    check_start(recipe)
    check_run(recipe, out, resume)
    if resume:
        check_same_films(samples, out)
    check_findings(samples, recipe.findings)
    if recipe.cells:
        check_cells(samples, recipe.cells)
    store = FilmStore() if store is None else store
    training_mean = check_films([s for s in samples if s.split in ("train", "val")], recipe.input, store)
    # The rest is scored after training, which would be late to find a film that cannot be read.
    check_films([s for s in samples if s.split not in ("train", "val")], recipe.input, FilmStore(limit_bytes=0))
    keras.utils.set_random_seed(recipe.seed)
    with on_devices():
        with in_precision(mixed_precision):
            network = build_network(recipe.architecture, recipe.input, backbone_weights, training_mean)
        for phase in recipe.phases:  # what a later phase cannot freeze is named now
            freeze(network, phase.frozen)
        kept = network
        if any(layer.compute_dtype != "float32" for layer in network.layers):
            kept = build_network(recipe.architecture, recipe.input, backbone_weights, training_mean)
        if lungs is None:
            lungs = LungStore(of_split(samples, "train") if recipe.uses_lung_maps else (), store, recipe.input)
        history = open_run(recipe, out, resume)
        write_start(samples, _words(backbone_weights), out)
        with logged_to(out / LOG_FILE):
            if not history:
                start_head(recipe, network, samples, store)
            _Run(recipe, samples, out, store, lungs, network, kept, history).go()
            refit_head(recipe, samples, out / NETWORK_FILE, store)
    return out / NETWORK_FILE


def _words(backbone_weights: str) -> str:
    named = {"imagenet": "Keras' ImageNet weights of the backbone", "none": "Random"}
    return named.get(backbone_weights, f"The backbone's from the file {Path(backbone_weights).name}")


@dataclass
class _Run:
    """A run under way: ``network`` is trained, ``kept`` saved (another one only where training is in half precision).

    ``fitted`` has the layers of ``network``, and gives the lung logits too where a recipe teaches them.
    ``history`` has an entry for every whole epoch; what comes next follows from it alone.
    """

    recipe: Recipe
    samples: Sequence[Sample]
    out: Path
    load: Load
    lungs: LungStore
    network: keras.Model
    kept: keras.Model
    history: list[dict[str, Any]]

    def __post_init__(self) -> None:
        with_lungs = self.recipe.architecture.head.pooling == "lung-weighted"
        self.fitted = with_lung_logits(self.network) if with_lungs else self.network
        self.grid = tuple(self.network.get_layer(LUNG_LAYER).output.shape[1:3]) if with_lungs else ()

    def go(self) -> None:
        recipe = self.recipe
        average = _average(recipe)
        compiled = -1
        # What an interrupted epoch left must not be taken for a later one's.
        _partial(self.out / NETWORK_FILE).unlink(missing_ok=True)
        if self.history:
            compiled = self._phase_of(self.history[-1])
            self._compile(recipe.phases[compiled])
            self.fitted.load_weights(self.out / CHECKPOINT_FILE)
            if average is not None:
                average.load(self.out / AVERAGE_FILE)
        for number, phase in enumerate(recipe.phases):
            while not self._ended(number, phase):
                if compiled != number:
                    self._compile(phase)
                    compiled = number
                self._epoch(number, phase, average)
            log.info("phase %d of %d has ended", number + 1, len(recipe.phases))

    def _epoch(self, number: int, phase: Phase, average: WeightAverage | None) -> None:
        epoch = len(self.history)
        entry: dict[str, Any] = {"epoch": epoch, "phase": number}
        if phase.schedule == "constant":
            rate = phase.learning_rate * rate_factor(self._val_losses(number), self.recipe.plateau)
            self.fitted.optimizer.learning_rate = rate
        # Where it follows a schedule, the rate that the epoch starts with.
        entry["learning_rate"] = float(keras.ops.convert_to_numpy(self.fitted.optimizer.learning_rate))
        drawn = tuple(draw_epoch(self.samples, self.recipe.cells, self.recipe.seed, epoch))
        batches = EpochBatches(self.recipe, drawn, epoch, self.load, self.lungs)
        figures, rows = _run_epoch(self.fitted, average, batches, self.grid)
        entry |= figures
        validation = of_split(self.samples, "val")
        with average.applied_to(self.fitted) if average is not None else contextlib.nullcontext():
            if self.kept is not self.network:
                self.kept.set_weights(self.network.get_weights())
            entry |= _validate(self.kept, self.recipe, validation, self.load)
            if self.recipe.keep != "best" or is_best([*(e["val_loss"] for e in self.history), entry["val_loss"]]):
                self.kept.save(_partial(self.out / NETWORK_FILE), include_optimizer=False)
        self.history.append(entry)
        _checkpoint(self.out, self.fitted, average, self.history)
        write_batches(self.out / BATCHES_FILE, epoch, rows)
        write_curves(self.out / CURVES_FILE, self.history)
        log.info("epoch %d of at most %d: %s", epoch + 1, self.recipe.epochs, json.dumps(entry))

    @staticmethod
    def _phase_of(entry: dict[str, Any]) -> int:
        return int(entry.get("phase", 0))

    def _val_losses(self, number: int) -> list[float]:
        return [entry["val_loss"] for entry in self.history if self._phase_of(entry) == number and "val_loss" in entry]

    def _ended(self, number: int, phase: Phase) -> bool:
        done = sum(self._phase_of(entry) == number for entry in self.history)
        began_later = bool(self.history) and self._phase_of(self.history[-1]) > number
        return (
            began_later or done >= phase.epochs or has_stopped(self._val_losses(number), self.recipe.stopping_patience)
        )

    def _compile(self, phase: Phase) -> None:
        recipe = self.recipe
        freeze(self.network, phase.frozen)
        steps = len(EpochBatches(recipe, tuple(draw_epoch(self.samples, recipe.cells, recipe.seed, 0)), 0))
        optimiser = _optimiser(phase, steps * phase.epochs)
        optimiser.build(self.fitted.trainable_variables)
        # XLA is slower than TensorFlow's own kernels on a CPU: 73 ms against 14 for a forward pass. JAX is nothing
        # without it.
        compiler = False if keras.backend.backend() == "tensorflow" else "auto"
        positions = math.prod(self.grid) if self.grid else 0
        loss = FilmLoss(
            recipe.loss,
            recipe.label_smoothing,
            len(recipe.findings),
            lung_positions=positions,
            lung_loss=recipe.lung_loss,
        )
        share_right = accuracy_beside_lungs(positions) if positions else accuracy
        self.fitted.compile(optimizer=optimiser, loss=loss, metrics=[share_right], jit_compile=compiler)


def _average(recipe: Recipe) -> WeightAverage | None:
    if recipe.keep == "mean":
        return WeightAverage(None, recipe.mean_from)
    return WeightAverage(recipe.average_decay) if recipe.keep == "average" else None


def _optimiser(phase: Phase, steps: int) -> Any:
    rate: Any = phase.learning_rate
    if phase.schedule == "cosine":
        # A run that is shortened for trial must not be all warm-up.
        warm_up = min(phase.warm_up_steps, steps // 10)
        rate = keras.optimizers.schedules.CosineDecay(
            initial_learning_rate=rate / 100 if warm_up else rate,
            decay_steps=max(steps - warm_up, 1),
            warmup_target=rate if warm_up else None,
            warmup_steps=warm_up,
        )
    if phase.optimiser == "adamw":
        optimiser = keras.optimizers.AdamW(rate, weight_decay=phase.weight_decay)
        optimiser.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        return optimiser
    return {"adam": keras.optimizers.Adam, "sgd": keras.optimizers.SGD, "rmsprop": keras.optimizers.RMSprop}[
        phase.optimiser
    ](rate)


class _Batches(keras.utils.PyDataset):  # type: ignore[misc]
    """Keras' view of an epoch: batches are made in threads beside the training step."""

    def __init__(self, batches: EpochBatches, grid: tuple[int, ...]) -> None:
        # One core is left to the training step; threads, because OpenCV and numpy work without Python's lock.
        workers = min(max((os.cpu_count() or 1) - 1, 1), 8)
        super().__init__(workers=workers, use_multiprocessing=False, max_queue_size=4)
        self._batches = batches
        self._grid = grid
        self._weights = class_weights(batches.recipe, batches.drawn)

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, index: int) -> tuple[FloatArray, ...]:
        mapped, labels = self._batches.mapped_batch(index)
        films = network_input([film.film for film in mapped], self._batches.recipe.input)
        targets = labels
        if self._grid:
            targets = np.hstack([labels, [lung_shares(film.lungs, self._grid) for film in mapped]])
        return (films, targets) if self._weights is None else (films, targets, labels @ self._weights)


def class_weights(recipe: Recipe, drawn: Sequence[Sample]) -> FloatArray | None:
    """Return each finding's weight in the loss, (K,) float32: "max/count" over the films of an epoch; None: all 1."""
    if recipe.class_weights == "none":
        return None
    counts = one_hot(drawn, recipe.findings).sum(axis=0)
    return np.asarray(counts.max() / np.maximum(counts, 1.0), np.float32)


def _run_epoch(
    network: keras.Model, average: WeightAverage | None, batches: EpochBatches, grid: tuple[int, ...]
) -> tuple[dict[str, float], list[dict[str, float]]]:
    """Return the epoch's figures, and those of its every batch."""
    started = time.monotonic()
    _seed_dropout(network, batches.recipe.seed, batches.epoch)
    size = batches.recipe.batch_size
    record = BatchRecord([min(size, len(batches.drawn) - index * size) for index in range(len(batches))])
    callbacks = [record] if average is None else [average, record]
    try:
        # The order is drawn already; a shuffle here would make it depend on more than the seed and the epoch.
        result = network.fit(_Batches(batches, grid), epochs=1, shuffle=False, verbose=0, callbacks=callbacks)
    finally:
        record.close()
    logs = {name: round(float(values[-1]), 5) for name, values in result.history.items()}
    return {**logs, "seconds": round(time.monotonic() - started, 1)}, record.rows


def _seed_dropout(network: keras.Model, seed: int, epoch: int) -> None:
    """Give dropout the state that belongs to the epoch: a checkpoint of weights does not hold it."""
    for number, layer in enumerate(network.layers):
        generator = getattr(layer, "seed_generator", None)
        if generator is not None:
            drawn = np.random.default_rng([seed, 2_000_003, epoch, number]).integers(2**31)
            generator.state.assign(np.array([drawn, 0], np.uint32))


def _validate(network: keras.Model, recipe: Recipe, samples: Sequence[Sample], load: Load) -> dict[str, Any]:
    """Return loss, accuracy and the recall of every label and source on the validation films."""
    logits = keras_logits(network, recipe.input, samples, load)
    labels = one_hot(samples, recipe.findings)
    # The mean is taken here: Keras' own divides it by the number of devices too.
    losses = FilmLoss(recipe.loss, recipe.label_smoothing, len(recipe.findings)).call(labels, logits)
    predicted = logits.argmax(axis=1)
    right = predicted == np.array([recipe.findings.index(sample.label) for sample in samples])
    cells = sorted({(sample.label, sample.source) for sample in samples})
    recall = {
        f"{label} {source}".strip(): round(
            float(right[[(s.label, s.source) == (label, source) for s in samples]].mean()), 4
        )
        for label, source in cells
    }
    return {
        "val_loss": round(float(keras.ops.convert_to_numpy(losses).mean()), 6),
        "val_accuracy": round(float(right.mean()), 5),
        "val_recall": recall,
    }


def _partial(path: Path) -> Path:
    return path.with_name(f"partial-{path.name}")


def _checkpoint(out: Path, network: keras.Model, average: WeightAverage | None, history: list[dict[str, Any]]) -> None:
    """Write everything beside the last epoch's files, then put it in their place, the history last."""
    network.save_weights(_partial(out / CHECKPOINT_FILE))
    if average is not None:
        average.save(_partial(out / AVERAGE_FILE))
    for name in (NETWORK_FILE, CHECKPOINT_FILE, AVERAGE_FILE):
        if _partial(out / name).is_file():
            _partial(out / name).replace(out / name)
    write_json(out / HISTORY_FILE, history)
