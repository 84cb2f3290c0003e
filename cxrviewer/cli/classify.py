"""``cxrviewer classify``: find the files, analyse what is not known, keep and export everything."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import typer

from cxrviewer.analysis.analyze import AnalysisSettings
from cxrviewer.analysis.job import AnalysisJob, analyze_files
from cxrviewer.analysis.media import referenced_files_in_worker
from cxrviewer.analysis.pool import PoolSettings, default_worker_count
from cxrviewer.cli.ending import EXIT_INTERRUPTED, EXIT_SOME_FAILED
from cxrviewer.cli.pictures import complete_pictures, delivery_of, pictures_for_report
from cxrviewer.cli.progress import Counts, Reporter, open_reporter
from cxrviewer.cli.stored_results import say_stored_results
from cxrviewer.cli.thresholds import Decision, DecisionRequest, decision_of
from cxrviewer.cluster.shards import Shard
from cxrviewer.domain import NOT_FOR_DIAGNOSIS, Analysis
from cxrviewer.errors import RESULT_OBJECT_CODES, ExportError, UsageError
from cxrviewer.extras import DICOM_RESULTS
from cxrviewer.inference.bundle import Bundle, find_bundle
from cxrviewer.inference.engines import resolve_engine
from cxrviewer.reading.discovery import find_files, read_path_list
from cxrviewer.reading.limits import Limits
from cxrviewer.results.audit_identifiers import exported_identifier, run_identifiers
from cxrviewer.results.dicom.export import is_dicom_film
from cxrviewer.results.dicom.folder import ResultObjectFolder
from cxrviewer.results.film_pictures import PictureFolder
from cxrviewer.results.overlay_folder import OverlayFolder
from cxrviewer.results.report import write_report
from cxrviewer.results.store import (
    ResultStore,
    Run,
    StoreRecall,
    decision_options,
    default_store_path,
    result_key,
    scope_options,
)
from cxrviewer.results.tables import json_line, json_row, table_writer, write_table
from cxrviewer.results.words import model_line, result_line
from cxrviewer.version import __version__


@dataclass(frozen=True)
class ClassifyRequest:
    """The options of ``cxrviewer classify``."""

    paths: tuple[Path, ...]
    from_file: str | None
    recursive: bool
    model: str
    engine: str
    outputs: tuple[Path, ...]
    overlays: Path | None
    report: Path | None
    store: Path | None
    resume: bool
    fresh: bool
    workers: int | None
    timeout_seconds: float
    worker_memory_bytes: int
    max_file_bytes: int
    max_pixels: int
    include_patient_data: bool
    lungs: bool
    show_out_of_scope: bool
    quiet: bool
    as_json: bool
    agreement: bool = False
    decision: DecisionRequest = field(default_factory=DecisionRequest)
    shard: Shard | None = None
    dicom_out: Path | None = None


@dataclass(frozen=True)
class _Plan:
    """A run that is recorded in the store, and what a worker needs to do its files."""

    run: Run
    bundle: Bundle
    job: AnalysisJob
    include_patient_data: bool


def classify_files(request: ClassifyRequest) -> None:
    """Do what was asked; ends with typer.Exit where files were refused, failed, or the user stopped it."""
    _check_outputs(request)
    with (
        closing(ResultStore(_store_path(request))) as store,
        pictures_for_report(request.report) as pictures,
    ):
        plan = _plan(request, store)
        objects = None if request.dicom_out is None else ResultObjectFolder(request.dicom_out, plan.bundle.folder)
        plan = replace(plan, job=replace(plan.job, delivery=delivery_of(request.overlays, pictures, objects)))
        counts = _analyse(request, plan, store)
        store.finish_run(plan.run)
        if counts.result_objects and not request.quiet:
            say_stored_results(store, plan.run, to_stderr=request.as_json)
        for output in request.outputs:
            write_table(
                output,
                store.run_analyses(plan.run),
                plan.bundle.metadata.findings,
                include_patient_data=plan.include_patient_data,
                audit=run_identifiers(store, plan.run),
            )
        if request.report is not None and pictures is not None:
            _write_report(request, request.report, plan, store, pictures)
    if counts.refused or counts.errors or counts.problems:
        raise typer.Exit(EXIT_SOME_FAILED)


def _store_path(request: ClassifyRequest) -> Path:
    """Return the store; every shard has its own by default, as SQLite files cannot be shared by jobs over a network."""
    if request.store is not None:
        return request.store
    default = default_store_path()
    return default if request.shard is None else default.with_name(f"{default.stem}-{request.shard.name}.sqlite")


def _write_report(
    request: ClassifyRequest, path: Path, plan: _Plan, store: ResultStore, pictures: PictureFolder
) -> None:
    job = replace(plan.job, recall=StoreRecall(store.path, plan.run.key))
    complete_pictures(pictures, store.run_analyses(plan.run), job, plan.bundle, _pool(request, plan.run.files))
    write_report(
        path,
        (analysis for analysis in store.run_analyses(plan.run) if analysis.code not in RESULT_OBJECT_CODES),
        pictures.find,
        plan.bundle,
        include_patient_data=plan.include_patient_data,
        audit=run_identifiers(store, plan.run),
    )


def _check_outputs(request: ClassifyRequest) -> None:
    """Refuse before the work, not after it, what could not be written at its end."""
    for output in request.outputs:
        try:
            table_writer(output)
        except ExportError as error:
            raise UsageError(str(error)) from error
    if request.report is not None and request.report.suffix.lower() != ".pdf":
        raise UsageError(f"expected the file name of a report to end in .pdf, got {request.report.name!r}.")
    for output in (*request.outputs, *filter(None, [request.report])):
        if not output.absolute().parent.is_dir():
            raise UsageError(
                f"expected an existing folder for {output}, found none at {output.absolute().parent}; make it first."
            )
    if request.dicom_out is not None:
        DICOM_RESULTS.check()
    for folder, content in ((request.overlays, "overlays"), (request.dicom_out, "DICOM objects")):
        if folder is not None:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise UsageError(f"the folder {folder} for {content} cannot be made ({error}).") from error


def _plan(request: ClassifyRequest, store: ResultStore) -> _Plan:
    if request.resume and not request.paths and request.from_file is None:
        return _plan_of_stored_run(request, store)
    files = list(listed_files(request))
    bundle = find_bundle(request.model)
    decision = decision_of(request.decision, bundle)
    say_decision(request, decision)
    options = run_options(request, bundle, decision)
    run = store.start_run((file.absolute() for file in files), result_key(bundle.sha256, options), options)
    return _plan_with_options(request, store, run, bundle)


def run_options(request: ClassifyRequest, bundle: Bundle, decision: Decision) -> dict[str, Any]:
    """Return what besides the files decides a run's results, as JSON values for ``results.store.result_key``."""
    return {
        "model": str(bundle.folder),
        "engine": resolve_engine(request.engine, bundle),
        "file_bytes": request.max_file_bytes,
        "pixels": request.max_pixels,
        "include_patient_data": request.include_patient_data,
        "lungs": request.lungs,
        "agreement": request.agreement,
        **decision_options(decision.level, decision.thresholds),
        **scope_options(request.show_out_of_scope, "upright"),
    }


def _plan_of_stored_run(request: ClassifyRequest, store: ResultStore) -> _Plan:
    run = store.unfinished_run()
    if run is None:
        raise UsageError(f"expected a run that was stopped in {store.path}, found none; give the paths to classify.")
    bundle = find_bundle(run.options["model"])
    if result_key(bundle.sha256, run.options) != run.key:
        raise UsageError(
            "the run that was stopped used another bundle or another version of cxrviewer; give its paths again, so "
            "that all its files are analysed by one."
        )
    return _plan_with_options(request, store, run, bundle)


def _plan_with_options(request: ClassifyRequest, store: ResultStore, run: Run, bundle: Bundle) -> _Plan:
    options = run.options
    settings = analysis_settings(options)
    job = AnalysisJob(
        bundle_folder=bundle.folder,
        bundle_sha256=bundle.sha256,
        engine=options["engine"],
        settings=settings,
        recall=None if request.fresh else StoreRecall(store.path, run.key),
    )
    return _Plan(run, bundle, job, settings.include_patient_data)


def analysis_settings(options: Mapping[str, Any]) -> AnalysisSettings:
    """Return the settings that a run's options mean."""
    return AnalysisSettings(
        limits=Limits(file_bytes=options["file_bytes"], pixels=options["pixels"]),
        include_patient_data=options["include_patient_data"],
        lungs=options.get("lungs", False),  # a run of a program that knew no lungs has none
        agreement=options.get("agreement", False),
        level=options.get("level"),
        thresholds=tuple(options.get("thresholds", {}).items()),
        show_out_of_scope=options.get("show_out_of_scope", False),
    )


def say_decision(request: ClassifyRequest, decision: Decision) -> None:
    """Say which choice is not used, and what the thresholds that are used cost."""
    if decision.warning is not None:
        typer.echo(str(decision.warning), err=True)
    if not request.quiet:
        for note in decision.notes:
            typer.echo(note, err=request.as_json)


def listed_files(request: ClassifyRequest) -> Iterator[Path]:
    """Yield the files that the paths stand for, those of the shard where one is asked for.

    Raises UsageError where there are none; a shard may have none.
    """
    if not request.paths and request.from_file is None:
        raise UsageError("expected a PATH, --from-file LIST or --resume; see 'cxrviewer classify --help'.")
    any_file = False
    for file in _found(request):
        any_file = True
        if request.shard is None or request.shard.holds(file):
            yield file
    if not any_file:
        raise UsageError("expected at least one file; the paths given hold none that is not hidden.")


def _found(request: ClassifyRequest) -> Iterator[Path]:
    yield from find_files(request.paths, request.recursive, referenced_files_in_worker)
    if request.from_file is not None:
        yield from find_files(read_path_list(request.from_file), request.recursive, referenced_files_in_worker)


def _analyse(request: ClassifyRequest, plan: _Plan, store: ResultStore) -> Counts:
    pending = list(store.pending_files(plan.run))
    pool = _pool(request, len(pending))
    counts = Counts(total=len(pending))
    others = 0  # films with a result that no DICOM object can be made of
    started = time.perf_counter()
    # Closing the generator, whatever happens here, stops the workers.
    with (
        open_reporter(counts, quiet=request.quiet) as reporter,
        closing(analyze_files((path for _, path in pending), plan.job, plan.bundle, pool)) as outcomes,
    ):
        try:
            for outcome in outcomes:
                position, _ = pending[outcome.index]
                logged = store.record(plan.run, position, outcome.analysis, recalled=outcome.recalled)
                identifier = exported_identifier(store, logged)
                problem = outcome.problem or _sign_overlay(request, outcome.analysis, identifier)
                counts.add(
                    outcome.analysis.status,
                    recalled=outcome.recalled,
                    problem=bool(problem),
                    is_result_object=outcome.analysis.code in RESULT_OBJECT_CODES,
                )
                others += outcome.analysis.prediction is not None and not is_dicom_film(outcome.analysis)
                _report_file(request, plan, reporter, outcome.analysis, problem, identifier)
        except KeyboardInterrupt:
            reporter.say(
                f"Stopped: {counts.done} of {counts.total} files are done and kept; "
                "the same command, or 'cxrviewer classify --resume', goes on."
            )
            raise typer.Exit(EXIT_INTERRUPTED) from None
    if not request.quiet:
        _summarise(plan, counts, time.perf_counter() - started, to_stderr=request.as_json)
        if request.dicom_out is not None and others:
            films = "1 film is no DICOM, and has" if others == 1 else f"{others} films are no DICOM, and have"
            said = f"{films} no DICOM objects."
            typer.echo(said, err=request.as_json)
    return counts


def _pool(request: ClassifyRequest, files: int) -> PoolSettings:
    return PoolSettings(
        workers=min(request.workers or default_worker_count(), max(1, files)),
        seconds_per_file=request.timeout_seconds,
        memory_bytes=request.worker_memory_bytes,
    )


def _sign_overlay(request: ClassifyRequest, analysis: Analysis, identifier: str) -> str:
    """Put the entry of the audit log into the overlay that the worker drew; return why it could not be, or ""."""
    if request.overlays is not None and analysis.prediction is not None:
        try:
            OverlayFolder(request.overlays).sign(analysis, identifier)
        except ExportError as error:
            return str(error)
    return ""


def _report_file(
    request: ClassifyRequest, plan: _Plan, reporter: Reporter, analysis: Analysis, problem: str, identifier: str
) -> None:
    if request.as_json:
        row = json_row(
            analysis,
            plan.bundle.metadata.findings,
            include_patient_data=plan.include_patient_data,
            audit=identifier,
        )
        reporter.result(json_line(row).decode().rstrip("\n"))
    elif analysis.code not in RESULT_OBJECT_CODES and (not request.quiet or analysis.status != "ok"):
        reporter.result(f"{analysis.path}: {result_line(analysis)}", escape=True)
    if problem:
        reporter.say(f"{analysis.path}: {problem}")
    reporter.advance()


def _summarise(plan: _Plan, counts: Counts, seconds: float, *, to_stderr: bool) -> None:
    known = f", {counts.recalled} of them known before" if counts.recalled else ""
    for line in (
        f"{counts.in_words()}{known}; {seconds:.1f} s.",
        model_line(plan.bundle.identity, plan.job.engine, __version__),
        NOT_FOR_DIAGNOSIS,
    ):
        typer.echo(line, err=to_stderr)
