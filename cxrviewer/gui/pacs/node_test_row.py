"""The Test button: whether a node is there and takes us, asked in a process of its own."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cxrviewer.errors import CxrViewerError, NodeError
from cxrviewer.gui.pacs.message_line import MessageLine
from cxrviewer.gui.pacs.node_draft import NodeDraft
from cxrviewer.gui.pacs.progress_row import ProgressRow
from cxrviewer.gui.pacs.runner import NodeRunner, StartOperation
from cxrviewer.pacs.process import RunningOperation, TestNode
from cxrviewer.pacs.secrets import SecretKind
from cxrviewer.pacs.transfer import NodeAnswer


class NodeTestRow(QWidget):
    """A button, how the test goes, and the node's answer or why there is none. Signal: ``test_requested``."""

    test_requested = Signal()

    def __init__(self, parent: QWidget | None = None, start: StartOperation = RunningOperation) -> None:
        super().__init__(parent)
        self._runner = NodeRunner(self, start)
        self._runner.finished.connect(lambda answer, _: self._show_answer(answer))
        self._runner.failed.connect(lambda error, _: self._show_failure(error))
        self._runner.stopped.connect(lambda _: self._show_cancelled())
        self.button = QPushButton(self.tr("&Test"))
        self.button.setAutoDefault(False)
        self.button.setToolTip(self.tr("Ask the node whether it is there and answers to this program."))
        self.button.clicked.connect(self.test_requested)
        self.progress = ProgressRow()
        self.progress.cancel_requested.connect(self._cancel)
        self.message = MessageLine()
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addWidget(self.progress, 1)
        row.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.message)
        self._can_test = False

    @property
    def is_running(self) -> bool:
        """Whether a node is being tested."""
        return self._runner.is_running

    def set_can_test(self, can_test: bool) -> None:
        """Say whether there is a node to test."""
        self._can_test = can_test
        self.button.setEnabled(can_test and not self.is_running)

    def start(self, draft: NodeDraft) -> None:
        """Test a node as it stands, with the secrets that were typed."""
        try:
            node = draft.node()
        except NodeError as error:
            self.message.say_error(error)
            return
        secrets: dict[tuple[str, SecretKind], str] = {}
        if draft.saved_as and draft.password is None and draft.key_passphrase is None:
            node = replace(node, name=draft.saved_as)  # what is kept is kept under that name
        if draft.password:
            secrets[node.name, "password"] = draft.password
        if draft.key_passphrase:
            secrets[node.name, "key-passphrase"] = draft.key_passphrase
        self.message.say("")
        self.progress.begin(self.tr("Asking {name} …").format(name=node.name))
        self._runner.run(TestNode(node), secrets)
        self.button.setEnabled(False)

    def clear(self) -> None:
        """Forget the answer, and end a test that runs: another node is meant now."""
        self._runner.give_up()
        self._end()
        self.message.say("")

    def close_runner(self) -> None:
        """End what runs and wait until it has ended."""
        self._runner.close()
        self.progress.end()

    def _cancel(self) -> None:
        """A test has nothing to keep: it ends at once."""
        self._runner.give_up()
        self._show_cancelled()

    def _show_answer(self, answer: NodeAnswer) -> None:
        self._end()
        words = self.tr("Answered in {milliseconds} ms").format(milliseconds=round(answer.milliseconds))
        if answer.peer:
            words += self.tr(" as {peer}").format(peer=answer.peer)
        words += self.tr(", encrypted.") if answer.encrypted else self.tr(", not encrypted.")
        self.message.say(words)

    def _show_failure(self, error: CxrViewerError) -> None:
        self._end()
        self.message.say_error(error)

    def _show_cancelled(self) -> None:
        self._end()
        self.message.say(self.tr("The test was cancelled."))

    def _end(self) -> None:
        self.progress.end()
        self.button.setEnabled(self._can_test)
