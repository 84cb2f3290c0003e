"""One run over many files: what has no row yet, or no longer the right one, becomes rows in a folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from cxrviewer.analysis.analyze import failed_analysis
from cxrviewer.cluster.folder import ResultFolder, StoredRow
from cxrviewer.cluster.known import KnownFiles
from cxrviewer.cluster.partition import (
    ClusterJob,
    FileState,
    PartitionFile,
    PartitionResult,
    partition_result,
    partitions,
)
from cxrviewer.cluster.scheduling import Cluster, Done, Partition
from cxrviewer.domain import Status
from cxrviewer.errors import RESULT_OBJECT_CODES, WorkerCrashedError
from cxrviewer.inference.bundle import Bundle

FILES_A_PARTITION = 256


@dataclass
class Tally:
    """How many files came to what so far; ``kept`` of them had a row that stands, ``unlisted`` rows are of others."""

    statuses: Counter[Status] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    kept: int = 0
    unlisted: int = 0

    @property
    def done(self) -> int:
        """How many of the files have their row."""
        return sum(self.statuses.values())

    @property
    def result_objects(self) -> int:
        """How many of the files are no films, but results that this program stored beside them."""
        return sum(self.codes[code] for code in RESULT_OBJECT_CODES)

    @property
    def refused(self) -> int:
        """How many of the files were refused as films."""
        return self.statuses["refused"] - self.result_objects

    def add(self, status: Status, code: str) -> None:
        """Count one more file."""
        self.statuses[status] += 1
        if code:
            self.codes[code] += 1


@dataclass(frozen=True)
class ClusterRun:
    """A run: the cluster and its job, the bundle (for the rows of files that no worker survives), and the folder.

    ``fresh``: rows that are there are made again, whatever their files are like.
    """

    cluster: Cluster
    job: ClusterJob
    bundle: Bundle
    folder: ResultFolder
    files_a_partition: int = FILES_A_PARTITION
    fresh: bool = False

    def classify(self, files: Iterable[Path], report: Callable[[Tally], None] = lambda tally: None) -> Tally:
        """Let every file have its row; ``report`` is called at least twice a second with what is done.

        A path that is listed twice has one row. Rows of files that are not listed stay. Raises ClusterError,
        BundleError and EngineError, after which the folder has all that was done until then.
        """
        tally = Tally()
        with closing(KnownFiles()) as known:
            parts = self.folder.parts()
            for number, part in enumerate(parts):
                known.add_part(number, (row.file.path for row in self.folder.rows(part)))
            rows_before = known.rows()
            new = 0
            waiting = self._partitions(files, known, parts)
            for done in self.cluster.results(waiting, lambda: report(tally)):
                new += self._keep(done, tally)
                report(tally)
            tally.unlisted = known.unlisted()
        self.folder.write_manifest(rows=rows_before + new)
        return tally

    def _partitions(self, files: Iterable[Path], known: KnownFiles, parts: list[Path]) -> Iterator[Partition]:
        """Yield the files without a row while they are found, then those whose rows may stand."""
        new = known.new_files(str(path.absolute()) for path in files)
        for part_files in partitions(new, self.files_a_partition, max(1, self.cluster.slots())):
            yield Partition(part_files)
        for number, places in known.listed_rows():
            rows = self.folder.rows(parts[number])
            chosen = tuple(self._to_check(rows[place]) for place in places)
            yield Partition(chosen, parts[number], places)

    def _to_check(self, row: StoredRow) -> PartitionFile:
        return replace(row.file, sha256="") if self.fresh else row.file

    def _keep(self, done: Done, tally: Tally) -> int:
        """Write what is new of a partition, count it, and return how many rows the folder has more."""
        partition = done.partition
        result = done.result or self._killed(partition)
        for status, code in result.outcomes:
            tally.add(status, code)
        if partition.part is None:
            self.folder.add_part(result.parquet)
            return len(result.indices)
        if result.indices:
            places = [partition.places[index] for index in result.indices]
            self.folder.replace_rows(partition.part, places, result.parquet)
        if len(result.indices) < len(partition.files):
            self._count_kept(partition, result, tally)
        return 0

    def _count_kept(self, partition: Partition, result: PartitionResult, tally: Tally) -> None:
        assert partition.part is not None
        rows, redone = self.folder.rows(partition.part), set(result.indices)
        for index, place in enumerate(partition.places):
            if index not in redone:
                tally.add(rows[place].status, rows[place].code)
                tally.kept += 1

    def _killed(self, partition: Partition) -> PartitionResult:
        """Return the row of a file that every worker died of, as far as the scheduler tried."""
        (file,) = partition.files
        error = WorkerCrashedError(
            "every worker of the cluster that was given this file died; the file is probably damaged or hostile, or "
            "the workers are being stopped."
        )
        analysis = failed_analysis(Path(file.path), "", error, self.bundle, self.job.engine)
        return partition_result(self.job, [0], [FileState()], [analysis])
