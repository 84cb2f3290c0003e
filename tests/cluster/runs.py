"""Runs over the test cluster, and what they left in their folder."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.dataset

from cxrviewer.analysis.analyze import AnalysisSettings
from cxrviewer.cluster.folder import open_result_folder
from cxrviewer.cluster.partition import ClusterJob
from cxrviewer.cluster.run import ClusterRun, Tally
from cxrviewer.cluster.scheduling import Cluster, Task
from cxrviewer.cluster.task import examine_partition
from cxrviewer.inference.bundle import Bundle
from cxrviewer.version import __version__

ORIGIN = {"not_for_diagnosis": "Research use only. Not for diagnosis.", "settings": {"lungs": True}}


def job_for(bundle: Bundle, **changes: Any) -> ClusterJob:
    """Return the job of the shipped bundle."""
    values = {
        "model": bundle.folder.name,
        "bundle_sha256": bundle.sha256,
        "engine": "litert",
        "settings": AnalysisSettings(),
        "program_version": __version__,
        "findings": bundle.metadata.findings,
        "origin": json.dumps(ORIGIN),
        "seconds_per_file": 30.0,
    }
    return ClusterJob(**(values | changes))


def classify(
    client: Any,
    bundle: Bundle,
    folder: Path,
    files: Iterable[Path],
    task: Task = examine_partition,
    size: int = 4,
    fresh: bool = False,
    **changes: Any,
) -> Tally:
    """Run over files as the command line does, in partitions of ``size``."""
    job = job_for(bundle, **changes)
    with open_result_folder(folder, ORIGIN, bundle.metadata.findings) as opened:
        run = ClusterRun(Cluster(client, job, task), job, bundle, opened, files_a_partition=size, fresh=fresh)
        return run.classify(files)


def rows_of(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the rows of a folder, read as one data set, by file name; there is one for each path."""
    rows = pyarrow.dataset.dataset(folder, format="parquet").to_table().to_pylist()
    by_path = {row["path"]: row for row in rows}
    assert len(by_path) == len(rows), "a file has two rows"
    return {Path(path).name: row for path, row in by_path.items()}
