"""Peers that refuse, hang, lie or send too much: each by its name, and nothing half written."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pydicom
import pytest
from pynetdicom import evt, transport
from pynetdicom.presentation import build_context

from cxrviewer.errors import (
    AETitleError,
    AssociationLostError,
    AssociationRefusedError,
    AuthenticationError,
    CxrViewerError,
    DiskFullError,
    NetworkTimeoutError,
    NoPresentationContextError,
    PeerAnswerError,
    PeerStatusError,
    UnreachableError,
)
from cxrviewer.pacs import operations
from cxrviewer.pacs.dicomweb import connection
from cxrviewer.pacs.dimse import find
from cxrviewer.pacs.dimse.association import associated
from cxrviewer.pacs.dimse.store import read_object_file
from cxrviewer.pacs.node import Node, make_node
from cxrviewer.pacs.object_kinds import TRANSFER_SYNTAXES
from cxrviewer.pacs.process import Failed, FindStudies, RunningOperation, Stopped, TestNode, run_operation
from cxrviewer.pacs.query import FoundSeries, FoundStudy, make_query
from cxrviewer.pacs.transfer import NotSent
from tests.films import write_jpeg2000
from tests.pacs.network import dcmtk_program, free_port, node, run, scp, tcp_server, write_study

DX = "1.2.840.10008.5.1.4.1.1.1.1"
VERIFICATION = "1.2.840.10008.1.1"


def silent(connection: socket.socket) -> None:
    while connection.recv(4096):
        pass


def test_nobody_there_is_named():
    with pytest.raises(UnreachableError, match="nobody listens"):
        operations.test_node(node(free_port()))
    with pytest.raises(UnreachableError, match="no host of that name"):
        operations.test_node(node(104, host="no-such-host.invalid"))


def test_a_peer_that_never_answers_is_a_time_out():
    with tcp_server(silent) as port, pytest.raises(NetworkTimeoutError, match=r"within 0\.5 s"):
        operations.test_node(node(port, timeout_seconds=0.5))


def test_a_peer_that_hangs_up_is_no_time_out():
    with tcp_server(lambda connection: None) as port, pytest.raises(AssociationLostError, match="closed"):
        operations.test_node(node(port))


def test_a_refusal_that_came_before_anybody_looked_is_named(monkeypatch: pytest.MonkeyPatch):
    """The thread that waits for the connection may see it when the node has refused and hung up already."""

    class Late(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            there = super().wait(timeout)
            time.sleep(0.3)
            return there

    monkeypatch.setattr(transport, "threading", SimpleNamespace(**{**vars(threading), "Event": Late}))
    refusal = bytes.fromhex("0300 00000004 00 01 01 07")  # PS3.8, 9.3.4: for good, by the user, called AE title

    def refuse(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(refusal)

    with tcp_server(refuse) as port, pytest.raises(AETitleError, match="not called 'NODE'"):
        operations.test_node(node(port, called_ae_title="NODE"))


def test_a_peer_that_speaks_something_else_is_named():
    with (
        tcp_server(lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port,
        pytest.raises(AssociationLostError),
    ):
        operations.test_node(node(port))


def test_a_peer_that_does_not_answer_an_operation_is_a_time_out():
    def slow(event: evt.Event) -> int:
        time.sleep(1.0)
        return 0x0000

    with (
        scp([build_context(VERIFICATION)], [(evt.EVT_C_ECHO, slow)]) as port,
        pytest.raises(NetworkTimeoutError, match="C-ECHO"),
    ):
        operations.test_node(node(port, timeout_seconds=0.5))


def test_a_peer_without_the_service_has_no_presentation_context():
    with (
        scp([build_context(VERIFICATION)], []) as port,
        pytest.raises(NoPresentationContextError, match="none of the 1"),
    ):
        operations.find_studies(node(port), make_query())


def test_a_busy_peer_says_so():
    with (
        scp([build_context(VERIFICATION)], [], most=1) as port,
        associated(node(port), [build_context(VERIFICATION)]),
        pytest.raises(AssociationRefusedError, match="busy"),
    ):
        operations.test_node(node(port))


def answers(*statuses: int) -> Callable[[evt.Event], Iterator[tuple[int, Any]]]:
    def handle(event: evt.Event) -> Iterator[tuple[int, Any]]:
        for number, status in enumerate(statuses):
            if event.is_cancelled:
                yield 0xFE00, None
                return
            study = pydicom.Dataset()
            study.QueryRetrieveLevel = "STUDY"
            study.StudyInstanceUID = f"1.2.{number + 1}"
            yield status, study if status == 0xFF00 else None

    return handle


@pytest.mark.parametrize(("status", "words"), [(0xA700, "out of resources"), (0x0124, "not allow"), (0xC001, "cannot")])
def test_a_status_of_failure_is_told_in_words(status: int, words: str):
    with (
        scp([build_context(find.STUDY_ROOT_FIND)], [(evt.EVT_C_FIND, answers(0xFF00, status))]) as port,
        pytest.raises(PeerStatusError, match=words),
    ):
        operations.find_studies(node(port), make_query())


def test_a_search_over_its_limit_is_ended_by_c_cancel():
    asked = []

    def handle(event: evt.Event) -> Iterator[tuple[int, Any]]:
        for answer in answers(*[0xFF00] * 1000)(event):
            asked.append(answer[0])
            time.sleep(0.005)
            yield answer

    with scp([build_context(find.STUDY_ROOT_FIND)], [(evt.EVT_C_FIND, handle)]) as port:
        found = operations.find_studies(node(port), make_query(limit=3))
    assert (len(found.studies), found.ended) == (3, "limit")
    assert asked[-1] == 0xFE00
    assert len(asked) < 1000


def test_files_that_a_peer_does_not_take_are_named_and_the_others_sent(tmp_path: Path):
    films = write_study(tmp_path, "partly", 2)
    jpeg = write_jpeg2000(tmp_path / "jpeg.dcm")
    refused = pydicom.dcmread(films[1]).SOPInstanceUID

    def take(event: evt.Event) -> int:
        return 0xA700 if event.request.AffectedSOPInstanceUID == refused else 0x0000

    with scp([build_context(DX, "1.2.840.10008.1.2.1")], [(evt.EVT_C_STORE, take)]) as port:
        sent = operations.send(node(port), [*films, jpeg, tmp_path / "missing.dcm"])
        with pytest.raises(NoPresentationContextError):
            operations.send(node(port), [jpeg])
    assert sent.paths == (films[0],)
    reasons = {one.path.name: one.reason for one in sent.not_sent}
    assert "0xA700" in reasons["partly-1.dcm"]
    assert "transfer syntax" in reasons["jpeg.dcm"]
    assert "cannot be read" in reasons["missing.dcm"]


def test_files_of_an_association_that_is_cut_are_not_called_sent(tmp_path: Path):
    films = write_study(tmp_path, "cut", 3)
    taken: list[str] = []

    def take(event: evt.Event) -> int:
        if taken:
            event.assoc.abort()
        taken.append(event.request.AffectedSOPInstanceUID)
        return 0x0000

    with scp([build_context(DX, list(TRANSFER_SYNTAXES))], [(evt.EVT_C_STORE, take)]) as port:
        sent = operations.send(node(port), films)
    assert sent.paths == (films[0],)
    assert [one.path for one in sent.not_sent] == films[1:]
    assert "ended before" in sent.not_sent[0].reason
    assert all(one.lost for one in sent.not_sent)


def test_files_reach_dcmtk_byte_for_byte(dcmtk: None, tmp_path: Path):
    films = [*write_study(tmp_path, "bytes", 2), write_jpeg2000(tmp_path / "jpeg.dcm")]
    port, folder = free_port(), tmp_path / "storescp"
    folder.mkdir()
    import subprocess

    process = subprocess.Popen(
        [dcmtk_program("storescp"), "+xa", "-od", str(folder), "-B", str(port)], stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(100):
            if run("echoscu", "localhost", port).returncode == 0:
                break
            time.sleep(0.05)
        assert operations.send(node(port), films).paths == tuple(films)
    finally:
        process.kill()
        process.wait()
    content = {one.SOPInstanceUID: one for one in map(pydicom.dcmread, folder.iterdir())}
    for path in films:
        original = pydicom.dcmread(path)
        assert content[original.SOPInstanceUID] == original
        assert content[original.SOPInstanceUID].PixelData == original.PixelData


@pytest.mark.parametrize("content", [b"", b"DICM", b"\x00" * 128 + b"DICM", b"\x00" * 128 + b"DICM" + b"\xff" * 40])
def test_what_is_no_dicom_file_is_not_sent(tmp_path: Path, content: bytes):
    path = tmp_path / "film.dcm"
    path.write_bytes(content)
    assert isinstance(read_object_file(path), NotSent)


@contextmanager
def web(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[Node]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *arguments: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}/rs"
    yield make_node({"name": "web", "kind": "dicomweb", "url": url, "timeout_seconds": 1.0})
    server.shutdown()
    server.server_close()
    thread.join()


def reply(status: int = 200, body: bytes = b"", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (reply(200, b"<html>"), PeerAnswerError, "JSON"),
        (reply(200, b"{}"), PeerAnswerError, "list"),
        (reply(200, b"[" * 200_000), PeerAnswerError, "JSON"),
        (reply(401), AuthenticationError, "401"),
        (reply(403), AuthenticationError, "403"),
        (reply(404), PeerStatusError, "404"),
        (reply(500), PeerStatusError, "500"),
        (reply(302, Location="http://example.org/rs"), PeerAnswerError, "another host"),
        (reply(302, Location="https://127.0.0.1/rs"), PeerAnswerError, "another host"),
        (reply(302, Location="/rs/again"), PeerAnswerError, "circle"),
        (lambda request: time.sleep(1.5), NetworkTimeoutError, "within 1 s"),
        (lambda request: request.wfile.write(b"no http\r\n\r\n"), CxrViewerError, "web"),
    ],
)
def test_every_answer_of_a_server_that_is_none_is_named(answer: Any, error: type[CxrViewerError], words: str):
    with web(answer) as server, pytest.raises(error, match=words):
        operations.find_studies(server, make_query())


def test_an_answer_larger_than_the_limit_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connection, "JSON_BYTES", 1000)
    with web(reply(200, b"[" + b" " * 5000 + b"]")) as server, pytest.raises(PeerAnswerError, match="at most 1,000"):
        operations.find_studies(server, make_query())


def test_a_redirect_within_the_host_is_followed():
    def answer(request: BaseHTTPRequestHandler) -> None:
        moved = request.path.startswith("/rs/")
        (reply(302, Location="/other/studies") if moved else reply(200, b"[]"))(request)

    with web(answer) as server:
        assert operations.find_studies(server, make_query()).studies == ()


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"--b\r\n\r\n" + b"\x00" * 128 + b"DICM and half of it", "multipart/related; boundary=b", "cut off"),
        (b"--b\r\n\r\n<html>\r\n--b--", "multipart/related; boundary=b", "DICOM object"),
        (b"<html>", "text/html", "something else"),
        (b"x" * 500, "application/dicom", "DICOM object"),
    ],
)
def test_an_object_that_is_not_whole_is_no_file(tmp_path: Path, body: bytes, kind: str, words: str):
    def answer(request: BaseHTTPRequestHandler) -> None:
        if request.path.partition("?")[0].endswith("instances"):
            reply(200, json.dumps([{"00080018": {"Value": ["1.2.3.4"]}}]).encode())(request)
        else:
            reply(200, body, Content_Type=kind)(request)

    with web(answer) as server:
        retrieved = operations.retrieve(server, FoundSeries("1.2", "1.2.3"), tmp_path / "to")
    assert (retrieved.paths, retrieved.failed) == ((), 1)
    assert words in retrieved.problems[0]
    assert list((tmp_path / "to").iterdir()) == []


@pytest.mark.parametrize(
    ("then", "error", "words"),
    [(0.0, AssociationLostError, "ended the connection"), (1.5, NetworkTimeoutError, "within 1 s")],
)
def test_a_connection_that_ends_or_hangs_in_mid_object_is_no_fault_of_the_disk(
    tmp_path: Path, then: float, error: type[CxrViewerError], words: str
):
    def answer(request: BaseHTTPRequestHandler) -> None:
        if request.path.partition("?")[0].endswith("instances"):
            reply(200, json.dumps([{"00080018": {"Value": ["1.2.3.4"]}}]).encode())(request)
        else:
            request.send_response(200)
            request.send_header("Content-Type", "application/dicom")
            request.send_header("Content-Length", "100000")
            request.end_headers()
            request.wfile.write(b"\x00" * 128 + b"DICM")
            time.sleep(then)

    with web(answer) as server, pytest.raises(error, match=words):
        operations.retrieve(server, FoundSeries("1.2", "1.2.3"), tmp_path / "to")
    assert list((tmp_path / "to").iterdir()) == []


@pytest.mark.parametrize("uid", ["../../../etc/passwd", "1.2/../3", "", "1..2"])
def test_a_uid_that_leads_elsewhere_writes_nothing(tmp_path: Path, uid: str):
    def answer(request: BaseHTTPRequestHandler) -> None:
        reply(200, json.dumps([{"00080018": {"Value": [uid]}}]).encode())(request)

    with web(answer) as server:
        retrieved = operations.retrieve(server, FoundSeries("1.2", "1.2.3"), tmp_path / "to")
    assert (retrieved.paths, retrieved.failed) == ((), 1)
    assert [path.name for path in tmp_path.rglob("*")] == ["to"]


def test_a_full_disk_ends_a_retrieval_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import errno
    import os

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def answer(request: BaseHTTPRequestHandler) -> None:
        if request.path.partition("?")[0].endswith("instances"):
            reply(200, json.dumps([{"00080018": {"Value": ["1.2.3.4"]}}]).encode())(request)
        else:
            reply(200, b"\x00" * 128 + b"DICM", Content_Type="application/dicom")(request)

    monkeypatch.setattr(os, "fsync", full)
    with web(answer) as server, pytest.raises(DiskFullError, match="full"):
        operations.retrieve(server, FoundSeries("1.2", "1.2.3"), tmp_path / "to")
    assert list((tmp_path / "to").iterdir()) == []


def test_an_operation_runs_in_a_process_of_its_own_and_its_error_comes_back_by_name():
    with pytest.raises(UnreachableError, match="nobody listens"):
        run_operation(TestNode(node(free_port())))


def test_an_operation_that_does_not_end_when_it_is_cancelled_is_ended(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("cxrviewer.pacs.process._GRACE_SECONDS", 0.3)
    with tcp_server(silent) as port:
        running = RunningOperation(FindStudies(node(port, timeout_seconds=60), make_query()))
        assert running.next_message(0.05) is None
        running.cancel()
        started = time.monotonic()
        assert isinstance(running.next_message(None), Stopped)
        assert time.monotonic() - started < 5
        assert running.ended
        assert running.next_message(None) is None
        running.close()  # once more does no harm


def test_a_process_that_dies_is_an_error_and_not_silence():
    with tcp_server(silent) as port:
        running = RunningOperation(FindStudies(node(port, timeout_seconds=60), make_query()))
        running._process.kill()
        message = running.next_message(None)
    assert isinstance(message, Failed)
    assert message.error.code == "worker-crashed"


def test_the_study_of_a_command_line_needs_its_uid_only():
    assert FoundStudy("1.2.3").patient_name == ""
