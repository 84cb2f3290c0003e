"""Films that were analysed once, and windows on copies of their list."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.gui.theme import Theme
from cxrviewer.results.store import STORE_FILE, ResultStore
from cxrviewer.results.study_list_changes import FilmOutcome, open_films, record_outcomes
from tests.cli.command import cxrviewer
from tests.films import write_dicom, write_png
from tests.gui.window.bench import Bench


@dataclass(frozen=True)
class Analysed:
    """A folder of films whose sides are in their names, and a store with the command line's results of them."""

    films: Path
    store: Path
    paths: tuple[Path, ...]


def make_films(folder: Path) -> tuple[Path, ...]:
    """Write films of every kind of outcome, each of its own size."""
    folder.mkdir(parents=True)
    write_png(folder / "film200.png", 200, seed=1)
    write_dicom(
        folder / "film208", 208, seed=2, WindowCenter=["2000", "1200"], WindowWidth=["3000", "900"],
        PixelSpacing=["0.5", "0.5"], RescaleSlope="1", RescaleIntercept="-1000",
    )  # fmt: skip
    for side in (216, 224, 232, 240):
        write_png(folder / f"film{side}.png", side, seed=side)
    half = write_png(folder / "half248.png", 248)
    half.write_bytes(half.read_bytes()[:2000])
    (folder / "notes256.txt").write_text("no image", encoding="utf-8")
    write_dicom(folder / "side264.dcm", 264, ViewPosition="LL")
    return tuple(sorted(folder.iterdir()))


@pytest.fixture(scope="session")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Analysed:
    folder = tmp_path_factory.mktemp("analysed")
    paths = make_films(folder / "films")
    done = cxrviewer(folder, "classify", folder / "films", "--store", STORE_FILE)
    assert done.status == 1, done.err  # three films were refused
    store_path = folder / STORE_FILE
    with closing(ResultStore(store_path)) as store:
        run = store.run(1)
        analyses = {analysis.path: analysis for analysis in store.run_analyses(run)}
        numbers = open_films(store, paths).identifiers
        outcomes = [FilmOutcome(n, analyses[str(p)], recalled=True) for n, p in zip(numbers, paths, strict=True)]
        record_outcomes(store, run.key, outcomes)
    return Analysed(folder / "films", store_path, paths)


@pytest.fixture(scope="session")
def theme(qapp: Any) -> Theme:
    theme = Theme(qapp)
    theme.apply("light")
    return theme


@pytest.fixture
def bench_of(theme: Theme, qtbot: Any, tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Return what opens a window in a home of its own, which ``prepare`` may fill before."""
    made: list[Bench] = []

    def make(**preferences: object) -> Bench:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        made.append(Bench(home, theme, qtbot, **preferences))
        return made[-1]

    yield make
    for bench in made:
        bench.close()


@pytest.fixture
def empty(bench_of: Callable[..., Bench]) -> Bench:
    """A window at its first start."""
    return bench_of()


@pytest.fixture
def listed(bench_of: Callable[..., Bench], analysed: Analysed, tmp_path: Path) -> Bench:
    """A window whose list has films with stored results, the first of them shown; the films' files are shared."""
    (tmp_path / "home").mkdir()
    shutil.copy(analysed.store, tmp_path / "home" / STORE_FILE)
    bench = bench_of()
    bench.go_to("film200.png")
    return bench
