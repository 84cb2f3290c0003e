"""The recent files are lines of a menu that are read, numbered and chosen."""

from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from cxrviewer.gui.opening.recent_menu import fill_recent_menu


@pytest.fixture
def menu(qtbot) -> QMenu:
    menu = QMenu()
    qtbot.addWidget(menu)
    return menu


def texts(menu: QMenu) -> list[str]:
    return ["-" if action.isSeparator() else action.text() for action in menu.actions()]


def test_the_first_nine_have_their_number_as_letter_and_the_tip_is_the_path(menu) -> None:
    paths = [f"/films/{number}.png" for number in range(1, 12)]
    fill_recent_menu(menu, paths, print)
    assert texts(menu)[:2] == ["&1 1.png — /films", "&2 2.png — /films"]
    assert [text.startswith("&") for text in texts(menu)] == [True] * 9 + [False] * 2
    assert [action.toolTip() for action in menu.actions()] == paths
    assert menu.toolTipsVisible()


def test_the_one_that_is_chosen_is_told_as_it_was_given(menu) -> None:
    chosen = []
    paths = ["/films/a & b.png", "/films/x\ty\nz", "/"]
    fill_recent_menu(menu, paths, chosen.append)
    assert texts(menu) == ["&1 a && b.png — /films", "&2 x\ufffdy\ufffdz — /films", "&3 /"]
    for action in menu.actions():
        action.trigger()
    assert chosen == [Path(path) for path in paths]


def test_long_names_and_folders_are_cut_in_their_middle(menu) -> None:
    path = "/" + "/".join(["archive"] * 30) + "/begin-" + "long-" * 40 + "end.png"
    fill_recent_menu(menu, [path], print)
    (action,) = menu.actions()
    assert action.text().startswith("&1 begin-")
    assert "end.png — /archive" in action.text()
    assert len(action.text()) < 110
    assert action.toolTip() == path


def test_filling_again_replaces_the_lines_and_leaves_the_rest(menu) -> None:
    choose, clear = QAction("Choose", menu), QAction("Forget", menu)
    menu.addActions([choose, clear])
    fill_recent_menu(menu, ["/a", "/b"], print, clear)
    fill_recent_menu(menu, ["/c"], print, clear)
    assert texts(menu) == ["&1 c — /", "-", "Choose", "Forget"]
    assert clear.isEnabled()
    fill_recent_menu(menu, [], print, clear)
    assert texts(menu) == ["No recent files", "-", "Choose", "Forget"]
    assert not menu.actions()[0].isEnabled()
    assert not clear.isEnabled()


def test_the_action_that_forgets_is_added_where_it_is_missing(menu) -> None:
    clear = QAction("Forget", menu)
    for _ in range(2):
        fill_recent_menu(menu, ["/a"], print, clear)
        assert texts(menu) == ["&1 a — /", "-", "Forget"]


def test_no_path_is_looked_up(menu, monkeypatch) -> None:
    monkeypatch.setattr("os.stat", lambda *_, **__: pytest.fail("the drive may not answer"))
    fill_recent_menu(menu, ["//server/share/a.png", "/gone"], print)
    assert all(action.isEnabled() for action in menu.actions())
