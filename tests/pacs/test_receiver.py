"""The receiver as users run it: Orthanc sends films, results come back, also when it is killed meanwhile."""

import json
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pydicom
import requests

from cxrviewer.pacs import operations
from cxrviewer.pacs.node_file import save_nodes
from tests.cli.command import command, environment
from tests.pacs.network import free_port, in_process, node, study_uid, write_study
from tests.pacs.orthanc import PASSWORD, USER, Orthanc

STUDIES = ("a", "b", "c", "d")


class RunningReceiver:
    """``cxrviewer receive`` in a process of its own; what it says goes to a file."""

    def __init__(self, home: Path, port: int, *options: object) -> None:
        self.log = home / "receiver.log"
        arguments = ("receive", "--aet", "RECEIVER", "--port", port, "--folder", home / "received", "--workers", 1)
        with self.log.open("ab") as log:
            before = self.log.stat().st_size
            self.process = subprocess.Popen(
                command(*arguments, *options), cwd=home, env=environment(home), stdout=log, stderr=log
            )
        wait_for(lambda: b"listening" in self.log.read_bytes()[before:] or self.process.poll() is not None)
        assert self.process.poll() is None, self.log.read_text()

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


def wait_for(reached: Callable[[], object], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_films_are_analysed_as_they_come_and_results_lie_beside_them_also_after_kill_9(
    orthanc: Orthanc, tmp_path: Path
):
    films = [write_study(tmp_path / "films", name, 1, size=128)[0] for name in STUDIES]
    (tmp_path / "films" / "side.dcm").write_bytes(
        write_study(tmp_path / "side", "side", 1, size=128, ViewPosition="LL")[0].read_bytes()
    )
    port = free_port()
    save_nodes([orthanc.dicom()], tmp_path / "home" / "cxrviewer" / "nodes.json")
    operations.send(orthanc.dicom(), [*films, tmp_path / "films" / "side.dcm"])
    authentication = (USER.encode(), PASSWORD.encode())
    requests.put(
        f"{orthanc.url}/modalities/receiver", json=["RECEIVER", "127.0.0.1", port], auth=authentication, timeout=10
    ).raise_for_status()

    receiver = RunningReceiver(tmp_path, port, "--results-to", "orthanc", "--allow", "VIEWER,STORESCU")
    requests.post(
        f"{orthanc.url}/modalities/receiver/store",
        data=json.dumps(orthanc.rest("/instances")),
        auth=authentication,
        timeout=30,
    ).raise_for_status()  # Orthanc calls this a success when all were acknowledged
    stored = tmp_path / "received" / "films"
    assert len(list(stored.iterdir())) == 5
    wait_for(lambda: "is analysed" in receiver.log.read_text())
    receiver.process.kill()
    receiver.process.wait(10)

    receiver = RunningReceiver(tmp_path, port, "--results-to", "orthanc", "--allow", "VIEWER,STORESCU")
    wait_for(lambda: orthanc.rest("/statistics")["CountInstances"] >= 5 + 5 * len(STUDIES))
    again = operations.send(node(port, called_ae_title="RECEIVER", calling_ae_title="VIEWER"), films)
    assert len(again.paths) == len(films)  # acknowledged, and nothing more to do
    wait_for(lambda: receiver.log.read_text().count("results are at orthanc") >= len(STUDIES))
    assert receiver.end(signal.SIGTERM) == 0

    for name in STUDIES:
        [study] = requests.post(
            f"{orthanc.url}/tools/find", auth=authentication, timeout=10,
            json={"Level": "Study", "Query": {"StudyInstanceUID": study_uid(name)}, "Expand": True},
        ).json()  # fmt: skip
        series = [orthanc.rest(f"/series/{one}") for one in study["Series"]]
        assert Counter(one["MainDicomTags"]["Modality"] for one in series)["SR"] == 1
        assert sum(len(one["Instances"]) for one in series) == 6  # film, report, overlay, a heatmap for each finding
    assert orthanc.rest("/statistics")["CountInstances"] == 5 + 5 * len(STUDIES)
    with sqlite3.connect(tmp_path / "home" / "cxrviewer" / "results.sqlite") as store:
        assert store.execute("SELECT count(*), count(DISTINCT sha256) FROM analysis").fetchone() == (5, 5)
    with sqlite3.connect(tmp_path / "received" / "queue.sqlite") as queue:
        assert dict(queue.execute("SELECT state, count(*) FROM film GROUP BY state")) == {"done": 5}
        [(sent,)] = queue.execute("SELECT count(*) FROM result_object WHERE sent_at IS NOT NULL")
    assert sent == 5 * len(STUDIES)
    said = receiver.log.read_text()
    assert "ended; received so far: 5 done" in said
    for secret in ("DOE", "MRN-12345", str(pydicom.dcmread(films[0]).SOPInstanceUID), PASSWORD):
        assert secret not in said


def test_what_was_acknowledged_is_there_after_kill_9(tmp_path: Path):
    films = write_study(tmp_path / "films", "killed", 40)
    port = free_port()
    receiver = RunningReceiver(tmp_path, port, "--allow", "VIEWER")
    acknowledged: list[Path] = []

    def note(path: Path) -> None:
        acknowledged.append(path)
        if len(acknowledged) == 7:
            receiver.process.kill()

    sent = operations.send(node(port, called_ae_title="RECEIVER", calling_ae_title="VIEWER"), films, acknowledged=note)
    receiver.process.wait(10)
    assert 7 <= len(sent.paths) < len(films)
    stored = {path.stem: path for path in (tmp_path / "received" / "films").glob("*.dcm")}
    for path in acknowledged:
        original = pydicom.dcmread(path)
        assert pydicom.dcmread(stored[original.SOPInstanceUID]).PixelData == original.PixelData


def test_a_receiver_that_nobody_may_call_or_that_cannot_start_says_why(tmp_path: Path, home: Path):
    for options, words in (
        ((), "at least one AE title"),
        (("--allow", "SEVENTEEN LETTERS"), "AE title"),
        (("--results-to", "nowhere", "--allow", "X"), "name of a configured node"),
        (("--tls-key", "key.pem", "--allow", "X"), "--tls-cert"),
        (("--tls-cert", "none.pem", "--allow", "X"), "none.pem"),
    ):
        ended = in_process("receive", "--port", free_port(), *options)
        assert ended.status in (1, 2)
        assert words in ended.err
