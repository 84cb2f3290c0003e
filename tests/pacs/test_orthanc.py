"""A real PACS: the same operations by DICOM and by DICOMweb."""

from pathlib import Path

import pydicom
import pytest

from cxrviewer.errors import AETitleError, AssociationLostError, AuthenticationError, PeerStatusError, TlsError
from cxrviewer.pacs import operations
from cxrviewer.pacs.node import Node
from cxrviewer.pacs.query import FoundSeries, FoundStudy, make_query
from cxrviewer.pacs.secrets import keep_secret
from cxrviewer.pacs.transfer import TransferProgress
from tests.films import write_jpeg2000
from tests.pacs.conftest import Certificates
from tests.pacs.network import run, study_uid, write_study
from tests.pacs.orthanc import PASSWORD, Orthanc


def nodes_of(orthanc: Orthanc) -> dict[str, Node]:
    return {
        "c-get": orthanc.dicom(),
        "c-move": orthanc.dicom(retrieve_by="c-move", move_port=orthanc.move_port),
        "dicomweb": orthanc.web(),
    }


@pytest.mark.parametrize("way", ["c-get", "c-move", "dicomweb"])
def test_films_go_there_are_found_and_come_back_as_they_were(orthanc: Orthanc, tmp_path: Path, way: str):
    node = nodes_of(orthanc)[way]
    answer = operations.test_node(node)
    assert answer.milliseconds > 0
    assert not answer.encrypted
    films = write_study(tmp_path / "films", "roundtrip")
    jpeg = pydicom.dcmread(write_jpeg2000(tmp_path / "films" / "jpeg.dcm", seed=7))
    jpeg.StudyInstanceUID = study_uid("roundtrip")
    jpeg.SeriesInstanceUID = pydicom.dcmread(films[0]).SeriesInstanceUID
    jpeg.save_as(tmp_path / "films" / "jpeg.dcm")
    films.append(tmp_path / "films" / "jpeg.dcm")
    no_film = tmp_path / "films" / "notes.txt"
    no_film.write_text("no film")
    seen: list[TransferProgress] = []

    sent = operations.send(node, [*films, no_film], seen.append)
    assert sent.paths == tuple(films)
    assert [one.path for one in sent.not_sent] == [no_film]
    assert seen[-1] == TransferProgress(3, 1, 4)
    assert orthanc.rest("/statistics")["CountInstances"] == 3

    query = make_query(patient_name="doe", patient_id="MRN-1*", date_from="2026-01-01", modalities=("DX", "CR"))
    found = operations.find_studies(node, query)
    assert [study.study_uid for study in found.studies] == [study_uid("roundtrip")]
    assert found.studies[0].patient_name == "DOE^JANE"
    assert found.studies[0].object_count == 3
    assert found.ended == "complete"
    [series] = operations.find_series(node, found.studies[0]).series
    assert (series.modality, series.object_count) == ("DX", 3)

    seen.clear()
    back = operations.retrieve(node, found.studies[0], tmp_path / "back", seen.append)
    assert len(back.paths) == 3
    assert (back.failed, back.problems, back.cancelled) == (0, (), False)
    assert seen[-1] == TransferProgress(3, 0, 3)
    assert sorted(tmp_path.joinpath("back").iterdir()) == sorted(back.paths)  # and nothing half written
    originals = {one.SOPInstanceUID: one for one in map(pydicom.dcmread, films)}
    for path in back.paths:
        one = pydicom.dcmread(path)
        original = originals.pop(one.SOPInstanceUID)
        assert path.stem == one.SOPInstanceUID
        assert one.file_meta.TransferSyntaxUID == original.file_meta.TransferSyntaxUID
        assert one.PixelData == original.PixelData
        assert one == original
    assert len(operations.retrieve(node, series, tmp_path / "series").paths) == 3


@pytest.mark.parametrize("way", ["c-get", "dicomweb"])
def test_a_search_finds_by_each_field_and_stops_at_its_limit(orthanc: Orthanc, tmp_path: Path, way: str):
    node = nodes_of(orthanc)[way]
    for number in range(3):
        operations.send(
            node,
            write_study(
                tmp_path, f"many{number}", 1, StudyDate=f"2026010{number + 1}", PatientID=f"P{number}",
                PatientName="MÜLLER^ANNA" if number == 2 else "ROE^RICHARD", AccessionNumber=f"A{number}",
                SpecificCharacterSet="ISO_IR 100", Modality="CR" if number == 1 else "DX",
            ),
        )  # fmt: skip

    def found(**fields: object) -> list[str]:
        return [study.patient_id for study in operations.find_studies(node, make_query(**fields)).studies]

    assert found() == ["P2", "P1", "P0"]  # the newest first
    assert found(patient_id="P1") == ["P1"]
    assert found(accession_number="A0") == ["P0"]
    assert found(date_from="2026-01-02") == ["P2", "P1"]
    assert found(date_to="2026-01-02") == ["P1", "P0"]
    assert found(date_from="2026-01-02", date_to="2026-01-02") == ["P1"]
    assert found(modalities=("CR",)) == ["P1"]
    assert found(modalities=("CR", "MR")) == ["P1"]
    assert found(patient_name="ro") == ["P1", "P0"]
    assert found(patient_name="*richard") == ["P1", "P0"]
    assert found(study_uid=study_uid("many2")) == ["P2"]
    assert found(patient_name="nobody") == []
    limited = operations.find_studies(node, make_query(limit=2))
    assert (len(limited.studies), limited.ended) == (2, "limit")
    cancelled = operations.find_studies(node, make_query(), lambda: True)
    assert (cancelled.studies, cancelled.ended) == ((), "cancelled")
    umlaut = operations.find_studies(node, make_query(patient_id="P2")).studies[0]
    assert umlaut.patient_name == "MÜLLER^ANNA"


@pytest.mark.parametrize("way", ["c-get", "c-move", "dicomweb"])
def test_only_series_that_are_read_are_fetched_and_cancelling_keeps_whole_files(
    orthanc: Orthanc, tmp_path: Path, way: str
):
    node = nodes_of(orthanc)[way]
    films = write_study(tmp_path / "films", "mixed", 6)
    other = write_study(
        tmp_path / "other", "mixed", 2, Modality="CT", SOPClassUID="1.2.840.10008.5.1.4.1.1.2", SeriesNumber=2,
        SeriesInstanceUID="1.2.3.4.5",
    )  # fmt: skip
    for path in other:
        dataset = pydicom.dcmread(path)
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"{dataset.SOPInstanceUID[:-4]}.7"
        dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
        dataset.save_as(path)
    operations.send(node, [*films, *other])
    assert orthanc.rest("/statistics")["CountSeries"] == 2
    study = FoundStudy(study_uid("mixed"))
    assert len(operations.retrieve(node, study, tmp_path / "all").paths) == 6

    arrived: list[TransferProgress] = []
    part = operations.retrieve(node, study, tmp_path / "part", arrived.append, lambda: len(arrived) > 2)
    assert part.cancelled
    assert 0 < len(part.paths) < 6
    assert sorted((tmp_path / "part").iterdir()) == sorted(part.paths)
    for path in part.paths:
        assert pydicom.dcmread(path).PixelData


def test_what_a_node_has_not_is_nothing_or_a_named_error(orthanc: Orthanc, tmp_path: Path):
    nodes = nodes_of(orthanc)
    with pytest.raises(PeerStatusError, match="0xC000"):
        operations.retrieve(nodes["c-get"], FoundSeries("1.2.3", "1.2.4"), tmp_path / "none")
    assert operations.retrieve(nodes["dicomweb"], FoundSeries("1.2.3", "1.2.4"), tmp_path / "none").paths == ()
    elsewhere = orthanc.web(url=f"{orthanc.url}/no-dicom-web")
    with pytest.raises(PeerStatusError, match="address is that of DICOMweb"):
        operations.retrieve(elsewhere, FoundStudy("1.2.3"), tmp_path / "none")
    lost = orthanc.dicom(retrieve_by="c-move", move_destination="ELSEWHERE")
    operations.send(lost, write_study(tmp_path, "moved"))
    with pytest.raises(PeerStatusError, match="C-MOVE"):
        operations.retrieve(lost, FoundStudy(study_uid("moved")), tmp_path / "moved")


def test_a_wrong_ae_title_is_named(orthanc: Orthanc):
    with pytest.raises(AETitleError, match="not called 'WRONG'"):
        operations.test_node(orthanc.dicom(called_ae_title="WRONG"))


def test_an_association_that_orthanc_ends_is_no_time_out(orthanc: Orthanc, tmp_path: Path):
    unknown = orthanc.dicom(calling_ae_title="STRANGER", retrieve_by="c-move")
    with pytest.raises(AssociationLostError, match="ended before"):
        operations.retrieve(unknown, FoundSeries("1.2.3", "1.2.4"), tmp_path)


def test_dicomweb_wants_the_right_password(orthanc: Orthanc):
    assert operations.test_node(orthanc.web()).milliseconds > 0
    with pytest.raises(AuthenticationError, match="401"):
        operations.test_node(orthanc.web(user=""))
    keep_secret("orthanc-web", "password", "wrong")
    with pytest.raises(AuthenticationError, match="401") as caught:
        operations.find_studies(orthanc.web(), make_query())
    assert "wrong" not in str(caught.value)
    keep_secret("orthanc-web", "password", "")
    with pytest.raises(AuthenticationError, match="found none"):
        operations.test_node(orthanc.web())


def test_what_was_sent_is_what_dcmtk_finds_and_fetches(orthanc: Orthanc, tmp_path: Path):
    operations.send(orthanc.dicom(), write_study(tmp_path / "films", "dcmtk"))
    peer = ["-aec", "ORTHANC", "localhost", orthanc.dicom_port]
    uid = f"StudyInstanceUID={study_uid('dcmtk')}"
    found = run("findscu", "-S", "-k", "QueryRetrieveLevel=STUDY", "-k", uid, "-k", "PatientName", *peer)
    assert "DOE^JANE" in found.stdout + found.stderr
    (tmp_path / "dcmtk").mkdir()
    fetched = run("getscu", "-S", "-od", tmp_path / "dcmtk", "-k", "QueryRetrieveLevel=STUDY", "-k", uid, *peer)
    assert fetched.returncode == 0, fetched.stderr
    assert len(list((tmp_path / "dcmtk").iterdir())) == 2


def test_tls_is_used_and_verified_by_dicom_and_by_dicomweb(
    tls_orthanc: Orthanc, certificates: Certificates, secrets: Path, tmp_path: Path
):
    keep_secret("orthanc-web", "password", PASSWORD)
    own = {"client_certificate": str(certificates.client), "client_key": str(certificates.client_key)}
    trusted = {"tls": True, "ca_file": str(certificates.ca)}
    node, web = tls_orthanc.dicom(**trusted, **own), tls_orthanc.web(ca_file=str(certificates.ca))
    assert operations.test_node(node).encrypted
    assert operations.test_node(web).encrypted
    films = write_study(tmp_path / "films", "tls")
    assert operations.send(node, films[:1]).paths
    assert operations.send(web, films[1:]).paths
    for one in (node, web):
        assert len(operations.retrieve(one, FoundStudy(study_uid("tls")), tmp_path / one.name).paths) == 2
    for untrusting in (tls_orthanc.dicom(tls=True, **own), tls_orthanc.web()):
        with pytest.raises(TlsError, match="not trusted"):
            operations.test_node(untrusting)
    elsewhere = tls_orthanc.web(
        ca_file=str(certificates.ca), url=f"{tls_orthanc.web_url}/dicom-web".replace("localhost", "127.0.0.1")
    )
    with pytest.raises(TlsError, match="not trusted"):  # no such name in the certificate
        operations.test_node(elsewhere)
    with pytest.raises(TlsError, match="client certificate"):
        operations.test_node(tls_orthanc.dicom(**trusted))
    with pytest.raises(TlsError, match="PEM"):
        operations.test_node(tls_orthanc.dicom(tls=True, ca_file=str(films[0])))
