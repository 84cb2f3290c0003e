"""Where a result comes from: model, version, hash, engine, time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QToolButton, QWidget

from cxrviewer.gui.icons import icon
from cxrviewer.gui.panels.column import WrappedLabel, copy_text
from cxrviewer.gui.panels.words import moment_words

if TYPE_CHECKING:
    from cxrviewer.domain import Analysis

_SHORT_HASH = 12


class Origin(QWidget):
    """Names and values of one analysis; the hash is short and copied in full."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 6, 0, 6)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._sha256 = ""
        self.model = WrappedLabel()
        self.version = WrappedLabel()
        self.sha256 = WrappedLabel()
        self.engine = WrappedLabel()
        self.duration = WrappedLabel()
        self.moment = WrappedLabel()
        self.window_seen = WrappedLabel()
        self.copy_hash = QToolButton()
        self.copy_hash.setToolTip(self.tr("Copy the whole SHA-256 of the model."))
        self.copy_hash.setAccessibleName(self.tr("Copy the SHA-256 of the model"))
        self.copy_hash.setAutoRaise(True)
        self.copy_hash.clicked.connect(lambda: copy_text(self._sha256))
        hash_row = QWidget()
        row = QHBoxLayout(hash_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.sha256, 1)
        row.addWidget(self.copy_hash)
        self._labels: list[tuple[str, WrappedLabel]] = []
        self._add(self.tr("Model"), self.model)
        self._add(self.tr("Version"), self.version)
        self._add(self.tr("SHA-256"), self.sha256, hash_row)
        self._add(self.tr("Engine"), self.engine)
        self._add(self.tr("Window"), self.window_seen)
        self._add(self.tr("Took"), self.duration)
        self._add(self.tr("When"), self.moment)
        self.clear()

    def _add(self, name: str, label: WrappedLabel, row: QWidget | None = None) -> None:
        self._labels.append((name, label))
        self._form.addRow(QLabel(name), row or label)

    def clear(self) -> None:
        """Show nothing, and take no room."""
        for _, label in self._labels:
            label.say("")
        self._sha256 = ""
        self.setVisible(False)

    def show_analysis(self, analysis: Analysis) -> None:
        """Show where an analysis comes from."""
        self._sha256 = analysis.model.sha256
        self.model.say(analysis.model.name)
        self.version.say(analysis.model.version)
        self.sha256.say(f"{analysis.model.sha256[:_SHORT_HASH]}…")
        self.sha256.setToolTip(analysis.model.sha256)
        self.engine.say(analysis.engine)
        self.window_seen.say(analysis.window or "-")
        self.duration.say(self.tr("{number} ms").format(number=f"{analysis.milliseconds:.0f}"))
        self.moment.say(moment_words(analysis.analysed_at))
        self.copy_hash.setIcon(icon("copy"))
        self.setVisible(True)

    def as_text(self) -> str:
        """Return one line for each fact, the hash in full; "" where there is no analysis."""
        if not self._sha256:
            return ""
        shown = ((name, self._sha256 if label is self.sha256 else label.said) for name, label in self._labels)
        return "\n".join(f"{name}: {value}" for name, value in shown)
