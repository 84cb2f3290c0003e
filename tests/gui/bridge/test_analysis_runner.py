"""Rows are analysed by worker processes, recorded, and then announced; what goes wrong costs a row, not the window."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.analysis import job as job_module
from cxrviewer.analysis.job import AnalysisJob, EngineProbe, FileToAnalyse
from cxrviewer.analysis.pool import PoolSettings
from cxrviewer.domain import Analysis
from cxrviewer.errors import StoreError
from cxrviewer.gui.bridge.analysis_runner import AnalysisRunner
from cxrviewer.gui.bridge.engine_state import engine_state_text
from cxrviewer.inference.bundle import Bundle, find_bundle
from cxrviewer.results.store import ResultKey, ResultStore, StoreRecall
from cxrviewer.results.study_list import film_analysis
from cxrviewer.results.study_list_changes import FilmRecorder, open_films
from tests.films import write_dicom, write_png

ROOT = Path(__file__).resolve().parents[3]
ONE = PoolSettings(workers=1, handed_out=1, seconds_per_file=20.0)
KEY = ResultKey("b" * 64, "s" * 64)
Wait = Callable[..., None]


@dataclass
class Ledger:
    """A recorder that lives in memory: which rows were recorded, in which thread."""

    rows: list[tuple[int, Analysis]] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    closed: int = 0

    def __call__(self) -> "Ledger":
        return self

    def record(self, index: int, analysis: Analysis, *, recalled: bool, options: Mapping[str, Any]) -> None:
        self.rows.append((index, analysis))
        self.threads.add(threading.get_ident())

    def close(self) -> None:
        self.closed += 1


@dataclass
class Heard:
    """What a runner announced, and which of its rows were recorded by then."""

    runner: AnalysisRunner
    ledger: Ledger
    outcomes: list[Any] = field(default_factory=list)
    states: list[Any] = field(default_factory=list)
    finished: int = 0
    unrecorded: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.runner.outcomes.connect(self.hear)
        self.runner.engine_changed.connect(self.states.append)
        self.runner.finished.connect(self.end)

    def hear(self, outcomes: list[Any]) -> None:
        recorded = {index for index, _ in self.ledger.rows}
        self.unrecorded += [outcome.index for outcome in outcomes if outcome.index not in recorded]
        self.outcomes += outcomes

    def end(self) -> None:
        self.finished += 1

    @property
    def indices(self) -> list[int]:
        return [outcome.index for outcome in self.outcomes]


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return find_bundle("cxr_mobilenetv2")


@pytest.fixture
def job(bundle: Bundle) -> AnalysisJob:
    return AnalysisJob(bundle.folder, bundle.sha256, "litert")


@pytest.fixture
def heard(qapp: Any) -> Iterator[Heard]:
    runner = AnalysisRunner()
    yield Heard(runner, Ledger())
    runner.close()


@pytest.fixture
def films(tmp_path: Path) -> list[Path]:
    return [write_png(tmp_path / f"{i}.png", seed=i) for i in range(12)]


def test_every_row_is_recorded_in_another_thread_and_then_announced(
    heard: Heard, job: AnalysisJob, bundle: Bundle, films: list[Path], tmp_path: Path, wait_for: Wait
) -> None:
    runner = heard.runner
    runner.start(job, bundle, PoolSettings(workers=2), heard.ledger)
    notes = tmp_path / "notes.txt"
    notes.write_text("no image")
    runner.append([*enumerate(films, 100), (7, notes), (8, tmp_path / "missing.png")])
    wait_for(lambda: heard.finished == 1)
    assert sorted(heard.indices) == [7, 8, *range(100, 112)]
    assert heard.unrecorded == []
    assert heard.ledger.threads
    assert threading.get_ident() not in heard.ledger.threads
    progress = runner.progress
    assert (progress.total, progress.done, progress.ok, progress.refused, progress.errors) == (14, 14, 12, 1, 1)
    assert [state.phase for state in heard.states] == ["starting", "ready"]
    assert [engine_state_text(state) for state in heard.states] == [
        "Starting LiteRT …",
        "Ready: LiteRT (CPU, 1 thread), 2 worker processes",
    ]


def test_the_engine_is_ready_before_there_is_a_file(
    heard: Heard, job: AnalysisJob, bundle: Bundle, films: list[Path], wait_for: Wait
) -> None:
    heard.runner.start(job, bundle, ONE, heard.ledger)
    wait_for(lambda: heard.runner.engine_state.phase == "ready")
    assert heard.outcomes == []
    heard.runner.append([(1, films[0])])
    wait_for(lambda: heard.indices == [1])
    heard.runner.append([(2, films[1])])
    wait_for(lambda: heard.finished == 2)
    assert heard.indices == [1, 2]
    assert heard.runner.progress.total == 1  # counted anew after the first was done


def test_the_film_on_screen_is_analysed_first(
    heard: Heard, job: AnalysisJob, bundle: Bundle, films: list[Path], wait_for: Wait
) -> None:
    heard.runner.pause()
    heard.runner.start(job, bundle, ONE, heard.ledger)
    heard.runner.append(enumerate(films))
    heard.runner.prioritise([9, 4])
    heard.runner.resume()
    wait_for(lambda: heard.finished == 1)
    assert heard.indices == [9, 4, *(i for i in range(12) if i not in (4, 9))]


def test_a_pause_holds_the_rest_back_and_a_cancelled_rest_is_forgotten(
    heard: Heard, job: AnalysisJob, bundle: Bundle, films: list[Path], wait_for: Wait, qtbot: Any
) -> None:
    runner = heard.runner
    runner.start(job, bundle, ONE, heard.ledger)
    wait_for(lambda: runner.engine_state.phase == "ready")
    runner.append(enumerate(films * 30))
    wait_for(lambda: bool(heard.outcomes))
    runner.pause()
    assert runner.progress.paused
    qtbot.wait(300)  # what a worker had is announced
    done = len(heard.outcomes)
    qtbot.wait(300)
    assert len(heard.outcomes) == done < 360
    runner.cancel([359, 358])
    assert runner.progress.total == 358
    runner.cancel()
    assert heard.finished == 1
    assert runner.progress.total == runner.progress.done == done
    runner.resume()
    qtbot.wait(200)
    assert len(heard.outcomes) == done


def examine_or_die(item: FileToAnalyse | EngineProbe) -> object:
    if isinstance(item, FileToAnalyse) and item.path.name.startswith("killer"):
        os.kill(os.getpid(), signal.SIGKILL)
    return real_examine(item)


real_examine = job_module._examine_item


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_crash_of_a_worker_is_a_rows_error_and_the_next_file_goes_on(
    heard: Heard, job: AnalysisJob, bundle: Bundle, films: list[Path], tmp_path: Path,
    wait_for: Wait, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(job_module, "_examine_item", examine_or_die)
    killer = write_png(tmp_path / "killer.png")
    heard.runner.start(job, bundle, ONE, heard.ledger)
    heard.runner.append([(0, films[0]), (1, killer), (2, films[1])])
    wait_for(lambda: heard.finished == 1)
    by_index = {outcome.index: outcome.analysis for outcome in heard.outcomes}
    assert [by_index[i].status for i in range(3)] == ["ok", "error", "ok"]
    assert by_index[1].code == "worker-crashed"
    assert by_index[1].sha256
    assert heard.unrecorded == []


def test_rows_are_known_from_the_store_and_analysed_again_when_asked(
    heard: Heard, job: AnalysisJob, bundle: Bundle, films: list[Path], tmp_path: Path, wait_for: Wait
) -> None:
    """The study list's own recorder, in its own file, with recall from it."""
    from dataclasses import replace

    path = tmp_path / "results.sqlite"
    store = ResultStore(path)
    opened = open_films(store, films[:3])
    rows = list(zip(opened.identifiers, films, strict=False))
    heard.ledger.rows = [(identifier, None) for identifier, _ in rows]  # type: ignore[misc]
    heard.runner.start(replace(job, recall=StoreRecall(path, KEY)), bundle, ONE, lambda: FilmRecorder(path, KEY))
    heard.runner.append(rows)
    wait_for(lambda: heard.finished == 1)
    first = film_analysis(store, rows[0][0])
    assert first is not None
    assert first.status == "ok"
    heard.runner.append(rows[:1])
    wait_for(lambda: heard.finished == 2)
    assert heard.outcomes[-1].recalled
    heard.runner.append(rows[:1], fresh=True)
    wait_for(lambda: heard.finished == 3)
    assert not heard.outcomes[-1].recalled
    store.close()


def test_a_bundle_that_cannot_run_is_said_and_its_rows_are_done_by_the_next(
    heard: Heard, job: AnalysisJob, bundle: Bundle, films: list[Path], wait_for: Wait
) -> None:
    from dataclasses import replace

    heard.runner.start(replace(job, bundle_sha256="0" * 64), bundle, ONE, heard.ledger)
    heard.runner.append(enumerate(films[:3]))
    wait_for(lambda: heard.runner.engine_state.phase == "failed")
    assert heard.runner.engine_state.code == "bundle-hash"
    assert "changed" in engine_state_text(heard.runner.engine_state)
    assert heard.outcomes == []
    heard.runner.append([(3, films[3])])
    heard.runner.start(job, bundle, ONE, heard.ledger)
    wait_for(lambda: heard.finished == 1)
    assert sorted(heard.indices) == [0, 1, 2, 3]


class FullDisk(Ledger):
    def record(self, index: int, analysis: Analysis, *, recalled: bool, options: Mapping[str, Any]) -> None:
        raise StoreError("the disk is full")


def test_an_outcome_that_cannot_be_recorded_is_not_announced(
    heard: Heard, job: AnalysisJob, bundle: Bundle, films: list[Path], wait_for: Wait
) -> None:
    broken = FullDisk()
    heard.runner.start(job, bundle, ONE, broken)
    heard.runner.append([(0, films[0])])
    wait_for(lambda: heard.runner.engine_state.phase == "failed")
    assert heard.runner.engine_state.code == "store"
    assert heard.outcomes == []
    assert broken.closed == 1
    assert not heard.runner.progress.finished


def test_another_job_takes_the_rows_over(
    heard: Heard, job: AnalysisJob, bundle: Bundle, films: list[Path], wait_for: Wait
) -> None:
    heard.runner.start(job, bundle, ONE, heard.ledger)
    heard.runner.append(enumerate(films * 4))
    wait_for(lambda: bool(heard.outcomes))
    heard.runner.start(job, bundle, PoolSettings(workers=2), heard.ledger)
    wait_for(lambda: heard.finished == 1)
    assert sorted(set(heard.indices)) == list(range(48))


def test_closing_in_the_middle_is_quick(
    heard: Heard, job: AnalysisJob, bundle: Bundle, tmp_path: Path, wait_for: Wait
) -> None:
    import time

    large = write_dicom(tmp_path / "large.dcm", size=2000)
    heard.runner.start(job, bundle, PoolSettings(workers=2), heard.ledger)
    heard.runner.append((i, large) for i in range(1000))
    wait_for(lambda: bool(heard.outcomes))
    started = time.monotonic()
    heard.runner.close()
    assert time.monotonic() - started < 5
    assert heard.ledger.closed == 1


def test_the_windows_process_never_imports_tensorflow_or_a_decoder(tmp_path: Path) -> None:
    """A whole run in a process of its own, with films of both readers, decoded and analysed."""
    write_png(tmp_path / "a.png")
    write_dicom(tmp_path / "b.dcm")
    script = tmp_path / "program.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import sys
            from pathlib import Path

            def main():
                from PySide6.QtCore import QCoreApplication
                from cxrviewer.analysis.job import AnalysisJob
                from cxrviewer.analysis.pool import PoolSettings
                from cxrviewer.gui.bridge.analysis_runner import AnalysisRunner
                from cxrviewer.gui.bridge.decoder import DecoderService
                from cxrviewer.inference.bundle import find_bundle
                from cxrviewer.results.store import ResultKey, ResultStore
                from cxrviewer.results.study_list_changes import FilmRecorder, open_films

                folder = Path({str(tmp_path)!r})
                application = QCoreApplication([])
                bundle = find_bundle("cxr_mobilenetv2", verify=False)
                films = [folder / "a.png", folder / "b.dcm"]
                store = ResultStore(folder / "results.sqlite")
                rows = list(zip(open_films(store, films).identifiers, films))
                runner, decoder = AnalysisRunner(), DecoderService()
                left = {{"analysis", *films}}

                def done(what):
                    left.discard(what)
                    if not left:
                        application.quit()

                runner.finished.connect(lambda: done("analysis"))
                decoder.decoded.connect(lambda decoded: done(decoded.path))
                key = ResultKey(bundle.sha256, "s")
                job = AnalysisJob(bundle.folder, bundle.sha256, "litert")
                runner.start(job, bundle, PoolSettings(workers=1), lambda: FilmRecorder(store.path, key))
                runner.append(rows)
                decoder.show(films)
                application.exec()
                runner.close()
                decoder.close()
                store.close()
                foreign = ("tensorflow", "keras", "ai_edge_litert", "gdcm", "openjpeg", "pylibjpeg")
                print([name for name in foreign if name in sys.modules])

            if __name__ == "__main__":
                main()
            """
        )
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, env=environment, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr
    assert done.stderr == ""
