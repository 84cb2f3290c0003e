"""What a file says about its radiograph, searchable; the patient's data only when asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QSortFilterProxyModel, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHeaderView, QLineEdit, QPushButton, QTableView, QVBoxLayout, QWidget

from cxrviewer.gui.icons import icon
from cxrviewer.gui.panels.column import WrappedLabel, breakable, copy_text

if TYPE_CHECKING:
    from cxrviewer.domain import Facts, Orientation, Patient, PixelSpacing

_SAID: Final = Qt.ItemDataRole.UserRole  # the text without the places to break that are shown


@dataclass(frozen=True)
class FilmFacts:
    """What the panel shows of one film; ``facts`` None where the file could not be read."""

    path: str
    sha256: str = ""
    facts: Facts | None = None
    window: str = ""
    spacing: PixelSpacing | None = None
    warnings: tuple[str, ...] = ()
    patient: Patient | None = None
    orientation: Orientation | None = None


class FactsPanel(QWidget):
    """A table of names and values with a field to search it.

    The patient's data stay hidden until the button is pressed, and are hidden again for the next film unless
    ``keep_patient_data_shown`` was set from the preferences.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Facts of the file"))
        self._film: FilmFacts | None = None
        self._keep_shown = False
        self._rows = QStandardItemModel(0, 2, self)
        self._rows.setHorizontalHeaderLabels([self.tr("Fact"), self.tr("Value")])
        self._shown = QSortFilterProxyModel(self)
        self._shown.setSourceModel(self._rows)
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._shown.setFilterKeyColumn(-1)
        self._shown.setFilterRole(_SAID)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search the facts"))
        self.search.setAccessibleName(self.tr("Search the facts"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.table = FactsTable()
        self.table.setModel(self._shown)
        self.table.setAccessibleName(self.tr("Facts and values"))
        self.nothing = WrappedLabel()
        self.patient_button = QPushButton()
        self.patient_button.setCheckable(True)
        self.patient_button.toggled.connect(lambda _: self._fill())
        layout = QVBoxLayout(self)
        for part in (self.search, self.nothing):
            layout.addWidget(part)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.patient_button)
        self._fill()

    def keep_patient_data_shown(self, keep: bool) -> None:
        """Say whether the patient's data are shown for every film, as the preferences have it."""
        self._keep_shown = keep
        self.patient_button.setChecked(keep)
        self._fill()

    def show_film(self, film: FilmFacts | None) -> None:
        """Show another film, or none; the patient's data are hidden again."""
        is_other = film is None or self._film is None or film.path != self._film.path
        self._film = film
        if is_other and not self._keep_shown:
            self.patient_button.setChecked(False)
        self._fill()

    def _fill(self) -> None:
        film, shows_patient = self._film, self.patient_button.isChecked()
        self._rows.removeRows(0, self._rows.rowCount())
        for name, value in self._facts(film) if film else ():
            self._add(name, value)
        patient = film.patient if film else None
        if patient is not None and shows_patient:
            for name, value in self._patient_facts(patient):
                self._add(name, value)
        self.patient_button.setEnabled(patient is not None)
        self.patient_button.setIcon(icon("eye-off" if shows_patient else "eye"))
        self.patient_button.setText(
            self.tr("Hide patient data") if shows_patient and patient is not None else self.tr("Show patient data")
        )
        self.patient_button.setToolTip(
            self.tr("Name, identifier, birth date, sex and age, as the file has them.")
            if patient is not None
            else self.tr("The file says nothing of the patient, or nobody asked for it.")
        )
        self._filter(self.search.text())

    def _filter(self, text: str) -> None:
        self._shown.setFilterFixedString(text.strip())
        if self._film is None:
            self.nothing.say(self.tr("No film is open."))
        elif self._shown.rowCount() == 0:
            self.nothing.say(self.tr("No fact has this text."))
        else:
            self.nothing.say("")
        self.nothing.setVisible(bool(self.nothing.said))

    def _add(self, name: str, value: str) -> None:
        row = [QStandardItem(name), QStandardItem(breakable(value))]
        for item, said in zip(row, (name, value), strict=True):
            item.setData(said, _SAID)
            item.setEditable(False)
            item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        row[1].setToolTip(value)
        self._rows.appendRow(row)

    def _facts(self, film: FilmFacts) -> list[tuple[str, str]]:
        rows = [(self.tr("File"), film.path)]
        facts = film.facts
        if facts is not None:
            size = self.tr("{width} x {height} pixels").format(width=facts.width, height=facts.height)
            bits = self.tr("{number} bits").format(number=facts.bits)
            rows += [
                (self.tr("Format"), facts.format),
                (self.tr("Size"), size),
                (self.tr("Depth"), bits),
                (self.tr("Photometric interpretation"), facts.photometric),
                (self.tr("Modality"), facts.modality),
                (self.tr("View"), facts.view_position),
                (self.tr("Body part"), facts.body_part),
                (self.tr("Transfer syntax"), facts.transfer_syntax),
                (self.tr("Decoder"), facts.decoder),
            ]
            rows.append((self.tr("Pixel spacing"), self._spacing_words(film.spacing)))
            if film.orientation is not None:
                sides = self.tr("rows run to {right}, columns to {down}")
                said = sides.format(right=film.orientation.right, down=film.orientation.down)
                rows.append((self.tr("Patient orientation"), said))
        rows += [(self.tr("Window"), film.window), (self.tr("SHA-256"), film.sha256)]
        rows += [(self.tr("Warning"), warning) for warning in film.warnings]
        return [(name, value) for name, value in rows if value]

    def _spacing_words(self, spacing: PixelSpacing | None) -> str:
        if spacing is None:
            return self.tr("not in the file; distances are in pixels")
        if spacing.source == "ImagerPixelSpacing":
            words = self.tr("{row} x {column} mm at the detector (ImagerPixelSpacing), not corrected for magnification")
        else:
            words = self.tr("{row} x {column} mm (PixelSpacing)")
        return words.format(row=f"{spacing.row_mm:.4g}", column=f"{spacing.column_mm:.4g}")

    def _patient_facts(self, patient: Patient) -> list[tuple[str, str]]:
        untold = self.tr("not in the file")
        rows = (
            (self.tr("Patient: name"), patient.name),
            (self.tr("Patient: identifier"), patient.identifier),
            (self.tr("Patient: birth date"), patient.birth_date),
            (self.tr("Patient: sex"), patient.sex),
            (self.tr("Patient: age"), patient.age),
        )
        return [(name, value or untold) for name, value in rows]

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Draw the button's icon again in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.patient_button.setIcon(icon("eye-off" if self.patient_button.isChecked() else "eye"))


class FactsTable(QTableView):
    """Names and values; Ctrl+C copies the values of the selected rows, whatever the window does with it elsewhere."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setWordWrap(True)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._add_action(self.tr("Copy the Value"), self.copy_values)
        self._add_action(self.tr("Copy Name and Value"), self.copy_rows)

    def _add_action(self, text: str, handler: Callable[[], None]) -> None:
        action = QAction(text, self)
        action.triggered.connect(lambda _: handler())
        self.addAction(action)

    def copy_values(self) -> None:
        """Put the values of the selected rows into the clipboard, one a line."""
        copy_text("\n".join(value for _, value in self._selected()))

    def copy_rows(self) -> None:
        """Put names and values of the selected rows into the clipboard, apart by tabs."""
        copy_text("\n".join(f"{name}\t{value}" for name, value in self._selected()))

    def _selected(self) -> list[tuple[str, str]]:
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [(self.model().index(row, 0).data(_SAID), self.model().index(row, 1).data(_SAID)) for row in rows]

    def event(self, event: QEvent) -> bool:
        """Take Ctrl+C before the window's own shortcut, which copies rows of the study list."""
        if event.type() == QEvent.Type.ShortcutOverride and event.matches(QKeySequence.StandardKey.Copy):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Copy the values of the selected rows on Ctrl+C."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_values()
        else:
            super().keyPressEvent(event)
