"""A table has a row for every analysis, exact numbers, no formulas, and is written whole or not at all."""

import csv
import json
import os
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxrviewer.domain import NOT_FOR_DIAGNOSIS, Analysis, Prediction
from cxrviewer.errors import ExportError
from cxrviewer.results.tables import (
    COLUMNS,
    PATIENT_COLUMNS,
    analysis_row,
    columns,
    write_csv,
    write_json_lines,
    write_table,
)
from tests.results.examples import FINDINGS, MODEL, PATIENT, ok_analysis, refusal


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def read_json_lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_every_analysis_has_its_row_with_every_column(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    assert write_csv(path, [ok_analysis(warnings=("a", "b")), refusal()], FINDINGS) == 2
    first, second = read_csv(path)
    assert tuple(first) == columns(FINDINGS)
    assert set(COLUMNS) | {f"p_{f}" for f in FINDINGS} == set(first)
    assert (first["status"], first["predicted"], first["warnings"]) == ("ok", "COVID19", "a; b")
    assert (first["model"], first["model_version"], first["model_sha256"]) == (
        MODEL.name,
        MODEL.version,
        MODEL.sha256,
    )
    assert (first["decoder"], first["width"], first["height"], first["modality"]) == (
        "pydicom",
        "100",
        "120",
        "DX",
    )
    assert (second["status"], second["code"], second["predicted"]) == ("refused", "not-an-image", "")
    assert second["p_NORMAL"] == ""
    assert {row["not_for_diagnosis"] for row in (first, second)} == {NOT_FOR_DIAGNOSIS}


@given(st.lists(st.floats(0, 1, width=32), min_size=3, max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_probabilities_read_back_are_the_same_float32(tmp_path: Path, values: list[float]) -> None:
    probabilities = np.array(values, np.float32)
    prediction = Prediction(FINDINGS, probabilities * 3, probabilities, probabilities, "NORMAL", ())
    analysis = replace(ok_analysis(), prediction=prediction)
    for name, read in (("r.csv", read_csv), ("r.jsonl", read_json_lines)):
        write_table(tmp_path / name, [analysis], FINDINGS)
        (row,) = read(tmp_path / name)
        back = np.array([float(row[f"p_{finding}"]) for finding in FINDINGS]).astype(np.float32)  # type: ignore[arg-type]
        assert back.tobytes() == probabilities.tobytes()
    logits = np.array(row["logits"]).astype(np.float32)
    assert logits.tobytes() == (probabilities * 3).tobytes()


def test_json_lines_have_typed_values(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    write_json_lines(path, [ok_analysis(), refusal()], FINDINGS)
    first, second = read_json_lines(path)
    assert first["flagged"] == ["COVID19"]
    assert first["findings"] == list(FINDINGS)
    assert isinstance(first["facts"], dict)
    assert first["facts"]["bits"] == 12
    assert first["width"] == 100
    assert first["model_sha256"] == MODEL.sha256
    assert (second["predicted"], second["p_NORMAL"], second["logits"]) == (None, None, None)
    assert second["not_for_diagnosis"] == NOT_FOR_DIAGNOSIS


@pytest.mark.parametrize("name", ["r.csv", "r.jsonl"])
def test_patient_data_leaves_only_when_asked_for(tmp_path: Path, name: str) -> None:
    write_table(tmp_path / name, [ok_analysis()], FINDINGS)
    text = (tmp_path / name).read_text("utf-8")
    assert "patient" not in text
    assert not any(value in text for value in (PATIENT.name, PATIENT.identifier, PATIENT.birth_date))
    write_table(tmp_path / name, [ok_analysis(), refusal()], FINDINGS, include_patient_data=True)
    first, second = (read_csv if name == "r.csv" else read_json_lines)(tmp_path / name)
    assert [first[column] for column in PATIENT_COLUMNS] == ["DOE^JANE", "MRN-12345", "19500102", "F", "070Y"]
    assert not any(second[column] for column in PATIENT_COLUMNS)


def test_a_probability_stands_under_its_own_finding_whatever_the_order() -> None:
    row = analysis_row(ok_analysis(), ("PNEUMONIA", "FRACTURE", "COVID19"))
    prediction = ok_analysis().prediction
    assert prediction is not None
    assert np.float32(row["p_PNEUMONIA"]) == prediction.probabilities[2]
    assert np.float32(row["p_COVID19"]) == prediction.probabilities[0]
    assert row["p_FRACTURE"] is None


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"])
def test_no_cell_is_a_formula(tmp_path: Path, start: str) -> None:
    path = tmp_path / "r.csv"
    nasty = f"{start}HYPERLINK(1);\"x\",'y'"
    write_csv(path, [replace(refusal(nasty, nasty), warnings=(nasty,))], FINDINGS)
    (row,) = read_csv(path)
    assert (row["path"], row["message"], row["warnings"]) == (f"'{nasty}",) * 3


def test_numbers_are_not_taken_for_formulas(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    write_csv(path, [replace(ok_analysis(), milliseconds=-1.5)], FINDINGS)
    assert read_csv(path)[0]["milliseconds"] == "-1.5"


@given(st.lists(st.text(st.characters(exclude_categories=()), min_size=1, max_size=20), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_stays_in_its_own_cell(tmp_path: Path, names: list[str]) -> None:
    rows = [refusal(name, name) for name in names]
    write_csv(tmp_path / "r.csv", rows, FINDINGS)
    write_json_lines(tmp_path / "r.jsonl", rows, FINDINGS)
    lines = read_csv(tmp_path / "r.csv")
    objects = read_json_lines(tmp_path / "r.jsonl")  # whose splitlines knows every line end of Unicode
    assert len(lines) == len(objects) == len(names)
    for name, line, found in zip(names, lines, objects, strict=True):
        valid = not any(0xD800 <= ord(c) <= 0xDFFF for c in name)
        if valid:
            assert line["path"] in (name, f"'{name}")
            assert found["path"] == name
        assert line["status"] == found["status"] == "refused"


@pytest.mark.parametrize("end", ["\x85", "\u2028", "\u2029", "\n", "\x1c"])
def test_a_line_end_in_a_text_does_not_end_the_line(tmp_path: Path, end: str) -> None:
    write_json_lines(tmp_path / "r.jsonl", [refusal(f"/a{end}b.png")], FINDINGS)
    assert [row["path"] for row in read_json_lines(tmp_path / "r.jsonl")] == [f"/a{end}b.png"]


def test_a_file_name_that_is_not_utf8_is_spelled_out(tmp_path: Path) -> None:
    odd = os.fsdecode(b"/films/r\xf6ntgen.png") if sys.platform != "win32" else "/films/r\udcf6ntgen.png"
    for name, read in (("r.csv", read_csv), ("r.jsonl", read_json_lines)):
        write_table(tmp_path / name, [refusal(odd)], FINDINGS)
        assert read(tmp_path / name)[0]["path"] == r"/films/r\xf6ntgen.png"


@pytest.mark.parametrize("name", ["r.xlsx", "r", "r.csv.gz", "csv"])
def test_another_format_is_refused_before_any_work(tmp_path: Path, name: str) -> None:
    def analyses() -> Iterator[Analysis]:
        raise AssertionError("no analysis is taken")
        yield

    with pytest.raises(ExportError, match=r"\.csv, \.jsonl or \.parquet"):
        write_table(tmp_path / name, analyses(), FINDINGS)
    assert not list(tmp_path.iterdir())


def test_the_extension_may_be_in_capitals(tmp_path: Path) -> None:
    write_table(tmp_path / "R.CSV", [refusal()], FINDINGS)
    assert len(read_csv(tmp_path / "R.CSV")) == 1


@pytest.mark.parametrize("name", ["r.csv", "r.jsonl"])
def test_a_table_that_fails_half_way_leaves_the_old_one(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("the old table")

    def analyses() -> Iterator[Analysis]:
        yield ok_analysis()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_table(path, analyses(), FINDINGS)
    assert path.read_text() == "the old table"
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be written"):
        write_csv(tmp_path / "no such folder" / "r.csv", [], FINDINGS)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(ExportError, match="no regular file"):
        write_csv(tmp_path / "folder.csv", [], FINDINGS)


@pytest.mark.skipif(sys.platform == "win32", reason="permission bits are those of POSIX")
def test_permissions_and_links_are_kept(tmp_path: Path) -> None:
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.touch()
    target.chmod(0o640)
    link.symlink_to(target)
    write_csv(link, [refusal()], FINDINGS)
    assert link.is_symlink()
    assert len(read_csv(target)) == 1
    assert target.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_device_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "r.csv").symlink_to("/dev/full")
    with pytest.raises(ExportError, match="no regular file"):
        write_csv(tmp_path / "r.csv", [refusal()], FINDINGS)
    assert Path("/dev/full").is_char_device()


@pytest.mark.parametrize("name", ["r.csv", "r.jsonl"])
def test_rows_are_streamed(tmp_path: Path, name: str) -> None:
    one = ok_analysis()

    def analyses(count: int) -> Iterator[Analysis]:
        for position in range(count):
            yield replace(one, path=f"/films/{position}.png")

    write_table(tmp_path / name, analyses(10), FINDINGS)  # imports and caches come first
    tracemalloc.start()
    assert write_table(tmp_path / name, analyses(10_000), FINDINGS) == 10_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (tmp_path / name).stat().st_size > 3_000_000
    assert peak < 500_000, f"{peak} bytes were held at once"


def test_a_conformal_set_and_its_level_have_columns_of_their_own(tmp_path: Path) -> None:
    without = ok_analysis()
    assert without.prediction is not None
    found = replace(without, prediction=replace(without.prediction, prediction_set=("NORMAL", "COVID19"), level=0.9))
    empty = replace(without, prediction=replace(without.prediction, prediction_set=(), level=0.9))
    for name, read in (("r.csv", read_csv), ("r.jsonl", read_json_lines)):
        write_table(tmp_path / name, [found, empty, without, refusal()], FINDINGS)
        sets = [(row["prediction_set"], row["prediction_set_level"]) for row in read(tmp_path / name)]
        if name == "r.csv":
            assert sets == [("NORMAL; COVID19", "0.9"), ("", "0.9"), ("", ""), ("", "")]
        else:
            assert sets == [(["NORMAL", "COVID19"], 0.9), ([], 0.9), (None, None), (None, None)]
