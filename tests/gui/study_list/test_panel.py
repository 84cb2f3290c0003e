"""The pieces of the study list work on one another."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cxrviewer.gui.study_list.model import StudyListModel
from cxrviewer.gui.study_list.panel import StudyListPanel
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list import Ordering
from cxrviewer.results.study_list_changes import FilmOutcome, record_outcomes
from tests.results.stored_lists import FINDINGS, KEY, fill, ok, refused


@pytest.fixture
def panel(store: ResultStore, qtbot) -> StudyListPanel:
    fill(store, {"/films/b.png": ok(1, (0.9, 0.1)), "/films/a.png": refused(2), "/films/c.png": None})
    model = StudyListModel(store, FINDINGS)
    panel = StudyListPanel(store, model)
    model.setParent(panel)
    qtbot.addWidget(panel)
    panel.resize(900, 400)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def names(panel: StudyListPanel) -> list[str]:
    films = [panel.model.film(row) for row in range(panel.model.rowCount())]
    return [film.path.name for film in films if film]


def test_what_is_typed_is_found_and_counted(panel: StudyListPanel) -> None:
    assert panel.filter_bar.count.text() == "Films: 3"
    QTest.keyClicks(panel.filter_bar.text, "a.PNG")
    QTest.keyClick(panel.filter_bar.text, Qt.Key.Key_Return)
    assert (names(panel), panel.filter_bar.count.text()) == (["a.png"], "Films: 1 of 3")
    QTest.mouseClick(panel.filter_bar.reset, Qt.MouseButton.LeftButton)
    assert (names(panel), panel.filter_bar.count.text()) == (["b.png", "a.png", "c.png"], "Films: 3")


def test_sorting_again_is_offered_once_a_result_came_and_does_it(panel: StudyListPanel, store: ResultStore) -> None:
    panel.table.set_ordering(Ordering("p_NORMAL", descending=True))
    assert names(panel) == ["b.png", "a.png", "c.png"]
    assert not panel.filter_bar.resort.isVisible()
    last = panel.model.film_number(2)
    record_outcomes(store, KEY, [FilmOutcome(last, ok(3, (0.95, 0.05)))])
    panel.model.films_changed([last])
    panel.model.tell_changes()
    assert names(panel) == ["b.png", "a.png", "c.png"]
    QTest.mouseClick(panel.filter_bar.resort, Qt.MouseButton.LeftButton)
    assert names(panel) == ["c.png", "b.png", "a.png"]
    assert not panel.filter_bar.resort.isVisible()


def test_other_findings_are_columns_and_choices(panel: StudyListPanel) -> None:
    panel.set_findings(("NORMAL", "EDEMA"), {"EDEMA": 0.4})
    titles = [column.title for column in panel.model.columns if column.kind == "probability"]
    assert titles == ["NORMAL", "EDEMA"]
    assert panel.filter_bar.finding.findData("EDEMA") > 0
    assert panel.filter_bar.probability_finding.findData("COVID19") < 0
