"""Which entry of the audit log an exported analysis is found by again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable

from cxrviewer.domain import Analysis
from cxrviewer.results.audit import entry_identifier
from cxrviewer.results.store import ResultStore, Run

AuditIdentifier = Callable[[Analysis], str]
"""Gives the identifier of an analysis's entry, ``17-3fa9c2d40b1e``; "" where it is older than the log."""


def run_identifiers(store: ResultStore, run: Run) -> AuditIdentifier:
    """Return what gives the entries of a run's analyses, to be asked in the thread of the store."""
    rows = store.rows(
        "SELECT f.path, f.audit, a.audit FROM run_file AS f LEFT JOIN analysis AS a"
        " ON a.sha256 = f.sha256 AND a.bundle_sha256 = ? AND a.settings_sha256 = ? WHERE f.run_id = ?",
        (run.key.bundle_sha256, run.key.settings_sha256, run.identifier),
    )
    numbers = {path: (own, of_analysis) for path, own, of_analysis in rows}
    return lambda analysis: _identifier(store, analysis, numbers.get(os.fsencode(analysis.path), ()))


def film_identifiers(store: ResultStore) -> AuditIdentifier:
    """Return what gives the entries of the analyses of listed films, to be asked in the thread of the store."""

    def identifier(analysis: Analysis) -> str:
        rows = store.rows(
            "SELECT film.audit, analysis.audit FROM film LEFT JOIN analysis ON analysis.sha256 = film.sha256"
            " AND analysis.bundle_sha256 = film.bundle_sha256 AND analysis.settings_sha256 = film.settings_sha256"
            " WHERE film.path = ?",
            (os.fsencode(analysis.path),),
        )
        return _identifier(store, analysis, rows[0] if rows else ())

    return identifier


def _identifier(store: ResultStore, analysis: Analysis, numbers: Iterable[int | None]) -> str:
    """Return the identifier of the first of these entries that speaks of this analysis.

    A film's own entry does not, where its bytes were analysed anew under another name since: then the analysis has an
    entry of its own, and the film shows that one.
    """
    for number in numbers:
        for digest, content in store.rows("SELECT hash, content FROM audit_log WHERE number = ?", (number,)):
            if json.loads(content).get("analysed_at") == analysis.analysed_at:
                return entry_identifier(int(number or 0), digest)
    return ""
