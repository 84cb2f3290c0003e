"""The field that a note is written in."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from cxrviewer.gui.labels.changes import KEEP_NOTES, NoteEdit

_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MODIFIERS: Final = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class NoteField(QPlainTextEdit):
    """Edits the note of films, or, where theirs differ (None), takes what is added below each of them.

    ``entered`` follows Ctrl+Enter, and Enter where ``enter_accepts``: Shift+Enter begins a line there. Tab leaves the
    field, as everywhere in a dialog.
    """

    entered = Signal()

    def __init__(
        self, note: str | None, *, lines: int, enter_accepts: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._is_added = note is None
        self._enter_accepts = enter_accepts
        self._lines = lines
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setPlainText(note or "")
        self.moveCursor(QTextCursor.MoveOperation.End)
        self._first = self.toPlainText()
        self.setAccessibleName(self.tr("Note"))
        if self._is_added:
            self.setPlaceholderText(self.tr("The notes differ. What you write here is added to each."))
        else:
            self.setPlaceholderText(self.tr("What you want to remember of this."))
        keys = (
            self.tr("Enter accepts, Shift+Enter begins a line.")
            if enter_accepts
            else self.tr("Enter begins a line, Ctrl+Enter accepts.")
        )
        self.keys_words = keys
        self.setAccessibleDescription(keys)

    @property
    def is_changed(self) -> bool:
        """Whether it says something else than at first; spaces around it do not count."""
        return self.toPlainText().strip() != self._first.strip()

    def edit(self) -> NoteEdit:
        """Return what becomes of the notes; those that nobody changed stay as they are to the letter."""
        return NoteEdit(self.toPlainText().strip(), self._is_added) if self.is_changed else KEEP_NOTES

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return room for its lines."""
        hint = super().sizeHint()
        frame = 2 * (self.frameWidth() + round(self.document().documentMargin()))
        hint.setHeight(self._lines * self.fontMetrics().lineSpacing() + frame)
        return hint

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return room for two lines."""
        hint = self.sizeHint()
        hint.setWidth(self.fontMetrics().averageCharWidth() * 20)
        return hint

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Accept, or write."""
        modifiers = event.modifiers() & _MODIFIERS
        ctrl = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        plain = modifiers == Qt.KeyboardModifier.NoModifier
        if event.key() in _ENTER and (ctrl or (self._enter_accepts and plain)):
            self.entered.emit()
        else:
            super().keyPressEvent(event)
