"""A real Orthanc on loopback, in a scratch folder; installed where it is missing and this user may install it."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from cxrviewer.pacs.node import Node, make_node
from tests.pacs.network import free_port, system_program

USER, PASSWORD = "reader", "pass: wörd"
_PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
_PROGRAMS = ("Orthanc", "storescu", "echoscu", "findscu", "getscu", "movescu", "storescp")


def install() -> None:
    """Install Orthanc and dcmtk where they are missing; skip, saying so, where that cannot be."""
    if _is_installed():
        return
    missing = "needs Orthanc with orthanc-dicomweb, and dcmtk"
    if not shutil.which("apt-get") or os.geteuid() != 0:
        pytest.skip(f"{missing}, which this user cannot install: apt install orthanc orthanc-dicomweb dcmtk")
    import fcntl

    # Tests that run side by side wait for the one that installs.
    with (Path(tempfile.gettempdir()) / "cxrviewer-tests-install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_installed():
            _apt_get()
    if not _is_installed():
        pytest.skip(f"{missing}, which apt-get could not install")


def _is_installed() -> bool:
    return all(map(system_program, _PROGRAMS)) and _PLUGIN.exists()


def _apt_get() -> None:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "timeout": 600}
    subprocess.run(["apt-get", "update"], **quiet)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    packages = ["orthanc", "orthanc-dicomweb", "dcmtk"]
    # No service of the system's is started: the tests start what they need.
    subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", *packages], env=environment, **quiet)


class Service:
    """The process of a server, started anew where it has ended, as a system's services are.

    Debian's Orthanc 1.10.1 sometimes falls over some time after it has rejected an association.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        with (self._folder / "orthanc.log").open("ab") as log:
            self._process = subprocess.Popen(["Orthanc", str(self._folder / "orthanc.json")], stdout=log, stderr=log)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()  # its folder is a scratch one; ending in order takes it seconds
            self._process.wait(20)


@dataclass(frozen=True)
class Orthanc:
    """A server at work: its ports, and the names that it knows us by."""

    http_port: int
    dicom_port: int
    move_port: int
    folder: Path
    service: Service
    https_port: int = 0

    @property
    def url(self) -> str:
        return f"http://localhost:{self.http_port}"

    @property
    def web_url(self) -> str:
        return f"https://localhost:{self.https_port}" if self.https_port else self.url

    def rest(self, path: str) -> Any:
        answer = requests.get(f"{self.url}{path}", auth=_auth(), timeout=10)
        answer.raise_for_status()
        return answer.json()

    def be_there(self) -> None:
        """Start it where it does not run, and wait until it answers."""
        if not self.service.is_running:
            self.service.start()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.service.is_running:
            try:
                self.rest("/system")
            except requests.RequestException:
                time.sleep(0.1)
            else:
                return
        raise AssertionError((self.folder / "orthanc.log").read_text())

    def clear(self) -> None:
        self.be_there()
        for patient in self.rest("/patients"):
            requests.delete(f"{self.url}/patients/{patient}", auth=_auth(), timeout=10).raise_for_status()

    def objects(self) -> list[dict[str, Any]]:
        """Return the tags of all that it holds."""
        return [entry["MainDicomTags"] for entry in self.rest("/instances?expand")]

    def dicom(self, **fields: Any) -> Node:
        return make_node(
            {"name": "orthanc", "host": "localhost", "port": self.dicom_port, "called_ae_title": "ORTHANC",
             "timeout_seconds": 10.0, **fields}
        )  # fmt: skip

    def web(self, **fields: Any) -> Node:
        return make_node(
            {"name": "orthanc-web", "kind": "dicomweb", "url": f"{self.web_url}/dicom-web", "user": USER,
             "timeout_seconds": 10.0, **fields}
        )  # fmt: skip


def _auth() -> tuple[bytes, bytes]:
    return USER.encode(), PASSWORD.encode()


@contextmanager
def orthanc(folder: Path, **settings: Any) -> Iterator[Orthanc]:
    """Start an Orthanc and stop it; ``settings`` are of its configuration."""
    install()
    ports = [free_port() for _ in range(3)]
    service = Service(folder)
    server = Orthanc(*ports, folder=folder, service=service)
    configuration = {
        "Name": "tests", "StorageDirectory": str(folder / "db"), "IndexDirectory": str(folder / "db"),
        "HttpPort": server.http_port, "DicomPort": server.dicom_port, "DicomAet": "ORTHANC",
        "DicomCheckCalledAet": True, "DicomAlwaysAllowFind": True, "DicomAlwaysAllowGet": True,
        "RemoteAccessAllowed": False, "AuthenticationEnabled": True, "RegisteredUsers": {USER: PASSWORD},
        "Plugins": [str(_PLUGIN)], "DicomWeb": {"Enable": True, "Root": "/dicom-web/"}, "ExecuteLuaEnabled": False,
        "DicomModalities": {"cxrviewer": ["CXRVIEWER", "127.0.0.1", server.move_port]},
        **settings,
    }  # fmt: skip
    (folder / "db").mkdir(parents=True)
    (folder / "orthanc.json").write_text(json.dumps(configuration))
    try:
        server.be_there()
        yield server
    finally:
        service.stop()
