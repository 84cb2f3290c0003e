"""The pictures that a report shows of a film, made while its pixels are at hand and no larger than paper needs."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import Analysis, FloatArray
from cxrviewer.imaging.fitting import heatmap_at
from cxrviewer.imaging.lung_outline import draw_outline
from cxrviewer.imaging.rendering import DEFAULT_COLOUR_MAP, DEFAULT_OPACITY, load_colour_map, normalised, overlay
from cxrviewer.results.atomic import written_atomically
from cxrviewer.results.overlay import overlay_file_name

LONGEST_SIDE: Final = 1000  # pixels: 280 dots an inch on the 9 cm that a picture has on the page
THUMBNAIL_SIDE: Final = 128
_QUALITY: Final = 88
_PARTS: Final = ("film", "heat", "thumb")


@dataclass(frozen=True, eq=False)
class FilmPictures:
    """JPEG files: the radiograph (grey), the same under the predicted finding's heatmap with the lungs' outline (RGB),
    and small (grey).
    """

    film: bytes
    heat: bytes
    thumb: bytes


def film_pictures(display: FloatArray, analysis: Analysis) -> FilmPictures:
    """Return the pictures of an analysis; display: (H, W) float32 in [0, 1], as the model saw it.

    The heatmap is that of the predicted finding over its own maximum; where there is none, the film is shown plain.
    """
    film = _shrunk(display, LONGEST_SIDE)
    return FilmPictures(
        film=_jpeg(np.round(film * 255).astype(np.uint8)),
        heat=_jpeg(_under_heat(film, analysis)),
        thumb=_jpeg(np.round(_shrunk(film, THUMBNAIL_SIDE) * 255).astype(np.uint8)),
    )


@dataclass(frozen=True)
class PictureFolder:
    """Pictures kept as files from the worker that had the pixels to the report; picklable, a delivery of a job."""

    folder: Path

    def is_needed(self, analysis: Analysis) -> bool:
        """Return whether the film's pictures are still to be made."""
        return not self._path(analysis, _PARTS[-1]).exists()

    def deliver(self, display: FloatArray, analysis: Analysis) -> None:
        """Keep the film's pictures; display: (H, W) float32 in [0, 1]. Raises ExportError where they cannot be kept."""
        pictures = film_pictures(display, analysis)
        for part in _PARTS:
            with written_atomically(self._path(analysis, part)) as stream:
                stream.write(getattr(pictures, part))

    def find(self, analysis: Analysis) -> FilmPictures | None:
        """Return a film's pictures, or None where there are none."""
        try:
            return FilmPictures(*(self._path(analysis, part).read_bytes() for part in _PARTS))
        except FileNotFoundError:
            return None

    def _path(self, analysis: Analysis, part: str) -> Path:
        return self.folder / f"{PurePath(overlay_file_name(analysis)).stem}.{part}.jpg"


def _under_heat(film: FloatArray, analysis: Analysis) -> npt.NDArray[np.uint8]:
    predicted = analysis.prediction.predicted if analysis.prediction else None
    heat = np.zeros_like(film)
    for heatmap in analysis.heatmaps:
        if heatmap.finding == predicted:
            placement = heatmap.placement
            rows = (np.arange(film.shape[0]) + 0.5) * placement.radiograph_height / film.shape[0]
            columns = (np.arange(film.shape[1]) + 0.5) * placement.radiograph_width / film.shape[1]
            heat = normalised(heatmap_at(heatmap, rows, columns))
    picture = overlay(film, heat, load_colour_map(DEFAULT_COLOUR_MAP), DEFAULT_OPACITY)
    return draw_outline(picture, analysis.lungs) if analysis.lungs is not None else picture


def _shrunk(display: FloatArray, longest_side: int) -> FloatArray:
    import cv2

    scale = longest_side / max(display.shape)
    if scale >= 1:
        return display
    height, width = (max(1, round(side * scale)) for side in display.shape)
    return np.asarray(np.clip(cv2.resize(display, (width, height), interpolation=cv2.INTER_AREA), 0, 1), np.float32)


def _jpeg(pixels: npt.NDArray[np.uint8]) -> bytes:
    from PIL import Image

    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()
