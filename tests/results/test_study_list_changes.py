"""Opening, analysing, removing and bringing back: each committed when it returns, each undone exactly."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cxrviewer.results.film_labels import agreement_with, set_labels
from cxrviewer.results.store import ResultStore, StoreRecall
from cxrviewer.results.study_list import EVERYTHING, Ordering, count_by_status, film_analysis, film_ids, films
from cxrviewer.results.study_list_changes import (
    FilmOutcome,
    FilmRecorder,
    forget_removed_films,
    mark_pending,
    open_films,
    pending_films,
    record_outcomes,
    remove_films,
    restore_films,
)
from cxrviewer.results.uncertainty import possible_findings
from tests.results.stored_lists import KEY, content_hash, failed, fill, ok, refused


@pytest.fixture
def store(tmp_path: Path):
    with closing(ResultStore(tmp_path / "results.sqlite")) as store:
        yield store


def test_opening_again_keeps_place_and_result(store: ResultStore) -> None:
    a, b = fill(store, {"/a": ok(1), "/b": None})
    opened = open_films(store, [Path("/b"), Path("/c"), Path("/a"), Path("/c")])
    c = opened.identifiers[1]
    assert (opened.identifiers, opened.added) == ((b, c, a, c), (c,))
    assert film_ids(store).tolist() == [a, b, c]
    assert [film.status for film in films(store, [a])] == ["ok"]


def test_a_relative_path_means_the_file_of_the_present_folder(
    store: ResultStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert open_films(store, [Path("one.png")]).identifiers == open_films(store, [tmp_path / "one.png"]).identifiers


@pytest.mark.skipif(sys.platform == "win32", reason="file names are Unicode on Windows")
def test_a_file_name_that_is_no_text_is_listed_sorted_and_analysed(store: ResultStore) -> None:
    path = Path(os.fsdecode(b"/films/\xff\xfe.png"))
    identifiers = fill(store, {str(path): None, "/films/a.png": None})
    assert pending_films(store)[0].path == path
    assert film_ids(store, EVERYTHING, Ordering("name")).tolist() == list(reversed(identifiers))
    record_outcomes(store, KEY, [FilmOutcome(identifiers[0], replace(failed(None), path=str(path)))])
    analysis = film_analysis(store, identifiers[0])
    assert analysis is not None
    assert analysis.path == str(path)


def test_a_removal_is_undone_to_the_same_places_and_results(store: ResultStore) -> None:
    identifiers = fill(store, {f"/{n}": ok(n) for n in range(5)} | {"/5": None})
    before = films(store, identifiers)
    removal = remove_films(store, [identifiers[1], identifiers[3], identifiers[5], 999])
    assert removal.identifiers == (identifiers[1], identifiers[3], identifiers[5])
    assert film_ids(store).tolist() == [identifiers[0], identifiers[2], identifiers[4]]
    assert pending_films(store) == []
    assert restore_films(store, removal) == removal.identifiers
    assert films(store, film_ids(store)) == before
    assert restore_films(store, removal) == ()


def test_what_was_removed_twice_is_brought_back_by_the_second_removal_only(store: ResultStore) -> None:
    (a,) = fill(store, {"/a": ok(1)})
    first = remove_films(store, [a])
    restore_films(store, first)
    second = remove_films(store, [a])
    assert restore_films(store, first) == ()
    assert restore_films(store, second) == (a,)


def test_a_removed_file_that_is_opened_again_is_new_at_the_end(store: ResultStore) -> None:
    a, b = fill(store, {"/a": ok(1), "/b": None})
    removal = remove_films(store, [a])
    opened = open_films(store, [Path("/a")])
    assert (opened.identifiers, opened.added) == ((a,), (a,))
    assert film_ids(store).tolist() == [b, a]
    assert [(film.status, dict(film.probabilities)) for film in films(store, [a])] == [("pending", {})]
    assert restore_films(store, removal) == ()
    assert film_ids(store).tolist() == [b, a]


def test_removed_films_are_forgotten_in_time_and_their_analyses_and_labels_are_not(store: ResultStore) -> None:
    a, b = fill(store, {"/a": ok(1), "/b": ok(2)})
    set_labels(store, {content_hash(1): agreement_with("PNEUMONIA")})
    removal = remove_films(store, [a])
    assert forget_removed_films(store) == 0
    time.sleep(0.01)
    assert forget_removed_films(store, timedelta(0)) == 1
    assert restore_films(store, removal) == ()
    assert store.rows("SELECT count(*) FROM film_probability WHERE film_id = ?", (a,)) == [(0,)]
    assert film_ids(store).tolist() == [b]
    assert StoreRecall(store.path, KEY)(content_hash(1)) is not None
    (again,) = fill(store, {"/elsewhere": ok(1)})
    assert films(store, [again])[0].label is not None


def test_films_marked_for_a_new_analysis_are_pending_also_after_a_restart(tmp_path: Path) -> None:
    with closing(ResultStore(tmp_path / "results.sqlite")) as store:
        a, b, c = fill(store, {"/a": ok(1), "/b": refused(2), "/c": None})
        set_labels(store, {content_hash(1): agreement_with("PNEUMONIA")})
        mark_pending(store, [b, a])
    with closing(ResultStore(tmp_path / "results.sqlite")) as store:
        assert [(film.identifier, film.fresh) for film in pending_films(store)] == [(a, True), (b, True), (c, False)]
        first, second = films(store, [a, b])
        assert (first.predicted, dict(first.probabilities), second.message) == (None, {}, "")
        assert first.label is not None  # the label is of the bytes, which are still the same for all we know
        record_outcomes(store, KEY, [FilmOutcome(a, ok(7, (0.7, 0.2, 0.1)))])
        assert [film.predicted for film in films(store, [a])] == ["NORMAL"]
        mark_pending(store, [a], fresh=False)
        assert [(film.identifier, film.fresh) for film in pending_films(store)] == [(a, False), (b, True), (c, False)]


def test_a_recalled_analysis_is_linked_and_not_written_again(store: ResultStore) -> None:
    first, second = fill(store, {"/a": ok(1, engine="litert"), "/b": None})
    record_outcomes(store, KEY, [FilmOutcome(second, ok(1, engine="keras"), recalled=True)])
    analyses = [film_analysis(store, film) for film in (first, second)]
    assert [a and a.engine for a in analyses] == ["litert", "litert"]
    assert films(store, [second])[0].status == "ok"


def test_an_outcome_for_a_film_that_was_removed_meanwhile_waits_for_its_return(store: ResultStore) -> None:
    a, b = fill(store, {"/a": None, "/b": None})
    removal = remove_films(store, [a, b])
    record_outcomes(store, KEY, [FilmOutcome(a, ok(1))])
    assert film_ids(store).size == 0
    restore_films(store, removal)
    assert [film.status for film in films(store, [a, b])] == ["ok", "pending"]


def test_an_outcome_for_a_film_that_was_forgotten_is_kept_for_later(store: ResultStore) -> None:
    record_outcomes(store, KEY, [FilmOutcome(12345, ok(1))])
    assert count_by_status(store)["ok"] == 0
    assert StoreRecall(store.path, KEY)(content_hash(1)) is not None


def test_a_recorder_writes_from_a_thread_of_its_own(store: ResultStore) -> None:
    a, b = fill(store, {"/a": None, "/b": None})

    def record() -> None:
        with closing(FilmRecorder(store.path, KEY)) as recorder:
            recorder.record(b, ok(2))
            recorder.record(a, ok(2), recalled=True)

    thread = threading.Thread(target=record)
    thread.start()
    thread.join()
    assert [film.status for film in films(store, [a, b])] == ["ok", "ok"]


def test_a_batch_is_committed_whole_or_not_at_all(store: ResultStore) -> None:
    a, b = fill(store, {"/a": None, "/b": None})
    broken = replace(ok(2), sha256=object())  # type: ignore[arg-type]
    with pytest.raises(Exception, match="object"):
        record_outcomes(store, KEY, [FilmOutcome(a, ok(1)), FilmOutcome(b, broken)])
    assert count_by_status(store)["pending"] == 2


def test_kill_9_loses_nothing_that_was_shown(tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from cxrviewer.results.store import ResultStore
        from cxrviewer.results.study_list_changes import FilmOutcome, open_films, record_outcomes
        from tests.results.stored_lists import KEY, ok
        store = ResultStore(Path(sys.argv[1]))
        for number in range(100000):
            opened = open_films(store, [Path(f"/{number}.png")])
            record_outcomes(store, KEY, [FilmOutcome(opened.identifiers[0], ok(number))])
            print(number, flush=True)
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
        shown = 50 + len(process.stdout.read().split())
    with closing(ResultStore(path)) as store:
        recorded = count_by_status(store)["ok"]
        assert recorded >= shown
        assert all(film.probabilities for film in films(store, film_ids(store)[:recorded]))


def test_a_conformal_set_is_listed_and_gone_with_its_result(store: ResultStore) -> None:
    analysis = ok(5, (0.5, 0.1, 0.4))
    assert analysis.prediction is not None
    decided = replace(analysis.prediction, prediction_set=("NORMAL", "COVID19"), level=0.9)
    (film_id,) = open_films(store, [Path("/films/set.png")]).identifiers
    record_outcomes(store, KEY, [FilmOutcome(film_id, replace(analysis, prediction=decided))])
    (film,) = films(store, [film_id])
    assert (film.prediction_set, film.level, film.uncertain) == (("NORMAL", "COVID19"), 0.9, True)
    assert possible_findings(film) == possible_findings(decided) == ("NORMAL", "COVID19")
    mark_pending(store, [film_id])
    (film,) = films(store, [film_id])
    assert (film.prediction_set, film.level, film.uncertain) == (None, None, False)
