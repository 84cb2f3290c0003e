"""What the window waits for: a film from request to announcement, and its event loop while files are analysed."""

import time
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEventLoop, QObject, Qt, QTimer

from cxrviewer.analysis.job import AnalysisJob
from cxrviewer.gui.bridge.analysis_runner import AnalysisRunner, window_pool
from cxrviewer.gui.bridge.decoder import DecoderService
from cxrviewer.inference.bundle import find_bundle
from cxrviewer.reading import read_radiograph
from cxrviewer.results.report import write_report
from cxrviewer.results.store import ResultKey, ResultStore
from cxrviewer.results.study_list_changes import FilmRecorder, open_films
from tests.films import write_dicom, write_png

FILES = 500


class LoopDelays(QObject):
    """How late a timer of 10 ms fires, in milliseconds: how long the event loop was busy, or without the processor."""

    def __init__(self) -> None:
        super().__init__()
        self.milliseconds: list[float] = []
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._note)

    def start(self) -> None:
        self._clock.start()
        self._timer.start(10)

    def stop(self) -> None:
        self._timer.stop()

    def _note(self) -> None:
        self.milliseconds.append(max(0.0, self._clock.nsecsElapsed() / 1e6 - 10))
        self._clock.start()


def test_a_decoded_film_against_reading_it_in_this_process(benchmark: Any, qtbot: Any, tmp_path: Path) -> None:
    films = [write_dicom(tmp_path / f"{i}.dcm", size=3000, seed=i, bits=16) for i in range(8)]
    service = DecoderService(cache_bytes=0)
    arrived: list[Any] = []
    service.decoded.connect(arrived.append)
    service.show(films[:2])
    qtbot.waitUntil(lambda: len(arrived) == 2)  # the workers run, and have imported what they need
    here, there = [], []
    for turn in range(24):
        film = films[turn % len(films)]
        started = time.perf_counter()
        read_radiograph(film)
        here.append(time.perf_counter() - started)
        arrived.clear()
        started = time.perf_counter()
        service.show([film])
        while not arrived:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        there.append(time.perf_counter() - started)
    service.close()
    benchmark.pedantic(lambda: None, rounds=1)
    one, other = float(np.median(here)) * 1e3, float(np.median(there)) * 1e3
    print(f"\n3000 x 3000, 16 bit: read here {one:.1f} ms, request to announcement {other:.1f} ms: {other / one:.2f} x")


def test_event_loop_while_films_are_analysed(benchmark: Any, qtbot: Any, tmp_path: Path) -> None:
    films = [write_png(tmp_path / f"{i}.png", size=512, seed=i) for i in range(FILES)]
    bundle = find_bundle("cxr_mobilenetv2", verify=False)
    store = ResultStore(tmp_path / "results.sqlite")
    rows = list(zip(open_films(store, films).identifiers, films, strict=True))
    key = ResultKey(bundle.sha256, "s")
    runner, delays = AnalysisRunner(), LoopDelays()
    announced: list[int] = []
    runner.outcomes.connect(lambda outcomes: announced.append(len(outcomes)))
    finished: list[bool] = []
    runner.finished.connect(lambda: finished.append(True))
    delays.start()
    started = time.perf_counter()
    runner.start(
        AnalysisJob(bundle.folder, bundle.sha256, "litert"),
        bundle,
        window_pool(),
        lambda: FilmRecorder(store.path, key),
    )
    runner.append(rows)
    qtbot.waitUntil(lambda: bool(finished), timeout=120_000)
    seconds = time.perf_counter() - started
    delays.stop()
    runner.close()
    store.close()
    benchmark.pedantic(lambda: None, rounds=1)
    late = np.array(delays.milliseconds)
    print(
        f"\n{FILES} films in {seconds:.1f} s, {len(announced)} batches; event loop late by {np.median(late):.1f} ms "
        f"(median), {np.percentile(late, 99):.1f} (99th percentile), {late.max():.1f} (most)"
    )


def test_a_report_of_many_films(benchmark: Any, tmp_path: Path) -> None:
    from cxrviewer.analysis.analyze import examine_file
    from cxrviewer.inference.engines import open_engine
    from cxrviewer.results.film_pictures import film_pictures

    bundle = find_bundle("cxr_mobilenetv2", verify=False)
    examined = examine_file(write_png(tmp_path / "a.png", size=1000), bundle, open_engine("litert", bundle))
    assert examined.display is not None
    made = film_pictures(examined.display, examined.analysis)
    analyses = [examined.analysis] * FILES
    benchmark.pedantic(
        lambda: write_report(tmp_path / "r.pdf", analyses, lambda analysis: made, bundle), rounds=3, iterations=1
    )
    size = (tmp_path / "r.pdf").stat().st_size / 1e6
    print(f"\nreport of {FILES} films: {benchmark.stats.stats.median:.2f} s, {size:.0f} MB")
