"""Which files have a row already: a temporary index on disk, so that ten million of them take no memory."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby


class KnownFiles:
    """Paths of the rows that are there, by the number of their part and their place in it, and of all files listed."""

    def __init__(self) -> None:
        # SQLite's own temporary database: it lies in memory while it is small, then in a file that nobody sees.
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute(
            "CREATE TABLE known (path BLOB PRIMARY KEY, part INTEGER, place INTEGER, listed INTEGER NOT NULL)"
            " WITHOUT ROWID"
        )
        self._connection.execute("BEGIN")

    def close(self) -> None:
        """Drop the index."""
        self._connection.close()

    def add_part(self, part: int, paths: Iterable[str]) -> None:
        """Enter the rows of a part."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO known VALUES (?, ?, ?, 0)",
            ((os.fsencode(path), part, place) for place, path in enumerate(paths)),
        )

    def new_files(self, paths: Iterable[str]) -> Iterator[str]:
        """Yield the paths that have no row and were not listed before; the others are noted as listed."""
        for path in paths:
            key = os.fsencode(path)
            added = self._connection.execute("INSERT OR IGNORE INTO known VALUES (?, NULL, NULL, 1)", (key,))
            if added.rowcount:
                yield path
            else:
                self._connection.execute("UPDATE known SET listed = 1 WHERE path = ? AND listed = 0", (key,))

    def listed_rows(self) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Yield each part that has rows of listed files, with the places of those rows."""
        found = self._connection.execute(
            "SELECT part, place FROM known WHERE part IS NOT NULL AND listed = 1 ORDER BY part, place"
        )
        for part, rows in groupby(found, key=lambda row: int(row[0])):
            yield part, tuple(int(place) for _, place in rows)

    def unlisted(self) -> int:
        """Return how many rows are there of files that were not listed."""
        (count,) = self._connection.execute("SELECT count(*) FROM known WHERE listed = 0").fetchone()
        return int(count)

    def rows(self) -> int:
        """Return how many rows were entered."""
        (count,) = self._connection.execute("SELECT count(*) FROM known WHERE part IS NOT NULL").fetchone()
        return int(count)
