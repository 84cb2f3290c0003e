"""An average of a network's weights over its steps: the network that is evaluated and exported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keras
import numpy as np


class WeightAverage(keras.callbacks.Callback):  # type: ignore[misc]
    """Averages all weights after every step, batch normalisation's statistics included.

    With a decay, the average weighs the last 1 / (1 - decay) steps; its first steps weigh fewer, so that it forgets the
    beginning. Without, every step after ``mean_from`` weighs the same (Cha et al. 2021, SWAD: Domain Generalization by
    Seeking Flat Minima, NeurIPS), and until then the average is the last step's weights. Keras' own (``use_ema``)
    leaves the statistics of batch normalisation out, which then belong to other weights.
    """

    def __init__(self, decay: float | None, mean_from: int = 0) -> None:
        super().__init__()
        self._decay = decay
        self._mean_from = mean_from
        self._steps = 0
        self._values: list[np.ndarray] = []

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Take the weights after one step into the average."""
        current = [np.asarray(keras.ops.convert_to_numpy(weight)) for weight in self.model.weights]
        if not self._values:
            self._values = [value.copy() for value in current]
        self._steps += 1
        share = self._share_of_last()
        for average, value in zip(self._values, current, strict=True):
            np.add(average, np.float32(share) * (value - average), out=average)

    def _share_of_last(self) -> float:
        if self._decay is None:
            return 1.0 / max(self._steps - self._mean_from, 1)
        return 1.0 - min(self._decay, (1.0 + self._steps) / (10.0 + self._steps))

    @contextmanager
    def applied_to(self, network: keras.Model) -> Iterator[None]:
        """Give the network the averaged weights, and its own back at the end."""
        own = network.get_weights()
        network.set_weights(self._values)
        try:
            yield
        finally:
            network.set_weights(own)

    def save(self, path: Path) -> None:
        """Write the average to an .npz file."""
        with path.open("wb") as stream:
            np.savez(stream, *self._values, steps=np.int64(self._steps))

    def load(self, path: Path) -> None:
        """Go on from the average that ``save`` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            self._steps = int(stored["steps"])
            self._values = [stored[f"arr_{index}"] for index in range(len(stored.files) - 1)]
