"""Random variations of a film, in OpenCV and numpy only, so that any framework may train on them.

Each variation is applied with a probability below one and with varied fill: where every film was varied, and
always filled with black, the network took clean films for another finding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray

Range = tuple[float, float]
Generator = np.random.Generator

_LUNG = 0.5  # a pixel is lung where the map says that it is more probably than not


@dataclass(frozen=True)
class Augmentation:
    """The probability of each variation, and the ranges that its strength is drawn from.

    Angles in degrees; shifts, crops and erased sides as shares of the film's side; zoom and aspect as
    factors; noise in display units ([0, 1]). ``background`` needs lung maps: without one nothing is swapped.
    """

    background: float = 0.0
    flip: float = 0.5
    warp: float = 0.6
    rotation: Range = (-12.0, 12.0)
    shift: Range = (-0.06, 0.06)
    zoom: Range = (0.85, 1.3)
    aspect: Range = (0.85, 1.18)
    match_histogram: float = 0.3
    match_spectrum: float = 0.15
    local_equalisation: float = 0.12
    equalisation: float = 0.06
    gamma: float = 0.4
    gamma_log: Range = (-0.45, 0.45)
    contrast: float = 0.4
    contrast_factor: Range = (0.7, 1.35)
    brightness: Range = (-0.12, 0.12)
    blur: float = 0.15
    blur_sigma: Range = (0.4, 1.3)
    low_resolution: float = 0.15
    resolution: Range = (0.4, 0.9)
    sharpen: float = 0.15
    sharpen_amount: Range = (0.3, 1.5)
    noise: float = 0.2
    noise_sigma: Range = (0.005, 0.05)
    jpeg: float = 0.3
    jpeg_quality: Range = (25.0, 95.0)
    marks: float = 0.3
    frame: float = 0.12
    frame_width: Range = (0.01, 0.12)
    erase: float = 0.1
    erase_side: Range = (0.1, 0.3)


@dataclass(frozen=True, eq=False)
class MappedFilm:
    """A film and how probably each of its pixels is lung, both (H, W) float32 in [0, 1]; None where that is unknown."""

    film: FloatArray
    lungs: FloatArray | None = None


def augment(film: FloatArray, donor: Callable[[], FloatArray], settings: Augmentation, rng: Generator) -> FloatArray:
    """Return a random variation of a film, (H, W) float32 in [0, 1]; the same generator state gives the same
    one.

    ``donor`` loads another film, (H, W) float32 in [0, 1], of any label, whose grey values or low frequencies the film
    may take on, so that a source's own look says less about the label. It is only called where that happens.
    """
    return augment_mapped(MappedFilm(film), donor, settings, rng).film


def augment_mapped(
    subject: MappedFilm, donor: Callable[[], FloatArray], settings: Augmentation, rng: Generator
) -> MappedFilm:
    """Return a random variation of a film with its lung map, as ``augment`` does of a film alone.

    With ``background`` the lungs may come to lie in the body of the donor, whose label is another or not: what stands
    around the lungs then says nothing of the finding.
    """
    film, lungs = subject.film, subject.lungs
    if lungs is not None and settings.background > 0 and rng.random() < settings.background:
        film = _swap_background(film, lungs, donor(), rng)
    if rng.random() < settings.flip:
        film, lungs = film[:, ::-1], None if lungs is None else lungs[:, ::-1]
    if rng.random() < settings.warp:
        film, lungs = _warp(film, lungs, settings, rng)
    film = _vary_greys(np.clip(film, 0.0, 1.0), donor, settings, rng)
    return MappedFilm(film, None if lungs is None else np.ascontiguousarray(lungs, np.float32))


def _vary_greys(
    film: FloatArray, donor: Callable[[], FloatArray], settings: Augmentation, rng: Generator
) -> FloatArray:
    steps: tuple[tuple[float, Callable[[], FloatArray]], ...] = (
        (settings.match_spectrum, lambda: _match_spectrum(film, donor(), rng)),
        (settings.match_histogram, lambda: _match_histogram(film, donor(), rng)),
        (settings.local_equalisation, lambda: _equalise_locally(film, rng)),
        (settings.equalisation, lambda: _equalise(film)),
        (settings.gamma, lambda: film ** np.float32(np.exp(rng.uniform(*settings.gamma_log)))),
        (settings.contrast, lambda: _contrast(film, settings, rng)),
        (settings.blur, lambda: _soften(film, rng.uniform(*settings.blur_sigma))),
        (settings.low_resolution, lambda: _lower_resolution(film, settings, rng)),
        (settings.sharpen, lambda: _sharpen(film, settings, rng)),
        (settings.marks, lambda: _marks(film, rng)),
        (settings.frame, lambda: _frame(film, settings, rng)),
        (settings.erase, lambda: _erase(film, settings, rng)),
        (settings.noise, lambda: _noise(film, settings, rng)),
        (settings.jpeg, lambda: _jpeg(film, settings, rng)),
    )
    for probability, vary in steps:
        if rng.random() < probability:
            film = np.clip(vary(), 0.0, 1.0)
    return np.ascontiguousarray(film, np.float32)


def _swap_background(film: FloatArray, lungs: FloatArray, other: FloatArray, rng: Generator) -> FloatArray:
    """Put the lungs of a film, with a soft and random margin, into another film."""
    side = max(film.shape)
    reach = max(round(side * rng.uniform(0.02, 0.08)), 1)
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    grown = cv2.dilate((lungs > _LUNG).astype(np.float32), ellipse)
    cover = _soften(_plane(grown), reach / 2)
    return cover * film + (1.0 - cover) * other


def _warp(
    film: FloatArray, lungs: FloatArray | None, settings: Augmentation, rng: Generator
) -> tuple[FloatArray, FloatArray | None]:
    height, width = film.shape
    zoom, aspect = rng.uniform(*settings.zoom), np.sqrt(rng.uniform(*settings.aspect))
    angle = np.deg2rad(rng.uniform(*settings.rotation))
    # A zoom above one is a crop; its place within the film is free, so that no position is safe.
    slack = max(zoom - 1.0, 0.0) / 2
    shift = np.array([rng.uniform(*settings.shift) + rng.uniform(-slack, slack) for _ in range(2)])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = turn @ np.diag([zoom * aspect, zoom / aspect])
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    offset = centre - linear @ centre + shift * (width, height)
    border = (cv2.BORDER_CONSTANT, cv2.BORDER_CONSTANT, cv2.BORDER_REPLICATE, cv2.BORDER_REFLECT_101)
    fill = 0.0 if rng.random() < 0.5 else rng.uniform(0.0, 1.0)
    matrix = np.column_stack([linear, offset])
    warped = cv2.warpAffine(
        np.ascontiguousarray(film),
        matrix,
        (width, height),
        flags=cv2.INTER_LINEAR,
        borderMode=border[rng.integers(len(border))],
        borderValue=fill,
    )
    if lungs is None:
        return _plane(warped), None
    # What is made up beyond the border is no lung.
    moved = cv2.warpAffine(np.ascontiguousarray(lungs), matrix, (width, height), flags=cv2.INTER_LINEAR)
    return _plane(warped), _plane(moved)


def _match_histogram(film: FloatArray, donor: FloatArray, rng: Generator) -> FloatArray:
    """Give the film the donor's distribution of grey values, by quantiles, to a random degree."""
    quantiles = np.linspace(0.0, 1.0, 65)
    # A tiny slope keeps the source quantiles increasing where many pixels share one value.
    own = np.quantile(film[::2, ::2], quantiles) + quantiles * 1e-6
    matched = np.interp(film, own, np.quantile(donor[::2, ::2], quantiles))
    share = rng.uniform(0.4, 1.0)
    return (share * matched + (1.0 - share) * film).astype(np.float32)


def _match_spectrum(film: FloatArray, donor: FloatArray, rng: Generator) -> FloatArray:
    """Give the film the amplitudes of the donor's lowest frequencies: its exposure field, not its anatomy."""
    own, other = np.fft.rfft2(film), np.fft.rfft2(donor)
    radius = int(rng.integers(1, 4))
    amplitude, share = np.abs(own), rng.uniform(0.3, 1.0)
    for rows in (slice(0, radius + 1), slice(-radius, None)):
        part = (rows, slice(0, radius + 1))
        amplitude[part] = share * np.abs(other[part]) + (1.0 - share) * amplitude[part]
    return np.fft.irfft2(amplitude * np.exp(1j * np.angle(own)), s=film.shape).astype(np.float32)


def _bytes(film: FloatArray) -> npt.NDArray[np.uint8]:
    return np.asarray(np.rint(film * 255.0), np.uint8)


def _plane(array: Any) -> FloatArray:
    """Return what OpenCV gives, whose type its hints leave open, as float32."""
    return np.asarray(array, np.float32)


def _unit(grey: Any) -> FloatArray:
    return _plane(grey) / np.float32(255.0)


def _soften(film: FloatArray, sigma: float) -> FloatArray:
    return _plane(cv2.GaussianBlur(film, (0, 0), sigma))


def _equalise_locally(film: FloatArray, rng: Generator) -> FloatArray:
    tiles = int(rng.integers(3, 9))
    equaliser = cv2.createCLAHE(clipLimit=rng.uniform(1.0, 4.0), tileGridSize=(tiles, tiles))
    return _unit(equaliser.apply(_bytes(film)))


def _equalise(film: FloatArray) -> FloatArray:
    return _unit(cv2.equalizeHist(_bytes(film)))


def _contrast(film: FloatArray, settings: Augmentation, rng: Generator) -> FloatArray:
    factor, offset = rng.uniform(*settings.contrast_factor), rng.uniform(*settings.brightness)
    mean = film.mean()
    return _plane((film - mean) * np.float32(factor) + mean + np.float32(offset))


def _lower_resolution(film: FloatArray, settings: Augmentation, rng: Generator) -> FloatArray:
    height, width = film.shape
    share = rng.uniform(*settings.resolution)
    small = (max(int(width * share), 8), max(int(height * share), 8))
    down = (cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC)[rng.integers(3)]
    up = (cv2.INTER_LINEAR, cv2.INTER_CUBIC)[rng.integers(2)]
    coarse = cv2.resize(np.ascontiguousarray(film), small, interpolation=down)
    return _plane(cv2.resize(coarse, (width, height), interpolation=up))


def _sharpen(film: FloatArray, settings: Augmentation, rng: Generator) -> FloatArray:
    soft = _soften(film, rng.uniform(0.8, 2.5))
    return film + np.float32(rng.uniform(*settings.sharpen_amount)) * (film - soft)


def _noise(film: FloatArray, settings: Augmentation, rng: Generator) -> FloatArray:
    sigma = np.float32(rng.uniform(*settings.noise_sigma))
    return film + sigma * rng.standard_normal(film.shape, dtype=np.float32)


def _jpeg(film: FloatArray, settings: Augmentation, rng: Generator) -> FloatArray:
    quality = int(rng.uniform(*settings.jpeg_quality))
    _, encoded = cv2.imencode(".jpg", _bytes(film), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return _unit(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE))


def _marks(film: FloatArray, rng: Generator) -> FloatArray:
    """Draw letters, arrows and plain patches along the borders, as hospitals and publishers do."""
    marked = np.array(film, np.float32, copy=True)
    height, width = film.shape
    for _ in range(int(rng.integers(1, 5))):
        along, depth = rng.uniform(0.02, 0.95), rng.uniform(0.0, 0.14)
        depth = 1.0 - depth if rng.random() < 0.5 else depth
        across = (along, depth) if rng.random() < 0.5 else (depth, along)
        x, y = int(across[0] * width), int(across[1] * height)
        size = float(rng.uniform(0.02, 0.1)) * width
        stencil = np.zeros((height, width), np.uint8)
        kind, line = rng.integers(3), int(rng.integers(1, 3))
        if kind == 0:
            text = "".join(chr(rng.integers(65, 91)) for _ in range(int(rng.integers(1, 5))))
            cv2.putText(stencil, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, size / 24, 255, line, cv2.LINE_AA)
        elif kind == 1:
            tip = (int(x + rng.uniform(-2, 2) * size), int(y + rng.uniform(-2, 2) * size))
            cv2.arrowedLine(stencil, (x, y), tip, 255, line, cv2.LINE_AA, tipLength=0.35)
        else:
            corner = (int(x + rng.uniform(0.5, 3) * size), int(y + rng.uniform(0.3, 1.2) * size))
            cv2.rectangle(stencil, (x, y), corner, 255, -1)
        cover = stencil.astype(np.float32) / np.float32(255.0)
        marked += cover * (np.float32(rng.uniform(0.0, 1.0)) - marked)
    return marked


def _frame(film: FloatArray, settings: Augmentation, rng: Generator) -> FloatArray:
    """Cover some of the four sides, each to its own width, with one grey (often black or white)."""
    framed = np.array(film, np.float32, copy=True)
    fill = np.float32((0.0, 1.0, rng.uniform(0.0, 1.0), rng.uniform(0.0, 1.0))[rng.integers(4)])
    for side in range(4):
        if rng.random() < 0.6:
            turned = np.rot90(framed, side)
            turned[: max(int(rng.uniform(*settings.frame_width) * turned.shape[0]), 1)] = fill
    return framed


def _erase(film: FloatArray, settings: Augmentation, rng: Generator) -> FloatArray:
    erased = np.array(film, np.float32, copy=True)
    height, width = film.shape
    rows, columns = (int(rng.uniform(*settings.erase_side) * side) for side in (height, width))
    top, left = int(rng.integers(0, height - rows)), int(rng.integers(0, width - columns))
    erased[top : top + rows, left : left + columns] = np.float32(rng.uniform(0.0, 1.0))
    return erased
