"""Labels, removal, the clipboard and exports, by the actions of the menus, and what is undone."""

import csv
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from cxrviewer.gui.exporting.dialog import ExportDialog
from cxrviewer.gui.labels.disagree_dialog import DisagreeDialog
from cxrviewer.gui.labels.note_dialog import NoteDialog
from tests.films import write_png
from tests.gui.window.bench import Bench

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


def dialog_of(bench: Bench, kind: type) -> QDialog:
    bench.until(lambda: isinstance(QApplication.activeModalWidget(), kind))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, kind)
    return dialog


def label_of(bench: Bench, name: str) -> object:
    bench.model.tell_changes()
    return next(bench.listed(row).label for row in range(bench.model.rowCount()) if bench.listed(row).path.name == name)


def test_labels_are_given_undone_and_given_again(listed: Bench) -> None:
    predicted = listed.viewer.film.analysis.prediction.predicted
    listed.key(Key.Key_A)
    assert label_of(listed, "film200.png").verdict == "agree"
    assert listed.action("edit.undo").isEnabled()
    listed.key(Key.Key_Z, CTRL)
    assert label_of(listed, "film200.png") is None
    listed.key(Key.Key_Z, CTRL | SHIFT)
    assert label_of(listed, "film200.png").verdict == "agree"
    listed.key(Key.Key_D)
    dialog = dialog_of(listed, DisagreeDialog)
    other = next(finding for finding in dialog.choices if finding not in (None, predicted))
    dialog.choices[other].click()
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    label = label_of(listed, "film200.png")
    assert (label.verdict, label.finding) == ("disagree", other)
    listed.key(Key.Key_T)
    dialog = dialog_of(listed, NoteDialog)
    QTest.keyClicks(dialog.note, "nip")  # and none of its letters is a shortcut
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert label_of(listed, "film200.png").note == "nip"
    assert listed.name == "film200.png"
    listed.key(Key.Key_A, SHIFT)
    assert label_of(listed, "film200.png") is None
    listed.key(Key.Key_Z, CTRL)
    assert label_of(listed, "film200.png").note == "nip"
    listed.restart()
    assert label_of(listed, "film200.png").note == "nip"
    assert not listed.action("edit.undo").isEnabled()


def test_several_selected_films_are_labelled_as_one_step(listed: Bench) -> None:
    listed.press_row("film240.png", SHIFT)
    listed.key(Key.Key_A)
    names = ["film200.png", "film208", "film216.png", "film224.png", "film232.png", "film240.png"]
    assert {label_of(listed, name).verdict for name in names} == {"agree"}
    listed.trigger("label.summary")
    assert listed.window.labelling.summary.isVisible()
    listed.trigger("edit.undo")
    assert {label_of(listed, name) for name in names} == {None}


def test_removed_films_come_back_with_their_results(listed: Bench) -> None:
    before = listed.names()
    listed.press_row("film216.png", SHIFT)
    listed.key(Key.Key_Delete)
    assert listed.names() == before[3:]
    listed.until(lambda: listed.is_settled("film224.png"))
    listed.check_one_film()
    assert listed.action("edit.undo").text() == "Undo: Remove 3 films"
    listed.key(Key.Key_Z, CTRL)
    assert listed.names() == before
    listed.until(lambda: listed.is_settled("film200.png"))
    listed.check_one_film()
    assert listed.panels.result.bars
    assert listed.statuses()["film208"] == "ok"
    listed.key(Key.Key_Y, CTRL)
    assert listed.names() == before[3:]
    assert listed.outcomes == []


def test_the_last_film_of_a_filter_is_removed_and_brought_back(listed: Bench) -> None:
    listed.window.study_list.filter_bar.text.setText("film216")
    listed.until(lambda: listed.names() == ["film216.png"])
    listed.go_to("film216.png")
    listed.trigger("film.remove")
    assert listed.names() == []
    listed.until(lambda: listed.viewer.film is None and listed.is_told)
    assert listed.panels.result.headline.said == "No film is open"
    # There are films in the list: the page for an empty one would be wrong.
    assert listed.window.centralWidget().currentWidget() is listed.window.compare
    listed.trigger("edit.undo")
    listed.until(lambda: listed.is_settled("film216.png"))
    listed.check_one_film()


def test_the_whole_list_is_removed_and_brought_back(listed: Bench) -> None:
    listed.table.selectAll()
    listed.trigger("film.remove")
    assert listed.model.rowCount() == 0
    assert listed.window.centralWidget().currentWidget() is listed.window.welcome
    for name in ("film.next", "export.csv", "film.remove", "label.agree", "view.invert", "edit.copy_row"):
        listed.until(lambda name=name: not listed.action(name).isEnabled())
    listed.trigger("edit.undo")
    listed.until(lambda: listed.is_settled("film200.png"))
    assert listed.window.centralWidget().currentWidget() is listed.window.compare
    listed.check_one_film()


def test_copied_rows_are_text_and_files(listed: Bench) -> None:
    listed.press_row("film216.png", SHIFT)
    listed.key(Key.Key_C, CTRL)
    mime = QGuiApplication.clipboard().mimeData()
    head, *rows = [line.split("\t") for line in mime.text().split("\n")]
    named = dict(zip(head, zip(*rows, strict=True), strict=True))
    assert named[listed.model.columns[listed.column("name")].title] == ("film200.png", "film208", "film216.png")
    assert [Path(url.toLocalFile()).name for url in mime.urls()] == ["film200.png", "film208", "film216.png"]
    assert "Copied 3 rows." in listed.said


def test_the_copied_picture_is_of_the_film_on_screen(listed: Bench) -> None:
    listed.go_to("film208")
    QGuiApplication.clipboard().clear()
    listed.key(Key.Key_C, CTRL | SHIFT)
    listed.until(lambda: not QGuiApplication.clipboard().image().isNull())
    copied = QGuiApplication.clipboard().image()
    listed.until(lambda: any(said.startswith("Copied a picture") for said in listed.said))
    listed.go_to("film216.png")
    listed.trigger("edit.copy_picture")
    listed.until(lambda: QGuiApplication.clipboard().image() != copied)
    listed.until(lambda: not listed.window.exports._copier._making)


def exported(bench: Bench, action: str, path: Path) -> ExportDialog:
    """Open the dialog of an export and give it a path."""
    bench.trigger(action)
    dialog = dialog_of(bench, ExportDialog)
    dialog.path.selectAll()
    QTest.keyClicks(dialog.path, str(path))
    return dialog


def test_tables_of_the_selected_films_and_of_all_are_written(listed: Bench, tmp_path: Path) -> None:
    listed.press_row("film216.png", SHIFT)
    dialog = exported(listed, "export.csv", tmp_path / "some.csv")
    assert dialog.only_selected.isChecked()
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    listed.until(lambda: f"3 films were exported to {tmp_path / 'some.csv'}." in listed.said)
    with (tmp_path / "some.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert [Path(row["path"]).name for row in rows] == ["film200.png", "film208", "film216.png"]
    assert "DOE" not in (tmp_path / "some.csv").read_text(encoding="utf-8")
    dialog = exported(listed, "export.csv", tmp_path / "all.csv")
    dialog.all_films.click()
    QTest.keyClick(dialog.path, Key.Key_Return)
    listed.until(lambda: any(said.endswith(f"exported to {tmp_path / 'all.csv'}.") for said in listed.said))
    with (tmp_path / "all.csv").open(encoding="utf-8", newline="") as table:
        assert [Path(row["path"]).name for row in csv.DictReader(table)] == listed.names()
    assert listed.notices.notices == ()


def test_a_report_is_written_and_the_dialog_begins_in_its_folder_again(listed: Bench, tmp_path: Path) -> None:
    listed.press_row("film208", SHIFT)
    dialog = exported(listed, "export.pdf", tmp_path / "report.pdf")
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    listed.until(lambda: f"2 films were exported to {tmp_path / 'report.pdf'}." in listed.said)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert not listed.window.exports.progress.isVisible()
    listed.trigger("export.labels")
    again = dialog_of(listed, ExportDialog)
    assert again.path.text() == str(tmp_path / "cxrviewer-labels.csv")
    again.reject()
    assert listed.outcomes == []


def test_an_export_to_a_place_that_is_gone_is_one_notice(listed: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    dialog = exported(listed, "export.csv", folder / "all.csv")
    choice = dialog.choice()
    dialog.reject()
    folder.rmdir()
    listed.window.exports._start(choice)
    listed.until(lambda: bool(listed.notices.notices))
    assert [notice.times for notice in listed.notices.notices] == [1]
    assert str(folder) in listed.notices.notices[0].text


def test_closing_during_an_export_leaves_nothing_half_written(listed: Bench, tmp_path: Path) -> None:
    dialog = exported(listed, "export.pdf", tmp_path / "report.pdf")
    dialog.all_films.click()
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    listed.restart()
    assert not list(tmp_path.glob("*.pdf*"))


def test_the_picture_of_a_film_without_a_result_is_copied(empty: Bench, tmp_path: Path) -> None:
    empty.session.runner.pause()
    empty.window.open([write_png(tmp_path / "film96.png", 96)])
    empty.until(lambda: empty.is_settled("film96.png"))
    QGuiApplication.clipboard().clear()
    empty.trigger("edit.copy_picture")
    empty.until(lambda: not QGuiApplication.clipboard().image().isNull())
    empty.until(lambda: any(said.startswith("Copied a picture") for said in empty.said))
