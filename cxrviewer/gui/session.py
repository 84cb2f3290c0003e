"""What the window works with, free of widgets: the store, the bundle, the analysis, the decoder, and what to undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QUndoStack

from cxrviewer.analysis.analyze import AnalysisSettings
from cxrviewer.analysis.job import AnalysisJob, Outcome, Treatment
from cxrviewer.analysis.pool import PoolSettings
from cxrviewer.errors import BundleNotFoundError, CxrViewerError, StoredResultError
from cxrviewer.gui.bridge.analysis_runner import AnalysisRunner, window_pool
from cxrviewer.gui.bridge.decoder import DecoderService
from cxrviewer.gui.bridge.engine_state import EngineState
from cxrviewer.gui.bridge.redecision import NewDecision, Redecider
from cxrviewer.gui.bridge.stored_results import StoredResults
from cxrviewer.gui.notices import Notices
from cxrviewer.gui.panels.words import say
from cxrviewer.gui.preferences.preferences import Preferences
from cxrviewer.inference.bundle import Bundle, available_bundles, find_bundle, load_bundle
from cxrviewer.inference.engines import resolve_engine
from cxrviewer.results.chosen_thresholds import FILE_NAME, ChosenThresholds, load_thresholds, save_thresholds
from cxrviewer.results.store import ResultKey, ResultStore, StoreRecall, decision_options, result_key
from cxrviewer.results.study_list import count_by_status, film_paths, listed_findings, paths_with_code
from cxrviewer.results.study_list_changes import FilmRecorder, forget_removed_films, mark_pending, pending_films

T = TypeVar("T")


class Session(QObject):
    """Keeps the study list analysed as the preferences ask.

    Signals: ``films_analysed`` (tuple of numbers, committed), ``films_waiting`` (tuple of numbers: they have no result
    any more), ``bundle_changed``, ``decision_changed`` (thresholds or level are others),
    ``unfinished_changed`` (how many films have no result and are not being worked on).
    Whatever fails is said to ``notices``.
    """

    films_analysed = Signal(tuple)
    decision_changed = Signal()
    films_waiting = Signal(tuple)
    bundle_changed = Signal()
    unfinished_changed = Signal(int)

    def __init__(
        self,
        store: ResultStore,
        settings: QSettings,
        preferences: Preferences,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.store = store
        self.settings = settings
        self.notices = notices
        self.undo = QUndoStack(self)
        self.undo.setUndoLimit(500)
        self.decoder = DecoderService(self)
        self.runner = AnalysisRunner(self)
        self.runner.outcomes.connect(self._tell_outcomes)
        self.stored_results = StoredResults(self)
        self.stored_results.failed.connect(notices.add_error)
        self.runner.engine_changed.connect(self._tell_engine)
        self._preferences = preferences
        self._bundle: Bundle | None = None
        self._no_bundle: CxrViewerError | None = None  # why there is none
        self._workers = 0  # of the engine that runs
        self._queued: set[int] = set()
        self._chosen: ChosenThresholds | None = None
        self._redecider = Redecider(store.path, self)
        self._redecider.decided.connect(self.films_analysed)
        self._redecider.failed.connect(notices.add_error)
        self._load_bundle()
        self.attempt(lambda: forget_removed_films(store))
        self._decide_films()
        self.find_stored_results()

    @property
    def preferences(self) -> Preferences:
        """What the person has chosen."""
        return self._preferences

    @property
    def bundle(self) -> Bundle | None:
        """The bundle that films are analysed with; None where it cannot be used."""
        return self._bundle

    @property
    def chosen(self) -> ChosenThresholds | None:
        """The thresholds that the person keeps for the bundle; None where there is no bundle."""
        return self._chosen

    def thresholds(self) -> dict[str, float]:
        """Return the threshold of every finding of the bundle that is used now; none where there is no bundle."""
        return self._chosen.probabilities(self._bundle) if self._bundle and self._chosen else {}

    def findings(self) -> tuple[str, ...]:
        """Return the bundle's findings, and after them those that films of the list have from other bundles."""
        own = self._bundle.metadata.findings if self._bundle else ()
        listed = self.attempt(lambda: listed_findings(self.store)) or ()
        return (*own, *(finding for finding in listed if finding not in own))

    def job(self) -> AnalysisJob:
        """Return how a film is analysed now; the error that was said already where there is no bundle to use."""
        if self._bundle is None:
            raise self._no_bundle or BundleNotFoundError("expected a bundle that can be used, found none.")
        return AnalysisJob(
            bundle_folder=self._bundle.folder,
            bundle_sha256=self._bundle.sha256,
            engine=resolve_engine(self._preferences.engine, self._bundle),
            settings=self._analysis_settings(),
            recall=StoreRecall(self.store.path, self.key()),
        )

    def key(self) -> ResultKey:
        """Return the key of the results that are made now: that of the command line with the same options."""
        assert self._bundle is not None
        settings = self._analysis_settings()
        options = {
            "engine": resolve_engine(self._preferences.engine, self._bundle),
            "file_bytes": settings.limits.file_bytes,
            "pixels": settings.limits.pixels,
            "include_patient_data": settings.include_patient_data,
            "agreement": settings.agreement,
            **decision_options(settings.level, dict(settings.thresholds)),
            "lungs": settings.lungs,
        }
        return result_key(self._bundle.sha256, options)

    def _analysis_settings(self) -> AnalysisSettings:
        chosen = self._chosen.by_finding if self._chosen else {}
        findings = self._bundle.metadata.findings if self._bundle else ()
        return AnalysisSettings(
            include_patient_data=self._preferences.show_patient_data,
            agreement=self._preferences.agreement,
            level=self._level(),
            thresholds=tuple((name, chosen[name].probability) for name in findings if name in chosen),
        )

    def _level(self) -> float | None:
        """Return the preferred level of prediction sets, None where it is the bundle's own or the bundle has none."""
        conformal = self._bundle.metadata.conformal if self._bundle else None
        level = self._preferences.level
        if conformal is None or not level or level == conformal.level or level > conformal.levels[-1]:
            return None
        return level

    def pool(self) -> PoolSettings:
        """Return the workers that analyse."""
        pool = window_pool()
        if not self._preferences.workers:
            return pool
        return replace(pool, workers=self._preferences.workers)

    # The analysis

    def start_engine(self, films: int = 1) -> bool:
        """Have as many workers with their engine as suit a number of films; return whether there is a bundle to run.

        One film gets one worker, so that it need not share the processor with others that are starting.
        """
        pool = self.pool()
        pool = replace(pool, workers=min(pool.workers, max(films, 1)))
        if self._workers >= pool.workers:
            return True
        try:
            job, key = self.job(), self.key()
        except CxrViewerError as error:
            self.notices.add_error(error)
            return False
        assert self._bundle is not None
        self.runner.start(job, self._bundle, pool, partial(FilmRecorder, self.store.path, key))
        self._workers = pool.workers
        return True

    def find_stored_results(self) -> None:
        """Have the results read that reports in the list hold, and forget those of reports that are not in it."""
        reports = self.attempt(lambda: paths_with_code(self.store, StoredResultError.code))
        self.stored_results.keep_only(reports or ())

    def analyse(self, rows: Sequence[tuple[int, Path]], *, fresh: bool = False) -> None:
        """Analyse films of the list, by number and path."""
        if rows and self.start_engine(len(self._queued) + len(rows)):
            self._queued.update(number for number, _ in rows)
            self.runner.append(rows, fresh=fresh)
        self.tell_unfinished()

    def analyse_again(self, numbers: Sequence[int]) -> None:
        """Run the network again on films, whatever is known of them."""
        paths = self.attempt(lambda: self._marked(numbers))
        if paths:
            for path in paths:
                self.decoder.forget(path)  # the file may be another than it was
            self.films_waiting.emit(tuple(numbers))
            self.analyse(list(zip(numbers, paths, strict=True)), fresh=True)

    def analyse_as(self, number: int, path: Path, treatment: Treatment) -> None:
        """Run the network again on one film, put right or in spite of its scope; ``analyse_again`` takes that back."""
        if self.attempt(lambda: self._marked([number])) and self.start_engine(len(self._queued) + 1):
            self._queued.add(number)
            self.films_waiting.emit((number,))
            self.runner.append([(number, path)], fresh=True, treatment=treatment)
        self.tell_unfinished()

    def analyse_unfinished(self) -> None:
        """Go on with the films that have no result."""
        pending = self.attempt(lambda: pending_films(self.store)) or []
        waiting = [film for film in pending if film.identifier not in self._queued]
        for fresh in (False, True):
            self.analyse([(film.identifier, film.path) for film in waiting if film.fresh == fresh], fresh=fresh)
        if self.runner.progress.paused:
            self.runner.resume()

    def cancel(self, numbers: Iterable[int] | None = None) -> None:
        """Give up films that wait, all of them by default; they can be gone on with."""
        chosen = None if numbers is None else set(numbers)
        self.runner.cancel(chosen)
        if chosen is None:
            self._queued.clear()
        else:
            self._queued -= chosen
        self.tell_unfinished()

    def is_queued(self, number: int) -> bool:
        """Return whether a film waits for its turn, or a worker has it."""
        return number in self._queued

    def tell_unfinished(self) -> None:
        """Count the films without a result that nobody works on, and tell."""
        if self._queued:  # counted once they are done: the store may have 100,000 of them
            self.unfinished_changed.emit(0)
            return
        counts = self.attempt(lambda: count_by_status(self.store))
        self.unfinished_changed.emit(counts["pending"] if counts else 0)

    # The rest

    def change_preferences(self, preferences: Preferences) -> None:
        """Take other preferences: another bundle, engine or number of workers starts the engine anew."""
        before, self._preferences = self._preferences, preferences
        if preferences.bundle != before.bundle:
            self._load_bundle()
            self._decide_films()
            self.bundle_changed.emit()
        deciding = ("bundle", "engine", "workers", "show_patient_data", "agreement")
        if any(getattr(before, name) != getattr(preferences, name) for name in deciding):
            self._restart_engine()

    def change_decision(self, chosen: ChosenThresholds, level: float, first: int | None = None) -> None:
        """Keep thresholds for the bundle and decide the films of the list by them and a level, without the network.

        ``level``: 0 for the bundle's own. ``first``: the film that is decided before the others.
        """
        if self._bundle is None:
            return
        before = self.key()
        self.attempt(lambda: save_thresholds(chosen, self._thresholds_path()))
        self._chosen = chosen
        self._preferences = replace(self._preferences, level=level)
        if self.key() == before:
            return
        self._restart_engine()  # its workers decide the films to come
        self._decide_films(first)
        self.decision_changed.emit()

    def _decide_films(self, first: int | None = None) -> None:
        """Decide those films of the list anew that were decided by something else, be it by the command line."""
        if self._bundle is not None:
            self._redecider.start(NewDecision(self._bundle, self._analysis_settings(), self.key(), first))

    @property
    def is_redeciding(self) -> bool:
        """Whether films of the list are still to be decided anew."""
        return self._redecider.is_busy

    def _restart_engine(self) -> None:
        if self._workers:
            self._workers = 0
            self.start_engine(len(self._queued))

    def _thresholds_path(self) -> Path:
        """Return where thresholds are kept: beside the window's settings, which is where the command line has them."""
        return Path(self.settings.fileName()).with_name(FILE_NAME)

    def attempt(self, do: Callable[[], T]) -> T | None:
        """Return what a function returns, or None where it fails by a named error, which is said."""
        try:
            return do()
        except CxrViewerError as error:
            self.notices.add_error(error)
            return None

    def close(self) -> None:
        """End the workers; what is not analysed yet stays in the list without a result."""
        self.undo.clear()  # its steps are about widgets that go first
        self.runner.close()
        self._redecider.close()
        self.stored_results.close()
        self.decoder.close()
        self.store.close()

    def _marked(self, numbers: Sequence[int]) -> tuple[Path, ...]:
        mark_pending(self.store, numbers, fresh=True)
        return film_paths(self.store, numbers)

    def _load_bundle(self) -> None:
        self._bundle = self._chosen = None
        try:
            self._bundle = _chosen_bundle(self._preferences.bundle)
            loaded = load_thresholds(self._bundle, self._thresholds_path())
            self._chosen = loaded.chosen
            if loaded.warning is not None:
                self.notices.add(say(loaded.warning.template, **dict(loaded.warning.fields)))
        except CxrViewerError as error:
            self._no_bundle = error
            self.notices.add_error(error)

    def _tell_outcomes(self, outcomes: list[Outcome]) -> None:
        numbers = tuple(outcome.index for outcome in outcomes)
        self._queued.difference_update(numbers)
        if any(outcome.analysis.code == StoredResultError.code for outcome in outcomes):
            reports = self.attempt(lambda: paths_with_code(self.store, StoredResultError.code, numbers))
            self.stored_results.read(reports or ())
        self.films_analysed.emit(numbers)
        if not self._queued:
            self.tell_unfinished()

    def _tell_engine(self, state: EngineState) -> None:
        if state.phase == "failed":
            self._workers = 0  # the next films try again, with whatever was mended meanwhile
            self._queued.clear()
            self.notices.add(state.message, details=state.code)
            self.tell_unfinished()


def _chosen_bundle(name_or_folder: str) -> Bundle:
    """Return a bundle by name or folder, "" the first that is shipped; the engine verifies the file that it loads."""
    if name_or_folder:
        return find_bundle(name_or_folder, verify=False)
    shipped = available_bundles()
    if not shipped:
        raise BundleNotFoundError("expected a bundle among the shipped ones, found none; install the program again.")
    return load_bundle(shipped[0], verify=False)
