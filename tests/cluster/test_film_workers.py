"""The processes within one worker of the cluster: shared by its threads, kept while they are wanted, then ended."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from cxrviewer.cluster import film_workers
from cxrviewer.cluster.film_workers import FilmWorkers
from cxrviewer.errors import ClusterError
from cxrviewer.inference.bundle import Bundle
from tests.cluster.runs import job_for
from tests.films import write_png


def test_threads_share_processes_that_end_when_nobody_wants_them(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(film_workers, "SECONDS_IDLE", 0.2)
    before = set(psutil.Process().children(recursive=True))
    films = [str(write_png(tmp_path / f"{seed}.png", size=96, seed=seed)) for seed in range(300)]
    workers = FilmWorkers(job_for(bundle), processes=1)
    assert workers.claim()
    with ThreadPoolExecutor(2) as threads:
        halves = list(threads.map(workers.analyse, (films[:5], films[5:9])))
    assert [[analysis.path for analysis in half] for half in halves] == [films[:5], films[5:9]]

    started = time.monotonic()
    with pytest.raises(ClusterError, match="no longer"):
        workers.analyse(films, is_wanted=lambda: time.monotonic() - started < 0.5)
    assert [analysis.path for analysis in workers.analyse(films[:1])] == films[:1], "the others were dropped"

    decoding = set(psutil.Process().children(recursive=True)) - before
    workers.release()
    deadline = time.monotonic() + 20
    while not workers.has_ended and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not workers.claim()
    with pytest.raises(ClusterError, match="have ended"):
        workers.analyse(films[:1])
    workers.close()
    assert not [process for process in decoding if process.is_running() and "spawn_main" in " ".join(process.cmdline())]
