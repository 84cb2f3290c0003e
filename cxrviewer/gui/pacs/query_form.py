"""What studies are looked for: fields by patient, date and modality."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import QDate, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QGridLayout, QLabel, QLineEdit, QWidget

from cxrviewer.gui.pacs.remembered import (
    DATE_CHOICES,
    MODALITY_CHOICES,
    LastSearch,
    dates_of,
    modalities_of,
)
from cxrviewer.pacs.query import StudyQuery, make_query

_LONGEST = 64  # characters that DICOM lets a node be asked for


class QueryForm(QWidget):
    """The fields of a StudyQuery. ``asked_by_patient`` follows a name or an identifier that is typed."""

    asked_by_patient = Signal()

    def __init__(self, last: LastSearch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.patient_name = _line(self.tr("Patient's name"), self.tr("Begins with; * and ? stand for any characters"))
        self.patient_id = _line(self.tr("Patient's identifier"), "")
        self.accession_number = _line(self.tr("Accession number"), "")
        self.dates = _choice(
            DATE_CHOICES,
            (
                self.tr("Any date"),
                self.tr("Today"),
                self.tr("The last 7 days"),
                self.tr("The last 30 days"),
                self.tr("From … to …"),
            ),
            self.tr("Study date"),
        )
        self.date_from = _day(self.tr("First study date"))
        self.date_to = _day(self.tr("Last study date"))
        self.modality = _choice(
            MODALITY_CHOICES,
            (self.tr("CR or DX"), self.tr("CR"), self.tr("DX"), self.tr("Any")),
            self.tr("Modality"),
        )
        self._lay_out()
        for field in (self.patient_name, self.patient_id):
            field.textEdited.connect(lambda text: text.strip() and self.asked_by_patient.emit())
        self.dates.currentIndexChanged.connect(self._show_dates)
        for field in (self.date_from, self.date_to):
            field.dateChanged.connect(self._take_dates)
        self.show_last(last)

    def show_last(self, last: LastSearch) -> None:
        """Show what was chosen last."""
        today = date.today()
        with QSignalBlocker(self.date_from), QSignalBlocker(self.date_to):
            self.date_from.setDate(_to_qt(last.date_from or today))
            self.date_to.setDate(_to_qt(last.date_to or today))
        self.modality.setCurrentIndex(self.modality.findData(last.modality))
        self.dates.setCurrentIndex(self.dates.findData(last.dates))
        self._show_dates()

    def last(self, last: LastSearch) -> LastSearch:
        """Return what is to be remembered of the fields, in the place of what ``last`` has of it."""
        choice = self.dates.currentData()
        chosen = choice == "chosen"
        return replace(
            last,
            dates=choice,
            date_from=self.date_from.date().toPython() if chosen else None,
            date_to=self.date_to.date().toPython() if chosen else None,
            modality=self.modality.currentData(),
        )

    def query(self) -> StudyQuery:
        """Return what is asked for; UsageError says in words what cannot be."""
        first, last = dates_of(self.dates.currentData(), date.today())
        if self.dates.currentData() == "chosen":
            first, last = self.date_from.date().toPython(), self.date_to.date().toPython()
        return make_query(
            patient_name=self.patient_name.text(),
            patient_id=self.patient_id.text(),
            accession_number=self.accession_number.text(),
            date_from=first,
            date_to=last,
            modalities=modalities_of(self.modality.currentData()),
        )

    def _show_dates(self) -> None:
        """Show the days that a quick choice means."""
        choice = self.dates.currentData()
        first, last = dates_of(choice, date.today())
        with QSignalBlocker(self.date_from), QSignalBlocker(self.date_to):
            if first is not None and last is not None:
                self.date_from.setDate(_to_qt(first))
                self.date_to.setDate(_to_qt(last))
        for field in (self.date_from, self.date_to):
            field.setEnabled(choice != "any")

    def _take_dates(self) -> None:
        """Days that are changed by hand are chosen ones."""
        with QSignalBlocker(self.dates):
            self.dates.setCurrentIndex(self.dates.findData("chosen"))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        rows = (
            ((self.tr("Patient's &name"), self.patient_name), (self.tr("Study &date"), self.dates)),
            ((self.tr("Patient's &identifier"), self.patient_id), (self.tr("F&rom"), self.date_from)),
            ((self.tr("A&ccession number"), self.accession_number), (self.tr("&To"), self.date_to)),
            ((self.tr("&Modality"), self.modality),),
        )
        for row, cells in enumerate(rows):
            for column, (text, field) in enumerate(cells):
                label = QLabel(text)
                label.setBuddy(field)
                grid.addWidget(label, row, 2 * column)
                grid.addWidget(field, row, 2 * column + 1)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(3, 2)
        grid.setHorizontalSpacing(self.fontMetrics().averageCharWidth() * 2)


def _line(name: str, hint: str) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setPlaceholderText(hint)
    field.setToolTip(hint)
    field.setMaxLength(_LONGEST)
    field.setClearButtonEnabled(True)
    return field


def _day(name: str) -> QDateEdit:
    field = QDateEdit()
    field.setAccessibleName(name)
    field.setCalendarPopup(True)
    field.setDisplayFormat("yyyy-MM-dd")
    return field


def _choice(values: tuple[str, ...], texts: tuple[str, ...], name: str) -> QComboBox:
    field = QComboBox()
    for value, text in zip(values, texts, strict=True):
        field.addItem(text, value)
    field.setAccessibleName(name)
    return field


def _to_qt(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
