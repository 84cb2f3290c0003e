"""The whole window, offscreen, in a process of its own: start, first result, analysis, memory."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.films import write_dicom, write_png

ROUNDS = 7


def measured(what: str, folder: Path, paths: Sequence[Path] = ()) -> dict[str, Any]:
    """Return what a function of ``window_process`` prints; store and settings are kept in ``folder``."""
    environment = {**os.environ, "XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config")}
    began = time.time()
    command = [sys.executable, "-m", "tests.benchmarks.window_process", what, repr(began), *map(str, paths)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_time_to_the_first_painted_window(benchmark: Any, tmp_path: Path) -> None:
    measured("start", tmp_path)  # files of the system's cache, bytecode
    found = [measured("start", tmp_path) for _ in range(ROUNDS)]
    benchmark.pedantic(lambda: None, rounds=1)
    seconds, used = ([entry[name] for entry in found] for name in ("painted", "processor"))
    print(
        f"\nfirst painted window: best {min(seconds):.2f} s, median {np.median(seconds):.2f} s of {ROUNDS}; "
        f"least processor time {min(used):.2f} s"
    )


def test_time_to_the_first_result(benchmark: Any, tmp_path: Path) -> None:
    one = write_png(tmp_path / "one.png", size=1024)
    measured("start", tmp_path)
    found = [measured("first_result", tmp_path / str(turn), [one]) for turn in range(ROUNDS)]
    benchmark.pedantic(lambda: None, rounds=1)
    for name in ("painted", "result", "processor"):  # the window's process alone: the network has its own
        seconds = [entry[name] for entry in found]
        print(f"\ncxrviewer one.png, {name}: best {min(seconds):.2f} s, median {np.median(seconds):.2f} s of {ROUNDS}")


@pytest.mark.timeout(900)
def test_the_event_loop_while_2000_films_are_analysed(benchmark: Any, tmp_path: Path) -> None:
    films = tmp_path / "films"
    films.mkdir()
    for number in range(2000):
        write_png(films / f"{number:04d}.png", size=320, seed=number)
    found = measured("analysis", tmp_path, [films])
    benchmark.pedantic(lambda: None, rounds=1)
    print(f"\n{found['done']} films in {found['seconds']:.0f} s, {found['memory']:.0f} MB")
    for name in ("late", "busy", "paints"):
        values = np.array(found[name])
        print(
            f"{name}: median {np.median(values):.1f} ms, 99th percentile {np.percentile(values, 99):.1f}, "
            f"most {values.max():.1f} of {len(values)}"
        )


@pytest.mark.timeout(900)
def test_memory_with_2000_films_and_while_500_are_walked_through(benchmark: Any, tmp_path: Path) -> None:
    from cxrviewer.results.store import ResultStore
    from cxrviewer.results.study_list_changes import open_films

    kinds = [write_dicom(tmp_path / f"{seed}.dcm", size=2000, seed=seed, bits=16) for seed in range(8)]
    names = [tmp_path / f"film-{number:04d}.dcm" for number in range(2000)]
    for number, name in enumerate(names):
        name.hardlink_to(kinds[number % len(kinds)])
    (tmp_path / "data" / "cxrviewer").mkdir(parents=True)
    store = ResultStore(tmp_path / "data" / "cxrviewer" / "results.sqlite")
    open_films(store, names)
    store.close()
    found = measured("memory", tmp_path)
    benchmark.pedantic(lambda: None, rounds=1)
    marks = found["marks"]
    print(f"\n{found['films']} films listed, one 2000 x 2000 open: {marks[0]:.0f} MB; every 50 films: {marks}")
