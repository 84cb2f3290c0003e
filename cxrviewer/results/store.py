"""The results store: one SQLite file in which every analysis is safe before anyone sees it."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from cxrviewer.domain import Analysis, Appearance
from cxrviewer.errors import TRANSIENT_CODES, StoreError
from cxrviewer.results.audit import LoggedEntry, LoggedResult, append_entry, entry_hash, result_text, stored_text
from cxrviewer.results.schema import upgrade
from cxrviewer.results.serialisation import analysis_from_json, analysis_to_json
from cxrviewer.version import __version__

STORE_FILE = "results.sqlite"
_BUSY_SECONDS = 30.0  # two programs may use one store at once
_BUSY_PAUSE_SECONDS = 0.01


def default_store_path() -> Path:
    """Return where results are kept unless told otherwise: the user's data folder of this platform."""
    from platformdirs import user_data_path

    return user_data_path("cxrviewer", appauthor=False) / STORE_FILE


@dataclass(frozen=True)
class ResultKey:
    """What a result depends on besides the file: the bundle, and the settings, both as SHA-256.

    ``settings`` are those settings in plain, for the audit log, where they are known; they belong to no comparison.
    """

    bundle_sha256: str
    settings_sha256: str
    settings: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)


def settings_key(settings: dict[str, Any]) -> str:
    """Return the SHA-256 of settings, a dictionary of JSON values, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


# What is decided on the network's answer and can be decided anew: it tells results apart, but asks for no other pass.
_OF_THE_DECISION: Final = frozenset({"level", "thresholds"})


def result_key(bundle_sha256: str, options: Mapping[str, Any]) -> ResultKey:
    """Return the key of results by a run's options: JSON values of ``engine``, ``file_bytes``, ``pixels``,
    ``include_patient_data``, ``lungs`` and ``agreement``, and those of ``decision_options`` and ``scope_options``;
    ``model`` among them does not count, as the bundle's SHA-256 says it better.

    The command line and the window find each other's results by it.
    """
    deciding = {name: value for name, value in options.items() if name != "model"}
    # The program's version belongs to it: another version may decode or render a file differently.
    settings = {**deciding, "program_version": __version__}
    return ResultKey(bundle_sha256, settings_key(settings), settings)


def decision_options(level: float | None, thresholds: Mapping[str, float]) -> dict[str, Any]:
    """Return a level of prediction sets and chosen thresholds as options of a run; empty where both are the bundle's.

    Results of a run that chose nothing so have the key that they had before there was a choice.
    """
    options: dict[str, Any] = {} if level is None else {"level": level}
    return options | ({"thresholds": dict(thresholds)} if thresholds else {})


def scope_options(show_out_of_scope: bool, correction: Appearance) -> dict[str, Any]:
    """Return how films that are out of scope, or lie wrongly, are treated as options of a run; empty where as usual."""
    options: dict[str, Any] = {"show_out_of_scope": True} if show_out_of_scope else {}
    return options | ({} if correction == "upright" else {"correction": correction})


def _network_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if name not in _OF_THE_DECISION}


@dataclass(frozen=True)
class Run:
    """One run over a list of files, as stored: its options, and how many of its files are still to do."""

    identifier: int
    key: ResultKey
    options: dict[str, Any]
    started_at: str
    files: int
    pending: int


class ResultStore:
    """The store, open for writing; every method that writes has committed when it returns.

    Raises StoreError where the file cannot be opened, is of a newer program, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with _named_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
            # WAL with NORMAL: a commit survives kill -9, and readers never wait for the writer.
            _write_ahead(self._connection)
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute("PRAGMA foreign_keys = ON")
            with self.transaction() as cursor:
                upgrade(cursor, path)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Cursor]:
        """Give a cursor whose changes are committed, all of them or none, when the block ends."""
        with _named_errors(self.path):
            cursor = self._connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
            except BaseException:
                cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Return all rows of a SELECT."""
        with _named_errors(self.path):
            return self._connection.execute(query, parameters).fetchall()

    def close(self) -> None:
        """Close the store's file."""
        self._connection.close()

    def start_run(self, files: Iterable[Path], key: ResultKey, options: dict[str, Any]) -> Run:
        """Record a run and its files, in their order, before any of them is analysed."""
        with self.transaction() as cursor:
            cursor.execute(
                "INSERT INTO run (started_at, bundle_sha256, settings_sha256, options) VALUES (?, ?, ?, ?)",
                (_now(), key.bundle_sha256, key.settings_sha256, json.dumps(options)),
            )
            identifier = cursor.lastrowid
            assert identifier is not None
            cursor.executemany(
                "INSERT INTO run_file (run_id, position, path) VALUES (?, ?, ?)",
                ((identifier, position, os.fsencode(path)) for position, path in enumerate(files)),
            )
        return self.run(identifier)

    def run(self, identifier: int) -> Run:
        """Return a run by its number."""
        with _named_errors(self.path):
            row = self._connection.execute(
                "SELECT bundle_sha256, settings_sha256, options, started_at,"
                " (SELECT count(*) FROM run_file WHERE run_id = run.id),"
                " (SELECT count(*) FROM run_file WHERE run_id = run.id AND sha256 IS NULL AND content IS NULL)"
                " FROM run WHERE id = ?",
                (identifier,),
            ).fetchone()
        if row is None:
            raise StoreError(f"expected a run with the number {identifier} in {self.path}, found none.")
        bundle, settings, options, started_at, files, pending = row
        parsed = json.loads(options)
        key = result_key(bundle, parsed)
        if key.settings_sha256 != settings:  # of another version of the program
            key = ResultKey(bundle, settings)
        return Run(identifier, key, parsed, started_at, files, pending)

    def unfinished_run(self) -> Run | None:
        """Return the newest run that was stopped before its end, or None."""
        with _named_errors(self.path):
            row = self._connection.execute(
                "SELECT id FROM run WHERE finished_at IS NULL ORDER BY id DESC LIMIT 1"
            ).fetchone()
        return None if row is None else self.run(row[0])

    def pending_files(self, run: Run) -> Iterator[tuple[int, Path]]:
        """Yield position and path of the run's files that are not done, in order."""
        with _named_errors(self.path):
            yield from (
                (position, Path(os.fsdecode(path)))
                for position, path in self._connection.execute(
                    "SELECT position, path FROM run_file WHERE run_id = ? AND sha256 IS NULL AND content IS NULL"
                    " ORDER BY position",
                    (run.identifier,),
                ).fetchall()
            )

    def record(self, run: Run, position: int, analysis: Analysis, *, recalled: bool = False) -> LoggedEntry:
        """Commit the analysis of the run's file at ``position``, and return its entry in the audit log.

        A recalled one is only linked and logged, not written again.
        """
        with self.transaction() as cursor:
            logged, content = insert_result(cursor, run.key, analysis, recalled=recalled)
            cursor.execute(
                "UPDATE run_file SET sha256 = ?, content = ?, audit = ? WHERE run_id = ? AND position = ?",
                (analysis.sha256 or None, content, logged.entry.number, run.identifier, position),
            )
        return logged

    def finish_run(self, run: Run) -> None:
        """Record that every file of the run is done."""
        with self.transaction() as cursor:
            cursor.execute("UPDATE run SET finished_at = ? WHERE id = ?", (_now(), run.identifier))

    def run_analyses(self, run: Run) -> Iterator[Analysis]:
        """Yield the analyses of a run's done files in the order the user gave, each with the path of this run."""
        with _named_errors(self.path):
            # A connection of its own: the caller may write to the store while it reads the rows.
            reader = sqlite3.connect(self.path, timeout=_BUSY_SECONDS)
            try:
                for path, content in reader.execute(
                    "SELECT f.path, coalesce(f.content, a.content) FROM run_file AS f LEFT JOIN analysis AS a"
                    " ON a.sha256 = f.sha256 AND a.bundle_sha256 = ? AND a.settings_sha256 = ?"
                    " WHERE f.run_id = ? AND (f.content IS NOT NULL OR f.sha256 IS NOT NULL) ORDER BY f.position",
                    (run.key.bundle_sha256, run.key.settings_sha256, run.identifier),
                ):
                    yield replace(analysis_from_json(json.loads(content)), path=os.fsdecode(path))
            finally:
                reader.close()


def insert_result(
    cursor: sqlite3.Cursor, key: ResultKey, analysis: Analysis, *, recalled: bool
) -> tuple[LoggedEntry, str | None]:
    """Put an analysis and its entry in the audit log into an open transaction.

    The analysis takes the place of an earlier one, unless it was recalled; then the entry names that of the earlier.
    One that was recalled and decided anew is a result of its own, and is kept under its own key. Return the entry, and
    the analysis as JSON where its file could not be hashed, which the caller has to keep.
    """
    content = analysis_to_json(analysis)
    settings = None if key.settings is None else dict(key.settings)
    said = result_text(content)
    known = _entry_of_analysis(cursor, key, analysis) if recalled and analysis.sha256 else None
    is_known = known is not None
    original = known[0] if known is not None else None
    logged = append_entry(
        cursor,
        LoggedResult(
            analysis, key.bundle_sha256, key.settings_sha256, settings, entry_hash(said), recalled, original=original
        ),
    )
    if is_known:
        return logged, None
    text = stored_text(content, said)
    if not analysis.sha256:
        return logged, text
    cursor.execute(
        "INSERT OR REPLACE INTO analysis VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            analysis.sha256,
            key.bundle_sha256,
            key.settings_sha256,
            analysis.status,
            analysis.code,
            analysis.prediction.predicted if analysis.prediction else None,
            analysis.analysed_at,
            text,
            logged.entry.number,
        ),
    )
    return logged, None


def _entry_of_analysis(cursor: sqlite3.Cursor, key: ResultKey, analysis: Analysis) -> tuple[int | None] | None:
    """Return the entry of the stored analysis, in a tuple as it may have none; None where none is stored."""
    row: tuple[int | None] | None = cursor.execute(
        "SELECT audit FROM analysis WHERE sha256 = ? AND bundle_sha256 = ? AND settings_sha256 = ?",
        (analysis.sha256, key.bundle_sha256, key.settings_sha256),
    ).fetchone()
    return row


@dataclass(frozen=True)
class StoreRecall:
    """Looks up earlier analyses by the file's SHA-256; picklable, opens the store for reading when first used.

    Where there is none with the same level and thresholds, one with others does: it may have to be decided anew.
    Analyses whose cause may be gone (a lost worker, a missing file) are not recalled: those files are tried again.
    """

    path: Path
    key: ResultKey
    _opened: list[sqlite3.Connection] = field(default_factory=list, init=False, repr=False, compare=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return StoreRecall, (self.path, self.key)  # a connection does not travel to another process

    def __call__(self, sha256: str) -> Analysis | None:
        """Return the earlier analysis of a file with these bytes, or None."""
        with _named_errors(self.path):
            if not self._opened:
                self._opened.append(
                    sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
                )
            found = self._opened[0].execute(
                "SELECT a.settings_sha256, a.code, a.content, log.content FROM analysis AS a"
                " LEFT JOIN audit_log AS log ON log.number = a.audit"
                " WHERE a.sha256 = ? AND a.bundle_sha256 = ? ORDER BY a.settings_sha256 <> ?, a.analysed_at DESC",
                (sha256, self.key.bundle_sha256, self.key.settings_sha256),
            )
            for settings, code, content, entry in found:  # those of the same key first
                if self._is_of_the_same_pass(settings, entry):
                    return None if code in TRANSIENT_CODES else analysis_from_json(json.loads(content))
        return None

    def _is_of_the_same_pass(self, settings_sha256: str, entry: str | None) -> bool:
        """Return whether a result with these settings says what the network would say again with ours."""
        if settings_sha256 == self.key.settings_sha256:
            return True
        if self.key.settings is None:
            return False
        own = _network_settings(self.key.settings)
        if settings_sha256 == settings_key(own):
            return True
        theirs = None if entry is None else json.loads(entry)["settings"]
        return theirs is not None and _network_settings(theirs) == own


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Set the journal mode, and wait for a program that is creating the same store.

    SQLite's own waiting does not cover a change of the journal mode: it reads first, and a reader that wants to write
    is turned away at once. Source: SQLite, "PRAGMA journal_mode" and sqlite3_busy_handler.
    """
    end = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= end:
                raise
        time.sleep(_BUSY_PAUSE_SECONDS)


@contextmanager
def _named_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            f"the results store {path} cannot be used ({error}); check the disk and your rights there, or choose "
            "another file with --store."
        ) from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
