"""The dialog asks for what is exported, says in words what cannot be, and never replaces a file unasked."""

from pathlib import Path
from typing import Any, get_args

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QLineEdit, QMessageBox

from cxrviewer.domain import NOT_FOR_DIAGNOSIS
from cxrviewer.gui.exporting import destination as destination_module
from cxrviewer.gui.exporting.choice import ExportChoice, ExportKind
from cxrviewer.gui.exporting.dialog import ExportDialog
from cxrviewer.gui.exporting.progress import ExportProgress
from cxrviewer.gui.exporting.runner import ExportRunner


@pytest.fixture
def dialog_of(qtbot: Any, tmp_path: Path) -> Any:
    """Return what makes a dialog, shown, with the choices that it announced in ``heard``."""

    def make(kind: ExportKind, selected: int = 1, total: int = 120, **options: Any) -> ExportDialog:
        dialog = ExportDialog(kind, selected, total, folder=str(tmp_path), **options)
        qtbot.addWidget(dialog)
        dialog.heard = []
        dialog.chosen.connect(dialog.heard.append)
        dialog.show()
        return dialog

    return make


def press_return(qtbot: Any, dialog: ExportDialog) -> None:
    qtbot.keyClick(dialog.path, Qt.Key.Key_Return)


@pytest.mark.parametrize("kind", get_args(ExportKind))
def test_return_exports_all_films_to_the_proposed_place(dialog_of: Any, qtbot: Any, tmp_path: Path, kind: Any) -> None:
    dialog = dialog_of(kind)
    assert NOT_FOR_DIAGNOSIS in [label.text() for label in dialog.findChildren(QLabel)]
    assert dialog.patient_data.isVisible() == (kind in ("csv", "jsonl", "pdf"))
    for widget in [*dialog.findChildren(QLineEdit), *dialog.findChildren(QAbstractButton)]:
        assert widget.accessibleName() or widget.text()
    press_return(qtbot, dialog)
    (choice,) = dialog.heard
    assert choice == ExportChoice(kind, choice.path, False, False)
    assert choice.path.parent == tmp_path
    assert not dialog.isVisible()


def test_films_are_counted_and_several_that_are_selected_are_proposed(dialog_of: Any) -> None:
    dialog = dialog_of("csv", selected=3, total=12345)
    assert dialog.only_selected.accessibleName() == "Selected films (3)"
    assert dialog.all_films.accessibleName() == f"All films of the list ({QLocale().toString(12345)})"
    assert dialog.choice().only_selected
    dialog.all_films.setChecked(True)
    assert not dialog.choice().only_selected
    assert not dialog_of("csv", selected=1).choice().only_selected
    assert not dialog_of("csv", selected=0).only_selected.isEnabled()


def test_patient_data_are_asked_for_by_key(dialog_of: Any, qtbot: Any) -> None:
    dialog = dialog_of("csv")
    assert not dialog.choice().include_patient_data
    qtbot.keyClick(dialog.patient_data, Qt.Key.Key_Space)
    assert dialog.choice().include_patient_data
    assert "analysed while patient data were shown" in dialog.patient_data.accessibleDescription()
    assert dialog_of("pdf", include_patient_data=True).choice().include_patient_data
    assert not dialog_of("overlays", include_patient_data=True).choice().include_patient_data


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("csv", "", "Choose a file name."),
        ("overlays", " ", "Choose a folder."),
        ("csv", "results.csv", "Give the whole path, from the root on."),
        ("csv", "{folder}", "This is a folder; add the name of a file."),
        ("csv", "{folder}/r.txt", "The name of the file must end in .csv."),
        ("labels", "{folder}/r.pdf", "The name of the file must end in .csv / .jsonl."),
        ("pdf", "{folder}/missing/r.pdf", "There is no folder {folder}/missing."),
        ("jsonl", "/dev/null.jsonl/r.jsonl", "There is no folder /dev/null.jsonl."),
        ("overlays", "{folder}/file/new", "{folder}/file is a file; overlays need a folder."),
        ("csv", "{folder}/nul\0.csv", "This path cannot be used: embedded null byte"),
        ("csv", "{folder}/" + "n" * 300 + ".csv", "This path cannot be used: File name too long"),
        ("pdf", "~nobody-of-this-name/r.pdf", "Give the whole path, from the root on."),
    ],
)
def test_a_place_that_cannot_be_is_said_and_nothing_is_exported(
    dialog_of: Any, qtbot: Any, tmp_path: Path, kind: Any, typed: str, said: str
) -> None:
    (tmp_path / "file").write_text("")
    dialog = dialog_of(kind)
    dialog.path.setText(typed.format(folder=tmp_path))
    assert dialog.problem.said == dialog.ok.accessibleDescription() == said.format(folder=tmp_path)
    assert dialog.problem.isVisible()
    assert not dialog.ok.isEnabled()
    press_return(qtbot, dialog)
    assert dialog.heard == []
    dialog.path.setText(str(tmp_path / f"good.{'csv' if kind == 'labels' else kind}"))
    assert dialog.ok.isEnabled()
    assert not dialog.problem.isVisible()


def test_a_folder_that_may_not_be_written_is_said(dialog_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(destination_module.os, "access", lambda path, mode: False)  # tests may run as root
    for kind in ("csv", "overlays"):
        dialog = dialog_of(kind)
        assert dialog.problem.said.startswith("You may not write to ")
        assert not dialog.ok.isEnabled()


def test_an_empty_list_has_nothing_to_export(dialog_of: Any) -> None:
    dialog = dialog_of("csv", selected=0, total=0)
    assert dialog.problem.said == "There is no film in the list."
    assert not dialog.ok.isEnabled()


def test_what_became_impossible_meanwhile_is_said_when_the_button_is_pressed(dialog_of: Any, tmp_path: Path) -> None:
    dialog = dialog_of("csv")
    folder = tmp_path / "gone"
    folder.mkdir()
    dialog.path.setText(str(folder / "r.csv"))
    folder.rmdir()
    dialog.ok.click()
    assert dialog.heard == []
    assert "There is no folder" in dialog.problem.said


def test_a_file_is_replaced_only_after_a_yes(dialog_of: Any, qtbot: Any, tmp_path: Path) -> None:
    dialog = dialog_of("csv")
    existing = tmp_path / "results <b>.csv"
    existing.write_text("mine")
    dialog.path.setText(str(existing))
    for answer in (QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes):
        assert dialog.heard == []
        press_return(qtbot, dialog)
        assert dialog.isVisible()
        assert str(existing) in dialog.question.text()
        assert dialog.question.defaultButton() is dialog.question.button(QMessageBox.StandardButton.No)
        dialog.question.button(answer).click()
        assert dialog.question is None
    assert [choice.path for choice in dialog.heard] == [existing]
    assert existing.read_text() == "mine"  # it is the export that replaces it


def test_a_folder_of_overlays_that_exists_needs_no_question(dialog_of: Any, qtbot: Any, tmp_path: Path) -> None:
    dialog = dialog_of("overlays")
    dialog.path.setText(str(tmp_path))
    press_return(qtbot, dialog)
    assert [choice.path for choice in dialog.heard] == [tmp_path]


def test_the_systems_dialog_fills_the_field(dialog_of: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [str(tmp_path / "typed without ending"), "", str(tmp_path / "whole.jsonl")]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (found.pop(0), ""))
    dialog = dialog_of("jsonl")
    for expected in ("typed without ending.jsonl", "typed without ending.jsonl", "whole.jsonl"):
        dialog.browse.click()
        assert dialog.path.text() == str(tmp_path / expected)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: "/somewhere")
    overlays = dialog_of("overlays")
    overlays.browse.click()
    assert overlays.path.text() == "/somewhere"


def test_progress_is_shown_while_an_export_runs(qtbot: Any) -> None:
    runner, widget = ExportRunner(), ExportProgress()
    qtbot.addWidget(widget)
    widget.follow(runner)
    asked = []
    widget.cancel_requested.connect(lambda: asked.append(True))
    assert widget.isHidden()
    runner.progress.emit(0, 1500)
    assert widget.isVisible()
    runner.progress.emit(1200, 1500)
    assert widget.words.text() == f"Exporting: {QLocale().toString(1200)} of {QLocale().toString(1500)} films"
    assert (widget.bar.value(), widget.bar.maximum()) == (1200, 1500)
    qtbot.keyClick(widget.cancel, Qt.Key.Key_Space)
    assert asked == [True]
    runner.progress.emit(1300, 1500)
    assert widget.words.text() == "Cancelling the export …"
    assert not widget.cancel.isEnabled()
    runner.cancelled.emit()
    assert widget.isHidden()
    for end in (lambda: runner.finished.emit(Path("r.csv"), 3, ()), lambda: runner.failed.emit(ValueError())):
        runner.progress.emit(0, 3)
        assert widget.isVisible()
        assert widget.cancel.isEnabled()
        assert widget.words.text() == "Exporting: 0 of 3 films"
        end()
        assert widget.isHidden()
    runner.close()
