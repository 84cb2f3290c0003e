"""The one place of a dialog that says how its work stands, or what went wrong, with details to copy."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cxrviewer.errors import CxrViewerError
from cxrviewer.gui.panels.column import copy_text
from cxrviewer.gui.panels.warning_lines import Level, signed_line


class MessageLine(QWidget):
    """A sentence with its sign; ``said`` is what stands there now. Takes no room while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.said = ""
        self.level: Level = "information"
        self._details = ""
        self.copy_button = QPushButton(self.tr("Copy Details"))
        self.copy_button.setAutoDefault(False)
        self.copy_button.clicked.connect(lambda: copy_text(self._details))
        self._lines = QVBoxLayout()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(self._lines, 1)
        row.addWidget(self.copy_button)
        self.hide()

    def say(self, text: str, level: Level = "information", details: str = "") -> None:
        """Show another sentence, "" for none; ``details`` can be copied."""
        self.said, self.level, self._details = text, level, details
        while (taken := self._lines.takeAt(0)) is not None:
            line = taken.widget()
            line.setParent(None)
            line.deleteLater()
        if text:
            self._lines.addWidget(signed_line(level, text))
        self.setAccessibleName(text)
        self.copy_button.setVisible(bool(details))
        self.setVisible(bool(text))

    def say_error(self, error: CxrViewerError, more: str = "") -> None:
        """Show an error in its own words, and after them ``more``."""
        words = str(error)
        words = words[:1].upper() + words[1:]
        self.say(f"{words} {more}".strip(), "error", f"{error}\n{type(error).__name__} ({error.code})")
