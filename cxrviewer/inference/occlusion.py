"""Occlusion sensitivity: how far a finding's logit falls while a patch hides one part of the network's input.

It runs the network and asks nothing of its inside, and so is independent of Grad-CAM.
Source: Zeiler and Fergus 2014, Visualizing and Understanding Convolutional Networks, section 4.2 (a grey square).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from cxrviewer.domain import FloatArray
from cxrviewer.inference.engine import Engine
from cxrviewer.inference.rank_correlation import rank_correlation

CELLS: Final = 14  # positions of the patch in each direction: 196 passes, 16 pixels apart at 224
PATCH: Final = 2  # cells that the patch covers in each direction: 32 pixels at 224, a cell of a 7 x 7 heatmap

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class OcclusionMaps:
    """How far each finding's logit falls with each part of the film hidden.

    drops: (CELLS, CELLS, K) float32 in units of the logit, above 0 where the part speaks for the finding; its cells
    share out the network's input evenly.
    """

    findings: tuple[str, ...]
    drops: FloatArray

    def evidence(self, finding: str) -> FloatArray:
        """Return (CELLS, CELLS) float32, at least 0: what speaks for a finding, as Grad-CAM tells it.

        Raises ValueError for a finding that is none of these.
        """
        return np.maximum(self.drops[:, :, self.findings.index(finding)], np.float32(0.0))


def occluded_logits(engine: Engine, network_input: FloatArray, row: int) -> FloatArray:
    """Return the logits with the patch at each position of one row of cells, (CELLS, K) float32.

    network_input: (H, W, C) float32 as for ``Engine.run``. The patch has the input's mean grey: it is neither lung nor
    opacity. At the border it covers less. Raises what the engine raises.
    """
    height, width, _ = network_input.shape
    batch = np.repeat(network_input[np.newaxis], CELLS, axis=0)
    grey = network_input.mean(dtype=np.float64)
    top, bottom = _covered(row, height)
    for column in range(CELLS):
        left, right = _covered(column, width)
        batch[column, top:bottom, left:right] = grey
    return engine.run(batch).logits


def occlusion_sensitivity(
    engine: Engine, network_input: FloatArray, progress: Progress = lambda done, total: None
) -> OcclusionMaps:
    """Return the maps of every finding in one go of 197 passes: (H, W, C) float32 as for ``Engine.run``.

    ``progress`` is called after each row of cells with how many are done and how many there are; what it raises ends
    the passes. Raises what the engine raises.
    """
    rows = []
    for row in range(CELLS):
        rows.append(occluded_logits(engine, network_input, row))
        progress(row + 1, CELLS)
    return occlusion_maps(engine.bundle.metadata.findings, engine.run(network_input[np.newaxis]).logits[0], rows)


def occlusion_maps(findings: tuple[str, ...], logits: FloatArray, rows: list[FloatArray]) -> OcclusionMaps:
    """Put rows of ``occluded_logits`` together, top to bottom; logits: (K,), those of the whole film."""
    return OcclusionMaps(findings, np.asarray(logits - np.stack(rows), np.float32))


def agreement_with(evidence: FloatArray, heatmap: FloatArray) -> float | None:
    """Return Spearman's rank correlation in [-1, 1] of an occlusion map with a heatmap (h, w) of the same input.

    evidence: (CELLS, CELLS), averaged onto the heatmap's grid, both at least 0. None where either is the same
    everywhere.
    """
    import cv2

    height, width = heatmap.shape
    coarser = height <= evidence.shape[0] and width <= evidence.shape[1]
    interpolation = cv2.INTER_AREA if coarser else cv2.INTER_LINEAR
    resized = cv2.resize(evidence, (width, height), interpolation=interpolation)
    return rank_correlation(np.asarray(resized, np.float32), heatmap)


def _covered(cell: int, side: int) -> tuple[int, int]:
    """Return the first pixel, and the one after the last, that a patch around a cell covers."""
    size = side / CELLS
    middle = (cell + 0.5) * size
    return max(0, round(middle - PATCH * size / 2)), min(side, round(middle + PATCH * size / 2))
