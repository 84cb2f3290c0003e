"""Lists, models and tables to look at."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from cxrviewer.domain import Analysis
from cxrviewer.gui.study_list.model import StudyListModel
from cxrviewer.gui.study_list.table import StudyTable
from cxrviewer.gui.study_list.thumbnails import ThumbnailSource
from cxrviewer.results.store import ResultStore
from tests.results.stored_lists import FINDINGS, fill


class ThumbnailsByHand(ThumbnailSource):
    """Notes what is wanted; a test delivers it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wanted: list[Path] = []

    def want(self, paths: Sequence[Path]) -> None:
        self.wanted = list(paths)

    def deliver(self, path: Path, side: int = 32) -> None:
        image = QImage(side, side, QImage.Format.Format_Grayscale8)
        image.fill(200)
        self.ready.emit(path, image if side else QImage())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResultStore]:
    with closing(ResultStore(tmp_path / "results.sqlite")) as store:
        yield store


@pytest.fixture
def thumbnails(qapp) -> ThumbnailsByHand:
    return ThumbnailsByHand()


@pytest.fixture
def model_of(
    store: ResultStore, thumbnails: ThumbnailsByHand
) -> Iterator[Callable[[dict[str, Analysis | None]], StudyListModel]]:
    """Return what makes a model of analyses by path; Qt's own checks watch every change of it."""
    models: list[StudyListModel] = []

    def make(analyses: dict[str, Analysis | None]) -> StudyListModel:
        fill(store, analyses)
        models.append(StudyListModel(store, FINDINGS, thumbnails))
        return models[-1]

    yield make
    for model in models:
        model.deleteLater()


@pytest.fixture
def table_of(model_of: Callable[..., StudyListModel], qtbot) -> Callable[[dict[str, Analysis | None]], StudyTable]:
    """Return what makes a table, shown, of analyses by path."""

    def make(analyses: dict[str, Analysis | None]) -> StudyTable:
        table = StudyTable(model_of(analyses))
        qtbot.addWidget(table)
        table.resize(1200, 400)
        table.show()
        qtbot.waitExposed(table)
        return table

    return make
