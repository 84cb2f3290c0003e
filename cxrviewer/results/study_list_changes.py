"""How the study list changes: films are opened, analysed, removed and brought back; committed before it is shown.

All functions take a ResultStore of the calling thread, and have committed when they return.
"""

from __future__ import annotations

import json
import math
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np

from cxrviewer.domain import Analysis, Prediction
from cxrviewer.results.store import ResultKey, ResultStore, insert_result, result_key
from cxrviewer.results.text_order import order_key, search_key
from cxrviewer.results.uncertainty import is_uncertain
from cxrviewer.results.warned import all_warnings

_NO_RESULT: Final = (
    "status = 'pending', uncertain = 0, warning_count = 0, predicted = NULL, analysed_at = NULL, bundle_sha256 = NULL,"
    " settings_sha256 = NULL, code = '', message = '', flagged = '[]', warnings = '[]', content = NULL,"
    " audit = NULL, prediction_set = NULL, level = NULL"
)


@dataclass(frozen=True)
class OpenedFilms:
    """The films that were opened, by their numbers in the order given, and those of them that are new to it."""

    identifiers: tuple[int, ...]
    added: tuple[int, ...]


@dataclass(frozen=True)
class Removal:
    """Films that were taken off the list together, by their numbers, and when: what ``restore_films`` needs."""

    identifiers: tuple[int, ...]
    removed_at: str


@dataclass(frozen=True)
class PendingFilm:
    """A film to be analysed; ``fresh``: anew, even where an analysis of its bytes is known."""

    identifier: int
    path: Path
    fresh: bool


@dataclass(frozen=True, eq=False)
class FilmOutcome:
    """The analysis of a film of the list; a recalled one is only linked, not written again."""

    identifier: int
    analysis: Analysis
    recalled: bool = False


def open_films(store: ResultStore, paths: Iterable[Path]) -> OpenedFilms:
    """Put files at the end of the list, pending; those that are listed already keep their place and their result."""
    identifiers: list[int] = []
    added: list[int] = []
    with store.transaction() as cursor:
        (position,) = cursor.execute("SELECT coalesce(max(position), -1) FROM film").fetchone()
        now = _now()
        for path in paths:
            position += 1
            identifier, is_new = _open_film(cursor, path.absolute(), position, now)
            identifiers.append(identifier)
            if is_new:
                added.append(identifier)
    return OpenedFilms(tuple(identifiers), tuple(added))


def _open_film(cursor: sqlite3.Cursor, path: Path, position: int, now: str) -> tuple[int, bool]:
    name, folder, spelled = path.name, str(path.parent), os.fsencode(path)
    known = cursor.execute("SELECT id, removed_at FROM film WHERE path = ?", (spelled,)).fetchone()
    if known is None:
        cursor.execute(
            "INSERT INTO film (position, status, fresh, uncertain, warning_count, added_at, name_order, folder_order,"
            " searched, path, code, message, flagged, warnings)"
            " VALUES (?, 'pending', 0, 0, 0, ?, ?, ?, ?, ?, '', '', '[]', '[]')",
            (position, now, order_key(name), order_key(folder), search_key(str(path)), spelled),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid, True
    identifier, removed_at = known
    if removed_at is not None:
        # Who opens a file again wants to know what it is now; where its bytes are the same, that is recalled.
        cursor.execute(
            f"UPDATE film SET removed_at = NULL, position = ?, added_at = ?, {_NO_RESULT} WHERE id = ?",
            (position, now, identifier),
        )
        cursor.execute("DELETE FROM film_probability WHERE film_id = ?", (identifier,))
    return identifier, removed_at is not None


def remove_films(store: ResultStore, identifiers: Iterable[int]) -> Removal:
    """Take films off the list; their files, their analyses and labels stay, and ``restore_films`` undoes it."""
    removed_at = _now()
    with store.transaction() as cursor:
        removed = cursor.execute(
            "UPDATE film SET removed_at = ? WHERE removed_at IS NULL AND id IN (SELECT value FROM json_each(?))"
            " RETURNING id",
            (removed_at, _json_numbers(identifiers)),
        ).fetchall()
    return Removal(tuple(sorted(row[0] for row in removed)), removed_at)


def restore_films(store: ResultStore, removal: Removal) -> tuple[int, ...]:
    """Bring removed films back to their places with their results; return those that came back.

    Films that have been opened again since are left as they are.
    """
    with store.transaction() as cursor:
        restored = cursor.execute(
            "UPDATE film SET removed_at = NULL WHERE removed_at = ? AND id IN (SELECT value FROM json_each(?))"
            " RETURNING id",
            (removal.removed_at, _json_numbers(removal.identifiers)),
        ).fetchall()
    return tuple(sorted(row[0] for row in restored))


def forget_removed_films(store: ResultStore, older_than: timedelta = timedelta(days=1)) -> int:
    """Delete the rows of films that were removed that long ago, which nobody undoes any more; return their number."""
    before = (datetime.now(UTC) - older_than).isoformat(timespec="microseconds")
    with store.transaction() as cursor:
        return cursor.execute("DELETE FROM film WHERE removed_at < ?", (before,)).rowcount


def mark_pending(store: ResultStore, identifiers: Iterable[int], *, fresh: bool = True) -> None:
    """Have films analysed again; their rows have no result until then. ``fresh``: even where their bytes are known."""
    numbers = _json_numbers(identifiers)
    with store.transaction() as cursor:
        cursor.execute(
            f"UPDATE film SET fresh = ?, {_NO_RESULT} WHERE id IN (SELECT value FROM json_each(?))",
            (int(fresh), numbers),
        )
        cursor.execute(
            "DELETE FROM film_probability WHERE film_id IN (SELECT value FROM json_each(?))",
            (numbers,),
        )


def pending_films(store: ResultStore) -> list[PendingFilm]:
    """Return the films that are still to be analysed, in the order of opening."""
    return [
        PendingFilm(identifier, Path(os.fsdecode(path)), bool(fresh))
        for identifier, path, fresh in store.rows(
            "SELECT id, path, fresh FROM film WHERE removed_at IS NULL AND status = 'pending' ORDER BY position, id"
        )
    ]


def record_outcomes(store: ResultStore, key: ResultKey, outcomes: Sequence[FilmOutcome]) -> None:
    """Commit the analyses of films, all of them at once; those of films that are no longer in the store are kept, too.

    Each has its entry in the audit log, in this order. ``key`` is that of the run: analyses are found again by it and
    the SHA-256 of the bytes.
    """
    with store.transaction() as cursor:
        for outcome in outcomes:
            logged, content = insert_result(cursor, key, outcome.analysis, recalled=outcome.recalled)
            _link(cursor, key, outcome, logged.entry.number, content)


class FilmRecorder:
    """Records outcomes one by one, in the thread that opens, uses and closes it."""

    def __init__(self, path: Path, key: ResultKey) -> None:
        self._store = ResultStore(path)
        self._key = key

    def record(
        self, index: int, analysis: Analysis, *, recalled: bool = False, options: Mapping[str, Any] | None = None
    ) -> None:
        """Commit the analysis of the film of that number; StoreError where it cannot be written.

        ``options``: those that are other for this film than for the run, which make it another key.
        """
        key = self._key
        if options:
            key = result_key(key.bundle_sha256, {**(key.settings or {}), **options})
        record_outcomes(self._store, key, [FilmOutcome(index, analysis, recalled)])

    def close(self) -> None:
        """Close the store's file."""
        self._store.close()


def _link(cursor: sqlite3.Cursor, key: ResultKey, outcome: FilmOutcome, entry: int, content: str | None) -> None:
    identifier, analysis = outcome.identifier, outcome.analysis
    prediction, warnings = analysis.prediction, all_warnings(analysis)
    cursor.execute(
        "UPDATE film SET status = ?, fresh = 0, uncertain = ?, warning_count = ?, predicted = ?, analysed_at = ?,"
        " sha256 = ?, bundle_sha256 = ?, settings_sha256 = ?, code = ?, message = ?, flagged = ?, warnings = ?,"
        " content = ?, audit = ?, prediction_set = ?, level = ? WHERE id = ?",
        (
            analysis.status,
            int(prediction is not None and is_uncertain(prediction)),
            len(warnings),
            prediction.predicted if prediction else None,
            analysis.analysed_at,
            analysis.sha256 or None,
            key.bundle_sha256,
            key.settings_sha256,
            analysis.code,
            analysis.message,
            json.dumps(prediction.flagged if prediction else ()),
            json.dumps(warnings),
            content,
            entry,
            None if prediction is None or prediction.prediction_set is None else json.dumps(prediction.prediction_set),
            prediction.level if prediction else None,
            identifier,
        ),
    )
    if cursor.rowcount == 0:
        return  # removed, and forgotten, while it was being analysed
    cursor.execute("DELETE FROM film_probability WHERE film_id = ?", (identifier,))
    if prediction is not None:
        for finding, probability in _probabilities(prediction):
            cursor.execute("INSERT OR IGNORE INTO finding (name) VALUES (?)", (finding,))
            cursor.execute(
                "INSERT INTO film_probability VALUES (?, (SELECT id FROM finding WHERE name = ?), ?)",
                (identifier, finding, probability),
            )


def _probabilities(prediction: Prediction) -> list[tuple[str, float]]:
    """Return the probabilities as the shortest decimals that read back as the float32: 0.9 is in a range up to 0.9."""
    return [
        (finding, float(str(np.float32(probability))))
        for finding, probability in zip(prediction.findings, prediction.probabilities, strict=True)
        if math.isfinite(probability)
    ]


def _json_numbers(identifiers: Iterable[int]) -> str:
    return json.dumps([int(number) for number in identifiers])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
