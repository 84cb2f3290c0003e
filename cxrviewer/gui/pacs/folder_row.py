"""Where films from a PACS are kept: said, and chosen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from cxrviewer.gui.panels.column import WrappedLabel


class FolderRow(QWidget):
    """A sentence with the folder, and a button for another one. Signal: ``changed`` (Path)."""

    changed = Signal(object)

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.folder = folder
        self.words = WrappedLabel()
        self.button = QPushButton(self.tr("&Folder…"))
        self.button.setAutoDefault(False)
        self.button.setToolTip(self.tr("Choose where films that are fetched are kept."))
        self.button.clicked.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        self._show()

    def _choose(self) -> None:
        found = QFileDialog.getExistingDirectory(self, self.tr("Keep Films In"), str(self.folder))
        if found:
            self.folder = Path(found)
            self._show()
            self.changed.emit(self.folder)

    def _show(self) -> None:
        words = self.tr("Films are kept in {folder}, one folder a study, with the patient data that they hold.")
        self.words.say(words.format(folder=self.folder))
