"""Folder throughput against decoding and resizing only, with the same files and the same workers, in one run.

pytest tests/benchmarks --benchmark-only -s
"""

import shutil
import time
from functools import partial
from pathlib import Path

import pytest

from cxrviewer.analysis.job import AnalysisJob, examine_in_worker, open_worker_engine
from cxrviewer.analysis.pool import PoolSettings, map_files
from cxrviewer.domain import InputSpec
from cxrviewer.imaging.display import default_rendering
from cxrviewer.imaging.fitting import fit
from cxrviewer.inference.bundle import find_bundle
from cxrviewer.reading import read_radiograph
from tests.films import write_dicom, write_jpeg2000

POOL = PoolSettings(workers=2)
ROUNDS = 3


def decode_and_resize(spec: InputSpec, path: Path) -> float:
    network_input, _ = fit(default_rendering(read_radiograph(path)), spec)
    return float(network_input.mean())


def seconds_steady(task: object, files: list[Path], start_worker: object) -> float:
    """Return the seconds from the first result to the last: the workers' start is measured elsewhere."""
    results = map_files(task, files, POOL, start_worker)  # type: ignore[arg-type]
    for _ in range(POOL.workers * 2):
        next(results)
    started = time.perf_counter()
    count = sum(1 for _ in results)
    return (time.perf_counter() - started) / count


@pytest.mark.parametrize("kind", ["published files", "3000 x 3000 DICOM", "2500 x 2500 JPEG 2000", "224 x 224 JPEG"])
def test_throughput(benchmark, kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if kind == "3000 x 3000 DICOM":
        films = [write_dicom(tmp_path / f"{i}.dcm", 3000, i, bits=16) for i in range(12)]
        files = films * 10
    elif kind == "2500 x 2500 JPEG 2000":
        files = [write_jpeg2000(tmp_path / f"{i}.dcm", 2500, i) for i in range(6)] * 2
    elif kind == "published files":
        folder = request.getfixturevalue("fullsize_films")
        files = [path for path in sorted(folder.iterdir()) if path.suffix != ".md"] * 20
    else:
        folder = request.getfixturevalue("cxr224")
        source = sorted((folder / "rsna").rglob("*.jpg"))[:1500]
        files = [Path(shutil.copy(path, tmp_path)) for path in source]
    bundle = find_bundle("cxr_mobilenetv2")
    job = AnalysisJob(bundle.folder, bundle.sha256, "litert")
    decode, whole = [], []

    def both() -> None:
        decode.append(seconds_steady(partial(decode_and_resize, bundle.input_spec), files, None))
        whole.append(seconds_steady(partial(examine_in_worker, job), files, partial(open_worker_engine, job)))

    benchmark.pedantic(both, rounds=ROUNDS, iterations=1)
    ratio = min(decode) / min(whole)
    benchmark.extra_info.update(
        {"decode_ms": min(decode) * 1000, "whole_ms": min(whole) * 1000, "throughput_ratio": ratio}
    )
    print(f"\n{kind}: decode {min(decode) * 1e3:.2f} ms a file, whole {min(whole) * 1e3:.2f} ms, ratio {ratio:.2f}")
