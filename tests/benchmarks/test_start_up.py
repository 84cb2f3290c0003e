"""From a cold process to its end, as a user's shell sees it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.films import write_png


@pytest.mark.parametrize("command", ["--version", "--help", "models", "classify one.png"])
def test_start_up(benchmark, command: str, tmp_path: Path) -> None:
    one = write_png(tmp_path / "one.png", size=1024)
    arguments = [sys.executable, "-m", "cxrviewer", *command.replace("one.png", str(one)).split(" ")]
    if command.startswith("classify"):
        arguments += ["--store", str(tmp_path / "results.sqlite"), "--fresh"]
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}

    def run() -> None:
        subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, env=environment)

    benchmark.pedantic(run, rounds=7, warmup_rounds=1, iterations=1)
    print(f"\ncxrviewer {command}: best {benchmark.stats.stats.min:.2f} s, median {benchmark.stats.stats.median:.2f} s")
