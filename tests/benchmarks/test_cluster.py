"""What a cluster costs and gains: efficiency, overhead a film, memory of the client, and where its scheduler ends.

pytest tests/benchmarks/test_cluster.py --benchmark-only -s

Wall clock and CPU time are both given: on a machine that others use, only the latter means much. CPU time is that of
the program and of everything below it (scheduler, workers, the processes that decode).
"""

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import psutil
import pytest

from cxrviewer.analysis.analyze import examine_file
from cxrviewer.cluster.addresses import ClusterAddress
from cxrviewer.cluster.connection import open_client
from cxrviewer.cluster.partition import ClusterJob, FileState, PartitionFile, PartitionResult, partition_result
from cxrviewer.cluster.scheduling import Cluster, Partition
from cxrviewer.inference.bundle import find_bundle
from cxrviewer.inference.engines import open_engine
from cxrviewer.inference.lung_segmenter import LungSegmenter
from cxrviewer.results.store import ResultStore, result_key
from tests.cluster.runs import classify, job_for
from tests.films import write_dicom, write_jpeg2000, write_png
from tests.results.examples import FINDINGS, ok_analysis

pytestmark = pytest.mark.timeout(3600)  # of another kind than tests: on a busy machine they take their time
TINY_FILMS = 100_000
FILMS_TWICE = 160


@dataclass
class Cost:
    """Seconds by the clock, and seconds of processors."""

    wall: float = 0.0
    cpu: float = 0.0


def cpu_seconds() -> float:
    """Return the CPU time of this process and of all that live below it."""
    total = 0.0
    for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
    return total


@contextmanager
def measured() -> Iterator[Cost]:
    cost = Cost()
    wall, cpu = time.perf_counter(), cpu_seconds()
    yield cost
    cost.wall, cost.cpu = time.perf_counter() - wall, cpu_seconds() - cpu


def drawn_partition(job: ClusterJob, files: tuple[PartitionFile, ...]) -> PartitionResult:
    """Make a row of plausible values for every file without reading it: what is left is the cluster itself."""
    analyses = [ok_analysis(file.path, findings=job.findings) for file in files]
    return partition_result(job, range(len(files)), [FileState(1, 1)] * len(files), analyses)


def sleeping_partition(job: ClusterJob, files: tuple[PartitionFile, ...]) -> PartitionResult:
    """Stand for a worker that is busy for as long as its job says, and costs this machine nothing."""
    time.sleep(job.seconds_per_file * len(files))
    return PartitionResult((), (), bytes(50_000))  # as large as 256 rows are


def test_two_workers_against_one(benchmark, tmp_path: Path) -> None:
    """Efficiency: 1 would be twice the films in the same time. One decoding process a worker, one thread each."""
    drawn = [write_dicom(tmp_path / f"{seed}.dcm", 1000, seed, bits=16) for seed in range(16)]
    films = []
    for number in range(FILMS_TWICE):
        film = tmp_path / "films" / f"{number:04}.dcm"
        film.parent.mkdir(exist_ok=True)
        os.link(drawn[number % len(drawn)], film)
        films.append(film)
    bundle = find_bundle("cxr_mobilenetv2")
    costs: dict[int, list[Cost]] = {1: [], 2: []}

    def both() -> None:
        for workers, found in costs.items():
            with open_client(ClusterAddress("local", workers=workers)) as client:
                place = tmp_path / f"r{workers}-{len(found)}"
                classify(client, bundle, place.with_suffix(".warm"), films[: 8 * workers], size=8)  # engines are loaded
                with measured() as cost:
                    classify(client, bundle, place, films, size=10)
                found.append(cost)

    benchmark.pedantic(both, rounds=2, iterations=1)
    one, two = (min(costs[workers], key=lambda cost: cost.wall) for workers in (1, 2))
    print(
        f"\n{FILMS_TWICE} films of 1000 x 1000, 16 bit: 1 worker {one.wall:.1f} s (CPU {one.cpu:.1f} s), 2 workers "
        f"{two.wall:.1f} s (CPU {two.cpu:.1f} s): efficiency {one.wall / two.wall / 2:.2f} by the clock, "
        f"{one.cpu / two.cpu:.2f} by CPU time a film"
    )


def test_overhead_a_film(benchmark, tmp_path: Path) -> None:
    """Scheduling, rows to Parquet, transport, index and fsync, without reading a film; and the client's memory."""
    bundle = find_bundle("cxr_mobilenetv2")
    memory: list[int] = []
    client_cpu: list[float] = []

    def listed() -> Iterator[Path]:
        for number in range(TINY_FILMS):
            if number % 10_000 == 0:
                memory.append(psutil.Process().memory_info().rss)
            yield Path(f"/films/p{number % 1000:04}/s{number:08}/{number * 2654435761 % 2**32:08x}.dcm")

    def run() -> None:
        with open_client(ClusterAddress("local", workers=2)) as client:
            classify(client, bundle, tmp_path / "warm", islice(listed(), 2000), drawn_partition, size=256)
            memory.clear()
            before = sum(psutil.Process().cpu_times()[:2])
            with measured() as cost:
                classify(client, bundle, tmp_path / "r", listed(), drawn_partition, size=256)
            client_cpu.append(sum(psutil.Process().cpu_times()[:2]) - before)
            benchmark.extra_info.update(vars(cost))

    benchmark.pedantic(run, rounds=1, iterations=1)
    info, parts = benchmark.extra_info, list((tmp_path / "r").glob("part-*"))
    size = sum(part.stat().st_size for part in parts)
    print(
        f"\n{TINY_FILMS} films, {len(parts)} partitions: {info['wall'] / TINY_FILMS * 1e3:.3f} ms a film by the clock, "
        f"CPU {info['cpu'] / TINY_FILMS * 1e3:.3f} ms (client and scheduler {client_cpu[0] / TINY_FILMS * 1e3:.3f}); "
        f"{size / TINY_FILMS:.0f} bytes a row; client {memory[1] / 1e6:.0f} MB after 10,000 films, "
        f"{memory[-1] / 1e6:.0f} MB after {TINY_FILMS - 10_000}"
    )


@pytest.mark.parametrize(("workers", "seconds"), [(16, 0.5), (64, 1.0), (128, 4.0)])
def test_simulated_workers(benchmark, workers: int, seconds: float) -> None:
    """Partitions a second through one scheduler, fed by the program's own loop, with workers that only sleep.

    All workers are threads and event loops of this one process, beside the scheduler and the client: what is measured
    is the least that a scheduler of its own would do.
    """
    from distributed import Client, LocalCluster

    bundle = find_bundle("cxr_mobilenetv2")
    job = job_for(bundle, seconds_per_file=seconds / 256)
    files = tuple(PartitionFile(f"/films/p10/s{number:08}/film.dcm") for number in range(256))
    count = 5 * workers
    found: list[float] = []
    cpu: list[float] = []

    def run() -> None:
        with (
            LocalCluster(
                n_workers=workers, threads_per_worker=1, processes=False, protocol="tcp://", host="127.0.0.1",
                dashboard_address=None, worker_dashboard_address=None, memory_limit=0, silence_logs=50,
                scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            ) as local,
            Client(local, set_as_default=False) as client,
        ):  # fmt: skip
            client.wait_for_workers(workers, timeout=120)
            cluster = Cluster(client, job, sleeping_partition)
            started, used = time.perf_counter(), time.process_time()
            done = sum(1 for _ in cluster.results(Partition(files) for _ in range(count)))
            found.append(done / (time.perf_counter() - started))
            cpu.append((time.process_time() - used) / done)

    benchmark.pedantic(run, rounds=1, iterations=1)
    asked = workers / seconds
    print(
        f"\n{workers} workers busy for {seconds} s a partition ask for {asked:.0f} partitions a second and get "
        f"{found[0]:.0f} ({found[0] / asked:.2f}): {found[0] * 256:.0f} films a second; {cpu[0] * 1e3:.1f} ms of CPU a "
        f"partition, client, scheduler and sleepers together: at most {1 / cpu[0]:.0f} partitions a second"
    )


@pytest.mark.parametrize(
    ("kind", "side"), [("16-bit DICOM", 2800), ("JPEG 2000 DICOM", 2500), ("8-bit PNG", 224), ("16-bit DICOM", 1000)]
)
def test_cpu_of_a_film(benchmark, kind: str, side: int, tmp_path: Path) -> None:
    """CPU seconds of one film the whole way, lungs and scope included, on one thread: a core's films a second."""
    write: Any = {"16-bit DICOM": write_dicom, "JPEG 2000 DICOM": write_jpeg2000, "8-bit PNG": write_png}[kind]
    films = [write(tmp_path / f"{seed}.film", side, seed) for seed in range(6)]
    bundle = find_bundle("cxr_mobilenetv2")
    engine, segmenter = open_engine("litert", bundle), LungSegmenter()
    found: list[float] = []

    def run() -> None:
        examine_file(films[0], bundle, engine, segmenter=segmenter)
        started = time.process_time()
        for film in films * 2:
            examine_file(film, bundle, engine, segmenter=segmenter)
        found.append((time.process_time() - started) / (2 * len(films)))

    benchmark.pedantic(run, rounds=3, iterations=1)
    megabytes = films[0].stat().st_size / 1e6
    print(
        f"\n{kind} of {side} x {side}: {min(found) * 1e3:.1f} ms of CPU, {1 / min(found):.1f} films a second and core, "
        f"{megabytes / min(found):.0f} MB a second and core"
    )


def test_rows_into_the_store(benchmark, tmp_path: Path) -> None:
    """Rows a second that one process commits to SQLite, heatmaps and audit log included: what a single machine does."""
    options = {"engine": "litert"}
    store = ResultStore(tmp_path / "s.sqlite")
    paths = [Path(f"/films/{number}.dcm") for number in range(2000)]
    run = store.start_run(paths, result_key("0" * 64, options), options)
    analyses = [replace(ok_analysis(str(path), findings=FINDINGS)) for path in paths]
    random.Random(0).shuffle(analyses)

    def record() -> None:
        for position, analysis in enumerate(analyses):
            store.record(run, position, analysis)

    with measured() as cost:
        benchmark.pedantic(record, rounds=1, iterations=1)
    store.close()
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    print(
        f"\n{len(paths) / cost.wall:.0f} rows a second by the clock, {len(paths) / cost.cpu:.0f} by CPU time; "
        f"{size / len(paths) / 1e3:.1f} kB a row"
    )
