"""What travels between the program and a worker of the cluster: plain values, and rows as bytes of Parquet."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from cxrviewer.analysis.analyze import AnalysisSettings
from cxrviewer.domain import Analysis, Status
from cxrviewer.inference.bundle import EngineName
from cxrviewer.results.parquet import parquet_schema, rows_as_table, table_as_parquet
from cxrviewer.results.tables import analysis_row

FILES_KEY: Final = b"cxrviewer.files"
"""Under this key a part's metadata holds, as JSON, what the files of its rows were like: see ``FileState``."""

SPREAD: Final = 4  # partitions for each slot where there are too few files for whole ones


@dataclass(frozen=True)
class FileState:
    """A file's size in bytes and time of last change in ns, -1 where there was none, before it was read."""

    size: int = -1
    modified_ns: int = -1


@dataclass(frozen=True)
class PartitionFile:
    """A file to classify, as text for workers of any platform; ``sha256`` "" unless there is a row that may stand.

    ``state``: what the file was like when that row was made.
    """

    path: str
    sha256: str = ""
    state: FileState = FileState()


@dataclass(frozen=True)
class ClusterJob:
    """Everything a worker of the cluster needs to know of a run; picklable, and equal for all its partitions.

    ``model`` is the name of a shipped bundle, or a folder that the workers can read; its hash has to be
    ``bundle_sha256`` there, and the program's version ``program_version``. ``origin`` is JSON for the schema of the
    rows. ``trust_times``: a row stands where size and time of its file are as before; otherwise the SHA-256 tells.
    """

    model: str
    bundle_sha256: str
    engine: EngineName
    settings: AnalysisSettings
    program_version: str
    findings: tuple[str, ...]
    origin: str
    seconds_per_file: float = 60.0
    memory_bytes: int = 4 * 1024**3
    trust_times: bool = False


@dataclass(frozen=True)
class PartitionResult:
    """The rows of a partition that are new: ``indices`` of their files, what came of each, and the Parquet file.

    The rows of the other files stand. ``parquet`` is b"" where no row is new.
    """

    indices: tuple[int, ...]
    outcomes: tuple[tuple[Status, str], ...]
    parquet: bytes


def partition_result(
    job: ClusterJob, indices: Sequence[int], states: Sequence[FileState], analyses: Sequence[Analysis]
) -> PartitionResult:
    """Return the result with the rows of these analyses, whose files have these indices and were like this."""
    rows = [
        analysis_row(analysis, job.findings, include_patient_data=job.settings.include_patient_data)
        for analysis in analyses
    ]
    paths = [analysis.path for analysis in analyses]
    parquet = table_as_parquet(_part_table(job, rows, paths, states)) if rows else b""
    return PartitionResult(tuple(indices), tuple((analysis.status, analysis.code) for analysis in analyses), parquet)


def _part_table(
    job: ClusterJob, rows: list[dict[str, object]], paths: list[str], states: Sequence[FileState]
) -> object:
    schema = parquet_schema(
        job.findings, include_patient_data=job.settings.include_patient_data, origin=json.loads(job.origin)
    )
    table = rows_as_table(rows, schema)
    return with_files(table, [(path, state) for path, state in zip(paths, states, strict=True)])


def with_files(table: object, files: Sequence[tuple[str, FileState]]) -> object:
    """Return a pyarrow table with paths and states of its rows' files in its metadata.

    A path is there only where UTF-8 cannot hold it, as hexadecimal bytes: the column has it spelled out.
    """
    entries = [[state.size, state.modified_ns, _undecodable(path)] for path, state in files]
    metadata = {**(table.schema.metadata or {}), FILES_KEY: json.dumps(entries).encode()}  # type: ignore[attr-defined]
    return table.replace_schema_metadata(metadata)  # type: ignore[attr-defined]


def _undecodable(path: str) -> str | None:
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path).hex()
    return None


def file_state(path: Path) -> FileState:
    """Return what a file is like now."""
    try:
        status = path.stat()
    except OSError:
        return FileState()
    return FileState(status.st_size, status.st_mtime_ns)


def partitions(files: Iterable[str], size: int, slots: int) -> Iterator[tuple[PartitionFile, ...]]:
    """Yield files in partitions of ``size``; the last ones are smaller, so that all ``slots`` have some at the end.

    At most ``size`` * ``slots`` files are held at once.
    """
    remaining = iter(files)
    while window := list(islice(remaining, size * slots)):
        is_last = len(window) < size * slots
        length = min(size, -(-len(window) // (SPREAD * slots))) if is_last else size
        for start in range(0, len(window), length):
            yield tuple(PartitionFile(path) for path in window[start : start + length])
