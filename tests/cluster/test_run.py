"""A folder of films over a cluster: the rows of a single machine, once each, whatever is lost on the way."""

import json
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from cxrviewer.analysis.analyze import examine_file
from cxrviewer.cli.cluster import in_words
from cxrviewer.cluster.run import Tally
from cxrviewer.errors import RESULT_OBJECT_CODES, BundleHashError, ClusterError, UsageError
from cxrviewer.inference.bundle import Bundle
from cxrviewer.inference.engines import open_engine
from cxrviewer.inference.lung_segmenter import LungSegmenter
from cxrviewer.results.parquet import parquet_schema, rows_as_table
from cxrviewer.results.tables import analysis_row
from tests.cluster.runs import classify, rows_of
from tests.cluster.tasks import examine_hostile_partition, trivial_partition
from tests.films import write_dicom, write_png

OF_THE_RUN = ("milliseconds", "analysed_at", "audit")


def without_times(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in OF_THE_RUN}


@pytest.fixture
def films(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "films, schön"
    folder.mkdir()
    good = [write_png(folder / f"{seed}.png", seed=seed) for seed in range(9)]
    (folder / "notes.txt").write_text("Dear colleague")
    truncated = write_png(folder / "truncated.png", seed=50)
    truncated.write_bytes(truncated.read_bytes()[:-400])
    return [*good, write_dicom(folder / "film.dcm", seed=9), folder / "notes.txt", truncated, folder / "missing.png"]


def test_the_rows_are_those_of_a_single_machine(client: Any, bundle: Bundle, films: list[Path], tmp_path: Path) -> None:
    tally = classify(client, bundle, tmp_path / "r", films)
    assert dict(tally.statuses) == {"ok": 10, "refused": 1, "error": 2}
    engine, segmenter = open_engine("litert", bundle), LungSegmenter()
    expected = [
        analysis_row(examine_file(path, bundle, engine, segmenter=segmenter).analysis, bundle.metadata.findings)
        for path in films
    ]
    single = rows_as_table(expected, parquet_schema(bundle.metadata.findings)).to_pylist()
    found = rows_of(tmp_path / "r")
    assert len(found) == len(films)
    for row in single:
        assert without_times(found[Path(row["path"]).name]) == without_times(row)
    assert found["missing.png"]["code"] == "missing"
    manifest = json.loads((tmp_path / "r" / "_manifest.json").read_text())
    assert manifest["rows"] == 13
    assert "Not for diagnosis" in manifest["not_for_diagnosis"]


def test_a_second_run_does_only_what_is_missing_or_changed(
    client: Any, bundle: Bundle, films: list[Path], tmp_path: Path
) -> None:
    folder = tmp_path / "r"
    classify(client, bundle, folder, films)
    before, parts = rows_of(folder), {part: part.stat().st_mtime_ns for part in folder.glob("part-*")}
    again = classify(client, bundle, folder, [*films, *films])  # a path given twice has one row
    assert again.kept == 12  # "missing" is tried again: its cause may be gone
    assert again.done == 13
    times = films[3].stat()
    write_png(films[3], seed=99)
    os.utime(films[3], ns=(times.st_atime_ns, times.st_mtime_ns))  # its hash tells, not its time
    write_png(films[-1], seed=77)  # it was missing
    new = write_png(films[0].parent / "0 new.png", seed=78)
    tally = classify(client, bundle, folder, [new, *films[1:]])
    after = rows_of(folder)
    assert dict(tally.statuses) == {"ok": 11, "refused": 1, "error": 1}
    assert tally.kept == 10
    assert tally.unlisted == 1
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {films[3].name, films[-1].name, new.name}
    assert after[films[3].name]["sha256"] != before[films[3].name]["sha256"]
    untouched = [part for part, changed_at in parts.items() if part.stat().st_mtime_ns == changed_at]
    assert len(untouched) == len(parts) - 2
    assert json.loads((folder / "_manifest.json").read_text())["rows"] == len(after) == 14


def test_times_are_trusted_only_where_asked_for(client: Any, bundle: Bundle, films: list[Path], tmp_path: Path) -> None:
    classify(client, bundle, tmp_path / "r", films[:4])
    times = films[0].stat()
    films[0].write_bytes(films[0].read_bytes()[::-1])  # as large as before
    os.utime(films[0], ns=(times.st_atime_ns, times.st_mtime_ns))
    assert classify(client, bundle, tmp_path / "r", films[:4], trust_times=True).kept == 4
    assert classify(client, bundle, tmp_path / "r", films[:4]).kept == 3
    assert classify(client, bundle, tmp_path / "r", films[:4], fresh=True).kept == 0


def test_a_file_that_crashes_or_hangs_the_decoder_costs_its_own_row(
    client: Any, bundle: Bundle, films: list[Path], tmp_path: Path
) -> None:
    workers = set(client.nthreads())
    bad = [write_png(films[0].parent / f"{word}.png") for word in ("segfault", "hang")]
    files = [films[0], bad[0], films[1], bad[1], films[2], films[3]]
    classify(client, bundle, tmp_path / "r", files, examine_hostile_partition, size=6, seconds_per_file=6.0)
    found = rows_of(tmp_path / "r")
    assert {name: row["code"] for name, row in found.items() if row["code"]} == {
        "segfault.png": "worker-crashed",
        "hang.png": "timeout",
    }
    assert sum(row["status"] == "ok" for row in found.values()) == 4
    assert set(client.nthreads()) == workers, "no worker of the cluster was lost"


@pytest.fixture
def no_second_chance(client: Any) -> Any:
    """Let the scheduler give a partition up with the first worker that it costs, which is quicker than the fourth."""

    def allow(failures: int) -> None:
        client.run_on_scheduler(lambda dask_scheduler: setattr(dask_scheduler, "allowed_failures", failures))

    allow(0)
    yield
    allow(3)


@pytest.mark.usefixtures("no_second_chance")
def test_a_file_that_kills_workers_is_found_by_halving(client: Any, bundle: Bundle, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a", "b", "poison", "d")]
    tally = classify(client, bundle, tmp_path / "r", files, trivial_partition, size=4)
    found = rows_of(tmp_path / "r")
    assert set(found) == {"a", "b", "poison", "d"}
    assert {name: row["code"] for name, row in found.items() if row["code"]} == {"poison": "worker-crashed"}
    assert tally.statuses["error"] == 1


@pytest.mark.usefixtures("no_second_chance")
def test_a_file_is_not_blamed_for_what_another_did_to_its_worker(client: Any, bundle: Bundle, tmp_path: Path) -> None:
    """The scheduler counts a worker's end against all that it had been given, also against what had not begun there."""
    names = [f"{word} {number}" for number in range(3) for word in ("a", "poison", "b")]
    classify(client, bundle, tmp_path / "r", [tmp_path / name for name in names], trivial_partition, size=1)
    found = rows_of(tmp_path / "r")
    assert set(found) == set(names)
    assert {name for name, row in found.items() if row["code"] == "worker-crashed"} == {f"poison {n}" for n in range(3)}
    assert all(row["status"] == "ok" for name, row in found.items() if not name.startswith("poison"))


def test_a_worker_that_is_killed_loses_no_row(client: Any, bundle: Bundle, tmp_path: Path) -> None:
    client.wait_for_workers(2, timeout=30)
    files = [tmp_path / f"nap {number}" for number in range(30)]
    victim = next(iter(client.run(os.getpid).values()))
    killing = threading.Timer(0.7, os.kill, (victim, signal.SIGKILL))
    killing.start()
    tally = classify(client, bundle, tmp_path / "r", files, trivial_partition, size=2)
    killing.join()
    assert not psutil.pid_exists(victim)
    assert tally.statuses["ok"] == 30
    assert len(rows_of(tmp_path / "r")) == 30


def test_another_bundle_or_version_on_a_worker_ends_the_run_by_name(
    client: Any, bundle: Bundle, films: list[Path], tmp_path: Path
) -> None:
    with pytest.raises(BundleHashError, match="same version"):
        classify(client, bundle, tmp_path / "r", films, bundle_sha256="0" * 64)
    with pytest.raises(ClusterError, match="install the same version"):
        classify(client, bundle, tmp_path / "r", films, program_version="0.0.1")
    again = classify(client, bundle, tmp_path / "r", films, trivial_partition)
    assert again.done == len(films), "the folder can be used again"


def test_one_run_at_a_time_in_a_folder(client: Any, bundle: Bundle, tmp_path: Path) -> None:
    files = [tmp_path / f"nap {number}" for number in range(8)]
    slow = threading.Thread(target=classify, args=(client, bundle, tmp_path / "r", files, trivial_partition))
    slow.start()
    time.sleep(0.3)
    with pytest.raises(UsageError, match="another run is writing"):
        classify(client, bundle, tmp_path / "r", files, trivial_partition)
    slow.join()
    assert len(rows_of(tmp_path / "r")) == 8


def test_few_partitions_are_open_at_a_time(client: Any, bundle: Bundle, tmp_path: Path) -> None:
    taken = 0
    ahead = []

    def listed() -> Any:
        nonlocal taken
        for number in range(4000):
            taken += 1
            yield tmp_path / f"film {number}"

    from tests.cluster import runs

    class Watched(runs.ClusterRun):
        def _keep(self, done: Any, tally: Any) -> int:
            ahead.append(taken - tally.done)
            return super()._keep(done, tally)

    original, runs.ClusterRun = runs.ClusterRun, Watched  # type: ignore[misc]
    try:
        tally = classify(client, bundle, tmp_path / "r", listed(), trivial_partition, size=50)
    finally:
        runs.ClusterRun = original  # type: ignore[misc]
    assert tally.done == 4000
    assert max(ahead) <= 50 * 2 * (2 + 1) + 50  # two for each of two slots, and what is read ahead to be divided


def test_a_local_cluster_listens_on_loopback_only_and_asks_for_its_certificate(client: Any) -> None:
    assert client.scheduler_info(n_workers=0)["address"].startswith("tls://127.0.0.1")
    # Another file's tests may have left an Orthanc running in this process, which is not ours to judge.
    ours = [child for child in psutil.Process().children(recursive=True) if child.name() != "Orthanc"]
    processes = [psutil.Process(), *ours]
    listening = [
        connection.laddr.ip
        for process in processes
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening
    assert set(listening) <= {"127.0.0.1", "::1"}


def test_stored_results_are_no_films_that_were_refused() -> None:
    tally = Tally()
    for status, code in (("ok", ""), ("refused", "view"), ("refused", next(iter(RESULT_OBJECT_CODES)))):
        tally.add(status, code)  # type: ignore[arg-type]
    assert (tally.done, tally.refused, tally.result_objects) == (3, 1, 1)
    assert in_words(tally) == "3 files: 1 ok, 1 refused, 0 failed, 1 of stored results"
