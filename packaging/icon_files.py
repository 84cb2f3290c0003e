"""The program's icon as each system wants it, drawn from the one SVG."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ICON = Path("resources") / "icons" / "cxrviewer.svg"
WINDOWS_SIDES: Final = (16, 20, 24, 32, 40, 48, 64, 128, 256)
MAC_SIDES: Final = (32, 64, 128, 256, 512, 1024)  # those that the format has a picture for
LINUX_SIDES: Final = (16, 22, 24, 32, 48, 64, 128, 256, 512)


def drawn(svg: Path, side: int) -> Image.Image:
    """Return the icon at a size of its own, drawn rather than scaled.

    Raises ValueError where the file is no SVG that Qt can draw.
    """
    renderer = QSvgRenderer(str(svg))
    if not renderer.isValid():
        raise ValueError(f"expected an SVG icon at {svg}, got a file that cannot be drawn.")
    image = QImage(side, side, QImage.Format.Format_RGBA8888)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return Image.frombytes("RGBA", (side, side), bytes(image.constBits()))


def write_png(svg: Path, side: int, path: Path) -> None:
    """Write the icon as a PNG of that side."""
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn(svg, side).save(path, optimize=True)


def write_ico(svg: Path, path: Path) -> None:
    """Write the icon for Windows, every size drawn for itself."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pictures = [drawn(svg, side) for side in WINDOWS_SIDES]
    pictures[-1].save(path, sizes=[(side, side) for side in WINDOWS_SIDES], append_images=pictures[:-1])


def write_icns(svg: Path, path: Path) -> None:
    """Write the icon for macOS, every size drawn for itself."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pictures = [drawn(svg, side) for side in MAC_SIDES]
    pictures[-1].save(path, append_images=pictures[:-1])
