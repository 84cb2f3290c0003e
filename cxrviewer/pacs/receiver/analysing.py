"""Analyses the films of a queue as they come: results are committed in the store first, then in the queue."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from cxrviewer.analysis.job import AnalysisJob, EngineProbe, EngineReady, FileToAnalyse, Outcome, analyze_source
from cxrviewer.analysis.pool import PoolSettings
from cxrviewer.analysis.waiting import WaitingItems
from cxrviewer.errors import TRANSIENT_CODES, CxrViewerError
from cxrviewer.inference.bundle import Bundle
from cxrviewer.pacs.receiver.folder import ReceiverFolder
from cxrviewer.pacs.receiver.log import ReceiverLog
from cxrviewer.pacs.receiver.queue import FilmQueue, QueuedFilm
from cxrviewer.results.dicom.folder import ResultObjectFolder
from cxrviewer.results.store import ResultKey, ResultStore, StoreRecall, insert_result

_MOST_ATTEMPTS: Final = 3
_FIRST_DELAY: Final = 5.0
_HANDED_OUT: Final = 200


@dataclass(frozen=True)
class ReceiverAnalysis:
    """How a receiver analyses: by which bundle and settings, with how many workers, and where results are stored."""

    bundle: Bundle
    job: AnalysisJob
    pool: PoolSettings
    store: Path
    key: ResultKey


class Analysing:
    """A thread that analyses what waits in the queue, until it is stopped; it outlives faults of store and engine."""

    def __init__(
        self,
        analysis: ReceiverAnalysis,
        folder: ReceiverFolder,
        queue: FilmQueue,
        log: ReceiverLog,
        *,
        make_objects: bool,
        on_result: Callable[[], None],
    ) -> None:
        objects = ResultObjectFolder(folder.results, analysis.bundle.folder) if make_objects else None
        self._objects = objects
        recall = StoreRecall(analysis.store, analysis.key)
        self._analysis = replace(analysis, job=replace(analysis.job, recall=recall, delivery=objects))
        self._folder = folder
        self._queue = queue
        self._log = log
        self._on_result = on_result
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._waiting: WaitingItems[FileToAnalyse | EngineProbe] = WaitingItems()
        self._at_work: dict[int, QueuedFilm] = {}
        self._thread = threading.Thread(target=self._run, name="cxrviewer-receiver-analysing", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def add_due(self) -> None:
        """Hand out films whose turn it is; any thread may call it, as often as it likes."""
        with self._lock:
            room = _HANDED_OUT - len(self._at_work)
            if room <= 0 or self._stop.is_set():
                return
            due = self._queue.due("waiting", _HANDED_OUT)
            fresh = [film for film in due if film.number not in self._at_work][:room]
            self._at_work.update((film.number, film) for film in fresh)
            self._waiting.put([(film.number, FileToAnalyse(self._folder.film(film.uid))) for film in fresh])

    def stop(self) -> None:
        """End: what a worker has is left for the next start."""
        self._stop.set()
        self._waiting.stop()
        self._thread.join()

    def _run(self) -> None:
        delay = _FIRST_DELAY
        while not self._stop.is_set():
            try:
                self._analyse()
                delay = _FIRST_DELAY
            except CxrViewerError as error:  # of the store, the engine or the disk: none of a film
                self._log.problem(f"analysing stopped, and goes on in {delay:g} s: {error}")
                self._stop.wait(delay)
                delay = min(2 * delay, 300.0)
            with self._lock:
                self._at_work.clear()
                self._waiting = WaitingItems()

    def _analyse(self) -> None:
        analysis = self._analysis
        with closing(ResultStore(analysis.store)) as store:
            self.add_due()
            with closing(analyze_source(self._waiting, analysis.job, analysis.bundle, analysis.pool)) as outcomes:
                for outcome in outcomes:
                    if not isinstance(outcome, EngineReady):
                        self._take(outcome, store)

    def _take(self, outcome: Outcome, store: ResultStore) -> None:
        film = self._at_work[outcome.index]
        analysis = outcome.analysis
        problem = outcome.problem or (analysis.message if analysis.code in TRANSIENT_CODES else "")
        if problem and film.attempts + 1 < _MOST_ATTEMPTS:
            self._queue.again(film, _FIRST_DELAY * 2**film.attempts, problem)
            self._log.problem(f"film {film.number} is tried again: {problem}")
        else:
            with store.transaction() as cursor:
                insert_result(cursor, self._analysis.key, analysis, recalled=outcome.recalled)
            paths = self._objects.paths(analysis) if self._objects is not None and not problem else ()
            self._queue.analysed(film, [path.name for path in paths])
            self._log.say(f"film {film.number} is analysed: {analysis.code or analysis.status}.")
            if problem:
                self._log.problem(f"film {film.number} is given up: {problem}")
        with self._lock:
            del self._at_work[film.number]
        self._on_result()
        self.add_due()
