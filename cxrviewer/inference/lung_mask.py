"""A film as the lung segmenter takes it, and its lung map as a mask of two lungs, or none where it cannot be right."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray

BoolArray = npt.NDArray[np.bool_]

SMALLEST, LARGEST = 0.08, 0.70  # lung's share of a film
OFF_CENTRE = 0.2  # of the film's width, for a single component
SECOND_LUNG = 0.1  # of the larger one's area; less is a stray patch
MOST_DOUBT = 0.3  # expected share of wrong pixels, for each pixel of lung
CLOSING = 0.12  # the closing ellipse's diameter as a share of the side


def normalised(films: FloatArray) -> FloatArray:
    """Return films (N, h, w) float32 with their 2nd percentile at -1 and their 98th at 1, clipped to [-1.5, 1.5].

    Percentiles, because letters and frames are often the brightest and darkest of a film. A film of one grey is 0.
    """
    low, high = np.quantile(films[:, ::2, ::2], (0.02, 0.98), axis=(1, 2))
    middle, half = (low + high) / 2, (high - low) / 2
    half = np.where(half > 1e-4, half, np.inf)
    scaled = (films - middle[:, np.newaxis, np.newaxis]) / half[:, np.newaxis, np.newaxis]
    return np.asarray(np.clip(scaled, -1.5, 1.5), np.float32)


def lung_mask(probability: FloatArray) -> BoolArray | None:
    """Return the lungs of one film's map (h, w) in [0, 1] as (h, w) bool, or None where they are implausible.

    The two largest components above one half, each closed (dents of consolidation and hila filled) and without holes.
    None: lung on less than 8 % or more than 70 % of the film, or a single component whose centre of mass is more than
    a fifth of the width away from the middle, as on films that are badly cropped or show one lung; or a map so much in
    doubt that it expects 0.3 wrong pixels for each of lung, as on films that are inverted, upside down or lateral.
    """
    lung_area = float((probability > 0.5).sum())
    if float(np.minimum(probability, 1.0 - probability).sum()) > MOST_DOUBT * lung_area:
        return None
    lungs = [_closed(component) for component in _components(probability > 0.5)]
    if not lungs:
        return None
    mask: BoolArray = np.logical_or.reduce(lungs)
    if not SMALLEST <= mask.mean() <= LARGEST:
        return None
    if len(lungs) == 1:
        middle = (np.nonzero(mask)[1].mean() + 0.5) / mask.shape[1]
        if abs(middle - 0.5) > OFF_CENTRE:
            return None
    return mask


def _components(mask: BoolArray) -> list[BoolArray]:
    """Return the largest component, and the next where it is large enough to be the other lung."""
    import cv2

    number, labels, statistics, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    areas = statistics[1:number, cv2.CC_STAT_AREA]
    largest = np.argsort(-areas, kind="stable")[:2]
    return [labels == index + 1 for index in largest if areas[index] >= SECOND_LUNG * areas[largest[0]]]


def _closed(lung: BoolArray) -> BoolArray:
    """Return one lung closed by an ellipse and with its holes filled."""
    import cv2

    reach = max(round(CLOSING * min(lung.shape) / 2), 1)
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    # With a margin, or the film's border would stop the closing.
    padded = cv2.copyMakeBorder(lung.astype(np.uint8), reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, ellipse)
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = cv2.drawContours(np.zeros_like(closed), outlines, -1, 1, cv2.FILLED)
    return np.asarray(filled[reach:-reach, reach:-reach], np.bool_)
