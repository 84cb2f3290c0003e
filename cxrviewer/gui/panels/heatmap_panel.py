"""How the heatmap lies over the radiograph: finding, opacity, colours, style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QHBoxLayout, QLabel, QSlider, QWidget

from cxrviewer.gui.panels.column import ColumnPanel, WrappedLabel
from cxrviewer.gui.panels.occlusion_box import OcclusionBox
from cxrviewer.gui.state.view import HeatmapSettings
from cxrviewer.imaging.rendering import COLOUR_MAPS, load_colour_map

_SWATCH: Final = QSize(96, 14)


class HeatmapPanel(ColumnPanel):
    """Edits HeatmapSettings; ``changed`` carries the new ones when a person changes them, not when they are shown."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(self.tr("Heatmap settings"))
        self._settings = HeatmapSettings()
        self._has_occlusion = False
        self.visible_box = QCheckBox(self.tr("Show the heatmap"))
        self.finding = QComboBox()
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(0, 100)
        self.opacity.setPageStep(10)
        self._percent = QLabel()
        self.colour_map = QComboBox()
        self.style_choice = QComboBox()
        self.smooth_choice = QComboBox()
        self.method_choice = QComboBox()
        self.occlusion = OcclusionBox()
        self.colour_bar = QCheckBox(self.tr("Show the colour bar"))
        self.lungs = QCheckBox(self.tr("Show the outline of the lungs"))
        self._fill_choices()
        self._lay_out()
        self._connect()
        self.set_findings(())
        self.show_settings(self._settings)

    def _fill_choices(self) -> None:
        self.colour_map.setIconSize(_SWATCH)
        names = {"greys": self.tr("Greys")}
        for name in COLOUR_MAPS:
            self.colour_map.addItem(_swatch(name), names.get(name, name.capitalize()), name)
        self.style_choice.addItem(self.tr("Filled"), "fill")
        self.style_choice.addItem(self.tr("Contours"), "contour")
        self.smooth_choice.addItem(self.tr("Smooth"), True)
        self.smooth_choice.addItem(self.tr("The network's own grid"), False)
        self.method_choice.addItem(self.tr("Grad-CAM"), "Grad-CAM")
        self.method_choice.addItem(self.tr("Occlusion sensitivity"), "occlusion sensitivity")

    def _lay_out(self) -> None:
        opacity = QHBoxLayout()
        opacity.addWidget(self.opacity, 1)
        self._percent.setMinimumWidth(self._percent.fontMetrics().horizontalAdvance("100 %"))
        opacity.addWidget(self._percent)
        form = QFormLayout()
        for label, field in (
            (self.tr("&Finding"), self.finding),
            (self.tr("&Method"), self.method_choice),
            (self.tr("&Colours"), self.colour_map),
            (self.tr("&Style"), self.style_choice),
            (self.tr("Transi&tions"), self.smooth_choice),
        ):
            form.addRow(label, field)
            field.setAccessibleName(label.replace("&", ""))
            field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            field.setMinimumContentsLength(8)
        opacity_label = QLabel(self.tr("&Opacity"))
        opacity_label.setBuddy(self.opacity)
        self.opacity.setAccessibleName(self.tr("Opacity"))
        form.insertRow(2, opacity_label, opacity)
        self.column.addWidget(self.visible_box)
        self.column.addLayout(form)
        self.column.addWidget(self.colour_bar)
        self.column.addWidget(self.lungs)
        self.column.addWidget(
            WrappedLabel(
                self.tr("The colours compare regions of this film, not films. Only the button below runs the network.")
            )
        )
        self.column.addWidget(self.occlusion)
        self.column.addStretch(1)

    def _connect(self) -> None:
        self.visible_box.toggled.connect(lambda shown: self._change(visible=shown))
        self.finding.currentIndexChanged.connect(lambda _: self._change(finding=self.finding.currentData()))
        self.opacity.valueChanged.connect(lambda percent: self._change(opacity=percent / 100))
        self.colour_map.currentIndexChanged.connect(lambda _: self._change(colour_map=self.colour_map.currentData()))
        self.style_choice.currentIndexChanged.connect(lambda _: self._change(style=self.style_choice.currentData()))
        self.smooth_choice.currentIndexChanged.connect(lambda _: self._change(smooth=self.smooth_choice.currentData()))
        self.method_choice.currentIndexChanged.connect(lambda _: self._change(method=self.method_choice.currentData()))
        self.colour_bar.toggled.connect(lambda shown: self._change(colour_bar=shown))
        self.lungs.toggled.connect(lambda shown: self._change(lungs=shown))

    @property
    def settings(self) -> HeatmapSettings:
        """The settings as the panel shows them."""
        return self._settings

    def set_findings(self, findings: Sequence[str], predicted: str = "") -> None:
        """Offer other findings; a film without a result has none, and only its settings stay."""
        with QSignalBlocker(self.finding):
            self.finding.clear()
            shown = self.tr("Predicted ({finding})").format(finding=predicted)
            self.finding.addItem(shown if predicted else self.tr("Predicted"), None)
            for finding in findings:
                self.finding.addItem(finding, finding)
            self._select_finding()
        self.finding.setEnabled(bool(findings))

    def show_settings(self, settings: HeatmapSettings) -> None:
        """Show settings that were changed elsewhere; emits nothing."""
        self._settings = settings
        fields = (
            self.visible_box, self.finding, self.opacity, self.colour_map,
            self.style_choice, self.smooth_choice, self.colour_bar, self.lungs,
            self.method_choice,
        )  # fmt: skip
        blockers = [QSignalBlocker(field) for field in fields]
        self.visible_box.setChecked(settings.visible)
        self._select_finding()
        self.opacity.setValue(round(settings.opacity * 100))
        self.colour_map.setCurrentIndex(self.colour_map.findData(settings.colour_map))
        self.style_choice.setCurrentIndex(self.style_choice.findData(settings.style))
        self.smooth_choice.setCurrentIndex(0 if settings.smooth else 1)
        self.colour_bar.setChecked(settings.colour_bar)
        self.lungs.setChecked(settings.lungs)
        self._select_method()
        for blocker in blockers:
            blocker.unblock()
        self._say_percent()

    def offer_methods(self, *, occlusion: bool) -> None:
        """Offer the methods that the film has heatmaps of: Grad-CAM always, occlusion sensitivity on request."""
        self._has_occlusion = occlusion
        self.method_choice.setEnabled(occlusion)
        with QSignalBlocker(self.method_choice):
            self._select_method()

    def _select_method(self) -> None:
        # A film that has none of another method shows Grad-CAM.
        method = self._settings.method if self._has_occlusion else "Grad-CAM"
        self.method_choice.setCurrentIndex(self.method_choice.findData(method))

    def _select_finding(self) -> None:
        # A finding that this film's bundle does not have shows as the predicted one.
        index = self.finding.findData(self._settings.finding) if self._settings.finding is not None else 0
        self.finding.setCurrentIndex(max(index, 0))

    def _change(self, **values: object) -> None:
        settings = replace(self._settings, **values)
        if settings != self._settings:
            self._settings = settings
            self._say_percent()
            self.changed.emit(settings)

    def _say_percent(self) -> None:
        self._percent.setText(self.tr("{number} %").format(number=round(self._settings.opacity * 100)))


def _swatch(name: str) -> QIcon:
    """Return a colour map as a strip from its lowest to its highest value."""
    table = load_colour_map(name)
    strip = QImage(table.tobytes(), 256, 1, 256 * 3, QImage.Format.Format_RGB888)
    size = _SWATCH * 2  # twice the pixels, for dense screens
    return QIcon(QPixmap.fromImage(strip.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio)))
