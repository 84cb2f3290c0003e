"""What the actions on nodes do: configure them, open films from them, and send results to them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QMainWindow, QWidget

from cxrviewer.gui.exporting.choice import ExportChoice, ExportJob
from cxrviewer.gui.session import Session
from cxrviewer.gui.study_list.model import StudyListModel
from cxrviewer.gui.window.film_commands import FilmCommands

if TYPE_CHECKING:
    from cxrviewer.gui.pacs.nodes_dialog import NodesDialog
    from cxrviewer.gui.pacs.open_dialog import OpenFromPacsDialog
    from cxrviewer.gui.pacs.send_dialog import SendToPacsDialog
    from cxrviewer.gui.pacs.sending import MakeJob
    from cxrviewer.pacs.node import Node

_FOLDER: Final = "pacs"  # beside the store
_NODES_FILE: Final = "nodes.json"  # beside the settings, where the command line has it, too


class PacsCommands(QObject):
    """Carries out ``pacs.*``. Signals: ``arrived`` (tuple of paths: films to open), ``said`` (for the status bar).

    Nothing is asked of a node before a button of a dialog is pressed.
    """

    arrived = Signal(tuple)
    said = Signal(str)

    def __init__(self, session: Session, model: StudyListModel, films: FilmCommands, window: QMainWindow) -> None:
        super().__init__(window)
        self._session = session
        self._model = model
        self._films = films
        self._window = window
        self.open_dialog: OpenFromPacsDialog | None = None
        self.nodes_dialog: NodesDialog | None = None
        self.send_dialog: SendToPacsDialog | None = None

    def handlers(self) -> dict[str, Callable[..., Any]]:
        """Return what each action calls, by its id."""
        return {"pacs.open": self.show_open, "pacs.nodes": self.show_nodes, "pacs.send": self.show_send}

    def close(self) -> None:
        """Close the dialogs, which ends whatever runs."""
        for dialog in (self.nodes_dialog, self.open_dialog, self.send_dialog):
            if dialog is not None:
                dialog.close()

    def nodes(self) -> tuple[Node, ...] | None:
        """Return the configured nodes; None where they or the extra cannot be used, which is said then."""
        from cxrviewer.extras import DICOM_NETWORK
        from cxrviewer.pacs.node_file import load_nodes

        if self._session.attempt(lambda: DICOM_NETWORK.check() or True) is None:
            return None
        return self._session.attempt(lambda: load_nodes(self._nodes_path()))

    def show_open(self) -> None:
        """Show the dialog that searches and fetches, beside the window."""
        if self.open_dialog is not None:
            self.open_dialog.show()
            self.open_dialog.raise_()
            self.open_dialog.activateWindow()
            return
        nodes = self.nodes()
        if nodes is None:
            return
        from cxrviewer.gui.pacs.open_dialog import OpenFromPacsDialog

        dialog = OpenFromPacsDialog(
            nodes,
            self._session.settings,
            self._session.store.path.parent / _FOLDER,
            self._session.notices,
            self._session.preferences.show_patient_data,
            self._window,
        )
        dialog.arrived.connect(self.arrived)
        dialog.nodes_wanted.connect(lambda: self.show_nodes(dialog))
        dialog.finished.connect(lambda _: self._forget("open_dialog"))
        self.open_dialog = dialog
        dialog.show()

    def show_patient_data(self, shown: bool) -> None:
        """Show or hide patients in the dialog that is open, as the preferences say from now on."""
        if self.open_dialog is not None:
            self.open_dialog.patient_data.setChecked(shown)

    def show_send(self) -> None:
        """Show the dialog that sends results."""
        nodes = self.nodes()
        if nodes is None:
            return
        from cxrviewer.gui.pacs.send_dialog import SendToPacsDialog

        dialog = SendToPacsDialog(
            nodes,
            self._session.settings,
            self._session.notices,
            len(self._films.chosen_numbers()),
            self._model.rowCount(),
            self._job_for,
            self._window,
        )
        dialog.nodes_wanted.connect(lambda: self.show_nodes(dialog))
        dialog.finished.connect(lambda _: self._forget("send_dialog"))
        self.send_dialog = dialog
        dialog.open()

    def _job_for(self, only_selected: bool) -> MakeJob | None:
        """Return what makes the objects of films; None where there is no bundle, which is said then."""
        job, bundle = self._session.attempt(self._session.job), self._session.bundle
        if job is None or bundle is None:
            return None
        numbers = self._films.chosen_numbers() if only_selected else tuple(self._model.film_numbers().tolist())

        def make_job(folder: Path) -> ExportJob:
            choice = ExportChoice("dicom", folder, only_selected, include_patient_data=True)
            session = self._session
            return ExportJob(session.store.path, numbers, choice, bundle, job, session.pool(), session.findings())

        return make_job

    def show_nodes(self, parent: QWidget | None = None) -> None:
        """Show the dialog that edits the nodes."""
        nodes = self.nodes()
        if nodes is None:
            return
        from cxrviewer.gui.pacs.nodes_dialog import NodesDialog

        dialog = NodesDialog(nodes, self._nodes_path(), parent or self._window)
        dialog.saved.connect(self._take_nodes)
        dialog.not_kept.connect(lambda words: self._session.notices.add(words, level="warning"))
        dialog.finished.connect(lambda _: self._forget("nodes_dialog"))
        self.nodes_dialog = dialog
        dialog.open()

    def _take_nodes(self, nodes: tuple[Node, ...]) -> None:
        for dialog in (self.open_dialog, self.send_dialog):
            if dialog is not None:
                dialog.show_nodes(nodes)

    def _nodes_path(self) -> Path:
        return Path(self._session.settings.fileName()).parent / _NODES_FILE

    def _forget(self, name: str) -> None:
        dialog: QDialog | None = getattr(self, name)
        setattr(self, name, None)
        if dialog is not None:
            dialog.deleteLater()
