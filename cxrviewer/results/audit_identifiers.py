"""Which entry of the audit log an exported analysis is found by again: the one of the analysis itself.

A recalled analysis is exported with the entry of the time when it was made, so that the same results give the same
bytes, whoever exports them; the entry that says that it was recalled names that one. Only where the analysis is older
than the log, or its file could not be hashed, is it the entry of the run's file or the listed film.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable

from cxrviewer.domain import Analysis
from cxrviewer.results.audit import AuditEntry, LoggedEntry, entry_identifier
from cxrviewer.results.store import ResultStore, Run

AuditIdentifier = Callable[[Analysis], str]
"""Gives the identifier of an analysis's entry, ``17-3fa9c2d40b1e``; "" where there is none."""


def exported_identifier(store: ResultStore, logged: LoggedEntry) -> str:
    """Return what exports carry of a result that was just recorded."""
    original = logged.entry.original if isinstance(logged.entry, AuditEntry) else None
    if original is not None:
        for (digest,) in store.rows("SELECT hash FROM audit_log WHERE number = ?", (original,)):
            return entry_identifier(original, str(digest))
    return logged.identifier


def run_identifiers(store: ResultStore, run: Run) -> AuditIdentifier:
    """Return what gives the entries of a run's analyses, to be asked in the thread of the store."""
    rows = store.rows(
        "SELECT f.path, a.audit, f.audit FROM run_file AS f LEFT JOIN analysis AS a"
        " ON a.sha256 = f.sha256 AND a.bundle_sha256 = ? AND a.settings_sha256 = ? WHERE f.run_id = ?",
        (run.key.bundle_sha256, run.key.settings_sha256, run.identifier),
    )
    numbers = {path: (of_analysis, own) for path, of_analysis, own in rows}
    return lambda analysis: _identifier(store, analysis, numbers.get(os.fsencode(analysis.path), ()))


def film_identifiers(store: ResultStore) -> AuditIdentifier:
    """Return what gives the entries of the analyses of listed films, to be asked in the thread of the store."""

    def identifier(analysis: Analysis) -> str:
        rows = store.rows(
            "SELECT analysis.audit, film.audit FROM film LEFT JOIN analysis ON analysis.sha256 = film.sha256"
            " AND analysis.bundle_sha256 = film.bundle_sha256 AND analysis.settings_sha256 = film.settings_sha256"
            " WHERE film.path = ?",
            (os.fsencode(analysis.path),),
        )
        return _identifier(store, analysis, rows[0] if rows else ())

    return identifier


def _identifier(store: ResultStore, analysis: Analysis, numbers: Iterable[int | None]) -> str:
    """Return the identifier of the first of these entries that speaks of this analysis, and not of a later one."""
    for number in numbers:
        for digest, content in store.rows("SELECT hash, content FROM audit_log WHERE number = ?", (number,)):
            if json.loads(content).get("analysed_at") == analysis.analysed_at:
                return entry_identifier(int(number or 0), digest)
    return ""
