"""The window's centre and width as fields, and the presets of the film."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QPushButton, QWidget

from cxrviewer.domain import Window
from cxrviewer.gui.panels.column import ColumnPanel, WrappedLabel
from cxrviewer.gui.state.view import ViewSettings, windowed

if TYPE_CHECKING:
    from cxrviewer.imaging.presets import Preset


class WindowPanel(ColumnPanel):
    """Edits the window and inversion of a view; ``changed`` carries new ViewSettings when a person changes them."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(self.tr("Window centre and width"))
        self._view = ViewSettings()
        self._default = Window(0.0, 1.0)
        self._presets: tuple[Preset, ...] = ()
        self.preset = QComboBox()
        self.preset.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.preset.setMinimumContentsLength(10)
        self.preset.activated.connect(self._choose_preset)
        self.centre, self.width_field = QLineEdit(), QLineEdit()
        for field in (self.centre, self.width_field):
            field.editingFinished.connect(self._take_fields)
        self.problem = WrappedLabel()
        self.function = WrappedLabel()
        self.inverted = QCheckBox(self.tr("Invert black and white"))
        self.inverted.toggled.connect(lambda inverted: self._emit(replace(self._view, inverted=inverted)))
        self.back = QPushButton(self.tr("As the file asks"))
        self.back.clicked.connect(lambda: self._emit(windowed(self._view, None)))
        form = QFormLayout()
        for label, field in (
            (self.tr("&Preset"), self.preset),
            (self.tr("&Centre"), self.centre),
            (self.tr("&Width"), self.width_field),
        ):
            form.addRow(label, field)
            field.setAccessibleName(label.replace("&", ""))
        form.addRow(self.tr("Function"), self.function)
        self.column.addLayout(form)
        for part in (self.problem, self.inverted, self.back):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Show that no film is open: empty fields that cannot be edited."""
        self._presets = ()
        with QSignalBlocker(self.preset), QSignalBlocker(self.inverted):
            self.preset.clear()
            self.inverted.setChecked(False)
        for field in (self.centre, self.width_field):
            field.clear()
        self.function.say("-")
        self._say("")
        self.widget().setEnabled(False)

    def show_film(self, view: ViewSettings, default: Window, presets: Sequence[Preset]) -> None:
        """Show the view of another film; ``default`` is the window that its default rendering is or comes nearest to.

        See ``imaging.presets.default_window`` and ``presets``.
        """
        self.widget().setEnabled(True)
        self._default, self._presets = default, tuple(presets)
        for field in (self.centre, self.width_field):
            field.setModified(False)  # what was typed and not finished was for another film
        with QSignalBlocker(self.preset):
            self.preset.clear()
            for preset in presets:
                self.preset.addItem(self._preset_words(preset))
            self.preset.addItem(self.tr("Your own"))
        self.show_view(view)

    def show_view(self, view: ViewSettings) -> None:
        """Show a view of the same film that was changed elsewhere; emits nothing."""
        self._view = view
        shown = view.window or self._default
        for field, number in ((self.centre, shown.centre), (self.width_field, shown.width)):
            if not field.hasFocus() or field.text() == "" or not field.isModified():
                field.setText(f"{number:.7g}")
        names = {"LINEAR": self.tr("Linear"), "LINEAR_EXACT": self.tr("Linear, exact"), "SIGMOID": self.tr("Sigmoid")}
        self.function.say(names[shown.function])
        with QSignalBlocker(self.preset), QSignalBlocker(self.inverted):
            windows = [preset.window for preset in self._presets]
            self.preset.setCurrentIndex(windows.index(view.window) if view.window in windows else len(windows))
            self.inverted.setChecked(view.inverted)
        self.back.setEnabled(view.window is not None)
        self._say("")

    def _preset_words(self, preset: Preset) -> str:
        names = {
            "default": self.tr("As the file asks"),
            "file": self.tr("Another window of the file"),
            "auto": self.tr("Automatic"),
            "lung": self.tr("Lung"),
            "bone": self.tr("Bone"),
            "full": self.tr("Full range"),
        }
        return f"{names[preset.name]} ({preset.explanation})" if preset.explanation else names[preset.name]

    def _choose_preset(self, index: int) -> None:
        if index < len(self._presets):
            self._emit(windowed(self._view, self._presets[index].window))
        else:  # "your own": the fields say which
            self.centre.setFocus()
            self.show_view(self._view)

    def _take_fields(self) -> None:
        """Use what was typed, or say why it cannot be used and leave it to be mended."""
        if not (self.centre.isModified() or self.width_field.isModified()):
            return
        shown = self._view.window or self._default
        centre, width = _number(self.centre.text()), _number(self.width_field.text())
        # PS3.3 C.11.2.1.2: a LINEAR window is at least 1 wide, the others wider than 0.
        least = 1.0 if shown.function == "LINEAR" else 0.0
        if centre is None:
            self._say(self.tr("The centre must be a number."))
        elif width is None:
            self._say(self.tr("The width must be a number."))
        elif least and width < least:
            self._say(self.tr("The width must be at least 1."))
        elif width <= 0.0:
            self._say(self.tr("The width must be greater than 0."))
        else:
            self._emit(windowed(self._view, replace(shown, centre=centre, width=width, explanation="")))

    def _emit(self, view: ViewSettings) -> None:
        for field in (self.centre, self.width_field):
            field.setModified(False)
        before = self._view
        self.show_view(view)
        if view != before:
            self.changed.emit(view)

    def _say(self, problem: str) -> None:
        self.problem.say(problem)
        self.problem.setVisible(bool(problem))


def _number(text: str) -> float | None:
    """Return a finite number typed with a point or a comma, or None."""
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) and abs(number) < 1e9 else None
