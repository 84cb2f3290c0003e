"""The films of the list, decided anew by another level or other thresholds: from the store, without the network."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cxrviewer.analysis.analyze import AnalysisSettings, decided_as
from cxrviewer.errors import CxrViewerError
from cxrviewer.gui.bridge.mailbox import Mailbox
from cxrviewer.gui.bridge.waiting_thread import WaitingThread
from cxrviewer.inference.bundle import Bundle
from cxrviewer.results.store import ResultKey, ResultStore, StoreRecall
from cxrviewer.results.study_list import films_of_other_settings
from cxrviewer.results.study_list_changes import FilmOutcome, record_outcomes

_AT_ONCE = 50
_INTERVAL_MS = 50


@dataclass(frozen=True)
class NewDecision:
    """What films are decided by now; ``first``: the film that a person looks at, which is decided before all others."""

    bundle: Bundle
    settings: AnalysisSettings
    key: ResultKey
    first: int | None = None


class Redecider(QObject):
    """Decides films anew in a thread of its own; a later decision replaces one that is not done.

    Signals, in the GUI thread: ``decided`` (tuple of numbers, committed), ``failed`` (CxrViewerError).
    """

    decided = Signal(tuple)
    failed = Signal(object)

    def __init__(self, store: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._stopped = threading.Event()
        self._thread: WaitingThread[tuple[int, ...]] | None = None
        self._letters = Mailbox(_INTERVAL_MS, self)
        self._letters.delivered.connect(self._receive)

    def start(self, decision: NewDecision) -> None:
        """Decide every film of the bundle that was decided by something else."""
        self._stop()
        stopped = self._stopped = threading.Event()
        self._thread = WaitingThread(
            "redecision",
            partial(decided_films, self._store, decision, stopped),
            received=self._letters.post,
            ended=self._letters.post,
            stop=stopped.set,
        )
        self._thread.start()

    @property
    def is_busy(self) -> bool:
        """Whether films are still to be decided."""
        return self._thread is not None and self._thread.is_alive

    def close(self) -> None:
        """Stop, and wait until what was begun is committed."""
        self._stop()
        self._letters.close()

    def _stop(self) -> None:
        if self._thread is not None:
            self._thread.stop()
            self._thread = None

    def _receive(self, letters: list[tuple[int, ...] | CxrViewerError | None]) -> None:
        numbers: list[int] = []
        for letter in letters:
            if isinstance(letter, CxrViewerError):
                self.failed.emit(letter)
            elif letter is not None:
                numbers += letter
        if numbers:
            self.decided.emit(tuple(numbers))


def decided_films(store_path: Path, decision: NewDecision, stopped: threading.Event) -> Generator[tuple[int, ...]]:
    """Decide the listed films of a bundle anew and yield their numbers, some at a time, once they are committed.

    Films whose answer was given in another way (engine, version of the program) stay as they are.
    """
    recall = StoreRecall(store_path, decision.key)
    with closing(ResultStore(store_path)) as store:
        films = films_of_other_settings(store, decision.key)
        films.sort(key=lambda film: film[0] != decision.first)  # stable: the others stay in their order
        for start in range(0, len(films), _AT_ONCE):
            if stopped.is_set():
                return
            outcomes = []
            for number, path, sha256 in films[start : start + _AT_ONCE]:
                known = recall(sha256)
                if known is not None:
                    anew = decided_as(decision.settings, replace(known, path=str(path)), decision.bundle)
                    outcomes.append(FilmOutcome(number, anew, recalled=True))
            record_outcomes(store, decision.key, outcomes)
            yield tuple(outcome.identifier for outcome in outcomes)
