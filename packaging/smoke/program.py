"""The program under test and the one that it is compared with: how each is started, and in what surroundings."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import psutil

from smoke.verdicts import CheckFailedError

TIMEOUT: Final = 120.0  # seconds; a command that needs as long hangs
_WORKER_MARKS: Final = ("--multiprocessing-fork", "from multiprocessing.spawn")  # frozen, unfrozen
# Nothing listens on the port named discard, so that whoever asks a proxy is refused at once.
_PROXIES: Final = {f"{kind}_proxy": "http://127.0.0.1:9" for kind in ("http", "https", "ftp", "all")}


@dataclass(frozen=True)
class Program:
    """A way to start cxrviewer: two commands, what stands before each, and the whole environment of both."""

    console: tuple[str, ...]
    window: tuple[str, ...]
    variables: Mapping[str, str]
    isolation: tuple[str, ...] = ()

    @property
    def working_folder(self) -> str:
        """The folder that commands run in: Python would import modules from whatever folder the person is in."""
        return self.variables["TEMP" if sys.platform == "win32" else "TMPDIR"]

    def at_home(self, home: Path) -> Program:
        """Return the program with a home folder, which is made where it is missing."""
        return replace(self, variables={**self.variables, **home_variables(home)})

    def with_variables(self, **variables: str) -> Program:
        """Return the program with further variables in its environment."""
        return replace(self, variables={**self.variables, **variables})

    def run(self, *arguments: str | Path, expected: Sequence[int] = (0,), timeout: float = TIMEOUT) -> str:
        """Run a command to its end and return its standard output; CheckFailedError where the exit status is another.

        A traceback on standard error fails as well, whatever the exit status.
        """
        command = [*self.isolation, *self.console, *map(str, arguments)]
        done = subprocess.run(
            command,
            check=False,
            cwd=self.working_folder,
            env=dict(self.variables),
            capture_output=True,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
        )
        said = done.stderr.decode(errors="replace")
        if done.returncode not in expected or "Traceback" in said:
            raise CheckFailedError(
                f"expected exit status {' or '.join(map(str, expected))} of {' '.join(map(str, arguments))}, "
                f"got {done.returncode}; it said:\n{_last_lines(said or done.stdout.decode(errors='replace'))}"
            )
        return done.stdout.decode("utf-8", errors="replace")  # a console of Windows has a code page of its own

    def start(self, command: Sequence[str], *arguments: str | Path, log: Path) -> subprocess.Popen[bytes]:
        """Start one of the two commands and return its process; what it says goes to a file."""
        with log.open("wb") as stream:
            return subprocess.Popen(
                [*self.isolation, *command, *map(str, arguments)],
                cwd=self.working_folder,
                env=dict(self.variables),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
            )


def frozen_program(folder: Path, isolation: tuple[str, ...], scratch: Path) -> Program:
    """Return the program of a build, in an environment that holds nothing of the person's who tests."""
    suffix = ".exe" if sys.platform == "win32" else ""
    programs = folder / "Contents" / "MacOS" if (folder / "Contents").is_dir() else folder
    console, window = programs / f"cxrviewer-cli{suffix}", programs / f"cxrviewer{suffix}"
    missing = [path for path in (console, window) if not path.is_file()]
    if missing:
        raise CheckFailedError(f"expected a build of two programs, found no {missing[0]}; give the folder of a build.")
    return Program((str(console),), (str(window),), clean_variables(scratch), isolation)


def unfrozen_program(checkout: Path, isolation: tuple[str, ...], scratch: Path) -> Program:
    """Return the same program as the Python that runs this test starts it."""
    command = (sys.executable, "-m", "cxrviewer")
    variables = clean_variables(scratch) | {"PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
    return Program(command, command, variables, isolation)


def clean_variables(scratch: Path) -> dict[str, str]:
    """Return an environment without Python, without the person's own folders, and with proxies that refuse."""
    temporary = scratch / "temporary"
    temporary.mkdir(exist_ok=True)
    variables = {
        "PATH": str(_empty_folder(scratch)),
        "TMPDIR": str(temporary),
        **_PROXIES,
        **{name.upper(): value for name, value in _PROXIES.items()},
    }
    if sys.platform == "win32":
        system = os.environ["SYSTEMROOT"]
        variables |= {"SYSTEMROOT": system, "PATH": rf"{system}\System32;{system}", "TEMP": str(temporary)}
        variables |= {"TMP": str(temporary), "NUMBER_OF_PROCESSORS": str(os.cpu_count() or 1)}
    else:
        variables |= {"LANG": "C.UTF-8", "USER": "smoke"}
    return variables


def home_variables(home: Path) -> dict[str, str]:
    """Return what points a program to a home folder on this platform; the folder is made where it is missing."""
    home.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":
        roaming, local = home / "AppData" / "Roaming", home / "AppData" / "Local"
        roaming.mkdir(parents=True, exist_ok=True)
        local.mkdir(parents=True, exist_ok=True)
        # Windows itself tells programs where these folders are, whatever the environment says; platformdirs asks for
        # its own variables before it does, else the test would write into the person's own store.
        overrides = {"WIN_PD_OVERRIDE_APPDATA": str(roaming), "WIN_PD_OVERRIDE_LOCAL_APPDATA": str(local)}
        return {"USERPROFILE": str(home), "APPDATA": str(roaming), "LOCALAPPDATA": str(local), **overrides}
    return {"HOME": str(home)}


def workers_of(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Return the worker processes of a running program; the resource tracker of multiprocessing is none."""
    workers = []
    try:
        children = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    for child in children:
        try:
            if any(
                word.startswith(("--multiprocessing-fork", "from multiprocessing.spawn")) for word in child.cmdline()
            ):
                workers.append(child)
        except psutil.Error:
            continue
    return workers


def end_at_once(process: subprocess.Popen[bytes]) -> None:
    """End a program and what it has started; for a check that has failed, or is done with it."""
    try:
        children = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        children = []
    if process.poll() is None:
        process.kill()
    for child in children:
        try:
            child.kill()
        except psutil.NoSuchProcess:
            continue
    process.wait(10)


def _empty_folder(scratch: Path) -> Path:
    folder = scratch / "nothing on the path"
    folder.mkdir(exist_ok=True)
    return folder


def _last_lines(text: str, most: int = 12) -> str:
    return "\n".join(text.strip().splitlines()[-most:])
