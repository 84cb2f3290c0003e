"""A study list whose films the command line has analysed and exported, to compare the window's exports with."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.analysis.job import AnalysisJob
from cxrviewer.analysis.pool import PoolSettings
from cxrviewer.gui.exporting.choice import ExportChoice, ExportJob, ExportKind
from cxrviewer.gui.exporting.runner import ExportRunner
from cxrviewer.inference.bundle import Bundle, find_bundle
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list_changes import FilmOutcome, open_films, record_outcomes
from tests.cli.command import cxrviewer
from tests.films import write_dicom, write_png

ONE = PoolSettings(workers=1, handed_out=2, seconds_per_file=20.0)


@dataclass(frozen=True)
class ExportedByCommandLine:
    """A folder with films/, store.sqlite, and what one run of the command line wrote of them."""

    folder: Path
    paths: tuple[Path, ...]


@dataclass(frozen=True)
class Listed:
    """A study list of a test's own: its store, its films' numbers and paths, and the bundle."""

    store_path: Path
    numbers: tuple[int, ...]
    paths: tuple[Path, ...]
    bundle: Bundle

    def job(self, kind: ExportKind, path: Path, **changes: Any) -> ExportJob:
        """Return the export of all films; ``patient`` and the job's own fields can be changed."""
        choice = ExportChoice(kind, path, only_selected=False, include_patient_data=changes.pop("patient", False))
        job = ExportJob(
            store_path=self.store_path,
            numbers=self.numbers,
            choice=choice,
            bundle=self.bundle,
            job=AnalysisJob(self.bundle.folder, self.bundle.sha256, "litert"),
            pool=ONE,
            findings=self.bundle.metadata.findings,
        )
        return replace(job, **changes)


@dataclass
class Heard:
    """What a runner announced."""

    runner: ExportRunner
    progress: list[tuple[int, int]] = field(default_factory=list)
    ends: list[tuple[Any, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.runner.progress.connect(lambda done, total: self.progress.append((done, total)))
        self.runner.finished.connect(lambda *exported: self.ends.append(("finished", *exported)))
        self.runner.failed.connect(lambda error: self.ends.append(("failed", error)))
        self.runner.cancelled.connect(lambda: self.ends.append(("cancelled",)))


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    return find_bundle("cxr_mobilenetv2")


@pytest.fixture(scope="session")
def by_command_line(tmp_path_factory: pytest.TempPathFactory) -> ExportedByCommandLine:
    folder = tmp_path_factory.mktemp("exported")
    films = folder / "films"
    films.mkdir()
    samples = Path(__file__).resolve().parents[3] / "resources" / "samples"
    shutil.copy(samples / "synthetic-ground-glass.jpg", films / "a.jpg")
    write_dicom(films / "b.dcm", size=300)
    (films / "c.txt").write_text("no image")
    write_png(films / "été.png", seed=3)
    outputs = [part for name in ("r.csv", "r.jsonl") for part in ("--output", name)]
    options = ["--overlays", "overlays", "--report", "r.pdf", "--store", "store.sqlite", "--include-patient-data"]
    done = cxrviewer(folder, "classify", films, *outputs, *options)
    assert done.status == 1, done.err  # one file was refused
    return ExportedByCommandLine(folder, tuple(sorted(films.iterdir())))


@pytest.fixture
def listed(by_command_line: ExportedByCommandLine, bundle: Bundle, tmp_path: Path) -> Listed:
    """The same films in the list of a copy of that store; a test may change everything but the films' files."""
    path = Path(shutil.copy(by_command_line.folder / "store.sqlite", tmp_path))
    with closing(ResultStore(path)) as store:
        run = store.run(1)
        analyses = list(store.run_analyses(run))
        paths = tuple(Path(analysis.path) for analysis in analyses)
        numbers = open_films(store, paths).identifiers
        outcomes = [FilmOutcome(n, a, recalled=True) for n, a in zip(numbers, analyses, strict=True)]
        record_outcomes(store, run.key, outcomes)
    return Listed(path, numbers, paths, bundle)


@pytest.fixture
def heard(qapp: Any) -> Iterator[Heard]:
    runner = ExportRunner()
    yield Heard(runner)
    runner.close()


@pytest.fixture
def export(heard: Heard, wait_for: Callable[..., None]) -> Callable[[ExportJob], tuple[Any, ...]]:
    """Return what runs an export to its end and returns how it ended."""

    def run(job: ExportJob) -> tuple[Any, ...]:
        before = len(heard.ends)
        assert heard.runner.start(job)
        wait_for(lambda: len(heard.ends) > before, seconds=60)
        return heard.ends[-1]

    return run


def add_copies(listed: Listed, folder: Path, count: int) -> Listed:
    """Return the list with copies of its last film under other names at its end, all with its analysis."""
    folder.mkdir()
    copies = [Path(shutil.copy(listed.paths[-1], folder / f"{number}.png")) for number in range(count)]
    with closing(ResultStore(listed.store_path)) as store:
        run = store.run(1)
        analysis = next(a for a in store.run_analyses(run) if a.path == str(listed.paths[-1]))
        numbers = open_films(store, copies).identifiers
        outcomes = [FilmOutcome(n, replace(analysis, path=str(p))) for n, p in zip(numbers, copies, strict=True)]
        record_outcomes(store, run.key, outcomes)
    return replace(listed, numbers=listed.numbers + numbers, paths=listed.paths + tuple(copies))
