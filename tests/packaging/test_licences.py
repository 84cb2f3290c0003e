import json
from email.message import Message
from pathlib import Path

import pytest
from inventory import LibraryKind, is_library, library_kind, library_kinds, library_name, take_inventory
from licence_policy import judge
from notices import notices_text
from parts import Part, distribution_part, find_parts, forbidden_words, library_part, stated_licence
from sbom import bill_of_materials

ROOT = Path(__file__).resolve().parents[2]
LICENCES = ROOT / "packaging" / "licences"
KINDS = library_kinds(LICENCES / "libraries.toml")


@pytest.mark.parametrize(
    ("expression", "used"),
    [
        ("MIT", "MIT"),
        ("BSD-3-Clause AND 0BSD AND MIT", "BSD-3-Clause AND 0BSD AND MIT"),
        ("FTL OR GPL-2.0-or-later", "FTL"),
        ("GPL-2.0-only OR BSD-3-Clause", "BSD-3-Clause"),
        ("MIT AND (GPL-2.0-only OR Apache-2.0)", "MIT AND Apache-2.0"),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    ],
)
def test_permitted(expression: str, used: str) -> None:
    verdict = judge(expression, replaceable=False)
    assert verdict.permitted
    assert verdict.used == used


@pytest.mark.parametrize(
    "expression",
    [
        "GPL-3.0-or-later",
        "AGPL-3.0-only",
        "GPL",
        "MIT AND GPL-2.0-only",
        "GPL-2.0-only OR AGPL-3.0-only",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "SSPL-1.0",
        "Proprietary",
        "see the LICENSE file",
        "MIT AND",
        "",
    ],
)
def test_refused(expression: str) -> None:
    verdict = judge(expression, replaceable=True)
    assert not verdict.permitted
    assert verdict.used == ""


def test_lgpl_only_where_the_part_can_be_replaced() -> None:
    assert judge("LGPL-3.0-only OR GPL-2.0-only", replaceable=True).used == "LGPL-3.0-only"
    assert not judge("LGPL-2.1-or-later", replaceable=False).permitted


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("pillow.libs/libtiff-20b7e810.so.6.3.0", "tiff:6.3.0"),
        ("numpy.libs/libgfortran-040039e1-0352e75f.so.5.0.0", "gfortran:5.0.0"),
        ("opencv_python_headless.libs/libssl-81259c47.so.1.1.1k", "ssl:1.1.1k"),
        ("libglib-2.0.so.0", "glib-2.0:0"),
        ("numpy.libs/libscipy_openblas64_-32a4b2a6.so", "scipy_openblas64"),
        ("PySide6/Qt6Core.dll", "Qt6Core"),
        ("VCRUNTIME140_1.dll", "VCRUNTIME140_1"),
        ("cv2/.dylibs/libavcodec.61.3.100.dylib", "avcodec:61.3.100"),
    ],
)
def test_names_of_libraries(path: str, name: str) -> None:
    assert is_library(path)
    assert library_name(path) == name


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("libssl.so.3", "OpenSSL"),
        ("x.libs/libcrypto-5409cd36.so.1.1.1k", "OpenSSL 1.1"),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "Qt"),
        ("VCRUNTIME140_1.dll", "Microsoft Visual C++ runtime"),
        ("libreadline.so.8", "GNU Readline"),
    ],
)
def test_kinds_of_libraries(path: str, part: str) -> None:
    kind = library_kind(path, KINDS)
    assert kind is not None
    assert kind.name == part


def test_extension_modules_are_no_libraries() -> None:
    assert not is_library("cv2/cv2.abi3.so")
    assert not is_library("rle/rle.cpython-311-x86_64-linux-gnu.so")


def test_every_library_of_the_table_has_texts_and_a_permitted_licence_or_is_refused_on_purpose() -> None:
    refused = set()
    for kind in KINDS:
        if judge(kind.licence, replaceable=bool(kind.replace)).permitted:
            assert library_part(kind, (), LICENCES).texts, kind.name
        else:
            refused.add(kind.name)
    assert refused == {"GNU Readline", "x264, x265"}


def test_a_folder_with_gpl_or_unknown_libraries_is_objected_to(tmp_path: Path) -> None:
    for name in ("libreadline.so.8", "libmystery.so.1", "libz.so.1"):
        (tmp_path / name).write_bytes(b"\x7fELF")
    _with_materials(tmp_path)
    inventory = take_inventory(tmp_path, ["json.decoder", "cxrviewer.cli", "nobodys_module"], KINDS)
    assert inventory.unknown == ("libmystery.so.1", "module nobodys_module")
    objections = find_parts(inventory, tmp_path, LICENCES, ROOT).objections
    assert any("GNU Readline: GPL-3.0-or-later may not be shipped" in line for line in objections)
    assert any(line.startswith("libmystery.so.1") for line in objections)
    assert any(line.startswith("module nobodys_module") for line in objections)
    assert not any("zlib" in line for line in objections)


def test_modules_and_files_are_found_to_be_of_their_distributions(tmp_path: Path) -> None:
    (tmp_path / "rich").mkdir()
    (tmp_path / "rich" / "py.typed").touch()
    inventory = take_inventory(tmp_path, ["pydicom.dataset"], KINDS)
    assert {"rich", "pydicom", "pyinstaller"} <= set(inventory.distributions)
    assert inventory.unknown == ()


def test_a_library_that_says_itself_that_gpl_parts_were_built_in_is_objected_to(tmp_path: Path) -> None:
    kind = next(kind for kind in KINDS if kind.name == "FFmpeg")
    library = tmp_path / "libavcodec.so"
    library.write_bytes(b"\x7fELF libavcodec license: LGPL version 2.1 or later")
    assert forbidden_words(library, kind) == []
    library.write_bytes(b"\x7fELF --enable-gpl libavcodec license: GPL version 2 or later")
    assert forbidden_words(library, kind) == ["--enable-gpl", "license: GPL"]


class _Distribution:
    """An installed distribution without files."""

    version = "1.0"
    files: tuple[()] = ()

    def __init__(self, **fields: str) -> None:
        self.metadata = Message()
        self.metadata["Name"] = "Some_Thing"
        for name, value in fields.items():
            self.metadata[name.replace("_", "-")] = value


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ({"License_Expression": "MIT"}, "MIT"),
        ({"License": "BSD-3-Clause"}, "BSD-3-Clause"),
        ({"License": "Apache 2.0", "Classifier": "License :: OSI Approved :: Apache Software License"}, "Apache-2.0"),
        ({"Classifier": "License :: OSI Approved :: BSD License"}, ""),
        ({"Classifier": "License :: OSI Approved"}, ""),
        ({"License": "Whatever we like"}, ""),
        ({}, ""),
    ],
)
def test_the_licence_that_a_distribution_states(fields: dict[str, str], licence: str) -> None:
    assert stated_licence(_Distribution(**fields).metadata) == licence


def test_a_correction_goes_before_what_a_distribution_states() -> None:
    correction = {"licence": "MIT", "texts": ["zlib.txt"]}
    part = distribution_part(_Distribution(License="GPL"), correction, LICENCES)  # type: ignore[arg-type]
    assert (part.name, part.used, len(part.texts)) == ("some-thing", "MIT", 1)


def _with_materials(folder: Path) -> None:
    for name in ("resources/icons/LICENSE_LUCIDE.txt", "resources/fonts/LICENSE_DEJAVU.txt", "models/one/LICENSE"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")


def _part(name: str, used: str = "MIT", **changes: object) -> Part:
    fields: dict[str, object] = {
        "name": name, "version": "1.2.3", "kind": "distribution", "licence": used, "used": used,
        "source": f"https://example.org/{name}", "replace": "", "files": (), "texts": (f"text of {used}",),
    }  # fmt: skip
    return Part(**{**fields, **changes})  # type: ignore[arg-type]


def test_the_notice_names_every_part_gives_each_text_once_and_says_how_lgpl_parts_are_replaced() -> None:
    qt = _part("Qt", "LGPL-3.0-only", replace="Exchange its folder.", licence="LGPL-3.0-only OR GPL-2.0-only")
    text = notices_text([_part("one"), _part("two"), qt])
    assert text.count("text of MIT") == 1
    assert "Qt: Exchange its folder." in text
    assert "offered: LGPL-3.0-only OR GPL-2.0-only" in text
    assert all(name in text for name in ("one 1.2.3", "two 1.2.3", "https://example.org/two"))


def test_the_bill_of_materials_is_the_same_twice_and_has_the_sums_of_the_libraries(tmp_path: Path) -> None:
    (tmp_path / "libz.so.1").write_bytes(b"abc")
    library = _part("zlib", "Zlib", kind="library", files=("libz.so.1",))
    own = _part("cxrviewer", "Apache-2.0", kind="material")
    texts = [bill_of_materials(own, [_part("one"), library], tmp_path, 1_700_000_000) for _ in range(2)]
    assert texts[0] == texts[1]
    bill = json.loads(texts[0])
    assert bill["metadata"]["timestamp"].startswith("2023-11-14T22:13:20")
    by_name = {component["name"]: component for component in bill["components"]}
    assert by_name["one"]["purl"] == "pkg:pypi/one@1.2.3"
    sums = by_name["zlib"]["components"][0]["hashes"]
    assert sums == [{"alg": "SHA-256", "content": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}]


def test_a_kind_without_a_way_to_replace_it_is_refused_where_it_is_lgpl() -> None:
    kind = LibraryKind("new", ("new",), (), "LGPL-2.1-or-later", "", "", ("LGPL-2.1.txt",), ())
    assert library_part(kind, ("libnew.so",), LICENCES).used == ""
