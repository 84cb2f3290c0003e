"""Films in memory: read once, checked before training starts, and kept as far as memory allows."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray, InputSpec
from training.data import Sample, load_film, of_split

log = logging.getLogger("training")

LIMIT_BYTES = 2**30
_WHITE = np.float32(65535)


class FilmStore:
    """Loads films as ``load_film`` does and keeps them, as 16-bit grey, until they fill ``limit_bytes``.

    Every film is rounded to 16 bits, kept or not, so that what is trained on does not depend on the memory; 8-bit grey
    that was not resampled stays exact. Threads may share a store: at worst two of them read the same film.
    """

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit = limit_bytes
        self._bytes = 0
        self._kept: dict[tuple[Path, InputSpec], npt.NDArray[np.uint16]] = {}

    def __call__(self, path: Path, spec: InputSpec) -> FloatArray:
        """Return a film as the network sees it before scaling: (h, w) float32 in [0, 1]; DataError as ``load_film``."""
        grey = self._kept.get((path, spec))
        if grey is None:
            grey = np.rint(load_film(path, spec) * _WHITE).astype(np.uint16)
            if self._bytes + grey.nbytes <= self._limit:
                self._bytes += grey.nbytes
                self._kept[path, spec] = grey
        return np.asarray(grey, np.float32) / _WHITE


def check_films(samples: Sequence[Sample], spec: InputSpec, store: FilmStore) -> float:
    """Read every film once, so that one that cannot be read is named before training starts.

    Returns the mean of the training films in display units, 0 to 1 (NaN without any). Raises DataError naming the
    first film that the program does not read.
    """
    if samples:
        log.info("reading %d films once", len(samples))
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        means = list(threads.map(lambda sample: float(store(sample.path, spec).mean(dtype=np.float64)), samples))
    training = {sample.path for sample in of_split(samples, "train")}
    of_training = [mean for sample, mean in zip(samples, means, strict=True) if sample.path in training]
    return float(np.mean(of_training)) if of_training else float("nan")
