"""Pictures that are no chest radiographs, gathered from what is installed, to try a scope gate on."""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from cxrviewer.domain import FloatArray
from cxrviewer.errors import CxrViewerError
from cxrviewer.imaging.display import default_rendering
from cxrviewer.reading import read_radiograph

_PICTURE_FOLDERS: Final = (("skimage", "data"), ("sklearn", "datasets/images"), ("matplotlib", "mpl-data/sample_data"))
# Intact ones, without the copies that differ in their coding alone.
_OF_PYDICOM: Final = (
    "693_J2KI", "CT_small", "GDCMJ2K_TextGBR", "JPEG2000", "MR_small", "MR_small_padded", "SC_rgb_rle",
    "SC_rgb_small_odd", "examples_jpeg2k", "examples_overlay", "examples_palette", "examples_rgb_color",
    "examples_ybr_color", "image_dfl", "liver_1frame", "rtdose_1frame",
)  # fmt: skip
_CROPS: Final = 5
_SIDE: Final = 300
_SHORTEST: Final = 64


@dataclass(frozen=True, eq=False)
class OtherPicture:
    """A picture that is no chest radiograph: its kind, and (H, W) float32 in [0, 1]."""

    kind: str
    display: FloatArray


def other_pictures(folder: Path | None = None) -> Iterator[OtherPicture]:
    """Yield photographs of scikit-image, scikit-learn, matplotlib and a folder, where there are any, parts of them, CT,
    MR and other pictures of pydicom, pages of text, noise, gradients, and blank pictures; the same ones every time.
    """
    rng = np.random.default_rng(0)
    folders = [place for package, inside in _PICTURE_FOLDERS if (place := _inside(package, inside)) is not None]
    for place in [*folders, *filter(None, [folder])]:
        for display in _photographs(place):
            yield OtherPicture("photograph", display)
            for _ in range(_CROPS):
                yield OtherPicture("part of a photograph", _part(display, rng))
    yield from _of_pydicom()
    yield from (OtherPicture("page of text", page) for page in _pages_of_text())
    for number in range(20):
        yield OtherPicture("noise", rng.random((_SIDE, _SIDE), np.float32))
        yield OtherPicture("clouds", _clouds(rng, 4 + number))
    across = np.tile(np.linspace(0, 1, _SIDE, dtype=np.float32), (_SIDE, 1))
    for turns in range(4):
        yield OtherPicture("gradient", np.ascontiguousarray(np.rot90(across, turns)))
        yield OtherPicture("gradient", np.ascontiguousarray(np.rot90((across + across.T) / 2, turns)))
    for grey in (0.0, 0.25, 0.5, 0.75, 1.0):
        yield OtherPicture("blank", np.full((_SIDE, _SIDE), grey, np.float32))


def _inside(package: str, folder: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    found = Path(spec.origin).parent / folder if spec and spec.origin else None
    return found if found and found.is_dir() else None


def _photographs(folder: Path) -> Iterator[FloatArray]:
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in (".png", ".jpg", ".jpeg", ".tif"):
            try:
                display = default_rendering(read_radiograph(path))
            except CxrViewerError:  # several pages, damaged on purpose, tiny: no picture that would get to the gate
                continue
            if min(display.shape) >= _SHORTEST:
                yield display


def _part(display: FloatArray, rng: np.random.Generator) -> FloatArray:
    side = int(rng.integers(_SHORTEST, min(display.shape) + 1))
    top, left = (int(rng.integers(0, length - side + 1)) for length in display.shape)
    return np.ascontiguousarray(display[top : top + side, left : left + side])


def _of_pydicom() -> Iterator[OtherPicture]:
    """Yield the first frame of every picture among pydicom's test files, from its darkest to its brightest value."""
    import pydicom

    folder = _inside("pydicom", "data/test_files")
    paths = [folder / f"{name}.dcm" for name in _OF_PYDICOM] if folder else []
    for path in filter(Path.is_file, paths):
        dataset = pydicom.dcmread(path)
        pixels = np.asarray(dataset.pixel_array, np.float32)
        if pixels.ndim == 3 and pixels.shape[-1] == 3:
            pixels = pixels.mean(axis=-1)
        pixels = pixels[0] if pixels.ndim == 3 else pixels
        if pixels.ndim == 2 and min(pixels.shape) >= _SHORTEST and pixels.max() > pixels.min():
            display = (pixels - pixels.min()) / (pixels.max() - pixels.min())
            yield OtherPicture(f"DICOM {dataset.get('Modality') or 'without modality'}", display.astype(np.float32))


def _pages_of_text() -> Iterator[FloatArray]:
    import cv2

    lines = [line[:70] for line in inspect.getsource(inspect).splitlines() if line.strip()]
    for number in range(20):
        page = np.full((600 if number % 2 else 450, 450), 255, np.uint8)
        scale, spacing = 0.3 + 0.03 * (number % 7), 12 + number % 7
        for row, line in enumerate(lines[number * 40 :][: 10 + 2 * number]):
            cv2.putText(page, line, (20, 30 + row * spacing), cv2.FONT_HERSHEY_SIMPLEX, scale, 0, 1, cv2.LINE_AA)
        grey = page.astype(np.float32) / np.float32(255)
        yield grey if number % 4 else 1 - grey


def _clouds(rng: np.random.Generator, cells: int) -> FloatArray:
    import cv2

    coarse = rng.random((cells, cells), np.float32)
    return np.asarray(np.clip(cv2.resize(coarse, (_SIDE, _SIDE), interpolation=cv2.INTER_CUBIC), 0, 1), np.float32)
