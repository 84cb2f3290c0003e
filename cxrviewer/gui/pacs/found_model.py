"""What a node found, as a tree: studies, and below each the series that it is asked for when it is opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QObject, QSize, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel

from cxrviewer.pacs.query import FoundSeries, FoundStudy

COLUMNS: Final = (
    "date", "modality", "name", "patient_id", "birth_date", "description", "accession_number", "series", "objects",
)  # fmt: skip
PATIENT_COLUMNS: Final = tuple(COLUMNS.index(name) for name in ("name", "patient_id", "birth_date"))
_NUMBER = Qt.ItemDataRole.UserRole  # of the study or series, in the first column
_SORTED_BY = Qt.ItemDataRole.UserRole + 1
_SERIES_NUMBER_DIGITS: Final = 9


class FoundModel(QStandardItemModel):
    """Studies and their series; sorted by what they are, not by how it is written."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found: list[FoundStudy | FoundSeries] = []
        self.row_height = 0  # pixels; 0 as the style has it
        self.setSortRole(_SORTED_BY)
        self.setHorizontalHeaderLabels(list(self._titles()))

    def show_studies(self, studies: Sequence[FoundStudy]) -> None:
        """Show other studies than before; their series are not known yet."""
        self.removeRows(0, self.rowCount())
        self._found = []
        root = self.invisibleRootItem()
        for study in studies:
            row = self._row(study, _study_texts(study))
            row[0].appendRow(QStandardItem(self.tr("The series are asked for when this is opened.")))
            root.appendRow(row)

    def found(self, index: QModelIndex) -> FoundStudy | FoundSeries | None:
        """Return the study or series of a row, None for a row that is neither."""
        number = index.siblingAtColumn(0).data(_NUMBER)
        return self._found[number] if isinstance(number, int) else None

    def is_waiting(self, index: QModelIndex) -> bool:
        """Return whether the series of a study are not known yet."""
        if not isinstance(self.found(index), FoundStudy):
            return False
        first = self.index(0, 0, index.siblingAtColumn(0))
        return first.isValid() and first.data(_NUMBER) is None

    def say_below(self, study: FoundStudy, words: str) -> None:
        """Say something in the place of a study's series."""
        item = self._item(study)
        if item is not None:
            item.removeRows(0, item.rowCount())
            line = QStandardItem(words)
            line.setFlags(Qt.ItemFlag.ItemIsEnabled)
            item.appendRow(line)

    def show_series(self, study: FoundStudy, series: Sequence[FoundSeries]) -> None:
        """Show the series of a study."""
        item = self._item(study)
        if item is None:
            return
        item.removeRows(0, item.rowCount())
        for one in series:
            number = self.tr("Series {number}").format(number="" if one.number is None else one.number).strip()
            texts = {
                "date": (number, f"{one.number or 0:0{_SERIES_NUMBER_DIGITS}}"),
                "modality": (one.modality, one.modality),
                "description": _twice(", ".join(text for text in (one.body_part, one.description) if text)),
                "objects": _counted(one.object_count),
            }
            item.appendRow(self._row(one, texts))

    def _item(self, study: FoundStudy) -> QStandardItem | None:
        for row in range(self.rowCount()):
            if self.found(self.index(row, 0)) is study:
                return self.item(row, 0)
        return None

    def _row(self, found: FoundStudy | FoundSeries, texts: dict[str, tuple[str, Any]]) -> list[QStandardItem]:
        row = []
        for name in COLUMNS:
            text, sorted_by = texts.get(name, ("", ""))
            item = QStandardItem(text)
            item.setEditable(False)
            item.setData(sorted_by, _SORTED_BY)
            if text:
                item.setToolTip(text)
            if name in ("series", "objects"):
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            row.append(item)
        row[0].setData(len(self._found), _NUMBER)
        if self.row_height:
            row[0].setSizeHint(QSize(-1, self.row_height))
        self._found.append(found)
        return row

    def _titles(self) -> tuple[str, ...]:
        return (
            self.tr("Study date"),
            self.tr("Modality"),
            self.tr("Patient's name"),
            self.tr("Identifier"),
            self.tr("Birth date"),
            self.tr("Description"),
            self.tr("Accession no."),
            self.tr("Series"),
            self.tr("Objects"),
        )


def name_words(name: str) -> str:
    """Return a DICOM person name as it is read: "DOE^JANE^^Dr" is "DOE, JANE, Dr"; its first group alone."""
    return ", ".join(part.strip() for part in name.split("=", maxsplit=1)[0].split("^") if part.strip())


def _study_texts(study: FoundStudy) -> dict[str, tuple[str, Any]]:
    day = study.study_date.isoformat() if study.study_date else ""
    time = study.study_time.replace(":", "")
    clock = f"{time[:2]}:{time[2:4]}" if len(time) >= 4 and time[:4].isdigit() else ""
    when = f"{day} {clock}".strip()
    return {
        "date": (when or "-", f"{day} {study.study_time}"),
        "modality": _twice("/".join(study.modalities)),
        "name": _twice(name_words(study.patient_name)),
        "patient_id": _twice(study.patient_id),
        "birth_date": _twice(study.patient_birth_date.isoformat() if study.patient_birth_date else ""),
        "description": _twice(study.description),
        "accession_number": _twice(study.accession_number),
        "series": _counted(study.series_count),
        "objects": _counted(study.object_count),
    }


def _twice(text: str) -> tuple[str, str]:
    return text, text.casefold()


def _counted(count: int | None) -> tuple[str, int]:
    return ("", -1) if count is None else (str(count), count)
