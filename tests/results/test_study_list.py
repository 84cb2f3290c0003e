"""What the list is asked for is what a person would pick from it by hand: filtered, ordered, a page at a time."""

import dataclasses
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxrviewer.domain import Analysis
from cxrviewer.errors import StoreError
from cxrviewer.results.film_labels import agreement_with, disagreement_with, set_labels
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list import (
    AS_OPENED,
    EVERYTHING,
    FILM_STATUSES,
    ORDER_COLUMNS,
    Film,
    Filter,
    Ordering,
    ProbabilityRange,
    count_by_status,
    count_films,
    film_analyses,
    film_analysis,
    film_ids,
    film_page,
    film_paths,
    films,
    label_counts,
    listed_findings,
    matching_ids,
)
from cxrviewer.results.study_list_changes import open_films, remove_films
from cxrviewer.results.text_order import order_key
from tests.results.examples import ok_analysis
from tests.results.stored_lists import FINDINGS, content_hash, failed, fill, ok, refused


@pytest.fixture
def store(tmp_path: Path):
    with closing(ResultStore(tmp_path / "results.sqlite")) as store:
        yield store


ORDER_VALUES: dict[str, Callable[[Film], Any]] = {
    "name": lambda film: order_key(film.path.name),
    "folder": lambda film: order_key(str(film.path.parent)),
    "status": lambda film: film.status,
    "predicted": lambda film: film.predicted,
    "uncertain": lambda film: film.uncertain,
    "warnings": lambda film: len(film.warnings),
    "label": lambda film: film.label and f"{film.label.verdict} {film.label.finding or ''}",
    "analysed_at": lambda film: film.analysed_at or None,
}


def by_hand(everything: tuple[Film, ...], wanted: Filter, ordering: Ordering) -> list[int]:
    """Filter and order films, given as they were opened, in plain Python."""

    def is_wanted(film: Film) -> bool:
        words = wanted.text.casefold().split()
        probability = wanted.probability
        return (
            all(word in str(film.path).casefold() for word in words)
            and wanted.finding in (None, film.predicted)
            and wanted.status in (None, film.status)
            and wanted.uncertain in (None, film.uncertain)
            and wanted.labelled in (None, film.label is not None)
            and (
                probability is None
                or probability.minimum <= film.probabilities.get(probability.finding, -1) <= probability.maximum
            )
        )

    def value(film: Film) -> Any:
        if ordering.column == "position":
            return everything.index(film)
        if ordering.column.startswith("p_"):
            return film.probabilities.get(ordering.column[2:])
        return ORDER_VALUES[ordering.column](film)

    wanted_films = [film for film in everything if is_wanted(film)]
    with_value = [film for film in wanted_films if value(film) is not None]
    # Python's sort is stable, and reverse keeps it so: films of equal value stay as they were opened.
    with_value.sort(key=value, reverse=ordering.descending)
    return [film.identifier for film in (*with_value, *(film for film in wanted_films if value(film) is None))]


numbers = st.integers(0, 8)
probabilities = st.sampled_from([(0.9, 0.05, 0.05), (0.2, 0.6, 0.2), (0.4, 0.3, 0.3), (0.5, 0.5), (0.0, 0.1, 0.9)])
analyses: st.SearchStrategy[Analysis | None] = st.one_of(
    st.none(),
    st.builds(ok, numbers, probabilities, warnings=st.sampled_from([(), ("a",), ("a", "b")])),
    st.builds(refused, numbers),
    st.builds(failed, st.one_of(st.none(), numbers)),
)
paths = st.builds(
    "/{}/{}{}.{}".format,
    st.sampled_from(["films", "Films/ward 9", "films/ward 10", "été"]),
    st.sampled_from(["film ", "Film", "a"]),
    st.integers(0, 20),
    st.sampled_from(["dcm", "png"]),
)
labels = st.sampled_from(
    [None, agreement_with("PNEUMONIA"), disagreement_with("NORMAL", "COVID19"), disagreement_with("NORMAL", None)]
)
filters = st.builds(
    Filter,
    text=st.sampled_from(["", " ", "film", "FILM 1", "ward dcm", "ÉTÉ", "x", "%", "1 1"]),
    finding=st.sampled_from([None, *FINDINGS, "OTHER"]),
    status=st.sampled_from([None, *FILM_STATUSES]),
    probability=st.one_of(
        st.none(),
        st.builds(
            ProbabilityRange,
            st.sampled_from([*FINDINGS, "OTHER"]),
            st.sampled_from([0.0, 0.1, 0.3, 0.9]),
            st.sampled_from([0.1, 0.6, 0.9, 1.0]),
        ),
    ),
    uncertain=st.sampled_from([None, True, False]),
    labelled=st.sampled_from([None, True, False]),
)
# Conditions one at a time as often as together: all of them at once let hardly any film through.
single_filters = filters.flatmap(
    lambda wanted: st.sampled_from([f.name for f in dataclasses.fields(Filter)]).map(
        lambda name: dataclasses.replace(EVERYTHING, **{name: getattr(wanted, name)})
    )
)
orderings = st.builds(Ordering, st.sampled_from([*ORDER_COLUMNS, "p_NORMAL", "p_COVID19", "p_OTHER"]), st.booleans())


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(paths, analyses, max_size=12),
    st.dictionaries(numbers.map(content_hash), labels, max_size=4),
    st.sets(st.integers(0, 11), max_size=3),
    st.one_of(filters, single_filters),
    orderings,
    st.integers(0, 5),
)
def test_filters_and_orders_are_those_of_plain_python(
    contents: dict[str, Analysis | None],
    labelled: dict[str, Any],
    removed: set[int],
    wanted: Filter,
    ordering: Ordering,
    offset: int,
) -> None:
    with TemporaryDirectory() as folder, closing(ResultStore(Path(folder) / "results.sqlite")) as store:
        identifiers = fill(store, contents)
        set_labels(store, labelled)
        remove_films(store, [identifiers[place] for place in removed if place < len(identifiers)])
        listed = [number for place, number in enumerate(identifiers) if place not in removed]
        assert film_ids(store).tolist() == listed
        expected = by_hand(films(store, listed), wanted, ordering)
        assert film_ids(store, wanted, ordering).tolist() == expected
        assert count_films(store, wanted) == len(expected)
        assert matching_ids(store, wanted, identifiers) == set(expected)
        page = film_page(store, wanted, ordering, offset, 4)
        assert [film.identifier for film in page] == expected[offset : offset + 4]


def test_a_film_comes_back_with_all_that_its_row_shows(store: ResultStore) -> None:
    label = disagreement_with("PNEUMONIA", "COVID19", "A. Reader", "old scars")
    set_labels(store, {content_hash(1): label})
    analysis = ok(1, (0.1, 0.6, 0.3), flagged=("PNEUMONIA", "COVID19"), warnings=("no window", "colour"))
    identifiers = fill(store, {"/films/a.png": analysis, "/films/b.png": failed(2), "/films/c.png": None})
    first, second, third = films(store, identifiers)
    assert (first.path, first.status, first.predicted) == (Path("/films/a.png"), "ok", "PNEUMONIA")
    assert list(first.probabilities.items()) == [("NORMAL", 0.1), ("PNEUMONIA", 0.6), ("COVID19", 0.3)]
    assert (first.flagged, first.uncertain) == (("PNEUMONIA", "COVID19"), True)
    assert (first.warnings, first.label, first.sha256) == (("no window", "colour"), label, content_hash(1))
    assert (second.status, second.code, second.message) == ("error", "corrupt", "the file ends too early")
    assert (second.predicted, dict(second.probabilities), second.uncertain) == (None, {}, False)
    assert (third.status, third.analysed_at, third.sha256, third.label) == ("pending", "", "", None)


def test_films_come_in_the_order_asked_for_and_unknown_ones_not_at_all(store: ResultStore) -> None:
    a, b = fill(store, {"/a": None, "/b": None})
    assert [film.identifier for film in films(store, [b, 999, a])] == [b, a]
    assert film_paths(store, np.array([b, 999, a])) == (Path("/b"), Path("/a"))


def test_a_range_of_probabilities_holds_its_ends_though_they_are_no_binary_fractions(store: ResultStore) -> None:
    fill(store, {"/a": ok(1, (0.9, 0.05, 0.05))})
    for low, high, count in ((0.9, 1.0, 1), (0.0, 0.9, 1), (0.91, 1.0, 0), (0.0, 0.89, 0)):
        assert count_films(store, Filter(probability=ProbabilityRange("NORMAL", low, high))) == count


def test_words_are_found_in_any_order_and_spelling(store: ResultStore) -> None:
    fill(store, {"/Hôpital Ω/Film_12.DCM": None, "/films/100%.png": None})
    for text, count in (("film_12 hôpital", 1), ("HO\u0302PITAL ω", 1), ("%", 1), ("_", 1), ("film 13", 0), ("  ", 2)):
        assert count_films(store, Filter(text=text)) == count, text


def test_an_empty_filter_knows_it() -> None:
    assert Filter().is_empty
    assert Filter(text="  ").is_empty
    assert not Filter(text="a").is_empty
    assert not Filter(labelled=False).is_empty


def test_a_column_that_there_is_not_is_named(store: ResultStore) -> None:
    with pytest.raises(StoreError, match="shoe size"):
        film_ids(store, EVERYTHING, Ordering("shoe size"))


def test_analyses_come_whole_with_the_path_of_the_film(store: ResultStore) -> None:
    sent = ok_analysis("/elsewhere")
    identifiers = fill(store, {"/a": sent, "/b": None, "/c": failed(None, code="missing"), "/d": sent})
    back = list(film_analyses(store, tuple(reversed(identifiers))))
    assert [(a.path, a.status) for a in back] == [("/d", "ok"), ("/c", "error"), ("/a", "ok")]
    assert back[0].heatmaps[1].grid.tobytes() == sent.heatmaps[1].grid.tobytes()
    assert film_analysis(store, identifiers[1]) is None


def test_counts_and_findings_are_those_of_the_list(store: ResultStore) -> None:
    assert count_by_status(store) == dict.fromkeys(FILM_STATUSES, 0)
    assert listed_findings(store) == ()
    identifiers = fill(store, {"/a": ok(1), "/b": refused(2), "/c": None, "/d": None})
    remove_films(store, identifiers[3:])
    assert count_by_status(store) == {"pending": 1, "ok": 1, "refused": 1, "error": 0}
    assert listed_findings(store) == FINDINGS


def test_a_content_under_two_names_is_one_film_in_the_comparison(store: ResultStore) -> None:
    twice = ok(1, (0.1, 0.8, 0.1))
    identifiers = fill(store, {"/a": twice, "/b": twice, "/c": ok(2, (0.8, 0.1, 0.1)), "/d": ok(3), "/e": refused(4)})
    set_labels(
        store,
        {
            content_hash(1): agreement_with("PNEUMONIA"),
            content_hash(2): disagreement_with("NORMAL", None),
            content_hash(4): disagreement_with(None, "NORMAL"),
            content_hash(99): agreement_with("NORMAL"),
        },
    )
    assert label_counts(store) == {("PNEUMONIA", "PNEUMONIA"): 1, ("NORMAL", None): 1}
    remove_films(store, identifiers[:2])
    assert label_counts(store) == {("NORMAL", None): 1}


def test_the_list_is_as_it_was_after_a_restart(tmp_path: Path) -> None:
    with closing(ResultStore(tmp_path / "results.sqlite")) as store:
        identifiers = fill(store, {"/b": ok(1), "/a": None, "/c": refused(3)})
        before = films(store, identifiers)
    with closing(ResultStore(tmp_path / "results.sqlite")) as store:
        assert film_page(store, EVERYTHING, AS_OPENED, 0, 10) == before
        assert open_films(store, [Path("/a")]).added == ()
