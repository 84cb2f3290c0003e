"""Reading a stranger's DICOMDIR in a worker process, as any other file of theirs."""

from __future__ import annotations

import itertools
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

from cxrviewer.analysis.analyze import named_error
from cxrviewer.analysis.pool import ItemResult, PoolSettings, map_source
from cxrviewer.analysis.waiting import WaitingItems
from cxrviewer.errors import CxrViewerError, WorkerError
from cxrviewer.reading.dicomdir import referenced_files

References = list[tuple[str, ...]]


class MediumReader:
    """Reads DICOMDIRs, one after another, in one worker process, which starts with the first of them.

    It is called, and closed, in one thread; ``stop`` may be called from any, and ends what is being read.
    """

    def __init__(self) -> None:
        self._waiting: WaitingItems[Path] = WaitingItems()
        self._results: Generator[ItemResult[Path, References | CxrViewerError]] | None = None
        self._numbers = itertools.count()

    def __call__(self, dicomdir: Path) -> References:
        """Return what ``reading.dicomdir.referenced_files`` does.

        Raises its named errors, or WorkerError where the worker crashed, hung, took too much memory or was stopped.
        """
        if self._results is None:
            self._results = map_source(_read, self._waiting, PoolSettings(workers=1))
        self._waiting.put([(next(self._numbers), dicomdir)])
        result = next(self._results, None)
        if result is None:
            raise WorkerError(f"{dicomdir} was not read: its worker process was stopped.")
        if result.loss is not None:
            raise result.loss
        if isinstance(result.value, CxrViewerError):
            raise result.value
        return result.value or []

    def stop(self) -> None:
        """End what is being read, and read nothing any more."""
        self._waiting.stop()

    def close(self) -> None:
        """End the worker process and wait for its end."""
        self.stop()
        if self._results is not None:
            self._results.close()


def referenced_files_in_worker(dicomdir: Path) -> References:
    """Return what ``reading.dicomdir.referenced_files`` does, read in a worker process of its own.

    Raises its named errors, or WorkerError where the worker crashed, hung or took too much memory.
    """
    with closing(MediumReader()) as read:
        return read(dicomdir)


def _read(dicomdir: Path) -> References | CxrViewerError:
    try:
        return referenced_files(dicomdir)
    except Exception as error:  # noqa: BLE001 - see named_error
        return named_error(error)
