"""The tables of the results store, and how a store of an earlier program becomes one of this program."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from cxrviewer.errors import StoreError
from cxrviewer.results.audit import begin_log

SCHEMA_VERSION: Final = 4

_RUNS_AND_ANALYSES: Final = """
CREATE TABLE analysis (
    sha256 TEXT NOT NULL,            -- of the file's bytes
    bundle_sha256 TEXT NOT NULL,
    settings_sha256 TEXT NOT NULL,   -- of all else that decides a result
    status TEXT NOT NULL,
    code TEXT NOT NULL,
    predicted TEXT,
    analysed_at TEXT NOT NULL,
    content TEXT NOT NULL,           -- the whole analysis, JSON
    PRIMARY KEY (sha256, bundle_sha256, settings_sha256)
) WITHOUT ROWID;
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    bundle_sha256 TEXT NOT NULL,
    settings_sha256 TEXT NOT NULL,
    options TEXT NOT NULL            -- what to start the run with again, JSON
);
CREATE TABLE run_file (
    run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,       -- in the order the user gave
    path BLOB NOT NULL,              -- as the file system spells it, which need not be valid text
    sha256 TEXT,                     -- NULL until it is done
    content TEXT,                    -- the analysis where the file could not be hashed, JSON
    PRIMARY KEY (run_id, position)
) WITHOUT ROWID;
CREATE INDEX run_file_pending ON run_file (run_id, position) WHERE sha256 IS NULL AND content IS NULL;
"""

# What the table sorts and filters by stands in columns of its own, so that no analysis is parsed for it. The long texts
# come last: SQLite then reads a row's first columns without following it to its overflow pages.
_STUDY_LIST: Final = """
CREATE TABLE finding (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
CREATE TABLE film (
    id INTEGER PRIMARY KEY,
    position INTEGER NOT NULL,       -- in the order of opening
    removed_at TEXT,                 -- NULL while it is listed; a removal can be undone
    status TEXT NOT NULL,            -- pending, ok, refused, error
    fresh INTEGER NOT NULL,          -- 1: to be analysed anew, not recalled, when it is pending
    uncertain INTEGER NOT NULL,
    warning_count INTEGER NOT NULL,
    predicted TEXT,
    analysed_at TEXT,
    added_at TEXT NOT NULL,
    sha256 TEXT,                     -- of the bytes that were analysed last; NULL until then
    bundle_sha256 TEXT,              -- with sha256 the key of its analysis
    settings_sha256 TEXT,
    name_order TEXT NOT NULL,        -- what names and folders are sorted by, see results.text_order
    folder_order TEXT NOT NULL,
    searched TEXT NOT NULL,          -- what the text of a filter is looked for in
    path BLOB NOT NULL UNIQUE,       -- as the file system spells it, which need not be valid text
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    flagged TEXT NOT NULL,           -- JSON list
    warnings TEXT NOT NULL,          -- JSON list
    content TEXT                     -- the analysis where the file could not be hashed, JSON
);
CREATE INDEX film_by_position ON film (position, removed_at);
CREATE INDEX film_by_name ON film (name_order, position) WHERE removed_at IS NULL;
CREATE INDEX film_by_folder ON film (folder_order, position) WHERE removed_at IS NULL;
CREATE INDEX film_by_status ON film (status, position) WHERE removed_at IS NULL;
CREATE INDEX film_by_finding ON film (predicted, position) WHERE removed_at IS NULL;
CREATE INDEX film_by_uncertain ON film (uncertain, position) WHERE removed_at IS NULL;
CREATE INDEX film_by_warnings ON film (warning_count, position) WHERE removed_at IS NULL;
CREATE INDEX film_by_time ON film (analysed_at, position) WHERE removed_at IS NULL;
CREATE INDEX film_by_content ON film (sha256);
CREATE INDEX film_removed ON film (removed_at) WHERE removed_at IS NOT NULL;
CREATE TABLE film_probability (
    film_id INTEGER NOT NULL REFERENCES film (id) ON DELETE CASCADE,
    finding_id INTEGER NOT NULL REFERENCES finding (id),
    probability REAL NOT NULL,
    PRIMARY KEY (film_id, finding_id)
) WITHOUT ROWID;
CREATE INDEX film_probability_by_value ON film_probability (finding_id, probability, film_id);
CREATE TABLE film_label (
    sha256 TEXT PRIMARY KEY,         -- of the bytes: a label follows its film through renaming
    verdict TEXT NOT NULL,           -- agree, disagree
    predicted TEXT,                  -- what the person saw when they said so
    finding TEXT,                    -- theirs
    note TEXT NOT NULL,
    author TEXT NOT NULL,
    labelled_at TEXT NOT NULL
) WITHOUT ROWID;
"""

# The audit log can only grow, by the number that comes next: INSERT OR REPLACE deletes without a DELETE, so that the
# trigger on INSERT has to refuse it. Results name their entry; what was recorded before the log has none.
_AUDIT_LOG: Final = """
CREATE TABLE audit_log (
    number INTEGER PRIMARY KEY,      -- from 0, without a gap
    hash TEXT NOT NULL,              -- SHA-256 of content
    content TEXT NOT NULL            -- canonical JSON, with the hash of the entry before; see results.audit
);
CREATE TRIGGER audit_log_refuses_update BEFORE UPDATE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_log_refuses_delete BEFORE DELETE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_log_refuses_gap BEFORE INSERT ON audit_log
WHEN NEW.number IS NOT (SELECT coalesce(max(number), -1) + 1 FROM audit_log)
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
ALTER TABLE analysis ADD COLUMN audit INTEGER;  -- number of the entry
ALTER TABLE run_file ADD COLUMN audit INTEGER;
ALTER TABLE film ADD COLUMN audit INTEGER;
"""

VERSION_WITH_AUDIT_LOG: Final = 3

# What the table says of an uncertain film; NULL where the bundle has no conformal quantiles.
_PREDICTION_SETS: Final = """
ALTER TABLE film ADD COLUMN prediction_set TEXT;  -- JSON list
ALTER TABLE film ADD COLUMN level REAL;
"""

# The steps from one schema to the next; the first makes a store from nothing. None of them may lose a row.
_STEPS: Final = (_RUNS_AND_ANALYSES, _STUDY_LIST, _AUDIT_LOG, _PREDICTION_SETS)


def upgrade(cursor: sqlite3.Cursor, path: Path) -> None:
    """Bring the store of an open transaction to SCHEMA_VERSION; StoreError where it is of a newer program."""
    (version,) = cursor.execute("PRAGMA user_version").fetchone()
    if not 0 <= version <= SCHEMA_VERSION:
        raise StoreError(
            f"expected a results store of schema {SCHEMA_VERSION}, {path} has {version}; it was written "
            "by another version of cxrviewer. Choose another file with --store."
        )
    for step in _STEPS[version:]:
        # Not executescript, which would commit the transaction: a step happens whole or not at all.
        for statement in _statements(step):
            cursor.execute(statement)
    if version < VERSION_WITH_AUDIT_LOG:
        begin_log(cursor)
    if version != SCHEMA_VERSION:
        cursor.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _statements(script: str) -> list[str]:
    statements, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):  # a semicolon in a comment ends nothing
            statements.append(current)
            current = ""
    return statements


AUDIT_TRIGGERS: Final = {
    statement.split(maxsplit=3)[2]: statement.strip().removesuffix(";")
    for statement in _statements(_AUDIT_LOG)
    if statement.startswith("CREATE TRIGGER")
}
"""The triggers that keep the audit log append-only: name to SQL, as sqlite_master has it."""
