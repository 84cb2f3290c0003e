"""``cxrviewer classify --scheduler`` and ``--shard``, as a researcher with a folder of films runs them."""

import csv
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pyarrow.dataset
import pytest
from typer.testing import CliRunner

from cxrviewer.cli.commands import app
from cxrviewer.results.tables import _cell
from tests.cli.command import command, cxrviewer, environment, rows
from tests.films import write_dicom, write_png

OF_THE_RUN = ("milliseconds", "analysed_at", "audit")


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    for seed in range(40):
        write_png(folder / f"{seed:03}.png", size=96, seed=seed)
    write_dicom(folder / "film.dcm", seed=7)
    write_dicom(folder / "lateral.dcm", ViewPosition="LL")
    (folder / "notes.txt").write_text("Dear colleague")
    return folder


def as_csv(row: dict[str, Any]) -> dict[str, str]:
    """Return a row of Parquet as the cells that the CSV has for it."""
    exact = {
        name: float(str(np.float32(value))) if name.startswith("p_") and value is not None else value
        for name, value in row.items()
    }
    return {name: _cell(value) for name, value in exact.items() if name not in OF_THE_RUN}


def data_set(folder: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pyarrow.dataset.dataset(folder, format="parquet").to_table().to_pylist()
    return rows


def by_path(table: Path) -> dict[str, dict[str, str]]:
    return {row["path"]: {name: value for name, value in row.items() if name not in OF_THE_RUN} for row in rows(table)}


@pytest.mark.skipif(sys.platform == "win32", reason="sends Unix signals")
def test_a_cluster_killed_half_way_and_resumed_gives_the_rows_of_a_single_machine(films: Path, tmp_path: Path) -> None:
    arguments = ("classify", films, "--scheduler", "local:2", "--output", "results", "--level", "0.95", "--no-lungs")
    with subprocess.Popen(command(*arguments), cwd=tmp_path, env=environment(tmp_path)) as client:
        deadline = time.monotonic() + 120
        while not list((tmp_path / "results").glob("part-*.parquet")):
            assert client.poll() is None, "it ended before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.02)
        started = psutil.Process(client.pid).children(recursive=True)
        client.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(started, timeout=20)
    assert not alive, "the local cluster outlived the program that it was started for"
    before = data_set(tmp_path / "results")
    assert before

    done = cxrviewer(tmp_path, *arguments)
    assert done.status == 1, done.err  # two files are refused
    assert f"43 files: 41 ok, 2 refused, 0 failed, {len(before)} of them known before" in done.out
    assert "Not for diagnosis" in done.out
    after = data_set(tmp_path / "results")
    assert [row for row in after if row in before] == before, "what was written was not done again"
    single = cxrviewer(tmp_path, "classify", films, "--output", "single.csv", "--level", "0.95", "--no-lungs")
    assert single.status == 1
    assert len(after) == 43
    assert {row["path"]: as_csv(row) for row in after} == by_path(tmp_path / "single.csv")


def test_shards_together_are_the_unsharded_run(films: Path, tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    for number in (1, 2):
        done = cxrviewer(
            tmp_path, "classify", films, "--shard", f"{number}/2", "-o", f"{number}.csv", "-o", "results", "--no-lungs"
        )
        assert done.status in (0, 1), done.err  # 1 where the two files that are refused are among its own
    assert cxrviewer(tmp_path, "classify", films, "-o", "whole.csv", "--no-lungs").status == 1
    shards = [by_path(tmp_path / f"{number}.csv") for number in (1, 2)]
    assert not set(shards[0]) & set(shards[1])
    assert {**shards[0], **shards[1]} == by_path(tmp_path / "whole.csv")
    assert {path.name for path in (tmp_path / "results").iterdir()} == {
        "shard-1-of-2.parquet",
        "shard-2-of-2.parquet",
    }
    assert {row["path"]: as_csv(row) for row in data_set(tmp_path / "results")} == by_path(tmp_path / "whole.csv")
    stores = {path.name for path in (tmp_path / "home").rglob("*.sqlite")}
    assert stores == {"results.sqlite", "results-shard-1-of-2.sqlite", "results-shard-2-of-2.sqlite"}


def test_a_shard_without_files_has_empty_tables(films: Path, tmp_path: Path) -> None:
    from cxrviewer.cluster.shards import Shard

    film = films / "000.png"
    empty = next(number for number in (1, 2) if not Shard(number, 2).holds(film))
    done = cxrviewer(tmp_path, "classify", film, "--shard", f"{empty}/2", "-o", "r.csv", "--store", "s.sqlite")
    assert done.status == 0, done.err
    with (tmp_path / "r.csv").open(encoding="utf-8", newline="") as table:
        assert len(list(csv.reader(table))) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--scheduler", "local:2"], "one --output FOLDER"),
        (["--scheduler", "local:2", "-o", "r.csv"], "one --output FOLDER"),
        (["--scheduler", "10.0.0.1", "-o", "r"], "address of a scheduler"),
        (["--scheduler", "local", "-o", "r", "--json"], "--json"),
        (["--scheduler", "local", "-o", "r", "--overlays", "o"], "--overlays"),
        (["--scheduler", "local", "-o", "r", "--report", "r.pdf"], "--report"),
        (["--scheduler", "local", "-o", "r", "--store", "s"], "--store"),
        (["--scheduler", "local", "-o", "r", "--workers", "2"], "--workers"),
        (["--scheduler", "local", "-o", "r", "--shard", "1/2"], "--shard"),
        (["--scheduler", "local", "-o", "r", "--model", "nothing"], "name or folder of a bundle"),
        (["--scheduler", "local", "-o", "r", "--threshold", "FRACTURE=0.5"], "a finding of the bundle"),
        (["--shard", "0/2"], "NUMBER/COUNT"),
    ],
)
def test_what_does_not_go_together_is_refused_by_name(
    films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["classify", str(films), *options])
    assert done.exit_code == 2, done.output
    assert said in done.output
    assert not list(tmp_path.iterdir()), "nothing was written"


def test_a_folder_without_files_starts_no_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "films").mkdir()
    done = CliRunner().invoke(app, ["classify", "films", "--scheduler", "local:2", "-o", "r"])
    assert done.exit_code == 2
    assert "at least one file" in done.output
