"""File > Open from PACS: studies are looked for at a node, chosen, fetched, and opened in the study list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSettings, QSize, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.errors import CxrViewerError, UsageError
from cxrviewer.gui.notices import Notices
from cxrviewer.gui.pacs.folder_row import FolderRow
from cxrviewer.gui.pacs.found_model import FoundModel
from cxrviewer.gui.pacs.found_view import FoundView
from cxrviewer.gui.pacs.message_line import MessageLine
from cxrviewer.gui.pacs.node_choice import NodeChoice
from cxrviewer.gui.pacs.progress_row import ProgressRow
from cxrviewer.gui.pacs.query_form import QueryForm
from cxrviewer.gui.pacs.remembered import LastSearch, load_last_search, save_last_search
from cxrviewer.gui.pacs.retrieval import Retrieval, RetrievalEnd, RetrievalProgress
from cxrviewer.gui.pacs.retrieval_words import end_words, progress_words, share_done
from cxrviewer.gui.pacs.runner import NodeRunner, StartOperation
from cxrviewer.gui.pacs.search import Search
from cxrviewer.gui.panels.not_for_diagnosis import NotForDiagnosisLine
from cxrviewer.pacs.node import Node
from cxrviewer.pacs.process import RunningOperation
from cxrviewer.pacs.query import DEFAULT_LIMIT, FoundAllSeries, FoundStudies, FoundStudy

_SIZE: Final = QSize(920, 660)
_SHARE_OF_SCREEN: Final = 0.9


class OpenFromPacsDialog(QDialog):
    """Searches and fetches; nothing is asked of a node before a button is pressed.

    Signals: ``arrived`` (tuple of paths: whole objects to open), ``nodes_wanted`` (the nodes are to be edited).
    Name, identifier and birth date of patients are shown where the preferences say so, where its box is ticked, and
    where they are what is asked for. Closing it ends what runs; what has arrived by then is opened.
    """

    arrived = Signal(tuple)
    nodes_wanted = Signal()

    def __init__(
        self,
        nodes: Sequence[Node],
        settings: QSettings,
        folder: Path,
        notices: Notices,
        show_patient_data: bool = False,
        parent: QWidget | None = None,
        start: StartOperation = RunningOperation,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._notices = notices
        self._last = load_last_search(settings)
        self.setWindowTitle(self.tr("Open from PACS"))
        self.setModal(False)
        self.search = Search(self, start)
        self._runner = NodeRunner(self, start)
        self.retrieval = Retrieval(self._runner, self)
        self._make_parts(folder, show_patient_data)
        self._lay_out()
        self._connect()
        self.show_nodes(nodes)
        self._show_state()
        screen = QGuiApplication.primaryScreen()
        self.resize(_SIZE.boundedTo(screen.availableSize() * _SHARE_OF_SCREEN) if screen else _SIZE)

    # Made once

    def _make_parts(self, folder: Path, show_patient_data: bool) -> None:
        self.nodes = NodeChoice()
        self.form = QueryForm(self._last)
        self.search_button = QPushButton(self.tr("&Search"))
        self.search_button.setDefault(True)
        self.stop_button = QPushButton(self.tr("Sto&p"))
        self.stop_button.setAutoDefault(False)
        self.model = FoundModel(self)
        self.view = FoundView(self.model)
        self.summary = QLabel()
        self.patient_data = QCheckBox(self.tr("S&how patient data"))
        self.patient_data.setToolTip(self.tr("Name, identifier and birth date; shown anyway where they are asked for."))
        self.patient_data.setChecked(show_patient_data)
        self.view.show_patient_columns(show_patient_data)
        self.folder = FolderRow(Path(self._last.folder) if self._last.folder else folder)
        self.progress = ProgressRow()
        self.message = MessageLine()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.open_button = QPushButton(self.tr("&Open"))
        self.open_button.setAutoDefault(False)
        self.open_button.setToolTip(self.tr("Fetch what is selected, and open it in the study list."))
        self.buttons.addButton(self.open_button, QDialogButtonBox.ButtonRole.ActionRole)
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)

    def _lay_out(self) -> None:
        searching = QHBoxLayout()
        searching.addWidget(self.summary, 1)
        searching.addWidget(self.search_button)
        searching.addWidget(self.stop_button)
        below = QHBoxLayout()
        below.addWidget(self.patient_data)
        below.addStretch(1)
        foot = QHBoxLayout()
        foot.addWidget(NotForDiagnosisLine(), 1)
        foot.addWidget(self.buttons)
        layout = QVBoxLayout(self)
        for part in (self.nodes, self.form):
            layout.addWidget(part)
        layout.addLayout(searching)
        layout.addWidget(self.view, 1)
        layout.addLayout(below)
        for part in (self.folder, self.progress, self.message):
            layout.addWidget(part)
        layout.addLayout(foot)

    def _connect(self) -> None:
        self.nodes.edit_requested.connect(self.nodes_wanted)
        self.nodes.changed.connect(self._show_state)
        self.form.asked_by_patient.connect(lambda: self.patient_data.setChecked(True))
        self.patient_data.toggled.connect(self.view.show_patient_columns)
        self.search_button.clicked.connect(self.start_search)
        self.stop_button.clicked.connect(self._stop_search)
        self.view.selection_changed.connect(self._show_state)
        self.view.open_requested.connect(self.fetch)
        self.view.series_wanted.connect(self._ask_series)
        self.open_button.clicked.connect(self.fetch)
        self.folder.changed.connect(lambda _: self._remember())
        self.progress.cancel_requested.connect(self.retrieval.cancel)
        self.buttons.rejected.connect(self.close)
        self.search.found.connect(self._show_found)
        self.search.failed.connect(self._show_failure)
        self.search.series_found.connect(self._show_series)
        self.search.series_failed.connect(self._show_series_failure)
        self.retrieval.progressed.connect(self._show_progress)
        self.retrieval.ended.connect(self._take_end)

    def show_nodes(self, nodes: Sequence[Node]) -> None:
        """Offer these nodes; the one that was searched last is chosen, where it is there."""
        chosen = self.nodes.node()
        self.nodes.show_nodes(nodes, chosen.name if chosen else self._last.node)
        if nodes:
            self.message.say("")
            self.form.patient_name.setFocus()
        else:
            self.message.say(self.tr("No PACS is configured yet; add one with the button Nodes…"))
            self.nodes.edit.setFocus()
        self._show_state()

    # Searching

    def start_search(self) -> None:
        """Look for studies as the fields say."""
        node = self.nodes.node()
        if node is None or self.search.is_running or self.retrieval.is_running:
            return
        try:
            query = self.form.query()
        except UsageError as error:
            self.message.say_error(error)
            return
        self._remember()
        self.model.show_studies(())
        self.message.say("")
        self.summary.setText(self.tr("Searching {node} …").format(node=node.name))
        self.search.start(node, query)
        self._show_state()

    def _stop_search(self) -> None:
        self.summary.setText(self.tr("Stopping …"))
        self.stop_button.setEnabled(False)
        self.search.stop()

    def _show_found(self, found: FoundStudies) -> None:
        self.model.show_studies(found.studies)
        self.view.sortByColumn(self.view.header().sortIndicatorSection(), self.view.header().sortIndicatorOrder())
        count = self.locale().toString(len(found.studies))
        words = self.tr("{count} studies").format(count=count) if len(found.studies) != 1 else self.tr("1 study")
        if found.ended == "limit":
            self.message.say(
                self.tr(
                    "There are more: these are the first {count} that the node named. Narrow the search by date, name "
                    "or number."
                ).format(count=self.locale().toString(min(len(found.studies), DEFAULT_LIMIT))),
                "warning",
            )
            words = self.tr("{count} studies, and more").format(count=count)
        elif found.ended == "cancelled":
            words = self.tr("Stopped; studies so far: {count}").format(count=count)
        elif not found.studies:
            words = self.tr("No study matches.")
        self.summary.setText(words)
        if found.studies:
            self.view.select_first()
            self.view.setFocus()
        self._show_state()

    def _show_failure(self, error: CxrViewerError) -> None:
        self.summary.setText("")
        self.message.say_error(error)
        self._notices.add_error(error)
        self._show_state()

    def _ask_series(self, study: FoundStudy) -> None:
        self.model.say_below(study, self.tr("Asking for the series …"))
        self.search.ask_series(study)

    def _show_series(self, study: FoundStudy, found: FoundAllSeries) -> None:
        if found.series:
            self.model.show_series(study, found.series)
        else:
            self.model.say_below(study, self.tr("The node names no series of this study."))

    def _show_series_failure(self, study: FoundStudy, error: CxrViewerError) -> None:
        self.model.say_below(study, self.tr("The series could not be asked for; search again."))
        self._show_failure(error)

    # Fetching

    def fetch(self) -> None:
        """Fetch what is selected, and open it."""
        chosen, node = self.view.chosen(), self.search.node
        if not chosen or node is None or self.search.is_running or self.retrieval.is_running:
            return
        self.message.say("")
        self.progress.begin(self.tr("Asking {node} …").format(node=node.name))
        self.retrieval.start(node, chosen, self.folder.folder)
        self._show_state()

    def _show_progress(self, progress: RetrievalProgress) -> None:
        self.progress.show_progress(progress_words(progress, self.locale()), share_done(progress))

    def _take_end(self, end: RetrievalEnd) -> None:
        self.progress.end()
        words, level = end_words(end, self.locale())
        if end.error is not None:
            self.message.say_error(end.error, words)
            self._notices.add_error(end.error)
        else:
            self.message.say(words, level, "\n".join(end.problems))
            if level == "warning" and not end.cancelled:
                self._notices.add(words, level="warning")
        self._show_state()
        if end.paths:
            self.arrived.emit(end.paths)

    # State

    def _show_state(self) -> None:
        """Keep what can be pressed as the work stands."""
        searching, fetching = self.search.is_running, self.retrieval.is_running
        has_node = self.nodes.node() is not None
        self.search_button.setEnabled(has_node and not searching and not fetching)
        self.stop_button.setEnabled(searching)
        self.open_button.setEnabled(bool(self.view.chosen()) and not searching and not fetching)
        self.nodes.setEnabled(not searching and not fetching)
        self.folder.setEnabled(not fetching)

    def _remember(self) -> None:
        node = self.nodes.node()
        last = self.form.last(self._last)
        folder = str(self.folder.folder)
        self._last = LastSearch(
            node.name if node else last.node, last.dates, last.date_from, last.date_to, last.modality, folder
        )
        save_last_search(self._settings, self._last)

    def reject(self) -> None:
        """Escape ends what runs first, and closes then."""
        if self.retrieval.is_running and self.progress.cancel.isEnabled():
            self.progress.ask_cancel()
        elif self.search.is_running and self.stop_button.isEnabled():
            self._stop_search()
        else:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """End what runs; what has arrived is opened."""
        self.end_work()
        event.accept()
        self.done(QDialog.DialogCode.Rejected)

    def end_work(self) -> None:
        """End what runs at once, and wait until it has ended."""
        arrived = self.retrieval.give_up().paths if self.retrieval.is_running else ()
        self._runner.close()
        self.search.close()
        self.progress.end()
        if arrived:
            self.arrived.emit(arrived)
