"""Labels are committed by content, several films at once, undone and done again, and every film left out is named."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox

from cxrviewer.errors import StoreError
from cxrviewer.gui.labels.disagree_dialog import DisagreeDialog
from cxrviewer.gui.labels.note_dialog import NoteDialog
from cxrviewer.results.film_labels import FilmLabel, set_labels, write_labels
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list import labelled_films
from cxrviewer.results.study_list_changes import mark_pending, remove_films
from tests.gui.labels.conftest import COPY_OF_B, FILMS, NOT_HASHED, REFUSED, WAITING, A, B, Bench, C
from tests.results.stored_lists import content_hash, ok


def said_of(label: FilmLabel | None) -> tuple:
    assert label is not None
    return label.verdict, label.predicted, label.finding, label.note


def test_agreement_with_several_films_is_one_step_and_is_committed_before_it_is_told(bench: Bench) -> None:
    seen: list = []
    bench.labelling.labelled.connect(lambda _: seen.append(ResultStore(bench.store.path)))
    bench.labelling.agree(bench.of(A, B, C, REFUSED, NOT_HASHED, WAITING))
    assert bench.undo.count() == 1
    assert bench.undo.undoText() == "Agree with 3 films"
    assert bench.said == ["Agreed with 3 films. 3 films have no result that could be labelled."]
    assert [said_of(bench.label(number)) for number in (1, 2, 3)] == [
        ("agree", finding, finding, "") for finding in ("NORMAL", "PNEUMONIA", "COVID19")
    ]
    assert bench.label(5) is None
    (other,) = seen  # a connection of its own, opened when it was told, sees what is committed
    assert len(other.rows("SELECT 1 FROM film_label")) == 3
    other.close()


def test_all_listed_films_with_the_same_bytes_are_told_of(bench: Bench) -> None:
    assert bench.shown(COPY_OF_B).label is None
    bench.labelling.agree(bench.of(B))
    assert bench.labelled == [bench.of(B, COPY_OF_B)]
    assert said_of(bench.shown(COPY_OF_B).label) == ("agree", "PNEUMONIA", "PNEUMONIA", "")
    bench.undo.undo()
    assert bench.shown(COPY_OF_B).label is None
    assert bench.said == ["Agreed with 1 film."]
    assert bench.undo.redoText() == "Agree with 1 film"


def test_a_film_that_was_removed_is_labelled_but_no_longer_told_of(bench: Bench) -> None:
    bench.labelling.agree(bench.of(B))
    remove_films(bench.store, bench.of(COPY_OF_B))
    bench.undo.undo()
    assert bench.labelled[-1] == bench.of(B)


def test_undo_restores_exactly_and_redo_sets_exactly_what_was_set(bench: Bench) -> None:
    before = {
        content_hash(1): FilmLabel(
            "disagree", "COVID19", "PNEUMONIA", "old\nnote", "mb", "2026-01-01T00:00:00.000+00:00"
        ),
        content_hash(2): None,
        content_hash(3): None,
        content_hash(5): None,
    }
    set_labels(bench.store, before)
    steps = (
        lambda: bench.labelling.agree(bench.of(A, B)),
        lambda: bench.labelling.clear(bench.of(A, B)),
        lambda: bench.labelling.agree(bench.of(B, C)),
    )
    states = [bench.labels()]
    assert states == [before]
    for step in steps:
        step()
        states.append(bench.labels())
    assert len({str(state) for state in states}) == 4
    for _ in range(2):
        for state in reversed(states[:-1]):
            bench.undo.undo()
            assert bench.labels() == state
        for state in states[1:]:
            bench.undo.redo()
            assert bench.labels() == state
    assert len(bench.labelled) == 3 + 12
    assert not bench.undo.canRedo()


def test_who_agrees_again_changes_nothing_and_has_nothing_to_undo(bench: Bench) -> None:
    bench.labelling.agree(bench.of(A))
    first = bench.label(1)
    bench.labelling.agree(bench.of(A))
    bench.labelling.agree(bench.of(A, B))
    assert bench.label(1) == first
    assert bench.undo.count() == 2
    assert bench.said[1:] == ["1 film is labelled so already.", "Agreed with 1 film. 1 film is labelled so already."]


def test_agreement_with_another_prediction_than_the_one_agreed_with_is_new(bench: Bench) -> None:
    set_labels(bench.store, {content_hash(1): FilmLabel("agree", "COVID19", "COVID19", "seen twice")})
    bench.labelling.agree(bench.of(A))
    assert said_of(bench.label(1)) == ("agree", "NORMAL", "NORMAL", "seen twice")


def test_films_without_a_result_or_a_label_are_said_so_and_no_dialog_opens(bench: Bench) -> None:
    none = bench.of(REFUSED, NOT_HASHED)
    for ask in (bench.labelling.agree, bench.labelling.disagree, bench.labelling.note, bench.labelling.clear):
        ask(none)
        ask(())
        assert bench.labelling.dialog is None
    nobody = "No film is selected."
    no_result = "2 films have no result that could be labelled."
    assert bench.said == [*([no_result, nobody] * 3), "2 films have no label.", nobody]
    assert bench.undo.count() == 0
    assert bench.labelled == []


def test_numbers_may_be_those_of_a_table(bench: Bench) -> None:
    bench.labelling.agree(np.array(bench.of(A, A, C), np.int64))
    assert bench.said == ["Agreed with 2 films."]


def test_a_finding_is_chosen_by_its_key_and_entered(bench: Bench, qtbot) -> None:
    bench.labelling.disagree(bench.of(A))
    dialog = bench.labelling.dialog
    assert isinstance(dialog, DisagreeDialog)
    assert dialog.isVisible()
    assert bench.label(1) is None
    qtbot.keyClick(dialog, Qt.Key.Key_3)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert said_of(bench.label(1)) == ("disagree", "NORMAL", "COVID19", "")
    assert bench.said == ["Disagreed about 1 film."]
    assert bench.undo.undoText() == "Disagree about 1 film"
    assert bench.labelling.dialog is None


def test_a_dialog_that_is_cancelled_changes_nothing(bench: Bench, qtbot) -> None:
    bench.labelling.disagree(bench.of(A))
    qtbot.keyClick(bench.labelling.dialog, Qt.Key.Key_3)
    qtbot.keyClick(bench.labelling.dialog, Qt.Key.Key_Escape)
    bench.labelling.note(bench.of(A))
    qtbot.keyClicks(bench.labelling.dialog.note, "something")
    qtbot.keyClick(bench.labelling.dialog, Qt.Key.Key_Escape)
    assert bench.labels() == dict.fromkeys(bench.labels())
    assert (bench.undo.count(), bench.said, bench.labelling.dialog) == (0, [], None)


def test_films_that_are_predicted_as_chosen_are_left_and_said_so(bench: Bench, qtbot) -> None:
    bench.labelling.agree(bench.of(C))
    bench.labelling.disagree(bench.of(A, B, C, WAITING))
    qtbot.keyClick(bench.labelling.dialog, Qt.Key.Key_3)
    qtbot.keyClick(bench.labelling.dialog, Qt.Key.Key_Return)
    assert [said_of(bench.label(number))[::2] for number in (1, 2, 3)] == [
        ("disagree", "COVID19"),
        ("disagree", "COVID19"),
        ("agree", "COVID19"),
    ]
    assert bench.said[-1] == (
        "Disagreed about 2 films. 1 film has no result that could be labelled. "
        "1 film is predicted so, and was left as it is."
    )
    bench.undo.undo()
    assert [bench.label(number) is None for number in (1, 2, 3)] == [True, True, False]


def test_notes_survive_agreeing_and_disagreeing(bench: Bench, qtbot) -> None:
    bench.labelling.note(bench.of(A, B))
    qtbot.keyClicks(bench.labelling.dialog.note, "rotated")
    qtbot.keyClick(bench.labelling.dialog.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert said_of(bench.label(1)) == ("agree", "NORMAL", "NORMAL", "rotated")
    assert bench.said[-1] == (
        "Changed the notes of 2 films. 2 films had no label: you now agree with their predictions."
    )
    bench.labelling.disagree(bench.of(A))
    qtbot.keyClick(bench.labelling.dialog, Qt.Key.Key_0)
    qtbot.keyClick(bench.labelling.dialog, Qt.Key.Key_Return)
    assert said_of(bench.label(1)) == ("disagree", "NORMAL", None, "rotated")
    bench.labelling.agree(bench.of(A))
    assert said_of(bench.label(1)) == ("agree", "NORMAL", "NORMAL", "rotated")


def test_a_note_keeps_verdict_finding_and_author_of_the_label(bench: Bench, qtbot) -> None:
    label = FilmLabel("disagree", "COVID19", "PNEUMONIA", "", "mb", "2026-01-01T00:00:00.000+00:00")
    set_labels(bench.store, {content_hash(1): label})
    bench.labelling.note(bench.of(A))
    qtbot.keyClicks(bench.labelling.dialog.note, "left base")
    qtbot.keyClick(bench.labelling.dialog.note, Qt.Key.Key_Return)
    qtbot.keyClicks(bench.labelling.dialog.note, "second look")
    qtbot.mouseClick(bench.labelling.dialog.ok, Qt.MouseButton.LeftButton)
    now = bench.label(1)
    assert now == replace(label, note="left base\nsecond look", labelled_at=now.labelled_at)
    assert now.labelled_at > label.labelled_at
    assert bench.said == ["Changed the note of 1 film."]
    assert bench.undo.undoText() == "Change the note of 1 film"
    bench.undo.undo()
    assert bench.label(1) == label


def test_a_note_on_a_film_without_label_says_disagreement_where_that_is_chosen(bench: Bench, qtbot) -> None:
    bench.labelling.note(bench.of(C))
    dialog = bench.labelling.dialog
    qtbot.keyClicks(dialog.note, "a nodule")
    qtbot.mouseClick(dialog.disagree, Qt.MouseButton.LeftButton, pos=dialog.disagree.rect().center() / 4)
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert said_of(bench.label(3)) == ("disagree", "COVID19", None, "a nodule")
    assert bench.said == ["Changed the note of 1 film. 1 film had no label: you now disagree with its prediction."]


def test_notes_that_differ_are_added_to(bench: Bench, qtbot) -> None:
    set_labels(
        bench.store,
        {
            content_hash(1): FilmLabel("agree", "NORMAL", "NORMAL", "one"),
            content_hash(2): FilmLabel("agree", "PNEUMONIA", "PNEUMONIA", "two"),
        },
    )
    bench.labelling.note(bench.of(A, B, C))
    dialog = bench.labelling.dialog
    assert dialog.note.toPlainText() == ""
    qtbot.keyClicks(dialog.note, "both")
    qtbot.keyClick(dialog.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [bench.label(number).note for number in (1, 2, 3)] == ["one\nboth", "two\nboth", "both"]
    bench.labelling.disagree(bench.of(A, B))
    qtbot.keyClick(bench.labelling.dialog, Qt.Key.Key_0)
    qtbot.keyClick(bench.labelling.dialog, Qt.Key.Key_Return)
    assert [bench.label(number).note for number in (1, 2)] == ["one\nboth", "two\nboth"]


def test_a_labelled_film_that_waits_for_a_new_result_can_be_noted_and_cleared_only(bench: Bench, qtbot) -> None:
    bench.labelling.agree(bench.of(A))
    mark_pending(bench.store, bench.of(A))
    bench.labelling.agree(bench.of(A))
    bench.labelling.disagree(bench.of(A))
    assert bench.said[1:] == ["1 film has no result that could be labelled."] * 2
    bench.labelling.note(bench.of(A))
    assert isinstance(bench.labelling.dialog, NoteDialog)
    qtbot.keyClicks(bench.labelling.dialog.note, "x")
    qtbot.keyClick(bench.labelling.dialog.note, Qt.Key.Key_Enter, Qt.KeyboardModifier.ControlModifier)
    assert said_of(bench.label(1)) == ("agree", "NORMAL", "NORMAL", "x")
    bench.labelling.clear(bench.of(A))
    assert bench.label(1) is None
    assert bench.said[-1] == "Removed the label of 1 film."


def test_a_dialog_speaks_of_the_prediction_that_it_showed(bench: Bench, qtbot) -> None:
    bench.labelling.disagree(bench.of(A))
    mark_pending(bench.store, bench.of(A))
    qtbot.keyClick(bench.labelling.dialog, Qt.Key.Key_2)
    qtbot.keyClick(bench.labelling.dialog, Qt.Key.Key_Return)
    assert said_of(bench.label(1)) == ("disagree", "NORMAL", "PNEUMONIA", "")


def test_a_second_dialog_waits_for_the_first(bench: Bench) -> None:
    bench.labelling.disagree(bench.of(A))
    first = bench.labelling.dialog
    bench.labelling.note(bench.of(A))
    assert bench.labelling.dialog is first
    first.reject()
    bench.labelling.note(bench.of(A))
    assert isinstance(bench.labelling.dialog, NoteDialog)


def test_a_store_that_cannot_be_written_leaves_no_step_and_is_told_once(bench: Bench) -> None:
    bench.store.rows("PRAGMA query_only = ON")
    bench.labelling.agree(bench.of(A))
    assert [type(error) for error in bench.failed] == [StoreError]
    assert (bench.undo.count(), bench.said, bench.labelled) == (0, [], [])
    bench.store.rows("PRAGMA query_only = OFF")
    bench.labelling.agree(bench.of(A))
    assert bench.undo.count() == 1
    assert said_of(bench.label(1)) == ("agree", "NORMAL", "NORMAL", "")


def test_an_undo_that_failed_can_be_had_once_the_store_is_back(bench: Bench) -> None:
    bench.labelling.agree(bench.of(A))
    agreed = bench.label(1)
    bench.store.rows("PRAGMA query_only = ON")
    bench.undo.undo()
    assert bench.label(1) == agreed
    assert len(bench.failed) == 1
    bench.store.rows("PRAGMA query_only = OFF")
    bench.undo.redo()
    assert bench.label(1) == agreed
    bench.undo.undo()
    assert bench.label(1) is None


def test_a_store_that_cannot_be_read_is_told(bench: Bench) -> None:
    bench.store.close()
    for ask in (bench.labelling.agree, bench.labelling.disagree, bench.labelling.note, bench.labelling.clear):
        ask(bench.of(A))
    bench.labelling.show_summary()
    assert [type(error) for error in bench.failed] == [StoreError] * 5
    assert (bench.labelling.dialog, bench.labelling.summary, bench.said) == (None, None, [])


def test_a_dialog_over_many_films_names_the_films_it_is_about_and_has_a_way_out(bench: Bench) -> None:
    bench.labelling.disagree(bench.of(A, B, C, COPY_OF_B))
    assert bench.labelling.dialog.question.said.startswith("4 films, with these predictions: PNEUMONIA (2), ")
    assert bench.labelling.dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel).isEnabled()


def test_labels_are_exported_as_they_were_given(bench: Bench, qtbot, tmp_path: Path) -> None:
    bench.labelling.agree(bench.of(A))
    bench.labelling.disagree(bench.of(B))
    qtbot.keyClick(bench.labelling.dialog, Qt.Key.Key_1)
    qtbot.keyClicks(bench.labelling.dialog.note, "scars, old; not new")
    qtbot.keyClick(bench.labelling.dialog.note, Qt.Key.Key_Return)
    write_labels(tmp_path / "labels.csv", labelled_films(bench.store, bench.numbers))
    with (tmp_path / "labels.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    told = [(row["path"], row["predicted"], row["label"], row["label_finding"], row["label_note"]) for row in rows]
    assert told == [
        ("/films/a.dcm", "NORMAL", "agree", "NORMAL", ""),
        ("/films/b.dcm", "PNEUMONIA", "disagree", "NORMAL", "scars, old; not new"),
        ("/films/copy of b.dcm", "PNEUMONIA", "disagree", "NORMAL", "scars, old; not new"),
    ]


@pytest.mark.parametrize("count", [1, 500])
def test_many_films_are_one_step(bench_of, count: int) -> None:
    bench = bench_of({f"/films/{number}.png": ok(number) for number in range(count)})
    bench.labelling.agree(bench.numbers)
    words = "1 film" if count == 1 else "500 films"
    assert bench.undo.undoText() == f"Agree with {words}"
    assert len(bench.labelled[0]) == count
    bench.labelling.clear(bench.numbers)
    assert bench.said[-1].endswith(f"of {words}.")
    bench.undo.undo()
    assert len(bench.store.rows("SELECT 1 FROM film_label WHERE verdict = 'agree'")) == count


def test_the_films_of_these_tests_are_what_they_are_called(bench: Bench) -> None:
    assert [bench.shown(place).status for place in range(len(FILMS))] == [*["ok"] * 4, "refused", "error", "pending"]
    assert bench.shown(NOT_HASHED).sha256 == ""
