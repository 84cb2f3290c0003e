"""A search for studies, and for the series of those that are opened meanwhile, one after the other."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QObject, Signal

from cxrviewer.errors import CxrViewerError
from cxrviewer.gui.pacs.arrivals import Arrived
from cxrviewer.gui.pacs.runner import NodeRunner, StartOperation
from cxrviewer.pacs.node import Node
from cxrviewer.pacs.process import FindSeries, FindStudies, RunningOperation
from cxrviewer.pacs.query import FoundAllSeries, FoundStudies, FoundStudy, StudyQuery


class Search(QObject):
    """Searches one node at a time.

    Signals: ``found`` (FoundStudies) or ``failed`` (CxrViewerError) once for every ``start`` that is not given up;
    ``series_found`` (FoundStudy, FoundAllSeries) or ``series_failed`` (FoundStudy, CxrViewerError) for ``ask_series``.
    """

    found = Signal(object)
    failed = Signal(object)
    series_found = Signal(object, object)
    series_failed = Signal(object, object)

    def __init__(self, parent: QObject | None = None, start: StartOperation = RunningOperation) -> None:
        super().__init__(parent)
        self._node: Node | None = None
        self._waiting: deque[FoundStudy] = deque()
        self._asked: FoundStudy | None = None
        self._studies = NodeRunner(self, start)
        self._series = NodeRunner(self, start)
        self._studies.finished.connect(lambda result, _: self.found.emit(result))
        self._studies.failed.connect(lambda error, _: self.failed.emit(error))
        self._studies.stopped.connect(lambda _: self.found.emit(FoundStudies(ended="cancelled")))
        self._series.finished.connect(self._take_series)
        self._series.failed.connect(self._take_series_failure)
        self._series.stopped.connect(self._take_series_stop)

    @property
    def is_running(self) -> bool:
        """Whether studies are being looked for."""
        return self._studies.is_running

    @property
    def node(self) -> Node | None:
        """The node that was searched last."""
        return self._node

    def start(self, node: Node, query: StudyQuery) -> None:
        """Look for studies; what is looked for already is given up."""
        self._waiting.clear()
        self._series.give_up()
        self._asked = None
        self._node = node
        self._studies.run(FindStudies(node, query))

    def stop(self) -> None:
        """End the search; what it has found until then is told."""
        self._studies.cancel()

    def ask_series(self, study: FoundStudy) -> None:
        """Ask the node that was searched for the series of a study, after those that are asked for already."""
        self._waiting.append(study)
        self._ask_next()

    def close(self) -> None:
        """End everything at once."""
        self._waiting.clear()
        self._studies.close()
        self._series.close()

    def _ask_next(self) -> None:
        if self._series.is_running or not self._waiting or self._node is None:
            return
        self._asked = self._waiting.popleft()
        self._series.run(FindSeries(self._node, self._asked))

    def _take_series(self, result: FoundAllSeries, _arrived: Arrived) -> None:
        self.series_found.emit(self._asked, result)
        self._ask_next()

    def _take_series_failure(self, error: CxrViewerError, _arrived: Arrived) -> None:
        self.series_failed.emit(self._asked, error)
        self._ask_next()

    def _take_series_stop(self, _arrived: Arrived) -> None:
        self.series_found.emit(self._asked, FoundAllSeries(ended="cancelled"))
        self._ask_next()
