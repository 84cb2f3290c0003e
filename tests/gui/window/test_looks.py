"""The whole window looks as it did: with a film and empty, in light and dark, on screens of 100 % and 200 %."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.gui.pictures import Picture, assert_looks_as_golden
from tests.gui.window.looks import SIZE, STATES, THEMES

ROOT = Path(__file__).resolve().parents[3]
SCALES = (1, 2)


@pytest.fixture(scope="module", params=SCALES, ids=lambda scale: f"{scale}00%")
def pictures(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    """The scale of the screen, and a folder with pictures taken at it by another process."""
    out, home = tmp_path_factory.mktemp("looks"), tmp_path_factory.mktemp("home")
    environment = {**os.environ, "QT_SCALE_FACTOR": str(request.param), "QT_QPA_PLATFORM": "offscreen"}
    environment |= {"LC_ALL": "C.UTF-8", "TZ": "UTC", "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    command = [sys.executable, "-m", "tests.gui.window.looks", str(out), str(home / "windows")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    return request.param, out


def coarse(picture: Picture) -> Picture:
    """Return a picture in 64 steps a colour: the film's noise, which nobody sees, would make megabytes of goldens."""
    return picture & 0xFC


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("state", STATES)
def test_the_window_looks_as_it_did(pictures: tuple[int, Path], state: str, theme: str) -> None:
    scale, folder = pictures
    picture = coarse(np.asarray(Image.open(folder / f"{state}_{theme}.png").convert("RGB")))
    assert picture.shape == (SIZE[1] * scale, SIZE[0] * scale, 3)
    assert_looks_as_golden(picture, f"window_{state}_{theme}_{scale}00", suffix=".webp")
