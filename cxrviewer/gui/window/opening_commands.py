"""Opening films: the actions File > Open and its like, and what happens when the files have been found."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMainWindow

from cxrviewer.errors import CxrViewerError
from cxrviewer.gui.actions.command_palette import CommandPalette, PaletteEntry
from cxrviewer.gui.opening.opening import Opening
from cxrviewer.gui.opening.pasting import clipboard_paths, kept_clipboard_image
from cxrviewer.gui.preferences.stored import clear_recent_paths, recent_paths, remember_path
from cxrviewer.gui.session import Session
from cxrviewer.gui.study_list.model import StudyListModel
from cxrviewer.resources import resources_folder
from cxrviewer.results.study_list_changes import OpenedFilms

_FOLDER_KEY = "window/folder"
_PASTED_FOLDER = "pasted"


class OpeningCommands(QObject):
    """Carries out ``file.*`` up to the exports, drops and pastes, and puts what was found into the list.

    Signals: ``first_opened`` (number: the first film of each ``open``), ``recent_changed`` (list of paths),
    ``said`` (a sentence for the status bar).
    """

    first_opened = Signal(int)
    recent_changed = Signal(list)
    said = Signal(str)

    def __init__(self, session: Session, model: StudyListModel, window: QMainWindow) -> None:
        super().__init__(window)
        self._session = session
        self._model = model
        self._window = window
        # Of the ``open`` that is looked for now; they come one after the other.
        self._is_first_batch = True
        self._has_failed = False
        self.opening = Opening(session.store.path, self)
        self.opening.opened.connect(self._take_films)
        self.opening.finished.connect(self._tell_count)
        self.opening.failed.connect(self._tell_failure)
        self.opening.searching.connect(lambda found: self.said.emit(self._searching_words(found)))

    def handlers(self) -> dict[str, Callable[..., Any]]:
        """Return what each action calls, by its id."""
        return {
            "file.open": self.choose_files,
            "file.open_folder": self.choose_folder,
            "file.recent": self._choose_recent,
            "file.clear_recent": self._forget_recent,
            "file.paste": self._paste,
            "file.samples": self.open_samples,
        }

    def open(self, paths: Sequence[Path]) -> None:
        """Open files and folders, and remember them as recent."""
        if not paths:
            return
        for path in reversed(paths[:15]):
            remember_path(self._session.settings, os.fspath(path.absolute()))
        self.recent_changed.emit(recent_paths(self._session.settings))
        self.opening.open(paths)

    def choose_files(self) -> None:
        """Ask for files; DICOM files often have no extension, so all are offered."""
        names, _ = QFileDialog.getOpenFileNames(
            self._window, self.tr("Open Radiographs"), self._last_folder(), self.tr("All files (*)")
        )
        self._open_chosen(names)

    def choose_folder(self) -> None:
        """Ask for a folder."""
        name = QFileDialog.getExistingDirectory(self._window, self.tr("Open a Folder"), self._last_folder())
        self._open_chosen([name] if name else [])

    def open_samples(self) -> None:
        """Open the synthetic radiographs that come with the program."""
        self.open([resources_folder() / "samples"])

    def _open_chosen(self, names: Sequence[str]) -> None:
        if names:
            chosen = Path(names[0])
            self._session.settings.setValue(_FOLDER_KEY, os.fspath(chosen if chosen.is_dir() else chosen.parent))
            self.open([Path(name) for name in names])

    def _last_folder(self) -> str:
        return str(self._session.settings.value(_FOLDER_KEY, "") or Path.home())

    def _choose_recent(self) -> None:
        recent = recent_paths(self._session.settings)
        if not recent:
            self.said.emit(self.tr("Nothing has been opened yet."))
            return
        entries = [PaletteEntry(path, Path(path).name or path, os.fspath(Path(path).parent)) for path in recent]
        palette = CommandPalette(entries, self._window, title=self.tr("Recent files and folders"))
        palette.chosen.connect(lambda path: self.open([Path(path)]))
        palette.open()

    def _forget_recent(self) -> None:
        clear_recent_paths(self._session.settings)
        self.recent_changed.emit([])

    def _paste(self) -> None:
        mime = QGuiApplication.clipboard().mimeData()
        paths = clipboard_paths(mime)
        if not paths:
            folder = self._session.store.path.parent / _PASTED_FOLDER
            kept = self._session.attempt(lambda: kept_clipboard_image(mime, folder))
            paths = (kept,) if kept is not None else ()
        if paths:
            self.open(paths)
        else:
            self.said.emit(self.tr("The clipboard holds no file, path or picture."))

    def _take_films(self, opened: OpenedFilms, paths: tuple[Path, ...]) -> None:
        path_of = dict(zip(opened.identifiers, paths, strict=True))
        self._model.films_added(opened.added)
        if opened.identifiers and self._is_first_batch:
            self._is_first_batch = False
            self.first_opened.emit(opened.identifiers[0])
        self._session.analyse([(number, path_of[number]) for number in opened.added])

    def _tell_failure(self, error: CxrViewerError) -> None:
        self._has_failed = True
        self._session.notices.add_error(error)

    def _tell_count(self, found: int) -> None:
        has_failed, self._has_failed, self._is_first_batch = self._has_failed, False, True
        if found == 0 and not has_failed:  # what failed was said, and is why there is nothing
            self._session.notices.add(self.tr("What was opened holds no files."), level="warning")
        elif found > 1:
            self.said.emit(self.tr("{count} files opened.").format(count=found))

    def _searching_words(self, found: int) -> str:
        return self.tr("Looking for files: {count} so far …").format(count=found)
