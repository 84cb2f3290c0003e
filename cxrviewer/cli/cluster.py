"""``cxrviewer classify --scheduler``: the same films and settings over a Dask cluster, rows as a folder of Parquet."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from cxrviewer.cli.classify import ClassifyRequest, analysis_settings, listed_files, run_options, say_decision
from cxrviewer.cli.ending import EXIT_INTERRUPTED, EXIT_SOME_FAILED
from cxrviewer.cli.progress import Counts
from cxrviewer.cli.thresholds import decision_of
from cxrviewer.cluster.addresses import parse_address
from cxrviewer.cluster.connection import open_client
from cxrviewer.cluster.folder import open_result_folder
from cxrviewer.cluster.partition import ClusterJob
from cxrviewer.cluster.run import ClusterRun, Tally
from cxrviewer.cluster.scheduling import Cluster
from cxrviewer.cluster.task import examine_partition
from cxrviewer.domain import NOT_FOR_DIAGNOSIS
from cxrviewer.errors import UsageError
from cxrviewer.inference.bundle import Bundle, find_bundle
from cxrviewer.resources import models_folder
from cxrviewer.results.parquet import pyarrow
from cxrviewer.results.store import result_key
from cxrviewer.results.words import model_line
from cxrviewer.version import __version__

_SECONDS_BETWEEN_LINES = 10.0
_TABLES = frozenset({".csv", ".jsonl", ".parquet"})


def classify_on_cluster(request: ClassifyRequest, scheduler: str) -> None:
    """Do what was asked on the cluster; ends with typer.Exit where files were refused or failed, or it was stopped."""
    address, output = parse_address(scheduler), _check(request)
    pyarrow()
    bundle = find_bundle(request.model)
    decision = decision_of(request.decision, bundle)
    say_decision(request, decision)
    options = run_options(request, bundle, decision)
    origin = _origin(bundle, options)
    findings = bundle.metadata.findings
    job = ClusterJob(
        model=_model(bundle),
        bundle_sha256=bundle.sha256,
        engine=options["engine"],
        settings=analysis_settings(options),
        program_version=__version__,
        findings=findings,
        origin=json.dumps(origin, sort_keys=True),
        seconds_per_file=request.timeout_seconds,
        memory_bytes=request.worker_memory_bytes,
        trust_times=request.resume,
    )
    files = _at_least_one(listed_files(request))  # nothing is started for a folder without files
    started = time.monotonic()
    with open_result_folder(output, origin, findings) as folder, open_client(address) as client:
        cluster = Cluster(client, job, examine_partition)
        progress = _Progress(cluster, quiet=request.quiet)
        run = ClusterRun(cluster, job, bundle, folder, fresh=request.fresh)
        try:
            tally = run.classify(files, progress.report)
        except KeyboardInterrupt:
            typer.echo(f"cxrviewer: stopped; what is done is kept in {output}, the same command goes on.", err=True)
            raise typer.Exit(EXIT_INTERRUPTED) from None
    if not request.quiet:
        _summarise(tally, bundle, job, time.monotonic() - started)
    if tally.refused or tally.statuses["error"]:
        raise typer.Exit(EXIT_SOME_FAILED)


def _check(request: ClassifyRequest) -> Path:
    """Return the folder for the results; UsageError where an option does not go with a cluster."""
    refused = {
        "--overlays": request.overlays is not None,
        "--report": request.report is not None,
        "--dicom-out": request.dicom_out is not None,
        "--store": request.store is not None,
        "--workers": request.workers is not None,
        "--json": request.as_json,
        "--shard": request.shard is not None,
    }
    if given := [option for option, is_given in refused.items() if is_given]:
        raise UsageError(
            f"expected no {', '.join(given)} with --scheduler: the cluster has its own workers, spreads the files over "
            "them itself and writes Parquet; make overlays, reports and DICOM objects of the films that you choose "
            "from it."
        )
    is_table = any(output.is_file() or output.suffix.lower() in _TABLES for output in request.outputs)
    if len(request.outputs) != 1 or is_table:
        raise UsageError("expected one --output FOLDER with --scheduler, for its Parquet files.")
    return request.outputs[0]


def _model(bundle: Bundle) -> str:
    """Return how the workers find the bundle: a shipped one lies elsewhere there, but has the same name."""
    is_shipped = bundle.folder.parent == models_folder()
    return bundle.folder.name if is_shipped else str(bundle.folder.absolute())


def _origin(bundle: Bundle, options: dict[str, Any]) -> dict[str, Any]:
    key = result_key(bundle.sha256, options)
    return {
        "not_for_diagnosis": NOT_FOR_DIAGNOSIS,
        "model": dict(vars(bundle.identity)),
        "engine": options["engine"],
        "program_version": __version__,
        "settings": dict(key.settings or {}),
        "settings_sha256": key.settings_sha256,
    }


def _at_least_one(files: Iterator[Path]) -> Iterator[Path]:
    first = next(files)  # raises UsageError where there is none

    def all_of_them() -> Iterator[Path]:
        yield first
        yield from files

    return all_of_them()


class _Progress:
    """Every ten seconds a line on standard error: what is done, how fast, and by how many."""

    def __init__(self, cluster: Cluster, *, quiet: bool) -> None:
        self._cluster = cluster
        self._quiet = quiet
        self._started = self._last = time.monotonic()

    def report(self, tally: Tally) -> None:
        """Print the line where the last one is old enough."""
        now = time.monotonic()
        if self._quiet or now - self._last < _SECONDS_BETWEEN_LINES:
            return
        self._last = now
        slots = self._cluster.slots()
        if not slots:
            said = f"{in_words(tally)}; waiting for workers of the cluster"
        else:
            said = f"{in_words(tally)}; {tally.done / (now - self._started):.1f} a second on {slots} threads"
        typer.echo(f"cxrviewer: {said}", err=True)


def in_words(tally: Tally) -> str:
    """Return "12 files: 10 ok, 1 refused, 1 failed", and how many belong to stored results."""
    counts = Counts(
        total=tally.done,
        ok=tally.statuses["ok"],
        refused=tally.refused,
        errors=tally.statuses["error"],
        result_objects=tally.result_objects,
    )
    return counts.in_words()


def _summarise(tally: Tally, bundle: Bundle, job: ClusterJob, seconds: float) -> None:
    known = f", {tally.kept} of them known before" if tally.kept else ""
    typer.echo(f"{in_words(tally)}{known}; {seconds:.1f} s.")
    if tally.codes:
        typer.echo(f"Without a result: {', '.join(f'{code} {count}' for code, count in tally.codes.most_common())}.")
    if tally.unlisted:
        typer.echo(f"{tally.unlisted} rows of files that were not given this time are kept.")
    typer.echo(model_line(bundle.identity, job.engine, __version__))
    typer.echo(NOT_FOR_DIAGNOSIS)
