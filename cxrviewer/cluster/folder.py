"""A folder of Parquet files that one run after the other adds rows to; readers see each file whole or not at all."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from cxrviewer.cluster.partition import FILES_KEY, FileState, PartitionFile
from cxrviewer.domain import Status
from cxrviewer.errors import TRANSIENT_CODES, ExportError, UsageError
from cxrviewer.extras import CLUSTER
from cxrviewer.results.atomic import written_atomically
from cxrviewer.results.parquet import ORIGIN_KEY, pyarrow, table_as_parquet

# Readers of a folder (pyarrow, pandas, Dask, Spark) leave out what begins with _ or a dot.
MANIFEST: Final = "_manifest.json"
_LOCK: Final = ".lock"
_PART: Final = "part-*.parquet"
_NO_LOCKS: Final = frozenset({errno.ENOSYS, errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP})
_UNFINISHED: Final = ".part-*.part"


@dataclass(frozen=True)
class StoredRow:
    """A row that is there already: its file as a worker needs it to tell whether it changed, and what came of it."""

    file: PartitionFile
    status: Status
    code: str


class ResultFolder:
    """The folder of one model and one set of settings, open for writing; see ``open_result_folder``."""

    def __init__(self, path: Path, origin: dict[str, Any], findings: tuple[str, ...]) -> None:
        self._path = path
        self._origin = origin
        self._findings = findings
        self._next_part = 1 + max((_number(part) for part in self.parts()), default=0)

    def parts(self) -> list[Path]:
        """Return the Parquet files, in the order in which they were written first."""
        return sorted(self._path.glob(_PART), key=_number)

    def rows(self, part: Path) -> list[StoredRow]:
        """Return what a Parquet file has rows of; ExportError where it is damaged or of another run."""
        arrow = pyarrow()
        try:
            table = arrow.parquet.read_table(part, columns=["path", "sha256", "status", "code"])
            metadata = table.schema.metadata or {}
            is_ours = json.loads(metadata[ORIGIN_KEY]) == self._origin
            entries = json.loads(metadata[FILES_KEY])
            rows = [_stored_row(row, entry) for row, entry in zip(table.to_pylist(), entries, strict=True)]
        except (OSError, ValueError, KeyError, TypeError, arrow.ArrowException) as error:
            raise ExportError(
                f"expected a Parquet file of this program in {part}, got something else ({type(error).__name__}); move "
                "it away, and its films are classified again."
            ) from error
        if not is_ours:
            raise ExportError(f"{part} has results of another model or of other settings; move it away.")
        return rows

    def add_part(self, parquet: bytes) -> None:
        """Write the rows of a partition as a new file."""
        self._write(self._path / f"part-{self._next_part:06}.parquet", parquet)
        self._next_part += 1

    def replace_rows(self, part: Path, indices: Sequence[int], parquet: bytes) -> None:
        """Write a file again with new rows in the places of those at ``indices``."""
        arrow = pyarrow()
        old, new = arrow.parquet.read_table(part), arrow.parquet.read_table(arrow.BufferReader(parquet))
        order = list(range(old.num_rows))
        for position, index in enumerate(indices):
            order[index] = old.num_rows + position
        entries = [*json.loads(old.schema.metadata[FILES_KEY]), *json.loads(new.schema.metadata[FILES_KEY])]
        table = arrow.concat_tables([old.replace_schema_metadata(None), new.replace_schema_metadata(None)]).take(order)
        table = table.replace_schema_metadata(
            {**new.schema.metadata, FILES_KEY: json.dumps([entries[position] for position in order]).encode()}
        )
        self._write(part, table_as_parquet(table))

    def write_manifest(self, *, rows: int | None) -> None:
        """Write what gave the results, and the number of rows once the run has done all its files, else None."""
        content = {
            **self._origin,
            "findings": list(self._findings),
            "rows": rows,
            "finished_at": None if rows is None else datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        self._write(self._path / MANIFEST, (json.dumps(content, indent=2, sort_keys=True) + "\n").encode())

    def _write(self, path: Path, content: bytes) -> None:
        with written_atomically(path) as stream:
            stream.write(content)


@contextmanager
def open_result_folder(path: Path, origin: dict[str, Any], findings: tuple[str, ...]) -> Iterator[ResultFolder]:
    """Give the folder at ``path``, which is made where it is missing, and keep other runs out of it meanwhile.

    Raises UsageError where it has results of another model, program or settings, other Parquet files, or another run
    is writing there; ExportError where it cannot be used.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"the folder {path} for results cannot be made ({error.strerror or error}).") from error
    origin = json.loads(json.dumps(origin))  # as it comes back from a file
    with _alone(path):
        _check_content(path, origin)
        for unfinished in path.glob(_UNFINISHED):  # of a run that was killed while it wrote
            unfinished.unlink(missing_ok=True)
        folder = ResultFolder(path, origin, findings)
        folder.write_manifest(rows=None)
        yield folder


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the folder's lock, which the system takes back from a process that dies.

    Some network file systems have no locks (ENOSYS, ENOLCK, ...): there nothing keeps two runs apart.
    """
    locket = CLUSTER.module("locket")
    try:
        lock = locket.lock_file(str(path / _LOCK), timeout=0)
        lock.acquire()
    except locket.LockError as error:
        raise UsageError(
            f"another run is writing to {path}; wait for its end, or choose another folder with --output."
        ) from error
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise ExportError(
                f"the folder {path} cannot be locked ({error.strerror or error}); check your rights."
            ) from error
        yield
        return
    try:
        yield
    finally:
        lock.release()


def _check_content(path: Path, origin: dict[str, Any]) -> None:
    if foreign := [part for part in path.glob("*.parquet") if not part.match(_PART)]:
        raise UsageError(
            f"expected a folder without other Parquet files, got {path} with {foreign[0].name}; choose another folder "
            "with --output."
        )
    try:
        known = json.loads((path / MANIFEST).read_bytes())
        known = {name: known.get(name) for name in origin}
    except FileNotFoundError:
        return
    except (OSError, ValueError, AttributeError) as error:
        raise ExportError(f"the manifest {path / MANIFEST} cannot be read; move the folder away.") from error
    if differing := _differing(known, origin):
        raise UsageError(
            f"the results in {path} were made otherwise ({', '.join(differing)}); give the same options, or choose "
            "another folder with --output."
        )


def _differing(known: dict[str, Any], origin: dict[str, Any]) -> list[str]:
    """Return the names of what differs, those of single settings rather than "settings"."""
    names = [name for name in origin if known[name] != origin[name] and name not in ("settings", "settings_sha256")]
    before, now = known.get("settings") or {}, origin.get("settings") or {}
    return names + sorted(name for name in {*before, *now} if before.get(name) != now.get(name) and name not in names)


def _number(part: Path) -> int:
    digits = part.stem.removeprefix("part-")
    return int(digits) if digits.isdecimal() else 0


def _stored_row(row: dict[str, Any], entry: list[Any]) -> StoredRow:
    size, modified_ns, undecodable = entry
    path = row["path"] if undecodable is None else os.fsdecode(bytes.fromhex(undecodable))
    # What may have been no fault of the file is tried again: then no hash says that the row stands.
    sha256 = "" if row["code"] in TRANSIENT_CODES else row["sha256"]
    return StoredRow(PartitionFile(path, sha256, FileState(size, modified_ns)), row["status"], row["code"])
