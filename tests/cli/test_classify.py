"""``cxrviewer classify`` from files to exports, as a researcher with a folder of exports runs it."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.cli.command import cxrviewer, results_of, rows
from tests.films import write_dicom, write_jpeg2000, write_png


@pytest.fixture
def good_films(tmp_path: Path) -> Path:
    folder = tmp_path / "good films, schöne Aufnahmen"
    (folder / "deeper").mkdir(parents=True)
    for seed in range(6):
        write_png(folder / f"film {seed}.png", seed=seed)
    write_dicom(folder / "deeper" / "no extension", seed=7)
    write_dicom(folder / "deeper" / "überall.dcm", seed=8)
    (folder / ".hidden").write_text("not for anyone")
    return folder


@pytest.fixture
def bad_files(tmp_path: Path) -> dict[str, str]:
    """Bad files in a folder of their own, and the code that each row must carry."""
    folder = tmp_path / "bad"
    folder.mkdir()
    whole = write_png(folder / "truncated.png", seed=50)
    whole.write_bytes(whole.read_bytes()[:-400])
    (folder / "notes.txt").write_text("Dear colleague, here are the films you asked for.")
    (folder / "empty.dcm").write_bytes(b"")
    write_png(folder / "thumbnail.png", size=32)
    write_dicom(folder / "ct.dcm", Modality="CT")
    write_dicom(folder / "lateral.dcm", ViewPosition="LL")
    write_dicom(folder / "hand.dcm", BodyPartExamined="HAND")
    write_dicom(folder / "frames.dcm", NumberOfFrames=3, PixelData=bytes(128 * 128 * 2 * 3))
    write_dicom(folder / "short.dcm", PixelData=bytes(1000))
    return {
        "truncated.png": "corrupt",
        "notes.txt": "not-an-image",
        "empty.dcm": "not-an-image",
        "thumbnail.png": "too-small",
        "ct.dcm": "modality",
        "lateral.dcm": "view",
        "hand.dcm": "body-part",
        "frames.dcm": "multi-frame",
        "short.dcm": "corrupt",
    }


def test_a_folder_gives_a_row_for_every_file_that_is_not_hidden(good_films: Path, tmp_path: Path) -> None:
    done = cxrviewer(tmp_path, "classify", good_films, "--output", "r.csv", "--output", "r.jsonl", "--overlays", "o")
    assert done.status == 0, done.err
    table = rows(tmp_path / "r.csv")
    assert len(table) == 8
    assert [Path(row["path"]).name for row in table] == [
        Path(json.loads(line)["path"]).name for line in (tmp_path / "r.jsonl").read_text("utf-8").splitlines()
    ]
    for row in table:
        assert row["status"] == "ok"
        probabilities = [float(row[f"p_{f}"]) for f in ("NORMAL", "PNEUMONIA", "COVID19")]
        assert sum(probabilities) == pytest.approx(1, abs=1e-5)
        assert max(probabilities) == float(row[f"p_{row['predicted']}"])
        assert len(row["model_sha256"]) == 64
        assert "Not for diagnosis" in row["not_for_diagnosis"]
    assert len(list((tmp_path / "o").glob("*.png"))) == 8
    assert "8 ok" in done.out
    assert "Not for diagnosis" in done.out


def test_bad_files_leave_the_results_of_good_ones_byte_identical(
    good_films: Path, bad_files: dict[str, str], tmp_path: Path
) -> None:
    assert cxrviewer(tmp_path, "classify", good_films, "-o", "alone.csv", "--store", "a.sqlite").status == 0
    done = cxrviewer(
        tmp_path, "classify", good_films, tmp_path / "bad", "missing.png", "-o", "mixed.csv", "--store", "b.sqlite"
    )
    assert done.status == 1
    alone, mixed = results_of(tmp_path / "alone.csv"), results_of(tmp_path / "mixed.csv")
    assert {name: mixed[name] for name in alone} == alone
    assert {name: mixed[name]["code"] for name in bad_files} == bad_files
    assert mixed["missing.png"]["code"] == "missing"
    for name in [*bad_files, "missing.png"]:
        assert mixed[name]["status"] in ("refused", "error")
        assert mixed[name]["p_NORMAL"] == ""
        assert len(mixed[name]["message"]) > 20
    assert "refused" in done.out


def test_a_second_run_recalls_and_gives_the_same_bytes(good_films: Path, tmp_path: Path) -> None:
    assert cxrviewer(tmp_path, "classify", good_films, "-o", "first.csv").status == 0
    again = cxrviewer(tmp_path, "classify", good_films, "-o", "second.csv", "--overlays", "later")
    assert again.status == 0
    assert "8 of them known before" in again.out
    assert (tmp_path / "second.csv").read_bytes() == (tmp_path / "first.csv").read_bytes()
    assert len(list((tmp_path / "later").glob("*.png"))) == 8, "overlays are drawn for recalled films too"
    fresh = cxrviewer(tmp_path, "classify", good_films, "-o", "third.csv", "--fresh")
    assert "known before" not in fresh.out
    assert results_of(tmp_path / "third.csv") == results_of(tmp_path / "first.csv")


def test_a_copy_under_another_name_is_known_and_keeps_its_own_path(good_films: Path, tmp_path: Path) -> None:
    cxrviewer(tmp_path, "classify", good_films / "film 0.png")
    shutil.copy(good_films / "film 0.png", tmp_path / "copy.png")
    done = cxrviewer(tmp_path, "classify", "copy.png", "-o", "copy.csv")
    assert "known before" in done.out
    assert Path(rows(tmp_path / "copy.csv")[0]["path"]) == tmp_path / "copy.png"


@pytest.mark.parametrize("separator", ["\n", "\0"])
def test_paths_come_from_standard_input(good_films: Path, tmp_path: Path, separator: str) -> None:
    listed = separator.join(str(good_films / f"film {i}.png") for i in range(3))
    done = cxrviewer(tmp_path, "classify", "--from-file", "-", "-o", "r.csv", stdin=listed)
    assert done.status == 0, done.err
    assert len(rows(tmp_path / "r.csv")) == 3


def test_paths_come_from_a_list(good_films: Path, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(f"{good_films / 'film 0.png'}\n\n{good_films / 'deeper'}\n", "utf-8")
    done = cxrviewer(tmp_path, "classify", "--from-file", "list.txt", "-o", "r.csv")
    assert done.status == 0, done.err
    assert len(rows(tmp_path / "r.csv")) == 3


def test_no_recursive_stays_in_the_folder(good_films: Path, tmp_path: Path) -> None:
    cxrviewer(tmp_path, "classify", good_films, "--no-recursive", "-o", "r.csv")
    assert len(rows(tmp_path / "r.csv")) == 6


def test_json_is_one_object_a_line_and_nothing_else(good_films: Path, tmp_path: Path) -> None:
    done = cxrviewer(tmp_path, "classify", good_films, "--json")
    records = [json.loads(line) for line in done.out.splitlines()]
    assert len(records) == 8
    assert all(record["status"] == "ok" and record["not_for_diagnosis"] for record in records)
    assert "8 ok" in done.err


def test_quiet_prints_problems_only(good_films: Path, tmp_path: Path) -> None:
    assert cxrviewer(tmp_path, "classify", good_films, "--quiet").out == ""
    (good_films / "notes.txt").write_text("no film")
    done = cxrviewer(tmp_path, "classify", good_films, "--quiet")
    assert done.status == 1
    assert len(done.out.splitlines()) == 1
    assert "notes.txt" in done.out


def test_patient_data_stays_in_the_file_unless_asked_for(tmp_path: Path) -> None:
    write_dicom(tmp_path / "film.dcm")
    done = cxrviewer(
        tmp_path, "classify", "film.dcm", "-o", "r.csv", "-o", "r.jsonl", "--overlays", "o", "--store", "s.db"
    )
    assert done.status == 0
    written = [p for p in tmp_path.rglob("*") if p.is_file() and p.name != "film.dcm"]
    assert len(written) >= 4
    for path in written:
        content = path.read_bytes()
        assert b"DOE^JANE" not in content, path
        assert b"MRN-12345" not in content, path
        assert b"19500102" not in content, path
    assert "DOE" not in done.out + done.err
    asked = cxrviewer(tmp_path, "classify", "film.dcm", "-o", "p.csv", "--include-patient-data", "--store", "s.db")
    assert asked.status == 0
    (row,) = rows(tmp_path / "p.csv")
    assert row["patient_name"] == "DOE^JANE"
    assert row["patient_identifier"] == "MRN-12345"


def test_both_engines_agree(good_films: Path, tmp_path: Path) -> None:
    for engine in ("litert", "keras"):
        done = cxrviewer(tmp_path, "classify", good_films, "--engine", engine, "--workers", 1, "-o", f"{engine}.csv")
        assert done.status == 0, done.err
    litert, keras = results_of(tmp_path / "litert.csv"), results_of(tmp_path / "keras.csv")
    for name, row in litert.items():
        assert keras[name]["engine"] == "keras"
        for finding in ("NORMAL", "PNEUMONIA", "COVID19"):
            assert float(keras[name][f"p_{finding}"]) == pytest.approx(float(row[f"p_{finding}"]), abs=1e-4)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["classify"], "--from-file"),
        (["classify", "film.png", "--output", "r.xlsx"], ".jsonl"),
        (["classify", "film.png", "--output", "nowhere/r.csv"], "nowhere"),
        (["classify", "film.png", "--model", "no-such-bundle"], "cxr_mobilenetv2"),
        (["classify", "film.png", "--engine", "magic"], "litert"),
        (["classify", "--resume"], "stopped"),
        (["classify", "empty-folder"], "at least one file"),
        (["classify", "--from-file", "no-list.txt"], "no-list.txt"),
        (["classify", "film.png", "--workers", "0"], "workers"),
    ],
)
def test_wrong_usage_is_named_and_exits_with_2(tmp_path: Path, arguments: list[str], named: str) -> None:
    write_png(tmp_path / "film.png")
    (tmp_path / "empty-folder").mkdir()
    done = cxrviewer(tmp_path, *arguments)
    assert done.status == 2
    assert named in done.err
    assert "Traceback" not in done.err


def test_a_file_name_cannot_drive_the_terminal(tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    try:
        write_png(folder / "evil\x1b[2J\nname.png")
    except OSError:
        pytest.skip("this file system allows no control characters in names")
    done = cxrviewer(tmp_path, "classify", folder)
    assert done.status == 0
    assert "\x1b" not in done.out
    assert "\\x1b[2J\\nname.png" in done.out


def test_limits_can_be_changed(tmp_path: Path) -> None:
    write_png(tmp_path / "film.png", size=512)
    done = cxrviewer(tmp_path, "classify", "film.png", "--max-megapixels", 0.1, "-o", "r.csv")
    assert done.status == 1
    assert rows(tmp_path / "r.csv")[0]["code"] == "too-large"
    done = cxrviewer(tmp_path, "classify", "film.png", "--max-file-size", 0.01, "-o", "r.csv")
    assert rows(tmp_path / "r.csv")[0]["code"] == "too-large"
    assert cxrviewer(tmp_path, "classify", "film.png", "-o", "r.csv").status == 0


def test_a_path_without_a_command_says_there_is_no_display_and_classifies(tmp_path: Path) -> None:
    write_png(tmp_path / "film.png")
    done = cxrviewer(tmp_path, "film.png")
    assert done.status == 0
    assert "no display" in done.err
    assert "1 ok" in done.out


def test_a_file_that_takes_too_long_or_too_much_costs_its_row_and_is_tried_again(tmp_path: Path) -> None:
    films = tmp_path / "films"
    films.mkdir()
    write_png(films / "small.png")
    write_jpeg2000(films / "slow.dcm", size=4000)
    hurried = cxrviewer(tmp_path, "classify", films, "--timeout", 0.7, "-o", "r.csv", "--store", "s.sqlite")
    assert hurried.status == 1
    assert {name: row["code"] for name, row in results_of(tmp_path / "r.csv").items()} == {
        "small.png": "",
        "slow.dcm": "timeout",
    }
    assert "0.7 s" in results_of(tmp_path / "r.csv")["slow.dcm"]["message"]
    patient = cxrviewer(tmp_path, "classify", films, "-o", "r.csv", "--store", "s.sqlite")
    assert patient.status == 0, patient.out
    assert "1 of them known before" in patient.out

    if sys.platform == "linux":  # elsewhere a watchdog may be slower than the file
        write_dicom(films / "large.dcm", size=5000, bits=16)
        poor = cxrviewer(tmp_path, "classify", films, "--worker-memory", 0.05, "-o", "r.csv", "--store", "s.sqlite")
        assert poor.status == 1
        assert {name: row["status"] for name, row in results_of(tmp_path / "r.csv").items()} == {
            "small.png": "ok",
            "slow.dcm": "ok",
            "large.dcm": "error",
        }
        assert results_of(tmp_path / "r.csv")["large.dcm"]["code"] == "memory"
