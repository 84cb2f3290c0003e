"""The strip says how far the analysis is and asks for what its buttons say."""

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QSignalSpy, QTest

from cxrviewer.gui.bridge.analysis_progress import AnalysisProgress
from cxrviewer.gui.study_list.progress_strip import ProgressStrip

RUNNING = AnalysisProgress(total=2000, done=412, ok=400, refused=10, errors=2, rate=14.25, seconds_left=111.4)


@pytest.fixture
def strip(qtbot) -> ProgressStrip:
    strip = ProgressStrip()
    strip.setLocale(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    qtbot.addWidget(strip)
    return strip


def test_it_is_there_while_there_is_something_to_do(strip: ProgressStrip) -> None:
    strip.show_progress(AnalysisProgress())
    assert not strip.isVisible()
    strip.show_progress(RUNNING)
    assert strip.isVisible()
    assert (strip.bar.value(), strip.bar.maximum()) == (412, 2000)
    assert strip.words.text() == "412 of 2,000, 14.3 a second, 2 min left"
    assert strip.counts.text() == "Analysed: 400, refused: 10, failed: 2"
    strip.show_progress(AnalysisProgress(total=2000, done=2000, ok=2000))
    assert not strip.isVisible()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (59.4, "59 s"), (60, "1 min"), (3569, "59 min"), (3600, "1 h 0 min"), (9000, "2 h 30 min")],
)
def test_the_time_left_in_words(strip: ProgressStrip, seconds: float, words: str) -> None:
    strip.show_progress(AnalysisProgress(total=2, done=1, rate=1.0, seconds_left=seconds))
    assert strip.words.text().endswith(f", {words} left")


def test_no_rate_is_made_up(strip: ProgressStrip) -> None:
    strip.show_progress(AnalysisProgress(total=10, done=1))
    assert strip.words.text() == "1 of 10"


def test_pause_becomes_resume_where_the_keyboard_is(strip: ProgressStrip, qtbot) -> None:
    asked = [QSignalSpy(s) for s in (strip.pause_requested, strip.resume_requested, strip.cancel_requested)]
    strip.show_progress(RUNNING)
    qtbot.waitExposed(strip)
    strip.pause.setFocus()
    QTest.keyClick(strip.pause, Qt.Key.Key_Space)
    assert [spy.count() for spy in asked] == [1, 0, 0]
    assert strip.pause.isVisible()  # it shows what is, not what was asked for
    strip.show_progress(AnalysisProgress(total=2000, done=413, paused=True))
    assert (strip.pause.isVisible(), strip.resume.isVisible()) == (False, True)
    assert strip.words.text() == "413 of 2,000, paused"
    assert strip.focusWidget() is strip.resume
    QTest.mouseClick(strip.resume, Qt.MouseButton.LeftButton)
    QTest.mouseClick(strip.cancel, Qt.MouseButton.LeftButton)
    assert [spy.count() for spy in asked] == [1, 1, 1]
