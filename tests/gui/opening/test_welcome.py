"""The empty window says what to do, in every theme and size."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QScrollArea

from cxrviewer.gui.opening.dropping import DropOverlay
from cxrviewer.gui.opening.welcome import WelcomePage
from cxrviewer.gui.panels.not_for_diagnosis import NotForDiagnosisLine
from cxrviewer.gui.theme import dark_palette, scaled_font
from tests.gui.pictures import assert_looks_as_golden, picture_of, themed

RECENT = [
    "/films/archive 2021/patient 000123/IM-0001-0001.dcm",
    "/films/archive 2021",
    "/films/" + "a-very-long-name-" * 8 + "end.png",
    "/films/été Ωμέγα & more.png",
    "/media/usb/DICOMDIR",
    "/films/line\nbreak.png",
    "/films/seventh.png",
]


@pytest.fixture
def page(qtbot):
    with themed("light"):
        page = WelcomePage()
        qtbot.addWidget(page)
        page.resize(700, 500)
        page.show()
        yield page


def test_each_button_asks_for_what_it_says(page, qtbot) -> None:
    for button, signal in (
        (page.files_button, page.open_files),
        (page.folder_button, page.open_folder),
        (page.samples_button, page.open_samples),
    ):
        with qtbot.waitSignal(signal, timeout=1000):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert page.files_button.accessibleName() == "Open Files…"
    assert "Ctrl+O" in page.files_button.text()
    assert "Ctrl+V" in page.hint.said
    assert page.samples_button.accessibleDescription().endswith(".")


def test_recent_paths_are_links_for_mouse_and_keyboard(page, qtbot) -> None:
    asked = []
    page.open_path.connect(asked.append)
    page.set_recent(RECENT)
    assert [link.path for link in page.links] == [Path(path) for path in RECENT[:6]]
    assert page.recent_title.isVisible()
    for link in page.links:
        qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    page.links[1].setFocus()
    qtbot.keyClick(page.links[1], Qt.Key.Key_Space)
    assert asked == [*(Path(path) for path in RECENT[:6]), Path(RECENT[1])]
    assert page.links[0].toolTip() == page.links[0].accessibleName() == RECENT[0]
    page.set_recent([])
    assert page.links == ()
    assert not page.recent_title.isVisible()


def test_tab_goes_from_the_buttons_to_the_links(page, qtbot) -> None:
    page.set_recent(RECENT[:2])
    qtbot.waitUntil(lambda: all(link.isVisible() for link in page.links))
    page.files_button.setFocus()
    order = [QApplication.focusWidget()]
    for _ in range(4):
        qtbot.keyClick(order[-1], Qt.Key.Key_Tab)
        order.append(QApplication.focusWidget())
    assert order == [page.files_button, page.folder_button, page.samples_button, *page.links]


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("size", [(1600, 1000), (700, 500)])
def test_nothing_is_cut_off_sideways_and_the_sentence_stays(scale, size, page) -> None:
    page.setFont(scaled_font(QFont(page.font()), scale))
    page.set_recent(RECENT)
    page.resize(*size)
    QApplication.processEvents()
    area = page.findChild(QScrollArea)
    room = area.viewport().width()
    assert area.widget().width() <= room
    for widget in (page.title, page.hint, page.files_button, page.folder_button, page.samples_button, *page.links):
        left = widget.mapTo(area.widget(), QPoint()).x()
        assert left >= 0
        assert left + widget.width() <= room
    line = page.findChild(NotForDiagnosisLine)
    assert line.isVisible()
    assert page.rect().contains(line.geometry())
    assert line.width() >= line.sizeHint().width()


def test_icons_follow_the_theme(page) -> None:
    def ink() -> int:
        image = page.files_button.icon().pixmap(16, 16).toImage()
        return max(
            (image.pixelColor(x, y) for x in range(16) for y in range(16)), key=lambda colour: colour.alpha()
        ).lightness()

    assert ink() < 80
    QApplication.instance().setPalette(dark_palette())
    QApplication.processEvents()
    assert ink() > 180


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_looks_as_it_did(theme, qtbot) -> None:
    with themed(theme):
        page = WelcomePage()
        qtbot.addWidget(page)
        page.set_recent(RECENT)
        assert_looks_as_golden(picture_of(page, 700, 500), f"welcome_{theme}")
        overlay = DropOverlay(page)
        overlay.cover()
        assert_looks_as_golden(picture_of(page, 700, 500), f"drop_overlay_{theme}")
