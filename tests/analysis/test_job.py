"""What worker processes keep open while they do a job."""

from pathlib import Path

import psutil

from cxrviewer.analysis.analyze import AnalysisSettings
from cxrviewer.analysis.job import AnalysisJob, analyze_files
from cxrviewer.analysis.pool import PoolSettings
from cxrviewer.inference.bundle import find_bundle
from cxrviewer.results.store import ResultStore, StoreRecall, result_key
from tests.films import write_png


def times_open(path: Path) -> list[int]:
    """Return how often each child process has a file open."""
    children = psutil.Process().children(recursive=True)
    return [sum(opened.path == str(path) for opened in child.open_files()) for child in children]


def test_a_worker_opens_the_store_once_for_all_its_files(tmp_path: Path) -> None:
    bundle = find_bundle("cxr_mobilenetv2")
    films = [write_png(tmp_path / f"{number}.png", seed=number) for number in range(24)]
    path = tmp_path / "results.sqlite"
    ResultStore(path).close()
    recall = StoreRecall(path, result_key(bundle.sha256, {}))
    job = AnalysisJob(bundle.folder, bundle.sha256, "litert", AnalysisSettings(), recall)
    most = 0
    for outcome in analyze_files(films, job, bundle, PoolSettings(workers=1)):
        assert outcome.analysis.status == "ok"
        most = max(most, *times_open(path))
    assert most == 1
