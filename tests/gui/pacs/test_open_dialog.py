"""Open from PACS: what is asked, what is shown, what is remembered, and what is opened."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt

from cxrviewer.errors import AssociationRefusedError, PeerStatusError
from cxrviewer.gui.notices import Notices
from cxrviewer.gui.pacs.found_model import COLUMNS, PATIENT_COLUMNS, name_words
from cxrviewer.gui.pacs.open_dialog import OpenFromPacsDialog
from cxrviewer.pacs.process import Failed
from cxrviewer.pacs.query import FoundAllSeries, FoundSeries, FoundStudies
from cxrviewer.pacs.transfer import Retrieved, TransferProgress
from tests.gui.pacs.fakes import FakeNode, finished, node, study

Make = Callable[..., OpenFromPacsDialog]
STUDIES = FoundStudies((study(3), study(2), study(1)))


@pytest.fixture
def dialog_of(qtbot: Any, tmp_path: Path, settings: QSettings, notices: Notices) -> Iterator[Make]:
    made: list[OpenFromPacsDialog] = []

    def make(fake: FakeNode, *nodes: Any, **options: Any) -> OpenFromPacsDialog:
        given = nodes or (node("Archive"), node("Other"))
        folder = tmp_path / "pacs"
        dialog = OpenFromPacsDialog(given, settings, folder, notices, start=fake, **options)
        qtbot.addWidget(dialog, before_close_func=lambda one: one.end_work())
        made.append(dialog)
        dialog.show()
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        return dialog

    yield make
    for dialog in made:
        dialog.end_work()


def found(dialog: OpenFromPacsDialog, qtbot: Any) -> OpenFromPacsDialog:
    """Search, and wait for what comes of it."""
    dialog.start_search()
    qtbot.waitUntil(lambda: not dialog.search.is_running)
    return dialog


def column(dialog: OpenFromPacsDialog, name: str) -> list[str]:
    model = dialog.model
    return [str(model.index(row, COLUMNS.index(name)).data()) for row in range(model.rowCount())]


def test_nothing_is_asked_before_search_is_pressed_and_then_what_the_fields_say(dialog_of: Make, qtbot: Any) -> None:
    fake = FakeNode(FindStudies=finished(STUDIES))
    dialog = dialog_of(fake)
    assert fake.started == []
    assert dialog.form.patient_name.hasFocus()
    qtbot.keyClicks(dialog.form.patient_name, "D?E*")
    qtbot.keyClicks(dialog.form.patient_id, "47")
    qtbot.keyClicks(dialog.form.accession_number, "A1")
    dialog.form.dates.setCurrentIndex(dialog.form.dates.findData("today"))
    dialog.form.modality.setCurrentIndex(dialog.form.modality.findData("DX"))
    qtbot.keyClick(dialog.form.accession_number, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 3)
    asked = fake.started[0].operation
    today = date.today()
    assert asked.node.name == "Archive"
    assert (asked.query.patient_name, asked.query.patient_id, asked.query.accession_number) == ("D?E*", "47", "A1")
    assert (asked.query.date_from, asked.query.date_to, asked.query.modalities) == (today, today, ("DX",))
    assert dialog.summary.text() == "3 studies"


def test_quick_dates_show_the_days_that_they_mean_and_days_by_hand_are_chosen_ones(dialog_of: Make) -> None:
    form = dialog_of(FakeNode()).form
    assert form.query().date_from == date.today() - timedelta(days=6)
    assert form.date_from.date().toPython() == date.today() - timedelta(days=6)
    form.dates.setCurrentIndex(form.dates.findData("any"))
    assert (form.query().date_from, form.query().date_to) == (None, None)
    assert not form.date_from.isEnabled()
    form.dates.setCurrentIndex(form.dates.findData("month"))
    form.date_from.stepDown()
    assert form.dates.currentData() == "chosen"
    assert form.query().modalities == ("CR", "DX")


def test_dates_that_cannot_be_are_said_and_not_asked(dialog_of: Make) -> None:
    fake = FakeNode()
    dialog = dialog_of(fake)
    dialog.form.date_to.setDate(dialog.form.date_from.date().addDays(-1))
    dialog.start_search()
    assert dialog.message.said == "Expected the first date not to be after the last one."
    assert fake.started == []


def test_patients_are_hidden_until_asked_for(dialog_of: Make, qtbot: Any) -> None:
    def hidden(dialog: OpenFromPacsDialog) -> list[bool]:
        return [dialog.view.isColumnHidden(column) for column in PATIENT_COLUMNS]

    dialog = dialog_of(FakeNode(FindStudies=finished(STUDIES)))
    assert hidden(dialog) == [True] * 3
    dialog.patient_data.click()
    assert hidden(dialog) == [False] * 3
    assert hidden(dialog_of(FakeNode(), show_patient_data=True)) == [False] * 3
    other = dialog_of(FakeNode())
    qtbot.keyClicks(other.form.patient_name, "S")  # who asks for a patient, sees the patient
    assert hidden(other) == [False] * 3


def test_what_was_found_can_be_sorted_by_what_it_is(dialog_of: Make, qtbot: Any) -> None:
    dialog = found(dialog_of(FakeNode(FindStudies=finished(STUDIES))), qtbot)
    assert column(dialog, "date") == ["2026-01-03 10:15", "2026-01-02 10:15", "2026-01-01 10:15"]
    assert column(dialog, "name") == ["SECRET, PERSON3", "SECRET, PERSON2", "SECRET, PERSON1"]
    dialog.view.sortByColumn(COLUMNS.index("objects"), Qt.SortOrder.AscendingOrder)
    assert column(dialog, "objects") == ["7", "8", "9"]
    dialog.view.sortByColumn(COLUMNS.index("series"), Qt.SortOrder.AscendingOrder)
    assert column(dialog, "series") == ["1", "2", "3"]


def test_a_list_that_was_cut_says_so_and_so_does_one_that_was_stopped(dialog_of: Make, qtbot: Any) -> None:
    fake = FakeNode(FindStudies=finished(FoundStudies(STUDIES.studies, "limit")))
    dialog = found(dialog_of(fake), qtbot)
    assert dialog.summary.text() == "3 studies, and more"
    assert dialog.message.said.startswith("There are more")
    assert dialog.message.level == "warning"
    fake.answers.clear()
    fake.when_cancelled = finished(FoundStudies(STUDIES.studies[:1], "cancelled"))
    dialog.start_search()
    qtbot.waitUntil(lambda: len(fake.started) == 2)
    assert dialog.stop_button.isEnabled()
    assert not dialog.search_button.isEnabled()
    dialog.stop_button.click()
    qtbot.waitUntil(lambda: not dialog.search.is_running)
    assert dialog.summary.text() == "Stopped; studies so far: 1"
    fake.answers["FindStudies"] = finished(FoundStudies())
    assert found(dialog, qtbot).summary.text() == "No study matches."


def test_an_error_is_said_in_the_dialog_and_in_the_notices_without_any_patient(
    dialog_of: Make, qtbot: Any, notices: Notices
) -> None:
    error = AssociationRefusedError("Archive refused the association.")
    dialog = dialog_of(FakeNode(FindStudies=Failed(error)))
    qtbot.keyClicks(dialog.form.patient_name, "SECRET")
    found(dialog, qtbot)
    assert dialog.message.said == "Archive refused the association."
    assert dialog.message.level == "error"
    assert dialog.search_button.isEnabled()
    assert notices.notices[0].details == "AssociationRefusedError (association-refused)"
    assert "SECRET" not in "".join(notice.text + notice.details for notice in notices.notices) + dialog.windowTitle()


def test_series_are_asked_for_when_a_study_is_opened(dialog_of: Make, qtbot: Any) -> None:
    def series(operation: Any) -> list[Any]:
        if operation.study.study_uid == "1.2.3.2":
            return [Failed(PeerStatusError("it cannot."))]
        uid = operation.study.study_uid
        return [finished(FoundAllSeries((FoundSeries(uid, f"{uid}.1", "DX", 1, "PA", "CHEST", 4),)))]

    fake = FakeNode(FindStudies=finished(STUDIES), FindSeries=series)
    dialog = found(dialog_of(fake), qtbot)
    assert fake.asked == ["FindStudies"]
    qtbot.keyClick(dialog.view, Qt.Key.Key_Right)  # the first study is current
    first = dialog.model.index(0, 0)
    qtbot.waitUntil(lambda: dialog.model.index(0, 0, first).data() == "Series 1")
    below = [dialog.model.index(0, place, first).data() for place in range(len(COLUMNS))]
    assert below == ["Series 1", "DX", "", "", "", "CHEST, PA", "", "", "4"]
    dialog.view.expand(dialog.model.index(1, 0))
    qtbot.waitUntil(lambda: dialog.message.level == "error")
    assert "could not be asked for" in dialog.model.index(0, 0, dialog.model.index(1, 0)).data()
    dialog.view.setCurrentIndex(dialog.model.index(0, 0, first))
    assert dialog.view.chosen() == (FoundSeries("1.2.3.3", "1.2.3.3.1", "DX", 1, "PA", "CHEST", 4),)
    dialog.view.selectAll()
    assert [one.study_uid for one in dialog.view.chosen()] == ["1.2.3.3", "1.2.3.2", "1.2.3.1"]  # whole studies


def retrieved(operation: Any) -> list[Any]:
    path = operation.folder / "a.dcm"
    operation.folder.mkdir(parents=True)
    path.write_bytes(b"object")
    return [
        TransferProgress(0, 0, 2),
        TransferProgress(1, 1, 2),
        finished(Retrieved((path,), 1, ("one was damaged.",))),
    ]


def test_enter_fetches_what_is_selected_and_opens_what_arrived(
    dialog_of: Make, qtbot: Any, tmp_path: Path, notices: Notices
) -> None:
    fake = FakeNode(FindStudies=finished(STUDIES), Retrieve=retrieved)
    dialog = found(dialog_of(fake), qtbot)
    assert dialog.view.hasFocus()
    assert str(tmp_path / "pacs") in dialog.folder.words.said
    with qtbot.waitSignal(dialog.arrived) as arrived:
        qtbot.keyClick(dialog.view, Qt.Key.Key_Return)
    assert arrived.args == [(tmp_path / "pacs" / "1.2.3.3" / "a.dcm",)]
    assert (
        dialog.message.said == "Objects that arrived and are opened: 1; that could not be fetched: 1. one was damaged."
    )
    assert notices.notices[0].level == "warning"
    assert "SECRET" not in notices.notices[0].text
    assert not dialog.progress.isVisible()


def waiting(operation: Any) -> list[Any]:
    operation.folder.mkdir(parents=True)
    (operation.folder / "a.dcm").write_bytes(b"object")
    return [TransferProgress(1, 0, 2)]


def test_escape_cancels_first_and_closes_then(dialog_of: Make, qtbot: Any) -> None:
    fake = FakeNode(FindStudies=finished(STUDIES), Retrieve=waiting)
    dialog = found(dialog_of(fake), qtbot)
    dialog.open_button.click()
    qtbot.waitUntil(lambda: "1 of 2 objects" in dialog.progress.words.said)
    assert dialog.progress.bar.value() == 500
    assert not dialog.open_button.isEnabled()
    with qtbot.waitSignal(dialog.arrived) as arrived:
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert [path.name for path in arrived.args[0]] == ["a.dcm"]
    assert dialog.message.said.startswith("Cancelled. Objects that had arrived, and are opened: 1")
    assert dialog.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_closing_ends_what_runs_and_opens_what_arrived(dialog_of: Make, qtbot: Any) -> None:
    fake = FakeNode(FindStudies=finished(STUDIES), Retrieve=waiting)
    dialog = found(dialog_of(fake), qtbot)
    dialog.open_button.click()
    qtbot.waitUntil(lambda: "1 of 2 objects" in dialog.progress.words.said)
    with qtbot.waitSignals([dialog.arrived, dialog.finished]):
        dialog.close()
    assert all(one.closed for one in fake.started)


def test_node_dates_and_modality_are_remembered_and_nothing_of_a_patient(
    dialog_of: Make, qtbot: Any, settings: QSettings
) -> None:
    dialog = dialog_of(FakeNode(FindStudies=finished(STUDIES)))
    dialog.nodes.box.setCurrentIndex(1)
    dialog.form.dates.setCurrentIndex(dialog.form.dates.findData("chosen"))
    dialog.form.date_from.setDate(dialog.form.date_from.date().addDays(-100))
    dialog.form.modality.setCurrentIndex(dialog.form.modality.findData("CR"))
    for field in (dialog.form.patient_name, dialog.form.patient_id, dialog.form.accession_number):
        qtbot.keyClicks(field, "SECRET")
    found(dialog, qtbot)
    asked = dialog.form.query()
    settings.sync()
    assert "SECRET" not in Path(settings.fileName()).read_text()
    again = dialog_of(FakeNode())
    query = again.form.query()
    assert again.nodes.node() == node("Other")
    assert (query.date_from, query.date_to, query.modalities) == (asked.date_from, asked.date_to, ("CR",))
    assert query.patient_name == query.patient_id == query.accession_number == ""


def test_damaged_settings_have_their_defaults(dialog_of: Make, settings: QSettings) -> None:
    for name, value in (("dates", "never"), ("modality", "MR"), ("date_from", "soon"), ("node", "gone")):
        settings.setValue(f"pacs/{name}", value)
    dialog = dialog_of(FakeNode())
    assert dialog.form.dates.currentData() == "week"
    assert dialog.form.modality.currentData() == "CR DX"
    assert dialog.nodes.node() == node("Archive")


def test_without_nodes_it_offers_to_add_one(qtbot: Any, tmp_path: Path, settings: QSettings, notices: Notices) -> None:
    dialog = OpenFromPacsDialog((), settings, tmp_path, notices, start=FakeNode())
    qtbot.addWidget(dialog, before_close_func=lambda one: one.end_work())
    dialog.show()
    assert "No PACS is configured yet" in dialog.message.said
    assert not dialog.search_button.isEnabled()
    with qtbot.waitSignal(dialog.nodes_wanted):
        dialog.nodes.edit.click()
    dialog.show_nodes([node()])
    assert dialog.search_button.isEnabled()
    assert dialog.message.said == ""


def test_everything_that_takes_the_keyboard_has_a_name(dialog_of: Make) -> None:
    dialog = dialog_of(FakeNode())
    form = dialog.form
    for widget in (
        dialog.nodes.box, form.patient_name, form.patient_id, form.accession_number, form.dates, form.date_from,
        form.date_to, form.modality, dialog.view, dialog.progress.bar,
    ):  # fmt: skip
        assert widget.accessibleName()
    for button in (dialog.search_button, dialog.stop_button, dialog.open_button, dialog.patient_data):
        assert button.text().count("&") == 1


@pytest.mark.parametrize(
    ("name", "words"), [("DOE^JANE", "DOE, JANE"), ("Yamada^Tarou=山田^太郎", "Yamada, Tarou"), ("", ""), ("X", "X")]
)
def test_names_are_read_as_people_read_them(name: str, words: str) -> None:
    assert name_words(name) == words
