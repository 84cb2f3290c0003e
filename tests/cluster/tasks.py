"""What workers of the test cluster do: the real task, with decoders that die or hang where a file's name says so."""

import os
import signal
import time
from pathlib import Path

from cxrviewer.analysis import job as analysis_job
from cxrviewer.cluster.partition import ClusterJob, FileState, PartitionFile, PartitionResult, partition_result
from cxrviewer.cluster.task import examine_partition
from cxrviewer.domain import Analysis, ModelIdentity

really_examine = analysis_job._examine_item


def examine_or_suffer(item: analysis_job.FileToAnalyse) -> object:
    """Stand for a decoder that meets a file it cannot take; runs in the process that decodes."""
    if "segfault" in item.path.name:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "hang" in item.path.name:
        time.sleep(3600)
    return really_examine(item)


def examine_hostile_partition(job: ClusterJob, files: tuple[PartitionFile, ...]) -> PartitionResult:
    """Do the real task with such a decoder."""
    analysis_job._examine_item = examine_or_suffer  # type: ignore[assignment]
    return examine_partition(job, files)


def trivial_partition(job: ClusterJob, files: tuple[PartitionFile, ...]) -> PartitionResult:
    """Make rows without looking at the files; a file named "poison" kills the worker of the cluster itself."""
    for file in files:
        if Path(file.path).name.startswith("poison"):
            os.kill(os.getpid(), signal.SIGKILL)
        if Path(file.path).name.startswith("nap"):
            time.sleep(0.2)
    model = ModelIdentity(job.model, "0", job.bundle_sha256)
    analyses = [
        Analysis(
            file.path, f"{index:064}", "ok", model, job.engine, job.program_version, 0.0, "2026-01-02T03:04:05+00:00"
        )
        for index, file in enumerate(files)
    ]
    return partition_result(job, range(len(files)), [FileState(1, 1)] * len(files), analyses)
