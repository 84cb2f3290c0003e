"""What the actions on labels do: give them, note, take them away, each as one step that can be undone, and compare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import QModelIndex, QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QDialog, QWidget

from cxrviewer.errors import StoreError
from cxrviewer.gui.labels.changes import (
    KEEP_NOTES,
    LabelChange,
    agreeing,
    can_be_noted,
    clearing,
    disagreeing,
    has_result,
    noting,
)
from cxrviewer.gui.labels.words import LabelAction, done_words, step_words
from cxrviewer.gui.study_list.model import StudyListModel
from cxrviewer.gui.undo import Step
from cxrviewer.results.agreement import Agreement, compare_labels
from cxrviewer.results.film_labels import FilmLabel, film_labels, set_labels
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list import Film, films, films_with_content, label_counts

if TYPE_CHECKING:
    from cxrviewer.gui.labels.agreement_dialog import AgreementDialog

T = TypeVar("T")
Labels = Mapping[str, FilmLabel | None]

# An analysis changes rows many times a second; nobody reads figures as fast.
_SUMMARY_INTERVAL_MS: Final = 300


class Labelling(QObject):
    """Keeps a person's labels of the films of a list, by the SHA-256 of their bytes.

    Labels are committed before anything is told: ``model`` first, then ``labelled`` (tuple: the numbers of all listed
    films with those bytes, also after undo and redo). ``said`` carries sentences for the status bar, ``failed`` the
    StoreError of a store that cannot be read or written: then no label has changed, and no step is left to undo.
    A dialog is about the predictions that stood in the list when it was opened.
    """

    labelled = Signal(tuple)
    failed = Signal(object)
    said = Signal(str)

    def __init__(self, store: ResultStore, model: StudyListModel, undo: QUndoStack, parent: QWidget) -> None:
        super().__init__(parent)
        self._store = store
        self._model = model
        self._undo = undo
        self._window = parent
        self._dialog: QDialog | None = None
        self._summary: AgreementDialog | None = None
        self._stale = QTimer(self)
        self._stale.setSingleShot(True)
        self._stale.setInterval(_SUMMARY_INTERVAL_MS)
        self._stale.timeout.connect(self._refresh_summary)
        model.rows_changed.connect(self._outdate_summary)
        model.modelReset.connect(self._outdate_summary)
        model.dataChanged.connect(self._note_changed_rows)

    @property
    def dialog(self) -> QDialog | None:
        """The dialog that asks for a finding or a note now, if any."""
        return self._dialog

    @property
    def summary(self) -> AgreementDialog | None:
        """The dialog of ``show_summary``, once it was asked for; it may be hidden."""
        return self._summary

    def agree(self, numbers: Iterable[int]) -> None:
        """Agree with the predictions of films."""
        chosen = self._films(numbers)
        if chosen is not None:
            self._apply("agree", agreeing(chosen))

    def disagree(self, numbers: Iterable[int]) -> None:
        """Ask which finding films show instead of the predicted one."""
        chosen = self._films(numbers)
        if chosen is None:
            return
        shown = tuple(film for film in chosen if has_result(film))
        if not shown:
            self.said.emit(done_words("disagree", disagreeing(chosen, None)))
            return
        from cxrviewer.gui.labels.disagree_dialog import DisagreeDialog

        dialog = DisagreeDialog(shown, self._findings(), self._window)
        self._open(
            dialog,
            lambda: self._apply_to(
                "disagree", chosen, lambda now: disagreeing(now, dialog.finding(), dialog.note_edit())
            ),
        )

    def note(self, numbers: Iterable[int]) -> None:
        """Ask for a note on films; those without a label get one with it, as the dialog says."""
        chosen = self._films(numbers)
        if chosen is None:
            return
        shown = tuple(film for film in chosen if can_be_noted(film))
        if not shown:
            self.said.emit(done_words("note", noting(chosen, KEEP_NOTES, agrees=True)))
            return
        from cxrviewer.gui.labels.note_dialog import NoteDialog

        dialog = NoteDialog(shown, self._window)
        self._open(
            dialog,
            lambda: self._apply_to(
                "note",
                chosen,
                lambda now: noting(now, dialog.note_edit(), agrees=dialog.agrees()),
                agrees=dialog.agrees(),
            ),
        )

    def clear(self, numbers: Iterable[int]) -> None:
        """Take the labels of films away, with their notes."""
        chosen = self._films(numbers)
        if chosen is not None:
            self._apply("clear", clearing(chosen))

    def show_summary(self) -> None:
        """Show how far labels and predictions agree; it stays beside the window, and up to date."""
        agreement = self._agreement()
        if agreement is None:
            return
        if self._summary is None:
            from cxrviewer.gui.labels.agreement_dialog import AgreementDialog

            self._summary = AgreementDialog(agreement, self._window)
        else:
            self._summary.set_agreement(agreement)
        self._summary.show()
        self._summary.raise_()
        self._summary.activateWindow()

    def close(self) -> None:
        """Close the dialogs; what was not accepted is not kept."""
        self._stale.stop()
        if self._dialog is not None:
            self._dialog.reject()
        if self._summary is not None:
            self._summary.close()
            self._summary.deleteLater()
            self._summary = None

    # Dialogs

    def _open(self, dialog: QDialog, accepted: Callable[[], None]) -> None:
        if self._dialog is not None:  # only a program can ask for a second: the first keeps a person from the window
            dialog.deleteLater()
            self._dialog.activateWindow()
            return
        self._dialog = dialog
        dialog.accepted.connect(accepted)
        dialog.finished.connect(self._forget_dialog)
        dialog.open()

    def _forget_dialog(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    def _findings(self) -> tuple[str, ...]:
        return tuple(column.finding for column in self._model.columns if column.kind == "probability")

    # Labels

    def _films(self, numbers: Iterable[int]) -> tuple[Film, ...] | None:
        wanted = list(dict.fromkeys(int(number) for number in numbers))
        return self._attempt(lambda: films(self._store, wanted))

    def _apply_to(
        self,
        action: LabelAction,
        chosen: tuple[Film, ...],
        change: Callable[[tuple[Film, ...]], LabelChange],
        *,
        agrees: bool = True,
    ) -> None:
        """Apply a change to films as a person saw them in a dialog, but to the labels that they have now."""
        labels = self._attempt(lambda: film_labels(self._store, {film.sha256 for film in chosen if film.sha256}))
        if labels is not None:
            now = tuple(replace(film, label=labels.get(film.sha256)) for film in chosen)
            self._apply(action, change(now), agrees=agrees)

    def _apply(self, action: LabelAction, change: LabelChange, *, agrees: bool = True) -> None:
        if not change.labels or self._push(step_words(action, change.films), change.labels):
            self.said.emit(done_words(action, change, agrees=agrees))

    def _push(self, text: str, labels: Labels) -> bool:
        """Set labels as a step to undo; return whether they are set. A step that failed is not kept."""
        previous: list[Labels] = []

        def do() -> None:
            replaced = self._commit(labels)
            if previous:
                return  # done again: what it once replaced is what an undo brings back
            if replaced is None:
                step.setObsolete(True)
            else:
                previous.append(replaced)

        step = Step(text, do, lambda: self._bring_back(previous))
        self._undo.push(step)
        return bool(previous)

    def _bring_back(self, previous: list[Labels]) -> None:
        for labels in previous:
            self._commit(labels)

    def _commit(self, labels: Labels) -> Labels | None:
        """Write labels and tell it; return what they replace, or None where they could not be written."""
        done = self._attempt(lambda: (films_with_content(self._store, labels), set_labels(self._store, labels)))
        if done is None:
            return None
        numbers, replaced = done
        self._model.films_changed(numbers)
        self._refresh_summary()
        self.labelled.emit(numbers)
        return replaced

    def _attempt(self, do: Callable[[], T]) -> T | None:
        try:
            return do()
        except StoreError as error:
            self.failed.emit(error)
            return None

    # The summary

    def _agreement(self) -> Agreement | None:
        counts = self._attempt(lambda: label_counts(self._store))
        return None if counts is None else compare_labels(counts, self._findings())

    def _outdate_summary(self) -> None:
        if self._summary is not None and self._summary.isVisible() and not self._stale.isActive():
            self._stale.start()

    def _note_changed_rows(self, _first: QModelIndex, _last: QModelIndex, roles: list[int]) -> None:
        if not roles:  # with roles, it is a thumbnail
            self._outdate_summary()

    def _refresh_summary(self) -> None:
        if self._summary is not None and self._summary.isVisible():
            agreement = self._agreement()
            if agreement is not None:
                self._summary.set_agreement(agreement)
