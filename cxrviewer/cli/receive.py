"""``cxrviewer receive``: the receiver until somebody ends it."""

from __future__ import annotations

import signal
import threading
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import typer

from cxrviewer.analysis.analyze import AnalysisSettings
from cxrviewer.analysis.job import AnalysisJob
from cxrviewer.analysis.pool import PoolSettings, default_worker_count
from cxrviewer.cli.thresholds import DecisionRequest, decision_of
from cxrviewer.domain import NOT_FOR_DIAGNOSIS
from cxrviewer.errors import UsageError
from cxrviewer.inference.bundle import find_bundle
from cxrviewer.inference.engines import resolve_engine
from cxrviewer.pacs.dimse.listening import ListeningLimits
from cxrviewer.pacs.node import Node, checked_ae_title
from cxrviewer.pacs.node_file import find_node, load_nodes
from cxrviewer.pacs.receiver.analysing import ReceiverAnalysis
from cxrviewer.pacs.receiver.folder import ReceiverFolder, default_receiver_folder
from cxrviewer.pacs.receiver.log import ReceiverLog
from cxrviewer.pacs.receiver.receiver import Receiver, ReceiverSettings, ReceiverTls
from cxrviewer.results.store import ResultStore, decision_options, default_store_path, result_key
from cxrviewer.results.words import model_line
from cxrviewer.version import __version__

_ANY_AE_TITLE = "ANY-SCP"


@dataclass(frozen=True)
class ReceiveRequest:
    """The options of ``cxrviewer receive``."""

    aet: str
    port: int
    bind: str
    folder: Path | None
    results_to: str | None
    allow: tuple[str, ...]
    model: str
    store: Path | None
    workers: int | None
    max_object_bytes: int
    max_associations: int
    idle_seconds: float
    kept_free_bytes: int
    tls_cert: str
    tls_key: str
    tls_client_ca: str
    quiet: bool


def receive_films(request: ReceiveRequest) -> None:
    """Receive until SIGINT or SIGTERM; raises what keeps it from starting."""
    nodes = load_nodes()
    settings = _settings(request, nodes)
    analysis = _analysis(request)
    log = ReceiverLog(lambda line: typer.echo(line, err=True), quiet=request.quiet)
    ended = threading.Event()
    _end_on_signals(ended)
    # A fault in a thread is told by its kind; a traceback could quote what a stranger sent.
    threading.excepthook = lambda fault: log.problem(
        f"a thread failed ({fault.exc_type.__name__}); please report this."
    )
    receiver = Receiver(settings, analysis, log)
    try:
        log.say(
            f"listening at {settings.address}:{receiver.port} as {settings.ae_title} for "
            f"{', '.join(settings.allowed_ae_titles)}."
        )
        log.say(f"{model_line(analysis.bundle.identity, analysis.job.engine, __version__)} {NOT_FOR_DIAGNOSIS}")
        while not ended.wait(0.5):  # a bounded wait lets signals in on Windows
            pass
    finally:
        counts = receiver.counts()
        receiver.stop()
        done = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "nothing"
        log.say(f"ended; received so far: {done}.")


def _settings(request: ReceiveRequest, nodes: tuple[Node, ...]) -> ReceiverSettings:
    if (request.tls_key or request.tls_client_ca) and not request.tls_cert:
        raise UsageError("expected --tls-cert where there is --tls-key or --tls-client-ca.")
    tls = ReceiverTls(request.tls_cert, request.tls_key, request.tls_client_ca) if request.tls_cert else None
    return ReceiverSettings(
        ae_title=_ae_title(request.aet),
        port=request.port,
        allowed_ae_titles=_allowed(request, nodes),
        folder=ReceiverFolder((request.folder or default_receiver_folder()).absolute(), request.kept_free_bytes),
        address=request.bind,
        results_to=None if request.results_to is None else find_node(request.results_to, nodes),
        tls=tls,
        limits=ListeningLimits(
            object_bytes=request.max_object_bytes,
            memory_bytes=max(ListeningLimits().memory_bytes, request.max_object_bytes),
            associations=request.max_associations,
            idle_seconds=request.idle_seconds,
        ),
    )


def _allowed(request: ReceiveRequest, nodes: tuple[Node, ...]) -> tuple[str, ...]:
    """Return the AE titles that may send: those of the DICOM nodes, and those of --allow."""
    titles = [node.called_ae_title for node in nodes if node.kind == "dicom" and node.called_ae_title != _ANY_AE_TITLE]
    titles += [_ae_title(title) for text in request.allow for title in text.split(",")]
    return tuple(dict.fromkeys(titles))


def _ae_title(text: str) -> str:
    try:
        return checked_ae_title(text)
    except ValueError as error:
        raise UsageError(f"{error}, got {text!r}.") from error


def _analysis(request: ReceiveRequest) -> ReceiverAnalysis:
    bundle = find_bundle(request.model)
    decision = decision_of(DecisionRequest(), bundle)
    if decision.warning is not None:
        typer.echo(str(decision.warning), err=True)
    settings = AnalysisSettings(level=decision.level, thresholds=tuple(decision.thresholds.items()))
    engine = resolve_engine("auto", bundle)
    # The options of ``cxrviewer classify``, so that either finds what the other has analysed.
    options = {
        "engine": engine,
        "file_bytes": settings.limits.file_bytes,
        "pixels": settings.limits.pixels,
        "include_patient_data": settings.include_patient_data,
        "lungs": settings.lungs,
        "agreement": settings.agreement,
        **decision_options(decision.level, decision.thresholds),
    }
    store = (request.store or default_store_path()).absolute()
    with closing(ResultStore(store)):  # made now: whatever is wrong with it is said before a film comes
        pass
    return ReceiverAnalysis(
        bundle=bundle,
        job=AnalysisJob(bundle.folder, bundle.sha256, engine, settings),
        pool=PoolSettings(workers=request.workers or default_worker_count()),
        store=store,
        key=result_key(bundle.sha256, options),
    )


def _end_on_signals(ended: threading.Event) -> None:
    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
