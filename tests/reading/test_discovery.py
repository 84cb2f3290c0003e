"""Which files paths stand for."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from cxrviewer.errors import MissingFileError, UsageError
from cxrviewer.reading import read_radiograph
from cxrviewer.reading.discovery import find_files, read_path_list
from tests.reading.builders import dicom_bytes, dicom_dataset, noise, written

pytestmark = pytest.mark.filterwarnings("ignore:Invalid value for VR CS")  # what the test writes on purpose


def tree(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def found(root: Path, *paths: Path, recursive: bool = True) -> list[str]:
    return [path.relative_to(root).as_posix() for path in find_files(paths or [root], recursive)]


def test_a_folder_gives_every_file_that_is_not_hidden_in_order(tmp_path: Path):
    tree(tmp_path, "b.png", "a.txt", "sub/deep/z", "sub/c.dcm", ".hidden", ".git/x", "Thumbs.db", "sub/.DS_Store")
    tree(tmp_path, "desktop.ini", "Ünïcode näme/ß 胸.jpg")
    assert found(tmp_path) == ["a.txt", "b.png", "sub/c.dcm", "sub/deep/z", "Ünïcode näme/ß 胸.jpg"]
    assert found(tmp_path, recursive=False) == ["a.txt", "b.png"]


def test_files_given_stand_for_themselves_hidden_or_missing(tmp_path: Path):
    tree(tmp_path, ".hidden", "a")
    names = [".hidden", "missing.png", "a"]
    assert found(tmp_path, *(tmp_path / name for name in names)) == names
    with pytest.raises(MissingFileError):
        read_radiograph(tmp_path / "missing.png")


def test_loops_of_links_end(tmp_path: Path):
    tree(tmp_path, "a/film")
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a" / "self").symlink_to("self")
    (tmp_path / "broken").symlink_to("nowhere")
    assert found(tmp_path) == ["broken", "a/film", "a/self"]


def test_folders_nested_deeper_than_the_call_stack(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(1200):
        Path("d").mkdir()
        os.chdir("d")
    Path("film").write_bytes(b"x")
    os.chdir(tmp_path)
    files = list(find_files([Path("d")]))
    os.chdir(tmp_path)
    for _ in range(1200):
        os.chdir("d")
    Path("film").unlink()  # pytest cannot clear away what is nested so deep
    for _ in range(1200):
        os.chdir("..")
        Path("d").rmdir()
    assert len(files) == 1


def test_every_folder_is_told_before_it_is_listed_and_the_search_can_be_ended_there(tmp_path: Path):
    tree(tmp_path, "a/film", "b/deep/film", "film")
    entered: list[str] = []

    def enter(folder: Path) -> None:
        entered.append(folder.relative_to(tmp_path).as_posix())
        if folder.name == "deep":
            raise KeyError(folder.name)

    files = find_files([tmp_path], entering=enter)
    assert [next(files).name, next(files).name] == ["film", "film"]
    with pytest.raises(KeyError):
        next(files)
    assert entered == [".", "a", "b", "b/deep"]


def test_a_folder_that_cannot_be_listed_stands_for_itself(tmp_path: Path, monkeypatch):
    tree(tmp_path, "closed/film", "open/film")
    scandir = os.scandir

    def refusing(path):
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert found(tmp_path) == ["closed", "open/film"]


def write_dicomdir(folder: Path, *references: list[str], name: str = "DICOMDIR") -> Path:
    records = []
    for reference in references:
        record = Dataset()
        record.DirectoryRecordType = "IMAGE"
        record.ReferencedFileID = reference
        records.append(record)
    dataset = Dataset()
    dataset.file_meta = dicom_dataset(noise((64, 64))).file_meta
    dataset.SOPClassUID = "1.2.840.10008.1.3.10"
    dataset.DirectoryRecordSequence = Sequence(records)
    path = folder / name
    path.write_bytes(written(dataset))
    return path


def test_a_dicomdir_gives_the_files_it_names_once(tmp_path: Path):
    tree(tmp_path, "IMAGES/I2", "IMAGES/I1", "other.png")
    given = write_dicomdir(tmp_path, ["IMAGES", "I2"], ["IMAGES", "I1"], ["IMAGES", "I2"], ["IMAGES", "GONE"])
    named = ["IMAGES/I2", "IMAGES/I1", "IMAGES/GONE"]
    assert found(tmp_path, given) == named
    assert found(tmp_path) == [*named, "other.png"]


def test_a_dicomdir_copied_in_lower_case(tmp_path: Path):
    tree(tmp_path, "images/i1")
    given = write_dicomdir(tmp_path, ["IMAGES", "I1"], name="dicomdir")
    assert found(tmp_path, given) == ["images/i1"]


@pytest.mark.parametrize(
    "reference",
    [["..", "secret"], ["IMAGES", "..", "..", "secret"], ["/etc", "passwd"], ["C:", "X"], ["LINK", "secret"]],
)
def test_references_out_of_the_folder_are_refused_and_the_dicomdir_gets_a_row(tmp_path: Path, reference):
    tree(tmp_path, "secret", "disc/IMAGES/I1")
    (tmp_path / "disc" / "LINK").symlink_to(tmp_path, target_is_directory=True)
    given = write_dicomdir(tmp_path / "disc", reference, ["IMAGES", "I1"])
    assert found(tmp_path, given) == ["disc/IMAGES/I1", "disc/DICOMDIR"]


@pytest.mark.parametrize("content", [b"", b"no DICOM at all", dicom_bytes(noise((64, 64)))])
def test_a_damaged_dicomdir_stands_for_itself(tmp_path: Path, content):
    (tmp_path / "DICOMDIR").write_bytes(content)
    tree(tmp_path, "film")
    assert found(tmp_path) == ["DICOMDIR", "film"]


def test_pydicoms_own_dicomdir():
    import pydicom

    disc = Path(pydicom.__file__).parent / "data" / "test_files" / "dicomdirtests"
    paths = list(find_files([disc / "DICOMDIR"]))
    assert len(paths) == 31
    assert all(path.is_file() and path.is_relative_to(disc) for path in paths)
    assert len(set(find_files([disc]))) == len(list(find_files([disc])))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a.png\nb c.png\r\n\n  \nd\n", ["a.png", "b c.png", "d"]),
        (b"a.png\0with\nnewline\0", ["a.png", "with\nnewline"]),
        ("\ufeffRöntgen/胸.png".encode(), ["Röntgen/胸.png"]),
        (b"", []),
    ],
)
def test_lists_of_paths(tmp_path: Path, monkeypatch, content, expected):
    listing = tmp_path / "list"
    listing.write_bytes(content)
    assert [str(path) for path in read_path_list(str(listing))] == expected
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert [str(path) for path in read_path_list("-")] == expected


def test_a_name_that_is_no_utf_8_survives(tmp_path: Path):
    name = os.fsdecode(b"film\xff.png")
    pixels = noise((64, 64))
    (tmp_path / name).write_bytes(dicom_bytes(pixels))
    listing = tmp_path / "list"
    listing.write_bytes(os.fsencode(tmp_path) + b"/film\xff.png\n")
    [path] = read_path_list(str(listing))
    np.testing.assert_array_equal(read_radiograph(path).stored, pixels)


def test_a_list_that_is_not_there_is_a_usage_error(tmp_path: Path):
    with pytest.raises(UsageError, match="cannot be read"):
        list(read_path_list(str(tmp_path / "none")))
