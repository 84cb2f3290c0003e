"""Reading a stranger's DICOMDIR in a worker process, as any other file of theirs."""

from __future__ import annotations

from pathlib import Path

from cxrviewer.analysis.analyze import named_error
from cxrviewer.analysis.pool import PoolSettings, map_files
from cxrviewer.errors import CxrViewerError
from cxrviewer.reading.dicomdir import referenced_files


def referenced_files_in_worker(dicomdir: Path) -> list[tuple[str, ...]]:
    """Return what ``reading.dicomdir.referenced_files`` does, read in a worker process of its own.

    Raises its named errors, or WorkerError where the worker crashed, hung or took too much memory.
    """
    (result,) = map_files(_read, [dicomdir], PoolSettings(workers=1))
    if result.loss is not None:
        raise result.loss
    if isinstance(result.value, CxrViewerError):
        raise result.value
    return result.value or []


def _read(dicomdir: Path) -> list[tuple[str, ...]] | CxrViewerError:
    try:
        return referenced_files(dicomdir)
    except Exception as error:  # noqa: BLE001 - see named_error
        return named_error(error)
