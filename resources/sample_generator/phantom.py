"""A procedurally drawn chest: path lengths through tissue, bone and air, summed as an X-ray beam sums them.

Coordinates: x from -1 (image left, the patient's right) to 1 across the film, y downwards from 0
in the same unit.
All maps are (H, W) in units of attenuation (the negative logarithm of the transmitted fraction), so that
everything superimposes by addition, as on a film.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from drawing import (
    Grid,
    Map,
    Points,
    ellipse,
    fractal,
    interpolate,
    round_edge,
    rounded,
    soft_step,
    spline,
    stroke,
    tube,
)

Condition = Literal["clear", "lobar", "ground-glass"]

_RIB_PAIRS = 10


@dataclass(frozen=True)
class Build:
    """How one phantom differs from the next; all lengths in units of half the film's width."""

    width_scale: float
    heart_scale: float
    right_dome: float
    left_dome: float
    tilt: float
    inspiration: float


def new_build(rng: np.random.Generator) -> Build:
    """Draw the proportions of one phantom."""
    return Build(
        width_scale=rng.uniform(0.97, 1.04),
        heart_scale=rng.uniform(0.92, 1.06),
        right_dome=rng.uniform(1.25, 1.33),
        left_dome=rng.uniform(1.31, 1.39),
        tilt=rng.uniform(-0.015, 0.015),
        inspiration=rng.uniform(0.97, 1.03),
    )


def attenuation(grid: Grid, build: Build, condition: Condition, rng: np.random.Generator) -> Map:
    """Return the noiseless attenuation of a whole chest, (H, W), about 0 (beside the body) to 5."""
    x, y = grid.coordinates()
    x = x - np.float32(build.tilt) * (y - 0.8)
    lungs = _lungs(x, y, build)
    heart = _heart(grid, build)
    aerated = lungs * (1 - 0.62 * heart)
    wall = _body(x, y, build)
    opacity = _opacity(grid, x, y, lungs, condition=condition, rng=rng)
    vessels = _vessels(grid, rng) * np.clip(aerated * 1.6, 0, 1)
    texture = 0.10 * fractal(grid, rng, (0.012, 0.03, 0.07)) * aerated
    air = 1.95 * aerated - opacity - 0.60 * vessels * np.exp(-1.5 * opacity) + texture
    total = wall - air + 0.50 * heart + _mediastinum(x, y) - _airways(grid)
    total = total + 0.78 * _ribs(grid, build) + 0.62 * _spine(x, y) + _clavicles(grid) + _shoulder_blades(grid, x, y)
    total = total - _stomach_bubble(x, y, build)
    total = total + 0.10 * fractal(grid, rng, (0.03, 0.09, 0.25)) * np.clip(wall, 0, 1)
    return np.maximum(grid.blur(total.astype(np.float32), 0.0022), 0)


def exposure_gradient(grid: Grid, rng: np.random.Generator) -> Map:
    """Return a soft tilt and heel of the beam, (H, W), around 0."""
    x, y = grid.coordinates()
    a, b = rng.uniform(-0.10, 0.10, 2)
    return np.asarray(a * x + b * (y - 1) + 0.05 * (x**2 - 0.4), np.float32)


def _cage(y: Map, build: Build) -> Map:
    """Return the half-width of the inside of the rib cage at each height."""
    knots = [
        (0.20, 0.10),
        (0.27, 0.30),
        (0.36, 0.44),
        (0.52, 0.565),
        (0.75, 0.665),
        (1.0, 0.735),
        (1.3, 0.775),
        (1.6, 0.78),
    ]
    return interpolate(y, [(at, value * build.width_scale) for at, value in knots])


def _body(x: Map, y: Map, build: Build) -> Map:
    half = interpolate(
        y,
        [
            (-0.1, 0.26),
            (0.04, 0.27),
            (0.13, 0.42),
            (0.20, 0.72),
            (0.29, 1.02),
            (0.42, 1.16),
            (0.8, 1.06),
            (1.2, 0.97),
            (1.7, 0.94),
            (2.4, 0.96),
        ],
    )
    trunk = round_edge(half - np.abs(x), 0.42)
    # Arms hang in front of nothing: a second, thinner band at the sides, with the dark axillary fold between.
    arm = 0.5 * round_edge(0.20 - np.abs(np.abs(x) - 1.08 - 0.10 * (y - 0.6)), 0.20) * soft_step(y - 0.42, 0.05)
    thick = interpolate(y, [(0.0, 1.75), (0.3, 2.3), (0.8, 3.05), (1.2, 3.25), (1.5, 3.35), (2.2, 3.5)])
    return np.asarray(trunk * thick + arm * 1.6, np.float32)


def _diaphragm(x: Map, build: Build) -> Map:
    """Return the height y of the diaphragm at each x."""
    right = build.right_dome + 0.95 * (np.abs(x + 0.40) / 0.80) ** 2.3
    left = build.left_dome + 0.95 * (np.abs(x - 0.42) / 0.80) ** 2.3
    return np.asarray(np.where(x < 0, right, left) * np.float32(build.inspiration), np.float32)


def _lungs(x: Map, y: Map, build: Build) -> Map:
    """Return the path length through lung, 0 to 1."""
    lateral = _cage(y, build) - 0.012 - np.abs(x)
    medial_border = interpolate(y, [(0.2, 0.14), (0.35, 0.12), (0.6, 0.11), (0.85, 0.135), (1.1, 0.12), (1.6, 0.13)])
    medial = np.abs(x) - medial_border
    depth = round_edge(lateral, 0.30) * (0.55 + 0.45 * round_edge(y - 0.24, 0.45))
    front = soft_step(_diaphragm(x, build) - y, 0.004)
    # Lung in the recess behind the dome still lets some beam through below its edge.
    recess = 0.09 * soft_step(_diaphragm(x, build) + 0.10 - y, 0.035)
    return np.asarray(depth * soft_step(medial, 0.012) * np.maximum(front, recess), np.float32)


def _heart(grid: Grid, build: Build) -> Map:
    """Return the path length through heart and great vessels, 0 to 1."""
    s = build.heart_scale
    outline = [
        (0.02, 0.66), (0.10, 0.76), (0.155, 0.84), (0.215, 0.94), (0.33 * s, 1.06), (0.44 * s, 1.19),
        (0.49 * s, 1.31), (0.42 * s, 1.42), (0.15, 1.47), (-0.10, 1.45), (-0.215 * s, 1.36),
        (-0.25 * s, 1.22), (-0.225 * s, 1.08), (-0.16, 0.95), (-0.12, 0.78),
    ]  # fmt: skip
    heart = rounded(grid, spline(outline, closed=True), 0.20, 0.010)
    aortic_knuckle = rounded(grid, ellipse((0.095, 0.635), 0.085, 0.095), 0.07, 0.008)
    return np.asarray(np.maximum(heart, 0.75 * aortic_knuckle), np.float32)


def _mediastinum(x: Map, y: Map) -> Map:
    half = interpolate(y, [(0.0, 0.10), (0.3, 0.125), (0.5, 0.135), (0.75, 0.15), (1.0, 0.17), (1.6, 0.15)])
    return 0.30 * soft_step(half - np.abs(x - 0.01), 0.022) * soft_step(y - 0.10, 0.12)


def _airways(grid: Grid) -> Map:
    """Return what the air in trachea and main bronchi takes away."""
    tubes = np.zeros((grid.height, grid.width), np.float32)
    trachea = spline([(0.0, -0.05), (0.0, 0.3), (-0.012, 0.58), (-0.015, 0.735)], closed=False)
    for line, width, depth in (
        (trachea, 0.062, 0.50),
        (spline([(-0.02, 0.72), (-0.09, 0.80), (-0.16, 0.90)], closed=False), 0.042, 0.32),
        (spline([(-0.01, 0.72), (0.09, 0.79), (0.19, 0.85)], closed=False), 0.038, 0.28),
    ):
        tubes = np.maximum(tubes, depth * stroke(grid, line, width))
    return grid.blur(tubes, 0.010)


def _ribs(grid: Grid, build: Build) -> Map:
    """Return bone of ten pairs of ribs, each a tilted ring in space from the spine round to its cartilage."""
    total = np.zeros((grid.height, grid.width), np.float32)
    for pair in range(_RIB_PAIRS):
        share = pair / (_RIB_PAIRS - 1)
        end = 2.60 - 0.55 * max(0.0, share - 0.45) / 0.55  # the lowest ribs end short of the front
        t = np.linspace(0.10, end, 3000)
        start = 0.325 + 0.97 * share**0.94
        drop = 0.18 + 0.46 * share**0.8
        lateral = float(_cage(np.array([start + 0.42 * drop], np.float32), build)[0]) - 0.004
        depth = 0.75 * lateral
        along = np.sin(t) ** 0.86 * lateral
        reach = 0.5 - 0.5 * np.cos(t)
        height = start + drop * reach**0.98 - 0.045 * np.sin(t) * (1 - reach) * (1 - 0.5 * share)
        front = -depth * np.cos(t)
        steps = np.gradient(np.stack([along, height, front], axis=1), axis=0)
        length = np.linalg.norm(steps, axis=1)
        fade = np.clip((end - t) / (0.5 + 0.5 * share), 0, 1) * np.clip((t - 0.10) / 0.08, 0, 1)
        front_share = 1 - 0.35 * np.clip((t - 1.5) / 0.4, 0, 1)  # anterior ends are thinner and out of focus
        radius = 0.026 - 0.006 * (1 - share)
        for side in (-1.0, 1.0):
            lean = build.tilt * (height - 0.8)
            total += tube(
                grid,
                np.stack([side * along + lean, height], axis=1),
                length * fade * front_share * 13,
                radius,
            )
    # The beam meets a rib's edge tangentially along the chest wall: compress, or the wall would be all bone.
    return np.asarray(0.34 * np.tanh(total / 0.34), np.float32)


def _spine(x: Map, y: Map) -> Map:
    """Return bone of the vertebral column: bodies, end plates, disc spaces, pedicles, processes."""
    half = interpolate(y, [(0.0, 0.062), (0.5, 0.072), (1.2, 0.085), (2.2, 0.10)])
    spacing = 0.118
    phase = (y / spacing + 0.12 * (x / half) ** 2) % 1.0
    inside = soft_step(half - 0.008 * np.sin(2 * np.pi * phase) - np.abs(x), 0.006)
    disc_space = np.exp(-(((phase - 0.5) / 0.10) ** 2))
    plates = np.exp(-(((np.abs(phase - 0.5) - 0.17) / 0.045) ** 2))
    pedicle = np.exp(-(((np.abs(x) - 0.62 * half) / 0.014) ** 2) - ((phase % 1.0 - 0.86) / 0.10) ** 2)
    process = np.exp(-((x / 0.012) ** 2) - ((phase - 0.22) / 0.16) ** 2)
    bodies = inside * (0.40 - 0.13 * disc_space + 0.08 * plates)
    return np.asarray(bodies + 0.14 * pedicle + 0.10 * process, np.float32)


def _clavicles(grid: Grid) -> Map:
    total = np.zeros((grid.height, grid.width), np.float32)
    curve = [(0.075, 0.425), (0.20, 0.375), (0.38, 0.345), (0.58, 0.285), (0.80, 0.235)]
    line = spline(curve, closed=False, samples=300)
    length = np.linalg.norm(np.gradient(line, axis=0), axis=1)
    for side in (-1.0, 1.0):
        total += tube(grid, line * [side, 1.0], length * 15, 0.032)
    return np.asarray(0.42 * np.tanh(total / 0.42), np.float32)


def _shoulder_blades(grid: Grid, x: Map, y: Map) -> Map:
    """Return bone of the scapulae, turned off the lungs as on a PA film, and of the humeral heads."""
    total = np.zeros((grid.height, grid.width), np.float32)
    blade = [
        (0.70, 0.42),
        (0.745, 0.62),
        (0.80, 0.86),
        (0.835, 0.94),
        (0.875, 0.86),
        (0.90, 0.62),
        (0.93, 0.44),
        (0.82, 0.36),
    ]
    for side in (-1.0, 1.0):
        outline = spline(blade, closed=True) * [side, 1.0]
        total += 0.10 * rounded(grid, outline, 0.03, 0.004)
        border = spline([(0.70, 0.42), (0.745, 0.62), (0.80, 0.86), (0.835, 0.94)], closed=False) * [
            side,
            1.0,
        ]
        total += 0.10 * grid.blur(stroke(grid, border, 0.016), 0.004)
    head = np.sqrt((np.abs(x) - 1.01) ** 2 + (y - 0.40) ** 2)
    total += 0.30 * round_edge(0.125 - head, 0.09)
    return total


def _stomach_bubble(x: Map, y: Map, build: Build) -> Map:
    top = build.left_dome * build.inspiration + 0.045
    radius = ((x - 0.36) / 0.15) ** 2 + ((y - top - 0.055) / 0.058) ** 2
    return 0.55 * round_edge((1 - np.sqrt(radius)) * 0.06, 0.05)


def _vessels(grid: Grid, rng: np.random.Generator) -> Map:
    """Return the bronchovascular tree of both lungs, 0 to about 1."""
    total = np.zeros((grid.height, grid.width), np.float32)
    for side, hilum in ((-1.0, (-0.15, 0.86)), (1.0, (0.16, 0.82))):
        headings = np.deg2rad([-74, -46, -16, 14, 40, 58, 76])
        for heading in headings + rng.normal(0, 0.08, len(headings)):
            start = np.array(hilum) + rng.normal(0, 0.025, 2)
            _branch(grid, total, rng, side, _Vessel(start, float(heading), rng.uniform(0.017, 0.024), 0))
        total += 0.42 * grid.blur(grid.fill(ellipse(hilum, 0.045, 0.10)), 0.022)
    return grid.blur(np.minimum(total, 1.1), 0.0035)


@dataclass(frozen=True, eq=False)
class _Vessel:
    """A vessel between two divisions: where it starts, heading in radians, width, generation."""

    start: Points
    heading: float
    width: float
    generation: int


def _branch(grid: Grid, total: Map, rng: np.random.Generator, side: float, vessel: _Vessel) -> None:
    """Draw one vessel and its children into ``total``; ``side`` is -1 for image left, 1 for image right."""
    steps = max(3, int(rng.integers(4, 8)) - vessel.generation)
    points, point, direction = [vessel.start], vessel.start, vessel.heading
    for _ in range(steps):
        direction += rng.normal(0, 0.16)
        point = point + 0.030 * np.array([side * np.cos(direction), np.sin(direction)])
        points.append(point)
    line = spline([tuple(p) for p in points], closed=False, samples=6)
    pixels = vessel.width * grid.unit
    shade = 0.55 * min(1.0, 0.25 + vessel.width / 0.022) * min(1.0, pixels)
    np.maximum(total, shade * stroke(grid, line, vessel.width), out=total)
    if vessel.generation < 4 and vessel.width > 0.0035:
        for turn in (rng.uniform(0.15, 0.45), -rng.uniform(0.15, 0.45)):
            width = vessel.width * rng.uniform(0.58, 0.74)
            _branch(grid, total, rng, side, _Vessel(point, direction + turn, width, vessel.generation + 1))


def _opacity(grid: Grid, x: Map, y: Map, lungs: Map, *, condition: Condition, rng: np.random.Generator) -> Map:
    """Return what consolidation or ground glass gives back of the beam's loss that air had spared."""
    if condition == "clear":
        return np.zeros_like(x)
    ragged = fractal(grid, rng, (0.02, 0.05, 0.11))
    if condition == "lobar":
        # The right middle and lower zone, with the straight upper edge of a fissure.
        fissure = 0.93 + 0.10 * (x + 0.4)
        dense = soft_step(y - fissure + 0.006 * ragged, 0.012) * soft_step(-x - 0.13, 0.03)
        patchy = np.clip(0.92 + 0.09 * ragged, 0, 1.1)
        return np.asarray(1.30 * dense * patchy * soft_step(1.33 - y + 0.05 * ragged, 0.06) * lungs, np.float32)
    total = np.zeros_like(x)
    for side in (-1.0, 1.0):
        for height, reach in ((0.74, 0.13), (1.02, 0.17), (1.20, 0.14)):
            at_x = side * rng.uniform(0.50, 0.58)
            at_y = height + rng.uniform(-0.05, 0.05)
            distance = np.sqrt(((x - at_x) / 1.0) ** 2 + ((y - at_y) / 1.15) ** 2) + 0.030 * ragged
            total = np.maximum(total, rng.uniform(0.65, 0.95) * soft_step(reach - distance, 0.030))
    grain = 1 + 0.14 * fractal(grid, rng, (0.010, 0.022))
    return np.asarray(total * grain * np.sqrt(lungs), np.float32)
