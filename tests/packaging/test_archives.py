import os
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
from archive import Member, folder_members, sums_text, write_tar_gz, write_zip
from build import link_duplicates
from compare_builds import differences
from deb import PackageFacts, control_text, package_members, package_relations, write_deb
from size_table import by_part, over_the_limits, part_of, table, weights

ROOT = Path(__file__).resolve().parents[2]
EPOCH = 1_700_000_000


@pytest.fixture
def program(tmp_path: Path) -> Path:
    folder = tmp_path / "built" / "cxrviewer"
    (folder / "_internal" / "cv2").mkdir(parents=True)
    (folder / "cxrviewer").write_bytes(b"program")
    (folder / "cxrviewer").chmod(0o755)
    (folder / "cxrviewer-cli").symlink_to("cxrviewer")
    (folder / "_internal" / "cv2" / "cv2.abi3.so").write_bytes(b"c" * 3000)
    (folder / "_internal" / "libz.so.1").write_bytes(b"z" * 10)
    return folder


def test_an_archive_of_a_copy_with_other_times_is_the_same(program: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(program, tmp_path / "copy", symlinks=True)
    for path in copy.rglob("*"):
        os.utime(path, (1, 1), follow_symlinks=False)
    for name, folder in (("one", program), ("two", copy)):
        write_tar_gz(folder_members(folder, "cxrviewer"), tmp_path / f"{name}.tar.gz", EPOCH)
    assert (tmp_path / "one.tar.gz").read_bytes() == (tmp_path / "two.tar.gz").read_bytes()


def test_a_tar_archive_keeps_links_and_what_can_be_run_and_is_sorted(program: Path, tmp_path: Path) -> None:
    write_tar_gz(folder_members(program, "cxrviewer"), tmp_path / "it.tar.gz", EPOCH)
    with tarfile.open(tmp_path / "it.tar.gz") as archive:
        members = archive.getmembers()
    names = [member.name for member in members]
    assert names == sorted(names)
    assert {(member.mtime, member.uid, member.uname) for member in members} == {(EPOCH, 0, "root")}
    by_name = {member.name: member for member in members}
    assert by_name["cxrviewer/cxrviewer"].mode == 0o755
    assert by_name["cxrviewer/_internal/libz.so.1"].mode == 0o644
    assert by_name["cxrviewer/cxrviewer-cli"].linkname == "cxrviewer"
    assert by_name["cxrviewer/_internal"].isdir()


def test_a_zip_archive_is_the_same_twice_and_has_no_links(tmp_path: Path) -> None:
    members = [Member("b", content=b"2"), Member("a/c", content=b"1")]
    write_zip(members, tmp_path / "one.zip", EPOCH)
    write_zip(list(reversed(members)), tmp_path / "two.zip", EPOCH)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert zipfile.ZipFile(tmp_path / "one.zip").namelist() == ["a/c", "b"]
    with pytest.raises(ValueError, match="expected no link"):
        write_zip([Member("l", link="b")], tmp_path / "three.zip", EPOCH)


def test_sums_are_in_the_form_of_sha256sum() -> None:
    assert sums_text({"b": "02", "a": "01"}) == "01  a\n02  b\n"


def test_the_control_file() -> None:
    depends, recommends = package_relations(["libc.so.6", "libEGL.so.1", "libwayland-client.so.0"], (2, 34))
    assert depends == ("libc6 (>= 2.34)", "libegl1")
    assert "libwayland-client0" in recommends
    lines = control_text(PackageFacts("0.1.0", "amd64", 380_000, depends, recommends)).splitlines()
    fields = dict(line.split(": ", 1) for line in lines if not line.startswith(" "))
    assert fields["Package"] == "cxrviewer"
    assert fields["Version"] == "0.1.0"
    assert fields["Installed-Size"] == "380000"
    assert fields["Depends"] == "libc6 (>= 2.34), libegl1"
    assert all(line == " ." or len(line) > 2 for line in lines if line.startswith(" "))


def test_a_library_of_no_known_package_is_refused() -> None:
    with pytest.raises(ValueError, match=r"libnew\.so\.1"):
        package_relations(["libnew.so.1"], (2, 34))


def test_the_package_is_the_same_twice_and_dpkg_reads_it(program: Path, tmp_path: Path) -> None:
    facts = PackageFacts("0.1.0", "amd64", 4, ("libc6 (>= 2.34)",), ())
    members = package_members(program, ROOT, "the notices")
    for name in ("one.deb", "two.deb"):
        write_deb(tmp_path / name, facts, members, EPOCH)
    assert (tmp_path / "one.deb").read_bytes() == (tmp_path / "two.deb").read_bytes()
    if shutil.which("dpkg-deb") is None:
        pytest.skip("dpkg-deb is not here")
    listed = _output("dpkg-deb", "--contents", str(tmp_path / "one.deb"))
    for path in ("/usr/bin/cxrviewer -> ../lib/cxrviewer/cxrviewer", "/usr/share/applications/cxrviewer.desktop"):
        assert path in listed
    assert "root/root" in listed
    assert _output("dpkg-deb", "--field", str(tmp_path / "one.deb"), "Version").strip() == "0.1.0"
    _output("dpkg-deb", "--extract", str(tmp_path / "one.deb"), str(tmp_path / "out"))
    assert (tmp_path / "out/usr/bin/cxrviewer-cli").resolve().read_bytes() == b"program"
    assert (tmp_path / "out/usr/share/icons/hicolor/48x48/apps/cxrviewer.png").read_bytes().startswith(b"\x89PNG")


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_weights_by_part_from_the_heaviest(program: Path) -> None:
    sizes = weights(program)
    assert sum(sizes.values()) == 3017  # a link weighs nothing
    assert list(by_part(sizes)) == [
        "OpenCV, with FFmpeg and OpenBLAS", "libraries of the system", "program and pure Python",
    ]  # fmt: skip
    lines = table(sizes, [program / "cxrviewer"]).splitlines()
    assert [line.split("  ")[0] for line in lines][-2:] == ["unpacked", "cxrviewer"]


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("_internal/PySide6/Qt/lib/libicudata.so.73", "ICU of Qt"),
        ("_internal/PySide6/Qt/lib/libQt6Gui.so.6", "Qt and PySide6"),
        ("_internal/numpy.libs/libscipy_openblas64_.so", "NumPy, with OpenBLAS"),
        ("_internal/models/one/model.tflite", "bundles"),
        ("_internal/libpython3.11.so.1.0", "Python"),
        ("cxrviewer.exe", "program and pure Python"),
        ("_internal/never/heard_of", "other"),
    ],
)
def test_parts(path: str, part: str) -> None:
    assert part_of(path) == part


def test_the_limits() -> None:
    assert over_the_limits(400_000_000, 165_000_000) == []
    assert len(over_the_limits(400_000_001, 165_000_001)) == 2


def test_files_that_are_there_twice_become_links(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "libssl.so").write_bytes(b"s" * 200_000)
    (tmp_path / "libssl.so").write_bytes(b"s" * 200_000)
    (tmp_path / "marker").touch()
    (tmp_path / "other_marker").touch()
    assert link_duplicates(tmp_path) == 200_000
    assert (tmp_path / "libssl.so").readlink() == Path("a/libssl.so")
    assert not (tmp_path / "other_marker").is_symlink()


def test_builds_are_compared_file_by_file(program: Path, tmp_path: Path) -> None:
    other = shutil.copytree(program, tmp_path / "other", symlinks=True)
    assert differences(program, other) == []
    (other / "_internal" / "libz.so.1").write_bytes(b"z" * 9 + b"y")
    (other / "cxrviewer-cli").unlink()
    (other / "cxrviewer-cli").symlink_to("elsewhere")
    (other / "new").touch()
    assert differences(program, other) == [
        "_internal/libz.so.1: 1 of 10 bytes, the first at 9",
        "cxrviewer-cli: leads to cxrviewer here, to elsewhere there",
        "new: nothing here, a file there",
    ]
