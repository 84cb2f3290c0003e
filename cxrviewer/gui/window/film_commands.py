"""What the actions on the films of the study list do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QGuiApplication

from cxrviewer.gui.session import Session
from cxrviewer.gui.study_list.panel import StudyListPanel
from cxrviewer.gui.undo import Step
from cxrviewer.gui.window.file_manager import reveal
from cxrviewer.results.study_list import Film, films
from cxrviewer.results.study_list_changes import Removal, pending_films, remove_films, restore_films

MOST_COPIED_ROWS = 10_000
_NEED_A_SELECTION = (
    "film.reanalyse", "film.remove", "film.reveal", "edit.copy_row", "label.agree", "label.disagree", "label.note",
    "label.clear",
)  # fmt: skip
_NEED_FILMS = (
    "film.previous", "film.next", "export.csv", "export.jsonl", "export.overlays", "export.pdf", "export.labels",
    "export.dicom", "pacs.send",
)  # fmt: skip


class FilmCommands(QObject):
    """Carries out ``film.*``, ``analysis.*`` and ``edit.copy_row``.

    Signals: ``removed`` (tuple of numbers), ``brought_back`` (number of the first film of a removal that was undone),
    ``said`` (a sentence for the status bar).
    """

    removed = Signal(tuple)
    brought_back = Signal(int)
    said = Signal(str)

    def __init__(self, session: Session, panel: StudyListPanel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._panel = panel
        self._actions: Mapping[str, QAction] = {}
        panel.progress.pause_requested.connect(session.runner.pause)
        panel.progress.resume_requested.connect(session.runner.resume)
        panel.progress.cancel_requested.connect(session.cancel)
        panel.table.remove_requested.connect(self.remove)
        session.runner.progress_changed.connect(panel.progress.show_progress)

    def handlers(self) -> dict[str, Callable[..., Any]]:
        """Return what each action calls, by its id."""
        return {
            "film.previous": partial(self._panel.table.step, -1),
            "film.next": partial(self._panel.table.step, 1),
            "film.reanalyse": lambda: self._session.analyse_again(self.chosen_numbers()),
            "film.remove": lambda: self.remove(self.chosen_numbers()),
            "film.reveal": self._reveal,
            "analysis.pause": lambda on: self._session.runner.pause() if on else self._session.runner.resume(),
            "analysis.cancel": self._session.cancel,
            "analysis.resume": self._session.analyse_unfinished,
            "edit.copy_row": self._copy_rows,
        }

    def follow(self, actions: Mapping[str, QAction]) -> None:
        """Keep which of these actions can be used, and the tick of the pause, as the list is."""
        self._actions = actions
        self._panel.table.selection_changed.connect(self._show_selection)
        self._panel.model.rows_changed.connect(self._show_selection)
        self._session.runner.progress_changed.connect(lambda _: self._show_analysis())
        self._session.unfinished_changed.connect(lambda count: actions["analysis.resume"].setEnabled(count > 0))
        self._show_selection()
        self._show_analysis()

    def chosen_numbers(self) -> tuple[int, ...]:
        """Return the numbers of the selected films, or of the current one where none is selected."""
        selected = self._panel.table.selected_numbers()
        if selected:
            return selected
        current = self._panel.table.current_film()
        return (current.identifier,) if current else ()

    def chosen_films(self, most: int) -> tuple[Film, ...]:
        """Return the first of the selected films."""
        numbers = self.chosen_numbers()[:most]
        return self._session.attempt(lambda: films(self._session.store, numbers)) or ()

    def remove(self, numbers: Sequence[int]) -> None:
        """Take films off the list, as one step that can be undone."""
        if not numbers:
            return
        removal: list[Removal] = []  # the last one made by this step

        def take_off() -> None:
            done = self._session.attempt(lambda: remove_films(self._session.store, numbers))
            if done is None:
                step.setObsolete(True)  # there is nothing to undo
            else:
                if done.identifiers:  # else they are off the list since an undo that failed, which can be tried again
                    removal[:] = [done]
                self._session.cancel(done.identifiers)
                self._panel.model.films_removed(done.identifiers)
                self.removed.emit(done.identifiers)
                self._session.tell_unfinished()

        def bring_back() -> None:
            for done in removal:
                self._bring_back(done)

        text = self.tr("Remove {count} films").format(count=len(numbers)) if len(numbers) > 1 else self.tr("Remove")
        step = Step(text, take_off, bring_back)
        self._session.undo.push(step)

    def _bring_back(self, removal: Removal) -> None:
        restored = self._session.attempt(lambda: restore_films(self._session.store, removal)) or ()
        self._panel.model.films_restored(restored)
        if restored:
            self.brought_back.emit(restored[0])
            unfinished = self._session.attempt(lambda: pending_films(self._session.store)) or []
            wanted = set(restored)
            self._session.analyse([(film.identifier, film.path) for film in unfinished if film.identifier in wanted])

    def _reveal(self) -> None:
        for film in self.chosen_films(1):
            if not reveal(film.path):
                self.said.emit(self.tr("The file manager could not be started."))

    def _copy_rows(self) -> None:
        """Put what the table shows of the selected films into the clipboard: text, and the files themselves."""
        model, table = self._panel.model, self._panel.table
        numbers = self.chosen_numbers()[:MOST_COPIED_ROWS]
        shown = [
            header
            for header in range(model.columnCount())
            if not table.isColumnHidden(header) and model.columns[header].kind != "thumbnail"
        ]
        shown.sort(key=table.horizontalHeader().visualIndex)
        lines = ["\t".join(model.columns[column].title for column in shown)]
        for row in model.rows_of(numbers):
            texts = (str(model.index(int(row), column).data() or "") for column in shown)
            lines.append("\t".join(" ".join(text.split()) for text in texts))
        data = model.mime_data_of(numbers)
        data.setText("\n".join(lines))
        QGuiApplication.clipboard().setMimeData(data)
        self.said.emit(self.tr("Copied {count} rows.").format(count=len(lines) - 1))

    def _show_selection(self) -> None:
        chosen = bool(self.chosen_numbers())
        for action in _NEED_A_SELECTION:
            self._actions[action].setEnabled(chosen)
        for action in _NEED_FILMS:
            self._actions[action].setEnabled(self._panel.model.rowCount() > 0)

    def _show_analysis(self) -> None:
        progress = self._session.runner.progress
        self._actions["analysis.pause"].setEnabled(not progress.finished)
        self._actions["analysis.pause"].setChecked(progress.paused)
        self._actions["analysis.cancel"].setEnabled(not progress.finished)
