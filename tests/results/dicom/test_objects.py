"""Result objects stand in their film's study, say the result, are the same for the same input, and others read them."""

import hashlib
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

from cxrviewer.domain import NOT_FOR_DIAGNOSIS, Analysis
from cxrviewer.errors import ChangedFileError, ExportError, MissingExtraError, NotDicomSourceError
from cxrviewer.extras import DICOM_RESULTS
from cxrviewer.imaging.fitting import heatmap_on_radiograph
from cxrviewer.results.dicom.export import object_paths, write_result_objects
from cxrviewer.results.dicom.folder import ResultObjectFolder
from cxrviewer.results.overlay import render_overlay
from tests.films import write_png
from tests.results.dicom.conftest import Workbench, Written
from tests.results.dicom.tools import errors_of, run_tool

KINDS = ("sr", "overlay", "heatmap-NORMAL", "heatmap-PNEUMONIA", "heatmap-COVID19")
Films = Callable[..., Path]


def texts_of(item: Any) -> list[str]:
    """Return all texts of a content tree."""
    found = [item.TextValue] if "TextValue" in item else []
    return found + [text for below in item.get("ContentSequence", ()) for text in texts_of(below)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_object_is_of_the_films_patient_and_study_in_a_new_series(written: Written, kind: str) -> None:
    film, made = pydicom.dcmread(written.film), pydicom.dcmread(written.path(kind))
    for name in (
        "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyDate", "StudyTime",
        "AccessionNumber", "StudyID",
    ):  # fmt: skip
        assert made[name].value == film[name].value, name
    assert made.SeriesInstanceUID != film.SeriesInstanceUID
    assert made.SOPInstanceUID != film.SOPInstanceUID
    assert made.file_meta.MediaStorageSOPInstanceUID == made.SOPInstanceUID
    assert made.Manufacturer == "cxrviewer"
    assert made.SoftwareVersions == f"cxrviewer {written.analysis.program_version}"


def test_every_object_has_its_own_uid_and_every_kind_its_own_series(written: Written) -> None:
    made = [pydicom.dcmread(path) for path in written.paths]
    assert len({dataset.SOPInstanceUID for dataset in made}) == len(KINDS)
    assert len({dataset.SeriesInstanceUID for dataset in made}) == 3  # the heatmaps are in one
    assert all(dataset.SOPInstanceUID.is_valid for dataset in made)


def test_file_names_say_nothing_of_the_patient(written: Written) -> None:
    for path in written.paths:
        assert path.name.startswith("cxrviewer-")
        assert not any(word in path.name.upper() for word in ("DOE", "JANE", "MRN"))


@pytest.mark.parametrize("kind", KINDS)
def test_dciodvfy_finds_no_error(written: Written, kind: str) -> None:
    assert errors_of(written.path(kind)) == []


def test_the_report_says_the_result_to_highdicom(written: Written) -> None:
    import highdicom

    report = highdicom.sr.srread(written.path("sr"))
    assert isinstance(report, highdicom.sr.ComprehensiveSR)
    (group,) = report.content.get_image_measurement_groups()
    prediction = written.analysis.prediction
    assert prediction is not None
    said = [m for m in group.get_measurements() if m.name.meaning == "Probability"]
    assert [m.value for m in said] == pytest.approx([float(p) for p in prediction.probabilities], rel=1e-5)
    texts = texts_of(report)
    assert any(NOT_FOR_DIAGNOSIS in text for text in texts)
    assert f"bundle-sha256={written.analysis.model.sha256}" in texts
    assert {written.analysis.model.name, written.analysis.model.version, "engine=litert"} <= set(texts)
    (image,) = group.source_images
    assert image.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == pydicom.dcmread(written.film).SOPInstanceUID


def test_dcmtk_reads_every_object(written: Written, tmp_path: Path) -> None:
    said = run_tool("dsrdump", written.path("sr"))
    assert "Probability" in said
    assert '(840539006,SCT,"COVID-19")' in said
    for kind in KINDS:
        assert "error" not in run_tool("dcmdump", "-q", "+P", "SOPInstanceUID", written.path(kind)).lower()
    run_tool("dcm2pnm", written.path("overlay"), tmp_path / "overlay.ppm")
    assert (tmp_path / "overlay.ppm").stat().st_size > 1000


def test_the_overlay_is_the_picture_without_the_files_name(written: Written) -> None:
    made = pydicom.dcmread(written.path("overlay"))
    assert written.examined.display is not None
    picture = render_overlay(written.examined.display, written.analysis, names_file=False)
    assert np.array_equal(made.pixel_array, picture)
    assert (made.PhotometricInterpretation, made.BurnedInAnnotation) == ("RGB", "YES")
    assert NOT_FOR_DIAGNOSIS in made.DerivationDescription
    assert made.SourceImageSequence[0].ReferencedSOPInstanceUID == pydicom.dcmread(written.film).SOPInstanceUID
    other_name = replace(written.analysis, path="/elsewhere/OTHER.dcm", analysed_at="2031-01-01T00:00:00+00:00")
    assert np.array_equal(render_overlay(written.examined.display, other_name, names_file=False), picture)
    assert not np.array_equal(render_overlay(written.examined.display, other_name), picture)


def test_a_map_has_the_heatmaps_values_and_lies_on_the_film(written: Written) -> None:
    import highdicom

    for heatmap in written.analysis.heatmaps:
        made = highdicom.imread(written.path(f"heatmap-{heatmap.finding}"))
        values = made.pixel_array
        assert values.dtype == np.float32
        np.testing.assert_allclose(values, heatmap_on_radiograph(heatmap), atol=1e-6)  # the film is small: same grid
        (shared,) = made.SharedFunctionalGroupsSequence
        assert [float(mm) for mm in shared.PixelMeasuresSequence[0].PixelSpacing] == [0.5, 0.25]
        orientation = shared.PlaneOrientationSequence[0].ImageOrientationPatient
        assert list(map(float, orientation)) == [1, 0, 0, 0, 0, -1]  # rows to the left, columns to the feet
        mapping = shared.RealWorldValueMappingSequence[0]
        assert mapping.LUTLabel == heatmap.finding


def test_the_edges_of_a_coarser_map_are_those_of_the_film(
    workbench: Workbench, film_of: Films, tmp_path: Path, written: Written
) -> None:
    from tests.films import write_dicom
    from tests.results.dicom.conftest import STUDY

    film = write_dicom(tmp_path / "large", 1000, seed=3, **STUDY)
    made = pydicom.dcmread(next(p for p in workbench.write(film, tmp_path / "o") if "heatmap-NORMAL" in p.name))
    assert (made.Rows, made.Columns) == (256, 256)
    row_mm, column_mm = map(float, made.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing)
    assert (row_mm * 256, column_mm * 256) == pytest.approx((500, 250))
    (frame,) = made.PerFrameFunctionalGroupsSequence
    x, y, z = map(float, frame.PlanePositionSequence[0].ImagePositionPatient)
    # The first pixel's outer corner is that of the film's first pixel, whose middle is the origin.
    assert (x - column_mm / 2, y, z + row_mm / 2) == pytest.approx((-0.125, 0, 0.25))


def digests(paths: tuple[Path, ...]) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_the_same_film_and_bundle_give_the_same_bytes(workbench: Workbench, written: Written, tmp_path: Path) -> None:
    film = tmp_path / "other-name.dcm"
    film.write_bytes(written.film.read_bytes())
    assert digests(workbench.write(film, tmp_path / "again")) == digests(written.paths)


def test_a_result_that_was_recalled_has_the_same_objects(written: Written, workbench: Workbench) -> None:
    import json

    from cxrviewer.results.serialisation import analysis_from_json, analysis_to_json

    recalled = analysis_from_json(json.loads(json.dumps(analysis_to_json(written.analysis))))
    folder = written.paths[0].parent
    assert object_paths(recalled, folder) == object_paths(written.analysis, folder) == written.paths


def test_another_decision_gives_other_objects(workbench: Workbench, written: Written, tmp_path: Path) -> None:
    others = workbench.write(written.film, tmp_path, thresholds=(("NORMAL", 0.9999),))
    ours = {pydicom.dcmread(path).SOPInstanceUID for path in written.paths}
    assert not ours & {pydicom.dcmread(path).SOPInstanceUID for path in others}
    assert not {path.name for path in others} & {path.name for path in written.paths}


def test_no_clock_is_read(written: Written) -> None:
    for path in written.paths:
        made = pydicom.dcmread(path)
        assert (made.ContentDate, made.ContentTime) == ("20250314", "101500")
        dates = [element.value for element in made.iterall() if element.VR in ("DA", "DT") and element.value]
        assert set(dates) <= {"20250314", "19500102"}


@pytest.mark.parametrize(
    ("character_set", "name"),
    [
        ("ISO_IR 100", "Müller^Jürgen"),
        ("ISO_IR 192", "Wałęsa^Łucja"),
        (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎=やまだ^たろう"),
        ("GB18030", "Wang^XiaoDong=王^小东"),
    ],
)
def test_a_name_keeps_its_character_set(
    workbench: Workbench, film_of: Films, tmp_path: Path, character_set: Any, name: str
) -> None:
    film = film_of(SpecificCharacterSet=character_set, PatientName=name)
    source = pydicom.dcmread(film)
    for path in workbench.write(film, tmp_path):
        made = pydicom.dcmread(path)
        assert made.SpecificCharacterSet == source.SpecificCharacterSet
        assert str(made.PatientName) == name
        assert made.PatientName.original_string == source.PatientName.original_string
    assert errors_of(path) == []


@pytest.mark.parametrize(
    "attributes",
    [
        {
            "StudyDate": None,
            "PatientSex": None,
            "PatientOrientation": None,
            "ImagerPixelSpacing": None,
            "PatientID": None,
        },
        {"PatientBirthDate": "long ago", "StudyDate": "2025.03.14", "PatientSex": "female", "StudyTime": "late"},
        {"PatientOrientation": ["L", "L"], "LossyImageCompression": "01", "AccessionNumber": "A" * 40},
        {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7", "Modality": "OT", "BodyPartExamined": ""},
    ],
)
def test_a_sparse_or_careless_header_gives_valid_objects(
    workbench: Workbench, film_of: Films, tmp_path: Path, attributes: dict[str, Any]
) -> None:
    paths = workbench.write(film_of(**attributes), tmp_path)
    assert len(paths) == len(KINDS)
    for path in paths:
        assert errors_of(path) == []


def copied(folder: ResultObjectFolder) -> ResultObjectFolder:
    """Return the folder as a worker process gets it."""
    made: ResultObjectFolder = pickle.loads(pickle.dumps(folder))  # noqa: S301 - our own bytes
    return made


def test_only_what_is_missing_is_written(workbench: Workbench, film_of: Films, tmp_path: Path) -> None:
    film = film_of()
    examined = workbench.examine(film)
    assert examined.display is not None
    folder = copied(ResultObjectFolder(tmp_path / "new", workbench.bundle.folder))
    assert folder.is_needed(examined.analysis)
    folder.deliver(examined.display, examined.analysis)
    assert not folder.is_needed(examined.analysis)
    first, second, *_ = folder.paths(examined.analysis)
    first.write_bytes(b"mine")
    second.unlink()
    assert folder.is_needed(examined.analysis)
    folder.deliver(examined.display, examined.analysis)
    assert first.read_bytes() == b"mine"
    assert second.stat().st_size > 1000
    assert len(list((tmp_path / "new").iterdir())) == len(KINDS)  # and no temporary file


def test_a_film_that_is_no_dicom_is_passed_over(workbench: Workbench, tmp_path: Path) -> None:
    film = write_png(tmp_path / "film.png", 160)
    examined = workbench.examine(film)
    assert examined.display is not None
    folder = ResultObjectFolder(tmp_path / "new", workbench.bundle.folder)
    assert folder.paths(examined.analysis) == ()
    folder.deliver(examined.display, examined.analysis)
    assert not (tmp_path / "new").exists()
    with pytest.raises(NotDicomSourceError):
        write_result_objects(film, examined.display, examined.analysis, workbench.bundle, tmp_path / "new")


def test_a_film_that_changed_gets_no_objects(workbench: Workbench, film_of: Films, tmp_path: Path) -> None:
    film = film_of()
    examined = workbench.examine(film)
    assert examined.display is not None
    film.write_bytes(film.read_bytes() + b"\0\0")
    with pytest.raises(ChangedFileError):
        write_result_objects(film, examined.display, examined.analysis, workbench.bundle, tmp_path / "new")


def test_a_refusal_has_no_objects(workbench: Workbench, written: Written, tmp_path: Path) -> None:
    refused: Analysis = replace(written.analysis, status="refused", prediction=None)
    assert object_paths(refused, tmp_path) == ()
    assert written.examined.display is not None
    with pytest.raises(ExportError, match="status refused"):
        write_result_objects(written.film, written.examined.display, refused, workbench.bundle, tmp_path)


def test_without_highdicom_the_line_that_installs_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'cxrviewer\[dicom-results\]'"):
        DICOM_RESULTS.check()
