"""Opening a study that holds a stored result shows it beside the fresh one, also after a new start."""

from pathlib import Path

from cxrviewer.inference.bundle import load_bundle
from cxrviewer.resources import models_folder
from cxrviewer.results.dicom.structured_report import KIND
from tests.cli.command import cxrviewer
from tests.films import write_dicom
from tests.gui.window.bench import Bench


def test_a_study_with_a_stored_result_shows_it_beside_the_fresh_one(empty: Bench, tmp_path: Path) -> None:
    study = tmp_path / "study"
    study.mkdir()
    write_dicom(study / "film.dcm", 200, seed=2, StudyInstanceUID="1.2.826.0.1.11", SeriesInstanceUID="1.2.826.0.1.12")
    done = cxrviewer(tmp_path, "classify", study, "--dicom-out", study, "--threshold", "COVID19=1", "--workers", 1)
    assert done.status == 0, done.err
    report = next(study.glob(f"*-{KIND}.dcm"))

    empty.window.open([study])
    empty.until(lambda: len(empty.outcomes) == 6)
    empty.go_to("film.dcm")
    stored = empty.window.panels.result.stored
    empty.until(lambda: bool(stored.said))
    assert stored.said.startswith("Stored result (from the study): ")
    bundle = load_bundle(models_folder() / "cxr_mobilenetv2", verify=False)
    assert f"cxr_mobilenetv2 {bundle.metadata.version}" in stored.said
    assert "The fresh result " in stored.said

    empty.go_to(report.name)
    empty.until(lambda: "Stored result (from the study): " in stored.said)
    assert "fresh" not in stored.said
    column = empty.column("status")
    row = next(r for r in range(empty.model.rowCount()) if empty.listed(r).path.name == report.name)
    said = empty.model.index(row, column).data()
    assert said == "Left aside: a stored result, which is shown with its film"

    empty.restart()
    empty.go_to("film.dcm")
    empty.until(lambda: bool(empty.window.panels.result.stored.said))

    empty.press_row(report.name)
    empty.trigger("film.remove")
    empty.go_to("film.dcm")
    empty.until(lambda: not empty.window.panels.result.stored.said)
