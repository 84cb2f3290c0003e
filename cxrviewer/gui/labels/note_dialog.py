"""Label > Note: what a person wants to remember of films."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QRadioButton, QVBoxLayout, QWidget

from cxrviewer.gui.labels.changes import NoteEdit, common_note
from cxrviewer.gui.labels.disagree_dialog import hint
from cxrviewer.gui.labels.note_field import NoteField
from cxrviewer.gui.labels.words import label_stays_words, predicted_words
from cxrviewer.gui.panels.column import WrappedLabel
from cxrviewer.results.study_list import Film


class NoteDialog(QDialog):
    """Edits the note of films that have a label or a prediction each.

    A note is part of a label: for films without one it also asks whether the person agrees, which is chosen at first.
    """

    def __init__(self, films: Sequence[Film], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Note"))
        self.note = NoteField(common_note(films), lines=6)
        self.agree = QRadioButton(self.tr("I &agree with the prediction"))
        self.disagree = QRadioButton(self.tr("I &disagree, and do not say which finding I see"))
        self.agree.setChecked(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._lay_out(films)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.note.textChanged.connect(self._offer_ok)
        self.note.entered.connect(self.ok.click)  # which does nothing while it is disabled
        self._offer_ok()
        self.note.setFocus()

    def note_edit(self) -> NoteEdit:
        """Return what becomes of the notes."""
        return self.note.edit()

    def agrees(self) -> bool:
        """Return what the note's label says of films that have none."""
        return self.agree.isChecked()

    def _lay_out(self, films: Sequence[Film]) -> None:
        layout = QVBoxLayout(self)
        layout.addWidget(WrappedLabel(predicted_words(films), is_selectable=False))
        label = films[0].label if len(films) == 1 else None
        if label is not None:
            layout.addWidget(WrappedLabel(label_stays_words(label), is_selectable=False))
        name = QLabel(self.tr("&Note"))
        name.setBuddy(self.note)
        layout.addWidget(name)
        layout.addWidget(self.note, 1)
        layout.addWidget(hint(self.note.keys_words))
        without = sum(film.label is None for film in films)
        if without:
            layout.addWidget(WrappedLabel(self._asked(len(films), without), is_selectable=False))
            layout.addWidget(self.agree)
            layout.addWidget(self.disagree)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 60)

    def _asked(self, count: int, without: int) -> str:
        if count == 1:
            return self.tr("A note is part of your label, so say also what you think of the prediction:")
        said = self.tr("{without} of {count} films have no label yet. With the note, it will say of them:")
        return said.format(without=without, count=count)

    def _offer_ok(self) -> None:
        self.ok.setEnabled(self.note.is_changed)
