"""``cxrviewer classify --report``: from files to a PDF, also after a run that was stopped."""

from pathlib import Path

import pypdf

from tests.cli.command import cxrviewer
from tests.films import write_dicom, write_png


def text(path: Path) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(path, strict=True).pages)


def test_a_report_of_a_folder_with_a_refused_file(tmp_path: Path) -> None:
    films = tmp_path / "films"
    films.mkdir()
    write_png(films / "été.png")
    write_dicom(films / "b.dcm", size=300)
    (films / "notes.txt").write_text("no image")
    done = cxrviewer(tmp_path, "classify", films, "--report", "r.pdf", "--overlays", "o", "--include-patient-data")
    assert done.status == 1, done.err  # one file was refused
    content = text(tmp_path / "r.pdf")
    assert "Summary of 3 films" in content
    assert "2 classified 1 refused" in content
    assert "été.png" in content
    assert "DOE^JANE" in content
    assert "not at hand" not in content
    assert len(list((tmp_path / "o").iterdir())) == 2
    # The second run recalls the results, and decodes again for the pictures.
    again = cxrviewer(tmp_path, "classify", films, "--report", "again.pdf", "--include-patient-data")
    assert "3 of them known" in again.out
    assert (tmp_path / "again.pdf").read_bytes() == (tmp_path / "r.pdf").read_bytes()
    quiet = cxrviewer(tmp_path, "classify", films, "--report", "quiet.pdf")
    assert quiet.status == 1
    assert "DOE" not in text(tmp_path / "quiet.pdf")


def test_a_report_after_a_stopped_run_has_the_pictures_of_all_films(tmp_path: Path) -> None:
    from cxrviewer.analysis.job import AnalysisJob, analyze_files
    from cxrviewer.analysis.pool import PoolSettings
    from cxrviewer.inference.bundle import find_bundle
    from cxrviewer.results.store import ResultStore, result_key

    bundle = find_bundle("cxr_mobilenetv2")
    films = [write_png(tmp_path / f"{i}.png", seed=i) for i in range(3)]
    options = {
        "model": str(bundle.folder), "engine": "litert", "file_bytes": 1 << 30, "pixels": 200_000_000,
        "include_patient_data": False,
    }  # fmt: skip
    store = ResultStore(tmp_path / "s.sqlite")
    run = store.start_run(films, result_key(bundle.sha256, options), options)
    job = AnalysisJob(bundle.folder, bundle.sha256, "litert")
    for outcome in analyze_files(films[:2], job, bundle, PoolSettings(workers=1)):
        store.record(run, outcome.index, outcome.analysis)
    store.close()
    done = cxrviewer(tmp_path, "classify", "--resume", "--store", "s.sqlite", "--report", "r.pdf")
    assert done.status == 0, done.err
    assert "1 file: 1 ok" in done.out
    assert "Summary of 3 films" in text(tmp_path / "r.pdf")
    assert "not at hand" not in text(tmp_path / "r.pdf")


def test_what_could_not_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    film = write_png(tmp_path / "a.png")
    for name, expected in (("r.txt", "to end in .pdf"), ("missing/r.pdf", "existing folder")):
        done = cxrviewer(tmp_path, "classify", film, "--report", name)
        assert done.status == 2
        assert expected in done.err
