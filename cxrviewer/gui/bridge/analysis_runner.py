"""The analysis of the study list: worker processes do it, the store has it, and then the window hears of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from cxrviewer.analysis.job import (
    AS_USUAL,
    AnalysisJob,
    EngineProbe,
    EngineReady,
    FileToAnalyse,
    Outcome,
    Treatment,
    analyze_source,
)
from cxrviewer.analysis.pool import PoolSettings, default_worker_count
from cxrviewer.analysis.waiting import WaitingItems
from cxrviewer.domain import Analysis
from cxrviewer.errors import CxrViewerError
from cxrviewer.gui.bridge.analysis_progress import AnalysisProgress, ProgressCounter
from cxrviewer.gui.bridge.engine_state import EngineState
from cxrviewer.gui.bridge.mailbox import Mailbox
from cxrviewer.gui.bridge.waiting_thread import WaitingThread
from cxrviewer.inference.bundle import Bundle
from cxrviewer.results.store import scope_options

ANNOUNCEMENT_INTERVAL_MS = 50
_FIRST, _NEXT = 0, 1  # ranks: what is on screen, all else
_PROBE = -1  # the index of the question whether the engine runs; rows have indices from 0

Items = WaitingItems[FileToAnalyse | EngineProbe]


class OutcomeRecorder(Protocol):
    """Where outcomes are kept; opened, used and closed in one thread, which is not the GUI's."""

    def record(self, index: int, analysis: Analysis, *, recalled: bool, options: Mapping[str, Any]) -> None:
        """Commit the analysis of the row ``index``; StoreError where it cannot be written.

        ``options``: of ``results.store.scope_options``, by which it was analysed otherwise than the others.
        """
        ...

    def close(self) -> None:
        """Close the store's file."""
        ...


def window_pool() -> PoolSettings:
    """Return the pool that suits a window: it gives way to the window, and is soon free for the film on screen."""
    return PoolSettings(workers=default_worker_count(), handed_out=2, in_background=True)


class AnalysisRunner(QObject):
    """Runs one job over rows that are added at any time. Every outcome is recorded before it is announced.

    Signals, in the GUI thread: ``outcomes`` (list of Outcome, whose ``index`` is the row's; at most 20 lists a second),
    ``progress_changed`` (AnalysisProgress, as often), ``engine_changed`` (EngineState), ``finished`` (nothing is left
    to do). An engine or a store that fails ends the run with ``engine_changed``; the rows it had not done stay, and
    ``start`` goes on with them.
    """

    outcomes = Signal(list)
    progress_changed = Signal(object)
    engine_changed = Signal(object)
    finished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source: Items = WaitingItems()
        self._open: dict[int, FileToAnalyse] = {}  # rows that are not announced yet
        self._threads: list[WaitingThread[Outcome | EngineReady]] = []
        self._counter = ProgressCounter()
        self._paused = False
        self._closed = False
        self._workers = 0
        self._state = EngineState("idle")
        self._letters = Mailbox(ANNOUNCEMENT_INTERVAL_MS, self)
        self._letters.delivered.connect(self._receive)

    @property
    def engine_state(self) -> EngineState:
        """Where the engine is."""
        return self._state

    @property
    def progress(self) -> AnalysisProgress:
        """How far the analysis is."""
        return self._counter.now()

    def start(
        self, job: AnalysisJob, bundle: Bundle, pool: PoolSettings, open_recorder: Callable[[], OutcomeRecorder]
    ) -> None:
        """Start workers and their engine for a job, which then does all rows; an earlier job is stopped.

        ``open_recorder`` is called in the thread that records. Rows of an earlier job that are not done are done by
        this one.
        """
        if self._closed:
            return
        # Here, not in the thread that starts the workers: there it would share the interpreter with a window's start.
        import pebble  # noqa: F401

        self._source.stop()
        self._threads = [thread for thread in self._threads if thread.is_alive]
        source: Items = WaitingItems()
        if self._paused:
            source.pause()
        source.put([(_PROBE, EngineProbe())], _FIRST)
        source.put(self._open.items(), _NEXT)
        self._source = source
        self._workers = pool.workers
        thread = WaitingThread(
            "analysis",
            partial(_recorded_outcomes, source, job, bundle, pool, open_recorder),
            received=partial(self._post, source),
            ended=partial(self._post, source),
            stop=source.stop,
        )
        self._threads.append(thread)
        self._set_state(EngineState("starting", job.engine))
        thread.start()

    def append(self, rows: Iterable[tuple[int, Path]], *, fresh: bool = False, treatment: Treatment = AS_USUAL) -> None:
        """Analyse rows after those that wait; ``fresh``: also where the store knows an earlier analysis."""
        items = {index: FileToAnalyse(path, fresh, treatment) for index, path in rows}
        if not items or self._closed:
            return
        self._counter.add_files(len(items.keys() - self._open.keys()))
        self._open.update(items)
        self._source.put(items.items(), _NEXT)
        self.progress_changed.emit(self._counter.now())

    def prioritise(self, indices: Iterable[int]) -> None:
        """Analyse those of the rows that wait before all others: they are on screen."""
        self._source.rerank(indices, _FIRST)

    def pause(self) -> None:
        """Hand out no more files; those that a worker has are done."""
        self._set_paused(True)

    def resume(self) -> None:
        """Go on after ``pause``."""
        self._set_paused(False)

    def cancel(self, indices: Collection[int] | None = None) -> None:
        """Forget rows that wait, all of them by default; those that a worker has are done and announced."""
        waiting = [index for index in (self._open if indices is None else indices) if index in self._source]
        self._source.drop(waiting)
        for index in waiting:
            self._open.pop(index, None)
        self._counter.drop_files(len(waiting))
        self._tell_progress(had_work=bool(waiting))

    def close(self) -> None:
        """Stop the workers at once and wait until they, and the thread that records, have ended."""
        self._closed = True
        self._source.stop()
        for thread in self._threads:
            thread.stop()
        self._threads.clear()
        self._letters.close()

    def _set_paused(self, paused: bool) -> None:
        self._paused = paused
        if paused:
            self._source.pause()
        else:
            self._source.resume()
        self._counter.set_paused(paused)
        self.progress_changed.emit(self._counter.now())

    def _post(self, source: Items, letter: Outcome | EngineReady | CxrViewerError | None) -> None:
        """Called in the thread that waits; None and errors are what ended it."""
        self._letters.post((source, letter))

    def _receive(self, letters: list[tuple[Items, Outcome | EngineReady | CxrViewerError | None]]) -> None:
        outcomes: list[Outcome] = []
        for source, letter in letters:
            if source is not self._source:
                continue  # of a job that was stopped: its rows are done again by the one that replaced it
            if isinstance(letter, Outcome):
                outcomes.append(letter)
            elif isinstance(letter, EngineReady):
                self._set_state(EngineState("ready", letter.engine, letter.device, self._workers))
            elif isinstance(letter, CxrViewerError):
                failed = EngineState("failed", self._state.engine, code=letter.code, message=str(letter))
                self._fail(failed)
        if outcomes:
            self._announce(outcomes)

    def _announce(self, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            # A row that was put again while a worker had it stays open until the second outcome.
            if outcome.index not in self._source and self._open.pop(outcome.index, None) is not None:
                self._counter.add_outcome(outcome.analysis.status, recalled=outcome.recalled)
        self.outcomes.emit(outcomes)
        self._tell_progress(had_work=True)

    def _tell_progress(self, *, had_work: bool) -> None:
        self.progress_changed.emit(self._counter.now())
        if had_work and not self._open:
            self.finished.emit()

    def _fail(self, state: EngineState) -> None:
        self._source = WaitingItems()  # nobody takes from it; ``start`` takes its rows from those that are open
        if self._paused:
            self._source.pause()
        self._source.put(self._open.items(), _NEXT)
        self._set_state(state)

    def _set_state(self, state: EngineState) -> None:
        self._state = state
        self.engine_changed.emit(state)


def _recorded_outcomes(
    source: Items, job: AnalysisJob, bundle: Bundle, pool: PoolSettings, open_recorder: Callable[[], OutcomeRecorder]
) -> Generator[Outcome | EngineReady]:
    """Yield outcomes once they are committed."""
    with closing(open_recorder()) as recorder, closing(analyze_source(source, job, bundle, pool)) as results:
        for result in results:
            if isinstance(result, Outcome):
                options = scope_options(result.treatment.show_out_of_scope, result.treatment.correction)
                recorder.record(result.index, result.analysis, recalled=result.recalled, options=options)
            yield result
