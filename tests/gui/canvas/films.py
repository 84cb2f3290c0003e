"""Radiographs, heatmaps and canvases for the tests of the canvas."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QFont, QFontDatabase, QImage

from cxrviewer.domain import Facts, Heatmap, Placement, Radiograph
from cxrviewer.gui.canvas.canvas import RadiographCanvas
from cxrviewer.resources import resources_folder


def radiograph(stored: npt.NDArray[Any], bits: int = 16, **changes: Any) -> Radiograph:
    """Return a radiograph whose array nobody may write to, as one in shared memory."""
    stored = stored.copy()
    stored.flags.writeable = False
    return Radiograph(stored, Facts("PNG", "none", stored.shape[1], stored.shape[0], bits, "grey"), **changes)


def heatmap(shape: tuple[int, int], finding: str = "PNEUMONIA", scale: float = 1.0) -> Heatmap:
    """Return a heatmap of 7 x 7 with a hot region below left and a warm cell on the right."""
    grid = np.zeros((7, 7), np.float32)
    grid[4, 1], grid[4, 2], grid[3, 1], grid[2, 5] = 2.5, 1.2, 1.5, 1.6
    placement = Placement(0.0, 0.0, float(shape[0]), float(shape[1]), *shape, 224, 224)
    return Heatmap(finding, grid * np.float32(scale), placement)


def shown_canvas(qtbot: Any, film: Radiograph | None, size: tuple[int, int] = (400, 300)) -> RadiographCanvas:
    """Return a canvas on the screen, its font that of the exports: the same on every machine."""
    canvas = RadiographCanvas()
    qtbot.addWidget(canvas)
    canvas.setFont(shipped_font())
    canvas.resize(*size)
    canvas.set_radiograph(film)
    canvas.show()
    qtbot.waitExposed(canvas)
    return canvas


def shipped_font(pixels: int = 13) -> QFont:
    number = QFontDatabase.addApplicationFont(str(Path(resources_folder()) / "fonts" / "DejaVuSans.ttf"))
    font = QFont(QFontDatabase.applicationFontFamilies(number)[0])
    font.setPixelSize(pixels)
    return font


def pixels(canvas: RadiographCanvas) -> npt.NDArray[np.uint8]:
    """Return what a canvas shows, (h, w, 3) uint8 RGB, in device pixels."""
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def grey(canvas: RadiographCanvas) -> npt.NDArray[np.uint8]:
    """Return what a canvas shows where it shows nothing in colour, (h, w) uint8."""
    shown = pixels(canvas)
    np.testing.assert_array_equal(shown[..., 0], shown[..., 1])
    np.testing.assert_array_equal(shown[..., 0], shown[..., 2])
    return shown[..., 0]
