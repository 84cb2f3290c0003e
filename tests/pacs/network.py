"""Free ports, films of one study, and small servers that behave badly."""

import os
import shutil
import socket
import ssl
import subprocess
import sysconfig
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import settings
from pydicom.uid import generate_uid
from typer.testing import CliRunner

from cxrviewer.pacs.node import Node, make_node
from tests.cli.command import Finished
from tests.films import write_dicom

# The machine may be busy with more than these tests.
quick = settings(max_examples=50, deadline=None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def node(port: int, **fields: Any) -> Node:
    return make_node({"name": "peer", "host": "127.0.0.1", "port": port, "timeout_seconds": 5.0, **fields})


def write_study(folder: Path, name: str, films: int = 2, size: int = 64, **attributes: object) -> list[Path]:
    """Write the films of one study; ``name`` makes its UIDs."""
    folder.mkdir(parents=True, exist_ok=True)
    study = {
        "StudyInstanceUID": study_uid(name),
        "SeriesInstanceUID": generate_uid(entropy_srcs=["series", name]),
        "StudyDate": "20260102", "StudyTime": "101112", "StudyID": "1", "SeriesNumber": 1, "AccessionNumber": "",
        "ReferringPhysicianName": "", "PatientSex": "F",
    }  # fmt: skip
    return [
        write_dicom(folder / f"{name}-{number}.dcm", size, number, InstanceNumber=number + 1, **(study | attributes))
        for number in range(films)
    ]


def study_uid(name: str) -> str:
    return str(generate_uid(entropy_srcs=["study", name]))


@contextmanager
def tcp_server(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Give the port of a server that treats each connection as ``serve`` does."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def loop() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=serve_one, args=(connection,), daemon=True).start()

        def serve_one(connection: socket.socket) -> None:
            with connection:
                serve(connection)

        thread = threading.Thread(target=loop, daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()


@contextmanager
def scp(contexts: list[Any], handlers: list[tuple[Any, Callable[..., Any]]], most: int = 10) -> Iterator[int]:
    """Give the port of a DICOM node that takes these presentation contexts."""
    from pynetdicom.ae import ApplicationEntity

    entity = ApplicationEntity("PEER")
    for context in contexts:
        entity.add_supported_context(context.abstract_syntax, context.transfer_syntax)
    entity.maximum_associations = most
    server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
    assert server is not None
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()


def run(*command: object) -> "subprocess.CompletedProcess[str]":
    """Run a program of dcmtk."""
    program, *arguments = map(str, command)
    return subprocess.run([dcmtk_program(program), *arguments], capture_output=True, text=True, timeout=60)


def dcmtk_program(name: str) -> str:
    """Return the path of a program of dcmtk."""
    path = system_program(name)
    assert path is not None, f"{name} is not on this machine"
    return path


def system_program(name: str) -> str | None:
    """Return the path of a program outside this Python's own environment, where pynetdicom puts an echoscu,
    storescu and others of its own; None where there is none.
    """
    own = Path(sysconfig.get_path("scripts")).resolve()
    folders = [folder for folder in os.get_exec_path() if Path(folder).resolve() != own]
    return shutil.which(name, path=os.pathsep.join(folders))


@contextmanager
def tls_proxy(target_port: int, certificate: Path, key: Path) -> Iterator[int]:
    """Give the port of a server that takes TLS and hands everything on to another port without."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    def serve(plain: socket.socket) -> None:
        try:
            encrypted = context.wrap_socket(plain, server_side=True)
        except OSError:  # a client that does not trust the certificate
            return
        with encrypted, socket.create_connection(("127.0.0.1", target_port)) as target:
            back = threading.Thread(target=pump, args=(target, encrypted), daemon=True)
            back.start()
            pump(encrypted, target)
            back.join()

    def pump(source: socket.socket, sink: socket.socket) -> None:
        try:
            while piece := source.recv(65536):
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            return

    with tcp_server(serve) as port:
        yield port


def in_process(*arguments: object, stdin: str = "") -> Finished:
    """Run a command in this process, which takes a tenth of the time; ``home`` has to be set."""
    from cxrviewer.cli.commands import app

    done = CliRunner().invoke(app, [*map(str, arguments)], input=stdin)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Finished(done.exit_code, done.stdout, done.stderr)
