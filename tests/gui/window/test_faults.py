"""What goes wrong is said in one place, once, and the window lives on."""

import sqlite3
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from cxrviewer.gui import app as program
from cxrviewer.gui.app import say_exceptions
from cxrviewer.gui.notices import Notices
from cxrviewer.gui.preferences.preferences import Preferences
from cxrviewer.results.store import STORE_FILE
from tests.films import write_png
from tests.gui.window.bench import Bench


class OtherWindows(QObject):
    """Notes every window that is shown while it watches."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []
        QApplication.instance().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(type(watched).__name__)
        return False


def break_store(bench: Bench, table: str = "film", change: str = "UPDATE") -> None:
    """Have every change of a table fail, as on a disk that is full or read-only."""
    with sqlite3.connect(bench.home / STORE_FILE) as connection:
        connection.execute(
            f"CREATE TRIGGER broken BEFORE {change} ON {table} BEGIN SELECT RAISE(FAIL, 'disk I/O error'); END"
        )
    connection.close()


def mend_store(bench: Bench) -> None:
    with sqlite3.connect(bench.home / STORE_FILE) as connection:
        connection.execute("DROP TRIGGER broken")
    connection.close()


def test_an_exception_in_a_slot_is_a_notice(listed: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    say_exceptions(listed.notices)

    def fail(_checked: bool) -> None:
        raise ZeroDivisionError("of a slot")

    listed.action("view.reset").triggered.connect(fail)
    watch = OtherWindows()
    listed.trigger("view.reset")
    assert [notice.text for notice in listed.notices.notices] == [
        "Something failed that should not have: ZeroDivisionError. Please report it with the details."
    ]
    assert "of a slot" in listed.notices.notices[0].details
    listed.until(lambda: listed.window._docks.is_visible("notices"))
    assert watch.shown == []  # no dialog
    listed.go_to("film216.png")
    listed.check_one_film()


def test_what_cannot_be_put_on_the_list_is_said_once(listed: Bench, tmp_path: Path) -> None:
    break_store(listed, change="INSERT")
    folder = tmp_path / "many"
    folder.mkdir()
    for side in range(96, 104):
        write_png(folder / f"film{side}.png", side)
    listed.window.open([folder])
    listed.until(lambda: not listed.window.opening.opening.is_running)
    assert [notice.times for notice in listed.notices.notices] == [1]
    assert "disk I/O error" in listed.notices.notices[0].text
    assert listed.model.rowCount() == 9
    mend_store(listed)
    listed.window.open([folder])
    listed.until(lambda: listed.model.rowCount() == 17)
    listed.until_done()
    assert listed.statuses()["film96.png"] == "ok"


def test_labels_and_removals_that_cannot_be_kept_leave_all_as_it_was(listed: Bench) -> None:
    break_store(listed)
    listed.trigger("film.remove")
    assert len(listed.notices.notices) == 1
    assert len(listed.names()) == 9
    assert not listed.action("edit.undo").isEnabled()
    listed.notices.clear()
    mend_store(listed)
    listed.trigger("film.remove")
    assert len(listed.names()) == 8
    break_store(listed)
    listed.trigger("edit.undo")
    assert len(listed.notices.notices) == 1
    assert len(listed.names()) == 8
    mend_store(listed)
    listed.trigger("edit.redo")
    listed.trigger("edit.undo")  # once more
    assert len(listed.names()) == 9
    assert listed.statuses()["film200.png"] == "ok"


def test_results_that_cannot_be_kept_stop_the_analysis_and_it_goes_on_when_asked(empty: Bench, tmp_path: Path) -> None:
    film = write_png(tmp_path / "film96.png", 96)
    empty.window.open([film])
    empty.until_done()
    empty.until(lambda: empty.is_settled("film96.png"))
    other = write_png(tmp_path / "film104.png", 104)
    break_store(empty, "analysis", "INSERT")
    empty.window.open([other])
    empty.until(lambda: empty.session.runner.engine_state.phase == "failed")
    empty.until(lambda: bool(empty.notices.notices))
    assert [notice.times for notice in empty.notices.notices] == [1]
    assert "disk I/O error" in empty.notices.notices[0].text
    assert empty.window.status.engine.text().startswith("The engine cannot run: ")
    assert empty.window.unfinished.words.text() == "One film has no result yet."
    mend_store(empty)
    empty.trigger("analysis.resume")
    empty.until_done()
    assert empty.statuses()["film104.png"] == "ok"


def test_neither_errors_nor_films_flash_other_windows(listed: Bench) -> None:
    listed.window._docks.show("notices")
    watch = OtherWindows()
    listed.notices.add("The disk is full.", details="errno 28")
    listed.notices.add("The disk is full.", details="errno 28")
    QApplication.processEvents()
    for name in ("film216.png", "notes256.txt", "film208"):
        listed.go_to(name)
    assert watch.shown == []
    assert len(listed.window.notices_panel.cards) == 1
    assert QApplication.activeWindow() is listed.window


def test_a_store_that_cannot_be_opened_is_asked_about(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("no folder", encoding="utf-8")
    preferences, notices = Preferences(store_folder=str(blocked)), Notices()
    answers = iter(("Close", "Go On"))
    asked: list[str] = []

    def answer(box: QMessageBox) -> int:
        asked.append(box.text())
        wanted = next(answers)
        next(button for button in box.buttons() if button.text().replace("&", "") == wanted).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    assert program._open_store(preferences, notices) is None
    assert notices.notices == ()
    store = program._open_store(preferences, notices)
    assert store is not None
    assert not str(store.path).startswith(str(blocked))
    store.close()
    assert all(str(blocked) in text for text in asked)
    assert [notice.text for notice in notices.notices] == asked[1:]


def test_closing_twice_and_what_comes_afterwards_do_no_harm(listed: Bench) -> None:
    listed.table.selectAll()
    listed.trigger("view.invert")
    listed.window.close()
    listed.window.close()
    listed.qtbot.wait(300)  # timers that were running
    assert listed.notices.notices == ()
    listed.start()
    listed.until(lambda: listed.canvas.radiograph is not None)
    listed.check_one_film()
