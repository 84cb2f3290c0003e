"""One file, the whole way: bytes to radiograph to network input to calibrated probabilities and heatmaps."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cxrviewer.analysis.film_scope import film_scope, refusal_for_scope
from cxrviewer.analysis.lung_evidence import find_lung_evidence
from cxrviewer.domain import Analysis, Appearance, FloatArray, Heatmap, Prediction, Radiograph, Status
from cxrviewer.errors import (
    BundleError,
    ChangedFileError,
    CxrViewerError,
    EngineError,
    InternalError,
    MissingFileError,
    RefusedError,
    StoreError,
    WorkerMemoryError,
)
from cxrviewer.imaging.display import default_rendering, default_window_text
from cxrviewer.imaging.fitting import fit
from cxrviewer.imaging.orientation import heatmap_as_stored, lungs_as_stored, put_right, spacing_put_right
from cxrviewer.inference.agreement import agreement
from cxrviewer.inference.bundle import Bundle, EngineName, sha256_of
from cxrviewer.inference.decision import decide, decided_with
from cxrviewer.reading import read_radiograph
from cxrviewer.reading.limits import DEFAULT_LIMITS, Limits
from cxrviewer.version import __version__

if TYPE_CHECKING:
    from cxrviewer.inference.engine import Engine
    from cxrviewer.inference.lung_segmenter import LungSegmenter


@dataclass(frozen=True)
class AnalysisSettings:
    """What besides the file and the bundle decides a result, and therefore belongs to its key in the store.

    level: of the prediction sets, None the bundle's own. thresholds: those that a person chose, by finding; the others
    are the bundle's. Both are applied to what the network said, without running it again. lungs: whether the lungs are
    looked for, and how much of the heatmaps lies inside them. agreement: whether the network runs again over altered
    versions of the film, to tell how far the result stands. show_out_of_scope: whether a film that is out of the
    bundle's scope is analysed all the same, which its result says. correction: as what a film that lies wrongly is put
    right before the network sees it.
    """

    limits: Limits = DEFAULT_LIMITS
    include_patient_data: bool = False
    level: float | None = None
    thresholds: tuple[tuple[str, float], ...] = ()
    agreement: bool = False
    lungs: bool = True
    show_out_of_scope: bool = False
    correction: Appearance = "upright"


@dataclass(frozen=True, eq=False)
class ExaminedFile:
    """An analysis, the display that the network saw, and whether the analysis is an earlier one.

    ``display`` is (H, W) float32 in [0, 1]; None where the file was not read or nobody needs it.
    """

    analysis: Analysis
    display: FloatArray | None = None
    recalled: bool = False


def analyze_file(path: Path, bundle: Bundle, engine: Engine, settings: AnalysisSettings | None = None) -> Analysis:
    """Analyse one file the whole way; a bad file gives an Analysis with its named refusal or error, never an exception.

    Raises EngineError, BundleError and StoreError only: those are not the file's fault, and would cost every file.
    """
    return examine_file(path, bundle, engine, settings).analysis


def examine_file(
    path: Path,
    bundle: Bundle,
    engine: Engine,
    settings: AnalysisSettings | None = None,
    recall: Callable[[str], Analysis | None] | None = None,
    needs_display: Callable[[Analysis], bool] = lambda analysis: True,
    segmenter: LungSegmenter | None = None,
) -> ExaminedFile:
    """Do what ``analyze_file`` does, and keep the display; the network does not run for a file that is known.

    ``recall`` returns the earlier analysis of a SHA-256, or None; ``needs_display`` says whether a recalled one is
    wanted with its display, for which the file is decoded again; ``segmenter`` finds the lungs, without one nobody
    looks for them.
    """
    settings = settings or AnalysisSettings()
    started = time.perf_counter()
    sha256 = ""
    try:
        with _unchanged(path):
            sha256 = hash_file(path)
            known = recall(sha256) if recall else None
            if known is not None:
                known = decided_as(settings, replace(known, path=str(path)), bundle)
                if known.status != "ok" or not needs_display(known):
                    return ExaminedFile(known, recalled=True)
            radiograph = read_radiograph(path, settings.limits)
        display = default_rendering(radiograph)
        if known is not None:
            return ExaminedFile(known, display, recalled=True)
        analysis = replace(
            decided_as(settings, _analyze_display(radiograph, display, engine, settings, segmenter), bundle),
            path=str(path),
            sha256=sha256,
            milliseconds=_milliseconds_since(started),
            patient=radiograph.patient if settings.include_patient_data else None,
        )
    except (BundleError, EngineError, StoreError):
        raise
    except Exception as error:  # noqa: BLE001 - see named_error
        analysis = failed_analysis(path, sha256, named_error(error), bundle, engine.name)
        return ExaminedFile(replace(analysis, milliseconds=_milliseconds_since(started)))
    return ExaminedFile(analysis, display if analysis.status == "ok" else None)


def named_error(error: Exception) -> CxrViewerError:
    """Return an error as a named one: a fault of ours in one reader must not end a run over thousands of files."""
    if isinstance(error, CxrViewerError):
        return error
    if isinstance(error, MemoryError):
        return WorkerMemoryError("the file needed more memory than a worker may use; raise --worker-memory to read it.")
    # Only type and place: the text of a foreign exception may quote the file, and with it the patient.
    return InternalError(f"reading failed with {type(error).__name__} at {_origin(error)}; please report this.")


def _analyze_display(
    radiograph: Radiograph,
    display: FloatArray,
    engine: Engine,
    settings: AnalysisSettings,
    segmenter: LungSegmenter | None = None,
) -> Analysis:
    bundle, correction = engine.bundle, settings.correction
    display = put_right(display, correction)
    network_input, placement = fit(display, bundle.input_spec)
    output = engine.run(network_input[None])
    scope = film_scope(radiograph, display, network_input, output.features[0], engine)
    window = default_window_text(radiograph)
    analysis = Analysis(
        path="",
        sha256="",
        status="ok",
        model=bundle.identity,
        engine=engine.name,
        program_version=__version__,
        milliseconds=0.0,
        analysed_at=_now(),
        facts=radiograph.facts,
        window=window if correction == "upright" else f"{window}; put right, as it looked {correction}",
        warnings=radiograph.warnings,
        scope=scope,
    )
    if scope is not None and scope.state == "out of scope" and not settings.show_out_of_scope:
        refusal = refusal_for_scope(scope)
        return replace(analysis, status="refused", code=refusal.code, message=str(refusal))
    prediction = decide(bundle.metadata, output.logits[0], output.features[0])
    heatmaps = tuple(
        Heatmap(finding, output.heatmaps[0, :, :, index].copy(), placement)
        for index, finding in enumerate(bundle.metadata.findings)
    )
    spacing = spacing_put_right(radiograph.spacing, correction)
    lungs = find_lung_evidence(display, heatmaps, spacing, segmenter) if segmenter else None
    return replace(
        analysis,
        prediction=prediction,
        heatmaps=tuple(heatmap_as_stored(heatmap, correction) for heatmap in heatmaps),
        lungs=None if lungs is None else lungs_as_stored(lungs, correction),
        agreement=agreement(engine, network_input, prediction) if settings.agreement else None,
    )


def decided_as(settings: AnalysisSettings, analysis: Analysis, bundle: Bundle) -> Analysis:
    """Return an analysis with the prediction set and the flagged findings that the settings ask for.

    bundle: the one that gave the analysis. Raises ValueError as ``inference.decision.decided_with``.
    """
    if analysis.prediction is None:
        return analysis
    known, thresholds = analysis.prediction, dict(settings.thresholds)
    decided = decided_with(bundle.metadata, known, settings.level, thresholds)
    return analysis if _decision(decided) == _decision(known) else replace(analysis, prediction=decided)


def _decision(prediction: Prediction) -> tuple[object, ...]:
    return prediction.flagged, prediction.thresholds, prediction.prediction_set, prediction.level


def analyze_radiograph(
    radiograph: Radiograph, bundle: Bundle, engine: Engine, settings: AnalysisSettings | None = None
) -> Analysis:
    """Analyse a radiograph that is in memory already; the Analysis has no path and no SHA-256."""
    started = time.perf_counter()
    settings = settings or AnalysisSettings()
    analysis = _analyze_display(radiograph, default_rendering(radiograph), engine, settings)
    analysis = decided_as(settings, analysis, bundle)
    return replace(analysis, milliseconds=_milliseconds_since(started))


def failed_analysis(path: Path, sha256: str, error: CxrViewerError, bundle: Bundle, engine: EngineName) -> Analysis:
    """Return the Analysis of a file that was refused or failed."""
    status: Status = "refused" if isinstance(error, RefusedError) else "error"
    return Analysis(
        path=str(path),
        sha256=sha256,
        status=status,
        model=bundle.identity,
        engine=engine,
        program_version=__version__,
        milliseconds=0.0,
        analysed_at=_now(),
        code=error.code,
        message=str(error),
    )


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes; MissingFileError where there is no such file or it may not be read."""
    try:
        if not path.is_file():
            raise MissingFileError("expected a file, found none under this path; check the path.")
        return sha256_of(path)
    except OSError as error:
        raise MissingFileError(
            f"the file cannot be opened ({error.strerror or type(error).__name__}); check that it is there "
            "and that you may read it."
        ) from error


@contextmanager
def _unchanged(path: Path) -> Iterator[None]:
    """Raise ChangedFileError when the file is written to inside the block: hash and pixels must be of one file."""
    before = _file_state(path)
    yield
    if _file_state(path) != before:
        raise ChangedFileError("the file changed while it was read; run again once nothing writes to it.")


def _file_state(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None  # hash_file says what is wrong with it
    return status.st_size, status.st_mtime_ns


def _origin(error: BaseException) -> str:
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return "?" if frame is None else f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}"


def _milliseconds_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
