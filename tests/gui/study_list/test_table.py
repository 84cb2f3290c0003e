"""The table is driven as a person drives it: keys, clicks, menus, and what it tells of that."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QMimeData, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QDrag, QFocusEvent, QFont
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu

from cxrviewer.gui.study_list.model import StudyListModel
from cxrviewer.gui.study_list.table import StudyTable
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list import Filter, Ordering
from cxrviewer.results.study_list_changes import remove_films, restore_films
from tests.results.stored_lists import FINDINGS, fill_at_random, ok

TableOf = Callable[..., StudyTable]
FIVE = {f"/films/{name}.png": ok(n, (0.1 + n / 10, 0.9 - n / 10)) for n, name in enumerate("dbeac")}


def model(table: StudyTable) -> StudyListModel:
    films = table.model()
    assert isinstance(films, StudyListModel)
    return films


def shown(table: StudyTable) -> str:
    films = [model(table).film(row) for row in range(model(table).rowCount())]
    return "".join(film.path.stem for film in films if film)


def current(table: StudyTable) -> str:
    film = table.current_film()
    return film.path.stem if film else ""


def number(table: StudyTable, name: str) -> int:
    return model(table).film_number(shown(table).index(name))


def section(table: StudyTable, key: str) -> int:
    return [column.key for column in model(table).columns].index(key)


def press(table: StudyTable, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(table, key)


def click_head(table: StudyTable, key: str) -> None:
    header = table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(section(table, key)) + 15, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_keys_walk_through_the_films(table_of: TableOf) -> None:
    table = table_of(FIVE)
    table.select_film(number(table, "d"))
    told = QSignalSpy(table.current_film_changed)
    press(table, Qt.Key.Key_N, Qt.Key.Key_Down, Qt.Key.Key_N)
    assert current(table) == "a"
    press(table, Qt.Key.Key_P, Qt.Key.Key_Up)
    assert current(table) == "b"
    assert [told.at(place)[0] for place in range(told.count())] == [number(table, name) for name in "beaeb"]
    QTest.keyClick(table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert current(table) == "c"
    assert not table.step(1)
    assert table.step(-4)
    assert not table.step(-1)
    assert table.selected_numbers() == (number(table, "d"),)


def test_the_film_that_the_focus_brings_is_selected_as_well(table_of: TableOf) -> None:
    table = table_of(FIVE)
    told = QSignalSpy(table.current_film_changed)
    QApplication.sendEvent(table, QFocusEvent(QEvent.Type.FocusIn))
    assert current(table) == "d"
    assert table.selected_numbers() == (number(table, "d"),)
    assert [told.at(place)[0] for place in range(told.count())] == [number(table, "d")]
    table.select_film(number(table, "a"))
    QApplication.sendEvent(table, QFocusEvent(QEvent.Type.FocusIn))
    assert current(table) == "a"  # coming back is no step


def test_the_next_films_are_named_first(table_of: TableOf) -> None:
    table = table_of(FIVE)
    table.select_film(number(table, "e"))
    assert [film.path.stem for film in table.films_around(before=1, after=5)] == ["a", "c", "b"]


def test_enter_opens_and_delete_asks_to_remove_what_is_selected(table_of: TableOf) -> None:
    table = table_of(FIVE)
    opened, removed = QSignalSpy(table.open_requested), QSignalSpy(table.remove_requested)
    table.select_film(number(table, "b"))
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    press(table, Qt.Key.Key_Return, Qt.Key.Key_Delete)
    assert opened.at(0)[0] == number(table, "e")
    assert removed.at(0)[0] == (number(table, "b"), number(table, "e"))
    assert shown(table) == "dbeac"  # asking is all that the table does
    place = table.visualRect(model(table).index(3, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened.at(1)[0] == number(table, "a")


def test_letters_search_nothing_and_read_nothing(table_of: TableOf) -> None:
    table = table_of(FIVE)
    table.select_film(number(table, "d"))
    press(table, Qt.Key.Key_C)
    assert current(table) == "d"


def test_heads_sort_and_selection_and_place_stay_with_the_films(table_of: TableOf) -> None:
    table = table_of(FIVE)
    table.select_film(number(table, "e"))
    index = model(table).index(shown(table).index("b"), 0)
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    table.selectionModel().select(index, flags)
    chosen = {number(table, "e"), number(table, "b")}
    told = QSignalSpy(table.current_film_changed)
    click_head(table, "name")
    assert shown(table) == "abcde"
    click_head(table, "name")
    assert shown(table) == "edcba"
    assert (current(table), set(table.selected_numbers())) == ("e", chosen)
    click_head(table, "p_NORMAL")
    assert shown(table) == "dbeac"
    assert (current(table), set(table.selected_numbers())) == ("e", chosen)
    assert told.count() == 0


def test_a_film_that_the_filter_hides_is_not_replaced_on_the_screen(table_of: TableOf) -> None:
    table = table_of(FIVE)
    table.select_film(number(table, "e"))
    told = QSignalSpy(table.current_film_changed)
    model(table).set_filter(Filter(text="a.png"))
    assert (shown(table), table.selected_count(), told.count()) == ("a", 0, 0)
    press(table, Qt.Key.Key_N)
    assert (current(table), told.count()) == ("a", 1)


def test_removing_goes_to_the_next_film_and_tells_of_the_end(table_of: TableOf, store: ResultStore) -> None:
    table = table_of(FIVE)
    table.select_film(number(table, "e"))
    told = QSignalSpy(table.current_film_changed)
    removal = remove_films(store, [number(table, "e")])
    model(table).films_removed(removal.identifiers)
    assert (shown(table), current(table)) == ("dbac", "a")
    assert [told.at(place)[0] for place in range(told.count())] == [number(table, "a")]
    assert table.selected_numbers() == (number(table, "a"),)
    model(table).films_restored(restore_films(store, removal))
    assert (shown(table), current(table)) == ("dbeac", "a")
    everything = remove_films(store, model(table).film_numbers().tolist())
    model(table).films_removed(everything.identifiers)
    assert told.at(told.count() - 1)[0] is None
    assert (table.current_film(), table.selected_numbers(), table.step(1)) == (None, (), False)


def test_all_of_a_long_list_are_selected_without_reading_them(table_of: TableOf, store: ResultStore) -> None:
    fill_at_random(store, 3000)
    table = table_of({})
    table.selectAll()
    assert table.selected_count() == 3000
    model(table).set_ordering(Ordering("p_NORMAL"))
    assert table.selected_numbers() == tuple(model(table).film_numbers().tolist())
    assert len(model(table)._cache) < 300


def test_columns_are_hidden_moved_and_widened_and_come_back(table_of: TableOf) -> None:
    table = table_of(FIVE)
    first = table.save_state()
    header = table.horizontalHeader()
    menu = QMenu()
    table.fill_columns_menu(menu)
    folder = next(action for action in menu.actions() if action.text() == "Folder")
    assert folder.isChecked()
    folder.trigger()
    header.moveSection(header.visualIndex(section(table, "p_COVID19")), 1)
    header.resizeSection(section(table, "name"), 333)
    table.set_ordering(Ordering("name", descending=True))
    changed = table.save_state()
    assert changed != first
    assert table.restore_state(first)
    assert table.save_state() == first
    assert (shown(table), header.isSectionHidden(section(table, "folder"))) == ("dbeac", False)
    assert table.restore_state(changed)
    assert table.save_state() == changed
    assert (shown(table), header.visualIndex(section(table, "p_COVID19"))) == ("edcba", 1)
    assert header.isSectionHidden(section(table, "folder"))
    assert (header.sectionSize(section(table, "name")), header.sortIndicatorSection()) == (333, section(table, "name"))
    assert header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"version": 99}', b'{"version": 1}'])
def test_a_state_that_is_none_changes_nothing(table_of: TableOf, content: bytes) -> None:
    table = table_of(FIVE)
    before = table.save_state()
    assert not table.restore_state(content)
    assert table.save_state() == before


def test_a_state_of_other_columns_is_taken_as_far_as_it_goes(table_of: TableOf) -> None:
    table = table_of(FIVE)
    columns = [{"key": "p_EDEMA", "width": 50, "hidden": False}] + [
        {"key": column.key, "width": -5 if column.key == "name" else 10**9, "hidden": True}
        for column in model(table).columns
    ]
    content = {"version": 1, "columns": columns, "ordering": {"column": "p_EDEMA", "descending": True}}
    assert table.restore_state(json.dumps(content).encode())
    header = table.horizontalHeader()
    assert header.hiddenSectionCount() == header.count() - 1  # one is left to bring the others back by
    assert model(table).ordering == Ordering()


def test_columns_stand_as_they_stood_when_other_findings_come(table_of: TableOf) -> None:
    table = table_of(FIVE)
    header = table.horizontalHeader()
    header.hideSection(section(table, "folder"))
    header.resizeSection(section(table, "label"), 222)
    table.set_ordering(Ordering("warnings"))
    model(table).set_findings(FINDINGS[:2])
    assert header.isSectionHidden(section(table, "folder"))
    assert header.sectionSize(section(table, "label")) == 222
    assert header.sortIndicatorSection() == section(table, "warnings")
    assert table.itemDelegateForColumn(section(table, "p_NORMAL")) is not None
    assert table.itemDelegateForColumn(section(table, "uncertain")) in (None, table.itemDelegate())


def test_the_last_column_cannot_be_hidden_and_all_come_back_at_once(table_of: TableOf) -> None:
    table = table_of(FIVE)
    header = table.horizontalHeader()
    for place in range(1, header.count()):
        header.hideSection(place)
    menu = QMenu()
    table.fill_columns_menu(menu)
    assert [action.isEnabled() for action in menu.actions()[:2]] == [False, True]
    menu.actions()[-1].trigger()
    assert header.hiddenSectionCount() == 0


def test_columns_move_by_the_keyboard_past_hidden_ones(table_of: TableOf) -> None:
    table = table_of(FIVE)
    header = table.horizontalHeader()
    header.hideSection(section(table, "predicted"))
    table.setCurrentIndex(model(table).index(0, section(table, "name")))
    menu = QMenu()
    table.fill_columns_menu(menu)
    next(action for action in menu.actions() if action.text().endswith("Right")).trigger()
    assert header.visualIndex(section(table, "name")) > header.visualIndex(section(table, "status"))


def test_the_menu_has_the_actions_that_were_given_and_sorts(table_of: TableOf, qtbot) -> None:
    table = table_of(FIVE)
    action, line = QAction("Analyse Again", table), QAction(table)
    line.setSeparator(True)
    table.set_actions([action, line])
    table.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), QPoint(5, 5)))
    (menu,) = (m for m in table.findChildren(QMenu) if m.isVisible())
    assert menu.actions()[:2] == [action, line]
    sort_by = menu.actions()[-1].menu()
    assert isinstance(sort_by, QMenu)
    next(entry for entry in sort_by.actions() if entry.text() == "Name").trigger()
    assert shown(table) == "abcde"
    menu.close()
    qtbot.waitUntil(lambda: not table.findChildren(QMenu))
    again = QMenu()
    table.fill_sort_menu(again)
    assert [entry.text() for entry in again.actions() if entry.isChecked()] == ["Name", "Ascending"]
    next(entry for entry in again.actions() if entry.text() == "Descending").trigger()
    assert shown(table) == "edcba"


def test_selected_rows_are_dragged_as_copies_of_their_files(table_of: TableOf, monkeypatch: pytest.MonkeyPatch) -> None:
    table = table_of(FIVE)
    dragged: list[tuple[QMimeData, Qt.DropAction]] = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, action: dragged.append((drag.mimeData(), action)))
    table.select_film(number(table, "b"))
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    table.startDrag(Qt.DropAction.MoveAction)
    ((mime_data, action),) = dragged
    assert [Path(url.toLocalFile()).name for url in mime_data.urls()] == ["b.png", "e.png"]
    assert action == Qt.DropAction.CopyAction


def test_thumbnails_are_wanted_for_what_is_on_the_screen_only(
    table_of: TableOf, store: ResultStore, thumbnails, qtbot
) -> None:
    fill_at_random(store, 500)
    table = table_of({})
    qtbot.waitUntil(lambda: 5 <= len(thumbnails.wanted) <= 12)
    film = model(table).film(0)
    assert film is not None
    assert thumbnails.wanted[0] == film.path
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())
    last = model(table).film(499)
    assert last is not None
    qtbot.waitUntil(lambda: thumbnails.wanted[-1] == last.path)
    assert len(thumbnails.wanted) <= 12


def test_rows_grow_with_the_text(table_of: TableOf) -> None:
    table = table_of(FIVE)
    before = table.rowHeight(0)
    table.setFont(QFont(table.font().family(), 40))
    assert table.rowHeight(0) > before
    assert table.rowHeight(0) > table.fontMetrics().height()


def test_it_says_what_it_is_and_edits_nothing(table_of: TableOf) -> None:
    table = table_of(FIVE)
    assert table.accessibleName() == "Study list"
    assert table.accessibleDescription()
    assert table.editTriggers() == QAbstractItemView.EditTrigger.NoEditTriggers
