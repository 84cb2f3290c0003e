"""The folder of Parquet files: whole files, no mixture, and what a killed run leaves behind."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cxrviewer.cluster.folder import ResultFolder, open_result_folder
from cxrviewer.cluster.known import KnownFiles
from cxrviewer.cluster.partition import FileState, PartitionFile, partition_result, partitions
from cxrviewer.errors import ExportError, UsageError
from cxrviewer.inference.bundle import Bundle
from tests.cluster.runs import ORIGIN, job_for, rows_of
from tests.results.examples import ok_analysis, refusal

UNDECODABLE = "/films/\udcff\udcfe.png"


def part_of(bundle: Bundle, *paths: str) -> bytes:
    analyses = [ok_analysis(path) if "bad" not in path else refusal(path) for path in paths]
    states = [FileState(10, number) for number in range(len(paths))]
    return partition_result(job_for(bundle), range(len(paths)), states, analyses).parquet


@pytest.fixture
def folder(bundle: Bundle, tmp_path: Path) -> Iterator[ResultFolder]:
    with open_result_folder(tmp_path / "r", ORIGIN, bundle.metadata.findings) as opened:
        yield opened


def test_rows_come_back_with_their_files(folder: ResultFolder, bundle: Bundle) -> None:
    folder.add_part(part_of(bundle, "/films/a.png", UNDECODABLE, "/films/bad.txt"))
    (part,) = folder.parts()
    rows = folder.rows(part)
    assert [row.file.path for row in rows] == ["/films/a.png", UNDECODABLE, "/films/bad.txt"]
    assert [row.status for row in rows] == ["ok", "ok", "refused"]
    assert rows[1].file == PartitionFile(UNDECODABLE, ok_analysis(UNDECODABLE).sha256, FileState(10, 1))


def test_a_row_is_replaced_in_its_place(folder: ResultFolder, bundle: Bundle) -> None:
    folder.add_part(part_of(bundle, "/films/a.png", "/films/b.png", "/films/c.png"))
    (part,) = folder.parts()
    folder.replace_rows(part, [1], part_of(bundle, UNDECODABLE))
    assert [row.file.path for row in folder.rows(part)] == ["/films/a.png", UNDECODABLE, "/films/c.png"]
    assert [row.file.state.modified_ns for row in folder.rows(part)] == [0, 0, 2]


def test_the_next_run_goes_on_with_the_next_number_and_clears_away(
    folder: ResultFolder, bundle: Bundle, tmp_path: Path
) -> None:
    folder.add_part(part_of(bundle, "/films/a.png"))
    unfinished = tmp_path / "r" / ".part-000002.parquet.0123456789ab.part"
    unfinished.write_bytes(b"half")
    assert set(rows_of(tmp_path / "r")) == {"a.png"}, "readers see no unfinished file"
    other = ResultFolder(tmp_path / "r", ORIGIN, bundle.metadata.findings)
    other.add_part(part_of(bundle, "/films/b.png"))
    assert [part.name for part in folder.parts()] == ["part-000001.parquet", "part-000002.parquet"]


def test_a_killed_writer_leaves_nothing_after_the_next_run(bundle: Bundle, tmp_path: Path) -> None:
    findings = bundle.metadata.findings
    with open_result_folder(tmp_path / "r", ORIGIN, findings):
        pass
    (tmp_path / "r" / ".part-000002.parquet.0123456789ab.part").write_bytes(b"half")
    with open_result_folder(tmp_path / "r", ORIGIN, findings):
        assert not list((tmp_path / "r").glob(".part-*"))


def test_results_of_other_settings_are_not_mixed(bundle: Bundle, tmp_path: Path) -> None:
    findings = bundle.metadata.findings
    with open_result_folder(tmp_path / "r", ORIGIN, findings):
        pass
    other = {**ORIGIN, "settings": {"lungs": False, "level": 0.95}}
    with (
        pytest.raises(UsageError, match=r"made otherwise \(level, lungs\)"),
        open_result_folder(tmp_path / "r", other, findings),
    ):
        pass


def test_a_part_of_another_run_is_refused_by_name(folder: ResultFolder, bundle: Bundle, tmp_path: Path) -> None:
    job = job_for(bundle, origin=json.dumps({**ORIGIN, "settings": {}}))
    folder.add_part(partition_result(job, [0], [FileState()], [ok_analysis()]).parquet)
    with pytest.raises(ExportError, match="other settings"):
        folder.rows(folder.parts()[0])


@pytest.mark.parametrize("content", [b"", b"PAR1 no Parquet PAR1"])
def test_a_damaged_part_is_refused_by_name(folder: ResultFolder, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "r" / "part-000001.parquet").write_bytes(content)
    with pytest.raises(ExportError, match="move it away"):
        folder.rows(folder.parts()[0])


def test_other_peoples_parquet_is_left_alone(bundle: Bundle, tmp_path: Path) -> None:
    (tmp_path / "shard-1-of-2.parquet").write_bytes(b"")
    with (
        pytest.raises(UsageError, match="without other Parquet files"),
        open_result_folder(tmp_path, ORIGIN, bundle.metadata.findings),
    ):
        pass


def test_known_files_are_told_from_new_ones() -> None:
    known = KnownFiles()
    known.add_part(0, ["/a", "/b", UNDECODABLE])
    known.add_part(1, ["/c"])
    assert list(known.new_files(["/d", "/c", UNDECODABLE, "/a", "/d", "/e", "/a"])) == ["/d", "/e"]
    assert list(known.listed_rows()) == [(0, (0, 2)), (1, (0,))]
    assert known.unlisted() == 1
    assert known.rows() == 4
    known.close()


@pytest.mark.parametrize(
    ("files", "sizes"), [(0, []), (1, [1]), (8, [1] * 8), (20, [10, 10]), (45, [10] * 4 + [1] * 5)]
)
def test_the_last_files_are_spread_over_all_slots(files: int, sizes: list[int]) -> None:
    found = list(partitions((str(number) for number in range(files)), size=10, slots=2))
    assert [len(partition) for partition in found] == sizes
    assert [file.path for partition in found for file in partition] == [str(number) for number in range(files)]
