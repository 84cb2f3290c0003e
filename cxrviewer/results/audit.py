"""The audit log: what was analysed when, with what and by whom, each entry chained by hash to the one before.

An entry is a line of canonical JSON, and its hash the SHA-256 of that line. The line holds the hash of the entry
before, so that a change of one shows in the next; number 0 begins the log with a random identifier of its store.
Entries are committed in the transaction that commits what they speak of, and triggers of the store refuse to change
them.

No patient's data stands in it: a file is named by the SHA-256 of its bytes, never by its path or the message about it,
as both carry names. The user is the one that the machine names, which whoever may set its environment can choose.
What this shows and what it cannot show: see ``results.audit_check``.
"""

from __future__ import annotations

import functools
import getpass
import hashlib
import json
import sqlite3
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cxrviewer.domain import Analysis
from cxrviewer.version import __version__

AUDIT_FORMAT: Final = 1
NO_ENTRY: Final = "0" * 64
"""What the first entry of a log names as the hash of the one before it."""

_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)
_SHOWN_DIGITS: Final = 12


def canonical_json(value: Any) -> str:
    """Return the one text for a JSON value: ASCII, keys sorted, no spaces; ValueError where a number is not finite."""
    return _ENCODER.encode(value)


def entry_hash(content: str) -> str:
    """Return the hash of an entry by its canonical JSON: SHA-256, 64 hexadecimal digits."""
    return hashlib.sha256(content.encode("ascii")).hexdigest()


def entry_identifier(number: int, digest: str) -> str:
    """Return what exports carry of an entry: its number and the first 12 digits of its hash, ``17-3fa9c2d40b1e``."""
    return f"{number}-{digest[:_SHOWN_DIGITS]}"


@dataclass(frozen=True)
class AuditBeginning:
    """Entry 0: when the log began, in which store (random), and how many analyses were in the store before it."""

    number: int
    previous: str
    at: str
    user: str
    program_version: str
    store: str
    earlier_analyses: int


@dataclass(frozen=True)
class AuditEntry:
    """One file that got its analysis, or that it was recalled for.

    ``previous`` is the hash of the entry before; ``at`` when it was recorded and ``analysed_at`` when it was analysed
    (UTC, ISO 8601); ``file_sha256`` of its bytes ("" where they could not be read); ``settings`` all that decides a
    result besides bundle and file, None where only its SHA-256 is known; ``result_sha256`` that of
    ``result_text``. ``original`` is the number of the entry of the analysis that was recalled, None where that is older
    than the log.
    """

    number: int
    previous: str
    at: str
    user: str
    file_sha256: str
    analysed_at: str
    status: str
    code: str
    result_sha256: str
    recalled: bool
    original: int | None
    model: str
    model_version: str
    bundle_sha256: str
    engine: str
    program_version: str
    settings_sha256: str
    settings: dict[str, Any] | None


@dataclass(frozen=True)
class LoggedEntry:
    """An entry as it stands in the log, with its hash."""

    entry: AuditEntry | AuditBeginning
    hash: str

    @property
    def identifier(self) -> str:
        """What exports carry."""
        return entry_identifier(self.entry.number, self.hash)


def entry_content(entry: AuditEntry | AuditBeginning) -> str:
    """Return an entry as canonical JSON."""
    kind = "analysis" if isinstance(entry, AuditEntry) else "beginning"
    return canonical_json({"format": AUDIT_FORMAT, "kind": kind, **vars(entry)})


def entry_of_content(content: str) -> AuditEntry | AuditBeginning:
    """Return the entry of its canonical JSON; ValueError where it is anything else, if only by a space."""
    values = json.loads(content)
    if not isinstance(values, dict):
        raise ValueError(f"expected a JSON object, got {type(values).__name__}")
    kinds: dict[Any, type[AuditEntry] | type[AuditBeginning]] = {"analysis": AuditEntry, "beginning": AuditBeginning}
    kind = kinds.get(values.get("kind"))
    if kind is None or values.get("format") != AUDIT_FORMAT:
        raise ValueError(f"expected an entry of format {AUDIT_FORMAT}, got another kind or format")
    fields = {name: value for name, value in values.items() if name not in ("format", "kind")}
    if fields.keys() != kind.__dataclass_fields__.keys():
        raise ValueError(f"expected the fields {sorted(kind.__dataclass_fields__)}, got {sorted(fields)}")
    entry = kind(**fields)
    if entry_content(entry) != content:
        raise ValueError("expected canonical JSON")
    return entry


_OF_THE_RESULT: Final = ("code", "heatmaps", "prediction", "status")


def result_text(content: dict[str, Any]) -> str:
    """Return what an analysis says of its film as canonical JSON.

    content: the analysis as ``serialisation.analysis_to_json`` has it. Status, code, prediction and heatmaps: neither
    path nor message nor anything of the patient, so that a digest of it is of no name that could be guessed.
    """
    return canonical_json({name: content[name] for name in _OF_THE_RESULT})


def stored_text(content: dict[str, Any], result: str) -> str:
    """Return the whole analysis as JSON with its ``result_text`` in it, which is long and so is written only once."""
    rest = {name: value for name, value in content.items() if name not in _OF_THE_RESULT}
    return f"{canonical_json(rest)[:-1]},{result[1:]}"


@dataclass(frozen=True)
class LoggedResult:
    """What an entry says of a result besides the analysis itself; ``digest`` is that of ``result_text``."""

    analysis: Analysis
    bundle_sha256: str
    settings_sha256: str
    settings: dict[str, Any] | None
    digest: str
    recalled: bool = False
    original: int | None = None


def begin_log(cursor: sqlite3.Cursor) -> None:
    """Put entry 0 into the empty log of an open transaction."""
    (earlier,) = cursor.execute("SELECT count(*) FROM analysis").fetchone()
    _insert(cursor, AuditBeginning(0, NO_ENTRY, _now(), machine_user(), __version__, uuid.uuid4().hex, earlier))


def append_entry(cursor: sqlite3.Cursor, result: LoggedResult) -> LoggedEntry:
    """Put the next entry into an open transaction, which has to hold the store's lock for writing (BEGIN IMMEDIATE).

    Whoever holds it is alone in knowing the last entry, so that the chain has one end however many programs write.
    """
    number, previous = cursor.execute("SELECT number, hash FROM audit_log ORDER BY number DESC LIMIT 1").fetchone()
    analysis = result.analysis
    return _insert(
        cursor,
        AuditEntry(
            number=number + 1,
            previous=previous,
            at=_now(),
            user=machine_user(),
            file_sha256=analysis.sha256,
            analysed_at=analysis.analysed_at,
            status=analysis.status,
            code=analysis.code,
            result_sha256=result.digest,
            recalled=result.recalled,
            original=result.original,
            model=analysis.model.name,
            model_version=analysis.model.version,
            bundle_sha256=result.bundle_sha256,
            engine=analysis.engine,
            program_version=analysis.program_version,
            settings_sha256=result.settings_sha256,
            settings=result.settings,
        ),
    )


def _insert(cursor: sqlite3.Cursor, entry: AuditEntry | AuditBeginning) -> LoggedEntry:
    content = entry_content(entry)
    logged = LoggedEntry(entry, entry_hash(content))
    cursor.execute("INSERT INTO audit_log VALUES (?, ?, ?)", (entry.number, logged.hash, content))
    return logged


@functools.cache
def machine_user() -> str:
    """Return the name of the user as the machine gives it, "unknown" where it gives none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # KeyError and ImportError before Python 3.13
        return "unknown"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
