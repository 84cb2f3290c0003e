"""Radiographs and thumbnails decoded in worker processes: the window never decodes a stranger's file itself."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from cxrviewer.analysis.analyze import named_error
from cxrviewer.analysis.pool import PoolSettings, Source, map_source
from cxrviewer.analysis.shared_pixels import HandedPixels, hand_over, new_name, remove, take_over
from cxrviewer.domain import FloatArray, Radiograph
from cxrviewer.errors import ChangedFileError, CxrViewerError
from cxrviewer.imaging.display import default_rendering
from cxrviewer.reading import read_radiograph
from cxrviewer.reading.limits import DEFAULT_LIMITS, Limits

THUMBNAIL_SIDE = 96

DecodingKind = Literal["radiograph", "thumbnail"]
Thumbnail = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class DecodingTask:
    """One file to decode; ``memory`` is the name that its pixels get on their way, given when it is handed out."""

    path: Path
    kind: DecodingKind = "radiograph"
    limits: Limits = DEFAULT_LIMITS
    memory: str = ""


@dataclass(frozen=True, eq=False)
class DecodedFile:
    """What came of the task at ``index``: a radiograph, a thumbnail, or why there is none.

    ``radiograph.stored`` cannot be written to. thumbnail: (h, w) uint8, the default rendering, its longer side at most
    THUMBNAIL_SIDE. ``milliseconds``: what reading took in the worker.
    """

    index: int
    path: Path
    kind: DecodingKind
    radiograph: Radiograph | None = None
    thumbnail: Thumbnail | None = None
    error: CxrViewerError | None = None
    milliseconds: float = 0.0


@dataclass(frozen=True, eq=False)
class _Decoded:
    """What travels from the worker: the radiograph without its pixels, and the pixels, or the thumbnail."""

    radiograph: Radiograph | None = None
    pixels: HandedPixels | None = None
    thumbnail: Thumbnail | None = None
    milliseconds: float = 0.0


def decode_source(source: Source[DecodingTask], pool: PoolSettings) -> Generator[DecodedFile]:
    """Decode what a source gives in worker processes and yield what came of it, in the order of completion.

    A file that cannot be read, or costs its worker, comes back with its named error. No shared memory outlives its
    task, whatever becomes of the worker. Raises EngineError where no worker starts.
    """
    handed_out: set[str] = set()
    tracked = _Tracked(source, handed_out)
    try:
        with closing(map_source(_decode, tracked, pool)) as results:  # workers are gone before their memory is
            for result in results:
                task = result.item
                yield _received(result.index, task, result.value if result.loss is None else result.loss)
                handed_out.discard(task.memory)
    finally:
        for name in handed_out:
            remove(name)


class _Tracked:
    """A source that gives its tasks names for their memories, and notes which of them may exist."""

    def __init__(self, source: Source[DecodingTask], handed_out: set[str]) -> None:
        self._source = source
        self._handed_out = handed_out
        self.call_on_news = source.call_on_news

    def take(self) -> tuple[int, DecodingTask] | None:
        taken = self._source.take()
        if taken is None or taken[1].kind == "thumbnail":
            return taken
        index, task = taken
        name = new_name()
        self._handed_out.add(name)
        return index, replace(task, memory=name)

    @property
    def ended(self) -> bool:
        return self._source.ended

    @property
    def stopped(self) -> bool:
        return self._source.stopped


def _received(index: int, task: DecodingTask, value: _Decoded | CxrViewerError | None) -> DecodedFile:
    blank = DecodedFile(index, task.path, task.kind)
    if isinstance(value, _Decoded):
        decoded = replace(blank, milliseconds=value.milliseconds, thumbnail=value.thumbnail)
        if value.radiograph is None or value.pixels is None:
            return decoded
        try:
            stored = take_over(value.pixels)
        except OSError as error:
            lost = ChangedFileError(f"its pixels were lost between two processes ({error}); open the file again.")
            return replace(blank, error=lost)
        return replace(decoded, radiograph=replace(value.radiograph, stored=stored))
    if task.memory:
        remove(task.memory)
    return replace(blank, error=value)


def _decode(task: DecodingTask) -> _Decoded | CxrViewerError:
    """Read one file in a worker process; whatever is wrong with it is returned, not raised."""
    started = time.perf_counter()
    try:
        # A lateral view is not classified, but whoever opens it wants to see it.
        radiograph = read_radiograph(task.path, task.limits, any_view=True)
        if task.kind == "thumbnail":
            return _Decoded(thumbnail=_thumbnail(default_rendering(radiograph)), milliseconds=_since(started))
        pixels = hand_over(radiograph.stored, task.memory)
        without_pixels = replace(radiograph, stored=np.zeros((0, 0), radiograph.stored.dtype))
    except Exception as error:  # noqa: BLE001 - see named_error
        return named_error(error)
    return _Decoded(without_pixels, pixels, milliseconds=_since(started))


def _thumbnail(display: FloatArray) -> Thumbnail:
    """Return a display, (H, W) float32 in [0, 1], as uint8 with its longer side at most THUMBNAIL_SIDE."""
    import cv2

    scale = min(1.0, THUMBNAIL_SIDE / max(display.shape))
    height, width = (max(1, round(side * scale)) for side in display.shape)
    small = cv2.resize(display, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(np.round(np.clip(small, 0, 1) * 255), np.uint8)


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
