"""The dialogs that ask for a finding or a note are used by keys and by mouse, and accept only what was meant."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QPlainTextEdit, QWidget

from cxrviewer.gui.labels.changes import KEEP_NOTES, NoteEdit, offered_findings
from cxrviewer.gui.labels.disagree_dialog import DisagreeDialog
from cxrviewer.gui.labels.note_dialog import NoteDialog
from cxrviewer.results.film_labels import FilmLabel
from cxrviewer.results.study_list import Film
from tests.results.stored_lists import FINDINGS

KEY = Qt.Key
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def film(predicted: str | None, label: FilmLabel | None = None, name: str = "film.dcm") -> Film:
    probabilities = (
        {} if predicted is None else {finding: 0.9 if finding == predicted else 0.05 for finding in FINDINGS}
    )
    return Film(1, Path("/films") / name, "ok", "", "a" * 64, predicted, probabilities, label=label)


def disagreement(finding: str | None, note: str = "", predicted: str = "PNEUMONIA") -> FilmLabel:
    return FilmLabel("disagree", predicted, finding, note)


@pytest.fixture
def shown(qtbot) -> Callable[[QDialog], QDialog]:
    def show(dialog: QDialog) -> QDialog:
        qtbot.addWidget(dialog)
        with qtbot.waitActive(dialog):
            dialog.open()
            dialog.activateWindow()
        return dialog

    return show


def press(qtbot, dialog: QDialog, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the focus is."""
    qtbot.keyClick(dialog.focusWidget() or dialog, key, modifier)


def test_keys_go_by_the_place_of_a_finding_whatever_is_predicted(qtbot, shown) -> None:
    for predicted, key, chosen in (("NORMAL", KEY.Key_2, "PNEUMONIA"), ("COVID19", KEY.Key_2, "PNEUMONIA")):
        dialog = shown(DisagreeDialog([film(predicted)], FINDINGS))
        assert list(dialog.choices) == [*(finding for finding in FINDINGS if finding != predicted), None]
        assert not dialog.ok.isEnabled()
        press(qtbot, dialog, KEY.Key_Return)
        assert dialog.isVisible()  # nothing is chosen: nothing is accepted
        press(qtbot, dialog, key)
        assert dialog.finding() == chosen
        assert dialog.choices[chosen].hasFocus()
        press(qtbot, dialog, KEY.Key_0)
        assert dialog.finding() is None
        assert dialog.choices[None].isChecked()
        press(qtbot, dialog, KEY.Key_Return)
        assert dialog.result() == QDialog.DialogCode.Accepted


def test_the_key_of_the_predicted_finding_chooses_nothing(qtbot, shown) -> None:
    dialog = shown(DisagreeDialog([film("PNEUMONIA")], FINDINGS))
    for key in (KEY.Key_2, KEY.Key_4, KEY.Key_9):
        press(qtbot, dialog, key)
        assert not any(button.isChecked() for button in dialog.choices.values())


def test_arrows_and_the_mouse_choose_too(qtbot, shown) -> None:
    dialog = shown(DisagreeDialog([film("PNEUMONIA")], FINDINGS))
    press(qtbot, dialog, KEY.Key_Space)
    assert dialog.finding() == "NORMAL"
    press(qtbot, dialog, KEY.Key_Down)
    assert dialog.finding() == "COVID19"
    button = dialog.choices[None]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=button.rect().center() / 4)
    assert button.isChecked()
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert dialog.result() == QDialog.DialogCode.Accepted


def test_in_the_note_digits_are_digits_and_alt_chooses(qtbot, shown) -> None:
    dialog = shown(DisagreeDialog([film("PNEUMONIA")], FINDINGS))
    press(qtbot, dialog, KEY.Key_N, ALT)
    assert dialog.note.hasFocus()
    qtbot.keyClicks(dialog.note, "3 ribs")
    press(qtbot, dialog, KEY.Key_Return, SHIFT)
    qtbot.keyClicks(dialog.note, "1 more")
    press(qtbot, dialog, KEY.Key_Return)
    assert dialog.isVisible()  # no finding yet
    press(qtbot, dialog, KEY.Key_3, ALT)
    qtbot.waitUntil(lambda: dialog.finding() == "COVID19")  # Qt shows the button pressed for a moment
    dialog.note.setFocus()
    press(qtbot, dialog, KEY.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.note_edit() == NoteEdit("3 ribs\n1 more")


def test_several_films_have_every_finding_on_offer_unless_all_are_predicted_alike(shown) -> None:
    mixed = shown(DisagreeDialog([film("NORMAL"), film("COVID19")], FINDINGS))
    assert list(mixed.choices) == [*FINDINGS, None]
    assert mixed.question.said == (
        "2 films, with these predictions: NORMAL (1), COVID19 (1)\nWhich finding do you see instead?"
    )
    alike = shown(DisagreeDialog([film("NORMAL"), film("NORMAL")], FINDINGS))
    assert list(alike.choices) == ["PNEUMONIA", "COVID19", None]


def test_what_was_said_before_is_chosen_already_and_its_note_stays_to_the_letter(qtbot, shown) -> None:
    note = "  first\u00a0line\n second  "
    dialog = shown(DisagreeDialog([film("PNEUMONIA", disagreement("COVID19", note))], FINDINGS))
    assert (dialog.finding(), dialog.note_edit()) == ("COVID19", KEEP_NOTES)
    assert dialog.ok.isEnabled()
    press(qtbot, dialog, KEY.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
    unsaid = shown(DisagreeDialog([film("PNEUMONIA", disagreement(None))], FINDINGS))
    assert unsaid.choices[None].isChecked()
    now_predicted = shown(DisagreeDialog([film("COVID19", disagreement("COVID19"))], FINDINGS))
    assert not now_predicted.ok.isEnabled()
    agreed = shown(DisagreeDialog([film("NORMAL", FilmLabel("agree", "NORMAL", "NORMAL"))], FINDINGS))
    assert not agreed.ok.isEnabled()


def test_a_note_can_be_emptied(qtbot, shown) -> None:
    dialog = shown(DisagreeDialog([film("PNEUMONIA", disagreement("COVID19", "wrong"))], FINDINGS))
    dialog.note.setFocus()
    press(qtbot, dialog, KEY.Key_A, CTRL)
    press(qtbot, dialog, KEY.Key_Delete)
    assert dialog.note_edit() == NoteEdit("")
    assert dialog.note_edit().applied_to("wrong") == ""


def test_many_findings_have_keys_as_far_as_there_are_digits_and_odd_names_are_shown_as_they_are(shown) -> None:
    names = (*(f"Finding {place}" for place in range(1, 12)), "Air & fluid")
    films = [film("NORMAL")]
    offered = offered_findings(films, names)
    assert offered[:12] == (
        *((f"Finding {place}", str(place)) for place in range(1, 10)),
        ("Finding 10", ""),
        ("Finding 11", ""),
        ("Air & fluid", ""),
    )
    # those of the bundle that gave the result follow, without the predicted one
    assert [name for name, _ in offered[12:]] == ["PNEUMONIA", "COVID19"]
    dialog = shown(DisagreeDialog(films, names))
    assert dialog.choices["Air & fluid"].text() == "Air && fluid"
    assert dialog.choices["Finding 1"].text() == "&1  Finding 1"
    assert dialog.choices["Air & fluid"].accessibleName() == "Air & fluid"


def test_a_name_that_looks_like_markup_or_steers_a_terminal_is_shown_as_text(shown) -> None:
    dialog = shown(DisagreeDialog([film("NORMAL", name="<b>x<u>\x1b.dcm")], FINDINGS))
    assert dialog.question.said.startswith("<b>x<u>\\x1b.dcm is predicted NORMAL, probability 0.90.")
    assert dialog.question.textFormat() == Qt.TextFormat.PlainText


def test_a_note_is_accepted_only_when_it_says_something_new(qtbot, shown) -> None:
    dialog = shown(NoteDialog([film("NORMAL", FilmLabel("agree", "NORMAL", "NORMAL", "old"))]))
    assert dialog.focusWidget() is dialog.note
    assert not dialog.ok.isEnabled()
    press(qtbot, dialog, KEY.Key_Return, CTRL)
    assert dialog.isVisible()
    qtbot.keyClicks(dialog.note, " and new")
    assert dialog.ok.isEnabled()
    assert dialog.note_edit() == NoteEdit("old and new")
    for _ in range(8):
        press(qtbot, dialog, KEY.Key_Backspace)
    assert not dialog.ok.isEnabled()
    press(qtbot, dialog, KEY.Key_Return)
    assert not dialog.ok.isEnabled()  # an empty line is nothing new
    qtbot.keyClicks(dialog.note, "line")
    press(qtbot, dialog, KEY.Key_Enter, CTRL)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.note_edit() == NoteEdit("old\nline")


def texts(dialog: QWidget) -> list[str]:
    return [label.accessibleName() for label in dialog.findChildren(QLabel) if label.isVisibleTo(dialog)]


@pytest.mark.parametrize(
    ("label", "said"),
    [
        (FilmLabel("agree", "NORMAL", "NORMAL"), "Your label stays: you agree with NORMAL."),
        (disagreement("COVID19"), "Your label stays: you see COVID19, not PNEUMONIA."),
        (disagreement(None), "Your label stays: you disagree with PNEUMONIA."),
    ],
)
def test_the_note_of_a_labelled_film_says_that_the_label_stays(shown, label: FilmLabel, said: str) -> None:
    dialog = shown(NoteDialog([film("NORMAL", label)]))
    assert said in texts(dialog)
    assert not dialog.agree.isVisibleTo(dialog)


def test_the_note_of_a_film_without_label_asks_for_one(qtbot, shown) -> None:
    dialog = shown(NoteDialog([film("NORMAL")]))
    assert dialog.agrees()
    press(qtbot, dialog, KEY.Key_D, ALT)
    qtbot.waitUntil(lambda: not dialog.agrees())  # Qt shows the button pressed for a moment
    press(qtbot, dialog, KEY.Key_N, ALT)
    assert dialog.note.hasFocus()
    mixed = shown(NoteDialog([film("NORMAL"), film(None, disagreement("COVID19"))]))
    assert "1 of 2 films have no label yet. With the note, it will say of them:" in texts(mixed)
    assert mixed.agree.isVisibleTo(mixed)


def test_every_part_is_reached_by_tab_and_has_a_name(qtbot, shown) -> None:
    films = [film("NORMAL"), film("COVID19")]
    for dialog in (shown(DisagreeDialog(films, FINDINGS)), shown(NoteDialog(films))):
        dialog.activateWindow()
        dialog.note.insertPlainText("x")
        if isinstance(dialog, DisagreeDialog):
            dialog.choices[None].setChecked(True)
        reached: list[QWidget] = []
        for _ in range(12):
            qtbot.keyClick(dialog.focusWidget(), KEY.Key_Tab)
            reached.append(dialog.focusWidget())
        assert {dialog.note, *dialog.buttons.buttons()} <= set(reached)
        assert any(button in reached for button in dialog.findChildren(QAbstractButton) if button.isCheckable())
        for part in reached:
            assert part.accessibleName() or part.text()
        for field in dialog.findChildren(QPlainTextEdit):
            assert field.accessibleDescription()
    QApplication.processEvents()
