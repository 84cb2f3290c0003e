"""Errors are shown in words in one place, newest first, with details to open and copy."""

from datetime import datetime, timedelta

import pytest
from PySide6.QtGui import QGuiApplication

from cxrviewer.errors import StoreError
from cxrviewer.gui.notices import Notices, NoticesPanel
from tests.gui.pictures import assert_looks_as_golden, picture_of, themed


def clock():
    moment = datetime(2026, 1, 2, 3, 4, 5)

    def now() -> datetime:
        nonlocal moment
        moment += timedelta(seconds=1)
        return moment

    return now


@pytest.fixture
def notices(qapp) -> Notices:
    return Notices(now=clock())


def test_the_newest_stands_first_and_the_same_again_only_counts(notices, qtbot) -> None:
    panel = NoticesPanel(notices)
    qtbot.addWidget(panel)
    panel.show()
    notices.add("The disk is full.", details="errno 28")
    notices.add("One film has no spacing.", level="warning")
    for _ in range(3):
        notices.add("The disk is full.", details="errno 28")
    assert [card.notice.text for card in panel.cards] == [
        "The disk is full.", "One film has no spacing.", "The disk is full.",
    ]  # fmt: skip
    assert [card.notice.times for card in panel.cards] == [3, 1, 1]
    assert panel.cards[0].when.text().endswith(", 3 times in a row")
    copied = panel.as_text()
    assert copied.startswith("2026-01-02 03:04:10 error: The disk is full. (x 3)\nerrno 28")


def test_details_open_are_copied_and_stay_open_when_more_comes(notices, qtbot) -> None:
    panel = NoticesPanel(notices)
    qtbot.addWidget(panel)
    panel.show()
    notices.add("The disk is full.", details="errno 28")
    card = panel.cards[0]
    assert not card.details.isVisible()
    card.details_button.click()
    qtbot.waitUntil(card.details.isVisible)
    card.copy_button.click()
    assert QGuiApplication.clipboard().text() == "2026-01-02 03:04:06 error: The disk is full.\nerrno 28"
    notices.add("Another.")
    assert panel.cards[1] is card
    assert card.details.isVisible()
    assert not panel.cards[0].details_button.isVisible()  # there are none


def test_an_error_of_the_program_speaks_for_itself_and_any_other_is_called_a_fault(notices) -> None:
    notices.add_error(StoreError("the results store cannot be used; check the disk."))
    assert notices.notices[0].text == "the results store cannot be used; check the disk."
    assert notices.notices[0].details == "StoreError (store)"
    try:
        {}["missing"]
    except KeyError as error:
        notices.add_error(error)
    assert "Please report it" in notices.notices[0].text
    assert "Traceback" in notices.notices[0].details
    assert "test_notices.py" in notices.notices[0].details


def test_many_notices_are_bounded_and_can_be_cleared(notices, qtbot) -> None:
    panel = NoticesPanel(notices)
    qtbot.addWidget(panel)
    for number in range(300):
        notices.add(f"Notice {number}.")
    assert len(notices.notices) == 200
    assert panel.cards == ()  # nobody sees it yet
    panel.show()
    assert panel.cards[0].notice.text == "Notice 299."
    first = panel.cards[0]
    notices.add("Another.")
    assert panel.cards[1] is first  # what is there is not made again
    assert len(panel.cards) == 50
    panel.clear_button.click()
    assert panel.cards == ()
    assert not panel.clear_button.isEnabled()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_panel_looks_as_the_golden_image(notices, qtbot, theme: str) -> None:
    with themed(theme):
        panel = NoticesPanel(notices)
        qtbot.addWidget(panel)
        notices.add("3 films were opened.", level="information")
        notices.add("The setting theme cannot be 'pink'; it is 'system' until you change it.", level="warning")
        notices.add(
            "The results store cannot be used; check the disk and your rights there.", details="StoreError (store)"
        )
        panel.show()
        panel.cards[0].details_button.click()
        assert_looks_as_golden(picture_of(panel, 380, 340), f"notices_{theme}")
