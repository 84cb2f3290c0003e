"""Edit > PACS Nodes: the nodes that can be asked, each with its fields, a test, and secrets in the system's keyring."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.errors import CxrViewerError
from cxrviewer.gui.icons import icon
from cxrviewer.gui.pacs.errand import Errand
from cxrviewer.gui.pacs.message_line import MessageLine
from cxrviewer.gui.pacs.node_draft import NodeDraft, copy_of, draft_of, free_name, problems_of
from cxrviewer.gui.pacs.node_form import NodeForm
from cxrviewer.gui.pacs.node_secrets import apply_changes, is_kept
from cxrviewer.gui.pacs.node_test_row import NodeTestRow
from cxrviewer.gui.pacs.runner import StartOperation
from cxrviewer.gui.panels.not_for_diagnosis import NotForDiagnosisLine
from cxrviewer.pacs.node import Node
from cxrviewer.pacs.node_file import save_nodes
from cxrviewer.pacs.process import RunningOperation

_SIZE: Final = QSize(860, 640)
_SHARE_OF_SCREEN: Final = 0.9


class NodesDialog(QDialog):
    """Edits the configured nodes and keeps them on OK.

    Signals: ``saved`` (tuple of nodes), ``not_kept`` (why secrets are used for this session only, in words).
    """

    saved = Signal(tuple)
    not_kept = Signal(str)

    def __init__(
        self,
        nodes: Sequence[Node],
        path: Path,
        parent: QWidget | None = None,
        start: StartOperation = RunningOperation,
    ) -> None:
        super().__init__(parent)
        self._path = path
        self._drafts = [draft_of(node) for node in nodes]
        self._at_first = tuple(node.name for node in nodes)
        self._keeping = Errand(self)
        self._looking = Errand(self)
        self.setWindowTitle(self.tr("PACS Nodes"))
        self._make_parts(start)
        self._lay_out()
        self._connect()
        self._fill_list(0)
        screen = QGuiApplication.primaryScreen()
        self.resize(_SIZE.boundedTo(screen.availableSize() * _SHARE_OF_SCREEN) if screen else _SIZE)

    # Made once

    def _make_parts(self, start: StartOperation) -> None:
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Nodes"))
        self.add_button = QPushButton(self.tr("Add"))
        self.copy_button = QPushButton(self.tr("Duplicate"))
        self.remove_button = QPushButton(self.tr("Remove"))
        self.form = NodeForm()
        self.test = NodeTestRow(start=start)
        self.message = MessageLine()
        self.empty = QLabel(self.tr("No node is configured; Add begins one."))
        self.empty.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        for button in (self.add_button, self.copy_button, self.remove_button):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        left, right = QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list, 1)
        for button in (self.add_button, self.copy_button, self.remove_button):
            column.addWidget(button)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.empty, 1, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.form, 1)
        column.addWidget(self.test)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        split.setSizes([_SIZE.width() // 4, 3 * _SIZE.width() // 4])
        foot = QHBoxLayout()
        foot.addWidget(NotForDiagnosisLine(), 1)
        foot.addWidget(self.buttons)
        layout = QVBoxLayout(self)
        layout.addWidget(split, 1)
        layout.addWidget(self.message)
        layout.addLayout(foot)

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(self._show_row)
        self.form.changed.connect(self._take_change)
        self.add_button.clicked.connect(self.add)
        self.copy_button.clicked.connect(self.duplicate)
        self.remove_button.clicked.connect(self.remove)
        self.test.test_requested.connect(self._start_test)
        self.buttons.accepted.connect(self.save)
        self.buttons.rejected.connect(self.reject)
        self._keeping.done.connect(self._take_kept)
        self._keeping.failed.connect(lambda error: self._take_kept((str(error),)))
        self._looking.done.connect(self._show_kept)
        self._looking.failed.connect(self._show_no_keyring)

    # Nodes

    @property
    def row(self) -> int:
        """Which node is shown; -1 for none."""
        return self.list.currentRow()

    def add(self) -> None:
        """Begin a new node."""
        draft = NodeDraft()
        self._drafts.append(
            NodeDraft({**draft.fields, "name": free_name("PACS", [other.name for other in self._drafts])})
        )
        self._fill_list(len(self._drafts) - 1)
        name = self.form.fields["name"]
        name.setFocus()
        name.selectAll()

    def duplicate(self) -> None:
        """Begin a node that is like the one shown, but for its name and its secrets."""
        if self.row >= 0:
            draft = self._drafts[self.row]
            names = [other.name for other in self._drafts]
            self._drafts.insert(self.row + 1, copy_of(draft, free_name(draft.name or "PACS", names)))
            self._fill_list(self.row + 1)

    def remove(self) -> None:
        """Take the node that is shown off the list; it is configured until OK is pressed."""
        if self.row >= 0:
            row = self.row
            del self._drafts[row]
            self._fill_list(row)

    def _fill_list(self, row: int) -> None:
        row = min(row, len(self._drafts) - 1)
        with QSignalBlocker(self.list):
            self.list.clear()
            self.list.addItems([draft.name for draft in self._drafts])
            self.list.setCurrentRow(row)
        self._show_row(row)

    def _show_row(self, row: int) -> None:
        has_node = row >= 0
        self.test.clear()
        for part in (self.form, self.copy_button, self.remove_button):
            part.setEnabled(has_node)
        self.form.setVisible(has_node)
        self.empty.setVisible(not has_node)
        if has_node:
            draft = self._drafts[row]
            self.form.show_draft(draft, self.tr("As it is kept") if draft.saved_as else "")
            self.form.ensureVisible(0, 0)
            if draft.has_password and draft.saved_as:
                self._looking.run(partial(is_kept, draft.saved_as))
        self._check()

    def _take_change(self) -> None:
        self._drafts[self.row] = self.form.draft()
        self.test.clear()
        self._check()

    def _check(self) -> None:
        """Say what is wrong at each field, mark the nodes that cannot be used, and keep OK and Test from them."""
        can_be_kept = True
        for row, draft in enumerate(self._drafts):
            others = [other for place, other in enumerate(self._drafts) if place != row]
            problems = problems_of(draft, others)
            can_be_kept &= not problems
            item = self.list.item(row)
            item.setText(draft.name or self.tr("(no name)"))
            item.setIcon(icon("triangle-alert") if problems else icon("server"))
            item.setToolTip(" ".join(f"{words[:1].upper()}{words[1:]}." for words in problems.values()))
            if row == self.row:
                self.form.show_problems(problems)
                self.test.set_can_test(not problems)
        if self.row < 0:
            self.test.set_can_test(False)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(can_be_kept)

    def _start_test(self) -> None:
        self.test.start(self._drafts[self.row])

    # The keyring

    def _show_kept(self, is_kept: bool) -> None:
        field = self.form.fields["password"]
        field.setPlaceholderText(self.tr("As it is kept") if is_kept else self.tr("None is kept"))

    def _show_no_keyring(self, error: CxrViewerError) -> None:
        self.form.fields["password"].setPlaceholderText("")
        words = self.tr("A password is used until the program is closed, and not kept: {reason}")
        self.form.hints["password"].say(words.format(reason=error))

    # The end

    def save(self) -> None:
        """Keep the nodes, then their secrets, which may take as long as the keyring asks for."""
        try:
            nodes = tuple(draft.node() for draft in self._drafts)
            save_nodes(nodes, self._path)
        except CxrViewerError as error:
            self.message.say_error(error)
            return
        changes = [change for draft in self._drafts if not (change := draft.change()).is_empty]
        kept = {change.earlier_name.casefold() for draft in self._drafts if (change := draft.change())}
        removed = [name for name in self._at_first if name.casefold() not in kept]
        self._saved = nodes
        if not changes and not removed:
            self._take_kept(())
            return
        self.message.say(self.tr("Bringing the system's keyring up to date …"))
        self.setEnabled(False)
        self._keeping.run(partial(apply_changes, changes, removed))

    def _take_kept(self, problems: tuple[str, ...]) -> None:
        self.setEnabled(True)
        self.saved.emit(self._saved)
        for problem in problems:
            words = self.tr("A password is used until the program is closed, and not kept: {reason}")
            self.not_kept.emit(words.format(reason=problem))
        self.accept()

    def done(self, result: int) -> None:
        """End what runs."""
        self.end_work()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """End what runs."""
        self.end_work()
        super().closeEvent(event)

    def end_work(self) -> None:
        """End a test that runs, and wait for no keyring any more."""
        self.test.close_runner()
        self._looking.close()
        self._keeping.close()
