"""Label > Disagree: the finding that a person sees instead of the predicted one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QDialog, QDialogButtonBox, QLabel, QRadioButton, QVBoxLayout, QWidget

from cxrviewer.gui.labels.changes import NoteEdit, common_note, offered_findings
from cxrviewer.gui.labels.note_field import NoteField
from cxrviewer.gui.labels.words import predicted_words
from cxrviewer.gui.panels.column import ColumnPanel, WrappedLabel
from cxrviewer.results.study_list import Film

KEY_OF_NONE: Final = "0"
"""The key of "I do not say which"; findings have those of their places, from 1 on."""

_MOST_WITHOUT_SCROLLING: Final = 12


class DisagreeDialog(QDialog):
    """Asks what films show that have a prediction each; nothing is chosen at first unless they say so already.

    ``choices`` holds the button of each finding on offer (``changes.offered_findings``), and that of None: not said
    which.
    """

    def __init__(self, films: Sequence[Film], findings: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Disagree"))
        asked = self.tr("Which finding do you see instead?")
        self.question = WrappedLabel(f"{predicted_words(films)}\n{asked}", is_selectable=False)
        self.choices: dict[str | None, QRadioButton] = {}
        self._by_key: dict[str, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self.note = NoteField(common_note(films), lines=3, enter_accepts=True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._lay_out(offered_findings(films, findings))
        self.ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok.setEnabled(False)
        self._group.buttonToggled.connect(lambda *_: self.ok.setEnabled(True))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.note.entered.connect(self.ok.click)  # which does nothing while it is disabled
        self._choose_present(films)
        (self._group.checkedButton() or next(iter(self.choices.values()))).setFocus()

    def finding(self) -> str | None:
        """Return the finding that was chosen; None: another than the predicted one, without saying which."""
        return next((finding for finding, button in self.choices.items() if button.isChecked()), None)

    def note_edit(self) -> NoteEdit:
        """Return what becomes of the notes."""
        return self.note.edit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Choose by a number, wherever the focus is but in the note; Alt and the number choose from there, too."""
        button = self._by_key.get(event.text())
        if button is not None and event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        ):
            button.setFocus(Qt.FocusReason.ShortcutFocusReason)
            button.setChecked(True)
        else:
            super().keyPressEvent(event)

    def _lay_out(self, offered: Sequence[tuple[str, str]]) -> None:
        layout = QVBoxLayout(self)
        layout.addWidget(self.question)
        buttons = QVBoxLayout()
        for finding, key in offered:
            buttons.addWidget(self._choice(finding, key, finding))
        buttons.addWidget(self._choice(None, KEY_OF_NONE, self.tr("I do not say which")))
        if len(offered) > _MOST_WITHOUT_SCROLLING:
            page = ColumnPanel(self.tr("Your finding"))
            page.column.addLayout(buttons)
            layout.addWidget(page, 4)
        else:
            layout.addLayout(buttons)
        name = QLabel(self.tr("&Note"))
        name.setBuddy(self.note)
        layout.addWidget(name)
        layout.addWidget(self.note, 1)
        layout.addWidget(hint(self.note.keys_words))
        layout.addWidget(self.buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 60)

    def _choice(self, finding: str | None, key: str, words: str) -> QRadioButton:
        escaped = words.replace("&", "&&")
        button = QRadioButton(f"&{key}  {escaped}" if key else escaped)
        button.setAccessibleName(words)
        if key:
            button.setAccessibleDescription(self.tr("Press {key} to choose it.").format(key=key))
            self._by_key[key] = button
        self.choices[finding] = button
        self._group.addButton(button)
        return button

    def _choose_present(self, films: Sequence[Film]) -> None:
        """Choose what all of the films are labelled already, where that is a disagreement that can be had again."""
        said = {(film.label.verdict, film.label.finding) if film.label else None for film in films}
        present = said.pop() if len(said) == 1 else None
        if present is not None and present[0] == "disagree" and present[1] in self.choices:
            self.choices[present[1]].setChecked(True)


def hint(words: str) -> WrappedLabel:
    """Return a line that helps, dimmer than what it helps with."""
    line = WrappedLabel(words, is_selectable=False)
    line.setForegroundRole(line.palette().ColorRole.PlaceholderText)
    return line
