"""What is in the store is safe: it survives kill -9, is found again by content, and comes back exactly."""

import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.domain import Analysis, ModelIdentity, Prediction
from cxrviewer.errors import StoreError
from cxrviewer.results.store import (
    ResultKey,
    ResultStore,
    StoreRecall,
    decision_options,
    default_store_path,
    result_key,
    settings_key,
)

KEY = ResultKey("b" * 64, "s" * 64)
MODEL = ModelIdentity("m", "1.0.0", "b" * 64)


def ok_analysis(path: str, sha256: str) -> Analysis:
    prediction = Prediction(
        findings=("NORMAL", "PNEUMONIA"),
        logits=np.array([0.1, 2.5], np.float32),
        probabilities=np.array([0.0832, 0.9168], np.float32),
        features=np.arange(5, dtype=np.float32) / 3,
        predicted="PNEUMONIA",
        flagged=("PNEUMONIA",),
    )
    return Analysis(path, sha256, "ok", MODEL, "litert", "0.1.0", 4.2, "2026-01-01T00:00:00+00:00", prediction)


def failure(path: str, sha256: str, code: str) -> Analysis:
    return Analysis(
        path, sha256, "error", MODEL, "litert", "0.1.0", 1.0, "2026-01-01T00:00:00+00:00", code=code, message="why"
    )


@pytest.fixture
def store(tmp_path: Path):
    store = ResultStore(tmp_path / "folder that is not there" / "results.sqlite")
    yield store
    store.close()


def test_rows_come_back_in_the_order_given_whatever_the_order_of_completion(store: ResultStore) -> None:
    files = [Path(f"/films/{i}.png") for i in range(20)]
    run = store.start_run(files, KEY, {"model": "m"})
    assert (run.files, run.pending) == (20, 20)
    for position in reversed(range(20)):
        store.record(run, position, ok_analysis(str(files[position]), f"{position:064x}"))
    assert [a.path for a in store.run_analyses(run)] == [str(f) for f in files]
    assert store.run(run.identifier).pending == 0


def test_an_analysis_comes_back_bit_for_bit(store: ResultStore) -> None:
    run = store.start_run([Path("/a")], KEY, {})
    sent = ok_analysis("/a", "1" * 64)
    store.record(run, 0, sent)
    (back,) = store.run_analyses(run)
    assert back.prediction is not None
    assert sent.prediction is not None
    assert back.prediction.logits.tobytes() == sent.prediction.logits.tobytes()
    assert back.prediction.features.dtype == np.float32
    assert (back.milliseconds, back.analysed_at) == (sent.milliseconds, sent.analysed_at)


def test_one_content_under_two_names_has_two_rows_with_their_own_paths(store: ResultStore) -> None:
    run = store.start_run([Path("/a"), Path("/b")], KEY, {})
    store.record(run, 0, ok_analysis("/a", "1" * 64))
    store.record(run, 1, ok_analysis("/b", "1" * 64), recalled=True)
    assert [a.path for a in store.run_analyses(run)] == ["/a", "/b"]


def test_a_file_that_could_not_be_hashed_has_its_row(store: ResultStore) -> None:
    run = store.start_run([Path("/gone")], KEY, {})
    store.record(run, 0, failure("/gone", "", "missing"))
    (row,) = store.run_analyses(run)
    assert (row.status, row.code) == ("error", "missing")
    assert store.run(run.identifier).pending == 0


@pytest.mark.skipif(sys.platform == "win32", reason="file names are Unicode on Windows")
def test_a_file_name_that_is_no_text_survives(store: ResultStore) -> None:
    path = Path(os.fsdecode(b"/films/\xff\xfe.png"))
    run = store.start_run([path], KEY, {})
    store.record(run, 0, ok_analysis(str(path), "1" * 64))
    assert [a.path for a in store.run_analyses(run)] == [str(path)]
    assert [p for _, p in store.pending_files(store.start_run([path], KEY, {}))] == [path]


def test_recall_needs_the_same_bytes_bundle_and_settings(store: ResultStore) -> None:
    run = store.start_run([Path("/a")], KEY, {})
    store.record(run, 0, ok_analysis("/a", "1" * 64))
    assert StoreRecall(store.path, KEY)("1" * 64) is not None
    assert StoreRecall(store.path, KEY)("2" * 64) is None
    assert StoreRecall(store.path, ResultKey("c" * 64, KEY.settings_sha256))("1" * 64) is None
    assert StoreRecall(store.path, ResultKey(KEY.bundle_sha256, "t" * 64))("1" * 64) is None


@pytest.mark.parametrize(("code", "known"), [("corrupt", True), ("timeout", False), ("worker-crashed", False)])
def test_what_may_have_been_chance_is_tried_again(store: ResultStore, code: str, known: bool) -> None:
    run = store.start_run([Path("/a")], KEY, {})
    store.record(run, 0, failure("/a", "1" * 64, code))
    assert (StoreRecall(store.path, KEY)("1" * 64) is not None) is known


def test_recall_travels_to_a_worker(store: ResultStore) -> None:
    run = store.start_run([Path("/a")], KEY, {})
    store.record(run, 0, ok_analysis("/a", "1" * 64))
    recall = StoreRecall(store.path, KEY)
    assert recall("1" * 64) is not None  # opens its connection
    travelled = pickle.loads(pickle.dumps(recall))  # noqa: S301 - our own bytes, as multiprocessing does
    assert travelled("1" * 64) is not None


def test_the_unfinished_run_is_found_with_what_is_left(store: ResultStore) -> None:
    assert store.unfinished_run() is None
    done = store.start_run([Path("/x")], KEY, {})
    store.finish_run(done)
    run = store.start_run([Path("/a"), Path("/b")], KEY, {"engine": "litert"})
    store.record(run, 0, ok_analysis("/a", "1" * 64))
    found = store.unfinished_run()
    assert found is not None
    assert (found.identifier, found.pending, found.options) == (run.identifier, 1, {"engine": "litert"})
    assert list(store.pending_files(found)) == [(1, Path("/b"))]


def test_kill_9_loses_nothing_that_was_recorded(tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from cxrviewer.results.store import ResultStore
        from tests.results.test_store import KEY, ok_analysis
        store = ResultStore(Path(sys.argv[1]))
        run = store.start_run([Path(f"/{i}") for i in range(100000)], KEY, {})
        for i in range(100000):
            store.record(run, i, ok_analysis(f"/{i}", f"{i:064x}"))
            print(i, flush=True)
        """
    )
    path = tmp_path / "results.sqlite"
    root = Path(__file__).resolve().parents[2]
    arguments = [sys.executable, "-c", script, str(path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        for _ in range(50):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        recorded = 50 + len(process.stdout.read().split())
    store = ResultStore(path)
    run = store.unfinished_run()
    assert run is not None
    assert 100000 - run.pending >= recorded
    assert len(list(store.run_analyses(run))) == 100000 - run.pending
    store.close()


def test_a_new_store_waits_for_the_program_that_is_creating_it(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")  # SQLite does not wait for this by itself where the journal mode changes
    end = threading.Timer(0.3, lambda: other.execute("ROLLBACK"))
    begun = time.monotonic()
    end.start()
    store = ResultStore(path)
    assert time.monotonic() - begun >= 0.25
    assert store.rows("PRAGMA journal_mode") == [("wal",)]
    end.join()
    store.close()
    other.close()


def test_a_store_that_another_program_never_gives_back_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cxrviewer.results.store._BUSY_SECONDS", 0.2)
    path = tmp_path / "results.sqlite"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"results\.sqlite.*locked"):
        ResultStore(path)
    other.close()


def test_a_store_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="schema"):
        ResultStore(path)


def test_a_file_that_is_no_store_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but long enough to look at" * 10)
    with pytest.raises(StoreError, match=r"notes\.txt"):
        ResultStore(path)


def test_the_settings_key_does_not_depend_on_the_order() -> None:
    assert settings_key({"a": 1, "b": 2}) == settings_key({"b": 2, "a": 1})
    assert settings_key({"a": 1}) != settings_key({"a": 2})


def test_the_default_store_lies_in_the_users_data_folder() -> None:
    assert default_store_path().name == "results.sqlite"
    assert "cxrviewer" in str(default_store_path().parent)


def test_a_result_that_was_decided_otherwise_is_found_but_not_one_of_another_pass(store: ResultStore) -> None:
    options = {"engine": "litert", "file_bytes": 1, "pixels": 1, "include_patient_data": False}
    first = result_key("b" * 64, {**options, **decision_options(0.95, {"NORMAL": 0.5})})
    other = result_key("b" * 64, {**options, **decision_options(None, {"NORMAL": 0.25})})
    own = result_key("b" * 64, {**options, **decision_options(None, {})})
    keras = result_key("b" * 64, {**options, "engine": "keras", **decision_options(None, {"NORMAL": 0.5})})
    assert own == result_key("b" * 64, options)
    run = store.start_run([Path("/a")], first, {})
    run = replace(run, key=first)
    store.record(run, 0, ok_analysis("/a", "1" * 64))
    for key in (first, other, own):
        assert StoreRecall(store.path, key)("1" * 64) is not None
    assert StoreRecall(store.path, keras)("1" * 64) is None
    # Once it is decided anew it is a result of its own, and its own key is found first.
    anew = replace(ok_analysis("/a", "1" * 64), warnings=("decided anew",))
    store.record(replace(run, key=other), 0, anew, recalled=True)
    for key, warnings in ((other, ("decided anew",)), (first, ())):
        found = StoreRecall(store.path, key)("1" * 64)
        assert found is not None
        assert found.warnings == warnings
