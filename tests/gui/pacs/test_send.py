"""Send Results to PACS: objects are made, sent and gone from the folder of passage, whatever comes of it."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt

from cxrviewer.errors import ExportError, UnreachableError
from cxrviewer.gui.exporting import writing
from cxrviewer.gui.exporting.choice import Exported
from cxrviewer.gui.notices import Notices
from cxrviewer.gui.pacs.send_dialog import SendToPacsDialog
from cxrviewer.pacs.process import Failed
from cxrviewer.pacs.transfer import NotSent, Sent, TransferProgress
from tests.gui.pacs.fakes import FakeNode, finished, node

Make = Callable[..., SendToPacsDialog]


@pytest.fixture
def made(monkeypatch: Any) -> SimpleNamespace:
    """What stands for the making of objects: how many, what is told of others, and the folders that were given."""
    told = SimpleNamespace(objects=5, problems=(), error=None, folders=[], asked=[])

    def export_films(job: Any, watch: Any) -> Exported:
        told.folders.append(job.choice.path)
        if told.error:
            raise told.error
        for number in range(told.objects):
            (job.choice.path / f"cxrviewer-{number}-sr.dcm").write_bytes(b"object")
        return Exported(job.choice.path, 1, told.problems)

    monkeypatch.setattr(writing, "export_films", export_films)
    return told


@pytest.fixture
def dialog_of(qtbot: Any, settings: QSettings, notices: Notices, made: SimpleNamespace) -> Make:
    def job_for(only_selected: bool) -> Any:
        made.asked.append(only_selected)
        return lambda folder: SimpleNamespace(numbers=(1,), choice=SimpleNamespace(path=folder))

    def make(fake: FakeNode, selected: int = 2) -> SendToPacsDialog:
        nodes = (node("Archive"), node("Other"))
        dialog = SendToPacsDialog(nodes, settings, notices, selected, 7, job_for, start=fake)
        qtbot.addWidget(dialog, before_close_func=lambda one: one.end_work())
        dialog.show()
        return dialog

    return make


def sent(dialog: SendToPacsDialog, qtbot: Any) -> str:
    qtbot.mouseClick(dialog.send_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.sending.is_running)
    return dialog.message.said


def all_taken(operation: Any) -> list[Any]:
    assert all(path.read_bytes() == b"object" for path in operation.files)
    return [TransferProgress(1, 0, 5), finished(Sent(operation.files))]


def test_all_objects_of_the_selected_films_are_sent_and_gone_from_here(
    dialog_of: Make, qtbot: Any, made: SimpleNamespace
) -> None:
    fake = FakeNode(Send=all_taken)
    dialog = dialog_of(fake)
    assert dialog.only_selected.isChecked()
    assert fake.started == []
    assert made.folders == []
    assert sent(dialog, qtbot) == "The PACS took everything; objects: 5."
    assert made.asked == [True]
    assert fake.started[0].operation.node.name == "Archive"
    assert not made.folders[0].exists()


def test_the_node_is_remembered_and_all_films_can_be_asked_for(
    dialog_of: Make, qtbot: Any, made: SimpleNamespace
) -> None:
    dialog = dialog_of(FakeNode(Send=all_taken), selected=0)
    assert not dialog.only_selected.isEnabled()
    dialog.nodes.box.setCurrentIndex(1)
    sent(dialog, qtbot)
    assert made.asked == [False]
    assert dialog_of(FakeNode()).nodes.node() == node("Other")


def test_what_the_node_did_not_take_is_said_with_why(dialog_of: Make, qtbot: Any, notices: Notices) -> None:
    def some(operation: Any) -> list[Any]:
        refused = tuple(NotSent(path, "Archive has no room.") for path in operation.files[3:])
        return [finished(Sent(operation.files[:3], refused))]

    said = sent(dialog_of(FakeNode(Send=some)), qtbot)
    assert said == "Objects that the PACS took: 3; that it did not take: 2. Archive has no room."
    assert notices.notices[0].text == said


def test_a_node_that_is_not_there_is_named_and_nothing_is_left(
    dialog_of: Make, qtbot: Any, made: SimpleNamespace, notices: Notices
) -> None:
    dialog = dialog_of(FakeNode(Send=Failed(UnreachableError("nobody answers there."))))
    assert sent(dialog, qtbot) == "Nobody answers there."
    assert dialog.message.level == "error"
    assert notices.notices[0].details == "UnreachableError (unreachable)"
    assert not made.folders[0].exists()


def test_where_nothing_can_be_made_nobody_is_asked(dialog_of: Make, qtbot: Any, made: SimpleNamespace) -> None:
    fake = FakeNode()
    made.objects, made.problems = 0, ("Films that are no DICOM, and have no DICOM objects: 1.",)
    dialog = dialog_of(fake)
    assert sent(dialog, qtbot).startswith("There was nothing to send. Films that are no DICOM")
    made.error = ExportError("the disk is full.")
    assert sent(dialog, qtbot) == "The disk is full."
    assert fake.started == []


def test_sending_can_be_cancelled_and_ends_with_its_dialog(dialog_of: Make, qtbot: Any, made: SimpleNamespace) -> None:
    fake = FakeNode(Send=TransferProgress(2, 0, 5))
    fake.when_cancelled = finished(Sent((Path("a"), Path("b")), cancelled=True))
    dialog = dialog_of(fake)
    dialog.send()
    qtbot.waitUntil(lambda: dialog.progress.words.said == "Sending: 2 of 5 objects")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.sending.is_running)
    assert dialog.message.said == "Cancelled. Objects that the PACS has: 2."
    dialog.send()
    qtbot.waitUntil(lambda: len(fake.started) == 2)
    dialog.close()
    assert fake.started[1].closed
    assert not any(folder.exists() for folder in made.folders)
