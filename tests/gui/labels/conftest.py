"""Films with labels to give: a list in a store, its model, and what labels it in a window that is shown."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QMainWindow

from cxrviewer.domain import Analysis
from cxrviewer.gui.labels.labelling import Labelling
from cxrviewer.gui.study_list.model import StudyListModel
from cxrviewer.results.film_labels import FilmLabel, film_labels
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list import Film
from tests.results.stored_lists import FINDINGS, content_hash, failed, fill, ok, refused

NORMAL, PNEUMONIA, COVID19 = (0.9, 0.06, 0.04), (0.03, 0.93, 0.04), (0.1, 0.2, 0.7)
FILMS = {
    "/films/a.dcm": ok(1, NORMAL),
    "/films/b.dcm": ok(2, PNEUMONIA),
    "/films/c.dcm": ok(3, COVID19),
    "/films/copy of b.dcm": ok(2, PNEUMONIA),
    "/films/side.dcm": refused(5),
    "/films/half.jpg": failed(None),
    "/films/waiting.dcm": None,
}
A, B, C, COPY_OF_B, REFUSED, NOT_HASHED, WAITING = range(7)


@dataclass
class Bench:
    """A Labelling with all that it told."""

    store: ResultStore
    model: StudyListModel
    undo: QUndoStack
    window: QMainWindow
    labelling: Labelling
    numbers: tuple[int, ...]
    said: list[str] = field(default_factory=list)
    labelled: list[tuple[int, ...]] = field(default_factory=list)
    failed: list[Exception] = field(default_factory=list)

    def of(self, *places: int) -> tuple[int, ...]:
        return tuple(self.numbers[place] for place in places)

    def label(self, number: int) -> FilmLabel | None:
        """The label of the bytes of ok(number), as the store has it."""
        return film_labels(self.store, [content_hash(number)])[content_hash(number)]

    def labels(self) -> dict[str, FilmLabel | None]:
        return film_labels(self.store, [content_hash(number) for number in (1, 2, 3, 5)])

    def shown(self, place: int) -> Film:
        """A film as the model has it once changes were told."""
        self.model.tell_changes()
        film = self.model.film(self.model.row_of(self.numbers[place]))
        assert film is not None
        return film


@pytest.fixture
def bench_of(tmp_path: Path, qtbot) -> Iterator[Callable[..., Bench]]:
    """Return what makes a bench of analyses by path."""
    made: list[Bench] = []

    def make(analyses: dict[str, Analysis | None], findings: Sequence[str] = FINDINGS) -> Bench:
        store = ResultStore(tmp_path / f"results-{len(made)}.sqlite")
        numbers = fill(store, analyses)
        window = QMainWindow()
        qtbot.addWidget(window)
        model, undo = StudyListModel(store, tuple(findings), parent=window), QUndoStack(window)
        bench = Bench(store, model, undo, window, Labelling(store, model, undo, window), numbers)
        bench.labelling.said.connect(bench.said.append)
        bench.labelling.labelled.connect(bench.labelled.append)
        bench.labelling.failed.connect(bench.failed.append)
        window.show()
        made.append(bench)
        return bench

    yield make
    for bench in made:
        bench.labelling.close()
        bench.model.tell_changes()  # stops its timer
        with closing(bench.store):
            bench.undo.clear()


@pytest.fixture
def bench(bench_of: Callable[..., Bench]) -> Bench:
    return bench_of(FILMS)
