"""Analyses as a table: CSV for spreadsheets, JSON lines for programs; written whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np

from cxrviewer.domain import NOT_FOR_DIAGNOSIS, Analysis, Prediction
from cxrviewer.errors import ExportError
from cxrviewer.results.atomic import written_atomically
from cxrviewer.results.plain_text import valid_unicode
from cxrviewer.results.warned import all_warnings, lung_share

_BEFORE_FINDINGS: Final = ("path", "sha256", "status", "predicted")
_AFTER_FINDINGS: Final = (
    "flagged",
    "thresholds",
    "prediction_set",
    "prediction_set_level",
    "scope",
    "appearance",
    "lung_share",
    "lung_area_cm2",
    "agreement",
    "model",
    "model_version",
    "model_sha256",
    "engine",
    "program_version",
    "decoder",
    "window",
    "width",
    "height",
    "modality",
    "view_position",
    "warnings",
    "code",
    "message",
    "milliseconds",
    "analysed_at",
    "audit",
    "not_for_diagnosis",
)
PATIENT_COLUMNS: Final = (
    "patient_name",
    "patient_identifier",
    "patient_birth_date",
    "patient_sex",
    "patient_age",
)
COLUMNS: Final = (*_BEFORE_FINDINGS, *_AFTER_FINDINGS)
"""Every column but the p_<FINDING> ones, which stand after ``predicted``; see ``columns``."""

# JSON allows them as they are, but many a reader, such as str.splitlines, would cut the line there.
_LINE_ENDS: Final = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}
_SEPARATOR: Final = "; "
# OWASP, "CSV Injection": a spreadsheet takes a cell that starts with one of these for a formula.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def columns(findings: Iterable[str], *, include_patient_data: bool = False) -> tuple[str, ...]:
    """Return the columns of a table in order, with one p_<FINDING> for each finding."""
    patient = PATIENT_COLUMNS if include_patient_data else ()
    return (*_BEFORE_FINDINGS, *(f"p_{finding}" for finding in findings), *_AFTER_FINDINGS, *patient)


def analysis_row(
    analysis: Analysis, findings: Iterable[str], *, include_patient_data: bool = False, audit: str = ""
) -> dict[str, Any]:
    """Return one row with typed values, its keys those of ``columns``.

    None where an analysis has no such value (a refusal has no probability). Probabilities are the floats
    whose shortest text gives the float32 back exactly; ``flagged``, ``prediction_set`` (the most probable first, None
    where the bundle has no conformal quantiles) and ``warnings`` are lists.
    """
    prediction, facts, model = analysis.prediction, analysis.facts, analysis.model
    prediction_set = prediction.prediction_set if prediction else None
    row: dict[str, Any] = {
        "path": analysis.path,
        "sha256": analysis.sha256,
        "status": analysis.status,
        "predicted": prediction.predicted if prediction else None,
    }
    for finding in findings:
        known = prediction is not None and finding in prediction.findings
        row[f"p_{finding}"] = _exact(prediction.probability(finding)) if prediction and known else None
    row |= {
        "flagged": list(prediction.flagged) if prediction else None,
        "thresholds": _thresholds(prediction),
        "prediction_set": None if prediction_set is None else list(prediction_set),
        "prediction_set_level": prediction.level if prediction else None,
        **_trust(analysis),
        "model": model.name,
        "model_version": model.version,
        "model_sha256": model.sha256,
        "engine": analysis.engine,
        "program_version": analysis.program_version,
        "decoder": facts.decoder if facts else None,
        "window": analysis.window,
        "width": facts.width if facts else None,
        "height": facts.height if facts else None,
        "modality": facts.modality if facts else None,
        "view_position": facts.view_position if facts else None,
        "warnings": list(all_warnings(analysis)),
        "code": analysis.code,
        "message": analysis.message,
        "milliseconds": round(analysis.milliseconds, 3),
        "analysed_at": analysis.analysed_at,
        "audit": audit or None,
        "not_for_diagnosis": NOT_FOR_DIAGNOSIS,
    }
    if include_patient_data:
        patient = analysis.patient
        row |= dict.fromkeys(PATIENT_COLUMNS)
        if patient is not None:
            values = (patient.name, patient.identifier, patient.birth_date, patient.sex, patient.age)
            row |= dict(zip(PATIENT_COLUMNS, values, strict=True))
    return row


def _thresholds(prediction: Prediction | None) -> list[str] | None:
    """Return the thresholds that a person chose, "NORMAL 0.4"; None where they are the bundle's own."""
    if prediction is None or prediction.thresholds is None:
        return None
    pairs = zip(prediction.findings, prediction.thresholds, strict=True)
    return [f"{finding} {threshold!r}" for finding, threshold in pairs]


def _trust(analysis: Analysis) -> dict[str, Any]:
    scope, lungs, agreement, share = analysis.scope, analysis.lungs, analysis.agreement, lung_share(analysis)
    area = lungs.area_cm2 if lungs else None
    return {
        "scope": scope.state if scope else None,
        "appearance": scope.appearance if scope else None,
        "lung_share": None if share is None else round(share, 4),
        "lung_area_cm2": None if area is None else round(area, 1),
        "agreement": None if agreement is None else round(agreement.same / agreement.passes, 4),
    }


def write_table(
    path: Path,
    analyses: Iterable[Analysis],
    findings: tuple[str, ...],
    *,
    include_patient_data: bool = False,
    audit: Callable[[Analysis], str] | None = None,
) -> int:
    """Write a table in the format that the file's extension names: .csv, .jsonl, .parquet; return the number of rows.

    ``audit`` gives the identifier of an analysis's entry in the audit log, see ``results.audit_identifiers``.
    Raises ExportError for another extension, before any analysis is taken, and where it cannot be written.
    """
    return table_writer(path)(path, analyses, findings, include_patient_data=include_patient_data, audit=audit)


def table_writer(path: Path) -> Callable[..., int]:
    """Return the function that writes a table, by the extension of a path; ExportError for any other.

    MissingExtraError for .parquet where the extra that writes it is not installed.
    """
    writer = {".csv": write_csv, ".jsonl": write_json_lines}.get(path.suffix.lower())
    if path.suffix.lower() == ".parquet":
        from cxrviewer.results.parquet import pyarrow, write_parquet

        pyarrow()
        return write_parquet
    if writer is None:
        raise ExportError(
            f"expected the file name of a table to end in .csv, .jsonl or .parquet, got {path.name!r}; choose one of "
            "these."
        )
    return writer


def write_csv(
    path: Path,
    analyses: Iterable[Analysis],
    findings: tuple[str, ...],
    *,
    include_patient_data: bool = False,
    audit: Callable[[Analysis], str] | None = None,
) -> int:
    """Write one line for each analysis as CSV and return their number.

    RFC 4180 with a header, CR LF, UTF-8 without a byte order mark (which the csv modules of Python and R
    take for a part of the first column's name). A text that a spreadsheet would run as a formula gets an
    apostrophe before it (OWASP, CSV Injection); numbers stay numbers. Lists are joined by "; ". Bytes of
    a file name that are not UTF-8 are written as \\xNN, so that the table stays valid UTF-8.
    Raises ExportError where the file cannot be written; nothing is left behind then.
    """
    rows = (
        analysis_row(
            analysis, findings, include_patient_data=include_patient_data, audit=audit(analysis) if audit else ""
        )
        for analysis in analyses
    )
    return _write_csv_rows(path, columns(findings, include_patient_data=include_patient_data), rows)


def write_json_lines(
    path: Path,
    analyses: Iterable[Analysis],
    findings: tuple[str, ...],
    *,
    include_patient_data: bool = False,
    audit: Callable[[Analysis], str] | None = None,
) -> int:
    """Write one JSON object a line for each analysis (UTF-8, LF) and return their number.

    The values of ``analysis_row``, and ``findings`` and ``logits`` in their order, and ``facts`` as an
    object. Bytes of a file name that are not UTF-8 are written as \\xNN.
    Raises ExportError where the file cannot be written; nothing is left behind then.
    """
    rows = (
        json_row(analysis, findings, include_patient_data=include_patient_data, audit=audit(analysis) if audit else "")
        for analysis in analyses
    )
    return _write_json_rows(path, rows)


def write_rows(path: Path, header: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> int:
    """Write rows of something else than analyses by the same rules as those; return their number.

    ``header`` holds every row's keys in order. Raises ExportError as ``write_table`` does, and for Parquet, whose
    columns are those of analyses.
    """
    writer = table_writer(path)
    if writer is write_csv:
        return _write_csv_rows(path, header, rows)
    if writer is write_json_lines:
        return _write_json_rows(path, rows)
    raise ExportError(f"expected the file name of this table to end in .csv or .jsonl, got {path.name!r}.")


def _write_csv_rows(path: Path, header: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with written_atomically(path) as binary:
        stream = io.TextIOWrapper(binary, encoding="utf-8", newline="")
        try:
            writer = csv.writer(stream, lineterminator="\r\n")
            writer.writerow(header)
            for row in rows:
                writer.writerow([_cell(row[column]) for column in header])
                count += 1
        finally:
            stream.detach()  # flushes; the binary stream outlives its wrapper
    return count


def _write_json_rows(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with written_atomically(path) as binary:
        for row in rows:
            binary.write(json_line(row))
            count += 1
    return count


def json_row(
    analysis: Analysis, findings: Iterable[str], *, include_patient_data: bool = False, audit: str = ""
) -> dict[str, Any]:
    """Return ``analysis_row`` with ``findings``, ``logits`` and ``facts`` added, as JSON lines carry them."""
    prediction, facts = analysis.prediction, analysis.facts
    return analysis_row(analysis, findings, include_patient_data=include_patient_data, audit=audit) | {
        "findings": list(prediction.findings) if prediction else None,
        "logits": [_exact(logit) for logit in prediction.logits] if prediction else None,
        "facts": dict(vars(facts)) if facts else None,
    }


def json_line(row: dict[str, Any]) -> bytes:
    """Return a row as one line of JSON, UTF-8, with its line feed, and no other line end of Unicode."""
    text = json.dumps(_encodable(row), ensure_ascii=False, allow_nan=False)
    return f"{text.translate(_LINE_ENDS)}\n".encode()


def _exact(value: float | np.float32) -> float | None:
    """Return the float with the fewest digits that reads back as this float32; None where not finite."""
    number = np.float32(value)
    return float(str(number)) if math.isfinite(number) else None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return repr(value)
    text = _SEPARATOR.join(value) if isinstance(value, list) else str(value)
    text = valid_unicode(text)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return valid_unicode(value)
    if isinstance(value, dict):
        return {key: _encodable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    return value
