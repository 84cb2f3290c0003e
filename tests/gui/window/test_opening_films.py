"""Files come into the window on every way there is, and it is never held up meanwhile."""

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog

from cxrviewer.gui.opening.welcome import WelcomePage
from cxrviewer.gui.panels.network_input_panel import InputPicture
from tests.films import write_dicom, write_png
from tests.gui.window.bench import Bench
from tests.gui.window.conftest import make_films

CTRL = Qt.KeyboardModifier.ControlModifier


def test_dropped_files_are_listed_analysed_and_the_first_is_shown(empty: Bench, tmp_path: Path) -> None:
    assert empty.window.centralWidget().currentWidget() is empty.window.welcome
    films = [write_png(tmp_path / f"film{side}.png", side, seed=side) for side in (96, 104)]
    empty.drop(films)
    empty.until(lambda: empty.is_settled("film96.png"))
    assert empty.window.centralWidget().currentWidget() is empty.window.compare
    empty.until_done()
    assert empty.statuses() == {"film96.png": "ok", "film104.png": "ok"}
    empty.check_one_film()
    assert empty.panels.result.bars
    assert empty.notices.notices == ()


def test_a_folder_dropped_on_a_field_is_searched(empty: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "ward 7"
    folder.mkdir()
    write_dicom(folder / "no_extension112", 112)
    (folder / "below").mkdir()
    write_png(folder / "below" / "film120.png", 120)
    empty.drop([folder], on=empty.window.study_list.filter_bar.text)
    empty.until(lambda: empty.model.rowCount() == 2)
    empty.until_done()
    assert set(empty.statuses().values()) == {"ok"}
    assert empty.window.study_list.filter_bar.text.text() == ""


def test_a_path_is_pasted_and_so_is_a_picture(empty: Bench, tmp_path: Path) -> None:
    film = write_png(tmp_path / "film96.png", 96)
    QGuiApplication.clipboard().setText(str(film))
    empty.key(Qt.Key.Key_V, CTRL)
    empty.until(lambda: empty.is_settled("film96.png"))
    picture = QImage(str(film))
    mime = QMimeData()
    mime.setImageData(picture)
    QGuiApplication.clipboard().setMimeData(mime)
    empty.key(Qt.Key.Key_V, CTRL)
    empty.until(lambda: empty.model.rowCount() == 2)
    empty.until(lambda: empty.name.startswith("pasted-") and empty.canvas.radiograph is not None)
    assert empty.canvas.radiograph.stored.shape == (96, 96)
    empty.until_done()
    QGuiApplication.clipboard().setText("no path at all")
    empty.key(Qt.Key.Key_V, CTRL)
    assert "The clipboard holds no file, path or picture." in empty.said
    assert empty.notices.notices == ()


def test_text_is_pasted_into_the_filter(listed: Bench) -> None:
    QGuiApplication.clipboard().setText("film2")
    listed.trigger("edit.filter")
    listed.key(Qt.Key.Key_V, CTRL)
    assert listed.window.study_list.filter_bar.text.text() == "film2"
    listed.until(lambda: listed.model.rowCount() == 6)
    assert listed.session.runner.progress.total == 0


def test_the_samples_open_from_the_welcome_page(empty: Bench) -> None:
    welcome = empty.window.welcome
    assert isinstance(welcome, WelcomePage)
    QTest.mouseClick(welcome.samples_button, Qt.MouseButton.LeftButton)
    empty.until(lambda: empty.model.rowCount() == 5)
    empty.until_done()
    assert set(empty.statuses().values()) == {"ok"}
    assert empty.name.startswith("synthetic-")
    assert empty.notices.notices == ()


def test_recent_files_are_offered_after_a_restart(empty: Bench, tmp_path: Path) -> None:
    film = write_png(tmp_path / "film96.png", 96)
    empty.window.open([film])
    empty.until(lambda: empty.is_settled("film96.png"))
    empty.trigger("film.remove")
    empty.restart()
    assert [link.path for link in empty.window.welcome.links] == [film]
    (line, *_) = [a for a in empty.window._recent_menu.actions() if a.toolTip() == str(film)]
    line.trigger()
    empty.until(lambda: empty.is_settled("film96.png"))
    empty.until_done()
    empty.trigger("file.recent")
    palette = QApplication.activeModalWidget()
    assert isinstance(palette, QDialog)
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    empty.trigger("file.clear_recent")
    assert empty.window.welcome.links == ()
    empty.until(lambda: not empty.window.opening.opening.is_running)


def test_a_folder_without_files_and_a_path_that_is_gone_are_said_once(empty: Bench, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    empty.window.open([tmp_path / "nothing"])
    empty.until(lambda: bool(empty.notices.notices))
    assert [(n.text, n.level) for n in empty.notices.notices] == [("What was opened holds no files.", "warning")]
    empty.notices.clear()
    empty.window.open([tmp_path / "gone.dcm"])
    empty.until(lambda: not empty.window.opening.opening.is_running)
    assert [notice.text.split("; ")[0] for notice in empty.notices.notices] == [
        f"expected a file or a folder at {tmp_path / 'gone.dcm'}, found none that can be opened "
        "(No such file or directory)"
    ]
    assert empty.notices.notices[0].times == 1
    assert QApplication.activeModalWidget() is None


def test_each_open_shows_its_own_first_film(empty: Bench, tmp_path: Path) -> None:
    one, other = write_png(tmp_path / "film96.png", 96), write_png(tmp_path / "film104.png", 104)
    empty.window.open([one])
    empty.window.open([other])
    empty.until(lambda: empty.is_settled("film104.png"))
    assert empty.names() == ["film96.png", "film104.png"]
    empty.until_done()
    empty.window.open([one])  # it is listed already
    empty.until(lambda: empty.is_settled("film96.png"))


def test_a_film_that_the_filter_hides_is_shown_where_it_is_opened(listed: Bench, tmp_path: Path) -> None:
    listed.window.study_list.filter_bar.text.setText("film216")
    listed.until(lambda: listed.names() == ["film216.png"])
    listed.window.open([write_png(tmp_path / "film96.png", 96)])
    listed.until(lambda: listed.is_settled("film96.png"))
    listed.until_done()
    assert "film96.png" in listed.names()


def test_the_event_loop_turns_while_films_are_opened_and_analysed(empty: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(40):
        write_png(folder / f"{number}-film{96 + number}.png", 96 + number, seed=number)
    empty.window.open([folder])
    longest, begun = 0.0, time.monotonic()
    before = begun
    while before - begun < 30 and len(empty.outcomes) < 40:
        QCoreApplication.processEvents()
        now = time.monotonic()
        longest, before = max(longest, now - before), now
        time.sleep(0.002)
    assert len(empty.outcomes) == 40
    assert longest < 0.5  # a film takes the engine some 50 ms, and its decoding as long: those are not in here
    empty.until_done()


def test_what_cannot_be_read_is_a_row_with_its_reason(empty: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "films"
    make_films(folder)
    empty.window.open([folder])
    empty.until(lambda: empty.model.rowCount() == 9)
    empty.until_done()
    statuses = empty.statuses()
    assert (statuses["half248.png"], statuses["notes256.txt"], statuses["side264.dcm"]) == (
        "error",
        "refused",
        "refused",
    )
    assert list(statuses.values()).count("ok") == 6
    assert empty.notices.notices == ()
    assert QApplication.activeModalWidget() is None
    for name in ("half248.png", "notes256.txt"):
        empty.go_to(name)
        film = empty.table.current_film()
        assert film.message
        assert empty.panels.result.explanation.said == film.message
        assert empty.canvas.message.startswith(f"{name} cannot be shown: ")
        assert not empty.action("view.invert").isEnabled()
        assert not empty.panels.window.widget().isEnabled()
        empty.check_one_film()


def test_a_view_from_the_side_is_refused_and_yet_shown(empty: Bench, tmp_path: Path) -> None:
    empty.window.open([write_dicom(tmp_path / "side264.dcm", 264, ViewPosition="LL")])
    empty.until(lambda: empty.canvas.radiograph is not None)
    empty.until_done()
    empty.until(lambda: "expected a frontal view" in empty.panels.result.explanation.said)
    assert empty.statuses() == {"side264.dcm": "refused"}
    assert any("expected a frontal view" in warning for warning in empty.canvas.radiograph.warnings)
    assert empty.action("view.invert").isEnabled()
    empty.action("heatmap.network_input").trigger()
    assert empty.panels.network_input.findChild(InputPicture).image.isNull()  # the network never saw it
    empty.check_one_film()


def test_a_film_that_moved_away_says_so_in_its_view(listed: Bench, tmp_path: Path) -> None:
    film = write_png(tmp_path / "film96.png", 96)
    listed.window.open([film])
    listed.until(lambda: listed.is_settled("film96.png"))
    listed.until_done()
    listed.restart()
    film.unlink()
    listed.go_to("film200.png")
    listed.go_to("film96.png")
    assert listed.canvas.message.startswith("film96.png cannot be shown: ")
    assert listed.panels.result.bars  # its result is kept
    listed.check_one_film()


def test_the_dialog_to_open_files_begins_where_the_last_one_ended(
    empty: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film, asked = write_png(tmp_path / "film96.png", 96), []

    def choose(_parent: object, _title: str, folder: str, *_: object) -> tuple[list[str], str]:
        asked.append(folder)
        return [str(film)], ""

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", choose)
    empty.key(Qt.Key.Key_O, CTRL)
    empty.until(lambda: empty.is_settled("film96.png"))
    empty.until_done()
    empty.restart()
    empty.key(Qt.Key.Key_O, CTRL)
    empty.until(lambda: len(asked) == 2 and not empty.window.opening.opening.is_running)
    assert asked == [str(Path.home()), str(tmp_path)]
