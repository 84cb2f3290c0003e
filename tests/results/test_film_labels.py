"""A label belongs to the bytes of a film, is undone exactly, and leaves the program as it went in."""

import csv
import json
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxrviewer.errors import ExportError
from cxrviewer.results.film_labels import (
    LABEL_COLUMNS,
    FilmLabel,
    agreement_with,
    disagreement_with,
    film_labels,
    set_labels,
    write_labels,
)
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list import films, labelled_films
from tests.results.stored_lists import content_hash, fill, ok

SOME_LABELS = (
    None,
    agreement_with("NORMAL", "A", "clear"),
    disagreement_with("NORMAL", "COVID19", "B"),
    disagreement_with("NORMAL", None),
)


@pytest.fixture
def store(tmp_path: Path):
    with closing(ResultStore(tmp_path / "results.sqlite")) as store:
        yield store


def test_a_label_is_found_by_content_wherever_the_file_lies(store: ResultStore) -> None:
    label = agreement_with("PNEUMONIA", "A. Reader")
    a, b, c = fill(store, {"/here.png": ok(1), "/there/copy.png": ok(1), "/other.png": ok(2)})
    set_labels(store, {content_hash(1): label})
    assert [film.label for film in films(store, [a, b, c])] == [label, label, None]
    assert label.labelled_at > "2026"
    assert label.author == "A. Reader"


changes = st.dictionaries(st.sampled_from("abc"), st.sampled_from(SOME_LABELS), max_size=3)


@settings(deadline=None, max_examples=40)
@given(st.lists(changes, max_size=5))
def test_every_change_is_undone_by_what_it_returned(steps: list[dict[str, FilmLabel | None]]) -> None:
    with TemporaryDirectory() as folder, closing(ResultStore(Path(folder) / "results.sqlite")) as store:
        states, undo = [film_labels(store, "abc")], []
        for step in steps:
            undo.append(set_labels(store, step))
            states.append(film_labels(store, "abc"))
            assert states[-1] == states[-2] | step
        for previous in reversed(undo):
            states.pop()
            set_labels(store, previous)
            assert film_labels(store, "abc") == states[-1]


@pytest.mark.parametrize(
    ("verdict", "predicted", "finding"),
    [
        ("agree", "NORMAL", "COVID19"),
        ("agree", None, None),
        ("disagree", "NORMAL", "NORMAL"),
        ("perhaps", "NORMAL", "NORMAL"),
    ],
)
def test_a_label_that_contradicts_itself_is_refused(verdict: str, predicted: str | None, finding: str | None) -> None:
    with pytest.raises(ValueError):
        FilmLabel(verdict, predicted, finding)  # type: ignore[arg-type]


def test_labels_are_written_as_the_other_tables_are(store: ResultStore, tmp_path: Path) -> None:
    identifiers = fill(store, {"/films/a.png": ok(1), "/films/b.png": ok(2), "/films/=c.png": ok(3)})
    label = disagreement_with("PNEUMONIA", "NORMAL", "Ä. Reader", '=HYPERLINK("x")\nsecond line')
    set_labels(store, {content_hash(1): label, content_hash(3): agreement_with("PNEUMONIA")})
    rows = list(labelled_films(store, identifiers))
    assert write_labels(tmp_path / "labels.csv", rows) == 2
    with (tmp_path / "labels.csv").open(encoding="utf-8", newline="") as stream:
        first, second = csv.DictReader(stream)
    assert tuple(first) == LABEL_COLUMNS
    assert first["label_note"] == '\'=HYPERLINK("x")\nsecond line'  # no spreadsheet runs it
    assert (first["path"], first["predicted"], first["label"]) == ("/films/a.png", "PNEUMONIA", "disagree")
    assert (first["label_finding"], first["label_author"]) == ("NORMAL", "Ä. Reader")
    assert (second["label"], second["label_finding"], second["sha256"]) == ("agree", "PNEUMONIA", content_hash(3))
    assert write_labels(tmp_path / "labels.jsonl", rows) == 2
    line = json.loads((tmp_path / "labels.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert (line["label_note"], line["labelled_at"]) == (label.note, label.labelled_at)
    with pytest.raises(ExportError, match=r"\.csv"):
        write_labels(tmp_path / "labels.xls", rows)
