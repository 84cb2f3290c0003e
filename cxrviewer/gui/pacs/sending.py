"""Results sent to a node: their DICOM objects are written into a folder of passage, sent, and gone from there."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PySide6.QtCore import QObject, Signal

from cxrviewer.errors import CxrViewerError
from cxrviewer.gui.exporting.choice import ExportJob
from cxrviewer.gui.exporting.runner import ExportRunner
from cxrviewer.gui.pacs.arrivals import Arrived
from cxrviewer.gui.pacs.runner import NodeRunner, StartOperation
from cxrviewer.pacs.node import Node
from cxrviewer.pacs.process import RunningOperation, Send
from cxrviewer.pacs.transfer import Sent, TransferProgress

MakeJob = Callable[[Path], ExportJob]
"""Returns the export of DICOM objects into a folder."""

Step = Literal["making", "sending"]
_MOST_REASONS: Final = 5


@dataclass(frozen=True)
class SendingEnd:
    """What came of it: how many objects the node acknowledged, how many it did not take, why, and what has no objects.

    ``error`` is what ended it before its end.
    """

    sent: int = 0
    not_sent: int = 0
    reasons: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    cancelled: bool = False
    error: CxrViewerError | None = None


class Sending(QObject):
    """Makes the objects of films and sends them to a node.

    Signals: ``progressed`` (Step, done, total), ``ended`` (SendingEnd; once for every ``start``).
    """

    progressed = Signal(str, int, int)
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None, start: StartOperation = RunningOperation) -> None:
        super().__init__(parent)
        self._node: Node | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._problems: tuple[str, ...] = ()
        self._exporter = ExportRunner(self)
        self._exporter.progress.connect(lambda done, total: self.progressed.emit("making", done, total))
        self._exporter.finished.connect(self._send)
        self._exporter.failed.connect(lambda error: self._end(SendingEnd(problems=self._problems, error=error)))
        self._exporter.cancelled.connect(lambda: self._end(SendingEnd(cancelled=True)))
        self._runner = NodeRunner(self, start)
        self._runner.progressed.connect(self._tell)
        self._runner.finished.connect(self._take)
        self._runner.failed.connect(self._take_failure)
        self._runner.stopped.connect(lambda _: self._end(SendingEnd(problems=self._problems, cancelled=True)))

    @property
    def is_running(self) -> bool:
        """Whether objects are being made or sent."""
        return self._node is not None

    def start(self, node: Node, make_job: MakeJob) -> None:
        """Make the objects, and send them."""
        self._node, self._problems = node, ()
        self._folder = tempfile.TemporaryDirectory(prefix="cxrviewer-", ignore_cleanup_errors=True)
        self._exporter.start(make_job(Path(self._folder.name)))

    def cancel(self) -> None:
        """End it; what the node has acknowledged by then is there, and told."""
        self._exporter.cancel()
        self._runner.cancel()

    def close(self) -> None:
        """End what runs at once, and wait until it has ended."""
        self._exporter.close()
        self._runner.close()
        self._node = None
        self._clean_up()

    def _send(self, folder: Path, _count: int, problems: tuple[str, ...]) -> None:
        self._problems = problems
        files = tuple(sorted(folder.glob("*.dcm"))) if folder.is_dir() else ()
        if not files or self._node is None:
            self._end(SendingEnd(problems=problems))
            return
        self.progressed.emit("sending", 0, len(files))
        self._runner.run(Send(self._node, files))

    def _tell(self, progress: TransferProgress, _arrived: Arrived) -> None:
        self.progressed.emit("sending", progress.done + progress.failed, progress.total or 0)

    def _take(self, result: Sent, _arrived: Arrived) -> None:
        reasons = tuple(dict.fromkeys(one.reason for one in result.not_sent))[:_MOST_REASONS]
        self._end(
            SendingEnd(len(result.paths), len(result.not_sent), reasons, self._problems, cancelled=result.cancelled)
        )

    def _take_failure(self, error: CxrViewerError, _arrived: Arrived) -> None:
        self._end(SendingEnd(problems=self._problems, error=error))

    def _end(self, end: SendingEnd) -> None:
        self._node = None
        self._clean_up()
        self.ended.emit(end)

    def _clean_up(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
