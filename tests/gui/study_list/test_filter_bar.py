"""The bar puts together the filter that a person means, and tells of it once they have said it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QComboBox, QWidget

from cxrviewer.gui.study_list.filter_bar import TYPING_DELAY_MS, FilterBar
from cxrviewer.results.study_list import EVERYTHING, Filter, ProbabilityRange
from tests.results.stored_lists import FINDINGS


@pytest.fixture
def bar(qtbot) -> FilterBar:
    bar = FilterBar(FINDINGS)
    qtbot.addWidget(bar)
    bar.more.setChecked(True)
    bar.resize(900, 80)
    bar.show()
    qtbot.waitExposed(bar)
    return bar


def told(spy: QSignalSpy) -> list[Filter]:
    return [spy.at(place)[0] for place in range(spy.count())]


def choose(box: QComboBox, text: str) -> None:
    box.setCurrentIndex(box.findText(text))


def test_typing_is_told_once_it_pauses(bar: FilterBar, qtbot) -> None:
    spy = QSignalSpy(bar.filter_changed)
    QTest.keyClicks(bar.text, "Film 12")
    assert spy.count() == 0
    qtbot.waitUntil(lambda: spy.count() == 1, timeout=TYPING_DELAY_MS * 20)
    assert told(spy) == [Filter(text="Film 12")]
    QTest.keyClicks(bar.text, " ")
    qtbot.wait(TYPING_DELAY_MS * 2)
    assert spy.count() == 1  # a space is on its way to a word
    QTest.keyClicks(bar.text, "a")
    QTest.keyClick(bar.text, Qt.Key.Key_Return)
    assert told(spy)[1:] == [Filter(text="Film 12 a")]
    qtbot.wait(TYPING_DELAY_MS * 2)
    assert spy.count() == 2


def test_choices_are_told_at_once_and_together_make_one_filter(bar: FilterBar) -> None:
    spy = QSignalSpy(bar.filter_changed)
    choose(bar.finding, "COVID19")
    choose(bar.status, "Analysed")
    QTest.mouseClick(bar.uncertain, Qt.MouseButton.LeftButton, pos=bar.uncertain.rect().center())
    bar.unlabelled.setChecked(True)
    assert told(spy) == [
        Filter(finding="COVID19"),
        Filter(finding="COVID19", status="ok"),
        Filter(finding="COVID19", status="ok", uncertain=True),
        Filter(finding="COVID19", status="ok", uncertain=True, labelled=False),
    ]


def test_a_range_needs_a_finding(bar: FilterBar, qtbot) -> None:
    assert not bar.minimum.isEnabled()
    spy = QSignalSpy(bar.filter_changed)
    choose(bar.probability_finding, "PNEUMONIA")
    assert bar.minimum.isEnabled()
    bar.minimum.setValue(0.35)
    bar.maximum.setValue(0.9)
    qtbot.waitUntil(lambda: spy.count() == 2, timeout=TYPING_DELAY_MS * 20)
    assert told(spy)[1] == Filter(probability=ProbabilityRange("PNEUMONIA", 0.35, 0.9))


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(text="a b", status="refused"),
        Filter(finding="NORMAL", probability=ProbabilityRange("COVID19", 0.05, 0.6)),
        Filter(finding="EDEMA", probability=ProbabilityRange("EFFUSION", 0.5, 1.0)),
        Filter(uncertain=True, labelled=False),
    ],
)
def test_a_filter_that_is_given_is_shown_and_told_in_one(bar: FilterBar, wanted: Filter) -> None:
    spy = QSignalSpy(bar.filter_changed)
    bar.set_filter(wanted)
    assert bar.current_filter == wanted
    assert told(spy) == [wanted]
    assert bar.reset.isVisible()
    bar.set_filter(wanted)
    assert spy.count() == 1
    QTest.mouseClick(bar.reset, Qt.MouseButton.LeftButton)
    assert told(spy)[1:] == [EVERYTHING]
    assert not bar.reset.isVisible()
    assert bar.text.hasFocus()


def test_conditions_come_and_go_and_say_how_many_are_set(bar: FilterBar, qtbot) -> None:
    bar.more.setChecked(False)
    fields = (bar.finding, bar.status, bar.probability_finding, bar.minimum, bar.maximum, bar.uncertain, bar.unlabelled)
    assert not any(field.isVisible() for field in fields)
    assert (bar.more.text(), bar.more.accessibleName()) == ("", "Conditions")
    bar.set_filter(Filter(text="a"))
    assert not any(field.isVisible() for field in fields)
    bar.set_filter(Filter(text="a", status="ok", uncertain=True))
    assert all(field.isVisible() for field in fields)  # whoever sets one shows it
    qtbot.mouseClick(bar.more, Qt.MouseButton.LeftButton)
    assert not any(field.isVisible() for field in fields)
    assert (bar.more.text(), bar.more.accessibleName()) == ("2", "Conditions: 2")


def test_the_choice_outlives_other_findings(bar: FilterBar) -> None:
    choose(bar.finding, "NORMAL")
    spy = QSignalSpy(bar.filter_changed)
    bar.set_findings(("EDEMA", "NORMAL"))
    assert (bar.current_filter, spy.count()) == (Filter(finding="NORMAL"), 0)
    bar.set_findings(("EDEMA",))
    assert bar.current_filter == Filter(finding="NORMAL")


def test_counts_and_the_offer_to_sort_again(bar: FilterBar) -> None:
    bar.set_counts(1234, 1234)
    assert bar.count.text() in ("Films: 1,234", "Films: 1234")
    bar.set_counts(3, 12)
    assert bar.count.text() == "Films: 3 of 12"
    assert not bar.resort.isVisible()
    bar.set_out_of_order(True)
    spy = QSignalSpy(bar.resort_requested)
    QTest.mouseClick(bar.resort, Qt.MouseButton.LeftButton)
    assert spy.count() == 1


def test_every_field_has_a_name_to_be_read_out(bar: FilterBar) -> None:
    fields: list[QWidget] = [bar.text, bar.finding, bar.status, bar.probability_finding, bar.minimum, bar.maximum]
    assert all(field.accessibleName() for field in fields)
    assert len({field.accessibleName() for field in fields}) == len(fields)
    bar.focus_text()
    assert bar.text.hasFocus()


def test_conditions_go_on_in_another_line_where_it_is_narrow(bar: FilterBar) -> None:
    wide = bar.heightForWidth(1600)
    narrow = bar.heightForWidth(bar.minimumSizeHint().width())
    assert narrow > wide
    assert bar.minimumSizeHint().width() < 450
