"""Files and folders of any number come onto the study list, in order, the first of them at once."""

import os
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer

from cxrviewer.errors import MissingFileError, StoreError
from cxrviewer.gui.opening.opening import Opening
from cxrviewer.gui.opening.search import BATCH_FILES, FilmSearch
from cxrviewer.reading.discovery import find_files
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list import film_ids, film_paths
from tests.cli.test_media import write_medium
from tests.films import write_dicom, write_png


class Heard:
    """What an Opening has said, in its order."""

    def __init__(self, opening: Opening) -> None:
        self.batches, self.failures, self.finished, self.counts = [], [], [], []
        self.threads = set()
        opening.opened.connect(self._opened)
        opening.failed.connect(self.failures.append)
        opening.finished.connect(self.finished.append)
        opening.searching.connect(self.counts.append)

    def _opened(self, films, paths) -> None:
        self.threads.add(threading.current_thread())
        self.batches.append((films, paths))

    @property
    def paths(self) -> list[Path]:
        return [path for _, paths in self.batches for path in paths]


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "results.sqlite"


@pytest.fixture
def opening(qapp, store_path: Path):
    opening = Opening(store_path)
    yield opening
    opening.close()


@pytest.fixture
def heard(opening: Opening) -> Heard:
    return Heard(opening)


def listed(store_path: Path) -> list[Path]:
    with closing(ResultStore(store_path)) as store:
        return list(film_paths(store, film_ids(store).tolist()))


def empty_files(folder: Path, count: int) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{number:06d}" for number in range(count)]
    for file in files:
        file.touch()
    return files


def test_files_and_folders_are_listed_in_the_order_given(opening, heard, store_path, tmp_path, wait_for) -> None:
    single = write_png(tmp_path / "single.png")
    deep = tmp_path / "films" / "ward" / "deep"
    deep.mkdir(parents=True)
    in_folder = [write_png(tmp_path / "films" / "b.png"), write_dicom(deep / "no_extension")]
    (tmp_path / "films" / ".hidden").touch()
    opening.open([tmp_path / "films", single])
    assert heard.batches == []  # never before the call has returned
    assert opening.is_running
    wait_for(lambda: heard.finished == [3])
    assert not opening.is_running
    assert heard.paths == [*in_folder, single] == listed(store_path)
    assert heard.threads == {threading.main_thread()}
    numbers = [number for films, _ in heard.batches for number in films.identifiers]
    assert numbers == [number for films, _ in heard.batches for number in films.added]
    with closing(ResultStore(store_path)) as store:
        assert list(film_paths(store, numbers)) == heard.paths


def test_what_is_opened_again_is_announced_and_not_added(opening, heard, tmp_path, wait_for) -> None:
    film = write_png(tmp_path / "film.png")
    opening.open([film])
    opening.open([film])
    wait_for(lambda: heard.finished == [1, 1])
    (first, _), (second, _) = heard.batches
    assert first.identifiers == first.added == second.identifiers
    assert second.added == ()


def test_the_first_film_of_many_is_there_at_once_and_each_batch_is_committed_before_it_is_told(
    opening, heard, store_path, tmp_path, wait_for
) -> None:
    files = empty_files(tmp_path / "films", BATCH_FILES * 2 + 10)
    committed = []
    opening.opened.connect(lambda films, _paths: committed.append(set(films.added) <= rows()))

    def rows() -> set[int]:
        with closing(ResultStore(store_path)) as store:
            return set(film_ids(store).tolist())

    opening.open([tmp_path / "films"])
    wait_for(lambda: heard.finished == [len(files)])
    assert heard.paths == files
    assert len(heard.batches[0][1]) == 1
    assert max(len(paths) for _, paths in heard.batches) <= BATCH_FILES
    assert all(len(films.identifiers) == len(paths) for films, paths in heard.batches)
    assert committed == [True] * len(heard.batches)


def test_a_missing_path_is_named_and_the_others_go_on(opening, heard, tmp_path, wait_for) -> None:
    film = write_png(tmp_path / "film.png")
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    wrong = [tmp_path / "gone.png", tmp_path / "broken", film / "below a file", Path("a\0b"), tmp_path / ("x" * 5000)]
    opening.open([*wrong, film])
    wait_for(lambda: heard.finished == [1])
    assert heard.paths == [film]
    assert [type(failure) for failure in heard.failures] == [MissingFileError] * len(wrong)
    for path, failure in zip(wrong, heard.failures, strict=True):
        assert str(path) in str(failure)


def test_relative_paths_are_those_of_the_present_folder(opening, heard, tmp_path, monkeypatch, wait_for) -> None:
    (tmp_path / "films").mkdir()
    film = write_png(tmp_path / "films" / "film.png")
    monkeypatch.chdir(tmp_path / "films")
    opening.open([Path("film.png"), Path()])
    wait_for(lambda: heard.finished == [2])
    assert heard.paths == [film, film]


def test_an_empty_folder_and_nothing_at_all_finish(opening, heard, tmp_path, wait_for) -> None:
    (tmp_path / "empty").mkdir()
    opening.open([tmp_path / "empty"])
    opening.open([])
    wait_for(lambda: heard.finished == [0, 0])
    assert heard.batches == []
    assert heard.failures == []


def test_several_calls_are_done_one_after_the_other(opening, heard, tmp_path, wait_for) -> None:
    folders = [empty_files(tmp_path / name, 30) for name in ("c", "a", "b")]
    for files in folders:
        opening.open(path for path in [files[0].parent])
    wait_for(lambda: heard.finished == [30, 30, 30])
    assert heard.paths == [file for files in folders for file in files]


def test_a_dicomdir_stands_for_its_films_and_is_read_by_a_worker(opening, heard, tmp_path, monkeypatch, wait_for):
    folder = tmp_path / "medium"
    folder.mkdir()
    dicomdir = write_medium(folder, films=2)
    monkeypatch.setattr(  # whoever reads it in this process fails; the worker imports its own
        "cxrviewer.analysis.media.referenced_files", lambda _: pytest.fail("read in the window's process")
    )
    opening.open([dicomdir])
    wait_for(lambda: heard.finished == [2])
    assert dicomdir not in heard.paths
    assert all(path.is_file() for path in heard.paths)


def test_stopping_while_a_dicomdir_is_read_ends_its_worker(opening, heard, tmp_path, monkeypatch, wait_for) -> None:
    monkeypatch.setattr("cxrviewer.analysis.media._read", sleep_over_a_file)
    (tmp_path / "DICOMDIR").write_bytes(b"x")
    film = write_png(tmp_path / "film.png")
    opening.open([tmp_path / "DICOMDIR"])
    wait_for((tmp_path / "started").exists)
    opening.stop()
    opening.open([film])
    wait_for(lambda: len(heard.finished) == 2, seconds=10)
    assert heard.finished == [0, 1]
    assert heard.paths == [film]
    assert heard.failures == []


def sleep_over_a_file(path: Path) -> None:
    """A worker's task that takes far longer than a test waits."""
    path.with_name("started").touch()
    time.sleep(60)


def test_stop_keeps_what_is_listed_and_drops_what_waits(opening, heard, store_path, tmp_path, wait_for) -> None:
    empty_files(tmp_path / "many", 3000)
    opening.opened.connect(lambda *_: opening.stop())
    opening.open([tmp_path / "many"])
    opening.open([tmp_path / "many"])
    wait_for(lambda: len(heard.finished) == 2)
    assert not opening.is_running
    wait_for(lambda: not any(thread.is_alive for thread in opening._threads))
    wait_for(lambda: heard.paths == listed(store_path))
    assert 1 <= len(heard.paths) < 3000
    film = write_png(tmp_path / "film.png")
    opening.open([film])
    wait_for(lambda: len(heard.finished) == 3)
    assert heard.paths[-1] == film


def test_stop_is_heard_between_folders_that_hold_nothing(store_path, tmp_path, monkeypatch) -> None:
    for number in range(20):
        (tmp_path / "empty" / str(number)).mkdir(parents=True)
    search = FilmSearch(store_path, [tmp_path / "empty"])
    listed_folders = []
    scandir = os.scandir

    def scan(folder):
        listed_folders.append(folder)
        if len(listed_folders) == 3:
            search.stop()
        return scandir(folder)

    monkeypatch.setattr("cxrviewer.reading.discovery.os.scandir", scan)
    assert list(search.letters()) == []
    assert len(listed_folders) == 3


def test_a_disk_that_does_not_answer_holds_up_neither_stop_nor_what_comes_next(
    opening, heard, tmp_path, monkeypatch, wait_for
) -> None:
    answers = threading.Event()
    film = write_png(tmp_path / "film.png")
    slow = tmp_path / "slow"
    slow.mkdir()

    def find(paths, **options):
        if slow in paths:
            answers.wait(30)
        yield from find_files(paths, **options)

    monkeypatch.setattr("cxrviewer.gui.opening.search.find_files", find)
    opening.open([slow])
    try:
        opening.stop()
        opening.open([film])
        wait_for(lambda: heard.finished == [0, 1], seconds=5)
        assert heard.paths == [film]
    finally:
        answers.set()


def test_closing_in_the_middle_ends_the_thread_and_says_nothing_more(opening, heard, store_path, tmp_path, wait_for):
    empty_files(tmp_path / "many", 3000)
    opening.opened.connect(lambda *_: opening.close())
    opening.open([tmp_path / "many"])
    wait_for(lambda: len(heard.batches) == 1)
    assert not any(thread.name == "opening" for thread in threading.enumerate())
    told = len(heard.batches)
    opening.open([tmp_path / "many"])
    QTimer.singleShot(100, lambda: heard.counts.append(-1))
    wait_for(lambda: heard.counts[-1:] == [-1])
    assert (len(heard.batches), heard.finished) == (told, [])
    assert 1 <= len(listed(store_path)) < 3000


def test_a_list_that_cannot_be_written_is_said_once_and_the_next_is_tried(qapp, tmp_path, wait_for) -> None:
    film = write_png(tmp_path / "film.png")
    (tmp_path / "no folder").touch()
    opening = Opening(tmp_path / "no folder" / "results.sqlite")
    heard = Heard(opening)
    try:
        opening.open([film])
        wait_for(lambda: heard.finished == [0])
        assert [type(failure) for failure in heard.failures] == [StoreError]
        (tmp_path / "no folder").unlink()
        opening.open([film])
        wait_for(lambda: heard.finished == [0, 1])
    finally:
        opening.close()


def test_counts_come_while_it_searches_and_not_too_often(opening, heard, tmp_path, monkeypatch, wait_for) -> None:
    files = empty_files(tmp_path / "films", 60)

    def slowly(paths, **options):
        for path in find_files(paths, **options):
            time.sleep(0.01)
            yield path

    monkeypatch.setattr("cxrviewer.gui.opening.search.find_files", slowly)
    started = time.monotonic()
    opening.open([tmp_path / "films"])
    wait_for(lambda: heard.finished == [len(files)])
    seconds = time.monotonic() - started
    assert heard.counts == sorted(set(heard.counts))
    assert 2 <= len(heard.counts) <= seconds * 10
    assert len(heard.batches) >= 3  # a batch does not wait until it is full
