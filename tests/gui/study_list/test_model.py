"""The model shows what the store has, keeps rows in their places, and never holds the whole list."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy

from cxrviewer.gui.study_list.film_cache import MOST_FILMS, PAGE, FilmCache
from cxrviewer.gui.study_list.model import FILM_ROLE, PROBABILITY_ROLE, UPDATE_INTERVAL_MS, StudyListModel
from cxrviewer.results.film_labels import FilmLabel, set_labels
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list import AS_OPENED, Film, Filter, Ordering, film_ids
from cxrviewer.results.study_list_changes import (
    FilmOutcome,
    open_films,
    record_outcomes,
    remove_films,
    restore_films,
)
from tests.results.stored_lists import FINDINGS, KEY, content_hash, failed, ok, refused

ModelOf = Callable[..., StudyListModel]


def cell(model: QAbstractItemModel, row: int, key: str, role: int = Qt.ItemDataRole.DisplayRole) -> object:
    assert isinstance(model, StudyListModel)
    (column,) = (number for number, column in enumerate(model.columns) if column.key == key)
    return model.index(row, column).data(role)


def names(model: StudyListModel) -> list[str]:
    return [str(cell(model, row, "name")) for row in range(model.rowCount())]


def checked(model: StudyListModel) -> QAbstractItemModelTester:
    """Have Qt check every signal that the model emits against what it then holds."""
    return QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)


def test_every_column_says_what_is_known(model_of: ModelOf, store: ResultStore) -> None:
    label = FilmLabel("disagree", "PNEUMONIA", "COVID19", "old scars", "A. Reader", "2026-01-02T12:00:00+00:00")
    set_labels(store, {content_hash(1): label})
    model = model_of(
        {
            "/films/a b.png": ok(1, (0.1, 0.55, 0.5), warnings=("no window", "colour <b>")),
            "/films/b.png": refused(2, "lateral\n view"),
            "/films/c.png": failed(3),
            "/films/d.png": None,
        }
    )
    checked(model)
    texts = {column.key: [cell(model, row, column.key) for row in range(4)] for column in model.columns}
    assert texts["name"] == ["a b.png", "b.png", "c.png", "d.png"]
    assert texts["folder"] == ["/films"] * 4
    assert texts["status"] == ["Analysed", "Refused: lateral view", "Failed: the file ends too early", "Waiting"]
    assert texts["predicted"] == ["PNEUMONIA", "", "", ""]
    assert texts["p_COVID19"] == ["0.50", "", "", ""]
    assert texts["uncertain"] == ["PNEUMONIA or COVID19", "", "", ""]
    assert texts["warnings"] == ["2", "", "", ""]
    assert texts["label"] == ["Disagree: COVID19", "", "", ""]
    assert str(texts["analysed_at"][0]).startswith("202")
    assert cell(model, 0, "p_PNEUMONIA", PROBABILITY_ROLE) == 0.55
    assert cell(model, 1, "p_PNEUMONIA", PROBABILITY_ROLE) is None
    assert "old scars" in str(cell(model, 0, "label", Qt.ItemDataRole.ToolTipRole))
    assert "colour &lt;b&gt;" in str(cell(model, 0, "warnings", Qt.ItemDataRole.ToolTipRole))
    assert cell(model, 1, "name", Qt.ItemDataRole.AccessibleTextRole) == "Name: b.png"
    assert cell(model, 3, "predicted", Qt.ItemDataRole.AccessibleTextRole) == "Predicted: none"
    film = cell(model, 2, "name", FILM_ROLE)
    assert isinstance(film, Film)
    assert film.code == "corrupt"


def test_uncertain_words_name_what_is_below_its_threshold(model_of: ModelOf) -> None:
    model = model_of({"/a": ok(1, (0.3, 0.45, 0.25)), "/b": ok(2)})
    assert [cell(model, row, "uncertain") for row in range(2)] == ["PNEUMONIA below its threshold", ""]


def test_a_click_on_a_head_orders_and_another_turns_it_round(model_of: ModelOf) -> None:
    model = model_of({"/film 10": ok(1, (0.2, 0.8)), "/film 9": None, "/film 1": ok(3, (0.9, 0.1))})
    checked(model)
    (probability,) = (n for n, column in enumerate(model.columns) if column.key == "p_NORMAL")
    model.sort(1)
    assert names(model) == ["film 1", "film 9", "film 10"]
    model.sort(probability, Qt.SortOrder.DescendingOrder)
    assert names(model) == ["film 1", "film 10", "film 9"]
    model.sort(-1)
    assert names(model) == ["film 10", "film 9", "film 1"]


def test_rows_keep_their_places_until_they_are_sorted_again(model_of: ModelOf, store: ResultStore) -> None:
    model = model_of({f"/{n}": ok(n, (0.1 * n, 1 - 0.1 * n)) for n in range(1, 5)})
    checked(model)
    model.set_ordering(Ordering("p_NORMAL", descending=True))
    assert names(model) == ["4", "3", "2", "1"]
    stale = QSignalSpy(model.out_of_order_changed)
    last = model.film_number(3)
    record_outcomes(store, KEY, [FilmOutcome(last, ok(9, (0.99, 0.01)))])
    model.films_changed([last])
    model.tell_changes()
    assert names(model) == ["4", "3", "2", "1"]
    assert cell(model, 3, "p_NORMAL") == "0.99"
    assert [stale.at(0)[0], model.is_out_of_order] == [True, True]
    model.resort()
    assert names(model) == ["1", "4", "3", "2"]
    assert not model.is_out_of_order


def test_a_film_that_comes_to_pass_the_filter_appears_and_one_that_no_longer_does_stays(
    model_of: ModelOf, store: ResultStore
) -> None:
    model = model_of({"/a": ok(1, (0.9, 0.1)), "/b": None, "/c": None})
    checked(model)
    a, b, c = model.film_numbers().tolist()
    model.set_filter(Filter(finding="NORMAL"))
    assert names(model) == ["a"]
    outcomes = [FilmOutcome(b, ok(2, (0.2, 0.8))), FilmOutcome(c, ok(3, (0.8, 0.2))), FilmOutcome(a, ok(1, (0.1, 0.9)))]
    record_outcomes(store, KEY, outcomes)
    model.films_changed([a, b, c])
    model.tell_changes()
    assert names(model) == ["a", "c"]
    assert cell(model, 0, "predicted") == "PNEUMONIA"
    model.resort()
    assert names(model) == ["c"]


def test_opened_films_come_at_the_end_where_they_pass_the_filter(model_of: ModelOf, store: ResultStore) -> None:
    model = model_of({"/x": None})
    checked(model)
    model.set_filter(Filter(text="x"))
    opened = open_films(store, [Path("/a"), Path("/ax"), Path("/x")])
    model.films_added(opened.identifiers)
    assert names(model) == ["x", "ax"]
    model.films_added(opened.identifiers)
    assert names(model) == ["x", "ax"]


@pytest.mark.parametrize("step", [2, 3])
def test_removed_films_leave_and_come_back_to_their_places(model_of: ModelOf, store: ResultStore, step: int) -> None:
    model = model_of({f"/{n}": None for n in range(300)})
    checked(model)
    everything = model.film_numbers()
    removal = remove_films(store, everything[::step].tolist())
    model.films_removed(removal.identifiers)
    assert model.film_numbers().tolist() == film_ids(store).tolist()
    model.films_restored(restore_films(store, removal))
    assert model.film_numbers().tolist() == everything.tolist()
    few = remove_films(store, everything[[3, 4, 7]].tolist())
    with_ranges = QSignalSpy(model.rowsRemoved)
    model.films_removed(few.identifiers)
    assert with_ranges.count() == 2
    assert model.film_numbers().tolist() == film_ids(store).tolist()


def test_results_are_told_in_batches(model_of: ModelOf, store: ResultStore, qtbot) -> None:
    model = model_of({f"/{n}": None for n in range(500)})
    told = QSignalSpy(model.dataChanged)
    reset = QSignalSpy(model.modelReset)
    numbers = model.film_numbers().tolist()
    record_outcomes(store, KEY, [FilmOutcome(number, ok(number)) for number in numbers])
    for number in numbers:
        model.films_changed([number])
    assert told.count() == 0
    qtbot.waitUntil(lambda: told.count() > 0, timeout=UPDATE_INTERVAL_MS * 20)
    qtbot.wait(UPDATE_INTERVAL_MS * 2)
    assert (told.count(), reset.count()) == (1, 0)
    first, last = told.at(0)[0], told.at(0)[1]
    assert (first.row(), last.row(), last.column()) == (0, 499, len(model.columns) - 1)
    assert cell(model, 250, "status") == "Analysed"


def test_only_a_few_films_are_held_however_long_the_list(store: ResultStore) -> None:
    fetched: list[int] = []

    def fetch(numbers: object) -> list[Film]:
        fetched.extend(numbers)  # type: ignore[arg-type]
        return [Film(number, Path(f"/{number}"), "pending", "") for number in numbers]  # type: ignore[attr-defined]

    order = np.arange(100_000)[::-1]
    cache = FilmCache(fetch)
    for row in range(0, 100_000, 7):
        film = cache.film(order, row)
        assert film is not None
        assert film.identifier == order[row]
    assert len(cache) <= MOST_FILMS
    assert len(fetched) == 100_000  # each page once, in one piece
    fetched.clear()
    cache.drop([int(order[-1])])
    cache.film(order, 99_999)
    assert fetched == [0]
    assert cache.number_of(Path("/0")) == 0
    assert cache.number_of(Path(f"/{order[0]}")) is None
    assert PAGE < MOST_FILMS


def test_thumbnails_are_asked_for_where_rows_are_shown_and_appear_when_they_come(model_of: ModelOf, thumbnails) -> None:
    model = model_of({f"/{n}": None for n in range(50)})
    model.show_rows(10, 12)
    assert thumbnails.wanted == [Path("/10"), Path("/11"), Path("/12")]
    told = QSignalSpy(model.dataChanged)
    thumbnails.deliver(Path("/11"))
    assert [told.at(0)[0].row(), told.at(0)[0].column(), told.count()] == [11, 0, 1]
    assert cell(model, 11, "position", Qt.ItemDataRole.DecorationRole).width() == 32
    thumbnails.deliver(Path("/12"), side=0)
    thumbnails.deliver(Path("/elsewhere"))
    model.show_rows(10, 12)
    assert thumbnails.wanted == [Path("/10")]  # what there is, and what there will not be, is not asked for again


@pytest.mark.skipif(sys.platform == "win32", reason="file names are Unicode on Windows")
def test_rows_are_dragged_as_files_whatever_their_names(model_of: ModelOf) -> None:
    odd = os.fsdecode(b"/films/\xff #1%.png")
    model = model_of({odd: None, "/films/b.png": None})
    indexes = [model.index(row, column) for row in (1, 0) for column in (0, 3)]
    urls = model.mimeData(indexes).urls()
    assert [bytes(url.toEncoded().data()) for url in urls] == [
        b"file:///films/%FF%20%231%25.png",
        b"file:///films/b.png",
    ]


def test_a_name_that_drives_a_terminal_or_turns_the_line_round_is_spelled_out(model_of: ModelOf) -> None:
    model = model_of({"/a\u202egnp.exe\x07": None})
    assert names(model) == ["a\\u202egnp.exe\\x07"]


def test_other_findings_get_their_columns(model_of: ModelOf) -> None:
    model = model_of({"/a": ok(1)})
    checked(model)
    model.set_findings((*FINDINGS, "EDEMA"), {"EDEMA": 0.4})
    assert [column.finding for column in model.columns if column.kind == "probability"] == [*FINDINGS, "EDEMA"]
    assert (cell(model, 0, "p_EDEMA"), model.thresholds["EDEMA"]) == ("", 0.4)


def test_a_store_that_cannot_be_read_is_told_once_the_view_has_painted(
    model_of: ModelOf, store: ResultStore, qtbot
) -> None:
    model = model_of({"/a": None, "/b": None})
    with store.transaction() as cursor:
        cursor.execute("ALTER TABLE film RENAME TO lost")
    told = QSignalSpy(model.store_failed)
    assert cell(model, 0, "name") is None
    assert told.count() == 0
    qtbot.waitUntil(lambda: told.count() == 1)
    assert "film" in told.at(0)[0]
    model.set_ordering(Ordering("name"))
    assert model.rowCount() == 0
    assert model.ordering != AS_OPENED


def test_a_label_shows_soon_after_it_was_given(model_of: ModelOf, store: ResultStore) -> None:
    model = model_of({"/a": ok(1)})
    label = FilmLabel("agree", "PNEUMONIA", "PNEUMONIA")
    assert cell(model, 0, "label") == ""
    previous = set_labels(store, {content_hash(1): label})
    model.films_changed([model.film_number(0)])
    model.tell_changes()
    assert cell(model, 0, "label") == "Agree: PNEUMONIA"
    set_labels(store, previous)
    model.films_changed([model.film_number(0)])
    model.tell_changes()
    assert cell(model, 0, "label") == ""
