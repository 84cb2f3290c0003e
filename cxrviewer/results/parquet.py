"""Analyses as Parquet: the columns of the CSV with their types, and what gave the results in the schema."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from cxrviewer.domain import NOT_FOR_DIAGNOSIS, Analysis
from cxrviewer.errors import MissingExtraError
from cxrviewer.results.atomic import written_atomically
from cxrviewer.results.plain_text import valid_unicode
from cxrviewer.results.tables import analysis_row, columns

ORIGIN_KEY: Final = b"cxrviewer"
"""Under this key the metadata of a schema holds, as JSON, what gave the results."""

_ROWS_A_GROUP: Final = 10_000  # what a writer holds in memory
_LISTS: Final = frozenset({"flagged", "thresholds", "prediction_set", "warnings"})
_DOUBLES: Final = frozenset({"prediction_set_level", "lung_share", "lung_area_cm2", "agreement", "milliseconds"})
_INTEGERS: Final = frozenset({"width", "height"})


def pyarrow() -> Any:
    """Return the module pyarrow with its Parquet part; MissingExtraError where it is not installed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError(
            "Parquet is written by pyarrow, which is not installed; pip install 'cxrviewer[cluster]'."
        ) from error
    return pyarrow


def parquet_schema(
    findings: Iterable[str], *, include_patient_data: bool = False, origin: Mapping[str, Any] | None = None
) -> Any:
    """Return the pyarrow schema of ``tables.columns``: probabilities are float32, lists lists, times ISO 8601 texts.

    ``origin`` (JSON values) goes into its metadata under ``ORIGIN_KEY``.
    """
    arrow = pyarrow()
    names = columns(findings, include_patient_data=include_patient_data)
    metadata = {ORIGIN_KEY: json.dumps(origin, sort_keys=True).encode()} if origin is not None else None
    return arrow.schema([(name, _type(arrow, name)) for name in names], metadata=metadata)


def _type(arrow: Any, column: str) -> Any:
    if column.startswith("p_"):
        return arrow.float32()
    if column in _LISTS:
        return arrow.list_(arrow.string())
    if column in _DOUBLES:
        return arrow.float64()
    return arrow.int32() if column in _INTEGERS else arrow.string()


def rows_as_table(rows: Sequence[Mapping[str, Any]], schema: Any) -> Any:
    """Return rows of ``tables.analysis_row`` as a pyarrow table of ``parquet_schema``.

    Bytes of a file name that are not UTF-8 become \\xNN, as in every table.
    """
    arrow = pyarrow()
    arrays = [arrow.array([_valid(row[field.name]) for row in rows], type=field.type) for field in schema]
    return arrow.Table.from_arrays(arrays, schema=schema)


def table_as_parquet(table: Any) -> bytes:
    """Return a pyarrow table as the bytes of a Parquet file."""
    stream = io.BytesIO()
    pyarrow().parquet.write_table(table, stream, compression="zstd")
    return stream.getvalue()


def origin_of(analysis: Analysis) -> dict[str, Any]:
    """Return what gave a result, as it stands in the metadata of a schema."""
    model = analysis.model
    return {
        "not_for_diagnosis": NOT_FOR_DIAGNOSIS,
        "model": {"name": model.name, "version": model.version, "sha256": model.sha256},
        "engine": analysis.engine,
        "program_version": analysis.program_version,
    }


def write_parquet(
    path: Path,
    analyses: Iterable[Analysis],
    findings: tuple[str, ...],
    *,
    include_patient_data: bool = False,
    audit: Callable[[Analysis], str] | None = None,
) -> int:
    """Write one row for each analysis as Parquet and return their number, holding a few thousand of them at a time.

    Raises MissingExtraError without pyarrow, ExportError where the file cannot be written; nothing is left behind then.
    """
    arrow = pyarrow()
    remaining = iter(analyses)
    first = next(remaining, None)
    schema = parquet_schema(
        findings, include_patient_data=include_patient_data, origin=None if first is None else origin_of(first)
    )
    rows = (
        analysis_row(
            analysis, findings, include_patient_data=include_patient_data, audit=audit(analysis) if audit else ""
        )
        for analysis in chain(() if first is None else (first,), remaining)
    )
    count = 0
    with (
        written_atomically(path) as stream,
        arrow.parquet.ParquetWriter(arrow.PythonFile(stream, "w"), schema, compression="zstd") as writer,
    ):
        for group in _groups(rows):
            writer.write_table(rows_as_table(group, schema))
            count += len(group)
    return count


def _groups(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while group := list(islice(rows, _ROWS_A_GROUP)):
        yield group


def _valid(value: Any) -> Any:
    if isinstance(value, str):
        return valid_unicode(value)
    return [valid_unicode(item) for item in value] if isinstance(value, list) else value
