"""The line that is always there: research use, not for diagnosis."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLabel, QWidget


def not_for_diagnosis() -> str:
    """Return the sentence in the language of the window; in English that of ``domain.NOT_FOR_DIAGNOSIS``."""
    return QCoreApplication.translate("NotForDiagnosis", "Research use only. Not for diagnosis.")


class NotForDiagnosisLine(QLabel):
    """A permanent line; nothing hides it, and it is read out by its text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(not_for_diagnosis(), parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAccessibleName(not_for_diagnosis())
        font = self.font()
        font.setBold(True)
        self.setFont(font)
