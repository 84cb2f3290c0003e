"""Pictures of widgets, compared with those in tests/golden/gui; fonts and style are the same on every machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image
from PySide6.QtGui import QFont, QFontDatabase, QImage, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from cxrviewer.gui.theme import dark_palette, light_palette, show_palette
from cxrviewer.resources import resources_folder

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "gui"
# Text is smoothed a little differently from one FreeType to the next; a changed digit or bar is far beyond these.
MEAN_DIFFERENCE = 1.5
BLOCK = 8  # pixels
BLOCK_DIFFERENCE = 24.0

Picture = npt.NDArray[np.uint8]


@contextmanager
def themed(theme: str) -> Iterator[None]:
    """Let widgets that are made inside have a theme, the shipped font and Fusion's shapes."""
    app = QApplication.instance()
    font, palette, style = QFont(app.font()), QPalette(app.palette()), app.style().objectName()
    family_id = QFontDatabase.addApplicationFont(str(resources_folder() / "fonts" / "DejaVuSans.ttf"))
    shipped = QFont(QFontDatabase.applicationFontFamilies(family_id)[0])
    shipped.setPixelSize(13)
    app.setStyle("Fusion")
    app.setFont(shipped)
    show_palette(app, dark_palette() if theme == "dark" else light_palette())
    try:
        yield
    finally:
        app.setPalette(palette)
        app.setFont(font)
        app.setStyle(style)


def picture_of(widget: QWidget, width: int, height: int) -> Picture:
    """Return a widget as it looks at a size: (height, width, 3) uint8, RGB."""
    widget.resize(width, height)
    widget.show()
    QApplication.processEvents()
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return lines[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def unlike(picture: Picture, golden: Picture) -> list[str]:
    """Return in words how a picture differs from the golden one by more than smoothing would."""
    if picture.shape != golden.shape:
        return [f"shape {picture.shape}, not {golden.shape}"]
    difference = np.abs(picture.astype(np.float32) - golden).max(axis=2)
    reasons = []
    if difference.mean() > MEAN_DIFFERENCE:
        reasons.append(f"mean difference {difference.mean():.2f} above {MEAN_DIFFERENCE}")
    rows, columns = (length // BLOCK for length in difference.shape)
    blocks = difference[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK).mean(axis=(1, 3))
    if blocks.max() > BLOCK_DIFFERENCE:
        row, column = np.unravel_index(blocks.argmax(), blocks.shape)
        reasons.append(f"around row {row * BLOCK}, column {column * BLOCK} a mean difference of {blocks.max():.0f}")
    return reasons


def assert_looks_as_golden(picture: Picture, name: str, suffix: str = ".png") -> None:
    """Compare with tests/golden/gui; CXRVIEWER_UPDATE_GOLDEN=1 writes it anew: look at it before committing.

    ``suffix``: ".webp" (lossless) takes half the room for a large picture.
    """
    path = GOLDEN / f"{name}{suffix}"
    if os.environ.get("CXRVIEWER_UPDATE_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        how = {"lossless": True, "quality": 100, "method": 6} if suffix == ".webp" else {"optimize": True}
        Image.fromarray(picture).save(path, **how)
    golden = np.asarray(Image.open(path).convert("RGB"))
    assert unlike(picture, golden) == []
