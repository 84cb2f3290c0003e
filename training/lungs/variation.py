"""Random variations of a film together with its lung mask: what hospitals, ages and diseases do to a thorax.

The masked films are adults', in their own proportions. The films that the segmenter is for are stretched to a square
and many are children's, whose thorax is wider and lies among more abdomen, arms and neck; hence the wide ranges.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from cxrviewer.domain import FloatArray
from training.augmentation import Augmentation, augment

Range = tuple[float, float]
Generator = np.random.Generator

# Flip and warp are made here, since the mask must go along.
GREY_VALUES = Augmentation(
    flip=0.0,
    warp=0.0,
    match_histogram=0.3,
    match_spectrum=0.3,
    local_equalisation=0.2,
    equalisation=0.1,
    gamma=0.6,
    gamma_log=(-0.7, 0.7),
    contrast=0.4,
    contrast_factor=(0.5, 1.4),
    marks=0.35,
    frame=0.15,
    erase=0.15,
)


@dataclass(frozen=True)
class Variation:
    """The probability of each variation, and the ranges that its strength is drawn from.

    Angles in degrees; shifts and bends as shares of the side; zoom and aspect (width over height) as factors, drawn
    evenly in their logarithm; ``keystone`` is how much narrower the top or a side gets; an opacity takes a share
    ``whiteness`` of the way to the film's brightest grey.
    """

    flip: float = 0.5
    turn: float = 0.03
    warp: float = 0.9
    rotation: Range = (-20.0, 20.0)
    shift: Range = (-0.12, 0.12)
    zoom: Range = (0.7, 1.4)
    aspect: Range = (0.7, 1.4)
    keystone: Range = (-0.15, 0.15)
    bend: float = 0.02
    opacity: float = 0.4
    opacity_radius: Range = (0.08, 0.3)
    whiteness: Range = (0.3, 1.0)
    grey_values: Augmentation = GREY_VALUES


def vary_masked(
    film: FloatArray, mask: FloatArray, donor: FloatArray, settings: Variation, rng: Generator
) -> tuple[FloatArray, FloatArray]:
    """Return a random variation of a film and its mask, both (H, W) float32 in [0, 1].

    The same generator state gives the same one. ``donor`` is another film, whose grey values the film may take on.
    A whitened lung, a mark or a frame leaves the mask as it is: the lung is still there.
    """
    if rng.random() < settings.opacity:
        film = _opacify(film, mask, settings, rng)
    if rng.random() < settings.flip:
        film, mask = film[:, ::-1], mask[:, ::-1]
    if rng.random() < settings.turn:
        quarters = int(rng.choice((1, 3)))
        film, mask = np.rot90(film, quarters), np.rot90(mask, quarters)
    if rng.random() < settings.warp:
        film, mask = _warp(film, mask, settings, rng)
    return augment(film, lambda: donor, settings.grey_values, rng), np.ascontiguousarray(mask, np.float32)


def _warp(film: FloatArray, mask: FloatArray, settings: Variation, rng: Generator) -> tuple[FloatArray, FloatArray]:
    columns, rows = _map(film.shape, settings, rng)
    border = (cv2.BORDER_CONSTANT, cv2.BORDER_REPLICATE)[rng.integers(2)]
    fill = float((0.0, rng.uniform(0.0, 1.0))[rng.integers(2)])
    warped = cv2.remap(np.ascontiguousarray(film), columns, rows, cv2.INTER_LINEAR, borderMode=border, borderValue=fill)
    # What is made up beyond the border is no lung.
    warped_mask = cv2.remap(
        np.ascontiguousarray(mask), columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0.0
    )
    return np.asarray(warped, np.float32), np.asarray(warped_mask, np.float32)


def _map(shape: tuple[int, ...], settings: Variation, rng: Generator) -> tuple[FloatArray, FloatArray]:
    """Return where each pixel (x, y) of the variation lies on the film: rotation, zoom, keystone, shift, bend."""
    height, width = shape
    zoom, aspect = (np.exp(rng.uniform(*np.log(limits))) for limits in (settings.zoom, settings.aspect))
    angle = np.deg2rad(rng.uniform(*settings.rotation))
    stretch = np.sqrt(aspect)
    # Centred coordinates in [-1, 1], so that angles are those of the square that the network sees.
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    x, y = x - 2 * rng.uniform(*settings.shift), y - 2 * rng.uniform(*settings.shift)
    x, y = np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x
    x, y = x / (zoom * stretch), y / (zoom / stretch)
    x, y = x * (1 + rng.uniform(*settings.keystone) * y), y * (1 + rng.uniform(*settings.keystone) * x)
    bends = [
        cv2.resize(rng.normal(0.0, 2 * settings.bend, (4, 4)), (width, height), interpolation=cv2.INTER_CUBIC)
        for _ in range(2)
    ]
    columns = (x + bends[0] + 1) / 2 * (width - 1)
    rows = (y + bends[1] + 1) / 2 * (height - 1)
    return columns.astype(np.float32), rows.astype(np.float32)


def _opacify(film: FloatArray, mask: FloatArray, settings: Variation, rng: Generator) -> FloatArray:
    """Whiten soft patches of the lungs, up to a whole one, as consolidation and effusion do."""
    height, width = film.shape
    rows, columns = np.nonzero(mask > 0.5)
    if len(rows) == 0:
        return film
    bright = np.float32(np.quantile(film, 0.97))
    y, x = np.mgrid[:height, :width].astype(np.float32)
    whitened = film
    for _ in range(int(rng.integers(1, 4))):
        centre = rng.integers(len(rows))
        radii = rng.uniform(*settings.opacity_radius, size=2) * (height, width)
        distance = ((y - rows[centre]) / radii[0]) ** 2 + ((x - columns[centre]) / radii[1]) ** 2
        patch = np.float32(rng.uniform(*settings.whiteness)) * np.exp(-(distance**2)).astype(np.float32)
        whitened = whitened + patch * np.maximum(bright - whitened, np.float32(0.0))
    return whitened
