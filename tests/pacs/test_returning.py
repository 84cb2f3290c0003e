"""The queue, and results on their way back: everything once, whatever happens in between."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pydicom
import pytest
from pynetdicom import evt
from pynetdicom.presentation import build_context

from cxrviewer.pacs.object_kinds import TRANSFER_SYNTAXES
from cxrviewer.pacs.receiver.folder import ReceiverFolder
from cxrviewer.pacs.receiver.log import ReceiverLog
from cxrviewer.pacs.receiver.queue import FilmQueue, QueuedFilm
from cxrviewer.pacs.receiver.returning import Returning
from tests.pacs.network import free_port, node, scp, write_study

STORE = [build_context("1.2.840.10008.5.1.4.1.1.1.1", list(TRANSFER_SYNTAXES))]


@pytest.fixture
def folder(tmp_path: Path) -> ReceiverFolder:
    made = ReceiverFolder(tmp_path / "received")
    made.prepare()
    return made


@pytest.fixture
def queue(folder: ReceiverFolder) -> Iterator[FilmQueue]:
    opened = FilmQueue(folder.folder)
    yield opened
    opened.close()


def analysed(queue: FilmQueue, folder: ReceiverFolder, name: str, objects: int = 2) -> list[Path]:
    """Let a film be analysed with some objects, and return their paths."""
    paths = write_study(folder.results, name, objects)
    queue.received(f"1.2.{len(name)}", analyse=True, changed=False)
    queue.analysed(queue.due("waiting", 1)[0], [path.name for path in paths])
    return paths


def wait_for(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def sop_uid(path: Path) -> str:
    return str(pydicom.dcmread(path).SOPInstanceUID)


def test_a_queue_goes_on_where_it_was(folder: ReceiverFolder):
    first = FilmQueue(folder.folder)
    for number in range(4):
        first.received(f"1.2.{number}", analyse=number != 3, changed=False)
    films = first.due("waiting", 10)
    assert [film.number for film in films] == [1, 2, 3]
    first.analysed(films[0], ["a.dcm", "b.dcm"])
    first.sent(films[0], "a.dcm")
    first.again(films[1], 1000, "busy")
    assert first.due("waiting", 10) == [films[2]]
    first.close()
    second = FilmQueue(folder.folder)
    second.resume(["1.2.9"])
    assert [film.uid for film in second.due("waiting", 10)] == ["1.2.1", "1.2.2", "1.2.9"]
    assert second.unsent_objects(films[0]) == ["b.dcm"]
    second.sent(films[0], "b.dcm")
    assert second.counts() == {"done": 1, "kept": 1, "waiting": 3}
    second.close()


def test_what_a_killed_receiver_left_half_written_is_removed(folder: ReceiverFolder):
    (folder.films / ".1.2.3.dcm.abc.part").write_bytes(b"half")
    (folder.films / "1.2.4.dcm").write_bytes(b"whole")
    (folder.films / "notes.dcm").write_bytes(b"no UID")
    folder.prepare()
    assert folder.uids() == ["1.2.4"]
    assert not list(folder.films.glob(".*"))


def test_results_wait_for_a_node_that_is_not_there_and_go_once(folder: ReceiverFolder, queue: FilmQueue):
    paths = analysed(queue, folder, "later") + analysed(queue, folder, "and another", 3)
    taken: list[str] = []
    lines: list[str] = []

    def take(event: evt.Event) -> int:
        taken.append(str(event.request.AffectedSOPInstanceUID))
        return 0x0000

    returning = Returning(node(free_port()), folder, queue, ReceiverLog(lines.append), first_delay=0.05)
    returning.start()
    wait_for(lambda: len(lines) > 2)
    returning.stop()
    assert all("tried again in" in line for line in lines)
    assert queue.counts() == {"analysed": 2}  # a node that cannot be reached costs no film an attempt
    with scp(STORE, [(evt.EVT_C_STORE, take)]) as port:
        returning = Returning(node(port), folder, queue, ReceiverLog(lines.append), first_delay=0.05)
        returning.start()
        wait_for(lambda: queue.counts() == {"done": 2})
        returning.wake()
        returning.stop()
    assert sorted(taken) == sorted(map(sop_uid, paths))


def test_an_object_that_is_refused_is_sent_again_and_the_others_are_not(folder: ReceiverFolder, queue: FilmQueue):
    paths = analysed(queue, folder, "refused", 3)
    taken: list[str] = []
    refusals = iter([0xA700, 0xA700])

    def take(event: evt.Event) -> int:
        uid = str(event.request.AffectedSOPInstanceUID)
        taken.append(uid)
        return next(refusals, 0x0000) if uid == sop_uid(paths[1]) else 0x0000

    with scp(STORE, [(evt.EVT_C_STORE, take)]) as port:
        returning = Returning(node(port), folder, queue, ReceiverLog(lambda line: None), first_delay=0.05)
        returning.start()
        wait_for(lambda: queue.counts() == {"done": 1})
        returning.stop()
    assert taken.count(sop_uid(paths[1])) == 3
    assert taken.count(sop_uid(paths[0])) == taken.count(sop_uid(paths[2])) == 1


def test_an_object_that_is_always_refused_is_given_up_until_the_next_start(
    folder: ReceiverFolder, queue: FilmQueue, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("cxrviewer.pacs.receiver.returning._LONGEST_DELAY", 0.05)
    analysed(queue, folder, "never", 1)
    with scp(STORE, [(evt.EVT_C_STORE, lambda event: 0xC000)]) as port:
        returning = Returning(node(port), folder, queue, ReceiverLog(lambda line: None), first_delay=0.01)
        returning.start()
        wait_for(lambda: queue.counts() == {"unsent": 1})
        returning.stop()
    queue.resume([])
    assert queue.counts() == {"analysed": 1}


def test_a_connection_that_is_lost_again_and_again_costs_no_film_an_attempt(
    folder: ReceiverFolder, queue: FilmQueue, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("cxrviewer.pacs.receiver.returning._LONGEST_DELAY", 0.02)
    paths = analysed(queue, folder, "lost", 12)
    taken: list[str] = []

    def take(event: evt.Event) -> int:
        if len(taken) < 10 and event.assoc.name in served:
            event.assoc.abort()  # after one object each time
            return 0xC000
        served.add(event.assoc.name)
        taken.append(str(event.request.AffectedSOPInstanceUID))
        return 0x0000

    served: set[str] = set()

    def number(event: evt.Event) -> None:
        event.assoc.name = f"AcceptorThread {len(numbered)}"
        numbered.append(event.assoc.name)

    numbered: list[str] = []
    with scp(STORE, [(evt.EVT_C_STORE, take), (evt.EVT_REQUESTED, number)]) as port:
        returning = Returning(node(port), folder, queue, ReceiverLog(lambda line: None), first_delay=0.01)
        returning.start()
        wait_for(lambda: queue.counts() == {"done": 1})
        returning.stop()
    assert len(numbered) > 8
    assert sorted(taken) == sorted(map(sop_uid, paths))


def test_a_result_of_a_film_that_changed_meanwhile_is_not_taken_for_its_own(queue: FilmQueue):
    queue.received("1.2.3", analyse=True, changed=False)
    [before] = queue.due("waiting", 1)
    queue.received("1.2.3", analyse=True, changed=True)
    queue.analysed(before, ["old.dcm"])
    [now] = queue.due("waiting", 1)
    assert now == QueuedFilm(1, "1.2.3", 2, 0)
    assert queue.unsent_objects(now) == []


def test_a_queue_is_used_by_many_threads(queue: FilmQueue):
    def receive(first: int) -> None:
        for number in range(first, first + 20):
            queue.received(f"1.2.{number}", analyse=True, changed=False)

    threads = [threading.Thread(target=receive, args=(first,)) for first in (0, 10, 20, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({film.uid for film in queue.due("waiting", 100)}) == 50
