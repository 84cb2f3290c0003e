"""``classify --dicom-out`` writes objects of DICOM films, says once what has none, and is not confused by its own."""

from pathlib import Path

import pydicom
import pytest

from cxrviewer.inference.bundle import load_bundle
from cxrviewer.resources import models_folder
from tests.cli.command import cxrviewer, rows
from tests.films import write_dicom, write_png

STUDY = {"StudyInstanceUID": "1.2.826.0.1.3680043.8.498.11", "SeriesInstanceUID": "1.2.826.0.1.3680043.8.498.12"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a film in a study, one without a study, and one that is no DICOM."""
    folder = tmp_path_factory.mktemp("place")
    films = folder / "films"
    films.mkdir()
    write_dicom(films / "DOE.dcm", 160, seed=1, **STUDY)
    write_dicom(films / "homeless.dcm", 160, seed=2)
    write_png(films / "film.png", 160, seed=3)
    return folder


def test_objects_are_written_and_a_folder_that_holds_them_is_no_trouble(place: Path) -> None:
    first = cxrviewer(place, "classify", "films", "--dicom-out", "films/results", "--workers", 1)
    assert first.status == 1  # one film has no study
    assert "3 files: 3 ok, 0 refused, 0 failed" in first.out
    assert "1 film is no DICOM, and has no DICOM objects." in first.out
    assert "homeless.dcm: expected the element StudyInstanceUID" in first.err
    objects = sorted((place / "films" / "results").iterdir())
    assert len(objects) == 5
    assert {pydicom.dcmread(path).StudyInstanceUID for path in objects} == {STUDY["StudyInstanceUID"]}
    before = {path: path.stat().st_mtime_ns for path in objects}

    (place / "films" / "homeless.dcm").unlink()
    again = cxrviewer(
        place, "classify", "films", "--dicom-out", "films/results", "--output", "r.csv", "--threshold", "NORMAL=1",
        "--fresh", "--workers", 1,
    )  # fmt: skip
    assert again.status == 0, again.err
    assert "7 files: 2 ok, 0 refused, 0 failed, 5 of stored results" in again.out
    assert "refused:" not in again.out
    assert "DOE.dcm: stored result " in again.out
    assert {path: path.stat().st_mtime_ns for path in objects} == before
    codes = [row["code"] for row in rows(place / "r.csv")]
    assert (codes.count("stored-result"), codes.count("result-object")) == (1, 4)

    report = next(path for path in objects if path.name.endswith("-sr.dcm"))
    said = cxrviewer(place, "info", report)
    assert said.status == 0, said.err
    assert "stored result" in said.out
    bundle = load_bundle(models_folder() / "cxr_mobilenetv2", verify=False)
    assert f"cxr_mobilenetv2 {bundle.metadata.version}" in said.out
    assert "Not for diagnosis" in said.out
    assert "JANE" not in said.out
