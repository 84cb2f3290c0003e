"""File > Export > ...: of which films, where to, and with or without patient data."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.gui.exporting.choice import INTO_A_FOLDER, SUFFIXES, WITH_PATIENT_DATA, ExportChoice, ExportKind
from cxrviewer.gui.exporting.destination import destination, destination_problem
from cxrviewer.gui.panels.column import WrappedLabel
from cxrviewer.gui.panels.not_for_diagnosis import NotForDiagnosisLine

_DEFAULT_NAMES = {
    "csv": "cxrviewer-results.csv",
    "jsonl": "cxrviewer-results.jsonl",
    "overlays": "cxrviewer-overlays",
    "pdf": "cxrviewer-report.pdf",
    "labels": "cxrviewer-labels.csv",
    "dicom": "cxrviewer-dicom",
}


class ExportDialog(QDialog):
    """Asks for an ExportChoice; ``chosen`` carries it when the button is pressed and the place can be written to.

    ``selected`` and ``total`` count films; all of them are exported unless several are selected, as the film on screen
    always is. ``include_patient_data`` is how its box is at first; ``folder`` the one that is proposed, "" for the
    user's documents.
    """

    chosen = Signal(object)

    def __init__(
        self,
        kind: ExportKind,
        selected: int,
        total: int,
        include_patient_data: bool = False,
        folder: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self._total = total
        self.setWindowTitle(self._title())
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 72)
        layout = QVBoxLayout(self)
        layout.addWidget(WrappedLabel(self._explanation(), is_selectable=False))
        layout.addWidget(self._films_box(selected, total))
        layout.addLayout(self._path_row(folder))
        self._add_patient_data(layout, include_patient_data)
        self.problem = WrappedLabel()
        layout.addWidget(self.problem)
        layout.addStretch(1)
        layout.addWidget(NotForDiagnosisLine())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok.setText(self.tr("E&xport"))
        buttons.accepted.connect(self._ask_or_export)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.question: QMessageBox | None = None
        self.path.textChanged.connect(self._check)
        self._check()
        self.path.setFocus()

    def choice(self) -> ExportChoice:
        """Return what is asked for as it stands."""
        return ExportChoice(
            kind=self._kind,
            path=destination(self.path.text()),
            only_selected=self.only_selected.isChecked(),
            include_patient_data=self._kind in WITH_PATIENT_DATA and self.patient_data.isChecked(),
        )

    def _title(self) -> str:
        return {
            "csv": self.tr("Export Results as CSV"),
            "jsonl": self.tr("Export Results as JSON Lines"),
            "overlays": self.tr("Export Overlays"),
            "pdf": self.tr("Export a PDF Report"),
            "labels": self.tr("Export Labels"),
            "dicom": self.tr("Export DICOM Result Objects"),
        }[self._kind]

    def _explanation(self) -> str:
        said = {
            "csv": self.tr("A table for spreadsheets, one row for each film that was analysed."),
            "jsonl": self.tr("A table for programs, one JSON object a line for each film that was analysed."),
            "overlays": self.tr(
                "A PNG picture of each film that has a result, under its heatmap. Those that are in the folder already "
                "stay as they are."
            ),
            "pdf": self.tr("One page for each film that has a result, after a summary where there are several."),
            "labels": self.tr("Your labels with their notes and authors, one row for each labelled film."),
            "dicom": self.tr(
                "A structured report, the overlay as a picture and a map of every heatmap for each DICOM film that has "
                "a result, in the film's own study. They carry the patient's name and identifier, as the film does. "
                "Those that are in the folder already stay as they are."
            ),
        }[self._kind]
        if self._kind == "dicom":
            return said  # their names are of their content
        return said + " " + self.tr("The films' file names are in it, whatever they say.")

    def _films_box(self, selected: int, total: int) -> QGroupBox:
        box = QGroupBox(self.tr("Films"))
        count = self.locale().toString
        self.only_selected = QRadioButton(self.tr("&Selected films ({count})").format(count=count(selected)))
        self.all_films = QRadioButton(self.tr("&All films of the list ({count})").format(count=count(total)))
        self.only_selected.setEnabled(selected > 0)
        (self.only_selected if selected > 1 else self.all_films).setChecked(True)
        group = QButtonGroup(self)
        column = QVBoxLayout(box)
        for button in (self.only_selected, self.all_films):
            button.setAccessibleName(button.text().replace("&", ""))
            group.addButton(button)
            column.addWidget(button)
        return box

    def _path_row(self, folder: str) -> QHBoxLayout:
        name = self.tr("&Folder") if self._kind in INTO_A_FOLDER else self.tr("&File")
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self.path = QLineEdit(str(Path(folder or documents) / _DEFAULT_NAMES[self._kind]))
        self.path.setAccessibleName(name.replace("&", ""))
        label = QLabel(name)
        label.setBuddy(self.path)
        self.browse = QPushButton(self.tr("&Browse…"))
        self.browse.setAutoDefault(False)
        self.browse.setToolTip(self.tr("Choose the place with the system's own dialog."))
        self.browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.path, 1)
        row.addWidget(self.browse)
        return row

    def _add_patient_data(self, layout: QVBoxLayout, include_patient_data: bool) -> None:
        self.patient_data = QCheckBox(self.tr("Include &patient data"))
        self.patient_data.setAccessibleName(self.tr("Include patient data"))
        words = self.tr(
            "Name, identifier, birth date, sex and age. Only films that were analysed while patient data were shown "
            "have them in their results; of all others there are none to export."
        )
        self.patient_data.setAccessibleDescription(words)
        self.patient_data.setChecked(include_patient_data)
        explanation = WrappedLabel(words, is_selectable=False)
        explanation.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        for widget in (self.patient_data, explanation):
            layout.addWidget(widget)
            widget.setVisible(self._kind in WITH_PATIENT_DATA)

    def _browse(self) -> None:
        if self._kind in INTO_A_FOLDER:
            found = QFileDialog.getExistingDirectory(self, self._title(), self.path.text())
        else:
            patterns = " ".join(f"*{suffix}" for suffix in SUFFIXES[self._kind])
            # This dialog asks by itself, and also for a name that was typed.
            unasked = QFileDialog.Option.DontConfirmOverwrite
            found, _ = QFileDialog.getSaveFileName(self, self._title(), self.path.text(), patterns, options=unasked)
            if found and not Path(found).suffix:
                found += SUFFIXES[self._kind][0]
        if found:
            self.path.setText(found)

    def _check(self) -> bool:
        problem = destination_problem(self._kind, self.path.text())
        if not self._total:
            problem = self.tr("There is no film in the list.")
        self.problem.say(problem)
        self.problem.setVisible(bool(problem))
        self.ok.setEnabled(not problem)
        self.ok.setToolTip(problem)
        self.ok.setAccessibleDescription(problem)
        return not problem

    def _ask_or_export(self) -> None:
        if not self._check():  # the disk may have changed since the last key
            return
        choice = self.choice()
        if choice.kind in INTO_A_FOLDER or not choice.path.exists():
            self._export(choice)
            return
        question = QMessageBox(
            QMessageBox.Icon.Question,
            self._title(),
            self.tr("{path} exists already. Replace it?").format(path=choice.path),
            QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No,
            self,
        )
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setDefaultButton(QMessageBox.StandardButton.No)
        question.setEscapeButton(QMessageBox.StandardButton.No)
        question.finished.connect(lambda answer: self._answered(answer, choice))
        self.question = question
        question.open()

    def _answered(self, answer: int, choice: ExportChoice) -> None:
        self.question = None
        if answer == QMessageBox.StandardButton.Yes:
            self._export(choice)

    def _export(self, choice: ExportChoice) -> None:
        self.accept()
        self.chosen.emit(choice)
