"""The worker processes within one worker of the cluster: what decodes strangers' files never takes Dask down."""

from __future__ import annotations

import multiprocessing
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path

from cxrviewer.analysis.job import AnalysisJob, FileToAnalyse, Outcome, analyze_source
from cxrviewer.analysis.pool import PoolSettings
from cxrviewer.analysis.waiting import WaitingItems
from cxrviewer.cluster.partition import ClusterJob
from cxrviewer.domain import Analysis
from cxrviewer.errors import BundleHashError, ClusterError, CxrViewerError
from cxrviewer.inference.bundle import find_bundle
from cxrviewer.version import __version__

SECONDS_IDLE = 30.0  # then the processes end: the program that sent the films may be gone


class _Batch:
    """Films that one thread of Dask waits for."""

    def __init__(self, films: int) -> None:
        self.analyses: list[Analysis | None] = [None] * films
        self.failure: Exception | None = None
        self.missing = films
        self.done = threading.Event()


class FilmWorkers:
    """Processes with one job's engine, each loaded once, which all threads of a worker of the cluster share.

    Raises BundleError where the bundle is not the job's.
    """

    def __init__(self, job: ClusterJob, processes: int) -> None:
        bundle = find_bundle(job.model, verify=False)  # the engine verifies the one file that it loads
        if bundle.sha256 != job.bundle_sha256:
            raise BundleHashError(
                f"the bundle {job.model} on {socket.gethostname()} is another than the one here (metadata SHA-256 "
                f"{bundle.sha256}, expected {job.bundle_sha256}); install the same version of cxrviewer and bundle "
                "on all workers."
            )
        self._bundle = bundle
        self._job = AnalysisJob(bundle.folder, bundle.sha256, job.engine, job.settings)
        self._pool = PoolSettings(
            workers=processes, seconds_per_file=job.seconds_per_file, memory_bytes=job.memory_bytes
        )
        self._films: WaitingItems[FileToAnalyse] = WaitingItems()
        self._lock = threading.Lock()
        self._waiting: dict[int, tuple[_Batch, int]] = {}
        self._next = 0
        self._idle: threading.Timer | None = None
        self._users = 0
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="film workers", daemon=True)
        self._thread.start()

    @property
    def has_ended(self) -> bool:
        """Whether there is no process any more."""
        return self._ended

    def claim(self) -> bool:
        """Keep the processes until ``release``; False where they have ended."""
        with self._lock:
            if self._idle is not None:
                self._idle.cancel()
                self._idle = None
            self._users += not self._ended
            return not self._ended

    def release(self) -> None:
        """Let the processes end, after a while, where nobody else wants them."""
        with self._lock:
            self._users -= 1
            if self._users == 0 and not self._ended:
                self._idle = threading.Timer(SECONDS_IDLE, self._end_idle)
                self._idle.daemon = True
                self._idle.start()

    def analyse(self, paths: Sequence[str], is_wanted: Callable[[], bool] = lambda: True) -> list[Analysis]:
        """Return the analyses of files, in their order; raises what ends the run (EngineError, BundleError).

        ``is_wanted`` is asked every second; once it is not, what waits is dropped, and ClusterError raised.
        """
        batch = _Batch(len(paths))
        with self._lock:
            if self._ended:
                raise ClusterError("the worker's processes have ended; the same command goes on.")
            indices = range(self._next, self._next + len(paths))
            self._next += len(paths)
            self._waiting |= {index: (batch, place) for place, index in enumerate(indices)}
        self._films.put((index, FileToAnalyse(Path(path))) for index, path in zip(indices, paths, strict=True))
        while paths and not batch.done.wait(timeout=1.0):
            if not is_wanted():
                self._give_up(indices)
                raise ClusterError("the program that sent these files wants them no longer.")
        if batch.failure is not None:
            raise batch.failure
        return [analysis for analysis in batch.analyses if analysis is not None]

    def _give_up(self, indices: range) -> None:
        self._films.drop(indices)
        with self._lock:
            for index in indices:
                self._waiting.pop(index, None)

    def close(self) -> None:
        """End the processes; who waits for a film gets a ClusterError."""
        self._films.stop()
        self._thread.join()

    def _end_idle(self) -> None:
        with self._lock:
            if self._users or self._ended:
                return
            self._ended = True
        self._films.stop()

    def _run(self) -> None:
        failure: Exception = ClusterError("the worker's processes were stopped; the same command goes on.")
        try:
            with closing(analyze_source(self._films, self._job, self._bundle, self._pool)) as outcomes:
                for outcome in outcomes:
                    if isinstance(outcome, Outcome):
                        self._hand_over(outcome)
        except CxrViewerError as error:
            failure = error
        except Exception as error:  # noqa: BLE001 - it goes to the threads that wait, which raise it
            failure = ClusterError(f"the worker's processes failed with {type(error).__name__}; please report this.")
        with self._lock:
            self._ended = True
            batches = {batch for batch, _ in self._waiting.values()}
            self._waiting.clear()
        for batch in batches:
            batch.failure = failure
            batch.done.set()

    def _hand_over(self, outcome: Outcome) -> None:
        with self._lock:
            waiting = self._waiting.pop(outcome.index, None)
        if waiting is None:
            return  # nobody wants it any more
        batch, place = waiting
        batch.analyses[place] = outcome.analysis
        batch.missing -= 1  # only this thread counts
        if not batch.missing:
            batch.done.set()


_of_this_process: dict[ClusterJob, FilmWorkers] = {}
_lock = threading.Lock()


def claim_film_workers(job: ClusterJob, processes: int) -> FilmWorkers:
    """Return this process's workers for a job, claimed for the caller: those that are there, or new ones.

    Raises ClusterError where this is another version of the program, and what ``FilmWorkers`` raises.
    """
    if job.program_version != __version__:
        raise ClusterError(
            f"expected cxrviewer {job.program_version} on every worker, {socket.gethostname()} has {__version__}; "
            "install the same version everywhere."
        )
    _allow_children()
    with _lock:
        known = _of_this_process.get(job)
        if known is not None and known.claim():
            return known
        for other in [other for other, workers in _of_this_process.items() if workers.has_ended]:
            del _of_this_process[other]
        workers = _of_this_process[job] = FilmWorkers(job, processes)
        workers.claim()
        return workers


@cache
def _allow_children() -> None:
    """Let this process start others: Dask marks its workers as daemonic, and multiprocessing then refuses to.

    The mark means that no child may outlive its parent; the processes of ``analysis.pool`` end by themselves when their
    parent is gone, killed or not. ``distributed.worker.daemon: false`` in the workers' configuration does the same.
    """
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
