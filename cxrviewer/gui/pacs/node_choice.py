"""Which of the configured nodes is meant, and the way to edit them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QWidget

from cxrviewer.pacs.node import Node


class NodeChoice(QWidget):
    """A list of nodes, and a button. Signals: ``changed``, ``edit_requested``."""

    changed = Signal()
    edit_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._nodes: tuple[Node, ...] = ()
        self.box = QComboBox()
        self.box.setAccessibleName(self.tr("PACS"))
        self.box.setPlaceholderText(self.tr("none configured"))
        label = QLabel(self.tr("P&ACS"))
        label.setBuddy(self.box)
        self.edit = QPushButton(self.tr("Nod&es…"))
        self.edit.setAutoDefault(False)
        self.edit.setToolTip(self.tr("Add, edit and test the nodes that can be asked."))
        self.edit.clicked.connect(self.edit_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label)
        row.addWidget(self.box, 1)
        row.addWidget(self.edit)
        self.box.currentIndexChanged.connect(lambda _: self._show_address())

    def show_nodes(self, nodes: Sequence[Node], chosen: str = "") -> None:
        """Offer nodes; the one of that name is chosen, else the first."""
        self._nodes = tuple(nodes)
        names = [node.name for node in self._nodes]
        with QSignalBlocker(self.box):
            self.box.clear()
            self.box.addItems(names)
            if names:
                self.box.setCurrentIndex(names.index(chosen) if chosen in names else 0)
        self.box.setEnabled(bool(names))
        self._show_address()

    def node(self) -> Node | None:
        """Return the node that is chosen."""
        place = self.box.currentIndex()
        return self._nodes[place] if 0 <= place < len(self._nodes) else None

    def _show_address(self) -> None:
        node = self.node()
        self.box.setToolTip(node.address if node else "")
        self.box.setAccessibleDescription(node.address if node else "")
        self.changed.emit()
