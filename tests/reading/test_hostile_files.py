"""Whatever a file holds, read_radiograph gives a Radiograph or a named error, and nothing else happens."""

import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from cxrviewer.domain import Radiograph
from cxrviewer.errors import CorruptFileError, CxrViewerError
from cxrviewer.imaging.display import default_rendering, default_window_text
from cxrviewer.reading import read_radiograph
from tests.reading.builders import (
    BIG_ENDIAN,
    CODESTREAMS,
    DEFLATED,
    EXPLICIT,
    IMPLICIT,
    RLE,
    compressed_by_pydicom,
    dicom_bytes,
    drawn_pattern,
    jpeg_lossless_codestream,
    noise,
    pillow_bytes,
    png_bytes,
    smooth,
    tiff_bytes,
)

SECONDS_EACH = 0.5
JPEG = "1.2.840.10008.1.2.4."


def read_or_named_error(path: Path) -> Radiograph | None:
    """Read and display; anything but a Radiograph of sane content or a CxrViewerError fails the test."""
    try:
        radiograph = read_radiograph(path)
    except CxrViewerError:
        return None
    assert radiograph.stored.dtype in (np.uint8, np.uint16, np.int16)
    assert radiograph.stored.shape == (radiograph.facts.height, radiograph.facts.width)
    rendered = default_rendering(radiograph)
    assert 0 <= rendered.min() <= rendered.max() <= 1
    assert default_window_text(radiograph)
    return radiograph


def intact_files() -> dict[str, bytes]:
    """One small intact file for every reader and decoder."""
    grey = smooth(70, 84)
    twelve = {"BitsStored": 12, "HighBit": 11}
    return {
        "png": pillow_bytes(Image.fromarray(grey), "PNG"),
        "16-bit rgb png": png_bytes(noise((70, 84, 3), "u2"), 16, 2),
        "jpeg": pillow_bytes(Image.fromarray(grey), "JPEG"),
        "progressive jpeg": pillow_bytes(Image.fromarray(grey), "JPEG", progressive=True),
        "tiff": tiff_bytes(noise((70, 84), "u2"), order=">"),
        "lzw tiff": pillow_bytes(Image.fromarray(grey), "TIFF", compression="tiff_lzw"),
        "16-bit rgb tiff": tiff_bytes(noise((70, 84, 3), "u2"), photometric=2),
        "grey with alpha tiff": tiff_bytes(noise((70, 84, 2), "u2"), extra={338: 2}),
        "bmp": pillow_bytes(Image.fromarray(grey), "BMP"),
        "webp": pillow_bytes(Image.fromarray(grey), "WEBP"),
        "implicit": dicom_bytes(grey, IMPLICIT, WindowCenter=[100, 90], WindowWidth=[200, 80]),
        "explicit": dicom_bytes(grey.astype(np.int16), EXPLICIT, RescaleSlope=2, RescaleIntercept=-5),
        "big endian": dicom_bytes(grey.astype(np.uint16), BIG_ENDIAN),
        "deflated": dicom_bytes(grey, DEFLATED),
        "rle": compressed_by_pydicom(grey, RLE),
        "jpeg baseline": dicom_bytes(grey, JPEG + "50", codestream=pillow_bytes(Image.fromarray(grey), "JPEG")),
        "jpeg extended": dicom_bytes(
            drawn_pattern(), JPEG + "51", codestream=(CODESTREAMS / "jpeg_12_bit.jpg").read_bytes(), **twelve
        ),
        "jpeg lossless": dicom_bytes(grey, JPEG + "70", codestream=jpeg_lossless_codestream(grey, 8, True)),
        "jpeg-ls": compressed_by_pydicom(grey, JPEG + "80"),
        "jpeg 2000": compressed_by_pydicom(grey, JPEG + "90"),
        "htj2k": dicom_bytes(
            drawn_pattern(), JPEG + "201", codestream=(CODESTREAMS / "htj2k_reversible.j2k").read_bytes(), **twelve
        ),
    }


FILES = intact_files()


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Flip, overwrite, insert, delete or cut; mostly near the start, where headers are."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        at = chance.randrange(len(changed) if chance.random() < 0.5 else min(len(changed), 1200))
        kind = chance.randrange(6)
        if kind == 0:
            changed[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            changed[at] = chance.choice((0, 1, 127, 128, 255))
        elif kind == 2:
            changed[at:at] = chance.randbytes(chance.choice((1, 2, 8, 40)))
        elif kind == 3:
            del changed[at : at + chance.choice((1, 2, 4, 100))]
        elif kind == 4:
            changed[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", bytes(4), b"\xff\xff\xff\x7f"))
        else:
            del changed[chance.randrange(len(changed)) :]
        if len(changed) < 8:
            break
    return bytes(changed)


@pytest.mark.parametrize("name", FILES)
def test_mutated_files_give_a_radiograph_or_a_named_error(tmp_path: Path, name: str):
    path = tmp_path / "film"
    path.write_bytes(FILES[name])
    assert read_or_named_error(path) is not None, "the intact file must be read"
    chance = random.Random(name)
    end = time.monotonic() + SECONDS_EACH
    tried = failed = 0
    while time.monotonic() < end:
        path.write_bytes(mutated(FILES[name], chance))
        tried += 1
        failed += read_or_named_error(path) is None
    assert failed > 0
    assert tried > 10


@pytest.mark.parametrize("tag", [b"\x02\0\x02\0UI", b"\x02\0\x10\0UI"])
def test_a_file_meta_element_of_no_value_representation_is_a_named_error(tmp_path: Path, tag: bytes) -> None:
    name = next(name for name, content in FILES.items() if tag in content)
    path = tmp_path / "film"
    path.write_bytes(FILES[name].replace(tag, tag[:5] + b"\0"))
    with pytest.raises(CorruptFileError, match="the DICOM header"):
        read_radiograph(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0+", b"BM", b"RIFF\0\0\0\0WEBP"])
    | st.sampled_from([bytes(128) + b"DICM", b"\x08\0\x05\0CS\x0a\0", b"\x02\0\0\0UL\x04\0", b"\0\x08\0\x05CS\0\x0a"]),
    rest=st.binary(max_size=600),
)
def test_arbitrary_bytes_after_a_signature(tmp_path: Path, start: bytes, rest: bytes):
    path = tmp_path / "film"
    path.write_bytes(start + rest)
    read_or_named_error(path)


VRS = st.sampled_from([b"CS", b"US", b"DS", b"IS", b"SQ", b"OW", b"UN", b"LO", b"SS", b"ZZ"])
TAGS = st.sampled_from(
    [
        *(0x00080060, 0x00280002, 0x00280004, 0x00280008, 0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00281050),
        *(0x00281053, 0x00283000, 0x00283010, 0x00185101, 0x00180015, 0x7FE00010, 0x00280120, 0x00281201, 0x00054321),
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(elements=st.lists(st.tuples(TAGS, VRS, st.binary(max_size=24), st.integers(0, 0xFFFF)), max_size=20))
def test_arbitrary_elements_of_a_dicom_header(tmp_path: Path, elements):
    """Any value under any VR, with true and false lengths, in an otherwise complete header."""
    whole = dicom_bytes(smooth(70, 84))
    pixel_data = whole.index(b"\xe0\x7f\x10\x00")
    header = whole[:pixel_data]
    for tag, vr, value, length in elements:
        said = len(value) if length % 3 else length
        long_form = vr in (b"SQ", b"OW", b"UN")
        header += (tag >> 16).to_bytes(2, "little") + (tag & 0xFFFF).to_bytes(2, "little") + vr
        header += (b"\0\0" + said.to_bytes(4, "little") if long_form else said.to_bytes(2, "little")) + value
    path = tmp_path / "film"
    path.write_bytes(header + whole[pixel_data:])
    read_or_named_error(path)


def pydicom_files() -> list[Path]:
    data = Path(pydicom.__file__).parent / "data"
    return sorted(path for path in data.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc"))


def test_all_files_that_pydicom_ships_give_a_radiograph_or_a_named_error():
    paths = pydicom_files()
    assert len(paths) > 150
    read = {path.name: radiograph for path in paths if (radiograph := read_or_named_error(path)) is not None}
    assert len(read) >= 20
    assert read["image_dfl.dcm"].stored.shape == (512, 512)


COLOUR_CAPTURES = (
    "SC_rgb_jpeg_dcmtk.dcm",
    "SC_rgb_jpeg_gdcm.dcm",
    "SC_rgb_rle.dcm",
    "SC_rgb_gdcm_KY.dcm",
    "SC_rgb_dcmtk_+eb+cr.dcm",
    "SC_rgb_dcmtk_+eb+cy+np.dcm",
    "SC_rgb_dcmtk_+eb+cy+n2.dcm",
    "SC_rgb_dcmtk_+eb+cy+s4.dcm",
    "SC_rgb_jls_lossy_line.dcm",
    "GDCMJ2K_TextGBR.dcm",
    "SC_ybr_full_422_uncompressed.dcm",
    "SC_jpeg_no_color_transform.dcm",
    "SC_jpeg_no_color_transform_2.dcm",
    "SC_rgb_jpeg_app14_dcmd.dcm",
)


@pytest.mark.parametrize("name", COLOUR_CAPTURES)
def test_pydicoms_colour_captures_agree_with_pydicom(name: str):
    path = next(path for path in pydicom_files() if path.name == name)
    rgb = pydicom.pixels.pixel_array(path)
    expected = np.asarray(Image.fromarray(np.ascontiguousarray(rgb)).convert("L")).astype(int)
    assert np.abs(read_radiograph(path).stored - expected).max() <= 2


def test_importing_the_package_loads_no_decoder():
    code = (
        "import sys; from cxrviewer.reading import read_radiograph; from cxrviewer.reading import discovery; "
        "heavy = {'PIL', 'cv2', 'pydicom', 'gdcm', 'openjpeg', 'rle', 'jpeg_ls'} & set(sys.modules); "
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_png_needs_neither_pydicom_nor_opencv(tmp_path: Path):
    path = tmp_path / "film"
    path.write_bytes(FILES["png"])
    code = (
        "import sys; from cxrviewer.reading import read_radiograph; read_radiograph(sys.argv[1]); "
        "heavy = {'cv2', 'pydicom', 'gdcm'} & set(sys.modules); sys.exit(repr(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
