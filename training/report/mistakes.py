"""The films that a network is most sure of and wrong about, as it saw them, under the evidence for what it said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray, Heatmap
from cxrviewer.errors import CxrViewerError
from cxrviewer.imaging.display import default_rendering
from cxrviewer.imaging.fitting import fit, heatmap_on_radiograph
from cxrviewer.imaging.rendering import DEFAULT_COLOUR_MAP, DEFAULT_OPACITY, load_colour_map, normalised, overlay
from cxrviewer.reading import read_radiograph
from training.assessment import Assessment
from training.calibration import Labels
from training.data import Sample
from training.errors import DataError

MISTAKES = 12
_SIDE = 360  # pixels of the longest side: small enough to mail, large enough to see the lungs
_JPEG_QUALITY = 88


@dataclass(frozen=True, eq=False)
class Mistake:
    """A film whose predicted finding is not its label.

    ``film`` and ``overlay`` (None without heatmaps) are JPEGs; ``name`` is empty unless the films are to be named.
    ``probabilities``: of every finding, the highest first.
    """

    label: str
    predicted: str
    probabilities: tuple[tuple[str, float], ...]
    source: str
    film: bytes
    overlay: bytes | None
    has_heat: bool
    name: str = ""


def most_confident_mistakes(assessment: Assessment, *, show_names: bool, number: int = MISTAKES) -> list[Mistake]:
    """Return the mistakes with the highest probability of the predicted finding, highest first.

    Only pixels leave the film's file: no header, and no name unless ``show_names``. Raises DataError for a film that
    can no longer be read.
    """
    confidence = assessment.probabilities.max(axis=1)
    wrong = np.flatnonzero(assessment.probabilities.argmax(axis=1) != assessment.labels)
    chosen = wrong[np.argsort(-confidence[wrong], kind="stable")][:number]
    displays = [_display(assessment.samples[index]) for index in chosen]
    heats = _heats(assessment, displays, assessment.probabilities[chosen].argmax(axis=1))
    return [
        _mistake(assessment, index, display, heat, show_names)
        for index, display, heat in zip(chosen, displays, heats, strict=True)
    ]


def _display(sample: Sample) -> FloatArray:
    try:
        return default_rendering(read_radiograph(sample.path))
    except CxrViewerError as error:
        raise DataError(f"{sample.path}: expected a film that the program reads; {error}") from error


def _heats(assessment: Assessment, displays: Sequence[FloatArray], predicted: Labels) -> list[FloatArray | None]:
    """Return the predicted finding's heat on each film, over its own maximum: (H, W) float32 in [0, 1]."""
    if assessment.heatmaps is None or not displays:
        return [None] * len(displays)
    fitted = [fit(display, assessment.spec) for display in displays]
    grids = assessment.heatmaps(np.stack([film for film, _ in fitted]))
    heats: list[FloatArray | None] = []
    for grid, (_, placement), index in zip(grids, fitted, predicted, strict=True):
        heatmap = Heatmap(assessment.findings[index], np.ascontiguousarray(grid[:, :, index]), placement)
        heats.append(normalised(heatmap_on_radiograph(heatmap)))
    return heats


def _mistake(
    assessment: Assessment, index: int, display: FloatArray, heat: FloatArray | None, show_names: bool
) -> Mistake:
    sample, probabilities = assessment.samples[index], assessment.probabilities[index]
    order = np.argsort(-probabilities, kind="stable")
    picture = None
    if heat is not None:
        picture = _jpeg(overlay(display, heat, load_colour_map(DEFAULT_COLOUR_MAP), DEFAULT_OPACITY))
    return Mistake(
        label=sample.label,
        predicted=assessment.findings[order[0]],
        probabilities=tuple((assessment.findings[place], float(probabilities[place])) for place in order),
        source=sample.source,
        film=_jpeg(np.round(np.clip(display, 0.0, 1.0) * 255).astype(np.uint8)),
        overlay=picture,
        has_heat=heat is not None and bool(heat.any()),
        name=sample.path.name if show_names else "",
    )


def _jpeg(picture: npt.NDArray[np.uint8]) -> bytes:
    """Return a picture, (H, W) grey or (H, W, 3) RGB, as JPEG with the longest side at most 360 pixels."""
    scale = _SIDE / max(picture.shape[:2])
    if scale < 1:
        width, height = (max(round(side * scale), 1) for side in picture.shape[1::-1])
        picture = np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    if picture.ndim == 3:
        picture = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), np.uint8)
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1])
