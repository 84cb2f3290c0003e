"""The receiver's door: nothing acknowledged that is not safe on disk, and nobody who can hurt the others."""

import errno
import os
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pydicom
import pytest
from pynetdicom import evt

from cxrviewer.errors import AETitleError, NetworkError, ReceiverError
from cxrviewer.pacs import operations
from cxrviewer.pacs.dimse.listening import Listening, ListeningLimits, ReceivedBytes, listen
from cxrviewer.pacs.node import Node
from cxrviewer.pacs.receiver.folder import ReceiverFolder
from cxrviewer.pacs.receiver.intake import Intake
from cxrviewer.pacs.receiver.log import ReceiverLog
from cxrviewer.pacs.receiver.queue import FilmQueue
from cxrviewer.pacs.tls import server_context
from tests.pacs.conftest import Certificates
from tests.pacs.network import dcmtk_program, node, run, write_study

LIMITS = ListeningLimits(object_bytes=1 << 20, idle_seconds=1.5)


@dataclass
class Door:
    """A listening intake whose films nobody analyses."""

    folder: ReceiverFolder
    queue: FilmQueue
    port: int
    lines: list[str] = field(default_factory=list)

    def node(self, **fields: Any) -> Node:
        return node(self.port, **({"called_ae_title": "RECEIVER"} | fields))

    def files(self) -> list[Path]:
        return sorted(self.folder.films.iterdir())


def open_door(folder: Path, **listening: Any) -> Iterator[Door]:
    receiver_folder = ReceiverFolder(folder, kept_free_bytes=0)
    receiver_folder.prepare()
    queue = FilmQueue(folder)
    limits = listening.pop("limits", LIMITS)
    received = ReceivedBytes(limits)
    door = Door(receiver_folder, queue, 0)
    intake = Intake(receiver_folder, queue, received, ReceiverLog(door.lines.append), lambda: None)
    where = Listening("RECEIVER", "127.0.0.1", 0, ("CXRVIEWER", "STORESCU"), limits, **listening)
    server = listen(where, [(evt.EVT_C_STORE, intake.take)], received)
    door.port = int(server.server_address[1])
    yield door
    server.shutdown()
    for association in server.active_associations:
        association.join(5)
    queue.close()


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    yield from open_door(tmp_path / "received")


def uids(paths: list[Path]) -> set[str]:
    return {str(pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID) for path in paths}


def test_a_film_is_on_disk_and_in_the_queue_when_it_is_acknowledged(door: Door, tmp_path: Path):
    films = write_study(tmp_path / "films", "acknowledged", 3)
    safe = []

    def acknowledged(path: Path) -> None:
        stored = door.folder.film(str(pydicom.dcmread(path).SOPInstanceUID))
        safe.append(stored.exists() and len(door.queue.due("waiting", 10)) == len(safe) + 1)

    assert operations.send(door.node(), films, acknowledged=acknowledged).paths == tuple(films)
    assert safe == [True, True, True]
    for path in films:
        original = pydicom.dcmread(path)
        stored = pydicom.dcmread(door.folder.film(original.SOPInstanceUID))
        assert stored == original
        assert stored.PixelData == original.PixelData
    assert not any("DOE" in line or "MRN" in line or "1.2." in line for line in door.lines)


def test_dcmtk_is_answered_and_only_those_who_are_allowed(dcmtk: None, door: Door, tmp_path: Path):
    film = write_study(tmp_path / "films", "storescu", 1)[0]
    assert run("echoscu", "-aet", "STORESCU", "-aec", "RECEIVER", "localhost", door.port).returncode == 0
    assert run("storescu", "-aet", "STORESCU", "-aec", "RECEIVER", "localhost", door.port, film).returncode == 0
    for titles in (("-aet", "STRANGER", "-aec", "RECEIVER"), ("-aet", "STORESCU", "-aec", "OTHER")):
        refused = run("storescu", *titles, "localhost", door.port, film)
        assert refused.returncode != 0
        assert "AE Title Not Recognized" in refused.stderr
    assert len(door.files()) == 1
    with pytest.raises(AETitleError, match="does not know the calling AE title"):
        operations.test_node(door.node(calling_ae_title="STRANGER"))


def test_the_same_film_again_is_acknowledged_and_changes_nothing(door: Door, tmp_path: Path):
    film = write_study(tmp_path / "films", "again", 1)[0]
    for _ in range(3):
        assert operations.send(door.node(), [film]).paths
    [queued] = door.queue.due("waiting", 10)
    assert queued.version == 1
    before = door.files()[0].stat().st_mtime_ns
    door.queue.analysed(queued, [])
    assert operations.send(door.node(), [film]).paths
    assert door.queue.counts() == {"done": 1}
    assert door.files()[0].stat().st_mtime_ns == before


def test_other_content_under_the_same_uid_is_stored_and_analysed_anew(door: Door, tmp_path: Path):
    film = write_study(tmp_path / "films", "changed", 1)[0]
    assert operations.send(door.node(), [film]).paths
    [queued] = door.queue.due("waiting", 10)
    dataset = pydicom.dcmread(film)
    dataset.PatientName = "ROE^RICHARD"
    dataset.save_as(film)
    assert operations.send(door.node(), [film]).paths
    door.queue.analysed(queued, [])  # of the film before, which came too late
    [queued] = door.queue.due("waiting", 10)
    assert queued.version == 2
    assert pydicom.dcmread(door.files()[0]).PatientName == "ROE^RICHARD"


def test_objects_that_are_none_of_ours_to_analyse_are_kept(door: Door, tmp_path: Path):
    report = write_study(tmp_path / "films", "report", 1, Modality="SR", SOPClassUID="1.2.840.10008.5.1.4.1.1.88.33")[0]
    overlay = write_study(
        tmp_path / "films", "overlay", 1, SOPClassUID="1.2.840.10008.5.1.4.1.1.7", SoftwareVersions="cxrviewer 0.1.0"
    )[0]
    for path in (report, overlay):
        dataset = pydicom.dcmread(path)
        dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
        dataset.save_as(path)
    assert len(operations.send(door.node(), [report, overlay]).paths) == 2
    assert door.queue.counts() == {"kept": 2}


def test_a_hundred_films_at_once(dcmtk: None, door: Door, tmp_path: Path):
    films = write_study(tmp_path / "films", "hundred", 100)
    senders = [
        subprocess.Popen(
            [
                dcmtk_program("storescu"),
                "-aet",
                "STORESCU",
                "-aec",
                "RECEIVER",
                "localhost",
                str(door.port),
                *map(str, films[n::10]),
            ],
            stderr=subprocess.DEVNULL,
        )
        for n in range(10)
    ]
    assert [sender.wait(60) for sender in senders] == [0] * 10
    assert uids(door.files()) == uids(films)
    assert len(door.queue.due("waiting", 1000)) == 100


def test_a_full_disk_is_out_of_resources_and_recovers(door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    films = write_study(tmp_path / "films", "full", 2)
    fsync = os.fsync

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    sent = operations.send(door.node(), films)
    assert sent.paths == ()
    assert all("0xA700" in one.reason for one in sent.not_sent)
    assert door.files() == []
    assert door.queue.counts() == {}
    monkeypatch.setattr(os, "fsync", fsync)
    assert operations.send(door.node(), films).paths == tuple(films)
    assert len(door.files()) == 2


def test_a_disk_that_would_be_too_full_is_out_of_resources(dcmtk: None, door: Door, tmp_path: Path):
    film = write_study(tmp_path / "films", "room", 1)[0]
    command = ("storescu", "-d", "-aet", "STORESCU", "-aec", "RECEIVER", "localhost", door.port, film)
    object.__setattr__(door.folder, "kept_free_bytes", 1 << 60)
    assert "0xa700" in run(*command).stderr.lower()
    assert door.files() == []
    object.__setattr__(door.folder, "kept_free_bytes", 0)
    assert run(*command).returncode == 0
    assert len(door.files()) == 1


def associated_socket(door: Door) -> Any:
    """Return an association whose socket the test writes to itself."""
    from pynetdicom.ae import ApplicationEntity
    from pynetdicom.presentation import build_context

    entity = ApplicationEntity("CXRVIEWER")
    association = entity.associate(
        "127.0.0.1", door.port, contexts=[build_context("1.2.840.10008.5.1.4.1.1.1.1")], ae_title="RECEIVER"
    )
    assert association.is_established
    return association


@pytest.mark.parametrize(
    "sent",
    [
        struct.pack(">BBL", 4, 0, 5000) + b"\x00" * 100,  # half a PDU
        struct.pack(">BBL", 4, 0, 0xFFFFFFFF) + b"\x00" * 100,  # says that 4 GiB follow
        struct.pack(">BBL", 9, 0, 4) + b"\x00" * 4,  # no PDU
        struct.pack(">BBLLBB", 4, 0, 6, 2, 1, 3),  # a command set of nothing
        struct.pack(">BBLLBB", 4, 0, 6, 2, 99, 3) + b"\xff" * 40,  # a context that was not negotiated
    ],
)
def test_an_association_that_is_cut_or_hostile_costs_itself_alone(door: Door, tmp_path: Path, sent: bytes):
    association = associated_socket(door)
    raw = association.dul.socket.socket
    raw.sendall(sent)
    raw.shutdown(socket.SHUT_WR)
    association.abort()
    films = write_study(tmp_path / "films", "after", 2)
    assert operations.send(door.node(), films).paths == tuple(films)
    assert len(door.files()) == 2
    assert not list(door.folder.films.glob(".*"))


def test_a_sender_that_is_killed_in_mid_film_leaves_no_half_file(dcmtk: None, door: Door, tmp_path: Path):
    film = write_study(tmp_path / "films", "killed", 1, size=600)[0]
    sender = subprocess.Popen(
        [dcmtk_program("storescu"), "-aet", "STORESCU", "-aec", "RECEIVER", "--max-send-pdu", "4096", "+R", "localhost",
         str(door.port), *[str(film)] * 50], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(0.15)
    sender.kill()
    sender.wait()
    assert operations.send(door.node(), [film]).paths
    assert uids(door.files()) == uids([film])


def test_an_object_over_the_limit_ends_its_association(door: Door, tmp_path: Path):
    big = write_study(tmp_path / "films", "big", 1, size=800)[0]
    small = write_study(tmp_path / "films", "small", 8, size=400)
    assert big.stat().st_size > LIMITS.object_bytes
    with pytest.raises(NetworkError):
        operations.send(door.node(), [big])
    assert door.files() == []
    assert len(operations.send(door.node(), small).paths) == 8  # together more than one object may have
    assert len(door.files()) == 8


def test_silent_connections_are_given_up_and_hold_nobody_up(door: Door, tmp_path: Path):
    film = write_study(tmp_path / "films", "silent", 1)[0]
    with (
        socket.create_connection(("127.0.0.1", door.port)) as nothing,
        socket.create_connection(("127.0.0.1", door.port)) as half,
    ):
        half.sendall(b"\x01\x00\x00")
        assert operations.send(door.node(), [film]).paths
        for silent in (nothing, half):
            silent.settimeout(10)
            assert silent.recv(100) == b""


def test_associations_over_the_limit_are_told_so(tmp_path: Path):
    for door in open_door(tmp_path / "received", limits=ListeningLimits(associations=1, idle_seconds=3)):
        first = associated_socket(door)
        with pytest.raises(NetworkError, match="busy"):
            operations.test_node(door.node())
        first.release()


def test_tls_asks_senders_for_their_certificate_and_a_slow_handshake_holds_nobody_up(
    tmp_path: Path, certificates: Certificates
):
    tls = server_context(str(certificates.server), str(certificates.server_key), str(certificates.ca))
    film = write_study(tmp_path / "films", "tls", 1)[0]
    own = {"client_certificate": str(certificates.client), "client_key": str(certificates.client_key)}
    trusted = {"host": "localhost", "tls": True, "ca_file": str(certificates.ca)}
    for door in open_door(tmp_path / "received", tls=tls):
        with socket.create_connection(("127.0.0.1", door.port)):  # says nothing
            assert operations.send(door.node(**trusted, **own), [film]).paths
        for without in (trusted, {}):
            with pytest.raises(NetworkError):
                operations.test_node(door.node(**without))
        assert len(door.files()) == 1


def test_a_port_that_is_taken_is_named(door: Door, tmp_path: Path):
    taken = Listening("RECEIVER", "127.0.0.1", door.port, ("CXRVIEWER",))
    with pytest.raises(ReceiverError, match="choose another port"):
        listen(taken, [], ReceivedBytes(taken.limits))


def test_two_receivers_never_share_a_folder(door: Door):
    with pytest.raises(ReceiverError, match="another receiver"):
        FilmQueue(door.folder.folder)


def test_no_thread_is_left(tmp_path: Path):
    before = threading.active_count()
    for door in open_door(tmp_path / "received"):
        operations.test_node(door.node())
    deadline = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threading.active_count() <= before
