"""What stands in a results store while a program works on it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any


def finished_analyses(store: Path) -> int:
    """Return how many results are kept; 0 where there is no store yet."""
    rows = _rows(store, "SELECT count(*) FROM analysis")
    return int(rows[0][0]) if rows else 0


def films_by_status(home: Path) -> dict[str, int]:
    """Return how many films of the window's list have which status; nothing where there is no list yet."""
    stores = list(home.rglob("results.sqlite"))
    if not stores:
        return {}
    rows = _rows(stores[0], "SELECT status, count(*) FROM film WHERE removed_at IS NULL GROUP BY status")
    return {str(status): int(count) for status, count in rows}


def _rows(store: Path, query: str) -> list[tuple[Any, ...]]:
    if not store.exists():
        return []
    try:
        with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
            return connection.execute(query).fetchall()
    except sqlite3.OperationalError:
        return []  # its tables are being made
