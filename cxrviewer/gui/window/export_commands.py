"""What the actions of File > Export do, and copying the picture."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMainWindow

from cxrviewer.gui.exporting.choice import INTO_A_FOLDER, ExportChoice, ExportJob, ExportKind
from cxrviewer.gui.exporting.copied_picture import PictureCopier
from cxrviewer.gui.exporting.progress import ExportProgress
from cxrviewer.gui.exporting.runner import ExportRunner
from cxrviewer.gui.session import Session
from cxrviewer.gui.study_list.model import StudyListModel
from cxrviewer.gui.viewer.viewer import FilmViewer
from cxrviewer.gui.window.film_commands import FilmCommands

EXPORTS: Final[dict[str, ExportKind]] = {
    "export.csv": "csv",
    "export.jsonl": "jsonl",
    "export.overlays": "overlays",
    "export.pdf": "pdf",
    "export.labels": "labels",
    "export.dicom": "dicom",
}
_FOLDER_KEY = "window/export_folder"


class ExportCommands(QObject):
    """Carries out ``export.*`` and ``edit.copy_picture``; ``said`` carries a sentence for the status bar."""

    said = Signal(str)

    def __init__(
        self, session: Session, model: StudyListModel, films: FilmCommands, viewer: FilmViewer, window: QMainWindow
    ) -> None:
        super().__init__(window)
        self._session = session
        self._model = model
        self._films = films
        self._viewer = viewer
        self._window = window
        self._runner = ExportRunner(self)
        self._copier = PictureCopier(self)
        self.progress = ExportProgress()
        self.progress.follow(self._runner)
        self._runner.finished.connect(self._tell_end)
        self._runner.failed.connect(session.notices.add_error)
        self._runner.cancelled.connect(lambda: self.said.emit(self.tr("The export was cancelled.")))
        self._copier.copied.connect(
            lambda width, height: self.said.emit(
                self.tr("Copied a picture of {width} x {height} pixels.").format(width=width, height=height)
            )
        )
        self._copier.failed.connect(session.notices.add_error)

    def handlers(self) -> dict[str, Callable[..., Any]]:
        """Return what each action calls, by its id."""
        return {action: partial(self._ask, kind) for action, kind in EXPORTS.items()} | {
            "edit.copy_picture": self._copy_picture
        }

    def close(self) -> None:
        """End an export that runs; nothing half-written is left."""
        self._runner.close()
        self._copier.close()

    def _ask(self, kind: ExportKind) -> None:
        if self._runner.is_running:
            self.said.emit(self.tr("One export is still being written; cancel it, or wait for its end."))
            return
        from cxrviewer.gui.exporting.dialog import ExportDialog

        dialog = ExportDialog(
            kind,
            selected=len(self._films.chosen_numbers()),
            total=self._model.rowCount(),
            include_patient_data=self._session.preferences.show_patient_data,
            folder=str(self._session.settings.value(_FOLDER_KEY, "") or Path.home()),
            parent=self._window,
        )
        dialog.chosen.connect(self._start)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _start(self, choice: ExportChoice) -> None:
        folder = choice.path if choice.kind in INTO_A_FOLDER else choice.path.parent
        self._session.settings.setValue(_FOLDER_KEY, os.fspath(folder))
        job = self._session.attempt(self._session.job)
        bundle = self._session.bundle
        if job is None or bundle is None:
            return
        numbers = self._films.chosen_numbers() if choice.only_selected else tuple(self._model.film_numbers().tolist())
        export = ExportJob(
            self._session.store.path, numbers, choice, bundle, job, self._session.pool(), self._session.findings()
        )
        self._runner.start(export)

    def _copy_picture(self) -> None:
        film = self._viewer.film
        if film is not None and film.radiograph is not None:
            self._copier.copy(film.radiograph, film.analysis)

    def _tell_end(self, path: Path, count: int, problems: tuple[str, ...]) -> None:
        for problem in problems:
            self._session.notices.add(problem, level="warning")
        self.said.emit(self.tr("{count} films were exported to {path}.").format(count=count, path=path))
