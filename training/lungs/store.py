"""Lung maps of training films: made once, kept small, given at the films' size."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray, InputSpec
from cxrviewer.inference.lung_mask import lung_mask
from training.data import Sample
from training.lungs.segmenter import lung_map

log = logging.getLogger("training")

_SIZE = 56
_BATCH = 256
# A position of the pooling's grid begins to count where this share of it is lung, and counts whole where that much is:
# positions on the lungs' edge would spread the evidence over what is around them.
_COUNTS_FROM, _COUNTS_WHOLE = 0.45, 0.75


class LungStore:
    """The lung maps of some films, kept as 8-bit planes of 56 x 56; unknown where the segmenter found none plausible.

    Raises WeightsError where the segmenter cannot be loaded, DataError as ``load`` does.
    """

    def __init__(
        self, samples: Sequence[Sample], load: Callable[[Path, InputSpec], FloatArray], spec: InputSpec
    ) -> None:
        self._shape = (spec.width, spec.height)
        self._kept: dict[Path, npt.NDArray[np.uint8]] = {}
        paths = list(dict.fromkeys(sample.path for sample in samples))
        if paths:
            log.info("finding the lungs of %d films", len(paths))
        for start in range(0, len(paths), _BATCH):
            batch = paths[start : start + _BATCH]
            for path, probability in zip(batch, lung_map(np.stack([load(path, spec) for path in batch])), strict=True):
                if lung_mask(probability) is not None:
                    small = cv2.resize(probability, (_SIZE, _SIZE), interpolation=cv2.INTER_AREA)
                    self._kept[path] = np.asarray(np.rint(small * 255.0), np.uint8)
        if paths:
            log.info("found plausible lungs on %d of them", len(self._kept))

    def __call__(self, path: Path) -> FloatArray | None:
        """Return how probably each pixel is lung, (h, w) float32 in [0, 1] at the network's input size, or None."""
        kept = self._kept.get(path)
        if kept is None:
            return None
        plane = cv2.resize(kept.astype(np.float32), self._shape, interpolation=cv2.INTER_LINEAR)
        return np.asarray(plane, np.float32) / np.float32(255.0)


def lung_shares(lungs: FloatArray | None, grid: tuple[int, ...]) -> FloatArray:
    """Return how much of the lungs lies at each position of a grid (h, w): (h w,) float32, row by row, of sum 1.

    All 0 where the map is unknown or no position is mostly lung.
    """
    height, width = grid
    if lungs is None:
        return np.zeros(height * width, np.float32)
    share = np.asarray(cv2.resize(lungs, (width, height), interpolation=cv2.INTER_AREA), np.float32).ravel()
    counted = np.clip((share - _COUNTS_FROM) / (_COUNTS_WHOLE - _COUNTS_FROM), 0.0, 1.0)
    total = float(counted.sum())
    return np.asarray(counted / total if total > 0 else counted, np.float32)
