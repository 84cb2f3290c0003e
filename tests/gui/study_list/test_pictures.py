"""The study list looks as it did, in light and dark, wide and narrow; its thumbnails are synthetic."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from cxrviewer.gui.bridge.analysis_progress import AnalysisProgress
from cxrviewer.gui.study_list.model import StudyListModel
from cxrviewer.gui.study_list.panel import StudyListPanel
from cxrviewer.results.film_labels import FilmLabel, set_labels
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list import Ordering
from tests.films import film
from tests.gui.pictures import Picture, assert_looks_as_golden, picture_of, themed, unlike
from tests.results.stored_lists import FINDINGS, content_hash, failed, fill, ok, refused

THRESHOLDS = {"NORMAL": 0.57, "PNEUMONIA": 0.4, "COVID19": 0.55}
FILMS = {
    "/films/ward 7/anna.dcm": ok(1, (0.03, 0.93, 0.04)),
    "/films/ward 7/" + "a-long-name-" * 6 + "at-its-end.png": ok(
        2, (0.05, 0.46, 0.49), flagged=("PNEUMONIA",), warnings=("the file gives no window", "colour reduced to grey")
    ),
    "/films/ward 7/side.dcm": refused(3, "expected a frontal view, the header says LL; classify the frontal film."),
    "/films/ward 8/half.jpg": failed(4),
    "/films/ward 8/été Ωμέγα.png": ok(5, (0.9, 0.06, 0.04)),
    "/films/ward 8/unclear.png": ok(6, (0.5, 0.3, 0.2), flagged=()),
    "/films/ward 8/waiting.dcm": None,
}


@pytest.fixture(autouse=True)
def london_in_winter() -> Iterator[None]:
    """Times are shown as the clock on the wall shows them; in pictures it is the one of Greenwich."""
    if not hasattr(time, "tzset"):
        pytest.skip("the time zone of a process cannot be set on this system")
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.fixture
def panel_of(store: ResultStore, thumbnails, qtbot):
    def make(theme: str, width: int, height: int) -> tuple[StudyListPanel, Picture]:
        set_labels(
            store,
            {
                content_hash(1): FilmLabel("agree", "PNEUMONIA", "PNEUMONIA"),
                content_hash(5): FilmLabel("disagree", "NORMAL", "COVID19", "old scars"),
            },
        )
        fill(store, FILMS)
        with themed(theme):
            model = StudyListModel(store, FINDINGS, thumbnails)
            panel = StudyListPanel(store, model)
            model.setParent(panel)
            qtbot.addWidget(panel)
            panel.set_findings(FINDINGS, THRESHOLDS)
            progress = AnalysisProgress(2000, 412, 400, 10, 2, rate=14.2, seconds_left=112.0)
            panel.progress.show_progress(progress)
            panel.filter_bar.set_out_of_order(True)
            for seed, path in enumerate(FILMS):
                if "half" not in path:
                    pixels = film(64, seed)
                    thumbnails.ready.emit(
                        Path(path), QImage(pixels.tobytes(), 64, 64, 64, QImage.Format.Format_Grayscale8)
                    )
            panel.table.select_film(model.film_number(1))
            panel.table.setFocus()  # a caret would blink
            return panel, picture_of(panel, width, height)

    return make


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("name", "width", "height"), [("wide", 1440, 500), ("narrow", 420, 420)])
def test_the_study_list_looks_as_it_did(panel_of, theme: str, name: str, width: int, height: int) -> None:
    _, picture = panel_of(theme, width, height)
    assert_looks_as_golden(picture, f"study_list_{name}_{theme}")


def test_the_comparison_sees_a_bar_a_word_and_a_row(panel_of, store: ResultStore) -> None:
    panel, before = panel_of("light", 1440, 500)
    with themed("light"):
        panel.model.set_findings(FINDINGS, {**THRESHOLDS, "COVID19": 0.3})
        assert unlike(picture_of(panel, 1440, 500), before)
        panel.model.set_findings(FINDINGS, THRESHOLDS)
        assert unlike(picture_of(panel, 1440, 500), before) == []
        panel.table.set_ordering(Ordering("name"))
        assert unlike(picture_of(panel, 1440, 500), before)
