"""A store of an earlier program is taken over without losing a row; a step happens whole or not at all."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cxrviewer.errors import StoreError
from cxrviewer.results import schema
from cxrviewer.results.store import ResultKey, ResultStore, StoreRecall
from tests.results.examples import ok_analysis

# What the program of schema 1 wrote: two runs over five files, two analyses, one file that could not be hashed.
SCHEMA_1 = Path(__file__).with_name("store_of_schema_1.sql")
KEY = ResultKey("b" * 64, "s" * 64)


@pytest.fixture
def old_store(tmp_path: Path) -> Path:
    path = tmp_path / "results.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCHEMA_1.read_text(encoding="utf-8"))
        connection.execute("PRAGMA journal_mode = WAL")
    return path


COLUMNS = {
    "analysis": "sha256, bundle_sha256, settings_sha256, status, code, predicted, analysed_at, content",
    "run": "id, started_at, finished_at, bundle_sha256, settings_sha256, options",
    "run_file": "run_id, position, path, sha256, content",
}


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return what a store of schema 1 held; later schemas have further columns."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: connection.execute(f"SELECT {columns} FROM {table}").fetchall() for table, columns in COLUMNS.items()
        }


def test_schema_1_becomes_the_present_one_with_every_row(old_store: Path) -> None:
    before = contents(old_store)
    assert {table: len(rows) for table, rows in before.items()} == {"analysis": 2, "run": 2, "run_file": 5}
    with closing(ResultStore(old_store)) as store:
        assert store.rows("PRAGMA user_version") == [(schema.SCHEMA_VERSION,)]
        assert store.rows("SELECT count(*) FROM film") == [(0,)]
        run = store.unfinished_run()
        assert run is not None
        assert (run.files, run.pending) == (4, 1)
        assert [analysis.status for analysis in store.run_analyses(run)] == ["ok", "refused", "error"]
    assert contents(old_store) == before
    recalled = StoreRecall(old_store, KEY)(ok_analysis().sha256)
    assert recalled is not None
    assert recalled.heatmaps[0].grid.tobytes() == ok_analysis().heatmaps[0].grid.tobytes()


def test_an_upgraded_store_has_the_tables_of_a_new_one(old_store: Path, tmp_path: Path) -> None:
    def tables(path: Path) -> set[tuple[str, str]]:
        with closing(ResultStore(path)) as store:
            return set(store.rows("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))

    assert tables(old_store) == tables(tmp_path / "new.sqlite")


def test_a_step_that_fails_leaves_the_store_as_it_was(old_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(old_store)
    steps = (*schema._STEPS[:1], schema._STEPS[1] + "CREATE TABLE film (id INTEGER);\n")
    monkeypatch.setattr(schema, "_STEPS", steps)
    with pytest.raises(StoreError, match="film"):
        ResultStore(old_store)
    assert contents(old_store) == before
    with closing(sqlite3.connect(old_store)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'film'").fetchall() == []


def test_a_semicolon_in_a_comment_ends_no_statement() -> None:
    assert len(schema._statements("CREATE TABLE a (b TEXT); -- one; two\nCREATE TABLE c (d TEXT);\n")) == 2
