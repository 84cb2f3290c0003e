"""Everything can be done without a mouse, and everything that takes the focus says what it is."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from cxrviewer.gui.actions.command_palette import CommandPalette
from cxrviewer.gui.actions.table import ACTIONS
from tests.gui.window.bench import Bench

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


def test_every_action_of_the_table_is_carried_out_by_something(listed: Bench) -> None:
    handled = set(listed.window._handlers())
    assert handled == {spec.id for spec in ACTIONS}


def test_actions_that_can_do_nothing_are_disabled_and_all_others_enabled(listed: Bench) -> None:
    disabled = {name for name, action in listed.window.actions_by_id.items() if not action.isEnabled()}
    nothing_runs = {"analysis.pause", "analysis.cancel", "analysis.resume", "edit.undo", "edit.redo"}
    assert disabled == nothing_runs


def test_no_two_actions_have_the_same_keys_and_each_is_in_a_menu(listed: Bench) -> None:
    keys = [key.toString() for action in listed.window.actions_by_id.values() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))
    mnemonics = [QKeySequence.mnemonic(action.text()).toString() for action in listed.window.menuBar().actions()]
    assert len(mnemonics) == len(set(mnemonics))
    assert "" not in mnemonics
    in_menus = {action.objectName() for menu in listed.window.findChildren(QMenu) for action in menu.actions()}
    assert set(listed.window.actions_by_id) <= in_menus


def focusable(window: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None  # as the line inside a field that counts
    ]


def name_of(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface else ""


def without_names(window: QWidget) -> list[str]:
    return [f"{type(w).__name__} {w.objectName()}" for w in focusable(window) if not name_of(w)]


@pytest.mark.parametrize("panel", ["heatmap", "window", "facts", "network_input", "notices"])
def test_all_that_takes_the_focus_has_a_name(listed: Bench, panel: str) -> None:
    listed.notices.add("The disk is full.", details="errno 28")
    listed.window._docks.show(panel)
    QApplication.processEvents()
    assert len(focusable(listed.window)) > 10
    assert without_names(listed.window) == []


def test_all_in_an_empty_window_has_a_name(empty: Bench) -> None:
    assert without_names(empty.window) == []


@pytest.mark.parametrize(
    "action",
    [
        "program.preferences", "program.palette", "export.csv", "export.overlays", "label.disagree", "label.note",
        "label.summary", "help.guide", "help.shortcuts", "help.model_card", "help.about",
    ],
)  # fmt: skip
def test_all_in_a_dialog_has_a_name_and_escape_leaves_it(listed: Bench, action: str) -> None:
    before = set(QApplication.topLevelWidgets())
    listed.trigger(action)
    found = [w for w in QApplication.topLevelWidgets() if w not in before and isinstance(w, QDialog) and w.isVisible()]
    assert len(found) == 1
    (dialog,) = found
    assert dialog.windowTitle()
    assert without_names(dialog) == []
    QTest.keyClick(dialog, Key.Key_Escape)
    listed.until(lambda: not any(w is dialog and w.isVisible() for w in QApplication.topLevelWidgets()))


def test_keys_are_for_films_from_the_start(empty: Bench) -> None:
    assert QApplication.focusWidget() is empty.table
    empty.trigger("file.samples")
    empty.until(lambda: empty.model.rowCount() == 5)
    empty.until_done()
    first = empty.name
    empty.key(Key.Key_N)
    assert empty.name != first


def test_tab_reaches_list_film_and_panels(listed: Bench) -> None:
    listed.window._docks.show("window")
    wanted = {
        "filter": listed.window.study_list.filter_bar.text,
        "list": listed.table,
        "film": listed.canvas,
        "window": listed.panels.window.centre,
        "bar": next(iter(listed.panels.result.bars.values())),
    }
    reached: set[str] = set()
    listed.table.setFocus()
    for _ in range(120):
        focus = QApplication.focusWidget()
        reached |= {name for name, widget in wanted.items() if widget is focus}
        listed.key(Key.Key_Tab)
    assert reached == set(wanted)


def test_a_film_is_opened_looked_at_labelled_and_left_by_keys_alone(listed: Bench) -> None:
    listed.key(Key.Key_Down)
    listed.until(lambda: listed.is_settled("film208"))
    listed.key(Key.Key_Return)
    assert QApplication.focusWidget() is listed.canvas
    listed.key(Key.Key_Plus)
    assert listed.canvas.view.zoom is not None
    before = listed.canvas.view.centre
    listed.key(Key.Key_Right)
    assert listed.canvas.view.centre != before
    assert listed.name == "film208"
    listed.key(Key.Key_A)
    assert listed.action("edit.undo").isEnabled()
    listed.key(Key.Key_P, CTRL | SHIFT)
    palette = QApplication.activeModalWidget()
    assert isinstance(palette, CommandPalette)
    QTest.keyClicks(palette.field, "invert")
    QTest.keyClick(palette.field, Key.Key_Return)
    listed.until(lambda: listed.canvas.view.inverted)


def test_the_context_menu_has_the_actions_on_films(listed: Bench) -> None:
    menu = listed.table.context_menu()
    names = [action.objectName() for action in menu.actions() if action.objectName()]
    assert {"film.remove", "film.reanalyse", "label.agree", "edit.copy_row"} <= set(names)
    menu.deleteLater()
