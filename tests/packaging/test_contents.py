import tomllib
from pathlib import Path

import pytest
from contents import EXCLUDED_MODULES, RESOURCES, is_shipped
from orphans import without_dangling_links, without_orphans

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "path",
    [
        "cv2/cv2.abi3.so",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/translations/qtbase_de.qm",
        "PySide6\\plugins\\imageformats\\qjpeg.dll",
        "pylibjpeg_rle-2.2.0.dist-info/entry_points.txt",
        "models/cxr_mobilenetv2/model.tflite",
        "models/cxr_mobilenetv2/scope.npz",
        "models/lung_segmenter/lungs.tflite",
        "ai_edge_litert/libpywrap_litert_common.so",
        "resources/samples/synthetic-clear.png",
    ],
)
def test_what_the_program_needs_is_shipped(path: str) -> None:
    assert is_shipped(path)


@pytest.mark.parametrize(
    "path",
    [
        "PySide6/Qt/lib/libQt6Network.so.6",
        "PySide6/Qt/plugins/imageformats/libqwebp.so",
        "PySide6\\plugins\\imageformats\\qwebp.dll",
        "PySide6/Qt/translations/qtbase_fr.qm",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "numpy/random/mtrand.cpython-311-x86_64-linux-gnu.so",
        "numpy/_core/tests/data/x.npy",
        "pillow.libs/libavif-c6062d5f.so.16.4.2",
        "ai_edge_litert/libLiteRt.so",
        "ai_edge_litert/vendors/qualcomm/libQnn.so",
    ],
)
def test_what_it_does_without_is_not(path: str) -> None:
    assert not is_shipped(path)


def test_the_network_of_tensorflow_comes_with_tensorflow() -> None:
    assert not is_shipped("models/cxr_mobilenetv2/model.keras")
    assert is_shipped("models/cxr_mobilenetv2/model.keras", with_tensorflow=True)


def test_the_gpl_module_of_python_stays_out() -> None:
    assert "readline" in EXCLUDED_MODULES


def test_the_resources_are_those_of_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert {f"resources/{name}" for name in RESOURCES} == {name for name in included if name.startswith("resources/")}


LINKED = {
    "/env/one.so": ["libneeded.so.1", "libc.so.6"],
    "/sys/libneeded.so.1": ["libdeep.so.2"],
    "/sys/libdeep.so.2": [],
    "/sys/libgtk.so.3": ["libdeep.so.2"],
    "/env/a.libs/libssl-1.so": [],
    "/env/b.libs/libssl-1.so": [],
    "/env/two.so": ["libssl-1.so"],
}


def imports_of(path: str) -> list[tuple[str, None]]:
    return [(name, None) for name in LINKED[path]]


def test_only_libraries_that_something_reaches_are_kept() -> None:
    entries = [
        ("pkg/one.so", "/env/one.so", "EXTENSION"),
        ("libneeded.so.1", "/sys/libneeded.so.1", "BINARY"),
        ("libdeep.so.2", "/sys/libdeep.so.2", "BINARY"),
        ("libgtk.so.3", "/sys/libgtk.so.3", "BINARY"),
    ]
    assert [entry[0] for entry in without_orphans(entries, imports_of)] == [
        "pkg/one.so",
        "libneeded.so.1",
        "libdeep.so.2",
    ]


def test_two_libraries_of_one_name_are_both_kept_and_links_reach_what_they_lead_to() -> None:
    entries = [
        ("pkg/two.so", "/env/two.so", "EXTENSION"),
        ("a.libs/libssl-1.so", "/env/a.libs/libssl-1.so", "BINARY"),
        ("b.libs/libssl-1.so", "/env/b.libs/libssl-1.so", "BINARY"),
        ("libssl-1.so", "b.libs/libssl-1.so", "SYMLINK"),
    ]
    assert without_orphans(entries, imports_of) == entries


def test_links_to_what_was_left_out_go_too() -> None:
    kept = ("libQt6Gui.so.6", "PySide6/Qt/lib/libQt6Gui.so.6", "SYMLINK")
    gone = ("libQt6Network.so.6", "PySide6/Qt/lib/libQt6Network.so.6", "SYMLINK")
    file = ("PySide6/Qt/lib/libQt6Gui.so.6", "/env/libQt6Gui.so.6", "BINARY")
    assert without_dangling_links([kept, gone, file], [kept, gone, file]) == [kept, file]
