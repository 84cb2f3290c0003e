"""``cxrviewer audit``: list the audit log, find the entry of an export, and verify that nothing was changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from cxrviewer.cli.ending import EXIT_SOME_FAILED
from cxrviewer.errors import UsageError
from cxrviewer.results.audit import AuditBeginning, LoggedEntry
from cxrviewer.results.audit_check import AuditCheck, AuditLog
from cxrviewer.results.store import default_store_path
from cxrviewer.results.words import printable

_WHAT_CANNOT_SHOW = (
    "Entries cut off at the end together with their results leave no trace in the store: keep the last id elsewhere; "
    "'cxrviewer audit --verify ID' finds out whether it is still there."
)


@dataclass(frozen=True)
class AuditRequest:
    """The options of ``cxrviewer audit``."""

    identifier: str | None
    store: Path | None
    since: str | None
    verify: bool
    as_json: bool


def show_audit_log(request: AuditRequest) -> None:
    """Do what was asked; ends with typer.Exit where the log or a result was changed.

    Raises UsageError for what is no date or no id, StoreError where there is no log or no such entry in it.
    """
    since = _moment(request.since)
    with closing(AuditLog(request.store or default_store_path())) as log:
        check = log.verify(results=request.verify)
        wanted: Iterator[LoggedEntry] = iter(())
        if request.identifier is not None:
            wanted = iter([log.find(request.identifier)])
        elif not request.verify:
            wanted = (logged for logged in log.entries() if logged.entry.at >= since)
        if request.as_json:
            _print_json(log.path, check, wanted)
        else:
            for logged in wanted:
                typer.echo(_in_full(logged) if request.identifier is not None else _line(logged))
            _print_check(log.path, check, request.verify)
    if not check.is_intact:
        raise typer.Exit(EXIT_SOME_FAILED)


def _moment(text: str | None) -> str:
    """Return a day or moment as entries spell theirs (UTC), "" for None."""
    if text is None:
        return ""
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"expected a date such as 2026-11-22 or 2026-11-22T14:30, got {text!r}.") from error


def _line(logged: LoggedEntry) -> str:
    entry = logged.entry
    if isinstance(entry, AuditBeginning):
        said = f"the log begins, in a store with {entry.earlier_analyses} earlier analyses"
    else:
        what = f"{entry.status} ({entry.code})" if entry.code else entry.status
        how = f"recalled from {entry.original}" if entry.original is not None else "recalled"
        said = (
            f"file {entry.file_sha256[:12] or 'not readable'}  {what}{f', {how}' if entry.recalled else ''}  "
            f"{entry.model} {entry.model_version}  {entry.engine}"
        )
    return printable(f"{logged.identifier}  {entry.at}  {entry.user}  {said}")


def _in_full(logged: LoggedEntry) -> str:
    lines = [f"{logged.identifier}"]
    for name, value in _values(logged).items():
        text = json.dumps(value, sort_keys=True) if isinstance(value, dict | bool) or value is None else str(value)
        lines.append(f"  {name.replace('_', ' '):18} {printable(text) or '-'}")
    return "\n".join(lines)


def _values(logged: LoggedEntry) -> dict[str, Any]:
    return {**vars(logged.entry), "hash": logged.hash}


def _print_check(path: Path, check: AuditCheck, verified_results: bool) -> None:
    if check.fault is not None:
        typer.echo(f"The audit log of {path} was changed. Entry {check.fault.number}: {check.fault.reason}", err=True)
    for fault in check.other_faults:
        typer.echo(f"The store {path} was changed: {fault}", err=True)
    fit = "all fit together" if check.fault is None else "fit together before that one"
    typer.echo(f"{check.entries} entries {fit}.")
    if check.head is not None:
        typer.echo(f"Last of them: {check.head.identifier} (SHA-256 {check.head.hash}).")
    if verified_results and check.fault is None:
        typer.echo(f"{check.results} stored results were compared with their entries, {check.older} are older.")
    typer.echo(_WHAT_CANNOT_SHOW)


def _print_json(path: Path, check: AuditCheck, wanted: Iterator[LoggedEntry]) -> None:
    fault = check.fault
    content = {
        "store": str(path),
        "intact": check.is_intact,
        "entries_that_fit": check.entries,
        "last": None if check.head is None else {"id": check.head.identifier, "hash": check.head.hash},
        "fault": None if fault is None else {"number": fault.number, "reason": fault.reason},
        "other_faults": list(check.other_faults),
        "results_compared": check.results,
        "results_before_the_log": check.older,
        "entries": [{"id": logged.identifier, **_values(logged)} for logged in wanted],
        "cannot_show": _WHAT_CANNOT_SHOW,
    }
    typer.echo(json.dumps(content, indent=2))
