"""Nodes are added, mended, tested and kept; their secrets are in the keyring, for this session, or nowhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLineEdit

from cxrviewer.errors import AETitleError
from cxrviewer.gui.pacs.nodes_dialog import NodesDialog
from cxrviewer.pacs.node_file import load_nodes
from cxrviewer.pacs.process import Failed
from cxrviewer.pacs.secrets import session_secrets
from cxrviewer.pacs.transfer import NodeAnswer
from tests.gui.pacs.fakes import FakeNode, finished, node
from tests.pacs.file_keyring import FileKeyring


@pytest.fixture
def dialog_of(qtbot: Any, tmp_path: Path) -> Callable[..., NodesDialog]:
    def make(*nodes: Any, start: Any = None) -> NodesDialog:
        dialog = NodesDialog(nodes, tmp_path / "nodes.json", start=start or FakeNode())
        qtbot.addWidget(dialog, before_close_func=lambda one: one.end_work())
        dialog.show()
        return dialog

    return make


def ok(dialog: NodesDialog) -> Any:
    return dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)


def kept(tmp_path: Path) -> list[str]:
    return [one.name for one in load_nodes(tmp_path / "nodes.json")]


def test_a_node_is_added_by_keys_alone(dialog_of: Any, qtbot: Any, tmp_path: Path) -> None:
    dialog = dialog_of()
    assert ok(dialog).isEnabled()
    assert dialog.empty.isVisible()
    dialog.add_button.setFocus()
    qtbot.keyClick(dialog.add_button, Qt.Key.Key_Space)
    assert dialog.form.fields["name"].hasSelectedText()
    qtbot.keyClicks(dialog.form.fields["name"], "Main archive")
    assert not ok(dialog).isEnabled()
    assert dialog.form.problems["host"].said == "Expected a host for a DICOM node."
    assert dialog.form.problems["host"].isVisible()
    qtbot.keyClicks(dialog.form.fields["host"], "pacs.example.org")
    assert not dialog.form.problems["host"].isVisible()
    saved: list[Any] = []
    dialog.saved.connect(saved.append)
    qtbot.keyClick(ok(dialog), Qt.Key.Key_Space)
    assert saved == [load_nodes(tmp_path / "nodes.json")]
    assert saved[0][0].address == "ANY-SCP at pacs.example.org:104"


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("name", "", "Expected a name of 1 to 64 letters"),
        ("name", "other", "Expected a name that no other node has."),
        ("host", "no host", "Expected a host name or an IP address."),
        ("called_ae_title", "LONGER THAN SIXTEEN", "Expected an AE title of 1 to 16 characters."),
        ("client_key", "/key.pem", "Expected a client certificate where there is a client key."),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_not_kept(dialog_of: Any, field: str, text: str, said: str) -> None:
    dialog = dialog_of(node(tls=True), node("Other"))
    dialog.form.fields[field].setText(text)
    place = "client_certificate" if field == "client_key" else field
    assert dialog.form.problems[place].said.startswith(said)
    assert not ok(dialog).isEnabled()
    assert not dialog.test.button.isEnabled()
    dialog.list.setCurrentRow(1)
    assert not ok(dialog).isEnabled()  # wherever one looks
    assert dialog.list.item(0).toolTip().startswith(said)


def test_only_fields_of_the_kind_are_shown_and_count(dialog_of: Any, tmp_path: Path) -> None:
    dialog = dialog_of(node(retrieve_by="c-move", move_destination="HERE"))
    fields = dialog.form.fields
    assert fields["move_destination"].isVisible()
    assert not fields["url"].isVisible()
    assert "cxrviewer receive" in dialog.form.hints["move_destination"].said
    fields["kind"].setCurrentIndex(fields["kind"].findData("dicomweb"))
    assert not fields["host"].isVisible()
    assert not fields["move_destination"].isVisible()
    assert dialog.form.problems["url"].said
    fields["url"].setText("https://pacs.example.org/dicom-web")
    assert fields["ca_file"].isVisible()  # as it is https
    dialog.save()
    assert load_nodes(tmp_path / "nodes.json")[0].address == "https://pacs.example.org/dicom-web"


def test_duplicates_have_names_of_their_own_and_what_is_removed_is_gone(dialog_of: Any, tmp_path: Path) -> None:
    dialog = dialog_of(node("A"), node("B"))
    dialog.duplicate()
    assert dialog.row == 1
    dialog.duplicate()
    dialog.list.setCurrentRow(3)
    dialog.remove()
    dialog.save()
    assert kept(tmp_path) == ["A", "A 2", "A 2 2"]


def test_cancel_keeps_nothing(dialog_of: Any, tmp_path: Path) -> None:
    dialog = dialog_of(node("A"))
    dialog.remove()
    dialog.reject()
    assert not (tmp_path / "nodes.json").exists()


def test_a_file_is_chosen_with_the_systems_dialog(dialog_of: Any, monkeypatch: Any) -> None:
    dialog = dialog_of(node(tls=True))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/certificates/ca.pem", ""))
    dialog.form.fields["ca_file"].button.click()
    assert dialog.form.draft().node().ca_file == "/certificates/ca.pem"


def test_every_field_has_a_name_for_screen_readers(dialog_of: Any) -> None:
    form = dialog_of(node()).form
    for name, field in form.fields.items():
        assert getattr(field, "line", field).accessibleName(), name


# The test


def test_the_answer_of_a_node_is_told(dialog_of: Any, qtbot: Any) -> None:
    fake = FakeNode(TestNode=finished(NodeAnswer(12.3, True, "PEER_1")))
    dialog = dialog_of(node(), start=fake)
    dialog.test.button.click()
    qtbot.waitUntil(lambda: bool(dialog.test.message.said))
    assert dialog.test.message.said == "Answered in 12 ms as PEER_1, encrypted."
    assert not dialog.test.progress.isVisible()
    assert dialog.test.button.isEnabled()
    dialog.form.fields["port"].setValue(4242)
    assert dialog.test.message.said == ""  # it was of another node


def test_why_a_node_does_not_answer_is_said_with_details_to_copy(dialog_of: Any, qtbot: Any, qapp: Any) -> None:
    fake = FakeNode(TestNode=Failed(AETitleError("it is not called 'WRONG'.")))
    dialog = dialog_of(node(), start=fake)
    dialog.test.button.click()
    qtbot.waitUntil(lambda: dialog.test.message.level == "error")
    assert dialog.test.message.said == "It is not called 'WRONG'."
    dialog.test.message.copy_button.click()
    assert qapp.clipboard().text() == "it is not called 'WRONG'.\nAETitleError (ae-title)"


def test_a_test_can_be_cancelled_and_ends_with_its_dialog(dialog_of: Any, qtbot: Any) -> None:
    fake = FakeNode()
    dialog = dialog_of(node(), start=fake)
    dialog.test.button.click()
    qtbot.waitUntil(lambda: bool(fake.started))
    assert dialog.test.progress.isVisible()
    assert not dialog.test.button.isEnabled()
    dialog.test.progress.cancel.click()
    assert dialog.test.message.said == "The test was cancelled."
    dialog.test.button.click()
    qtbot.waitUntil(lambda: len(fake.started) == 2)
    dialog.reject()
    assert all(one.closed for one in fake.started)


def test_typed_secrets_go_to_the_test_and_untouched_ones_are_looked_up_by_the_kept_name(
    dialog_of: Any, qtbot: Any, secrets: FileKeyring
) -> None:
    fake = FakeNode(TestNode=finished(NodeAnswer(1, False)))
    dialog = dialog_of(node("web", kind="dicomweb", url="http://h/dw", user="u"), start=fake)
    dialog.form.fields["name"].setText("renamed")
    dialog.test.button.click()
    qtbot.waitUntil(lambda: len(fake.started) == 1)
    assert fake.started[0].operation.node.name == "web"
    assert fake.started[0].secrets == {}
    qtbot.keyClicks(dialog.form.fields["password"], "secret")
    dialog.test.button.click()
    qtbot.waitUntil(lambda: len(fake.started) == 2)
    assert fake.started[1].secrets == {("renamed", "password"): "secret"}


# Secrets


def web(name: str, **fields: Any) -> Any:
    return node(name, **({"kind": "dicomweb", "url": "http://h/dw", "user": "reader"} | fields))


def test_a_password_is_kept_in_the_keyring_and_in_no_file(
    dialog_of: Any, qtbot: Any, tmp_path: Path, secrets: FileKeyring
) -> None:
    dialog = dialog_of(web("web"))
    field = dialog.form.fields["password"]
    assert field.echoMode() == QLineEdit.EchoMode.Password
    qtbot.waitUntil(lambda: field.placeholderText() == "None is kept")
    qtbot.keyClicks(field, "s3cret")
    with qtbot.waitSignal(dialog.accepted):
        dialog.save()
    assert secrets.get_password("cxrviewer", "web/password") == "s3cret"
    assert "s3cret" not in (tmp_path / "nodes.json").read_text()


def test_passwords_follow_renamed_nodes_and_go_with_removed_ones(
    dialog_of: Any, qtbot: Any, secrets: FileKeyring
) -> None:
    for name in ("one", "two", "three"):
        secrets.set_password("cxrviewer", f"{name}/password", f"of {name}")
    dialog = dialog_of(web("one"), web("two"), web("three"))
    dialog.form.fields["name"].setText("uno")
    dialog.list.setCurrentRow(1)
    dialog.remove()
    dialog.list.setCurrentRow(1)
    dialog.form.fields["user"].setText("")  # without a user there is no password
    with qtbot.waitSignal(dialog.accepted):
        dialog.save()
    assert secrets._secrets() == {"cxrviewer|uno/password": "of one"}


@pytest.mark.usefixtures("no_keyring")
def test_without_a_keyring_a_password_is_used_for_the_session_and_that_is_said(dialog_of: Any, qtbot: Any) -> None:
    dialog = dialog_of(web("web"))
    qtbot.waitUntil(lambda: "until the program is closed" in dialog.form.hints["password"].said)
    qtbot.keyClicks(dialog.form.fields["password"], "s3cret")
    said: list[str] = []
    dialog.not_kept.connect(said.append)
    with qtbot.waitSignal(dialog.accepted):
        dialog.save()
    assert len(said) == 1
    assert "until the program is closed" in said[0]
    assert "s3cret" not in said[0]
    assert dict(session_secrets()) == {("web", "password"): "s3cret"}


def test_nodes_without_secrets_leave_the_keyring_alone(dialog_of: Any, tmp_path: Path, monkeypatch: Any) -> None:
    import keyring

    monkeypatch.setattr(keyring, "get_password", lambda *_: pytest.fail("the keyring was asked"))
    dialog = dialog_of(node("A"))
    dialog.form.fields["port"].setValue(4242)
    dialog.save()
    assert kept(tmp_path) == ["A"]


def test_a_disk_that_refuses_is_said_and_nothing_is_lost(dialog_of: Any, tmp_path: Path) -> None:
    dialog = dialog_of(node("A"))
    (tmp_path / "nodes.json").mkdir()
    dialog.save()
    assert dialog.isVisible()
    assert dialog.message.level == "error"
