"""Other people's programs that judge and read the objects; a test that needs one skips, saying so, without it."""

import shutil
import subprocess
from pathlib import Path

import pytest


def run_tool(name: str, *arguments: object) -> str:
    """Return what a program prints, on both streams."""
    if shutil.which(name) is None:
        pytest.skip(f"needs {name} (Debian: dicom3tools or dcmtk), which is not on this machine")
    done = subprocess.run([name, *map(str, arguments)], capture_output=True, encoding="utf-8", errors="replace")
    return done.stdout + done.stderr


def errors_of(path: Path) -> list[str]:
    """Return what dciodvfy calls an error in an object."""
    return [line for line in run_tool("dciodvfy", path).splitlines() if line.startswith("Error")]
