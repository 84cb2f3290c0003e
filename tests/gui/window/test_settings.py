"""Preferences take effect in the open window, and all that a person arranged is there again after a restart."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from cxrviewer.gui.preferences.dialog import PreferencesDialog
from cxrviewer.gui.preferences.stored import load_preferences
from cxrviewer.gui.theme import is_dark
from cxrviewer.results.study_list import Ordering
from tests.films import write_dicom, write_png
from tests.gui.window.bench import Bench

DICOM = "film208"
Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def preferences_dialog(bench: Bench) -> PreferencesDialog:
    bench.key(Key.Key_Comma, CTRL)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, PreferencesDialog)
    return dialog


def accept(dialog: PreferencesDialog) -> None:
    buttons = dialog.findChild(QDialogButtonBox)
    QTest.mouseClick(buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)


def test_theme_and_size_of_text_change_at_once_and_are_kept(listed: Bench) -> None:
    size = listed.table.font().pointSizeF()
    try:
        dialog = preferences_dialog(listed)
        dialog.theme.setCurrentIndex(dialog.theme.findData("dark"))
        dialog.text_scale.setValue(150)
        accept(dialog)
        listed.until(lambda: is_dark(listed.window.palette()))
        assert listed.table.font().pointSizeF() == size * 1.5
        assert listed.action("theme.dark").isChecked()
        listed.trigger("theme.light")
        listed.until(lambda: not is_dark(listed.window.palette()))
        listed.trigger("theme.dark")
        listed.restart()
        assert listed.action("theme.dark").isChecked()
        assert listed.session.preferences.theme == "dark"
        assert listed.session.preferences.text_scale == 1.5
    finally:
        listed.theme.apply("light")


def test_the_colour_map_and_the_opening_window_are_followed(listed: Bench) -> None:
    dialog = preferences_dialog(listed)
    dialog.colour_map.setCurrentIndex(dialog.colour_map.findData("greys"))
    dialog.default_window.setCurrentIndex(dialog.default_window.findData("full"))
    accept(dialog)
    assert listed.viewer.heatmap.colour_map == "greys"
    assert listed.panels.heatmap.colour_map.currentData() == "greys"
    listed.go_to(DICOM)
    assert listed.canvas.view.window is not None
    assert (listed.canvas.view.window.centre, listed.canvas.view.window.width) != (2000, 3000)
    listed.restart()
    assert listed.viewer.heatmap.colour_map == "greys"
    assert listed.outcomes == []


def test_patient_data_are_shown_only_when_asked_for(listed: Bench, tmp_path: Path) -> None:
    def told() -> bool:
        return any("DOE" in value for value in listed.facts().values())

    listed.go_to(DICOM)
    assert not told()
    listed.window._docks.show("facts")
    QTest.mouseClick(listed.panels.facts.patient_button, Qt.MouseButton.LeftButton)
    assert told()
    listed.go_to("film216.png")
    listed.go_to(DICOM)
    assert not told()
    listed.trigger("view.patient_data")
    assert listed.action("view.patient_data").isChecked()
    assert told()
    listed.window.open([write_dicom(tmp_path / "film128", 128)])
    listed.until(lambda: listed.is_settled("film128"))
    listed.until_done()
    assert told()
    assert "DOE" not in listed.window.windowTitle()
    assert not any("DOE" in said for said in listed.said)
    listed.restart()
    assert listed.action("view.patient_data").isChecked()
    listed.go_to(DICOM)
    assert told()
    listed.trigger("view.patient_data")
    assert not told()


def test_a_bundle_that_is_not_there_is_said_once_and_films_are_still_shown(listed: Bench, tmp_path: Path) -> None:
    listed.restart(bundle="no_such_bundle")
    assert len(listed.notices.notices) == 1
    assert "no_such_bundle" in listed.notices.notices[0].text
    listed.go_to("film216.png")
    listed.check_one_film()
    assert listed.panels.result.bars  # results are the store's
    film = write_png(tmp_path / "film96.png", 96)
    listed.window.open([film])
    listed.until(lambda: listed.is_settled("film96.png"))
    listed.until(lambda: not listed.window.opening.opening.is_running)
    assert [notice.text for notice in listed.notices.notices if "no_such_bundle" not in notice.text] == []
    assert len(listed.notices.notices) == 1
    assert listed.panels.result.headline.said == "No result yet"
    assert listed.window.unfinished.words.text() == "One film has no result yet."
    QTest.mouseClick(listed.window.unfinished.resume, Qt.MouseButton.LeftButton)
    assert listed.window.unfinished.isVisible()
    assert len(listed.notices.notices) == 1
    # Choosing one that is there mends it, without a restart.
    dialog = preferences_dialog(listed)
    dialog.bundle.setEditText("another_one")
    accept(dialog)
    assert "another_one" in dialog.problem.said
    dialog.bundle.setEditText("")
    accept(dialog)
    QTest.mouseClick(listed.window.unfinished.resume, Qt.MouseButton.LeftButton)
    listed.until_done()
    assert listed.statuses()["film96.png"] == "ok"


def test_other_workers_start_the_engine_anew_and_lose_no_film(empty: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for side in range(300, 316):
        write_png(folder / f"film{side}.png", side, seed=side)
    empty.window.open([folder])
    empty.until(lambda: len(empty.outcomes) >= 2)
    dialog = preferences_dialog(empty)
    dialog.workers.setValue(2)
    accept(dialog)
    empty.until_done()
    assert set(empty.statuses().values()) == {"ok"}
    assert empty.window.status.engine.text().endswith("2 worker processes")


def test_everything_is_where_it_was_after_a_restart(listed: Bench) -> None:
    window = listed.window
    window.resize(790, 690)
    listed.trigger("panel.facts")  # it lies behind another: the first brings it to the front, the second hides it
    listed.trigger("panel.facts")
    listed.window._docks.show("window")
    listed.table.set_ordering(Ordering("name", descending=True))
    header = listed.table.horizontalHeader()
    name = listed.column("name")
    listed.table.setColumnWidth(name, 231)
    listed.table.setColumnHidden(listed.column("status"), True)
    header.moveSection(header.visualIndex(name), 1)
    listed.go_to("film224.png")
    names = listed.names()
    assert names != sorted(names)
    size = window.size()
    listed.restart()
    assert listed.window.size() == size
    assert not listed.action("panel.facts").isChecked()
    assert listed.window._docks._docks["facts"].isHidden()
    assert listed.names() == names
    assert listed.model.ordering == Ordering("name", descending=True)
    name = listed.column("name")
    assert listed.table.columnWidth(name) == 231
    assert listed.table.isColumnHidden(listed.column("status"))
    assert listed.table.horizontalHeader().visualIndex(name) == 1
    listed.until(lambda: listed.is_settled("film224.png"))
    listed.check_one_film()
    assert load_preferences(listed.settings).warnings == ()


def test_settings_of_another_kind_do_no_harm(listed: Bench) -> None:
    for key, value in (
        ("window/geometry", "nonsense"), ("window/state", 7), ("window/study_list", b"{}"), ("window/film", "-3"),
        ("window/folder", 5), ("recent/paths", 9),
    ):  # fmt: skip
        listed.settings.setValue(key, value)
    home = listed.home / "window.ini"
    listed.settings.sync()
    kept = home.read_bytes()
    listed.close()
    home.write_bytes(kept)
    listed.start()
    listed.go_to("film200.png")
    listed.check_one_film()
    assert listed.notices.notices == ()


def test_full_screen_and_back_keeps_the_tick_right(listed: Bench) -> None:
    listed.trigger("view.full_screen")
    listed.until(listed.window.isFullScreen)
    assert listed.action("view.full_screen").isChecked()
    listed.trigger("view.full_screen")
    listed.until(lambda: not listed.window.isFullScreen())
    assert not listed.action("view.full_screen").isChecked()


def test_a_maximised_window_is_maximised_again_after_the_full_screen(listed: Bench) -> None:
    listed.window.showMaximized()
    listed.until(listed.window.isMaximized)
    listed.trigger("view.full_screen")
    listed.until(listed.window.isFullScreen)
    listed.trigger("view.full_screen")
    listed.until(lambda: not listed.window.isFullScreen())
    assert listed.window.isMaximized()
