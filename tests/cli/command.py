"""Runs the command line as a user's shell does: a process of its own, its exit status and what it printed."""

import csv
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Finished:
    """How a command ended."""

    status: int
    out: str
    err: str


def environment(folder: Path) -> dict[str, str]:
    """Return an environment whose data folder is a scratch one."""
    home = str(folder / "home")
    return {
        **os.environ,
        "HOME": home,
        "XDG_DATA_HOME": home,
        "XDG_CONFIG_HOME": home,
        "LOCALAPPDATA": home,
        "PYTHONUNBUFFERED": "1",
    }


def command(*arguments: object) -> list[str]:
    """Return the command line of the program under test."""
    return [sys.executable, "-m", "cxrviewer", *map(str, arguments)]


def cxrviewer(folder: Path, *arguments: object, stdin: str | None = None) -> Finished:
    """Run a command with ``folder`` as its working folder and home."""
    done = subprocess.run(
        command(*arguments),
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env=environment(folder),
        timeout=240,
    )
    return Finished(done.returncode, done.stdout, done.stderr)


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV table."""
    with path.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def results_of(path: Path) -> dict[str, dict[str, str]]:
    """Return the rows by file name without the columns that tell when, how long, and in which entry of the log."""
    of_this_run = ("milliseconds", "analysed_at", "audit", "path")
    return {
        Path(row["path"]).name: {name: value for name, value in row.items() if name not in of_this_run}
        for row in rows(path)
    }
