"""Every action can be found, named, reached by keys and pressed; menus and toolbar hold what the table says."""

from collections import Counter
from itertools import pairwise, permutations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtWidgets import QMainWindow, QToolBar

from cxrviewer.gui.actions.building import build_actions, build_menus, build_toolbar, menu_words, shortcut_words
from cxrviewer.gui.actions.spec import ActionSpec
from cxrviewer.gui.actions.table import ACTIONS, WINDOW_PRESET_ACTIONS
from cxrviewer.resources import resources_folder

ISSUE_4 = (
    "file.open", "file.open_folder", "file.recent", "file.paste", "file.samples", "window.default", "window.auto",
    "window.lung", "window.bone", "window.full", "window.next_of_file", "view.invert", "view.zoom_in", "view.zoom_out",
    "view.fit", "view.one_to_one", "view.magnifier", "view.rotate_right", "view.rotate_left", "view.flip", "view.reset",
    "view.distance", "heatmap.show", "heatmap.next_finding", "heatmap.contour", "heatmap.grid", "heatmap.colour_bar",
    "heatmap.network_input", "film.next", "film.previous", "film.reanalyse", "film.remove", "film.reveal",
    "edit.copy_row", "edit.copy_picture", "label.agree", "label.disagree", "label.note", "label.summary", "export.csv",
    "export.jsonl", "export.overlays", "export.pdf", "edit.undo", "edit.redo", "compare.1", "compare.2", "compare.4",
    "compare.link", "program.preferences", "theme.system", "theme.light", "theme.dark", "view.patient_data",
    "program.palette", "help.shortcuts", "help.guide", "help.model_card", "help.about", "program.quit",
    "analysis.pause", "analysis.cancel", "analysis.resume", "export.dicom",
)  # fmt: skip


def portable(shortcut: str) -> QKeySequence:
    return QKeySequence(shortcut, QKeySequence.SequenceFormat.PortableText)


def test_every_action_of_the_window_is_in_the_table_once() -> None:
    ids = [spec.id for spec in ACTIONS]
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    assert set(ISSUE_4) <= set(ids)
    assert set(WINDOW_PRESET_ACTIONS) <= set(ids)


@pytest.mark.parametrize("spec", ACTIONS, ids=lambda spec: spec.id)
def test_an_action_has_a_name_a_sentence_a_menu_and_keys(spec: ActionSpec) -> None:
    assert spec.text.strip("… ")
    assert spec.tip[0].isupper()
    assert spec.tip.endswith(".")
    assert spec.menu
    assert all(title.strip("& ") for title in spec.menu)
    assert spec.section
    assert spec.shortcuts
    for shortcut in spec.shortcuts:
        keys = portable(shortcut)
        assert keys.count() == len(shortcut.split(", ")), f"{shortcut} is not what Qt reads"
        assert all(keys[n].key() != Qt.Key.Key_unknown for n in range(keys.count()))
    assert not spec.icon or (resources_folder() / "icons" / f"{spec.icon}.svg").is_file()
    assert spec.icon or not spec.toolbar
    assert spec.checkable or not spec.group


def test_no_keys_mean_two_things_and_none_are_the_beginning_of_others() -> None:
    keys = [(spec.id, portable(shortcut)) for spec in ACTIONS for shortcut in spec.shortcuts]
    for (one, first), (other, second) in permutations(keys, 2):
        # QKeySequence.matches: whether one begins the other, or is it.
        assert first.matches(second) == QKeySequence.SequenceMatch.NoMatch, f"{one} and {other}: {first.toString()}"


def test_letters_to_reach_a_menu_differ_within_each_menu() -> None:
    titles = {spec.menu[: depth + 1] for spec in ACTIONS for depth in range(len(spec.menu))}
    for parent in {path[:-1] for path in titles}:
        letters = [path[-1][path[-1].index("&") + 1].lower() for path in titles if path[:-1] == parent]
        assert len(set(letters)) == len(letters), parent


def test_icons_that_no_action_or_panel_uses_are_not_shipped() -> None:
    from pathlib import Path

    import cxrviewer.gui

    sources = "".join(path.read_text("utf-8") for path in Path(cxrviewer.gui.__file__).parent.rglob("*.py"))
    shipped = {path.stem for path in (resources_folder() / "icons").glob("*.svg")}
    assert {name for name in shipped if f'"{name}"' not in sources} == set()
    assert (resources_folder() / "icons" / "LICENSE_LUCIDE.txt").is_file()


def built(qtbot, handlers):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = build_actions(window, ACTIONS, handlers)
    menus = build_menus(window.menuBar(), ACTIONS, actions)
    toolbar = QToolBar(window)
    window.addToolBar(toolbar)
    build_toolbar(toolbar, ACTIONS, actions)
    return window, actions, menus, toolbar


def test_menus_hold_every_action_under_its_title_without_stray_separators(qtbot) -> None:
    window, actions, menus, _ = built(qtbot, {})
    for spec in ACTIONS:
        assert actions[spec.id] in menus[spec.menu].actions()
        assert menu_words(spec.menu) == " > ".join(title.replace("&", "") for title in spec.menu)
    top = [action.text().replace("&", "") for action in window.menuBar().actions()]
    assert top == ["File", "Edit", "Radiograph", "Heatmap", "Films", "Label", "View", "Help"]
    for path, menu in menus.items():
        separators = [action.isSeparator() for action in menu.actions()]
        assert not separators[0], path
        assert not separators[-1], path
        assert not any(one and other for one, other in pairwise(separators)), path


def test_toolbar_buttons_have_an_icon_and_a_name_for_screen_readers(qtbot) -> None:
    window, actions, _, toolbar = built(qtbot, {})
    shown = [spec for spec in ACTIONS if spec.toolbar]
    assert window.findChildren(QToolBar) == [toolbar]
    assert [a for a in toolbar.actions() if not a.isSeparator()] == [actions[spec.id] for spec in shown]
    for spec in shown:
        button = toolbar.widgetForAction(actions[spec.id])
        read = QAccessible.queryAccessibleInterface(button)
        assert read.text(QAccessible.Text.Name) == spec.text
        assert read.text(QAccessible.Text.Description) == spec.tip
        assert not actions[spec.id].icon().isNull()
        assert shortcut_words(spec).split(" or ")[0] in actions[spec.id].toolTip()


def test_keys_reach_handlers_and_checkable_actions_tell_their_state(qtbot) -> None:
    calls: list[object] = []
    window, actions, _, _ = built(
        qtbot,
        {
            "film.next": lambda: calls.append("next"),
            "heatmap.show": lambda checked: calls.append(("heatmap", checked)),
            "export.csv": lambda: calls.append("csv"),
        },
    )
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_N)
    qtbot.keyClick(window, Qt.Key.Key_H)
    qtbot.keyClick(window, Qt.Key.Key_H)
    qtbot.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window, Qt.Key.Key_C)
    assert calls == ["next", ("heatmap", True), ("heatmap", False), "csv"]
    assert not actions["film.previous"].isEnabled()  # nobody handles it


def test_only_one_action_of_a_group_is_checked(qtbot) -> None:
    chosen: list[str] = []
    window, actions, _, _ = built(qtbot, {f"compare.{n}": lambda _checked, n=n: chosen.append(n) for n in (1, 2, 4)})
    actions["compare.2"].trigger()
    actions["compare.4"].trigger()
    assert chosen == [2, 4]
    assert window.menuBar().isEnabled()
    assert [actions[f"compare.{n}"].isChecked() for n in (1, 2, 4)] == [False, False, True]


def test_a_handler_for_an_action_that_is_not_there_is_a_mistake(qtbot) -> None:
    with pytest.raises(ValueError, match=r"file\.opne"):
        build_actions(QMainWindow(), ACTIONS, {"file.opne": print})
