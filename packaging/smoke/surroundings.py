"""Surroundings that break programs: no network, folders that cannot be written to, names that are not ASCII."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

from smoke.command_line import compared
from smoke.films import SHOW_ANYWAY
from smoke.isolation import internet_sockets, read_only_at, trace_of_sockets
from smoke.subject import Subject, films_of_every_format
from smoke.verdicts import Check, CheckFailedError, CheckNotRunError

_NAME: Final = "Jörg Müller-Straßenœuvre, 医生"
Inventory = dict[str, tuple[int, int]]


def surroundings_checks(subject: Subject) -> list[Check]:
    """Return the checks of this module."""
    return [
        Check("no Python and no network at hand", lambda: _nothing_at_hand(subject)),
        Check("no socket to a network is asked for", lambda: _no_sockets(subject)),
        Check("home folder and films with spaces and umlauts", lambda: _names(subject)),
        Check("read-only install folder with spaces and umlauts", lambda: _read_only(subject)),
    ]


def inventory(folder: Path) -> Inventory:
    """Return size and time of change of every file below a folder, by its path."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    return {str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


def unchanged_check(subject: Subject, before: Inventory) -> Check:
    """Return the check that comes last: nothing was written to the install folder meanwhile."""

    def run() -> str:
        after = inventory(subject.folder)
        changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        if changed:
            raise CheckFailedError(f"expected {subject.folder} as it was, these changed: {', '.join(changed[:10])}")
        return f"{len(after)} files, {sum(size for size, _ in after.values()) / 1e6:.0f} MB"

    return Check("the install folder is as it was", run)


def _nothing_at_hand(subject: Subject) -> str:
    """Say what the other checks rest on, and that it is so."""
    variables = subject.frozen.variables
    found = shutil.which("python3", path=variables["PATH"]) or shutil.which("python", path=variables["PATH"])
    python = [name for name in variables if name.startswith(("PYTHON", "VIRTUAL_ENV", "CONDA"))]
    if found or python:
        raise CheckFailedError(f"expected no Python on the path and none in the environment, got {found or python}")
    if not subject.frozen.isolation:
        raise CheckNotRunError(
            "no Python is on the path, but the network cannot be taken away here: only proxies that refuse stand for it"
        )
    look = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    tried = subprocess.run([*subject.frozen.isolation, sys.executable, "-c", look], check=False, capture_output=True)
    if b"Network is unreachable" not in tried.stderr:
        raise CheckFailedError(f"expected a network namespace without any network, got {tried.stderr[-200:]!r}")
    return "the path is an empty folder; every run is in a network namespace where even the loopback is down"


def _no_sockets(subject: Subject) -> str:
    trace = subject.scratch / "sockets.trace"
    program = replace(subject.frozen, isolation=(*subject.frozen.isolation, *trace_of_sockets(trace)))
    program = program.at_home(subject.scratch / "home")
    for arguments in (("doctor",), ("classify", subject.samples, "--fresh")):
        program.run(*arguments)
        asked = internet_sockets(trace.read_text(errors="replace"))
        if asked:
            raise CheckFailedError(f"{arguments[0]} asked for sockets to a network:\n" + "\n".join(asked[:5]))
    return "strace sees none in doctor and classify, workers included"


def _names(subject: Subject) -> str:
    films, table = _films_of_awkward_name(subject), subject.scratch / _NAME / "Ergebnis für Ärzte.csv"
    program = subject.frozen.at_home(subject.scratch / _NAME)
    program.run("classify", films, SHOW_ANYWAY, "--fresh", "--output", table)
    said = [f"UTF-8: {compared(subject, table, without=('path',))}"]
    if sys.platform == "linux":  # a service or a bare container names no language at all
        bare = {name: value for name, value in program.variables.items() if name != "LANG"}
        replace(program, variables=bare).run("classify", films, SHOW_ANYWAY, "--fresh", "--output", table)
        said.append(f"without LANG: {compared(subject, table, without=('path',))}")
    return "; ".join(said)


def _read_only(subject: Subject) -> str:
    place = subject.scratch / f"Programme für {_NAME}" / "cxrviewer"
    place.mkdir(parents=True)
    prefix = read_only_at(subject.folder, place)
    write = (*prefix, "/bin/sh", "-c", ': > "$0/written"', str(place))
    writing = subprocess.run(write, check=False, capture_output=True)
    if writing.returncode == 0:
        raise CheckNotRunError("the folder could be written to although it was mounted read-only")
    console = place / Path(subject.frozen.console[0]).relative_to(subject.folder)
    program = replace(subject.frozen, console=(str(console),), isolation=prefix).at_home(subject.scratch / "home")
    table = subject.scratch / "read-only.csv"
    program.run("classify", films_of_every_format(subject), SHOW_ANYWAY, "--fresh", "--output", table)
    return compared(subject, table)


def _films_of_awkward_name(subject: Subject) -> Path:
    folder = subject.scratch / _NAME / "Röntgen Thorax, größer"
    shutil.copytree(films_of_every_format(subject), folder, dirs_exist_ok=True)
    return folder
