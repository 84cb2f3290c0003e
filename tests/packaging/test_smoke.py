"""The parts of the smoke test that need no frozen program: what counts as a difference, and what a check leads to."""

import csv
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pydicom
import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "packaging"))

from smoke.films import dicom_film, write_every_format  # noqa: E402
from smoke.installers import opened, program_folder  # noqa: E402
from smoke.isolation import internet_sockets, without_network  # noqa: E402
from smoke.pictures import bounds_of_difference, is_blank, share_different  # noqa: E402
from smoke.program import Program, clean_variables, frozen_program  # noqa: E402
from smoke.store import films_by_status, finished_analyses  # noqa: E402
from smoke.surroundings import inventory  # noqa: E402
from smoke.tables import differences, read_table, rows_not_ok  # noqa: E402
from smoke.times import Time, judge  # noqa: E402
from smoke.verdicts import (  # noqa: E402
    Check,
    CheckFailedError,
    CheckNotRunError,
    exit_status,
    summary,
    verdict_of,
)

from cxrviewer.reading import read_radiograph  # noqa: E402
from cxrviewer.reading.dicom_codecs import ENCAPSULATED_SYNTAXES  # noqa: E402
from cxrviewer.reading.dicom_header import UNCOMPRESSED_SYNTAXES  # noqa: E402
from cxrviewer.results.store import ResultStore  # noqa: E402


def failing(error: Exception) -> Check:
    def run() -> str:
        raise error

    return Check("a check", run)


# Verdicts


def test_every_way_that_a_check_may_end() -> None:
    verdicts = [
        verdict_of(Check("a check", lambda: "seen")),
        verdict_of(failing(CheckFailedError("another number"))),
        verdict_of(failing(CheckNotRunError("no screen"))),
        verdict_of(failing(KeyError("p_NORMAL"))),
    ]
    assert [verdict.state for verdict in verdicts] == ["ok", "FAILED", "not run", "FAILED"]
    assert "KeyError: 'p_NORMAL'" in str(verdicts[3])
    assert str(verdicts[2]).startswith("not run")
    assert summary(verdicts) == "1 ok, 2 failed, 1 not run"


def test_the_exit_status_is_0_only_where_something_was_proved() -> None:
    ok, failed, not_run = (
        verdict_of(check)
        for check in (
            Check("a", lambda: ""),
            failing(CheckFailedError("")),
            failing(CheckNotRunError("")),
        )
    )
    assert exit_status([ok, not_run]) == 0
    assert exit_status([ok, failed]) == 1
    assert exit_status([not_run]) == 1
    assert exit_status([]) == 1


# Tables


def table_file(path: Path, **changes: str) -> Path:
    row = {
        "path": "/films/a.png",
        "status": "ok",
        "p_NORMAL": "0.25",
        "message": "",
        "milliseconds": "3.1",
        "audit": "1-a",
    }
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(row))
        writer.writeheader()
        writer.writerow(row | changes)
    return path


def test_the_last_digit_counts_and_the_time_does_not(tmp_path: Path) -> None:
    first = read_table(table_file(tmp_path / "1.csv"))
    same = read_table(table_file(tmp_path / "2.csv", milliseconds="9.9", audit="2-b"))
    other = read_table(table_file(tmp_path / "3.csv", p_NORMAL="0.25000001"))
    assert differences(first, same) == []
    assert differences(first, other) == ["a.png: p_NORMAL is '0.25000001', expected '0.25'"]


def test_films_and_columns_that_only_one_table_has_are_differences(tmp_path: Path) -> None:
    table = read_table(table_file(tmp_path / "1.csv"))
    assert differences(table, {}) == ["a.png: only in the first table"]
    assert differences({}, table) == ["a.png: only in the second table"]
    assert differences(table, {"a.png": table["a.png"] | {"scope": "in"}}) == ["a.png: scope is 'in', expected None"]


def test_a_film_without_a_result_is_named(tmp_path: Path) -> None:
    table = read_table(table_file(tmp_path / "1.csv", status="error", message="no codec"))
    assert rows_not_ok(table) == ["a.png: error, no codec"]


# Pictures


def test_pictures_are_compared_by_what_can_be_seen() -> None:
    first = np.full((50, 100, 3), 100, np.uint8)
    second = first.copy()
    second[10:12, 20:25] += 10
    assert share_different(first, second) == 0
    second[10:12, 20:25, 1] = 200
    assert share_different(first, second) == pytest.approx(10 / 5000)
    assert bounds_of_difference(first, second) == (20, 10, 25, 12)
    assert bounds_of_difference(first, first) == (0, 0, 0, 0)


def test_levels_count_from_the_first_where_that_is_asked() -> None:
    first = np.zeros((4, 4, 3), np.uint8)
    second = first.copy()
    second[3, 2, 0] = 1
    assert share_different(first, second, visible=0) == pytest.approx(1 / 16)
    assert bounds_of_difference(first, second, visible=0) == (2, 3, 3, 4)


def test_pictures_of_other_sizes_differ_everywhere() -> None:
    first, second = np.zeros((4, 6, 3), np.uint8), np.zeros((5, 6, 3), np.uint8)
    assert share_different(first, second) == 1
    assert bounds_of_difference(first, second) == (0, 0, 6, 5)


def test_a_window_is_blank_until_something_is_painted() -> None:
    picture = np.zeros((8, 30, 3), np.uint8)
    assert is_blank(picture)
    picture[4, 4] = 1
    assert not is_blank(picture)


# Surroundings


def test_sockets_to_a_network_are_told_from_others() -> None:
    trace = (
        "11 socket(AF_UNIX, SOCK_STREAM, 0) = 4\n12 socket(AF_INET6, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 3\n"
        "13 socket(AF_NETLINK, SOCK_RAW, 0) = 5\n14 socket(AF_INET, SOCK_DGRAM, 0) = 6\n"
    )
    assert [line[:2] for line in internet_sockets(trace)] == ["12", "14"]


@pytest.mark.skipif(not without_network(), reason="needs a system that gives this user a network namespace")
def test_the_network_is_gone() -> None:
    look = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    tried = subprocess.run([*without_network(), sys.executable, "-c", look], capture_output=True, text=True)
    assert "Network is unreachable" in tried.stderr


def test_the_environment_holds_nothing_of_the_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/somewhere")
    monkeypatch.setenv("SECRET", "/somewhere")
    variables = clean_variables(tmp_path)
    assert "/somewhere" not in variables.values()
    assert variables["https_proxy"] == variables["HTTPS_PROXY"] == "http://127.0.0.1:9"
    if sys.platform != "win32":
        assert list(Path(variables["PATH"]).iterdir()) == []


def test_a_home_folder_is_where_the_program_looks_for_one(tmp_path: Path) -> None:
    """The store of whoever runs the smoke test is none of its business."""
    program = python_program(tmp_path).at_home(tmp_path / "Jörg Müller")
    look = (
        "from platformdirs import *; print(user_data_path('cxrviewer', appauthor=False)); print(user_config_path('c'))"
    )
    for line in program.run(look).splitlines():
        assert Path(line).is_relative_to(tmp_path / "Jörg Müller"), line


def test_a_changed_and_a_new_file_are_seen(tmp_path: Path) -> None:
    (tmp_path / "library.so").write_bytes(b"1")
    before = inventory(tmp_path)
    (tmp_path / "library.so").write_bytes(b"22")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "cache").write_bytes(b"")
    after = inventory(tmp_path)
    assert {name for name in before | after if before.get(name) != after.get(name)} == {
        "library.so",
        str(Path("new", "cache")),
    }


# Programs and installers


def python_program(tmp_path: Path) -> Program:
    return Program((sys.executable, "-c"), (sys.executable, "-c"), clean_variables(tmp_path))


def test_a_program_is_run_and_its_exit_status_judged(tmp_path: Path) -> None:
    program = python_program(tmp_path).at_home(tmp_path / "Jörg Müller")
    assert program.run("print('größer')", timeout=30).strip() == "größer"
    with pytest.raises(CheckFailedError, match=r"expected exit status 0 .*got 3; it said:\nno film"):
        program.run("import sys; print('no film', file=sys.stderr); sys.exit(3)")
    assert program.run("import sys; sys.exit(1)", expected=(0, 1)) == ""


def test_a_traceback_fails_whatever_the_exit_status(tmp_path: Path) -> None:
    with pytest.raises(CheckFailedError, match="Traceback"):
        python_program(tmp_path).run("import sys; print('Traceback (most recent call last):', file=sys.stderr)")


def build(folder: Path) -> Path:
    suffix = ".exe" if sys.platform == "win32" else ""
    folder.mkdir(parents=True)
    for name in ("cxrviewer", "cxrviewer-cli"):
        (folder / f"{name}{suffix}").write_bytes(b"program")
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there that a person has not")
def test_the_program_is_found_below_what_was_unpacked(tmp_path: Path) -> None:
    folder = build(tmp_path / "usr" / "lib" / "cxrviewer")
    (tmp_path / "usr" / "bin").mkdir()
    for name in ("cxrviewer", "cxrviewer-cli"):
        (tmp_path / "usr" / "bin" / name).symlink_to(folder / name)
    assert program_folder(tmp_path) == folder
    (folder / "cxrviewer-cli").unlink()
    (folder / "cxrviewer-cli").symlink_to("cxrviewer")  # one file under two names
    assert program_folder(tmp_path) == folder


def test_an_application_of_macos_is_its_bundle(tmp_path: Path) -> None:
    build(tmp_path / "cxrviewer.app" / "Contents" / "MacOS")
    app = program_folder(tmp_path)
    assert app == tmp_path / "cxrviewer.app"
    assert Path(frozen_program(app, (), tmp_path).console[0]).parent == app / "Contents" / "MacOS"


def test_an_archive_is_unpacked_and_a_folder_taken_as_it_is(tmp_path: Path) -> None:
    folder = build(tmp_path / "cxrviewer")
    archive = tmp_path / "cxrviewer-1.0.0-linux.tar.gz"
    with tarfile.open(archive, "w:gz") as written:
        written.add(folder, "cxrviewer")
    with opened(archive, tmp_path / "scratch") as unpacked:
        assert unpacked == tmp_path / "scratch" / "installed" / "cxrviewer"
    with opened(folder, tmp_path / "scratch") as taken:
        assert taken == folder


def test_what_is_no_build_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(CheckFailedError, match="found no such pair"):
        program_folder(tmp_path)
    (tmp_path / "film.png").write_bytes(b"")
    with pytest.raises(CheckFailedError, match=r"got film\.png"), opened(tmp_path / "film.png", tmp_path):
        pytest.fail("a picture was opened as an installer")
    with pytest.raises(CheckFailedError, match="expected a build of two programs"):
        frozen_program(tmp_path, (), tmp_path)


# Films and stores


def test_there_is_a_film_of_every_transfer_syntax_that_is_read(tmp_path: Path) -> None:
    paths = write_every_format(tmp_path / "films")
    written = [pydicom.dcmread(path).file_meta.TransferSyntaxUID for path in paths if path.suffix == ".dcm"]
    assert sorted(written) == sorted(UNCOMPRESSED_SYNTAXES | ENCAPSULATED_SYNTAXES)
    assert {read_radiograph(path).facts.format for path in paths} == {"DICOM", "PNG", "JPEG", "TIFF", "BMP", "WebP"}
    assert {read_radiograph(path).facts.bits for path in paths if path.name.startswith("film of 16")} == {16}


def test_a_transfer_syntax_without_a_film_is_said() -> None:
    with pytest.raises(CheckFailedError, match="add one"):
        dicom_film("1.2.840.10008.1.2.4.110", 0)


def test_a_store_is_counted_while_it_is_made_and_when_it_is_there(tmp_path: Path) -> None:
    path = tmp_path / ".local" / "share" / "cxrviewer" / "results.sqlite"
    path.parent.mkdir(parents=True)
    assert films_by_status(tmp_path) == {}
    assert finished_analyses(path) == 0
    sqlite3.connect(path).close()
    assert films_by_status(tmp_path) == {}
    path.unlink()
    ResultStore(path).close()
    assert finished_analyses(path) == 0
    assert films_by_status(tmp_path) == {}


def times(clock: float, processor: float) -> list[Time]:
    return [Time(clock + step / 10, processor) for step in (-1, 0, 1)]


def test_times_are_said_with_their_median_and_limit() -> None:
    assert judge(times(0.7, 0.5), 0.9, load=1.0, processors=2) == (
        "median 0.70 s, at most 0.9 s asked (0.60, 0.70, 0.80); processor time 0.50 s; load 1.0 on 2 processors"
    )


def test_a_slow_program_fails_and_a_busy_machine_does_not() -> None:
    with pytest.raises(CheckFailedError, match=r"median 1\.20 s"):
        judge(times(1.2, 0.5), 0.9, load=1.0, processors=2)
    with pytest.raises(CheckNotRunError, match="other work"):
        judge(times(1.2, 0.5), 0.9, load=6.0, processors=2)
    with pytest.raises(CheckFailedError, match=r"processor time 1\.10 s"):
        judge(times(1.2, 1.1), 0.9, load=6.0, processors=2)
    with pytest.raises(CheckFailedError):
        judge(times(1.2, 0.0), 0.9, load=6.0, processors=2)  # not known is not little
