"""Reading the audit log and verifying that it fits together, and that the stored results are those it speaks of.

What shows: a changed, missing, moved or inserted entry; a stored result that is not the one logged; entries cut off at
the end, as long as a stored result still names one of them. What cannot show from the store alone: a log and results
that were cut at the same place, and a whole chain that somebody with this program's source computed anew. Against both
there is one remedy: keep the identifier of the last entry (``AuditCheck.head``) elsewhere, and look for it later.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cxrviewer.errors import StoreError, UsageError
from cxrviewer.results.audit import (
    NO_ENTRY,
    AuditBeginning,
    AuditEntry,
    LoggedEntry,
    entry_hash,
    entry_identifier,
    entry_of_content,
    result_text,
)
from cxrviewer.results.schema import AUDIT_TRIGGERS, VERSION_WITH_AUDIT_LOG

_BUSY_SECONDS: Final = 30.0
_MOST_RESULTS_NAMED: Final = 20


@dataclass(frozen=True)
class AuditFault:
    """The first entry that does not fit into the chain, by its number, and why."""

    number: int
    reason: str


@dataclass(frozen=True)
class AuditCheck:
    """What verification found.

    ``entries`` that fit, without the beginning; ``head`` the last of them, None where not even the beginning does;
    ``fault`` the first that does not; ``other_faults`` sentences on missing triggers and on results that are not those
    of the log; ``results`` that were compared with their entries; ``older`` results that were there before the log.
    Without ``fault`` all entries fit; results are compared only then.
    """

    entries: int
    head: LoggedEntry | None
    fault: AuditFault | None
    other_faults: tuple[str, ...] = ()
    results: int = 0
    older: int = 0

    @property
    def is_intact(self) -> bool:
        """Whether nothing was found."""
        return self.fault is None and not self.other_faults


class AuditLog:
    """The audit log of a store, open for reading only; StoreError where there is none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_file():
            raise StoreError(f"expected a results store at {path}, found no file; choose another with --store.")
        with self._named_errors():
            self._connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS, isolation_level=None
            )
        try:
            with self._named_errors():
                (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            if version < VERSION_WITH_AUDIT_LOG:
                raise StoreError(
                    f"expected a results store with an audit log, {path} is of an earlier program (schema {version}); "
                    "its log begins with the next run that uses it."
                )
        except StoreError:
            self.close()
            raise

    def close(self) -> None:
        """Close the store's file."""
        self._connection.close()

    def entries(self) -> Iterator[LoggedEntry]:
        """Yield the entries in their order; what is no entry is left out, which ``verify`` names."""
        with self._named_errors():
            for _, digest, content in self._rows():
                try:
                    yield LoggedEntry(entry_of_content(content), digest)
                except (ValueError, TypeError):
                    continue

    def find(self, identifier: str) -> LoggedEntry:
        """Return the entry of an identifier, ``17-3fa9c2d40b1e``, or of a number alone.

        Raises UsageError where it is neither, StoreError where the log has no such entry: it is of another store, or
        the log was changed or cut off.
        """
        spelled, _, digits = identifier.strip().lower().partition("-")
        if not (spelled.isascii() and spelled.isdigit() and len(spelled) < 19):
            raise UsageError(f"expected the id of an entry such as 17-3fa9c2d40b1e, got {identifier!r}.")
        number = int(spelled)
        with self._named_errors():
            row = self._connection.execute("SELECT hash, content FROM audit_log WHERE number = ?", (number,)).fetchone()
        if row is None:
            raise StoreError(
                f"expected an entry {number} in the audit log of {self.path}, found none: the id is of another store, "
                "or the log was cut off."
            )
        digest, content = row
        if not str(digest).startswith(digits):
            raise StoreError(
                f"expected the entry {identifier}, the audit log of {self.path} has {entry_identifier(number, digest)}:"
                " the id is of another store, or the log was changed."
            )
        try:
            return LoggedEntry(entry_of_content(content), digest)
        except (ValueError, TypeError) as error:
            raise StoreError(f"entry {number} of the audit log of {self.path} was changed ({error}).") from error

    def verify(self, *, results: bool = True) -> AuditCheck:
        """Follow the chain from its beginning; ``results``: and compare every stored result with its entry."""
        with self._named_errors():
            self._connection.execute("BEGIN")  # all of it as it is at one moment, whoever writes meanwhile
            try:
                count, head, fault = _follow(self._rows())
                others = [*self._missing_triggers()]
                compared = older = 0
                if results and fault is None and head is not None:
                    compared, older, wrong = self._compare_results(head.entry.number)
                    others += wrong[:_MOST_RESULTS_NAMED]
                    if len(wrong) > _MOST_RESULTS_NAMED:
                        others.append(f"and {len(wrong) - _MOST_RESULTS_NAMED} more results.")
            finally:
                self._connection.execute("ROLLBACK")
        return AuditCheck(max(0, count - 1), head, fault, tuple(others), compared, older)

    def _rows(self) -> Iterator[tuple[Any, Any, Any]]:
        yield from self._connection.execute("SELECT number, hash, content FROM audit_log ORDER BY number")

    def _missing_triggers(self) -> Iterator[str]:
        found = dict(self._connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
        for name, sql in AUDIT_TRIGGERS.items():
            if found.get(name) != sql:
                yield f"the trigger {name}, which keeps the log append-only, is missing or was changed."

    def _compare_results(self, last: int) -> tuple[int, int, list[str]]:
        compared = older = 0
        wrong: list[str] = []
        for sha256, bundle, settings, number, content in self._connection.execute(
            "SELECT sha256, bundle_sha256, settings_sha256, audit, content FROM analysis"
        ):
            if number is None:
                older += 1
                continue
            compared += 1
            entry = self._entry(number, last)
            key = (sha256, bundle, settings)
            if entry is None or (entry.file_sha256, entry.bundle_sha256, entry.settings_sha256) != key:
                wrong.append(
                    f"the result of the file with SHA-256 {sha256} names entry {number}, which is not its own."
                )
            elif not _is_result(entry, content):
                wrong.append(f"the result of the file with SHA-256 {sha256} is not the one of entry {number}.")
        for table, what in (("run_file", "a file of a run"), ("film", "a film of the list")):
            for number, content in self._connection.execute(
                f"SELECT audit, content FROM {table} WHERE audit > ? OR (audit IS NOT NULL AND content IS NOT NULL)",
                (last,),
            ):
                entry = self._entry(number, last)
                compared += content is not None
                if entry is None:
                    wrong.append(f"{what} names entry {number}, but the log ends with entry {last}.")
                elif not _is_result(entry, content):
                    wrong.append(f"the result of {what} is not the one of entry {number}.")
        beginning = next(self.entries()).entry
        if isinstance(beginning, AuditBeginning) and older > beginning.earlier_analyses:
            wrong.append(
                f"{older} results have no entry, but only {beginning.earlier_analyses} were there before the log."
            )
        return compared, older, wrong

    def _entry(self, number: Any, last: int) -> AuditEntry | None:
        """Return an entry of the chain, which has been followed; None beyond its end, and for its beginning."""
        if not isinstance(number, int) or number > last:
            return None
        row = self._connection.execute("SELECT content FROM audit_log WHERE number = ?", (number,)).fetchone()
        entry = None if row is None else entry_of_content(row[0])
        return entry if isinstance(entry, AuditEntry) else None

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(
                f"the audit log of {self.path} cannot be read ({error}); check the file and your rights there, or "
                "choose another with --store."
            ) from error


def _follow(rows: Iterator[tuple[Any, Any, Any]]) -> tuple[int, LoggedEntry | None, AuditFault | None]:
    """Return how many entries fit, the last of them, and the first that does not."""
    head: LoggedEntry | None = None
    count = 0
    for number, digest, content in rows:
        fits = _fitting(count, head, number, digest, content)
        if isinstance(fits, AuditFault):
            return count, head, fits
        head, count = fits, count + 1
    return count, head, AuditFault(0, "the log has no beginning.") if head is None else None


def _fitting(
    expected: int, head: LoggedEntry | None, number: Any, digest: Any, content: Any
) -> LoggedEntry | AuditFault:
    if number != expected:
        return AuditFault(expected, f"it is missing: the next one in the log is {number}.")
    try:
        entry = entry_of_content(content)
        computed = entry_hash(content)
    except (ValueError, TypeError) as error:
        return AuditFault(expected, f"its content was changed ({error}).")
    if computed != digest:
        return AuditFault(expected, f"its content was changed: its hash is {computed}, the log says {digest}.")
    if entry.number != number or isinstance(entry, AuditBeginning) != (number == 0):
        return AuditFault(expected, f"another entry stands in its place, which says that it is number {entry.number}.")
    if entry.previous != (NO_ENTRY if head is None else head.hash):
        return AuditFault(expected, f"it does not follow entry {expected - 1}: one of the two was replaced.")
    return LoggedEntry(entry, digest)


def _is_result(entry: AuditEntry, content: Any) -> bool:
    try:
        return entry_hash(result_text(json.loads(content))) == entry.result_sha256
    except (ValueError, TypeError, KeyError):  # whatever it is, it is not what was logged
        return False
