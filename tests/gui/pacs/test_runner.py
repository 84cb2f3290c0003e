"""Operations of a node in the window: what they tell arrives in the GUI thread, once, and nothing outlives them."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.errors import AETitleError, DiskFullError, PeerStatusError
from cxrviewer.gui.pacs.arrivals import ArrivalWatch, Arrived
from cxrviewer.gui.pacs.retrieval import Retrieval, RetrievalEnd
from cxrviewer.gui.pacs.runner import NodeRunner
from cxrviewer.pacs.process import Failed, TestNode
from cxrviewer.pacs.transfer import NodeAnswer, Retrieved, TransferProgress
from tests.gui.pacs.fakes import FakeNode, finished, node, study


class Heard:
    """Everything that a runner told, and in which thread."""

    def __init__(self, runner: NodeRunner) -> None:
        self.told: list[tuple[str, Any]] = []
        self.threads: set[threading.Thread] = set()
        runner.progressed.connect(lambda progress, _: self._note("progress", progress))
        runner.finished.connect(lambda result, _: self._note("finished", result))
        runner.failed.connect(lambda error, _: self._note("failed", error))
        runner.stopped.connect(lambda _: self._note("stopped", None))
        runner.ended.connect(lambda: self._note("ended", None))

    def _note(self, name: str, value: Any) -> None:
        self.told.append((name, value))
        self.threads.add(threading.current_thread())

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.told]


@pytest.mark.usefixtures("qapp")
def test_progress_and_the_result_come_in_their_order_in_the_gui_thread(wait_for: Any) -> None:
    answer = NodeAnswer(12.0, False, "PEER")
    runner = NodeRunner(start=FakeNode(TestNode=(TransferProgress(1), finished(answer))))
    heard = Heard(runner)
    runner.run(TestNode(node()))
    wait_for(lambda: "ended" in heard.names)
    assert heard.told == [("progress", TransferProgress(1)), ("finished", answer), ("ended", None)]
    assert heard.threads == {threading.main_thread()}
    assert not runner.is_running
    runner.close()


@pytest.mark.usefixtures("qapp")
def test_an_error_of_the_node_is_told_as_it_is(wait_for: Any) -> None:
    error = AETitleError("it is not called so")
    runner = NodeRunner(start=FakeNode(TestNode=Failed(error)))
    heard = Heard(runner)
    runner.run(TestNode(node()))
    wait_for(lambda: "ended" in heard.names)
    assert heard.told[0] == ("failed", error)
    runner.close()


@pytest.mark.usefixtures("qapp")
def test_a_process_that_cannot_be_started_is_a_failure_and_no_silence(wait_for: Any) -> None:
    def start(*_: Any) -> Any:
        raise OSError("no more processes")

    runner = NodeRunner(start=start)
    heard = Heard(runner)
    runner.run(TestNode(node()))
    wait_for(lambda: "ended" in heard.names)
    assert heard.names == ["failed", "ended"]
    runner.close()


@pytest.mark.usefixtures("qapp")
def test_what_is_cancelled_ends_and_says_so_once(wait_for: Any) -> None:
    fake = FakeNode()
    runner = NodeRunner(start=fake)
    heard = Heard(runner)
    runner.run(TestNode(node()))
    wait_for(lambda: bool(fake.started))
    runner.cancel()
    wait_for(lambda: "ended" in heard.names)
    assert heard.names == ["stopped", "ended"]
    assert fake.started[0].cancelled.is_set()
    wait_for(lambda: fake.started[0].closed)  # by its thread, after it has told of its end
    runner.close()


@pytest.mark.usefixtures("qapp")
def test_of_an_operation_that_was_given_up_nothing_is_heard(wait_for: Any) -> None:
    answer = NodeAnswer(1.0, False)
    fake = FakeNode()
    runner = NodeRunner(start=fake)
    heard = Heard(runner)
    runner.run(TestNode(node("first")))
    wait_for(lambda: bool(fake.started))
    fake.answers["TestNode"] = finished(answer)
    runner.run(TestNode(node("second")))
    wait_for(lambda: "ended" in heard.names)
    assert heard.told == [("finished", answer), ("ended", None)]
    wait_for(lambda: fake.started[0].closed)
    runner.close()


@pytest.mark.usefixtures("qapp")
def test_closing_ends_what_runs_and_waits_for_it(wait_for: Any) -> None:
    fake = FakeNode()
    runner = NodeRunner(start=fake)
    runner.run(TestNode(node()))
    wait_for(lambda: bool(fake.started))
    runner.close()
    assert fake.started[0].closed
    runner.run(TestNode(node()))
    assert len(fake.started) == 1


def test_only_what_came_since_counts_as_arrived(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    watch = ArrivalWatch(folder)
    watch.begin()
    assert watch.look() == Arrived()
    folder.mkdir()
    (folder / "old.dcm").write_bytes(b"1234")
    (folder / "replaced.dcm").write_bytes(b"1234")
    watch.begin()
    (folder / "new.dcm").write_bytes(b"12345")
    (folder / "x.part").write_bytes(b"1")
    (folder / "again").write_bytes(b"123")
    (folder / "again").replace(folder / "replaced.dcm")
    assert watch.look() == Arrived((folder / "new.dcm", folder / "replaced.dcm"), 8)


def arriving(operation: Any, names: tuple[str, ...], end: Any) -> list[Any]:
    """Write objects into the folder of an operation, as its process would, and tell of them."""
    operation.folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (operation.folder / name).write_bytes(b"object")
    return [TransferProgress(len(names), 0, 4), *([end] if end else [])]


def end_of(retrieval: Retrieval, wait_for: Any) -> RetrievalEnd:
    ends: list[RetrievalEnd] = []
    retrieval.ended.connect(ends.append)
    wait_for(lambda: bool(ends))
    assert len(ends) == 1
    assert not retrieval.is_running
    return ends[0]


@pytest.mark.usefixtures("qapp")
def test_studies_are_fetched_one_after_the_other_into_folders_without_patients_names(
    wait_for: Any, tmp_path: Path
) -> None:
    def retrieve(operation: Any) -> list[Any]:
        path = operation.folder / f"{operation.wanted.study_uid}.1.dcm"
        return arriving(operation, (path.name,), finished(Retrieved((path,))))

    fake = FakeNode(Retrieve=retrieve)
    runner = NodeRunner(start=fake)
    retrieval = Retrieval(runner)
    progress: list[Any] = []
    retrieval.progressed.connect(progress.append)
    retrieval.start(node(), [study(1), study(2)], tmp_path)
    end = end_of(retrieval, wait_for)
    assert end == RetrievalEnd((tmp_path / "1.2.3.1" / "1.2.3.1.1.dcm", tmp_path / "1.2.3.2" / "1.2.3.2.1.dcm"))
    assert [(told.part, told.parts, told.byte_count) for told in progress] == [(1, 2, 6), (2, 2, 12)]
    runner.close()


@pytest.mark.usefixtures("qapp")
def test_a_study_that_the_node_cannot_send_does_not_cost_the_next(wait_for: Any, tmp_path: Path) -> None:
    def retrieve(operation: Any) -> list[Any]:
        if operation.wanted.study_uid == "1.2.3.1":
            return [Failed(PeerStatusError("out of order"))]
        return [finished(Retrieved((operation.folder / "a.dcm",), 1, ("one was damaged",)))]

    runner = NodeRunner(start=FakeNode(Retrieve=retrieve))
    retrieval = Retrieval(runner)
    retrieval.start(node(), [study(1), study(2)], tmp_path)
    end = end_of(retrieval, wait_for)
    assert end == RetrievalEnd((tmp_path / "1.2.3.2" / "a.dcm",), 1, ("out of order", "one was damaged"))
    runner.close()


@pytest.mark.usefixtures("qapp")
def test_what_is_whole_on_disk_is_told_when_the_disk_becomes_full(wait_for: Any, tmp_path: Path) -> None:
    error = DiskFullError("the disk is full")
    fake = FakeNode(Retrieve=lambda operation: arriving(operation, ("a.dcm", "b.dcm"), Failed(error)))
    runner = NodeRunner(start=fake)
    retrieval = Retrieval(runner)
    retrieval.start(node(), [study(1), study(2)], tmp_path)
    end = end_of(retrieval, wait_for)
    assert end.error is error
    assert [path.name for path in end.paths] == ["a.dcm", "b.dcm"]
    assert len(fake.started) == 1  # the next would fail as well
    runner.close()


@pytest.mark.usefixtures("qapp")
def test_a_retrieval_that_is_cancelled_keeps_what_arrived_and_fetches_nothing_more(
    wait_for: Any, tmp_path: Path
) -> None:
    fake = FakeNode(Retrieve=lambda operation: arriving(operation, ("a.dcm",), None))
    runner = NodeRunner(start=fake)
    retrieval = Retrieval(runner)
    progress: list[Any] = []
    retrieval.progressed.connect(progress.append)
    retrieval.start(node(), [study(1), study(2)], tmp_path)
    wait_for(lambda: bool(progress))
    retrieval.cancel()
    end = end_of(retrieval, wait_for)
    assert end.cancelled
    assert end.paths == (tmp_path / "1.2.3.1" / "a.dcm",)
    assert len(fake.started) == 1
    runner.close()


def test_the_windows_process_imports_nothing_that_speaks_to_a_node(tmp_path: Path) -> None:
    """Every module of the window that has to do with nodes, in a process of its own, and a test that really runs."""
    script = tmp_path / "program.py"
    script.write_text(
        "import sys\n"
        "def main():\n"
        "    from pathlib import Path\n"
        "    from PySide6.QtWidgets import QApplication\n"
        "    app = QApplication([])\n"
        "    from cxrviewer.gui.notices import Notices\n"
        "    from cxrviewer.gui.preferences.stored import open_settings\n"
        "    from cxrviewer.gui.pacs import nodes_dialog, open_dialog, send_dialog\n"
        "    from cxrviewer.gui.window import pacs_commands\n"
        "    from cxrviewer.extras import DICOM_NETWORK\n"
        "    from cxrviewer.pacs.node import make_node\n"
        "    DICOM_NETWORK.check()\n"
        "    node = make_node({'name': 'a', 'host': '127.0.0.1', 'port': 1, 'timeout_seconds': 5})\n"
        f"    home = Path({str(tmp_path)!r})\n"
        "    dialog = open_dialog.OpenFromPacsDialog([node], open_settings(home / 'w.ini'), home, Notices())\n"
        "    dialog.search.failed.connect(lambda error: (print(error.code), app.quit()))\n"
        "    dialog.start_search()\n"
        "    app.exec()\n"
        "    dialog.end_work()\n"
        "    foreign = ('pynetdicom', 'dicomweb_client', 'requests', 'keyring', 'pydicom', 'tensorflow', 'cv2')\n"
        "    print([name for name in foreign if name in sys.modules])\n"
        "if __name__ == '__main__':\n"
        "    main()\n",
        encoding="utf-8",
    )
    checkout = Path(__file__).resolve().parents[3]

    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, env=environment, timeout=60)
    assert done.stdout.split("\n") == ["unreachable", "[]", ""], done.stderr
