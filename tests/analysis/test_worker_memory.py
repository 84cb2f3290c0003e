"""A worker stays small on large films and flat over thousands of files."""

import sys
from functools import partial
from pathlib import Path

import psutil
import pytest

from cxrviewer.analysis.job import AnalysisJob, examine_in_worker, open_worker_engine
from cxrviewer.analysis.pool import PoolSettings, map_files
from cxrviewer.inference.bundle import find_bundle
from tests.films import write_dicom, write_png

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the peak of one process is read from Linux's /proc")


def peak_resident_bytes() -> int:
    """Return this process's own peak; getrusage's would begin with that of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


def examine_and_measure(job: AnalysisJob, path: Path) -> tuple[str, int, int]:
    status = examine_in_worker(job, path).analysis.status
    return status, psutil.Process().memory_info().rss, peak_resident_bytes()


def measure(files: list[Path]) -> list[tuple[str, int, int]]:
    bundle = find_bundle("cxr_mobilenetv2")
    job = AnalysisJob(bundle.folder, bundle.sha256, "litert")
    results = map_files(
        partial(examine_and_measure, job),
        files,
        PoolSettings(workers=1, files_per_worker=0),
        start_worker=partial(open_worker_engine, job),
    )
    return [r.value for r in results if r.value is not None]


def test_large_16_bit_films_need_at_most_300_mb(tmp_path: Path) -> None:
    films = [write_dicom(tmp_path / f"{i}.dcm", size=3000, seed=i, bits=16) for i in range(4)]
    measured = measure(films)
    assert [status for status, _, _ in measured] == ["ok"] * 4
    assert max(peak for _, _, peak in measured) <= 300e6, [peak / 1e6 for _, _, peak in measured]


def test_memory_stays_flat_over_thousands_of_files(tmp_path: Path) -> None:
    kinds = [write_png(tmp_path / f"{i}.png", seed=i) for i in range(40)]
    kinds += [write_dicom(tmp_path / f"{i}.dcm", seed=i) for i in range(8)]
    bad = tmp_path / "bad.png"
    bad.write_bytes(kinds[0].read_bytes()[:-200])
    kinds += [bad, tmp_path / "missing.png"]
    measured = measure(kinds * 60)
    assert len(measured) == 3000
    assert {status for status, _, _ in measured} == {"ok", "error"}
    resident = [rss for _, rss, _ in measured]
    assert max(resident[500:]) - max(resident[:500]) <= 20e6, (max(resident[:500]) / 1e6, max(resident[500:]) / 1e6)
