"""How the table's columns stand, as bytes that outlive the program; nothing here knows Qt."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from cxrviewer.results.study_list import AS_OPENED, Ordering

_VERSION: Final = 1


@dataclass(frozen=True)
class ColumnState:
    """One column by its key, its width in logical pixels, and whether it is hidden."""

    key: str
    width: int
    hidden: bool


@dataclass(frozen=True)
class TableState:
    """The columns as they stand from left to right, and what rows are ordered by."""

    columns: tuple[ColumnState, ...] = ()
    ordering: Ordering = AS_OPENED


def state_to_bytes(state: TableState) -> bytes:
    """Return a state as UTF-8 JSON."""
    content = {
        "version": _VERSION,
        "columns": [{"key": c.key, "width": c.width, "hidden": c.hidden} for c in state.columns],
        "ordering": {"column": state.ordering.column, "descending": state.ordering.descending},
    }
    return json.dumps(content).encode()


def state_from_bytes(content: bytes) -> TableState | None:
    """Return the state that ``state_to_bytes`` made bytes of; None for anything else: another version, half a file."""
    try:
        parsed: Any = json.loads(content)
        if parsed["version"] != _VERSION:
            return None
        columns = tuple(
            ColumnState(str(column["key"]), int(column["width"]), bool(column["hidden"]))
            for column in parsed["columns"]
        )
        ordering = parsed["ordering"]
        return TableState(columns, Ordering(str(ordering["column"]), bool(ordering["descending"])))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
