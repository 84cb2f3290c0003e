"""What is to be exported, of which films, and where to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from cxrviewer.analysis.job import AnalysisJob
from cxrviewer.analysis.pool import PoolSettings
from cxrviewer.inference.bundle import Bundle

ExportKind = Literal["csv", "jsonl", "overlays", "pdf", "labels", "dicom"]

SUFFIXES: Final = MappingProxyType[ExportKind, tuple[str, ...]](
    {
        "csv": (".csv",),
        "jsonl": (".jsonl",),
        "overlays": (),
        "pdf": (".pdf",),
        "labels": (".csv", ".jsonl"),
        "dicom": (),
    }
)
"""How the file's name may end; overlays and DICOM objects go into a folder."""

INTO_A_FOLDER: Final[frozenset[ExportKind]] = frozenset(("overlays", "dicom"))
"""The exports that are many files."""

WITH_PATIENT_DATA: Final[frozenset[ExportKind]] = frozenset(("csv", "jsonl", "pdf"))
"""The exports that have a place for patient data."""


@dataclass(frozen=True)
class ExportChoice:
    """What the user asked for; ``path`` is a folder for overlays and DICOM objects, a file otherwise.

    ``include_patient_data``: those that the analyses have, which they only do where they were made with them.
    """

    kind: ExportKind
    path: Path
    only_selected: bool
    include_patient_data: bool


@dataclass(frozen=True)
class ExportJob:
    """Everything that the export's thread needs.

    ``numbers`` are the films, in the order of the list; ``findings`` the p_<FINDING> columns of a table. ``job`` and
    ``pool`` decode films for their pictures: the network does not run, results are those of the list.
    """

    store_path: Path
    numbers: tuple[int, ...]
    choice: ExportChoice
    bundle: Bundle
    job: AnalysisJob
    pool: PoolSettings
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Exported:
    """An export that was written: where, how many rows, overlays or films it holds, and what is not in it, and why."""

    path: Path
    count: int
    problems: tuple[str, ...]
