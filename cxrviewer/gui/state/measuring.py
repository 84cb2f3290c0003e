"""Distances on a radiograph: frozen lines between two positions, their lengths, and where the millimetres come from.

Every step returns a new tuple of measurements, so that undoing one is going back to the tuple before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot
from typing import Literal

from cxrviewer.domain import PixelSpacing
from cxrviewer.gui.state.view import Position

LengthSource = Literal["PixelSpacing", "ImagerPixelSpacing", "none"]
End = Literal["start", "end"]


@dataclass(frozen=True)
class Measurement:
    """A line between two positions, (row, column) in stored pixels."""

    start: Position
    end: Position


Measurements = tuple[Measurement, ...]


@dataclass(frozen=True)
class Length:
    """A length, and the attribute that its millimetres come from; "none": it is in stored pixels.

    ``ImagerPixelSpacing`` is measured at the detector: what lies before it is magnified, by an unknown amount.
    Source: DICOM PS3.3 10.7.1.3 and C.8.11.4 (projection radiography).
    """

    value: float
    unit: Literal["mm", "px"]
    source: LengthSource


def length(measurement: Measurement, spacing: PixelSpacing | None) -> Length:
    """Return the length of a measurement, in mm where the radiograph has a spacing and else in stored pixels."""
    down = measurement.end[0] - measurement.start[0]
    across = measurement.end[1] - measurement.start[1]
    if spacing is None:
        return Length(hypot(down, across), "px", "none")
    return Length(hypot(down * spacing.row_mm, across * spacing.column_mm), "mm", spacing.source)


def added(measurements: Measurements, measurement: Measurement) -> Measurements:
    """Return the measurements with one more, last."""
    return (*measurements, measurement)


def removed(measurements: Measurements, index: int) -> Measurements:
    """Return the measurements without one."""
    return measurements[:index] + measurements[index + 1 :]


def moved(measurements: Measurements, index: int, end: End, position: Position) -> Measurements:
    """Return the measurements with one end of one of them elsewhere."""
    changed = replace(measurements[index], **{end: position})
    return (*measurements[:index], changed, *measurements[index + 1 :])
