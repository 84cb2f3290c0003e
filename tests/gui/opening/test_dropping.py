"""Files are dropped anywhere on the window: on fields that would take them as text, too.

Events go to the window as the system knows it, where the platform's own drags arrive.
"""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMainWindow, QPlainTextEdit, QVBoxLayout, QWidget

from cxrviewer.gui.opening.dropping import FileDrops, accept_drops, dropped_paths
from cxrviewer.gui.study_list.file_urls import file_urls

COPY, MOVE, LINK, NO = (
    Qt.DropAction.CopyAction,
    Qt.DropAction.MoveAction,
    Qt.DropAction.LinkAction,
    Qt.DropAction.IgnoreAction,
)
FILMS = (Path("/films/a b.dcm"), Path("/films/ward 7"), Path("/films/no_extension"))
KEYS, BUTTON = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton


class Window(QMainWindow):
    def __init__(self) -> None:
        super().__init__()
        content = QWidget()
        layout = QVBoxLayout(content)
        self.line, self.plain, self.other = QLineEdit(), QPlainTextEdit(), QWidget()
        for widget in (self.line, self.plain, self.other):
            widget.setMinimumHeight(60)
            layout.addWidget(widget)
        self.setCentralWidget(content)
        self.resize(400, 300)


@pytest.fixture
def window(qtbot):
    window = Window()
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def told() -> list:
    return []


@pytest.fixture
def drops(window, told) -> FileDrops:
    return accept_drops(window, told.append)


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls(file_urls(paths))
    return mime


def urls(*names: str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl(name) for name in names])
    return mime


def text(content: str) -> QMimeData:
    mime = QMimeData()
    mime.setText(content)
    return mime


def send(window: QWidget, widget: QWidget, kind: type, mime: QMimeData, possible: Qt.DropAction = COPY) -> QDropEvent:
    at = widget.mapTo(window, QPoint(10, 10))
    event = kind(QPointF(at) if kind is QDropEvent else at, possible, mime, BUTTON, KEYS)
    QApplication.sendEvent(window.windowHandle(), event)
    return event


def drag_over(window: QWidget, widget: QWidget, mime: QMimeData, possible: Qt.DropAction = COPY) -> list[bool]:
    """Enter, move and drop, as a platform does; return whether each was accepted."""
    kinds = (QDragEnterEvent, QDragMoveEvent, QDropEvent)
    return [send(window, widget, kind, mime, possible).isAccepted() for kind in kinds]


@pytest.mark.parametrize("name", ["line", "plain", "other"])
def test_files_and_folders_are_opened_wherever_they_are_dropped(name, window, drops, told, qtbot) -> None:
    widget = getattr(window, name)
    assert drag_over(window, widget, files(*FILMS)) == [True, True, True]
    assert told == []  # the file manager waits for the drop to be over
    qtbot.waitUntil(lambda: told == [FILMS])
    assert (window.line.text(), window.plain.toPlainText()) == ("", "")
    assert not drops.overlay.isVisible()


def test_text_goes_on_to_the_field_under_it(window, drops, told, qtbot) -> None:
    assert all(drag_over(window, window.line, text("/films/a.dcm")))
    assert all(drag_over(window, window.plain, text("words")))
    qtbot.wait(10)
    assert (window.line.text(), window.plain.toPlainText(), told) == ("/films/a.dcm", "words", [])


def test_without_it_a_field_would_swallow_the_files(window) -> None:
    assert drag_over(window, window.plain, files(*FILMS))[-1]
    assert "file:///films" in window.plain.toPlainText()


@pytest.mark.parametrize("mime", [urls("https://example.org/a.png"), urls("sftp://host/films", "file://host/films/a")])
def test_what_is_on_another_machine_is_refused_and_the_pointer_says_so(mime, window, drops, told, qtbot) -> None:
    for kind in (QDragEnterEvent, QDragMoveEvent, QDropEvent):
        event = send(window, window.plain, kind, mime)
        assert not event.isAccepted()
        assert event.dropAction() == NO
        assert not drops.overlay.isVisible()
    qtbot.wait(10)
    assert (told, window.plain.toPlainText()) == ([], "")


def test_of_a_mixture_what_is_on_this_machine_is_opened(window, drops, told, qtbot) -> None:
    assert all(drag_over(window, window.other, urls("https://example.org/a.png", "file:///films/b.png")))
    qtbot.waitUntil(lambda: told == [(Path("/films/b.png"),)])


def test_files_are_copied_from_or_linked_and_never_moved(window, drops, told, qtbot) -> None:
    assert send(window, window.other, QDragEnterEvent, files(*FILMS), COPY | MOVE).dropAction() == COPY
    assert send(window, window.other, QDragEnterEvent, files(*FILMS), MOVE | LINK).dropAction() == LINK
    assert drag_over(window, window.other, files(*FILMS), MOVE) == [False, False, False]
    qtbot.wait(10)
    assert told == []


def test_rows_dragged_out_of_the_list_are_not_opened_again(window, drops, told, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(QDropEvent, "source", lambda _: QObject(window))
    drag_over(window, window.other, files(*FILMS))
    qtbot.wait(10)
    assert told == []
    assert not drops.overlay.isVisible()


def test_the_overlay_covers_the_window_while_files_hover(window, drops, qtbot) -> None:
    overlay = drops.overlay
    assert not overlay.isVisible()
    send(window, window.line, QDragEnterEvent, files(*FILMS))
    assert overlay.isVisible()
    assert overlay.geometry() == window.rect()
    assert window.children()[-1] is overlay  # above everything else
    assert overlay.accessibleName() == "Drop to open"
    picture = overlay.grab().toImage()
    assert len({picture.pixel(x, picture.height() // 2) for x in range(picture.width())}) > 3
    window.resize(500, 350)
    assert overlay.geometry() == window.rect()
    QApplication.sendEvent(window.windowHandle(), QDragLeaveEvent())
    assert not overlay.isVisible()


def test_a_dialog_in_front_keeps_files_out(window, drops, told, qtbot) -> None:
    dialog = QDialog(window)
    dialog.setModal(True)
    dialog.show()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is dialog)
    assert drag_over(window, window.other, files(*FILMS)) == [False, False, False]
    dialog.close()
    assert all(drag_over(window, window.other, files(*FILMS)))
    qtbot.waitUntil(lambda: told == [FILMS])


def test_a_window_that_is_shown_later_or_made_anew_takes_files(qtbot, told) -> None:
    window = Window()
    qtbot.addWidget(window)
    drops = accept_drops(window, told.append)
    window.show()
    assert all(drag_over(window, window.plain, files(FILMS[0])))
    window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    window.show()
    assert all(drag_over(window, window.plain, files(FILMS[1])))
    added = QPlainTextEdit(window)
    added.setGeometry(0, 0, 50, 50)
    added.show()
    assert all(drag_over(window, added, files(FILMS[2])))
    qtbot.waitUntil(lambda: told == [(path,) for path in FILMS])
    assert added.toPlainText() == ""
    assert drops.parent() is window


def test_events_sent_to_a_child_arrive_too(window, drops, told, qtbot) -> None:
    mime = files(*FILMS)  # events do not own it
    for kind in (QDragEnterEvent, QDropEvent):
        at = QPointF(5, 5) if kind is QDropEvent else QPoint(5, 5)
        QApplication.sendEvent(window.other, kind(at, COPY, mime, BUTTON, KEYS))
    qtbot.waitUntil(lambda: told == [FILMS])


def test_what_is_dragged_without_files_has_no_paths() -> None:
    picture = QMimeData()
    picture.setImageData(QImage(2, 2, QImage.Format.Format_RGB32))
    for mime in (QMimeData(), text("/films/a"), picture, urls("https://example.org/a.png")):
        assert dropped_paths(mime) == ()
    assert dropped_paths(files(*FILMS)) == FILMS
