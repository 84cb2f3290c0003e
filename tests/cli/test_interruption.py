"""A run that is killed or stopped loses nothing and repeats nothing."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cxrviewer.results.store import ResultStore
from tests.cli.command import command, cxrviewer, environment, results_of, rows
from tests.films import write_png

FILES = 900

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends Unix signals")


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    for seed in range(FILES):
        write_png(folder / f"{seed:04}.png", size=96, seed=seed)
    return folder


def recorded(store: Path) -> int:
    if not store.exists():
        return 0
    with sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True) as connection:
        try:
            (count,) = connection.execute("SELECT count(*) FROM analysis").fetchone()
        except sqlite3.OperationalError:  # the tables are just being made
            return 0
    return int(count)


def start_and_signal(films: Path, folder: Path, sent: signal.Signals) -> tuple[int, str]:
    """Start classifying, send a signal once 150 files are done, and return status and standard error."""
    with subprocess.Popen(
        command("classify", films, "--store", "s.sqlite", "--output", "r.csv"),
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell starts what it puts in the background with SIGINT ignored, and that would be inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no thread runs here
    ) as process:
        deadline = time.monotonic() + 120
        while recorded(folder / "s.sqlite") < 150:
            assert process.poll() is None, "it ended before it could be interrupted"
            assert time.monotonic() < deadline
            time.sleep(0.02)
        if sent == signal.SIGINT:
            os.killpg(process.pid, sent)  # as a terminal does: the workers get it too
        else:
            process.send_signal(sent)
        assert process.stderr is not None
        return process.wait(timeout=30), process.stderr.read()


def analysed_at(store: Path) -> dict[str, str]:
    with sqlite3.connect(store) as connection:
        return dict(connection.execute("SELECT sha256, analysed_at FROM analysis"))


def test_kill_9_loses_and_repeats_nothing(films: Path, tmp_path: Path) -> None:
    status, _ = start_and_signal(films, tmp_path, signal.SIGKILL)
    assert status == -signal.SIGKILL
    assert not (tmp_path / "r.csv").exists(), "an export appears whole or not at all"
    before = analysed_at(tmp_path / "s.sqlite")
    assert 150 <= len(before) < FILES

    done = cxrviewer(tmp_path, "classify", films, "--store", "s.sqlite", "--output", "r.csv")
    assert done.status == 0, done.err
    known = re.search(r"(\d+) of them known before", done.out)
    assert known is not None
    assert int(known[1]) == len(before)
    after = analysed_at(tmp_path / "s.sqlite")
    assert {sha256: after[sha256] for sha256 in before} == before, "what was recorded was not analysed again"
    assert len(rows(tmp_path / "r.csv")) == FILES

    whole = cxrviewer(tmp_path, "classify", films, "--store", "other.sqlite", "--output", "whole.csv")
    assert whole.status == 0
    assert results_of(tmp_path / "r.csv") == results_of(tmp_path / "whole.csv")


def test_ctrl_c_keeps_what_is_done_and_resume_goes_on(films: Path, tmp_path: Path) -> None:
    status, said = start_and_signal(films, tmp_path, signal.SIGINT)
    assert status == 130
    assert "Stopped" in said
    assert "Traceback" not in said
    before = analysed_at(tmp_path / "s.sqlite")
    done = cxrviewer(tmp_path, "classify", "--resume", "--store", "s.sqlite", "--output", "r.csv")
    assert done.status == 0, done.err
    after = analysed_at(tmp_path / "s.sqlite")
    assert {sha256: after[sha256] for sha256 in before} == before
    table = rows(tmp_path / "r.csv")
    assert [Path(row["path"]).name for row in table] == [f"{seed:04}.png" for seed in range(FILES)]
    store = ResultStore(tmp_path / "s.sqlite")
    assert store.unfinished_run() is None
    store.close()
