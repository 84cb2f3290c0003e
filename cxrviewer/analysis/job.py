"""What a worker process does with a file: recall or analyse it, and deliver what is drawn from its pixels."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from cxrviewer.analysis.analyze import AnalysisSettings, examine_file, failed_analysis, hash_file
from cxrviewer.analysis.pool import PoolSettings, Source, map_files, map_source
from cxrviewer.domain import Analysis, Appearance, FloatArray
from cxrviewer.errors import BundleHashError, CxrViewerError, WorkerError
from cxrviewer.inference.bundle import Bundle, EngineName, load_bundle
from cxrviewer.inference.engine import Engine
from cxrviewer.inference.engines import open_engine
from cxrviewer.inference.lung_segmenter import LungSegmenter

Recall = Callable[[str], Analysis | None]


class Delivery(Protocol):
    """Something made from a film's display and its analysis while both are in the worker, such as an overlay."""

    def is_needed(self, analysis: Analysis) -> bool:
        """Return whether it is still to be made for this analysis."""
        ...

    def deliver(self, display: FloatArray, analysis: Analysis) -> None:
        """Make it; raises ExportError where it cannot be written."""
        ...


@dataclass(frozen=True)
class AnalysisJob:
    """Everything a worker process needs to know; picklable, and sent once to each worker, when it starts.

    ``recall`` looks up the earlier analysis of a SHA-256. ``bundle_sha256`` is checked in the worker, so that a bundle
    replaced during a run does not mix its results with those of the one before.
    """

    bundle_folder: Path
    bundle_sha256: str
    engine: EngineName
    settings: AnalysisSettings = field(default_factory=AnalysisSettings)
    recall: Recall | None = None
    delivery: Delivery | None = None


@dataclass(frozen=True)
class Treatment:
    """How one file is analysed otherwise than the others, see ``AnalysisSettings``; nothing is recalled for it."""

    show_out_of_scope: bool = False
    correction: Appearance = "upright"


AS_USUAL = Treatment()


@dataclass(frozen=True)
class FileToAnalyse:
    """A file of a source; ``fresh``: the network runs even where an earlier analysis is known."""

    path: Path
    fresh: bool = False
    treatment: Treatment = AS_USUAL


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of the file at ``index``; ``problem`` says why its delivery failed, if it did."""

    index: int
    analysis: Analysis
    recalled: bool = False
    problem: str = ""
    treatment: Treatment = AS_USUAL


@dataclass(frozen=True)
class EngineProbe:
    """An item of a source that is no file: it comes back as ``EngineReady`` once a worker has opened its engine."""


@dataclass(frozen=True)
class EngineReady:
    """A worker has its engine: its name, and where it runs, in words ("CPU, 1 thread")."""

    engine: EngineName
    device: str


@dataclass(frozen=True, eq=False)
class Examined:
    """What a worker sends of a file; ``problem`` says why its delivery failed, if it did."""

    analysis: Analysis
    recalled: bool
    problem: str


@dataclass
class _WorkerState:
    """This worker's job, its engine and what finds the lungs; or why it has none: the first file raises that."""

    job: AnalysisJob | None = None
    engine: Engine | None = None
    segmenter: LungSegmenter | None = None
    failure: CxrViewerError | None = None


_worker = _WorkerState()


def analyze_files(files: Iterable[Path], job: AnalysisJob, bundle: Bundle, pool: PoolSettings) -> Generator[Outcome]:
    """Analyse files in worker processes and yield an Outcome for every one, in the order of completion.

    Raises BundleError and EngineError where no worker can run the bundle. Closing the generator stops the workers.
    """
    start = partial(open_worker_engine, job)
    for result in map_files(_examine_path, files, pool, start_worker=start):
        if result.value is not None:
            examined = result.value
            yield Outcome(result.index, examined.analysis, examined.recalled, examined.problem)
        elif result.loss is not None:
            yield Outcome(result.index, _lost_analysis(result.path, result.loss, bundle, job.engine))


def analyze_source(
    source: Source[FileToAnalyse | EngineProbe], job: AnalysisJob, bundle: Bundle, pool: PoolSettings
) -> Generator[Outcome | EngineReady]:
    """Do what ``analyze_files`` does for a source that may be added to and reordered meanwhile.

    The index of an Outcome is the one that the source gave with the file.
    """
    start = partial(open_worker_engine, job)
    with closing(map_source(_examine_item, source, pool, start_worker=start)) as results:
        for result in results:
            treatment = result.item.treatment if isinstance(result.item, FileToAnalyse) else AS_USUAL
            if isinstance(result.value, EngineReady):
                yield result.value
            elif result.value is not None:
                examined = result.value
                yield Outcome(result.index, examined.analysis, examined.recalled, examined.problem, treatment)
            elif result.loss is not None and isinstance(result.item, FileToAnalyse):
                lost = _lost_analysis(result.item.path, result.loss, bundle, job.engine)
                yield Outcome(result.index, lost, treatment=treatment)


def _lost_analysis(path: Path, loss: WorkerError, bundle: Bundle, engine: EngineName) -> Analysis:
    try:
        sha256 = hash_file(path)  # bytes only: nothing is decoded in this process
    except CxrViewerError:
        sha256 = ""
    return failed_analysis(path, sha256, loss, bundle, engine)


def open_worker_engine(job: AnalysisJob) -> None:
    """Open a job's engine in a worker process; ``worker_engine`` raises what went wrong there."""
    _worker.job = job
    try:
        bundle = load_bundle(job.bundle_folder, verify=False)  # the engine verifies the one file that it loads
        if bundle.sha256 != job.bundle_sha256:
            raise BundleHashError(
                f"the bundle in {job.bundle_folder} changed while it was in use (metadata SHA-256 was "
                f"{job.bundle_sha256}, is {bundle.sha256}); start again."
            )
        _worker.engine = open_engine(job.engine, bundle)
        _worker.segmenter = LungSegmenter() if job.settings.lungs else None
    except CxrViewerError as error:
        _worker.failure = error


def worker_engine() -> Engine:
    """Return this worker's engine; raises why it has none."""
    if _worker.failure is not None:
        raise _worker.failure
    assert _worker.engine is not None, "the worker was started without its engine"
    return _worker.engine


def worker_job() -> AnalysisJob:
    """Return this worker's job; what its recall and delivery open stays open from file to file."""
    assert _worker.job is not None, "the worker was started without its job"
    return _worker.job


def _examine_path(path: Path) -> Examined:
    return examine_in_worker(worker_job(), path)


def _examine_item(item: FileToAnalyse | EngineProbe) -> Examined | EngineReady:
    if isinstance(item, EngineProbe):
        engine = worker_engine()
        return EngineReady(engine.name, engine.device)
    job = worker_job()
    if item.treatment != AS_USUAL:
        job = replace(job, settings=replace(job.settings, **asdict(item.treatment)), recall=None)
    return examine_in_worker(replace(job, recall=None) if item.fresh else job, item.path)


def examine_in_worker(job: AnalysisJob, path: Path) -> Examined:
    """Recall or analyse one file in a worker process whose engine is open, and deliver what is wanted of it."""
    engine = worker_engine()
    delivery = job.delivery
    examined = examine_file(
        path,
        engine.bundle,
        engine,
        job.settings,
        job.recall,
        needs_display=delivery.is_needed if delivery else lambda analysis: False,
        segmenter=_worker.segmenter,
    )
    problem = ""
    if delivery is not None and examined.display is not None:
        try:
            delivery.deliver(examined.display, examined.analysis)
        except CxrViewerError as error:
            problem = str(error)
    return Examined(examined.analysis, examined.recalled, problem)
