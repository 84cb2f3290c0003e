"""Edit > Preferences: every preference with a sentence that explains it; what cannot be used is said and not saved."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.gui.panels.column import ColumnPanel, WrappedLabel
from cxrviewer.gui.preferences.preferences import (
    DEFAULT_WINDOWS,
    ENGINES,
    LANGUAGES,
    LEAST_TEXT_SCALE,
    MOST_TEXT_SCALE,
    MOST_WORKERS,
    THEMES,
    Preferences,
)
from cxrviewer.imaging.rendering import COLOUR_MAPS


class PreferencesDialog(QDialog):
    """Edits Preferences; ``saved`` carries the new ones when OK is pressed and all of them can be used.

    bundles: the names of the bundles at hand (``inference.bundle.available_bundles``).
    """

    saved = Signal(object)

    def __init__(self, preferences: Preferences, bundles: Iterable[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Preferences"))
        self._form = QFormLayout()
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._make_fields(tuple(bundles))
        self._lay_out_fields()
        page = ColumnPanel(self.tr("Preferences"))
        page.column.addLayout(self._form)
        page.column.addStretch(1)
        self.problem = WrappedLabel()
        self.problem.setVisible(False)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok
            | QDialogButtonBox.StandardButton.Cancel
            | QDialogButtonBox.StandardButton.RestoreDefaults
        )
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)
        buttons.button(QDialogButtonBox.StandardButton.RestoreDefaults).clicked.connect(
            lambda: self.show_values(Preferences(level=self._level))
        )
        layout = QVBoxLayout(self)
        layout.addWidget(page, 1)
        layout.addWidget(self.problem)
        layout.addWidget(buttons)
        self.show_values(preferences)
        self.resize(600, 640)

    def _make_fields(self, bundles: tuple[str, ...]) -> None:
        self.bundle = QComboBox()
        self.bundle.setEditable(True)
        self.bundle.addItems(["", *bundles])
        self.bundle.lineEdit().setPlaceholderText(self.tr("The one that comes with the program"))
        self.engine = _choice(
            ENGINES, (self.tr("Automatic"), self.tr("LiteRT, for a CPU"), self.tr("Keras, for a GPU"))
        )
        self.workers = QSpinBox()
        self.workers.setRange(0, MOST_WORKERS)
        self.workers.setSpecialValueText(self.tr("One for each processor"))
        self.colour_map = _choice(COLOUR_MAPS, tuple(name.capitalize() for name in COLOUR_MAPS))
        windows = (
            self.tr("As the file asks"),
            self.tr("Automatic"),
            self.tr("Lung"),
            self.tr("Bone"),
            self.tr("Full range"),
        )
        self.default_window = _choice(DEFAULT_WINDOWS, windows)
        self.theme = _choice(THEMES, (self.tr("Like the system"), self.tr("Light"), self.tr("Dark")))
        self.text_scale = QDoubleSpinBox()
        self.text_scale.setRange(LEAST_TEXT_SCALE * 100, MOST_TEXT_SCALE * 100)
        self.text_scale.setDecimals(0)
        self.text_scale.setSingleStep(25)
        self.text_scale.setSuffix(" %")
        self.show_patient_data = QCheckBox(self.tr("Show patient data of every film"))
        self.agreement = QCheckBox(self.tr("Test how far results stand"))
        self.store_folder = QLineEdit()
        self.store_folder.setPlaceholderText(self.tr("Your data folder"))
        # Languages have their own names in every language.
        self.language = _choice(LANGUAGES, (self.tr("Like the system"), "English", "Deutsch"))

    def _lay_out_fields(self) -> None:
        self._row(
            self.tr("&Bundle"),
            self._with_folder_button(self.bundle),
            self.tr(
                "The network: the name of a bundle at hand, or a folder that holds one. Used for films from now on."
            ),
            self.bundle,
        )
        self._row(
            self.tr("&Engine"),
            self.engine,
            self.tr("What runs the network. Both give the same results; Keras takes seconds to start."),
        )
        self._row(
            self.tr("&Workers"),
            self.workers,
            self.tr("How many films are analysed at once. Each worker takes some hundred megabytes of memory."),
        )
        self._row(
            self.tr("&Colours"),
            self.colour_map,
            self.tr("The heatmap's colours. All can be read without telling red from green."),
        )
        self._row(
            self.tr("&Opening window"),
            self.default_window,
            self.tr("Through which window a film is shown first. The network always sees the file's own."),
        )
        self._row(self.tr("&Theme"), self.theme, self.tr("Dark suits a dark reading room."))
        self._row(self.tr("Te&xt size"), self.text_scale, self.tr("In per cent of the size that the system asks for."))
        self._row(
            self.tr("&Patient data"),
            self.show_patient_data,
            self.tr("Otherwise name, identifier and birth date stay hidden until you ask for them, film by film."),
        )
        self._row(
            self.tr("&Agreement"),
            self.agreement,
            self.tr("The network runs again over each film mirrored, shifted and turned a little. Used from now on."),
        )
        self._row(
            self.tr("&Results folder"),
            self._with_folder_button(self.store_folder),
            self.tr("Where results, labels and the study list are kept. Used from the next start."),
            self.store_folder,
        )
        self._row(self.tr("&Language"), self.language, self.tr("Used from the next start."))

    def _row(self, label: str, field: QWidget, explanation: str, buddy: QWidget | None = None) -> None:
        named = buddy or field
        named.setAccessibleName(label.replace("&", ""))
        named.setAccessibleDescription(explanation)
        named.setToolTip(explanation)
        name = QLabel(label)
        name.setBuddy(named)
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 6)
        column.addWidget(field)
        words = WrappedLabel(explanation, is_selectable=False)
        words.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        column.addWidget(words)
        self._form.addRow(name, box)

    def _with_folder_button(self, field: QComboBox | QLineEdit) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(field, 1)
        button = QPushButton(self.tr("Folder…"))
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self._choose_folder(field))
        row.addWidget(button)
        return box

    def _choose_folder(self, field: QComboBox | QLineEdit) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder"))
        if folder:
            field.setEditText(folder) if isinstance(field, QComboBox) else field.setText(folder)

    def show_values(self, preferences: Preferences) -> None:
        """Show preferences in the fields."""
        self.bundle.setEditText(preferences.bundle)
        for field, value in (
            (self.engine, preferences.engine),
            (self.colour_map, preferences.colour_map),
            (self.default_window, preferences.default_window),
            (self.theme, preferences.theme),
            (self.language, preferences.language),
        ):
            field.setCurrentIndex(field.findData(value))
        self.workers.setValue(preferences.workers)
        self.text_scale.setValue(preferences.text_scale * 100)
        self.show_patient_data.setChecked(preferences.show_patient_data)
        self.store_folder.setText(preferences.store_folder)
        self.agreement.setChecked(preferences.agreement)
        self._level = preferences.level  # which is changed in the dialog of the thresholds

    def values(self) -> Preferences:
        """Return the preferences as the fields have them."""
        return Preferences(
            bundle=self.bundle.currentText().strip(),
            engine=self.engine.currentData(),
            workers=self.workers.value(),
            colour_map=self.colour_map.currentData(),
            default_window=self.default_window.currentData(),
            theme=self.theme.currentData(),
            text_scale=self.text_scale.value() / 100,
            show_patient_data=self.show_patient_data.isChecked(),
            store_folder=self.store_folder.text().strip(),
            language=self.language.currentData(),
            level=self._level,
            agreement=self.agreement.isChecked(),
        )

    def _save(self) -> None:
        preferences = self.values()
        problem = self._bundle_problem(preferences.bundle) or self._folder_problem(preferences.store_folder)
        self.problem.say(problem)
        self.problem.setVisible(bool(problem))
        if not problem:
            self.accept()
            self.saved.emit(preferences)

    def _bundle_problem(self, bundle: str) -> str:
        if not bundle:
            return ""
        from cxrviewer.errors import BundleError
        from cxrviewer.inference.bundle import find_bundle

        try:
            find_bundle(bundle)
        except BundleError as error:
            return self.tr("The bundle cannot be used: {reason}").format(reason=error)
        return ""

    def _folder_problem(self, folder: str) -> str:
        """Say why results could not be kept in a folder; one that is not there yet is made when it is needed."""
        if not folder:
            return ""
        path = Path(folder).expanduser()
        if not path.is_absolute():
            return self.tr("Give the whole path of the results folder, from the root on.")
        if path.exists() and not path.is_dir():
            return self.tr("{path} is a file; the results need a folder.").format(path=path)
        there = next((part for part in (path, *path.parents) if part.exists()), path)
        if not os.access(there, os.W_OK):
            return self.tr("You may not write to {path}; choose another folder.").format(path=there)
        return ""


def _choice(values: Iterable[str], names: Iterable[str]) -> QComboBox:
    field = QComboBox()
    for value, name in zip(values, names, strict=True):
        field.addItem(name, value)
    return field
