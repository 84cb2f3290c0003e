"""Radiograph to network input and back: one resampling on the way in, one bilinear map on the way out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray, Heatmap, InputSpec, Interpolation, Placement

Positions = npt.NDArray[np.float64]


def fit(display: FloatArray, spec: InputSpec) -> tuple[FloatArray, Placement]:
    """Make the network's input from a radiograph's default rendering, and tell where it lies on the
    radiograph.

    display: (H, W) float32 in [0, 1], 0 black. Returns ((h, w, C) float32 in [low, high], Placement).
    ``stretch`` takes the whole radiograph and ignores its aspect ratio; ``letterbox`` keeps the ratio and
    pads with black, centred; ``centre-crop`` keeps the ratio and takes the largest centred part, in whole
    pixels. ``area`` averages over each input pixel's area along an axis that shrinks and interpolates
    linearly along one that grows; ``cubic`` is clipped to [0, 1]. Channels are copies of the one grey plane.
    Raises ValueError where the display is not a 2-D float32 array with at least one pixel.
    """
    if display.ndim != 2 or display.dtype != np.float32 or 0 in display.shape:
        raise ValueError(
            f"expected a display of (H, W) float32 with at least one pixel, got {display.shape} {display.dtype}"
        )
    plane, placement = _FITS[spec.fit](display, spec)
    scaled = plane * np.float32(spec.high - spec.low) + np.float32(spec.low)
    return np.repeat(scaled[:, :, np.newaxis], spec.channels, axis=2), placement


def _stretch(display: FloatArray, spec: InputSpec) -> tuple[FloatArray, Placement]:
    height, width = display.shape
    plane = _resample(display, spec.height, spec.width, spec.interpolation)
    return plane, Placement(0.0, 0.0, height, width, height, width, spec.height, spec.width)


def _letterbox(display: FloatArray, spec: InputSpec) -> tuple[FloatArray, Placement]:
    height, width = display.shape
    scale = min(spec.height / height, spec.width / width)
    inner_height = min(max(round(height * scale), 1), spec.height)
    inner_width = min(max(round(width * scale), 1), spec.width)
    top, left = (spec.height - inner_height) // 2, (spec.width - inner_width) // 2
    plane = np.zeros((spec.height, spec.width), np.float32)
    plane[top : top + inner_height, left : left + inner_width] = _resample(
        display, inner_height, inner_width, spec.interpolation
    )
    # The rounded inner size, not the ideal one, is what the pixels were resampled to.
    rows, columns = height / inner_height, width / inner_width
    placement = Placement(
        top=-top * rows,
        left=-left * columns,
        height=spec.height * rows,
        width=spec.width * columns,
        radiograph_height=height,
        radiograph_width=width,
        input_height=spec.height,
        input_width=spec.width,
    )
    return plane, placement


def _centre_crop(display: FloatArray, spec: InputSpec) -> tuple[FloatArray, Placement]:
    height, width = display.shape
    scale = min(height / spec.height, width / spec.width)
    inner_height = min(max(round(spec.height * scale), 1), height)
    inner_width = min(max(round(spec.width * scale), 1), width)
    top, left = (height - inner_height) // 2, (width - inner_width) // 2
    part = display[top : top + inner_height, left : left + inner_width]
    plane = _resample(part, spec.height, spec.width, spec.interpolation)
    placement = Placement(float(top), float(left), inner_height, inner_width, height, width, spec.height, spec.width)
    return plane, placement


_FITS = {"stretch": _stretch, "letterbox": _letterbox, "centre-crop": _centre_crop}


def _resample(plane: FloatArray, height: int, width: int, interpolation: Interpolation) -> FloatArray:
    """Return (height, width) float32, pixel areas aligned at the outer edges."""
    import cv2

    if plane.shape == (height, width):
        return plane.copy()
    if interpolation == "linear":
        return np.asarray(cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    if interpolation == "cubic":
        cubic = cv2.resize(plane, (width, height), interpolation=cv2.INTER_CUBIC)
        return np.asarray(np.clip(cubic, 0.0, 1.0), np.float32)
    # OpenCV's INTER_AREA averages only where both axes shrink, so the shrinking axes come first, by
    # themselves.
    shrunk_height, shrunk_width = min(height, plane.shape[0]), min(width, plane.shape[1])
    if (shrunk_height, shrunk_width) != plane.shape:
        plane = cv2.resize(plane, (shrunk_width, shrunk_height), interpolation=cv2.INTER_AREA)
    if plane.shape != (height, width):
        plane = cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(plane, np.float32)


def heatmap_on_radiograph(heatmap: Heatmap) -> FloatArray:
    """Carry a heatmap from the network's grid to the radiograph's own: (H, W) float32, at least 0.

    Bilinear between the centres of the grid's cells, which tile the network's input evenly; constant beyond
    the outermost centres; 0 on the parts of the radiograph that the network did not see.
    """
    placement = heatmap.placement
    rows = np.arange(placement.radiograph_height, dtype=np.float64) + 0.5
    columns = np.arange(placement.radiograph_width, dtype=np.float64) + 0.5
    return heatmap_at(heatmap, rows, columns)


def heatmap_at(heatmap: Heatmap, rows: Positions, columns: Positions, *, smooth: bool = True) -> FloatArray:
    """Return a heatmap where these rows and columns of the radiograph cross: (len(rows), len(columns)) float32.

    rows, columns: positions in stored pixels, the first pixel's middle at 0.5; they may lie outside the radiograph.
    ``smooth`` interpolates as ``heatmap_on_radiograph`` does; without it every cell of the grid is flat.
    """
    import cv2

    grid, placement = heatmap.grid, heatmap.placement
    down = _weights(rows, placement.top, placement.height, grid.shape[0], smooth)
    across = _weights(columns, placement.left, placement.width, grid.shape[1], smooth)
    # Not numpy's product: its threads wait for one another, up to 40 ms where worker processes have the cores.
    cells = cv2.gemm(down, grid.astype(np.float32, copy=False), 1.0, None, 0.0)
    return np.asarray(cv2.gemm(cells, across, 1.0, None, 0.0, flags=cv2.GEMM_2_T), np.float32)


def heatmap_maximum(heatmap: Heatmap, *, smooth: bool = True) -> float:
    """Return the greatest value that ``heatmap_at`` has anywhere on the radiograph, at least 0."""
    grid, placement = heatmap.grid, heatmap.placement
    # What is bilinear between the cells' centres is greatest at one of them, or at an edge of the radiograph.
    rows = _peaks(placement.top, placement.height, grid.shape[0], placement.radiograph_height)
    columns = _peaks(placement.left, placement.width, grid.shape[1], placement.radiograph_width)
    return float(heatmap_at(heatmap, rows, columns, smooth=smooth).max(initial=0.0))


def _peaks(start: float, extent: float, cells: int, pixels: int) -> Positions:
    centres = start + (np.arange(cells) + 0.5) * (extent / cells)
    edges = [0.5, pixels - 0.5]
    return np.concatenate([centres[(centres >= 0) & (centres <= pixels)], edges])


def _weights(positions: Positions, start: float, extent: float, cells: int, smooth: bool) -> FloatArray:
    """Return (len(positions), cells): how much each cell gives to each position along one axis."""
    fraction = (positions - start) / extent
    position = np.clip(fraction * cells - 0.5, 0.0, cells - 1)
    if not smooth:
        position = np.floor(position + 0.5)
    lower = np.minimum(position.astype(np.intp), max(cells - 2, 0))
    upper = np.minimum(lower + 1, cells - 1)
    share = position - lower
    weights = np.zeros((len(positions), cells), np.float32)
    index = np.arange(len(positions))
    weights[index, lower] += 1.0 - share
    weights[index, upper] += share
    weights[(fraction < 0.0) | (fraction > 1.0)] = 0.0
    return weights
