"""The summary says what a hand counts, where its counts come from, and what it is worth; it follows the labels."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QTableWidget

from cxrviewer.domain import NOT_FOR_DIAGNOSIS
from cxrviewer.gui.labels.agreement_dialog import AgreementDialog
from cxrviewer.gui.labels.agreement_words import taken_for_true
from cxrviewer.gui.panels.not_for_diagnosis import NotForDiagnosisLine
from cxrviewer.gui.theme import dark_palette, light_palette
from cxrviewer.results.agreement import compare_labels
from cxrviewer.results.film_labels import FilmLabel, set_labels
from cxrviewer.results.study_list_changes import FilmOutcome, mark_pending, record_outcomes, remove_films
from tests.gui.labels.conftest import PNEUMONIA, REFUSED, WAITING, A, B, Bench, C
from tests.results.stored_lists import FINDINGS, KEY, content_hash, ok

# (predicted, the user's): films
COUNTS = {
    ("NORMAL", "NORMAL"): 12,
    ("PNEUMONIA", "NORMAL"): 3,
    ("PNEUMONIA", "PNEUMONIA"): 8,
    ("NORMAL", "PNEUMONIA"): 2,
    ("COVID19", "PNEUMONIA"): 1,
    ("COVID19", None): 2,
}
NONE = compare_labels({}, FINDINGS)


def cells(table: QTableWidget) -> list[list[str]]:
    return [
        [table.item(row, column).text() for column in range(table.columnCount())] for row in range(table.rowCount())
    ]


def heads(table: QTableWidget) -> tuple[list[str], list[str]]:
    rows = [table.verticalHeaderItem(row).text() for row in range(table.rowCount())]
    return rows, [table.horizontalHeaderItem(column).text() for column in range(table.columnCount())]


@pytest.fixture
def dialog(qtbot) -> AgreementDialog:
    made = AgreementDialog(compare_labels(COUNTS, FINDINGS))
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_matrix_has_the_users_findings_in_rows_and_says_so(dialog: AgreementDialog) -> None:
    assert cells(dialog.matrix) == [["12", "3", "0"], ["2", "8", "1"], ["0", "0", "0"]]
    assert heads(dialog.matrix) == (
        ["You: NORMAL", "You: PNEUMONIA", "You: COVID19"],
        ["Predicted:\nNORMAL", "Predicted:\nPNEUMONIA", "Predicted:\nCOVID19"],
    )
    assert dialog.matrix.item(1, 2).data(Qt.ItemDataRole.AccessibleTextRole) == (
        "You: PNEUMONIA, predicted: COVID19, films: 1"
    )


def test_sensitivity_and_specificity_are_those_worked_out_by_hand(dialog: AgreementDialog) -> None:
    assert heads(dialog.shares) == (list(FINDINGS), ["Sensitivity", "Specificity"])
    assert cells(dialog.shares) == [
        ["0.800 (12 of 15)", "0.818 (9 of 11)"],  # 12 / (12 + 3); (8 + 1) / (2 + 8 + 1)
        ["0.727 (8 of 11)", "0.800 (12 of 15)"],  # 8 / (2 + 8 + 1); 12 / (12 + 3)
        ["no film", "0.962 (25 of 26)"],  # nobody saw COVID19; 12 + 3 + 2 + 8 of 26
    ]
    assert dialog.shares.item(0, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "NORMAL, Specificity: 0.818 (9 of 11)"


def test_the_diagonal_is_told_by_a_sign_and_by_bold_figures_in_both_themes(dialog: AgreementDialog) -> None:
    for palette in (light_palette(), dark_palette()):
        dialog.setPalette(palette)
        for row in range(3):
            for column in range(3):
                item = dialog.matrix.item(row, column)
                assert item.font().bold() == (row == column)
                assert item.icon().isNull() == (row != column)
    assert any("thumb" in label.accessibleName() for label in dialog.findChildren(QLabel))


def test_films_counted_those_without_a_finding_and_the_limits_are_said(dialog: AgreementDialog) -> None:
    assert dialog.summary.said.startswith("Films with your label and a prediction: 28. You agree with 20 of them.")
    assert dialog.without_finding.said == (
        "Films that you disagree about without naming a finding: 2. They are in neither table."
    )
    assert dialog.without_finding.isVisible()
    said = [label.accessibleName() for label in dialog.findChildren(QLabel) if label.isVisible()]
    assert taken_for_true() in said
    assert "no reference standard" in taken_for_true()
    line = dialog.findChild(NotForDiagnosisLine)
    assert line.isVisible()
    assert line.text() == NOT_FOR_DIAGNOSIS


def test_copy_gives_a_spreadsheet_all_figures(dialog: AgreementDialog, qtbot) -> None:
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    rows = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    assert rows[0] == ["Your finding (rows), predicted (columns)", *FINDINGS]
    assert rows[1:4] == [["NORMAL", "12", "3", "0"], ["PNEUMONIA", "2", "8", "1"], ["COVID19", "0", "0", "0"]]
    assert rows[5][0] == "Finding"
    assert rows[6:9] == [
        ["NORMAL", "0.8000", "12", "15", "0.8182", "9", "11"],
        ["PNEUMONIA", "0.7273", "8", "11", "0.8000", "12", "15"],
        ["COVID19", "", "0", "0", "0.9615", "25", "26"],
    ]
    assert [row[0] for row in rows[10:]] == [
        dialog.summary.said,
        dialog.without_finding.said,
        taken_for_true(),
        NOT_FOR_DIAGNOSIS,
    ]


def test_other_figures_replace_what_was_shown(dialog: AgreementDialog) -> None:
    dialog.set_agreement(NONE)
    assert not dialog.figures.isVisible()
    assert not dialog.copy_button.isEnabled()
    assert dialog.summary.said.startswith("There are no labels to compare yet.")
    dialog.set_agreement(compare_labels({("EDEMA", "NORMAL"): 1}, FINDINGS))
    assert dialog.figures.isVisible()
    assert not dialog.without_finding.isVisible()
    assert cells(dialog.matrix) == [["0", "0", "0", "1"], *([["0"] * 4] * 3)]
    assert heads(dialog.matrix)[0][-1] == "You: EDEMA"
    assert not dialog.matrix.item(2, 2).icon().isNull()
    dialog.set_agreement(compare_labels({("NORMAL", "NORMAL"): 4}, FINDINGS[:2]))
    assert cells(dialog.matrix) == [["4", "0"], ["0", "0"]]
    assert cells(dialog.shares) == [["1.000 (4 of 4)", "no film"], ["no film", "1.000 (4 of 4)"]]


def test_tables_are_read_and_not_edited_and_are_as_high_as_their_rows(dialog: AgreementDialog) -> None:
    for table in (dialog.matrix, dialog.shares):
        assert table.accessibleName()
        assert table.editTriggers() == QTableWidget.EditTrigger.NoEditTriggers
        needed = table.horizontalHeader().height() + table.verticalHeader().length()
        assert table.height() >= needed


def test_close_closes_by_key_and_button(dialog: AgreementDialog, qtbot) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    dialog.show()
    close = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Close)
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()


def test_the_summary_follows_labels_undo_and_redo_while_it_is_open(bench: Bench, qtbot) -> None:
    bench.labelling.show_summary()
    summary = bench.labelling.summary
    assert not summary.figures.isVisible()
    bench.labelling.agree(bench.of(A, B))
    assert cells(summary.matrix) == [["1", "0", "0"], ["0", "1", "0"], ["0", "0", "0"]]
    bench.labelling.disagree(bench.of(C))
    qtbot.keyClick(bench.labelling.dialog, Qt.Key.Key_1)
    qtbot.keyClick(bench.labelling.dialog, Qt.Key.Key_Return)
    assert cells(summary.matrix) == [["1", "0", "1"], ["0", "1", "0"], ["0", "0", "0"]]
    assert summary.summary.said.startswith("Films with your label and a prediction: 3. You agree with 2 of them.")
    bench.undo.undo()
    bench.undo.undo()
    assert not summary.figures.isVisible()
    bench.undo.redo()
    assert cells(summary.matrix)[1] == ["0", "1", "0"]


def test_the_summary_follows_the_list(bench: Bench, qtbot) -> None:
    set_labels(bench.store, {content_hash(9): FilmLabel("agree", "PNEUMONIA", "PNEUMONIA")})
    bench.labelling.agree(bench.of(A))
    bench.labelling.show_summary()
    summary = bench.labelling.summary
    record_outcomes(bench.store, KEY, [FilmOutcome(bench.numbers[WAITING], ok(9, PNEUMONIA))])
    bench.model.films_changed(bench.of(WAITING))
    qtbot.waitUntil(lambda: cells(summary.matrix)[1] == ["0", "1", "0"])
    remove_films(bench.store, bench.of(A))
    bench.model.films_removed(bench.of(A))
    qtbot.waitUntil(lambda: cells(summary.matrix)[0] == ["0", "0", "0"])
    bench.model.set_findings(FINDINGS[:2])
    qtbot.waitUntil(lambda: summary.matrix.rowCount() == 2)
    mark_pending(bench.store, bench.of(WAITING, REFUSED))
    bench.model.films_changed(bench.of(WAITING, REFUSED))
    qtbot.waitUntil(lambda: not summary.figures.isVisible())


def test_a_hidden_summary_costs_nothing_and_is_right_when_shown_again(bench: Bench, qtbot) -> None:
    bench.labelling.show_summary()
    summary = bench.labelling.summary
    qtbot.keyClick(summary, Qt.Key.Key_Escape)
    bench.labelling.agree(bench.of(A))
    assert cells(summary.matrix)[0] == ["0", "0", "0"]
    bench.labelling.show_summary()
    assert bench.labelling.summary is summary
    assert cells(summary.matrix)[0] == ["1", "0", "0"]
