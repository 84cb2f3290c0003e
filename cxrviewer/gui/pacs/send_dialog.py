"""File > Send Results to PACS: which films' results, and to which node."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSettings, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QGroupBox,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.gui.notices import Notices
from cxrviewer.gui.pacs.message_line import MessageLine
from cxrviewer.gui.pacs.node_choice import NodeChoice
from cxrviewer.gui.pacs.progress_row import ProgressRow
from cxrviewer.gui.pacs.runner import StartOperation
from cxrviewer.gui.pacs.sending import MakeJob, Sending, SendingEnd
from cxrviewer.gui.panels.column import WrappedLabel
from cxrviewer.gui.panels.not_for_diagnosis import NotForDiagnosisLine
from cxrviewer.gui.panels.warning_lines import Level
from cxrviewer.pacs.node import Node
from cxrviewer.pacs.process import RunningOperation

_NODE_KEY = "pacs/send_to"


class SendToPacsDialog(QDialog):
    """Sends the DICOM objects of results; ``job_for`` gives what makes them, for selected films or for all (False).

    Signal: ``nodes_wanted`` (the nodes are to be edited). Closing it ends what runs; what the node has taken it keeps.
    """

    nodes_wanted = Signal()

    def __init__(
        self,
        nodes: Sequence[Node],
        settings: QSettings,
        notices: Notices,
        selected: int,
        total: int,
        job_for: Callable[[bool], MakeJob | None],
        parent: QWidget | None = None,
        start: StartOperation = RunningOperation,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._notices = notices
        self._job_for = job_for
        self.setWindowTitle(self.tr("Send Results to PACS"))
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 84)
        self.sending = Sending(self, start)
        self.nodes = NodeChoice()
        self.progress = ProgressRow()
        self.message = MessageLine()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.send_button = QPushButton(self.tr("&Send"))
        self.buttons.addButton(self.send_button, QDialogButtonBox.ButtonRole.ActionRole)
        self.send_button.setDefault(True)
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        self._lay_out(selected, total)
        self._connect()
        self.show_nodes(nodes)

    def _lay_out(self, selected: int, total: int) -> None:
        layout = QVBoxLayout(self)
        layout.addWidget(
            WrappedLabel(
                self.tr(
                    "For each DICOM film that has a result: a structured report, the overlay as a picture and a map of "
                    "every heatmap. They go into the film's own study and carry the patient's name and identifier, as "
                    "the film does. Films that are no DICOM have none."
                ),
                is_selectable=False,
            )
        )
        layout.addWidget(self.nodes)
        layout.addWidget(self._films_box(selected, total))
        for part in (self.progress, self.message):
            layout.addWidget(part)
        layout.addStretch(1)
        layout.addWidget(NotForDiagnosisLine())
        layout.addWidget(self.buttons)

    def _films_box(self, selected: int, total: int) -> QGroupBox:
        self._box = box = QGroupBox(self.tr("Films"))
        count = self.locale().toString
        self.only_selected = QRadioButton(self.tr("Se&lected films ({count})").format(count=count(selected)))
        self.all_films = QRadioButton(self.tr("All &films of the list ({count})").format(count=count(total)))
        self.only_selected.setEnabled(selected > 0)
        # Others read what is sent: that all goes is never what nobody asked for.
        (self.only_selected if selected else self.all_films).setChecked(True)
        group = QButtonGroup(self)
        column = QVBoxLayout(box)
        for button in (self.only_selected, self.all_films):
            button.setAccessibleName(button.text().replace("&", ""))
            group.addButton(button)
            column.addWidget(button)
        return box

    def _connect(self) -> None:
        self.nodes.edit_requested.connect(self.nodes_wanted)
        self.nodes.changed.connect(self._show_state)
        self.send_button.clicked.connect(self.send)
        self.buttons.rejected.connect(self.close)
        self.progress.cancel_requested.connect(self.sending.cancel)
        self.sending.progressed.connect(self._show_progress)
        self.sending.ended.connect(self._show_end)

    def show_nodes(self, nodes: Sequence[Node]) -> None:
        """Offer these nodes; the one that was sent to last is chosen, where it is there."""
        chosen = self.nodes.node()
        self.nodes.show_nodes(nodes, chosen.name if chosen else str(self._settings.value(_NODE_KEY, "")))
        self.message.say("" if nodes else self.tr("No PACS is configured yet; add one with the button Nodes…"))
        (self.nodes.box if nodes else self.nodes.edit).setFocus()
        self._show_state()

    def send(self) -> None:
        """Make the objects, and send them."""
        node = self.nodes.node()
        if node is None or self.sending.is_running:
            return
        make_job = self._job_for(self.only_selected.isChecked())
        if make_job is None:
            self.message.say(self.tr("There is no bundle to make objects with; see the notices."), "error")
            return
        self._settings.setValue(_NODE_KEY, node.name)
        self.message.say("")
        self.progress.begin(self.tr("Making the objects …"))
        self.sending.start(node, make_job)
        self._show_state()

    def _show_progress(self, step: str, done: int, total: int) -> None:
        count = self.locale().toString
        words = {
            "making": self.tr("Making the objects: {done} of {total} films"),
            "sending": self.tr("Sending: {done} of {total} objects"),
        }[step]
        share = done / total if total else None
        self.progress.show_progress(words.format(done=count(done), total=count(total)), share)

    def _show_end(self, end: SendingEnd) -> None:
        self.progress.end()
        words, level = self._end_words(end)
        details = "\n".join((*end.reasons, *end.problems))
        if end.error is not None:
            self.message.say_error(end.error, words)
            self._notices.add_error(end.error)
        else:
            self.message.say(words, level, details)
            if end.not_sent:
                self._notices.add(words, level="warning", details=details)
        for problem in end.problems:
            self._notices.add(problem, level="warning")
        self._show_state()

    def _end_words(self, end: SendingEnd) -> tuple[str, Level]:
        count = self.locale().toString
        if end.error is not None:
            return "", "error"
        if end.cancelled:
            return self.tr("Cancelled. Objects that the PACS has: {count}.").format(count=count(end.sent)), "warning"
        if end.not_sent:
            said = self.tr("Objects that the PACS took: {count}; that it did not take: {others}.")
            return " ".join((said.format(count=count(end.sent), others=count(end.not_sent)), *end.reasons)), "warning"
        if not end.sent:
            return " ".join((self.tr("There was nothing to send."), *end.problems)), "warning"
        said = self.tr("The PACS took everything; objects: {count}.").format(count=count(end.sent))
        return " ".join((said, *end.problems)), "warning" if end.problems else "information"

    def _show_state(self) -> None:
        running = self.sending.is_running
        for part in (self.nodes, self._box):
            part.setEnabled(not running)
        self.send_button.setEnabled(not running and self.nodes.node() is not None)

    def reject(self) -> None:
        """Escape ends what runs first, and closes then."""
        if self.sending.is_running and self.progress.cancel.isEnabled():
            self.progress.ask_cancel()
        else:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """End what runs."""
        self.end_work()
        event.accept()
        self.done(QDialog.DialogCode.Rejected)

    def end_work(self) -> None:
        """End what runs at once, and wait until it has ended."""
        self.sending.close()
        self.progress.end()
