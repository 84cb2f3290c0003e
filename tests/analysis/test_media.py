"""Strangers' DICOMDIRs are read in a worker process, several by one."""

import os
import threading
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from cxrviewer.analysis.media import MediumReader, referenced_files_in_worker
from cxrviewer.errors import CxrViewerError, WorkerCrashedError, WorkerError
from tests.cli.test_media import write_medium


def medium(folder: Path, films: int) -> Path:
    folder.mkdir(parents=True)
    return write_medium(folder, films)


def say_where(_dicomdir: Path) -> list[tuple[str, ...]]:
    """A worker's task: the process that it is."""
    return [(str(os.getpid()),)]


def die_over_bad_ones(dicomdir: Path) -> list[tuple[str, ...]]:
    """A worker's task."""
    if dicomdir.name == "bad":
        os._exit(3)
    return [("film",)]


def never_end(dicomdir: Path) -> list[tuple[str, ...]]:
    """A worker's task."""
    dicomdir.with_name("started").touch()
    time.sleep(60)
    return []


def test_several_are_read_and_a_damaged_one_is_a_named_error(tmp_path: Path) -> None:
    one, two = medium(tmp_path / "a" / "one", 1), medium(tmp_path / "b" / "two", 2)
    damaged = tmp_path / "DICOMDIR"
    damaged.write_bytes(two.read_bytes()[:300])
    with closing(MediumReader()) as read:
        assert len(read(one)) == 1
        with pytest.raises(CxrViewerError):
            read(damaged)
        assert len(read(two)) == 2
    assert len(referenced_files_in_worker(one)) == 1


def test_one_worker_process_reads_them_all_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cxrviewer.analysis.media._read", say_where)
    with closing(MediumReader()) as read:
        processes = {int(read(Path(name))[0][0]) for name in ("a", "b", "c")}
    assert len(processes) == 1
    assert os.getpid() not in processes
    assert not psutil.pid_exists(processes.pop())


def test_a_worker_that_dies_costs_its_file_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cxrviewer.analysis.media._read", die_over_bad_ones)
    with closing(MediumReader()) as read:
        with pytest.raises(WorkerCrashedError):
            read(Path("bad"))
        assert read(Path("good")) == [("film",)]


def test_stopping_ends_what_is_being_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cxrviewer.analysis.media._read", never_end)

    def stop_when_started() -> None:
        while not (tmp_path / "started").exists():
            time.sleep(0.01)
        read.stop()

    with closing(MediumReader()) as read:
        stopper = threading.Thread(target=stop_when_started)
        stopper.start()
        began = time.monotonic()
        with pytest.raises(WorkerError, match="stopped"):
            read(tmp_path / "DICOMDIR")
        stopper.join()
        with pytest.raises(WorkerError, match="stopped"):
            read(tmp_path / "DICOMDIR")
    assert time.monotonic() - began < 30
