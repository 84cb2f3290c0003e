"""The window asks for films and gets them, the most wanted first; what it no longer wants is dropped."""

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cxrviewer.analysis import decoding
from cxrviewer.analysis.pool import PoolSettings
from cxrviewer.gui.bridge.decoder import DecoderService, Priority
from cxrviewer.reading import read_radiograph
from tests.films import write_dicom, write_png

ONE = PoolSettings(workers=1, handed_out=1, seconds_per_file=20.0)
Wait = Callable[..., None]


class Heard:
    """What a service announced, in order."""

    def __init__(self, service: DecoderService) -> None:
        self.radiographs: list[Any] = []
        self.failures: list[Any] = []
        self.thumbnails: list[Any] = []
        service.decoded.connect(self.radiographs.append)
        service.failed.connect(self.failures.append)
        service.thumbnails_decoded.connect(self.thumbnails.extend)

    @property
    def paths(self) -> list[Path]:
        return [decoded.path for decoded in self.radiographs]


@pytest.fixture
def service(qapp: Any) -> Iterator[DecoderService]:
    service = DecoderService(pool=ONE)
    yield service
    service.close()
    if sys.platform == "linux":
        gc.collect()
        assert not [name for name in os.listdir("/dev/shm") if f"cxrviewer_{os.getpid():x}_" in name]  # noqa: PTH208


@pytest.fixture
def films(tmp_path: Path) -> list[Path]:
    return [write_dicom(tmp_path / f"{i}.dcm", size=200, seed=i) for i in range(6)]


def test_a_film_on_screen_is_announced_with_its_request(
    service: DecoderService, films: list[Path], wait_for: Wait
) -> None:
    heard = Heard(service)
    number = service.show([films[0]])[films[0]]
    assert heard.radiographs == []  # never before the call has returned
    wait_for(lambda: bool(heard.radiographs))
    (decoded,) = heard.radiographs
    assert (decoded.request, decoded.path) == (number, films[0])
    np.testing.assert_array_equal(decoded.radiograph.stored, read_radiograph(films[0]).stored)
    assert not decoded.radiograph.stored.flags.writeable


def test_neighbours_are_decoded_ahead_in_silence_and_shown_without_a_worker(
    service: DecoderService, films: list[Path], wait_for: Wait
) -> None:
    heard = Heard(service)
    service.show([films[1]], ahead=[films[2], films[0]])
    wait_for(lambda: len(service.cache) == 3)
    assert heard.paths == [films[1]]
    service.show([films[2]], ahead=[films[3], films[1]])
    wait_for(lambda: len(heard.paths) == 2)
    assert heard.radiographs[1].path == films[2]
    assert heard.radiographs[1].milliseconds == 0  # it was at hand


def test_what_is_on_screen_comes_before_neighbours_and_thumbnails(
    service: DecoderService, films: list[Path], wait_for: Wait
) -> None:
    heard = Heard(service)
    order: list[str] = []
    service.decoded.connect(lambda decoded: order.append("screen"))
    service.thumbnails_decoded.connect(lambda thumbnails: order.extend("thumbnail" for _ in thumbnails))
    service.want_thumbnails(films)  # the first of them is in a worker when the film is asked for
    service.request(films[4], Priority.AHEAD)
    service.show([films[5]], ahead=[films[4]])
    wait_for(lambda: len(heard.thumbnails) == 6)
    assert "screen" in order[:2]
    assert films[4] in service.cache
    assert {thumbnail.path for thumbnail in heard.thumbnails} == set(films)
    assert all(thumbnail.pixels.shape == (96, 96) for thumbnail in heard.thumbnails)


def test_leafing_through_drops_what_was_left_behind(service: DecoderService, films: list[Path], wait_for: Wait) -> None:
    heard = Heard(service)
    for path in films:
        service.show([path])
    wait_for(lambda: films[-1] in heard.paths)
    assert heard.paths == [films[-1]]
    assert len(service.cache) <= 2  # the last one, and the first, which a worker had already


def test_a_film_asked_for_again_while_a_worker_has_it_is_announced_once(
    service: DecoderService, films: list[Path], wait_for: Wait, qtbot: Any
) -> None:
    heard = Heard(service)
    service.show([films[0]])
    qtbot.wait(5)
    service.show([films[1]])
    number = service.show([films[0]])[films[0]]
    wait_for(lambda: bool(heard.radiographs))
    qtbot.wait(300)
    assert [(decoded.request, decoded.path) for decoded in heard.radiographs] == [(number, films[0])]


def test_the_cache_keeps_the_films_used_last_within_its_bytes(qapp: Any, films: list[Path], wait_for: Wait) -> None:
    one_film = read_radiograph(films[0]).stored.nbytes
    service = DecoderService(pool=ONE, cache_bytes=2 * one_film)
    heard = Heard(service)
    for index in (0, 1, 0, 2):
        before = len(heard.paths)
        service.show([films[index]])
        wait_for(lambda before=before: len(heard.paths) > before)
    assert [films[i] in service.cache for i in range(3)] == [True, False, True]
    assert service.cache.held_bytes == 2 * one_film
    service.close()
    assert service.cache.held_bytes == 0


def test_films_that_are_shown_outlive_the_cache_and_the_service(qapp: Any, films: list[Path], wait_for: Wait) -> None:
    service = DecoderService(pool=ONE)
    heard = Heard(service)
    service.show([films[0]])
    wait_for(lambda: bool(heard.radiographs))
    shown = heard.radiographs.pop().radiograph
    service.close()
    np.testing.assert_array_equal(shown.stored, read_radiograph(films[0]).stored)


def test_errors_are_values(service: DecoderService, tmp_path: Path, wait_for: Wait) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(write_png(tmp_path / "good.png").read_bytes()[:-200])
    heard = Heard(service)
    service.show([bad, tmp_path / "missing.png"])
    service.want_thumbnails([bad])
    wait_for(lambda: len(heard.failures) == 3)
    assert {(failure.path.name, failure.kind, failure.code) for failure in heard.failures} == {
        ("bad.png", "radiograph", "corrupt"),
        ("missing.png", "radiograph", "missing"),
        ("bad.png", "thumbnail", "corrupt"),
    }
    assert all(failure.message for failure in heard.failures)
    assert heard.radiographs == []


def killing_task(task: decoding.DecodingTask) -> object:
    if task.path.name.startswith("killer"):
        os.kill(os.getpid(), signal.SIGKILL)
    if task.path.name.startswith("hanging"):
        signal.pause()
    return real_decode(task)


real_decode = decoding._decode


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_film_that_kills_or_blocks_its_worker_costs_itself_only(
    qapp: Any, films: list[Path], wait_for: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "_decode", killing_task)
    service = DecoderService(pool=PoolSettings(workers=1, handed_out=1, seconds_per_file=2.0))
    heard = Heard(service)
    service.show([Path("killer"), Path("hanging"), films[0]])
    wait_for(lambda: bool(heard.radiographs))
    assert {failure.code for failure in heard.failures} == {"worker-crashed", "timeout"}
    service.close()


def start_fails(*arguments: object) -> None:
    os._exit(3)


def test_workers_that_do_not_start_are_a_failure_and_the_next_request_tries_again(
    qapp: Any, films: list[Path], wait_for: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = DecoderService(pool=ONE)
    heard = Heard(service)
    with monkeypatch.context() as patch:
        patch.setattr("cxrviewer.analysis.pool._start_worker_process", start_fails)
        service.show([films[0]])
        wait_for(lambda: bool(heard.failures))
    assert heard.failures[0].code == "engine"
    service.show([films[0]])
    wait_for(lambda: bool(heard.radiographs))
    service.close()


def test_closing_while_workers_are_busy_is_quick_and_final(qapp: Any, films: list[Path]) -> None:
    import time

    service = DecoderService(pool=ONE)
    heard = Heard(service)
    service.show(films)
    started = time.monotonic()
    service.close()
    assert time.monotonic() - started < 5
    service.show(films)
    assert heard.radiographs == heard.failures == []
