"""A PACS on the command line; and a program that nobody configured makes no call."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cxrviewer.pacs.node_file import load_nodes
from cxrviewer.pacs.secrets import find_secret
from tests.cli.command import environment
from tests.films import write_png
from tests.pacs.network import in_process, study_uid, write_study
from tests.pacs.orthanc import PASSWORD, USER, Orthanc

CHECKOUT = Path(__file__).resolve().parents[2]


def test_nodes_are_added_and_used_to_find_retrieve_and_send(
    orthanc: Orthanc, tmp_path: Path, home: Path, secrets: Path
):
    films = write_study(tmp_path / "films", "command", 2)
    added = in_process("nodes", "add", "web", "--kind", "dicomweb", "--url", f"{orthanc.url}/dicom-web", "--user", USER)
    assert added.status == 0, added.err
    [node] = load_nodes()
    assert (node.name, node.user) == ("web", USER)
    for password in ("wrong", PASSWORD):
        assert in_process("nodes", "password", "web", stdin=f"{password}\n").status == 0
        assert find_secret("web", "password") == password
    sent = in_process("send", "web", *films)
    assert sent.status == 0, sent.err
    assert "2 objects sent" in sent.err
    found = in_process("find", "web", "--name", "doe", "--date", "20260101-20260131", "--json")
    assert found.status == 0, found.err
    [study] = [json.loads(line) for line in found.out.splitlines()]
    assert (study["study_uid"], study["patient_name"], study["study_date"]) == (
        study_uid("command"), "DOE^JANE", "2026-01-02",
    )  # fmt: skip
    fetched = in_process("retrieve", "web", "--study", study["study_uid"], "--to", tmp_path / "back")
    assert fetched.status == 0, fetched.err
    assert len(list((tmp_path / "back").iterdir())) == 2
    assert in_process("nodes", "remove", "web").status == 0
    assert find_secret("web", "password") is None
    assert load_nodes() == ()
    assert "DOE" not in sent.out + sent.err + fetched.out + fetched.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("find", "pacs"), "name of a configured node"),
        (("nodes", "test"), "expected the name of a node"),
        (("nodes", "add", "pacs"), "host"),
        (("nodes", "add", "pacs", "--host", "h", "--called-aet", "SEVENTEEN LETTERS"), "AE title"),
    ],
)
def test_what_cannot_be_done_is_usage(home: Path, arguments: tuple[str, ...], words: str):
    ended = in_process(*arguments)
    assert ended.status == 2
    assert words in ended.err


_WATCH = """
import os, sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"):
        address = arguments[1] if event in ("socket.connect", "socket.bind", "socket.sendto") else arguments[0]
        if isinstance(address, (str, bytes)) and event != "socket.getaddrinfo":
            return  # a socket of this machine's file system
        with open(os.environ["CXRVIEWER_WATCHED"], "a") as log:
            log.write(f"{event} {address}\\n")
    if event == "import" and arguments[0].partition(".")[0] in ("pynetdicom", "keyring", "urllib3"):
        with open(os.environ["CXRVIEWER_WATCHED"], "a") as log:
            log.write(f"import {arguments[0]}\\n")

sys.addaudithook(watch)
"""

_WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import cxrviewer.gui.app as app

def end():
    application = QApplication.instance()
    if application is None or not application.topLevelWidgets():
        QTimer.singleShot(200, end)
        return
    print("shown")
    QTimer.singleShot(1500, application.closeAllWindows)

original = QApplication.exec
def exec_(*_):
    QTimer.singleShot(200, end)
    return original()
QApplication.exec = exec_
sys.exit(app.run_window(()))
"""


def watched(folder: Path, *arguments: object) -> tuple["subprocess.CompletedProcess[str]", str]:
    """Run Python with a hook on sockets and imports, in it and in every process that it starts."""
    hooks = folder / "hooks"
    hooks.mkdir(exist_ok=True)
    (hooks / "sitecustomize.py").write_text(_WATCH)
    log = folder / "watched.log"
    log.write_text("")
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], capture_output=True, text=True, cwd=folder, timeout=120,
        env={**environment(folder), "PYTHONPATH": f"{hooks}:{CHECKOUT}", "CXRVIEWER_WATCHED": str(log)},
    )  # fmt: skip
    return done, log.read_text()


def test_without_configuration_the_program_makes_no_network_call(tmp_path: Path):
    probe = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); import keyring"
    _, seen = watched(tmp_path, "-c", probe)
    assert "socket.bind" in seen  # the hook works
    assert "import keyring" in seen
    film = write_png(tmp_path / "film.png", 128, seed=1)
    classified, seen = watched(tmp_path, "-m", "cxrviewer", "classify", film, "--workers", "1")
    assert "1 ok" in classified.stdout, classified.stderr
    assert seen == ""
    shown, seen = watched(tmp_path, "-c", _WINDOW)
    assert "shown" in shown.stdout, shown.stderr
    assert seen == ""
