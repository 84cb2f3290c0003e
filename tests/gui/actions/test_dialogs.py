"""The command palette finds, walks and runs; the list of shortcuts is the table's."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from cxrviewer.gui.actions.building import build_actions
from cxrviewer.gui.actions.command_palette import CommandPalette, PaletteEntry, command_entries, matching
from cxrviewer.gui.actions.shortcuts_dialog import ShortcutsDialog
from cxrviewer.gui.actions.table import ACTIONS

ENTRIES = [
    PaletteEntry("view.zoom_in", "Zoom In", "Radiograph", "Ctrl++"),
    PaletteEntry("compare.link", "Link Zoom and Window", "Radiograph > Compare", "Ctrl+K, K"),
    PaletteEntry("view.invert", "Invert", "Radiograph", "I", enabled=False),
    PaletteEntry("export.pdf", "Report as PDF…", "File > Export", "Ctrl+E, P"),
]


def shown(palette: CommandPalette) -> list[str]:
    return [palette.list.topLevelItem(row).text(0) for row in range(palette.list.topLevelItemCount())]


def test_typing_filters_by_every_word_and_names_that_start_so_come_first() -> None:
    assert [entry.id for entry in matching(ENTRIES, "")] == [entry.id for entry in ENTRIES]
    assert [entry.id for entry in matching(ENTRIES, "zoom")] == ["view.zoom_in", "compare.link"]
    assert [entry.id for entry in matching(ENTRIES, "  ZOOM link ")] == ["compare.link"]
    assert [entry.id for entry in matching(ENTRIES, "export")] == ["export.pdf"]
    assert [entry.id for entry in matching(ENTRIES, "link")] == ["compare.link"]
    assert matching(ENTRIES, "no such") == []


def test_arrows_walk_and_enter_runs_while_the_field_keeps_the_focus(qtbot) -> None:
    palette = CommandPalette(ENTRIES)
    qtbot.addWidget(palette)
    palette.show()
    assert shown(palette) == [entry.text for entry in ENTRIES]
    qtbot.keyClicks(palette.field, "zoom")
    assert shown(palette) == ["Zoom In", "Link Zoom and Window"]
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    with qtbot.waitSignal(palette.chosen) as chosen:
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert chosen.args == ["compare.link"]
    assert not palette.isVisible()


def test_a_disabled_command_is_shown_as_such_and_cannot_be_run(qtbot) -> None:
    palette = CommandPalette(ENTRIES)
    qtbot.addWidget(palette)
    palette.show()
    qtbot.keyClicks(palette.field, "invert")
    assert palette.list.topLevelItem(0).text(2) == "not available now"
    with qtbot.assertNotEmitted(palette.chosen):
        qtbot.keyClick(palette.field, Qt.Key.Key_Down)
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_recently_used_commands_come_first_and_the_rest_keeps_the_order_of_the_menus(qtbot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = build_actions(window, ACTIONS, {"view.invert": print, "export.pdf": print})
    entries = command_entries(ACTIONS, actions, ["export.pdf", "view.invert"])
    assert [entry.id for entry in entries[:3]] == ["export.pdf", "view.invert", "file.open"]
    assert "program.palette" not in [entry.id for entry in entries]
    assert len(entries) == len(ACTIONS) - 1
    assert [entry.enabled for entry in entries[:3]] == [True, True, False]


def test_the_list_of_shortcuts_has_every_action_and_is_searched_and_copied(qtbot) -> None:
    dialog = ShortcutsDialog(ACTIONS)
    qtbot.addWidget(dialog)
    dialog.show()
    lines = dialog.as_text().split("\n")
    assert len(lines) == len(ACTIONS)
    assert lines[0] == "Open Files…\tFile\tCtrl+O"
    qtbot.keyClicks(dialog.filter, "ctrl+e")
    assert all("Ctrl+E" in line for line in dialog.as_text().split("\n"))
    exports = [spec for spec in ACTIONS if any(key.startswith("Ctrl+E") for key in spec.shortcuts)]
    assert len(dialog.as_text().split("\n")) == len(exports)
    from PySide6.QtWidgets import QDialogButtonBox

    box = dialog.findChild(QDialogButtonBox)
    next(button for button in box.buttons() if button.text() == "Copy the List").click()
    assert QGuiApplication.clipboard().text() == dialog.as_text()
