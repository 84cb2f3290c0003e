"""``cxrviewer audit``: what exports name is found again, and a changed log ends with status 1."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from cxrviewer.results.audit_check import AuditLog
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list_changes import FilmOutcome, open_films, record_outcomes
from tests.cli.command import cxrviewer, rows
from tests.films import write_png
from tests.results.stored_lists import KEY, ok, refused


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with closing(ResultStore(tmp_path / "s.sqlite")) as store:
        films = open_films(store, [Path("/Doe, Jane.png"), Path("/b.png")]).identifiers
        record_outcomes(store, KEY, [FilmOutcome(films[0], ok(1)), FilmOutcome(films[1], refused(2))])
        record_outcomes(store, KEY, [FilmOutcome(films[0], ok(1), recalled=True)])
    return tmp_path


def identifiers(folder: Path) -> list[str]:
    with closing(AuditLog(folder / "s.sqlite")) as log:
        return [logged.identifier for logged in log.entries()]


def test_every_export_of_a_run_leads_back_to_its_entry(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    write_png(tmp_path / "films" / "film.png")
    (tmp_path / "films" / "notes.txt").write_text("no film", encoding="utf-8")
    store = ("--store", "s.sqlite")
    done = cxrviewer(tmp_path, "classify", "films", *store, "-o", "r.csv", "--overlays", "o", "--json")
    assert done.status == 1, done.err  # the text was refused
    printed = {Path(row["path"]).name: row["audit"] for row in map(json.loads, done.out.splitlines())}
    written = {Path(row["path"]).name: row["audit"] for row in rows(tmp_path / "r.csv")}
    assert printed == written
    assert len(set(written.values())) == 2
    (overlay,) = (tmp_path / "o").iterdir()
    with Image.open(overlay) as image:
        image.load()
        assert image.text["Audit"] == written["film.png"]  # type: ignore[attr-defined]
    shown = json.loads(cxrviewer(tmp_path, "audit", written["film.png"], *store, "--json").out)
    (entry,) = shown["entries"]
    assert (entry["id"], entry["status"], entry["engine"]) == (written["film.png"], "ok", "litert")
    assert entry["settings"]["engine"] == "litert"
    assert entry["file_sha256"] == next(r["sha256"] for r in rows(tmp_path / "r.csv") if r["status"] == "ok")
    verified = cxrviewer(tmp_path, "audit", "--verify", *store)
    assert verified.status == 0, verified.err
    assert "2 stored results" in verified.out


def test_the_list_names_everything_but_the_films(folder: Path) -> None:
    done = cxrviewer(folder, "audit", "--store", "s.sqlite")
    assert (done.status, done.err) == (0, "")
    known = identifiers(folder)
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines[:4]] == known
    assert "refused" in lines[2]
    assert "recalled from 1" in lines[3]
    assert "Doe" not in done.out
    assert any(known[-1] in line for line in lines[4:])  # the head, to be kept elsewhere
    assert "keep the last id elsewhere" in done.out


def test_since_lists_from_a_moment_on(folder: Path) -> None:
    now = datetime.now(UTC)

    def listed(since: object) -> int:
        done = cxrviewer(folder, "audit", "--store", "s.sqlite", "--json", "--since", since)
        assert done.status == 0, done.err
        return len(json.loads(done.out)["entries"])

    assert listed((now - timedelta(days=2)).date()) == 4
    assert listed((now + timedelta(minutes=5)).isoformat()) == 0
    assert listed((now + timedelta(minutes=5)).astimezone().replace(tzinfo=None).isoformat()) == 0  # local time
    wrong = cxrviewer(folder, "audit", "--store", "s.sqlite", "--since", "yesterday")
    assert wrong.status == 2
    assert "yesterday" in wrong.err


@pytest.mark.parametrize("arguments", [(), ("--verify",), ("--json",), ("2",)])
def test_a_changed_log_ends_with_status_1(folder: Path, arguments: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(folder / "s.sqlite")) as connection:
        connection.execute("DROP TRIGGER audit_log_refuses_update")
        connection.execute("UPDATE audit_log SET content = replace(content, 'litert', 'keras ') WHERE number = 2")
        connection.commit()
    done = cxrviewer(folder, "audit", "--store", "s.sqlite", *arguments)
    assert done.status == 1
    if "--json" in arguments:
        shown = json.loads(done.out)
        assert shown["intact"] is False
        assert shown["fault"]["number"] == 2
        assert "audit_log_refuses_update" in shown["other_faults"][0]
    else:
        assert "Entry 2: its content was changed" in done.err
        assert "audit_log_refuses_update" in done.err
        assert "1 entries fit together before that one." in done.out


def test_a_changed_result_shows_when_it_is_verified(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "s.sqlite")) as connection:
        connection.execute("UPDATE analysis SET content = replace(content, 'refused', 'ok') WHERE status = 'refused'")
        connection.commit()
    done = cxrviewer(folder, "audit", "--verify", "--store", "s.sqlite")
    assert done.status == 1
    assert "not the one of entry 2" in done.err


def test_an_id_that_was_kept_finds_what_was_cut_off(folder: Path) -> None:
    last = identifiers(folder)[-1]
    assert cxrviewer(folder, "audit", "--verify", last, "--store", "s.sqlite").status == 0
    with closing(sqlite3.connect(folder / "s.sqlite")) as connection:
        connection.execute("DROP TRIGGER audit_log_refuses_delete")
        connection.execute("DELETE FROM audit_log WHERE number = 3")
        connection.commit()
    done = cxrviewer(folder, "audit", "--verify", last, "--store", "s.sqlite")
    assert done.status == 1
    assert "cut off" in done.err


def test_where_there_is_no_log_none_is_made(tmp_path: Path) -> None:
    done = cxrviewer(tmp_path, "audit", "--store", "none.sqlite")
    assert done.status == 1
    assert "found no file" in done.err
    assert not (tmp_path / "none.sqlite").exists()
    assert cxrviewer(tmp_path, "audit", "no-id", "--store", "none.sqlite").status == 1
