"""Fitting the segmenter: batches of varied films, Dice and cross-entropy, and how well it does on patients held out."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
from keras import ops

from cxrviewer.domain import FloatArray
from cxrviewer.inference.lung_mask import normalised
from training.averaging import WeightAverage
from training.lungs.films import MaskedFilm
from training.lungs.network import build_unet
from training.lungs.variation import Variation, vary_masked

log = logging.getLogger("training")
Tensor = Any


@dataclass(frozen=True)
class Fitting:
    """How the network is fitted: steps of a batch each, AdamW with a cosine, and an average of the weights."""

    seed: int = 0
    steps: int = 1150
    batch_size: int = 16
    learning_rate: float = 4e-3
    weight_decay: float = 1e-3
    average_decay: float = 0.99
    variation: Variation = field(default_factory=Variation)


def fit_network(films: Sequence[MaskedFilm], settings: Fitting) -> keras.Model:
    """Return the network fitted to the films: the average of the weights over its last steps.

    The batches are a function of the seed alone.
    """
    keras.utils.set_random_seed(settings.seed)
    network = build_unet()
    warm_up = min(100, settings.steps // 10)
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=settings.learning_rate / 100,
        decay_steps=settings.steps - warm_up,
        warmup_target=settings.learning_rate,
        warmup_steps=warm_up,
    )
    optimiser = keras.optimizers.AdamW(rate, weight_decay=settings.weight_decay, clipnorm=1.0)
    compiler = False if keras.backend.backend() == "tensorflow" else "auto"
    network.compile(optimizer=optimiser, loss=DiceCrossEntropy(), jit_compile=compiler)
    average = WeightAverage(settings.average_decay)
    log.info("fitting %d parameters to %d films in %d steps", network.count_params(), len(films), settings.steps)
    network.fit(_Batches(films, settings), epochs=1, shuffle=False, verbose=0, callbacks=[average, _Progress()])
    fitted = build_unet()  # without the optimiser's state, which would be stored too
    with average.applied_to(network):
        fitted.set_weights(network.get_weights())
    return fitted


class DiceCrossEntropy(keras.losses.Loss):  # type: ignore[misc]
    """Cross-entropy plus one minus the soft Dice of each film; masks and logits (N, h, w, 1) to (N,).

    Source of the soft Dice: Milletari et al. 2016, V-Net, equation 3, with sums for squares.
    """

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return each film's loss, (N,)."""
        lung, logits = ops.cast(y_true, "float32"), ops.cast(y_pred, "float32")
        axes = (1, 2, 3)
        entropy = ops.mean(ops.softplus(logits) - lung * logits, axis=axes)
        probability = ops.sigmoid(logits)
        shared = 2.0 * ops.sum(lung * probability, axis=axes) + 1.0
        return entropy + 1.0 - shared / (ops.sum(lung, axis=axes) + ops.sum(probability, axis=axes) + 1.0)


class _Batches(keras.utils.PyDataset):  # type: ignore[misc]
    """Varied films and masks: each batch is a function of the seed and its number."""

    def __init__(self, films: Sequence[MaskedFilm], settings: Fitting) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=4)
        self._films = films
        self._settings = settings

    def __len__(self) -> int:
        return self._settings.steps

    def __getitem__(self, index: int) -> tuple[FloatArray, FloatArray]:
        settings, pairs = self._settings, []
        for position in range(index * settings.batch_size, (index + 1) * settings.batch_size):
            lap, place = divmod(position, len(self._films))
            order = np.random.default_rng([settings.seed, 1, lap]).permutation(len(self._films))
            chosen = self._films[int(order[place])]
            rng = np.random.default_rng([settings.seed, 2, position])
            donor = self._films[int(rng.integers(len(self._films)))]
            pairs.append(vary_masked(chosen.film, chosen.mask, donor.film, settings.variation, rng))
        films, masks = (np.stack(planes) for planes in zip(*pairs, strict=True))
        return normalised(films)[..., np.newaxis], masks[..., np.newaxis]


class _Progress(keras.callbacks.Callback):  # type: ignore[misc]
    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        if (batch + 1) % 100 == 0:
            log.info("step %d: mean loss %.4f", batch + 1, (logs or {}).get("loss", float("nan")))


def overlap(probability: FloatArray, mask: FloatArray) -> tuple[float, float]:
    """Return Dice and IoU of the lungs that a map (h, w) shows at one half and those of a mask; 1 where both are
    empty.
    """
    found, lung = probability > 0.5, mask > 0.5
    both, either = int((found & lung).sum()), int((found | lung).sum())
    if either == 0:
        return 1.0, 1.0
    return 2 * both / (both + either), both / either
