"""Every result has its entry, in one chain; a change of the log or of a result shows, and is named."""

import json
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxrviewer.errors import StoreError, UsageError
from cxrviewer.results import audit
from cxrviewer.results.audit import (
    NO_ENTRY,
    AuditBeginning,
    AuditEntry,
    canonical_json,
    entry_content,
    entry_hash,
    entry_of_content,
    machine_user,
)
from cxrviewer.results.audit_check import AuditCheck, AuditLog, _follow
from cxrviewer.results.schema import AUDIT_TRIGGERS
from cxrviewer.results.store import ResultStore, result_key
from cxrviewer.results.study_list_changes import FilmOutcome, open_films, record_outcomes
from tests.results.examples import PATIENT, ok_analysis
from tests.results.stored_lists import KEY, content_hash, failed, fill, ok, refused

SCHEMA_2 = Path(__file__).with_name("store_of_schema_2.sql")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResultStore]:
    with closing(ResultStore(tmp_path / "results.sqlite")) as opened:
        yield opened


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """Return a store with the beginning, entries 1 to 4 of films (the last could not be hashed), and 5 of a run."""
    path = tmp_path / "results.sqlite"
    with closing(ResultStore(path)) as store:
        fill(store, {"/a": ok(1), "/b": ok(2), "/c": refused(3), "/d": failed(None)})
        run = store.start_run([Path("/a")], KEY, {})
        store.record(run, 0, ok(1), recalled=True)
    return path


def check(path: Path) -> AuditCheck:
    with closing(AuditLog(path)) as log:
        return log.verify()


def entries(path: Path) -> list[AuditEntry]:
    with closing(AuditLog(path)) as log:
        beginning, *others = [logged.entry for logged in log.entries()]
    assert isinstance(beginning, AuditBeginning)
    assert all(isinstance(entry, AuditEntry) for entry in others)
    return others  # type: ignore[return-value]


def tamper(path: Path, *statements: str) -> None:
    """Change a store as somebody would who knows SQL: without the triggers, which are put back afterwards."""
    with closing(sqlite3.connect(path)) as connection:
        for name in AUDIT_TRIGGERS:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for sql in AUDIT_TRIGGERS.values():
            connection.execute(sql)
        connection.commit()


def rewrite(path: Path, number: int, /, **changes: object) -> None:
    """Change an entry and give it the hash of what it says then."""
    with closing(sqlite3.connect(path)) as connection:
        (content,) = connection.execute("SELECT content FROM audit_log WHERE number = ?", (number,)).fetchone()
    content = canonical_json(json.loads(content) | changes)
    tamper(path, f"UPDATE audit_log SET content = '{content}', hash = '{entry_hash(content)}' WHERE number = {number}")


def test_an_entry_says_what_when_with_what_and_by_whom(store: ResultStore) -> None:
    options = {"model": "/home/x/models/m", "engine": "litert", "pixels": 200}
    run = store.start_run([Path("/DOE^JANE.dcm")], result_key("b" * 64, options), options)
    logged = store.record(run, 0, replace(ok_analysis("/DOE^JANE.dcm"), message="DOE^JANE"))
    (entry,) = entries(store.path)
    assert logged.entry == entry
    analysis = ok_analysis("/DOE^JANE.dcm")
    assert (entry.number, entry.user, entry.engine, entry.status) == (1, machine_user(), "litert", "ok")
    assert (entry.file_sha256, entry.analysed_at) == (analysis.sha256, analysis.analysed_at)
    assert (entry.model, entry.model_version, entry.bundle_sha256) == ("mobilenetv2-cxr", "0.1.0", "b" * 64)
    assert entry.settings is not None
    assert {"engine": "litert", "pixels": 200}.items() <= entry.settings.items()
    assert "model" not in entry.settings  # a path
    assert (entry.recalled, entry.original) == (False, None)
    ((content,),) = store.rows("SELECT content FROM audit_log WHERE number = 1")
    for secret in ("DOE", "JANE", PATIENT.identifier, PATIENT.birth_date):
        assert secret not in content


def test_the_digest_of_a_result_knows_no_name_and_changes_with_every_figure(store: ResultStore) -> None:
    one, other = ok_analysis("/a"), replace(ok_analysis("/b"), patient=None, message="x")
    warmer = replace(ok_analysis("/c"), heatmaps=ok_analysis(hot_cell=(1, 1)).heatmaps)
    run = store.start_run([Path("/a"), Path("/b"), Path("/c")], KEY, {})
    for position, analysis in enumerate((one, other, warmer)):
        store.record(run, position, analysis)
    first, second, third = entries(store.path)
    assert first.result_sha256 == second.result_sha256 != third.result_sha256


def test_films_of_one_transaction_are_chained_in_their_order_and_recalls_say_so(filled: Path) -> None:
    found = entries(filled)
    assert [entry.file_sha256 for entry in found] == [*map(content_hash, (1, 2, 3)), "", content_hash(1)]
    assert [entry.status for entry in found] == ["ok", "ok", "refused", "error", "ok"]
    assert [(entry.recalled, entry.original) for entry in found] == [(False, None)] * 4 + [(True, 1)]
    with closing(AuditLog(filled)) as log:
        hashes = [logged.hash for logged in log.entries()]
        previous = [logged.entry.previous for logged in log.entries()]
    assert previous == [NO_ENTRY, *hashes[:-1]]
    whole = check(filled)
    assert whole.is_intact
    assert (whole.entries, whole.results, whole.older) == (5, 4, 0)
    assert whole.head is not None
    assert whole.head.hash == hashes[-1]


def test_what_is_not_committed_is_not_logged(store: ResultStore) -> None:
    (film,) = open_films(store, [Path("/a")]).identifiers
    broken = replace(ok(2), status=None)  # type: ignore[arg-type]  # NOT NULL in the table
    with pytest.raises(StoreError):
        record_outcomes(store, KEY, [FilmOutcome(film, ok(1)), FilmOutcome(film, broken)])
    assert entries(store.path) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET hash = 'x' WHERE number = 2",
        "DELETE FROM audit_log WHERE number = 5",
        "DELETE FROM audit_log",
        "INSERT OR REPLACE INTO audit_log SELECT number, 'x', content FROM audit_log WHERE number = 2",
        "REPLACE INTO audit_log VALUES (5, 'x', 'y')",
        "INSERT INTO audit_log VALUES (7, 'x', 'y')",
        "INSERT INTO audit_log (hash, content) VALUES ('x', 'y') ON CONFLICT DO UPDATE SET hash = 'z'",
    ],
)
def test_the_store_refuses_to_change_the_log(filled: Path, statement: str) -> None:
    with closing(sqlite3.connect(filled)) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    assert check(filled).is_intact


CHANGES: dict[str, tuple[Callable[[Path], None], int, str]] = {
    "content": (
        lambda path: tamper(path, "UPDATE audit_log SET content = replace(content, 'ok', 'no') WHERE number = 2"),
        2,
        "its hash is",
    ),
    "hash": (lambda path: tamper(path, f"UPDATE audit_log SET hash = '{'a' * 64}' WHERE number = 3"), 3, "its hash is"),
    "content and hash": (lambda path: rewrite(path, 2, user="nobody"), 3, "does not follow entry 2"),
    "the beginning": (lambda path: rewrite(path, 0, store="other"), 1, "does not follow entry 0"),
    "no beginning": (lambda path: tamper(path, "DELETE FROM audit_log WHERE number = 0"), 0, "missing"),
    "one taken out": (lambda path: tamper(path, "DELETE FROM audit_log WHERE number = 4"), 4, "missing"),
    "one taken out, the gap closed": (
        lambda path: tamper(
            path,
            "DELETE FROM audit_log WHERE number = 2",
            "UPDATE audit_log SET number = -number WHERE number > 2",
            "UPDATE audit_log SET number = -number - 1 WHERE number < 0",
        ),
        2,
        "says that it is number 3",
    ),
    "all": (lambda path: tamper(path, "DELETE FROM audit_log"), 0, "no beginning"),
    "another spelling": (
        lambda path: tamper(path, "UPDATE audit_log SET content = content || ' ' WHERE number = 1"),
        1,
        "canonical",
    ),
    "another field": (lambda path: rewrite(path, 1, patient="x"), 1, "expected the fields"),
    "a number out of line": (lambda path: rewrite(path, 1, number=2), 1, "says that it is number 2"),
    "no JSON": (lambda path: tamper(path, "UPDATE audit_log SET content = 'ü' WHERE number = 1"), 1, "changed"),
    "bytes": (lambda path: tamper(path, "UPDATE audit_log SET content = x'ff' WHERE number = 1"), 1, "changed"),
    "an entry that is a number": (lambda path: tamper(path, "UPDATE audit_log SET content = '1'"), 0, "JSON object"),
    "a chain forged from there on": (
        lambda path: tamper(path, "UPDATE audit_log SET content = '{}', hash = 'x' WHERE number >= 3"),
        3,
        "changed",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_first_entry_that_does_not_fit_is_named(filled: Path, change: str) -> None:
    make, number, reason = CHANGES[change]
    make(filled)
    found = check(filled)
    assert found.fault is not None
    assert found.fault.number == number
    assert reason in found.fault.reason
    assert found.entries == max(0, number - 1)
    assert not found.is_intact


@given(st.data())
def test_no_byte_of_an_entry_can_change_unseen(data: st.DataObject) -> None:
    entry = AuditBeginning(0, NO_ENTRY, "2026-01-01T00:00:00.000+00:00", "u", "0.1.0", "ab" * 16, 3)
    content = entry_content(entry)
    place = data.draw(st.integers(0, len(content) - 1))
    letter = data.draw(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda c: c != content[place]))
    changed = content[:place] + letter + content[place + 1 :]
    assert _follow(iter([(0, entry_hash(content), content)]))[2] is None
    count, head, fault = _follow(iter([(0, entry_hash(content), changed)]))
    assert fault is not None
    assert (count, head, fault.number) == (0, None, 0)


def test_results_that_are_not_those_of_the_log_are_named(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as connection:
        connection.execute(
            'UPDATE analysis SET content = replace(content, \'"predicted":"PNEUMONIA"\', \'"predicted":"NORMAL"\')'
            " WHERE sha256 = ?",
            (content_hash(2),),
        )
        connection.execute("UPDATE film SET content = replace(content, 'corrupt', 'missing') WHERE path = ?", (b"/d",))
        assert connection.total_changes == 2
        connection.commit()
    found = check(filled)
    assert found.fault is None
    assert not found.is_intact
    one, other = found.other_faults
    assert content_hash(2) in one
    assert "entry 2" in one
    assert "a film of the list" in other
    assert "entry 4" in other


def test_a_result_cannot_borrow_the_entry_of_another_nor_do_without(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as connection:
        connection.execute("UPDATE analysis SET audit = 1 WHERE audit = 2")
        connection.execute("UPDATE analysis SET audit = NULL WHERE audit = 3")
        connection.commit()
    found = check(filled)
    assert len(found.other_faults) == 2
    assert "not its own" in found.other_faults[0]
    assert "only 0 were there before" in found.other_faults[1]


def test_entries_cut_off_show_while_a_result_names_them_or_their_id_is_kept(filled: Path) -> None:
    with closing(AuditLog(filled)) as log:
        *_, last = log.entries()
    tamper(filled, "DELETE FROM audit_log WHERE number = 5")
    found = check(filled)
    assert found.fault is None
    assert found.other_faults == ("a file of a run names entry 5, but the log ends with entry 4.",)
    with closing(sqlite3.connect(filled)) as connection:
        connection.execute("DELETE FROM run_file")  # and with its last trace ...
        connection.commit()
    assert check(filled).is_intact  # ... nothing in the store tells any more,
    with closing(AuditLog(filled)) as log, pytest.raises(StoreError, match="cut off"):
        log.find(last.identifier)  # but the id does


def test_a_missing_or_weakened_trigger_shows(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as connection:
        connection.execute("DROP TRIGGER audit_log_refuses_delete")
        connection.execute("DROP TRIGGER audit_log_refuses_update")
        connection.execute("CREATE TRIGGER audit_log_refuses_update BEFORE UPDATE ON audit_log BEGIN SELECT 1; END")
        connection.commit()
    found = check(filled)
    assert [fault.split()[2].rstrip(",") for fault in found.other_faults] == [
        "audit_log_refuses_update",
        "audit_log_refuses_delete",
    ]


def test_entries_are_found_by_their_id(filled: Path) -> None:
    with closing(AuditLog(filled)) as log:
        second = list(log.entries())[2]
        assert log.find(second.identifier) == log.find("2") == log.find(second.identifier.upper()) == second
        for nothing in ("", "x", "-1", "2.0", "٢", "9" * 30):
            with pytest.raises(UsageError):
                log.find(nothing)
        with pytest.raises(StoreError, match="another store"):
            log.find(f"2-{'0' * 12}")


def test_two_programs_that_write_at_once_make_one_chain(tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from cxrviewer.results.store import ResultStore
        from cxrviewer.results.study_list_changes import FilmOutcome, open_films, record_outcomes
        from tests.results.stored_lists import KEY, ok
        store, first = ResultStore(Path(sys.argv[1])), int(sys.argv[2])
        run = store.start_run([Path(f"/{number}") for number in range(first, first + 60)], KEY, {})
        print("ready", flush=True)
        sys.stdin.readline()
        for number in range(first, first + 60, 2):
            store.record(run, number - first, ok(number))
            films = open_films(store, [Path(f"/{number}.png"), Path(f"/{number + 1}.png")]).identifiers
            record_outcomes(store, KEY, [FilmOutcome(film, ok(number + place)) for place, film in enumerate(films)])
        """
    )
    path = tmp_path / "results.sqlite"
    arguments = [sys.executable, "-c", script, str(path)]
    programs = [
        subprocess.Popen(
            [*arguments, first],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for first in ("0", "1000")
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    for program in programs:
        _, said = program.communicate(timeout=120)
        assert program.returncode == 0, said
    found = check(path)
    assert found.is_intact
    assert (found.entries, found.results) == (180, 120)


def test_a_store_of_schema_2_begins_its_log_and_keeps_every_row(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCHEMA_2.read_text(encoding="utf-8"))
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        before = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
    assert len(before["analysis"]) == 3
    assert len(before["film"]) == 4
    with pytest.raises(StoreError, match="earlier program"):
        AuditLog(path)
    with closing(ResultStore(path)) as store:
        for table, rows in before.items():
            assert [row[: len(rows[0])] for row in store.rows(f"SELECT * FROM {table}")] == rows
        found = check(path)
        assert found.is_intact
        assert (found.entries, found.results, found.older) == (0, 0, 3)
        run = store.unfinished_run()
        assert run is not None
        store.record(run, 3, ok(1), recalled=True)
        film = open_films(store, [Path("/films/d.dcm")]).identifiers[0]
        record_outcomes(store, KEY, [FilmOutcome(film, ok(2))])
    recalled, anew = entries(path)
    assert (recalled.recalled, recalled.original) == (True, None)  # what it recalls is older than the log
    assert anew.number == 2
    found = check(path)
    assert found.is_intact
    assert (found.results, found.older) == (1, 2)


def test_two_stores_have_different_beginnings(tmp_path: Path) -> None:
    heads = set()
    for name in ("a", "b"):
        ResultStore(tmp_path / name).close()
        with closing(AuditLog(tmp_path / name)) as log:
            heads.add(next(log.entries()).entry.store)  # type: ignore[union-attr]
    assert len(heads) == 2


def test_reading_needs_a_store_and_makes_none(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no file"):
        AuditLog(tmp_path / "none.sqlite")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "text").write_text("no database, but long enough to look at" * 100, encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be read"):
        AuditLog(tmp_path / "text")


@pytest.mark.parametrize("error", [OSError, KeyError, ImportError])
def test_a_machine_that_names_no_user(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def nobody() -> str:
        raise error("no such user")

    monkeypatch.setattr(audit.getpass, "getuser", nobody)
    assert machine_user.__wrapped__() == "unknown"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_canonical_json_says_the_same_and_is_plain(value: object) -> None:
    text = canonical_json(value)
    assert json.loads(text) == value
    assert canonical_json(json.loads(text)) == text
    assert text.isascii()
    assert "\n" not in text


@given(st.dictionaries(st.text(), values, max_size=6), st.randoms())
def test_canonical_json_does_not_depend_on_the_order_of_keys(value: dict[str, object], random: object) -> None:
    names = list(value)
    random.shuffle(names)  # type: ignore[attr-defined]
    assert canonical_json({name: value[name] for name in names}) == canonical_json(value)


@given(values, values)
def test_different_values_have_different_canonical_texts(one: object, other: object) -> None:
    assert (canonical_json(one) == canonical_json(other)) == (repr_of(one) == repr_of(other))


def repr_of(value: object) -> str:
    """Return a text that tells 1, 1.0 and True apart, whatever the order of keys."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{name!r}:{repr_of(value[name])}" for name in sorted(value)) + "}"
    return "[" + ",".join(map(repr_of, value)) + "]" if isinstance(value, list) else repr(value)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_json_cannot_say_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"a": number})


@given(st.text(), st.booleans(), st.none() | st.integers(1), st.none() | st.dictionaries(st.text(), st.integers()))
def test_an_entry_comes_back_from_its_content(
    text: str, recalled: bool, original: int | None, settings: dict[str, int] | None
) -> None:
    entry = AuditEntry(
        1, "a" * 64, "t", text, text, text, "ok", "", "d" * 64, recalled, original, text, "1", "b" * 64, "litert", "0",
        "s" * 64, settings,
    )  # fmt: skip
    assert entry_of_content(entry_content(entry)) == entry
