"""The canvas looks as it did.

CXRVIEWER_UPDATE_GOLDEN=1 writes tests/golden/canvas_*.png anew: look at them before committing them.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from cxrviewer.domain import Orientation, PixelSpacing, Radiograph, Window
from cxrviewer.gui.canvas.canvas import RadiographCanvas
from cxrviewer.gui.state.measuring import Measurement
from cxrviewer.gui.state.view import HeatmapSettings, ViewSettings, flipped, turned
from tests.gui.canvas.films import heatmap, pixels, radiograph, shown_canvas

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
SIZE = (400, 320)
SHAPE = (640, 560)
LINES = (Measurement((130.0, 170.0), (320.0, 390.0)), Measurement((500.0, 60.0), (540.0, 300.0)))
Setting = Callable[[RadiographCanvas], object]


def synthetic(samples: Path, **changes: Any) -> Radiograph:
    """Return the synthetic film with 12 bits, as a detector would store it."""
    grey = cv2.imread(str(samples / "synthetic-ground-glass.jpg"), cv2.IMREAD_GRAYSCALE)
    stored = cv2.resize(grey, SHAPE[::-1], interpolation=cv2.INTER_AREA).astype(np.uint16) * 16
    return radiograph(stored, 12, windows=(Window(2050, 4000),), **changes)


def view(**changes: Any) -> Setting:
    return lambda canvas: canvas.set_view(ViewSettings(**changes))


def heat(**changes: Any) -> Setting:
    def show(canvas: RadiographCanvas) -> None:
        canvas.set_heatmaps([heatmap(SHAPE)], "PNEUMONIA")
        canvas.set_heatmap_settings(HeatmapSettings(**changes))

    return show


def measured(canvas: RadiographCanvas) -> None:
    canvas.set_measurements(LINES)
    canvas.select(1)


def magnified(canvas: RadiographCanvas) -> None:
    canvas.set_magnifier(True)
    at = QPointF(150, 170)
    none = Qt.MouseButton.NoButton
    move = QMouseEvent(QEvent.Type.MouseMove, at, canvas.mapToGlobal(at), none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, move)


def turned_and_flipped(canvas: RadiographCanvas) -> None:
    canvas.set_view(flipped(turned(ViewSettings())))
    canvas.set_heatmaps([heatmap(SHAPE)], "PNEUMONIA")


GOLDENS: dict[str, tuple[dict[str, Any], Setting]] = {
    "fit": ({}, view()),
    "one_to_one": ({}, view(zoom=1.0, centre=(300.0, 250.0))),
    "zoomed": ({}, view(zoom=3.0, centre=(420.0, 180.0))),
    "single_pixels": ({}, view(zoom=16.0, centre=(420.0, 180.0), window=Window(3000, 1200))),
    "window": ({}, view(window=Window(1500, 2400))),
    "inverted": ({}, view(inverted=True)),
    "turned": ({}, view(quarter_turns=1)),
    "flipped": ({}, view(flipped=True)),
    "turned_and_flipped": ({}, turned_and_flipped),
    "sides": ({"orientation": Orientation("L", "F")}, view()),
    "sides_turned_and_flipped": ({"orientation": Orientation("L", "F")}, turned_and_flipped),
    "heat_fill": ({}, heat()),
    "heat_contour": ({}, heat(style="contour")),
    "heat_grid": ({}, heat(smooth=False, colour_map="viridis", opacity=0.6)),
    "heat_grid_contour": ({}, heat(smooth=False, style="contour")),
    "measured_mm": ({"spacing": PixelSpacing(0.66, 0.66, "PixelSpacing")}, measured),
    "measured_at_detector": ({"spacing": PixelSpacing(0.66, 0.66, "ImagerPixelSpacing")}, measured),
    "measured_pixels": ({}, measured),
    "magnifier": ({}, magnified),
}


@pytest.mark.parametrize("name", GOLDENS)
def test_the_canvas_looks_as_it_did(name: str, qtbot: Any, samples: Path) -> None:
    changes, setting = GOLDENS[name]
    canvas = shown_canvas(qtbot, synthetic(samples, **changes), SIZE)
    setting(canvas)
    picture = pixels(canvas)
    path = GOLDEN / f"canvas_{name}.png"
    if os.environ.get("CXRVIEWER_UPDATE_GOLDEN") == "1":
        Image.fromarray(picture).save(path, optimize=True)
    golden = np.asarray(Image.open(path).convert("RGB"))
    assert unlike(picture, golden) == []


def test_the_tolerance_tells_a_wrong_picture(qtbot: Any, samples: Path) -> None:
    """What a person would notice must not pass: another window, a missing line, a shift by two pixels."""
    canvas = shown_canvas(qtbot, synthetic(samples), SIZE)
    plain = pixels(canvas)
    canvas.set_measurements(LINES[:1])
    assert unlike(pixels(canvas), plain)
    canvas.set_measurements(())
    canvas.set_window(Window(1900, 4000))
    assert unlike(pixels(canvas), plain)
    canvas.set_view(ViewSettings())
    canvas.set_view(ViewSettings(zoom=canvas.zoom(), centre=(324.0, 284.0)))
    assert unlike(pixels(canvas), plain)
    canvas.set_view(ViewSettings())
    assert unlike(pixels(canvas), plain) == []


def unlike(picture: np.ndarray, golden: np.ndarray) -> list[str]:
    """Return in which ways two pictures differ more than one FreeType differs from the next."""
    if picture.shape != golden.shape:
        return [f"shape {picture.shape}, not {golden.shape}"]
    difference = np.abs(picture.astype(np.float32) - golden).max(axis=2)
    figures = {
        "mean": (float(difference.mean()), 1.0),
        "99th percentile": (float(np.percentile(difference, 99)), 12),
        "mean around one place": (float(cv2.blur(difference, (25, 25)).max()), 16),
    }
    return [f"{name} {value:.1f} > {limit}" for name, (value, limit) in figures.items() if value > limit]
