"""The picture of the film on screen in the clipboard: the same as its overlay's file."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage

from cxrviewer.domain import NOT_FOR_DIAGNOSIS, Analysis, FloatArray, Radiograph
from cxrviewer.errors import CxrViewerError, ExportError
from cxrviewer.gui.bridge.mailbox import Mailbox
from cxrviewer.gui.bridge.waiting_thread import WaitingThread
from cxrviewer.imaging.display import default_rendering, default_window_text
from cxrviewer.version import __version__

Picture = npt.NDArray[np.uint8]

_LONGEST_SIDE = 1600  # pixels; as overlays have
_SHORTEST_LONG_SIDE = 512


@dataclass(frozen=True, eq=False)
class _Request:
    radiograph: Radiograph
    analysis: Analysis | None


class PictureCopier(QObject):
    """Puts pictures into the clipboard; they are made in a thread, one at a time, and of several the last one counts.

    Signals, in the GUI thread: ``copied`` (width and height in pixels), ``failed`` (CxrViewerError).
    """

    copied = Signal(int, int)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._making: _Request | None = None
        self._next: _Request | None = None
        self._thread: WaitingThread[Picture] | None = None
        self._closed = False
        self._letters = Mailbox(0, self)
        self._letters.delivered.connect(self._receive)

    def copy(self, radiograph: Radiograph, analysis: Analysis | None) -> None:
        """Copy a film under its heatmap, or plain where there is no result of it."""
        if self._closed:
            return
        self._next = _Request(radiograph, analysis)
        if self._making is None:
            self._make_next()

    def close(self) -> None:
        """Copy nothing any more, and wait until the thread has ended."""
        self._closed = True
        self._next = None
        if self._thread is not None:
            self._thread.stop()
            self._thread = None
        self._making = None
        self._letters.close()

    def _make_next(self) -> None:
        request, self._next = self._next, None
        self._making = request
        if request is None:
            return
        self._thread = WaitingThread(
            "copied picture",
            partial(_made, request),
            received=self._letters.post,
            ended=self._letters.post,
            stop=lambda: None,  # a picture takes about a second
        )
        self._thread.start()

    def _receive(self, letters: list[Picture | CxrViewerError | None]) -> None:
        for letter in letters:
            superseded = self._next is not None
            if isinstance(letter, np.ndarray):
                if not superseded:
                    self._put(letter)
                continue
            if self._thread is not None:
                self._thread.stop()  # this was its last word
            if letter is not None and not superseded:
                self.failed.emit(letter)
            self._make_next()

    def _put(self, picture: Picture) -> None:
        height, width = picture.shape[:2]
        image = QImage(picture.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        QGuiApplication.clipboard().setImage(image.copy())  # the copy owns its pixels
        self.copied.emit(width, height)


def copied_picture(radiograph: Radiograph, analysis: Analysis | None) -> Picture:
    """Return what is copied: (h, w, 3) uint8, RGB, ``render_overlay`` or the plain film, with a legend either way.

    Raises ExportError where the analysis is of a film of another size.
    """
    from cxrviewer.results.overlay import render_overlay

    display = default_rendering(radiograph)
    if analysis is None or analysis.prediction is None:
        return _plain(display, radiograph)
    for heatmap in analysis.heatmaps:
        size = (heatmap.placement.radiograph_height, heatmap.placement.radiograph_width)
        if size != display.shape:
            raise ExportError(
                f"expected a film of {size[1]} x {size[0]} pixels, as it was analysed, got {display.shape[1]} x "
                f"{display.shape[0]}: the file has changed; analyse it again."
            )
    return render_overlay(display, analysis)


def _made(request: _Request) -> Generator[Picture]:
    yield np.ascontiguousarray(copied_picture(request.radiograph, request.analysis))


def _plain(display: FloatArray, radiograph: Radiograph) -> Picture:
    import cv2

    from cxrviewer.results.legend import Panel, compose, text_size
    from cxrviewer.results.plain_text import valid_unicode

    longest = max(display.shape)
    scale = min(max(longest, _SHORTEST_LONG_SIDE), _LONGEST_SIDE) / longest
    height, width = (max(1, round(side * scale)) for side in display.shape)
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    film = cv2.resize(display, (width, height), interpolation=interpolation)
    grey = np.round(np.clip(film, 0, 1) * 255).astype(np.uint8)
    size = text_size(height, width)
    words, facts = Panel(size), Panel(size)
    words.text("No result", scale=1.6)
    words.text("The radiograph as its file asks to be shown; no network has judged it.", dim=True)
    facts.pair("Size", f"{display.shape[1]} x {display.shape[0]} pixels")
    facts.pair("Window", valid_unicode(default_window_text(radiograph)) or "as stored")
    facts.pair("Program", f"cxrviewer {__version__}")
    facts.gap(0.6)
    facts.text(NOT_FOR_DIAGNOSIS, accent=True)
    return compose(np.repeat(grey[:, :, None], 3, axis=2), words, facts)
