"""Result objects and nodes in the frozen program: what an optional extra gives the unfrozen one is built in here."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from smoke.films import SHOW_ANYWAY
from smoke.program import Program
from smoke.subject import Subject
from smoke.verdicts import Check, CheckFailedError, CheckNotRunError


def dicom_checks(subject: Subject) -> list[Check]:
    """Return the checks of this module."""
    return [
        Check("DICOM result objects", lambda: _objects(subject)),
        Check("a node that does not answer", lambda: _silent_node(subject)),
    ]


def _objects(subject: Subject) -> str:
    """Hold the objects of the DICOM samples against the unfrozen program's: the same film gives the same bytes."""
    films = sorted(subject.samples.glob("*.dcm"))  # those of every format have no study that an object could be in
    made = {}
    for name, program in (("unfrozen", subject.unfrozen), ("frozen", subject.frozen)):
        folder = subject.scratch / f"objects of the {name}"
        home = program.at_home(subject.scratch / f"home of objects, {name}")
        home.run("classify", *films, SHOW_ANYWAY, "--dicom-out", folder)
        made[name] = {path.name: path.read_bytes() for path in folder.rglob("*.dcm")}
    expected, got = made["unfrozen"], made["frozen"]
    if not films or len(expected) < 5 * len(films):  # report, overlay, and a heatmap for each of three findings
        raise CheckFailedError(f"expected five objects for each of {len(films)} films, got {len(expected)}")
    wrong = sorted(name for name in expected.keys() | got.keys() if expected.get(name) != got.get(name))
    if wrong:
        raise CheckFailedError(f"expected the unfrozen program's objects, {len(wrong)} differ: {', '.join(wrong[:5])}")
    return f"{len(got)} objects of {len(films)} films, every byte as the unfrozen program has it"


def _silent_node(subject: Subject) -> str:
    """Let the program speak DICOM and DICOMweb to a port that nobody listens at, and see that it says so by name."""
    if subject.frozen.isolation and sys.platform == "linux":
        address = "127.0.0.1"  # in a namespace where even that is down
    else:
        address = socket.gethostbyname("localhost")
    program = subject.frozen.at_home(subject.scratch / "home of nodes")
    program.run("nodes", "add", "archive", "--host", address, "--port", "9", "--called-aet", "ARCHIVE")
    program.run("nodes", "add", "web", "--kind", "dicomweb", "--url", f"https://{address}:9/dicom-web")
    said = [_test(program, name) for name in ("archive", "web")]
    listed = program.run("nodes", "list")
    if "archive" not in listed or "web" not in listed:
        raise CheckFailedError(f"expected both nodes to be listed, got:\n{listed}")
    return f"both are named as out of reach: {said[0]}"


def _test(program: Program, name: str) -> str:
    """Return what the program says of a node that cannot be reached; no traceback, exit status 2 or 1."""
    log = Path(program.working_folder) / f"{name}.log"
    process = program.start(program.console, "nodes", "test", name, log=log)
    status = process.wait(60)
    said = log.read_text("utf-8", errors="replace").strip()
    if status not in (1, 2) or "Traceback" in said or not said:
        raise CheckFailedError(f"expected a named error of {name}, got exit status {status}:\n{said[-500:]}")
    if "pip install" in said:
        raise CheckNotRunError(f"this build has no DICOM network: {said}")
    return said.splitlines()[-1][:120]
