"""The window against a real Orthanc: films are searched, fetched, analysed, and their results sent back."""

from collections.abc import Iterator
from importlib import util
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.pacs.node_file import save_nodes
from cxrviewer.pacs.operations import send
from tests.films import write_dicom
from tests.gui.window.bench import Bench
from tests.pacs import orthanc as orthancs
from tests.pacs.file_keyring import FileKeyring
from tests.pacs.orthanc import Orthanc

STUDY = "1.2.826.0.1.3680043.8.498.4711"


@pytest.fixture
def orthanc(running_orthanc: Orthanc, tmp_path: Path) -> Iterator[Orthanc]:
    """An Orthanc with one study of one film."""
    running_orthanc.clear()
    film = write_dicom(
        tmp_path / "film.dcm", 200, seed=3, StudyInstanceUID=STUDY, SeriesInstanceUID=f"{STUDY}.1",
        StudyDate="20260115", StudyTime="101500", StudyID="1", SeriesNumber=1, AccessionNumber="A1",
        PatientSex="F", ReferringPhysicianName="", InstanceNumber=1,
    )  # fmt: skip
    assert send(running_orthanc.dicom(), [film]).not_sent == ()
    yield running_orthanc
    running_orthanc.clear()


def configure(bench: Bench, *nodes: Any) -> None:
    save_nodes(nodes, bench.home / "nodes.json")


def opened(bench: Bench) -> Any:
    bench.trigger("pacs.open")
    dialog = bench.window.pacs.open_dialog
    dialog.form.dates.setCurrentIndex(dialog.form.dates.findData("any"))
    return dialog


def test_a_film_is_found_fetched_and_analysed_and_its_result_sent_back(bench: Bench, orthanc: Orthanc) -> None:
    configure(bench, orthanc.dicom())
    dialog = opened(bench)
    dialog.form.patient_name.setText("doe")
    dialog.start_search()
    bench.until(lambda: not dialog.search.is_running, 60)
    assert dialog.message.said == ""
    assert dialog.model.rowCount() == 1
    dialog.fetch()
    bench.until(lambda: bool(bench.model.rowCount()), 60)
    assert dialog.message.said == "Objects that arrived and are opened: 1."
    assert bench.listed(0).path.parent == bench.home / "pacs" / STUDY
    bench.until_done()
    assert set(bench.statuses().values()) == {"ok"}
    dialog.close()
    bench.trigger("pacs.send")
    sending = bench.window.pacs.send_dialog
    sending.send()
    bench.until(lambda: not sending.sending.is_running, 120)
    count = len(orthanc.objects()) - 1
    assert count >= 3  # report, overlay and a map of each heatmap
    assert sending.message.said == f"The PACS took everything; objects: {count}."
    assert len(orthanc.rest("/studies")) == 1  # in the film's own study
    sending.close()
    assert bench.notices.notices == ()


def test_dicomweb_asks_with_the_password_of_the_keyring(bench: Bench, orthanc: Orthanc, secrets: FileKeyring) -> None:
    configure(bench, orthanc.web())
    secrets.set_password("cxrviewer", "orthanc-web/password", orthancs.PASSWORD)
    bench.trigger("pacs.nodes")
    nodes = bench.window.pacs.nodes_dialog
    nodes.test.button.click()
    bench.until(lambda: nodes.test.message.said.startswith("Answered in"), 60)
    nodes.reject()
    dialog = opened(bench)
    dialog.start_search()
    bench.until(lambda: dialog.model.rowCount() == 1, 60)
    dialog.close()


def test_a_wrong_ae_title_is_named(bench: Bench, orthanc: Orthanc) -> None:
    configure(bench, orthanc.dicom(called_ae_title="NOBODY"))
    dialog = opened(bench)
    dialog.start_search()
    bench.until(lambda: dialog.message.level == "error", 60)
    assert "'NOBODY'" in dialog.message.said
    assert bench.notices.notices[0].details == "AETitleError (ae-title)"


def test_the_window_that_closes_ends_a_search(bench: Bench, orthanc: Orthanc) -> None:
    configure(bench, orthanc.dicom())
    opened(bench).start_search()  # nothing_left_behind does the rest


def test_without_the_extra_every_action_says_how_to_install_it(bench: Bench, monkeypatch: Any) -> None:
    find_spec = util.find_spec
    monkeypatch.setattr(
        "cxrviewer.extras.importlib.util.find_spec", lambda name: None if name == "pynetdicom" else find_spec(name)
    )
    for number, action in enumerate(("pacs.open", "pacs.nodes"), 1):
        bench.trigger(action)
        assert "pip install 'cxrviewer[dicom-network]'" in bench.notices.notices[0].text
        assert bench.notices.notices[0].times == number
    assert bench.window.pacs.open_dialog is None


def test_nodes_that_cannot_be_read_are_said_and_not_overwritten(bench: Bench) -> None:
    (bench.home / "nodes.json").write_text("{")
    bench.trigger("pacs.nodes")
    assert bench.window.pacs.nodes_dialog is None
    assert "Repair the file or move it away" in bench.notices.notices[0].text
    assert (bench.home / "nodes.json").read_text() == "{"


def test_nodes_that_are_added_meanwhile_can_be_searched_at_once(bench: Bench) -> None:
    bench.trigger("pacs.open")
    dialog = bench.window.pacs.open_dialog
    dialog.nodes.edit.click()
    nodes = bench.window.pacs.nodes_dialog
    nodes.add()
    nodes.form.fields["host"].setText("localhost")
    nodes.save()
    assert dialog.nodes.node().name == "PACS"
    assert dialog.search_button.isEnabled()
    bench.trigger("pacs.open")
    assert bench.window.pacs.open_dialog is dialog  # one is enough


def test_patients_are_hidden_where_the_window_hides_them(bench: Bench) -> None:
    bench.trigger("pacs.open")
    box = bench.window.pacs.open_dialog.patient_data
    assert not box.isChecked()
    bench.action("view.patient_data").trigger()
    assert box.isChecked()
    bench.action("view.patient_data").trigger()
    assert not box.isChecked()
