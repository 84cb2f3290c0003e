"""Tables of results, compared cell by cell."""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path
from typing import Final

Table = dict[str, dict[str, str]]

# When and how fast, not what: every run has its own.
OF_THE_RUN: Final = frozenset(("milliseconds", "analysed_at", "audit"))


def read_table(path: Path) -> Table:
    """Return the rows of a CSV table by the name of their film, every cell as its text."""
    with path.open(encoding="utf-8", newline="") as stream:
        return {Path(row["path"]).name: row for row in csv.DictReader(stream)}


def differences(expected: Table, got: Table, ignored: Collection[str] = OF_THE_RUN) -> list[str]:
    """Return a sentence for every cell that is not the same to the last digit, and for every row that only one has."""
    found = [f"{name}: only in the first table" for name in sorted(expected.keys() - got.keys())]
    found += [f"{name}: only in the second table" for name in sorted(got.keys() - expected.keys())]
    for name in sorted(expected.keys() & got.keys()):
        first, second = expected[name], got[name]
        for column in [*first, *(column for column in second if column not in first)]:
            if column not in ignored and first.get(column) != second.get(column):
                found.append(f"{name}: {column} is {second.get(column)!r}, expected {first.get(column)!r}")
    return found


def rows_not_ok(table: Table) -> list[str]:
    """Return a sentence for every film that has no result."""
    return [f"{name}: {row['status']}, {row['message']}" for name, row in table.items() if row["status"] != "ok"]
