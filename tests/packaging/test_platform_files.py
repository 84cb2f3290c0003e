import configparser
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from elf import ElfFacts, missing_libraries, parse_readelf
from icon_files import ICON, MAC_SIDES, WINDOWS_SIDES, drawn, write_icns, write_ico
from PIL import Image
from platform_files import mac_bundle_info, program_version, version_numbers, windows_version_file, windows_version_text

from cxrviewer.version import __version__

ROOT = Path(__file__).resolve().parents[2]

READELF = """
  LOAD           0x000000 0x0000000000000000 0x0000000000000000 0x002a10 0x002a10 R   0x1000
  LOAD           0x003000 0x0000000000003000 0x0000000000003000 0x00b5c1 0x00b5c1 R E 0x1000
 0x0000000000000001 (NEEDED)             Shared library: [libz.so.1]
 0x0000000000000001 (NEEDED)             Shared library: [libc.so.6]
 0x000000000000001d (RUNPATH)            Library runpath: [$ORIGIN:$ORIGIN/../other.libs]
  0x0020:   Name: GLIBC_2.2.5  Flags: none  Version: 7
  0x0030:   Name: GLIBC_2.34  Flags: none  Version: 6
"""


def test_the_version_is_that_of_the_program() -> None:
    assert program_version(ROOT) == __version__


def test_windows_wants_four_numbers() -> None:
    assert version_numbers("1.2.3rc1") == (1, 2, 3, 0)
    with pytest.raises(ValueError, match="three numbers"):
        version_numbers("1.2")


def test_the_version_information_for_windows_reads_as_pyinstaller_reads_it() -> None:
    def called(name: str) -> Any:
        return lambda *places, **names: (name, places, names)

    names = (
        "VSVersionInfo",
        "FixedFileInfo",
        "StringFileInfo",
        "StringTable",
        "StringStruct",
        "VarFileInfo",
        "VarStruct",
    )
    read = eval(windows_version_text("1.2.3", "cxrviewer-cli"), {name: called(name) for name in names})
    assert read[2]["ffi"][2]["filevers"] == (1, 2, 3, 0)
    table = read[2]["kids"][0][1][0][0]
    strings = {struct[1][0]: struct[1][1] for struct in table[1][1]}
    assert strings["OriginalFilename"] == "cxrviewer-cli.exe"
    assert strings["ProductVersion"] == "1.2.3"


@pytest.mark.skipif(sys.platform == "win32", reason="there it is written")
def test_elsewhere_there_is_no_version_file(tmp_path: Path) -> None:
    assert windows_version_file("1.2.3", "cxrviewer", tmp_path) is None


def test_macos_is_told_the_types_and_no_default_is_taken() -> None:
    info = mac_bundle_info("1.2.3")
    kinds = info["info_plist"]["CFBundleDocumentTypes"]
    assert {kind["LSHandlerRank"] for kind in kinds} == {"Alternate"}
    assert "org.nema.dicom" in kinds[0]["LSItemContentTypes"]
    assert info["info_plist"]["CFBundleShortVersionString"] == "1.2.3"


def test_the_icons_have_every_size(tmp_path: Path) -> None:
    write_ico(ROOT / ICON, tmp_path / "it.ico")
    with Image.open(tmp_path / "it.ico") as icon:
        assert icon.info["sizes"] == {(side, side) for side in WINDOWS_SIDES}
    write_icns(ROOT / ICON, tmp_path / "it.icns")
    with Image.open(tmp_path / "it.icns") as icon:
        assert {width * scale for width, _, scale in icon.info["sizes"]} == set(MAC_SIDES)


def test_the_icon_is_drawn_on_nothing() -> None:
    picture = drawn(ROOT / ICON, 64)
    assert picture.getextrema()[3] == (0, 255) or picture.getextrema()[3][1] == 255
    assert len(picture.getcolors(4096) or range(4096)) > 2
    with pytest.raises(ValueError, match="expected an SVG"):
        drawn(ROOT / "pyproject.toml", 64)


def test_the_menu_entry_opens_the_window_with_what_it_is_given() -> None:
    entry = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    entry.optionxform = str  # type: ignore[assignment, method-assign]
    entry.read(ROOT / "packaging/linux/cxrviewer.desktop", encoding="utf-8")
    section = entry["Desktop Entry"]
    assert section["Exec"] == "cxrviewer window %F"
    assert {"application/dicom", "inode/directory", "image/png"} <= set(section["MimeType"].split(";"))


def test_the_file_type_is_told_by_ending_and_content() -> None:
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    kind = ET.parse(ROOT / "packaging/linux/cxrviewer.xml").getroot()[0]
    assert kind.attrib["type"] == "application/dicom"
    assert "*.dcm" in {glob.attrib["pattern"] for glob in kind.iter(f"{space}glob")}
    match = next(kind.iter(f"{space}match"))
    assert (match.attrib["offset"], match.attrib["value"]) == ("128", "DICM")


def test_what_readelf_says() -> None:
    facts = parse_readelf(READELF)
    assert facts.needed == ("libz.so.1", "libc.so.6")
    assert facts.run_path == ("$ORIGIN", "$ORIGIN/../other.libs")
    assert facts.newest_glibc == (2, 34)
    assert facts.loads_aligned


def test_a_segment_that_begins_inside_a_page_of_the_file_is_seen() -> None:
    assert not parse_readelf(READELF.replace("0x003000 0x", "0x002f80 0x")).loads_aligned


def test_a_library_that_the_loader_would_not_find_is_named(tmp_path: Path) -> None:
    extension = tmp_path / "pkg" / "one.so"
    (tmp_path / "pkg").mkdir()
    (tmp_path / "other.libs").mkdir()
    (tmp_path / "other.libs" / "libz.so.1").touch()
    facts = parse_readelf(READELF)
    assert missing_libraries({extension: facts}, tmp_path, ["libc.so.6"]) == []
    stray = ElfFacts(("libz.so.1",), (), True, (2, 2))
    assert missing_libraries({extension: stray}, tmp_path, ["libc.so.6"]) == [(extension, "libz.so.1")]
