"""What the network saw: its small input, pixel for pixel."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from cxrviewer.gui.panels.column import WrappedLabel

if TYPE_CHECKING:
    from cxrviewer.domain import FloatArray, InputSpec

_LEAST_SIDE: Final = 112  # logical pixels


class NetworkInputPanel(QWidget):
    """Shows the input that the bundle's ``InputSpec`` makes of a film's default rendering, however it is viewed.

    It is made only while the panel can be seen: the display of a large film is large.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("What the network saw"))
        self._make_display: Callable[[], FloatArray] | None = None
        self._spec: InputSpec | None = None
        self.picture = InputPicture()
        self.caption = WrappedLabel()
        layout = QVBoxLayout(self)
        layout.addWidget(self.picture, 1)
        layout.addWidget(self.caption)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Show that there is no input: no film is open, or the network never saw it."""
        self._make_display = self._spec = None
        self.picture.show_image(QImage())
        self.caption.say(self.tr("The network has seen nothing yet."))

    def show_film(self, make_display: Callable[[], FloatArray], spec: InputSpec) -> None:
        """Show a film's input. make_display: returns its default rendering, (H, W) float32 in [0, 1]."""
        self._make_display, self._spec = make_display, spec
        if self.isVisible():
            self._draw()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Make the input of the film that was named while nobody could see the panel."""
        super().showEvent(event)
        self._draw()

    def _draw(self) -> None:
        if self._make_display is None or self._spec is None:
            return
        from cxrviewer.imaging.fitting import fit

        spec = self._spec
        network_input, _ = fit(self._make_display(), spec)
        self._make_display = None
        grey = np.round((network_input[:, :, 0] - spec.low) / (spec.high - spec.low) * 255).clip(0, 255)
        levels = np.ascontiguousarray(grey, np.uint8)
        image = QImage(levels.tobytes(), spec.width, spec.height, spec.width, QImage.Format.Format_Grayscale8)
        self.picture.show_image(image.copy())  # a copy owns its pixels
        fits = {
            "stretch": self.tr("stretched to this shape"),
            "letterbox": self.tr("with black beside it where its shape differs"),
            "centre-crop": self.tr("cut to this shape about its middle"),
        }
        self.caption.say(
            self.tr("{width} x {height} pixels, the film's default rendering, {fit}. Nothing else goes in.").format(
                width=spec.width, height=spec.height, fit=fits[spec.fit]
            )
        )


class InputPicture(QWidget):
    """An image as large as fits, its pixels not smoothed, so that one sees how few there are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("The network's input as a picture"))

    @property
    def image(self) -> QImage:
        """What is shown; null where there is nothing."""
        return self._image

    def show_image(self, image: QImage) -> None:
        """Show another image."""
        self._image = image
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the size at which an input pixel is a logical one."""
        return QSize(224, 224)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return the least size that still tells something."""
        return QSize(_LEAST_SIDE, _LEAST_SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the image in the middle."""
        if self._image.isNull():
            return
        painter = QPainter(self)
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(self.rect().center())
        painter.drawImage(place, self._image)
        painter.end()
