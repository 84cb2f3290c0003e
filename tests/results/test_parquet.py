"""The Parquet table: the columns of the CSV with types, exact probabilities, and what gave the results."""

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cxrviewer.errors import ExportError, MissingExtraError
from cxrviewer.results import parquet
from cxrviewer.results.tables import write_rows, write_table
from tests.results.examples import FINDINGS, MODEL, PATIENT, ok_analysis, refusal

ANALYSES = [
    ok_analysis(warnings=("one; with a semicolon", "two")),
    ok_analysis("/films/=formula.png"),
    ok_analysis("/films/\udcff.png"),
    refusal(),
]


def test_the_columns_are_those_of_the_csv_with_types(tmp_path: Path) -> None:
    assert write_table(tmp_path / "t.parquet", ANALYSES, FINDINGS, include_patient_data=True) == 4
    write_table(tmp_path / "t.csv", ANALYSES, FINDINGS, include_patient_data=True)
    table = pq.read_table(tmp_path / "t.parquet")
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as stream:
        assert table.column_names == next(csv.reader(stream))
    types = {field.name: field.type for field in table.schema}
    assert types["p_NORMAL"] == pa.float32()
    assert types["warnings"] == types["flagged"] == types["prediction_set"] == pa.list_(pa.string())
    assert types["width"] == pa.int32()
    assert types["milliseconds"] == types["lung_share"] == pa.float64()
    rows = table.to_pylist()
    assert np.float32(rows[0]["p_NORMAL"]) == ANALYSES[0].prediction.probabilities[FINDINGS.index("NORMAL")]  # type: ignore[union-attr]
    assert rows[0]["warnings"][0] == "one; with a semicolon"
    assert rows[0]["patient_name"] == PATIENT.name
    assert rows[1]["path"] == "/films/=formula.png", "no spreadsheet runs Parquet: nothing is put before it"
    assert rows[2]["path"] == "/films/\\xff.png"
    assert rows[3]["p_NORMAL"] is None
    assert rows[3]["code"] == "not-an-image"


def test_patient_data_is_left_out_unless_asked_for(tmp_path: Path) -> None:
    write_table(tmp_path / "t.parquet", ANALYSES, FINDINGS)
    assert PATIENT.name.encode() not in (tmp_path / "t.parquet").read_bytes()
    assert "patient_name" not in pq.read_schema(tmp_path / "t.parquet").names


def test_the_schema_says_what_gave_the_results(tmp_path: Path) -> None:
    write_table(tmp_path / "t.parquet", ANALYSES, FINDINGS)
    origin = json.loads(pq.read_schema(tmp_path / "t.parquet").metadata[b"cxrviewer"])
    assert origin["model"] == {"name": MODEL.name, "version": MODEL.version, "sha256": MODEL.sha256}
    assert origin["engine"] == "litert"
    assert "Not for diagnosis" in origin["not_for_diagnosis"]


def test_a_table_without_rows_has_its_columns(tmp_path: Path) -> None:
    assert write_table(tmp_path / "t.parquet", [], FINDINGS) == 0
    assert pq.read_table(tmp_path / "t.parquet").num_rows == 0
    assert "p_COVID19" in pq.read_schema(tmp_path / "t.parquet").names


def test_rows_are_written_in_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_ROWS_A_GROUP", 3)
    write_table(tmp_path / "t.parquet", ANALYSES * 2, FINDINGS)
    assert pq.ParquetFile(tmp_path / "t.parquet").num_row_groups == 3
    assert pq.read_table(tmp_path / "t.parquet").num_rows == 8


def test_a_failure_half_way_leaves_nothing(tmp_path: Path) -> None:
    def failing() -> object:
        yield ok_analysis()
        raise ExportError("the disk is full")

    with pytest.raises(ExportError, match="the disk is full"):
        write_table(tmp_path / "t.parquet", failing(), FINDINGS)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_other_tables_are_no_parquet(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"\.csv or \.jsonl"):
        write_rows(tmp_path / "labels.parquet", ("path",), [])


def test_without_pyarrow_the_error_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'cxrviewer\[cluster\]'"):
        write_table(tmp_path / "t.parquet", ANALYSES, FINDINGS)
