"""A medium with a DICOMDIR, as a hospital hands it out."""

from pathlib import Path

from pydicom.fileset import FileSet

from tests.cli.command import cxrviewer, rows
from tests.films import write_dicom


def write_medium(folder: Path, films: int) -> Path:
    """Write films and their DICOMDIR as pydicom's file-set writer lays them out."""
    medium = FileSet()
    for seed in range(films):
        film = write_dicom(
            folder.parent / f"{seed}.dcm", seed=seed, StudyInstanceUID="1.2.3", SeriesInstanceUID=f"1.2.3.{seed}",
            StudyDate="20260101", StudyTime="120000", StudyID="1", SeriesNumber=seed, InstanceNumber=1,
        )  # fmt: skip
        medium.add(film)
        film.unlink()
    medium.write(folder)
    return folder / "DICOMDIR"


def test_a_dicomdir_stands_for_its_films(tmp_path: Path) -> None:
    folder = tmp_path / "medium"
    folder.mkdir()
    dicomdir = write_medium(folder, films=3)
    for given in (dicomdir, folder):
        done = cxrviewer(tmp_path, "classify", given, "-o", "r.csv")
        assert done.status == 0, done.out + done.err
        assert len(rows(tmp_path / "r.csv")) == 3


def test_a_damaged_dicomdir_is_a_row_and_its_folder_is_read_all_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "medium"
    folder.mkdir()
    dicomdir = write_medium(folder, films=2)
    content = dicomdir.read_bytes()
    dicomdir.write_bytes(content[: len(content) // 2])
    done = cxrviewer(tmp_path, "classify", folder, "-o", "r.csv")
    assert done.status == 1
    status = [(Path(row["path"]).name == "DICOMDIR", row["status"]) for row in rows(tmp_path / "r.csv")]
    assert sorted(status) == [(False, "ok"), (False, "ok"), (True, "error")]
    assert "Traceback" not in done.err
