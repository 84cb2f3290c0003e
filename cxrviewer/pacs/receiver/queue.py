"""What a receiver still has to do, in a SQLite file of its own: safe before a sender hears of success."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from cxrviewer.errors import ReceiverError, StoreError
from cxrviewer.pacs.landing import disk_full

# waiting: to be analysed. analysed: its result is stored, and its objects are to be sent. done: nothing is left to do.
# kept: stored, but none of what is analysed. unsent: given up until the receiver is started again.
FilmState = Literal["waiting", "analysed", "done", "kept", "unsent"]

QUEUE_FILE: Final = "queue.sqlite"
_SCHEMA_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE film (
    number INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,             -- SOP instance UID, which is the file's name, too
    version INTEGER NOT NULL DEFAULT 1,   -- how often other content came under the same UID
    state TEXT NOT NULL,
    received_at REAL NOT NULL,            -- seconds since 1970
    attempts INTEGER NOT NULL DEFAULT 0,  -- that failed in this state
    next_attempt REAL NOT NULL DEFAULT 0,
    problem TEXT NOT NULL DEFAULT ''
);
CREATE INDEX film_to_do ON film (state, next_attempt) WHERE state IN ('waiting', 'analysed');
CREATE TABLE result_object (
    film INTEGER NOT NULL REFERENCES film (number) ON DELETE CASCADE,
    name TEXT NOT NULL,                   -- of the file in the folder of results
    sent_at REAL,                         -- NULL until the node has acknowledged it
    PRIMARY KEY (film, name)
) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class QueuedFilm:
    """A film with something left to do."""

    number: int
    uid: str
    version: int
    attempts: int


class FilmQueue:
    """The queue, open for one receiver alone; any thread may use it. What it returns from is committed and on disk.

    Raises ReceiverError where another receiver has it open, DiskFullError where the disk is full, StoreError otherwise.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / QUEUE_FILE
        self._lock = threading.Lock()
        with self._named_errors():
            self._connection = sqlite3.connect(self.path, timeout=1.0, isolation_level=None, check_same_thread=False)
            # The lock is held until the process ends, however it ends, so that no two receivers do the same work.
            self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._create()

    def close(self) -> None:
        """Close the file and give its lock back."""
        with self._lock:
            self._connection.close()

    def received(self, uid: str, *, analyse: bool, changed: bool) -> int:
        """Put an object that is safe on disk into the queue and return its number.

        One that is there already is left as it is, unless its content has changed: then it begins anew.
        """
        state: FilmState = "waiting" if analyse else "kept"
        with self._transaction() as cursor:
            cursor.execute(
                "INSERT OR IGNORE INTO film (uid, state, received_at) VALUES (?, ?, ?)", (uid, state, time.time())
            )
            if not cursor.rowcount and changed:
                cursor.execute(
                    "UPDATE film SET version = version + 1, state = ?, attempts = 0, next_attempt = 0, problem = ''"
                    " WHERE uid = ?",
                    (state, uid),
                )
            number: int = cursor.execute("SELECT number FROM film WHERE uid = ?", (uid,)).fetchone()[0]
        return number

    def due(self, state: FilmState, most: int) -> list[QueuedFilm]:
        """Return films in a state whose next attempt is due, the first that came first."""
        rows = self._rows(
            "SELECT number, uid, version, attempts FROM film WHERE state = ? AND next_attempt <= ? ORDER BY number"
            " LIMIT ?",
            (state, time.time(), most),
        )
        return [QueuedFilm(*row) for row in rows]

    def analysed(self, film: QueuedFilm, objects: Iterable[str]) -> None:
        """Record that a film's result is stored, and the file names of the objects to send; none means it is done.

        Nothing happens where the film has changed meanwhile: it will be analysed again.
        """
        names = list(objects)
        with self._transaction() as cursor:
            cursor.execute(
                "UPDATE film SET state = ?, attempts = 0, next_attempt = 0, problem = ''"
                " WHERE number = ? AND version = ?",
                ("analysed" if names else "done", film.number, film.version),
            )
            if cursor.rowcount:
                cursor.execute("DELETE FROM result_object WHERE film = ? AND sent_at IS NULL", (film.number,))
                cursor.executemany(
                    "INSERT OR IGNORE INTO result_object (film, name) VALUES (?, ?)",
                    ((film.number, name) for name in names),
                )

    def unsent_objects(self, film: QueuedFilm) -> list[str]:
        """Return the file names of a film's objects that no node has acknowledged."""
        rows = self._rows(
            "SELECT name FROM result_object WHERE film = ? AND sent_at IS NULL ORDER BY name", (film.number,)
        )
        return [row[0] for row in rows]

    def sent(self, film: QueuedFilm, name: str) -> None:
        """Record that the node has acknowledged an object; with the last one, the film is done."""
        with self._transaction() as cursor:
            cursor.execute(
                "UPDATE result_object SET sent_at = ? WHERE film = ? AND name = ?", (time.time(), film.number, name)
            )
            cursor.execute(
                "UPDATE film SET state = 'done', problem = '' WHERE number = ? AND version = ? AND state = 'analysed'"
                " AND NOT EXISTS (SELECT 1 FROM result_object WHERE film = film.number AND sent_at IS NULL)",
                (film.number, film.version),
            )

    def again(self, film: QueuedFilm, seconds: float, problem: str) -> None:
        """Let a film's step be tried again after some seconds."""
        with self._transaction() as cursor:
            cursor.execute(
                "UPDATE film SET attempts = attempts + 1, next_attempt = ?, problem = ?"
                " WHERE number = ? AND version = ?",
                (time.time() + seconds, problem, film.number, film.version),
            )

    def end(self, film: QueuedFilm, state: FilmState, problem: str) -> None:
        """Let a film be in its last state."""
        with self._transaction() as cursor:
            cursor.execute(
                "UPDATE film SET state = ?, problem = ? WHERE number = ? AND version = ?",
                (state, problem, film.number, film.version),
            )

    def resume(self, uids: Iterable[str]) -> None:
        """Prepare for a start: films on disk that are in no list yet enter it, and what was given up is tried again."""
        with self._transaction() as cursor:
            cursor.executemany(
                "INSERT OR IGNORE INTO film (uid, state, received_at) VALUES (?, 'waiting', ?)",
                ((uid, time.time()) for uid in uids),
            )
            cursor.execute("UPDATE film SET state = 'analysed', attempts = 0 WHERE state = 'unsent'")
            cursor.execute("UPDATE film SET next_attempt = 0")

    def counts(self) -> dict[str, int]:
        """Return how many films are in each state."""
        return dict(self._rows("SELECT state, count(*) FROM film GROUP BY state"))

    def _rows(self, query: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
        with self._lock, self._named_errors():
            return self._connection.execute(query, parameters).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Cursor]:
        with self._lock, self._named_errors():
            cursor = self._connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
                cursor.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    cursor.execute("ROLLBACK")
                raise

    def _create(self) -> None:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            self._connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_SCHEMA_VERSION}; COMMIT;")
        elif version != _SCHEMA_VERSION:
            raise ReceiverError(
                f"expected a queue of version {_SCHEMA_VERSION} in {self.path}, got {version}: it is of another "
                "version of this program; choose another folder."
            )

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise ReceiverError(
                    f"another receiver uses {self.path.parent}; end it, or choose another folder for this one."
                ) from error
            if code == sqlite3.SQLITE_FULL:
                raise disk_full(self.path.parent) from error
            raise self._unusable(error) from error
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def _unusable(self, error: sqlite3.Error) -> StoreError:
        return StoreError(
            f"the queue {self.path} cannot be used ({error}); check the disk and your rights there, or choose another "
            "folder."
        )
