"""The DICOM objects of one result, written into a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from cxrviewer.domain import Analysis, FloatArray, Prediction
from cxrviewer.errors import ChangedFileError, CxrViewerError, ExportError
from cxrviewer.extras import DICOM_RESULTS
from cxrviewer.inference.bundle import Bundle, sha256_of
from cxrviewer.reading.translation import quiet
from cxrviewer.results.atomic import written_atomically
from cxrviewer.results.dicom import overlay_capture, parametric_map, structured_report
from cxrviewer.results.dicom.frame import Making
from cxrviewer.results.dicom.identity import object_file_name, result_digest
from cxrviewer.results.dicom.source import read_source


def is_dicom_film(analysis: Analysis) -> bool:
    """Return whether a film was read from a DICOM file, and so has a study that objects can be in."""
    return analysis.facts is not None and analysis.facts.format == "DICOM"


def object_paths(analysis: Analysis, folder: Path) -> tuple[Path, ...]:
    """Return where the objects of a result lie in a folder; none where it has no prediction or its film is no DICOM."""
    if analysis.prediction is None or not is_dicom_film(analysis):
        return ()
    digest = result_digest(analysis)
    return tuple(folder / object_file_name(digest, kind) for kind in _kinds(analysis))


def write_result_objects(
    source: Path, display: FloatArray, analysis: Analysis, bundle: Bundle, folder: Path
) -> tuple[Path, ...]:
    """Write the structured report, the overlay and the heatmaps of a film into a folder, which is made if needed.

    source: the DICOM file that the film was read from. display: (H, W) float32 in [0, 1], as the model saw it. bundle:
    the one that gave the analysis. An object that is there already is left as it is: its name is of its content.
    Returns ``object_paths``. Raises NotDicomSourceError where the film is no DICOM, SourceHeaderError where its header
    cannot carry objects, ChangedFileError where it is another file by now, MissingExtraError without highdicom,
    ExportError where the analysis has no prediction or nothing can be written.
    """
    DICOM_RESULTS.check()
    prediction = analysis.prediction
    if prediction is None:
        raise ExportError(
            f"expected an analysis with a prediction, got one with the status {analysis.status}; only results become "
            "DICOM objects."
        )
    making = Making(read_source(source), analysis, bundle)
    _check_unchanged(source, analysis)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(
            f"the folder {folder} cannot be made ({error.strerror or error}); choose another place."
        ) from error
    paths = []
    for kind, make in _objects(making, prediction, display):
        path = folder / object_file_name(making.digest, kind)
        if not path.exists():
            content = _made(make)
            with written_atomically(path) as stream:
                stream.write(content)
        paths.append(path)
    return tuple(paths)


def _kinds(analysis: Analysis) -> tuple[str, ...]:
    return structured_report.KIND, overlay_capture.KIND, *map(parametric_map.kind_of, analysis.heatmaps)


def _objects(making: Making, prediction: Prediction, display: FloatArray) -> Iterator[tuple[str, Callable[[], bytes]]]:
    yield structured_report.KIND, partial(structured_report.structured_report, making, prediction)
    yield overlay_capture.KIND, partial(overlay_capture.overlay_capture, making, display)
    for number, heatmap in enumerate(making.analysis.heatmaps, 1):
        yield parametric_map.kind_of(heatmap), partial(parametric_map.parametric_map, making, heatmap, number)


def _made(make: Callable[[], bytes]) -> bytes:
    """Return an object; what highdicom raises of a header that it cannot do with becomes a named error."""
    try:
        with quiet():
            return make()
    except (CxrViewerError, MemoryError):
        raise
    except Exception as error:
        # Only the type: the text may quote the header, and with it the patient.
        raise ExportError(
            f"no DICOM object can be made of the film's header ({type(error).__name__}); please report this."
        ) from error


def _check_unchanged(source: Path, analysis: Analysis) -> None:
    try:
        same = sha256_of(source) == analysis.sha256
    except OSError:
        same = False
    if not same:
        raise ChangedFileError("the file is not the one that was analysed any more; analyse it again.")
