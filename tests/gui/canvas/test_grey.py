"""The greys on the screen are those of the display pipeline, whatever the window, and at every scale of the screen."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from cxrviewer.domain import LookupTable, Window
from cxrviewer.gui.state.view import ViewSettings
from cxrviewer.imaging.display import render
from tests.films import film
from tests.gui.canvas.films import grey, radiograph, shown_canvas

WINDOWS = [None, Window(2000, 1500), Window(1500, 400, "SIGMOID"), Window(2100, 1, "LINEAR_EXACT")]
FILMS = {
    "8 bits": lambda: radiograph(film(200, 0), 8),
    "12 bits": lambda: radiograph(film(200, 1, 12), 12),
    "12 bits inverted": lambda: radiograph(film(200, 2, 12), 12, inverted=True, windows=(Window(2000, 3000),)),
    "signed": lambda: radiograph((film(200, 3, 12).astype(np.int32) - 2048).astype(np.int16), 12, slope=0.5),
    "VOI LUT": lambda: radiograph(
        film(200, 4, 12), 12, voi_lut=LookupTable(100, (np.linspace(0, 1, 3000) ** 2 * 1023).astype(np.uint16), 10)
    ),
    "modality LUT": lambda: radiograph(
        film(200, 5, 12), 12, modality_lut=LookupTable(0, np.arange(4096, dtype=np.uint16)[::-1].copy(), 12)
    ),
    "padded": lambda: radiograph(np.pad(film(180, 6, 12), 10, constant_values=65535), 12, padding=(65535, 65535)),
}


@pytest.mark.parametrize("name", FILMS)
@pytest.mark.parametrize("window", WINDOWS)
def test_greys_are_those_of_the_display_pipeline(qtbot, name, window) -> None:
    given = FILMS[name]()
    canvas = shown_canvas(qtbot, given, (200, 200))
    canvas.set_view(ViewSettings(zoom=1.0, window=window))
    expected = render(given, window) * 255
    assert np.abs(grey(canvas) - expected).max() <= 0.51


def test_inverting_exchanges_black_and_white(qtbot) -> None:
    given = FILMS["12 bits"]()
    canvas = shown_canvas(qtbot, given, (200, 200))
    canvas.set_view(ViewSettings(zoom=1.0, inverted=True))
    expected = render(replace(given, inverted=True), None) * 255
    assert np.abs(grey(canvas) - expected).max() <= 0.51


@pytest.mark.parametrize("scale", ["2", "1.5", "1.25"])
def test_on_a_fine_screen_one_to_one_is_a_device_pixel(scale) -> None:
    """In a process of its own: the scale of the screen is fixed when the application starts."""
    code = (
        "import numpy as np\n"
        "from PySide6.QtWidgets import QApplication\n"
        "application = QApplication([])\n"
        "from cxrviewer.gui.canvas.canvas import RadiographCanvas\n"
        "from cxrviewer.gui.state.view import ViewSettings\n"
        "from tests.films import film\n"
        "from tests.gui.canvas.films import grey, radiograph\n"
        "canvas = RadiographCanvas()\n"
        "canvas.resize(100, 80)\n"
        "canvas.set_radiograph(radiograph(film(400, 0), 8))\n"
        "canvas.set_view(ViewSettings(zoom=1.0))\n"
        "canvas.show()\n"
        "shown, size = grey(canvas), canvas.viewport_size\n"
        f"assert canvas.devicePixelRatioF() == {scale}\n"
        f"assert shown.shape == (80 * {scale}, 100 * {scale}), shown.shape\n"
        "height, width = shown.shape\n"
        "found = [\n"
        "    (shown == film(400, 0)[top : top + height, left : left + width]).all()\n"
        "    for top in (199 - height // 2, 200 - height // 2)\n"  # odd sizes have two middles
        "    for left in (199 - width // 2, 200 - width // 2)\n"
        "]\n"
        "assert sum(found) == 1, found\n"
    )
    environment = os.environ | {"QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
