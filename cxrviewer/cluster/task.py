"""The one function that runs on the workers of a cluster: a partition of files becomes rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cxrviewer.analysis.analyze import hash_file
from cxrviewer.cluster.film_workers import claim_film_workers
from cxrviewer.cluster.partition import (
    ClusterJob,
    FileState,
    PartitionFile,
    PartitionResult,
    file_state,
    partition_result,
)
from cxrviewer.errors import CxrViewerError
from cxrviewer.extras import CLUSTER


def examine_partition(job: ClusterJob, files: Sequence[PartitionFile]) -> PartitionResult:
    """Analyse the files whose rows do not stand, in processes of their own, and return their rows.

    Raises EngineError, BundleError and ClusterError: those are no file's fault, and would cost every file.
    """
    states = [file_state(Path(file.path)) for file in files]  # before they are read: a later change shows
    indices = [
        index
        for index, (file, state) in enumerate(zip(files, states, strict=True))
        if not _stands(file, state, trust_times=job.trust_times)
    ]
    analyses = []
    if indices:
        workers = claim_film_workers(job, _slots())
        try:
            analyses = workers.analyse([files[index].path for index in indices], _is_wanted)
        finally:
            workers.release()
    return partition_result(job, indices, [states[index] for index in indices], analyses)


def _stands(file: PartitionFile, state: FileState, *, trust_times: bool) -> bool:
    """Return whether a file is still the one that its row was made from."""
    if not file.sha256 or state == FileState():
        return False
    if trust_times and state == file.state:
        return True
    try:
        return hash_file(Path(file.path)) == file.sha256
    except CxrViewerError:
        return False


def _slots() -> int:
    """Return how many partitions this worker of the cluster does at once: its films have as many processes."""
    return int(CLUSTER.module("distributed").get_worker().state.nthreads)


def _is_wanted() -> bool:
    """Return whether the program that sent this partition still waits for it: it may have been stopped, or killed."""
    worker = CLUSTER.module("distributed.worker")
    task = worker.get_worker().state.tasks.get(worker.thread_state.key)
    return task is not None and task.state == "executing"
