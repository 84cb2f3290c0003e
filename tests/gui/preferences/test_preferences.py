"""Preferences survive a restart, a damaged file and a stranger's hand; the dialog refuses what cannot be."""

import os
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QComboBox, QDialogButtonBox

from cxrviewer.gui.preferences.dialog import PreferencesDialog
from cxrviewer.gui.preferences.preferences import DEFAULT_WINDOWS, ENGINES, Preferences
from cxrviewer.gui.preferences.stored import (
    clear_recent_paths,
    default_settings_path,
    load_preferences,
    open_settings,
    recent_paths,
    remember_command,
    remember_path,
    save_preferences,
    used_commands,
)

CHOSEN = Preferences(
    "cxr_mobilenetv2", "keras", 3, "viridis", "lung", "dark", 1.5, True, "/data/ünïcode, with comma; and more", "de",
    0.95, True,
)  # fmt: skip


@pytest.fixture
def ini(tmp_path: Path) -> Path:
    return tmp_path / "config" / "window.ini"


def test_what_was_chosen_is_there_after_a_restart(ini: Path) -> None:
    assert load_preferences(open_settings(ini)).preferences == Preferences()
    assert save_preferences(open_settings(ini), CHOSEN) == ""
    loaded = load_preferences(open_settings(ini))
    assert loaded.preferences == CHOSEN
    assert loaded.warnings == ()
    assert all(getattr(CHOSEN, entry.name) != entry.default for entry in fields(Preferences))


def test_the_settings_are_an_ini_file_in_the_users_configuration_folder(monkeypatch, tmp_path) -> None:
    if sys.platform == "linux":
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
        assert default_settings_path() == tmp_path / "cxrviewer" / "window.ini"
    assert default_settings_path().suffix == ".ini"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("engine", "cuda"), ("workers", "many"), ("workers", "-1"), ("workers", "1000"), ("colour_map", "jet"),
        ("default_window", ""), ("theme", "pink"), ("text_scale", "nan"), ("text_scale", "0.1"),
        ("show_patient_data", "perhaps"), ("language", "xx"), ("level", "1.5"), ("level", "sure"),
        ("agreement", "perhaps"), ("bundle", "a, b"), ("store_folder", "@Size(1 2)"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_the_default_with_a_warning_and_the_rest_stays(ini, name, written) -> None:
    save_preferences(open_settings(ini), CHOSEN)
    lines = ini.read_text("utf-8").splitlines()
    changed = [f"{name}={written}" if line.startswith(f"{name}=") else line for line in lines]
    assert changed != lines
    # Another file: within one process Qt remembers the content of a file that it knows.
    edited = ini.with_name("edited.ini")
    edited.write_text("\n".join(changed), "utf-8")
    loaded = load_preferences(open_settings(edited))
    for entry in fields(Preferences):
        expected = entry.default if entry.name == name else getattr(CHOSEN, entry.name)
        assert getattr(loaded.preferences, entry.name) == expected
    assert len(loaded.warnings) == 1
    assert name in loaded.warnings[0]


@pytest.mark.parametrize("content", [b"\x00\xff\xfe garbage \x80" * 50, b"", b"[preferences\nengine", b"<xml/>"])
def test_a_damaged_file_gives_the_defaults(ini: Path, content: bytes) -> None:
    ini.parent.mkdir()
    ini.write_bytes(content)
    assert load_preferences(open_settings(ini)).preferences == Preferences()


def test_settings_that_cannot_be_written_are_reported(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    said = save_preferences(open_settings(in_the_way / "window.ini"), CHOSEN)
    assert "could not be written" in said


def test_recent_files_are_the_last_ones_without_repetition(ini: Path) -> None:
    settings = open_settings(ini)
    assert recent_paths(settings) == []
    remember_path(settings, "/films/only, one.png")
    settings.sync()
    assert recent_paths(open_settings(ini)) == ["/films/only, one.png"]
    for number in range(30):
        remember_path(settings, f"/films/{number}.png")
    assert remember_path(settings, "/films/20.png")[:2] == ["/films/20.png", "/films/29.png"]
    assert len(recent_paths(settings)) == 15
    clear_recent_paths(settings)
    assert recent_paths(settings) == []


def test_used_commands_are_kept_apart_and_a_damaged_list_is_empty(ini: Path) -> None:
    settings = open_settings(ini)
    remember_command(settings, "view.fit")
    remember_command(settings, "film.next")
    assert used_commands(settings) == ["film.next", "view.fit"]
    settings.setValue("palette/used", {"no": "list"})
    assert used_commands(settings) == []
    assert recent_paths(settings) == []


def test_choices_are_those_of_the_parts_that_they_are_for() -> None:
    from typing import get_args

    from cxrviewer.imaging.presets import PresetName
    from cxrviewer.inference.engines import ENGINE_NAMES

    assert ENGINES == ENGINE_NAMES
    assert set(DEFAULT_WINDOWS) == set(get_args(PresetName)) - {"file"}


@pytest.fixture
def dialog(qtbot) -> PreferencesDialog:
    made = PreferencesDialog(CHOSEN, ("cxr_mobilenetv2",))
    qtbot.addWidget(made)
    made.show()
    return made


def press(dialog: PreferencesDialog, button: QDialogButtonBox.StandardButton) -> None:
    dialog.findChild(QDialogButtonBox).button(button).click()


def test_the_dialog_shows_and_gives_back_every_preference(dialog, qtbot) -> None:
    assert dialog.values() == CHOSEN
    press(dialog, QDialogButtonBox.StandardButton.RestoreDefaults)
    # The level is chosen with the thresholds, in a dialog of theirs, which has defaults of its own.
    assert dialog.values() == Preferences(level=CHOSEN.level)
    dialog.theme.setCurrentText("Light")
    qtbot.keyClicks(dialog.workers, "2")
    with qtbot.waitSignal(dialog.saved) as saved:
        press(dialog, QDialogButtonBox.StandardButton.Ok)
    assert saved.args[0].theme == "light"
    assert not dialog.isVisible()


def test_cancelling_saves_nothing(dialog, qtbot) -> None:
    dialog.theme.setCurrentText("Light")
    with qtbot.assertNotEmitted(dialog.saved):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_every_field_has_a_name_and_an_explanation_for_screen_readers(dialog) -> None:
    for entry in fields(Preferences):
        if entry.name == "level":
            continue  # it has its field in the dialog of the thresholds
        field = getattr(dialog, entry.name)
        read = QAccessible.queryAccessibleInterface(field)
        assert read.text(QAccessible.Text.Name).strip(), entry.name
        assert read.text(QAccessible.Text.Description).endswith("."), entry.name


def test_a_bundle_that_is_none_is_refused_in_words(dialog, qtbot, tmp_path: Path) -> None:
    for wrong in ("no-such-bundle", str(tmp_path)):
        dialog.bundle.setEditText(wrong)
        with qtbot.assertNotEmitted(dialog.saved):
            press(dialog, QDialogButtonBox.StandardButton.Ok)
        assert dialog.problem.said.startswith("The bundle cannot be used: ")
        assert dialog.isVisible()
    dialog.bundle.setEditText("")
    dialog.store_folder.setText("")
    with qtbot.waitSignal(dialog.saved):
        press(dialog, QDialogButtonBox.StandardButton.Ok)


def test_a_results_folder_is_whole_and_no_file_and_may_be_new(dialog, qtbot, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    for folder, said in (("films/here", "whole path"), (str(in_the_way), "is a file")):
        dialog.store_folder.setText(folder)
        with qtbot.assertNotEmitted(dialog.saved):
            press(dialog, QDialogButtonBox.StandardButton.Ok)
        assert said in dialog.problem.said
    dialog.store_folder.setText(str(tmp_path / "new" / "folder"))
    with qtbot.waitSignal(dialog.saved):
        press(dialog, QDialogButtonBox.StandardButton.Ok)


def test_a_results_folder_that_may_not_be_written_is_refused(dialog, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # the tests may run as root, who may write anywhere
    dialog.store_folder.setText(str(tmp_path))
    press(dialog, QDialogButtonBox.StandardButton.Ok)
    assert "may not write" in dialog.problem.said


def test_a_folder_is_chosen_with_the_systems_dialog(dialog, monkeypatch) -> None:
    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getExistingDirectory", lambda *_: "/chosen")
    for field in (dialog.bundle, dialog.store_folder):
        dialog._choose_folder(field)
        assert (field.currentText() if isinstance(field, QComboBox) else field.text()) == "/chosen"


def test_settings_are_plain_text_without_anything_but_settings(ini: Path) -> None:
    settings = open_settings(ini)
    save_preferences(settings, CHOSEN)
    assert settings.format() == QSettings.Format.IniFormat
    keys = {line.split("=")[0] for line in ini.read_text("utf-8").splitlines() if "=" in line}
    assert keys == {entry.name for entry in fields(Preferences)}
