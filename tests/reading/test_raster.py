"""PNG, JPEG, TIFF, BMP and WebP: every mode pixel for pixel, and what is refused."""

import contextlib
import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cxrviewer.errors import (
    CorruptFileError,
    ImageTooSmallError,
    LimitExceededError,
    MissingFileError,
    MultiFrameError,
    NotAnImageError,
    PhotometricError,
)
from cxrviewer.imaging.display import default_rendering
from cxrviewer.reading import Limits, read_radiograph
from tests.reading.builders import (
    exif_orientation,
    noise,
    pillow_bytes,
    png_bytes,
    png_chunk,
    reference_luma,
    smooth,
    tiff_bytes,
)

SHAPE = (70, 83)


@pytest.mark.parametrize("file_format", ["PNG", "TIFF", "BMP"])
def test_8_bit_grey_is_exact_and_displays_as_v_over_255(read_bytes, file_format):
    pixels = noise(SHAPE)
    radiograph = read_bytes(pillow_bytes(Image.fromarray(pixels), file_format))
    np.testing.assert_array_equal(radiograph.stored, pixels)
    np.testing.assert_array_equal(default_rendering(radiograph), pixels.astype(np.float32) / np.float32(255))
    assert (radiograph.facts.width, radiograph.facts.height, radiograph.facts.bits) == (83, 70, 8)
    assert radiograph.facts.format == file_format
    assert radiograph.facts.photometric == "grey"
    assert radiograph.warnings == ()


@pytest.mark.parametrize(
    ("file_format", "options"), [("PNG", {}), ("TIFF", {}), ("WEBP", {"lossless": True}), ("BMP", {})]
)
def test_colour_is_reduced_to_luma_with_a_warning(read_bytes, file_format, options):
    pixels = noise((*SHAPE, 3))
    radiograph = read_bytes(pillow_bytes(Image.fromarray(pixels), file_format, **options))
    assert np.abs(radiograph.stored.astype(int) - reference_luma(pixels)).max() <= 1
    np.testing.assert_array_equal(radiograph.stored, np.asarray(Image.fromarray(pixels).convert("L")))
    assert any("coloured" in warning for warning in radiograph.warnings)


def test_grey_stored_as_rgb_has_no_warning(read_bytes):
    grey = noise(SHAPE)
    radiograph = read_bytes(pillow_bytes(Image.fromarray(np.dstack([grey] * 3)), "PNG"))
    np.testing.assert_array_equal(radiograph.stored, grey)
    assert radiograph.warnings == ()


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_jpeg_baseline_and_progressive(read_bytes, progressive, mode):
    grey = smooth()
    data = pillow_bytes(Image.fromarray(grey).convert(mode), "JPEG", quality=95, progressive=progressive)
    radiograph = read_bytes(data)
    np.testing.assert_array_equal(radiograph.stored, np.asarray(Image.open(io.BytesIO(data)).convert("L")))
    assert np.abs(radiograph.stored.astype(int) - grey).max() <= 3
    assert radiograph.warnings == ()


def test_cmyk_jpeg(read_bytes):
    image = Image.fromarray(np.dstack([smooth()] * 3)).convert("CMYK")
    radiograph = read_bytes(pillow_bytes(image, "JPEG", quality=98))
    assert radiograph.facts.photometric == "CMYK"
    assert np.abs(radiograph.stored.astype(int) - smooth()).max() <= 6


def test_lossy_webp(read_bytes):
    radiograph = read_bytes(pillow_bytes(Image.fromarray(np.dstack([smooth()] * 3)), "WEBP", quality=95))
    assert radiograph.facts.format == "WebP"
    assert np.abs(radiograph.stored.astype(int) - smooth()).max() <= 8


def test_palette_and_bilevel(read_bytes):
    indices = noise(SHAPE, bits=2)
    image = Image.fromarray(indices).convert("P")
    palette = np.array([[10, 10, 10], [200, 0, 0], [0, 200, 0], [255, 255, 255]], np.uint8)
    image.putpalette(palette.tobytes())
    radiograph = read_bytes(pillow_bytes(image, "PNG"))
    np.testing.assert_array_equal(radiograph.stored, reference_luma(palette[indices]))
    assert radiograph.facts.photometric == "palette"
    bilevel = noise(SHAPE, bits=1)
    for file_format in ("PNG", "TIFF", "BMP"):
        read = read_bytes(pillow_bytes(Image.fromarray(bilevel * 255).convert("1"), file_format))
        np.testing.assert_array_equal(read.stored, bilevel * 255)
        assert read.facts.bits == 1 or file_format == "BMP"


@pytest.mark.parametrize(("bits", "count"), [(2, 4), (4, 16)])
def test_png_of_few_bits_fills_8(read_bytes, bits, count):
    values = noise((70, 80), bits=bits)
    packed = np.packbits(np.unpackbits(values[..., None], axis=2)[..., -bits:].reshape(70, -1), axis=1)
    data = bytearray(png_bytes(packed, 8, 0))
    data[8:33] = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 80, 70, bits, 0, 0, 0, 0))
    np.testing.assert_array_equal(read_bytes(bytes(data)).stored, values * (255 // (count - 1)))


@pytest.mark.parametrize("grey", [True, False])
def test_8_bit_alpha_is_composited_over_black(read_bytes, grey):
    pixels = noise((*SHAPE, 2 if grey else 4), seed=1)
    expected = pixels[..., 0] if grey else np.asarray(Image.fromarray(pixels[..., :3].copy()).convert("L"))
    for file_format in ("PNG", "TIFF"):
        radiograph = read_bytes(pillow_bytes(Image.fromarray(pixels, "LA" if grey else "RGBA"), file_format))
        over_black = expected * (pixels[..., -1] / 255)
        assert np.abs(radiograph.stored - over_black).max() <= 1.6
        opaque = pixels.copy()
        opaque[..., -1] = 255
        radiograph = read_bytes(pillow_bytes(Image.fromarray(opaque, "LA" if grey else "RGBA"), file_format))
        np.testing.assert_array_equal(radiograph.stored, expected)


@pytest.mark.parametrize(("colour_type", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_16_bit_png_keeps_16_bits(read_bytes, colour_type, channels):
    pixels = noise((*SHAPE, channels), "u2", seed=2)
    radiograph = read_bytes(png_bytes(pixels if channels > 1 else pixels[..., 0], 16, colour_type))
    colour = pixels[..., :3] if channels >= 3 else pixels[..., :1]
    expected = reference_luma(colour).astype(np.float64) if channels >= 3 else colour[..., 0].astype(np.float64)
    if channels in (2, 4):
        expected = expected * (pixels[..., -1] / 65535)
    assert radiograph.stored.dtype == np.uint16
    assert np.abs(radiograph.stored - expected).max() <= (0 if channels == 1 else 1.6)
    assert radiograph.facts.bits == 16
    rendered = default_rendering(radiograph)
    assert (rendered.min(), rendered.max()) == (0.0, 1.0)


@pytest.mark.parametrize("order", ["<", ">"])
class TestTiff:
    def test_16_bit_grey(self, read_bytes, order):
        pixels = noise(SHAPE, "u2")
        radiograph = read_bytes(tiff_bytes(pixels, order=order))
        np.testing.assert_array_equal(radiograph.stored, pixels)
        assert radiograph.stored.dtype == np.dtype(np.uint16)
        assert radiograph.stored.dtype.isnative

    @pytest.mark.parametrize("dtype", ["u1", "u2"])
    def test_white_is_zero_is_inverted_exactly_once(self, read_bytes, order, dtype):
        pixels = noise(SHAPE, dtype)
        pixels[0, 0], pixels[0, 1] = 0, np.iinfo(dtype).max
        radiograph = read_bytes(tiff_bytes(pixels, order=order, photometric=0))
        expected = 1.0 - pixels / np.iinfo(dtype).max
        np.testing.assert_allclose(default_rendering(radiograph), expected, atol=1e-6)
        assert radiograph.facts.photometric == "WhiteIsZero"

    @pytest.mark.parametrize("dtype", ["i1", "i2"])
    def test_signed(self, read_bytes, order, dtype):
        pixels = noise(SHAPE, dtype)
        radiograph = read_bytes(tiff_bytes(pixels, order=order, sample_format=2))
        assert radiograph.stored.dtype == np.int16
        np.testing.assert_array_equal(radiograph.stored, pixels)

    @pytest.mark.parametrize(("channels", "photometric"), [(2, 1), (3, 2), (4, 2)])
    def test_16_bit_channels(self, read_bytes, order, channels, photometric):
        pixels = noise((*SHAPE, channels), "u2", seed=3)
        extra = {338: 2} if channels in (2, 4) else {}
        radiograph = read_bytes(tiff_bytes(pixels, order=order, photometric=photometric, extra=extra))
        expected = (pixels[..., 0] if channels == 2 else reference_luma(pixels[..., :3])).astype(np.float64)
        if channels in (2, 4):
            expected *= pixels[..., -1] / 65535
        assert np.abs(radiograph.stored - expected).max() <= 1.6

    @pytest.mark.parametrize(("dtype", "sample_format"), [("f4", 3), ("f8", 3), ("u4", 1), ("i4", 2)])
    def test_float_and_32_bit_are_refused_by_name(self, read_bytes, order, dtype, sample_format):
        pixels = noise(SHAPE, "u2").astype(dtype)
        with pytest.raises(PhotometricError, match="Save it as 16-bit grey"):
            read_bytes(tiff_bytes(pixels, order=order, sample_format=sample_format))

    def test_16_bit_cmyk_is_refused_by_name(self, read_bytes, order):
        with pytest.raises(PhotometricError, match="16-bit"):
            read_bytes(tiff_bytes(noise((*SHAPE, 4), "u2"), order=order, photometric=5))

    @pytest.mark.parametrize("dtype", ["u1", "u2"])
    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_orientation(self, read_bytes, order, dtype, orientation):
        pixels = noise(SHAPE, dtype)
        radiograph = read_bytes(tiff_bytes(pixels, order=order, extra={274: orientation}))
        np.testing.assert_array_equal(radiograph.stored, turned(pixels, orientation))

    def test_orientation_of_16_bit_channels(self, read_bytes, order):
        pixels = noise((*SHAPE, 3), "u2")
        for orientation in range(1, 9):
            radiograph = read_bytes(tiff_bytes(pixels, order=order, photometric=2, extra={274: orientation}))
            assert np.abs(radiograph.stored - turned(reference_luma(pixels), orientation).astype(float)).max() <= 1

    def test_pages_are_counted(self, read_bytes, order):
        with pytest.raises(MultiFrameError, match="got 3 frames or pages"):
            read_bytes(tiff_bytes(noise(SHAPE), order=order, pages=3))


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_compressed_16_bit_tiff(read_bytes, compression):
    pixels = noise(SHAPE, "u2")
    radiograph = read_bytes(pillow_bytes(Image.fromarray(pixels), "TIFF", compression=compression))
    np.testing.assert_array_equal(radiograph.stored, pixels)


def test_big_tiff(read_bytes):
    pixels = noise(SHAPE, "u2")
    data = pillow_bytes(Image.fromarray(pixels), "TIFF", big_tiff=True)
    assert data[2] == 43
    np.testing.assert_array_equal(read_bytes(data).stored, pixels)


def turned(pixels, orientation):
    """What EXIF 2.32 says of each orientation: which side of the picture row 0 and column 0 are."""
    return {
        1: pixels,
        2: np.fliplr(pixels),
        3: np.rot90(pixels, 2),
        4: np.flipud(pixels),
        5: np.swapaxes(pixels, 0, 1),
        6: np.rot90(pixels, -1),
        7: np.rot90(np.swapaxes(pixels, 0, 1), 2),
        8: np.rot90(pixels, 1),
    }[orientation]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_exif_orientation(read_bytes, orientation, file_format):
    pixels = smooth()
    exif = (b"Exif\0\0" if file_format == "JPEG" else b"") + exif_orientation(orientation)
    data = pillow_bytes(Image.fromarray(pixels).convert("RGB"), file_format, exif=exif)
    plain = read_bytes(pillow_bytes(Image.fromarray(pixels).convert("RGB"), file_format)).stored
    np.testing.assert_array_equal(read_bytes(data).stored, turned(plain, orientation))


@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_exif_orientation_of_16_bit_colour_png(read_bytes, orientation):
    pixels = noise((*SHAPE, 3), "u2")
    data = png_bytes(pixels, 16, 2, png_chunk(b"eXIf", exif_orientation(orientation)))
    expected = turned(reference_luma(pixels), orientation)
    assert np.abs(read_bytes(data).stored - expected.astype(float)).max() <= 1


def test_damaged_exif_does_not_spoil_the_image(read_bytes):
    data = pillow_bytes(Image.fromarray(smooth()), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")
    assert read_bytes(data).stored.shape == smooth().shape


@pytest.mark.parametrize(("file_format", "frames"), [("PNG", 3), ("WEBP", 4), ("TIFF", 2)])
def test_animations_and_pages_are_refused_with_their_count(read_bytes, file_format, frames):
    images = [Image.fromarray(noise(SHAPE, seed=seed)).convert("RGB") for seed in range(frames)]
    data = pillow_bytes(images[0], file_format, save_all=True, append_images=images[1:])
    with pytest.raises(MultiFrameError, match=f"got {frames} frames"):
        read_bytes(data)


def encoded(file_format: str, **options) -> bytes:
    return pillow_bytes(Image.fromarray(smooth(130, 140)), file_format, **options)


ENCODED = {
    "png": encoded("PNG"),
    "jpeg": encoded("JPEG"),
    "progressive": encoded("JPEG", progressive=True),
    "tiff": encoded("TIFF"),
    "lzw": encoded("TIFF", compression="tiff_lzw"),
    "deflate": encoded("TIFF", compression="tiff_adobe_deflate"),
    "bmp": encoded("BMP"),
    "webp": encoded("WEBP"),
    "lossless webp": encoded("WEBP", lossless=True),
    "16-bit rgb png": png_bytes(noise((*SHAPE, 3), "u2"), 16, 2),
    "16-bit rgb tiff": tiff_bytes(noise((*SHAPE, 3), "u2"), photometric=2),
}

# Pillow ends a compressed TIFF with the next directory's offset.
TAIL_WITHOUT_PIXELS = {"lzw": 4, "deflate": 4}


@pytest.mark.parametrize("name", ENCODED)
def test_every_truncation_is_an_error(read_bytes, name):
    data = ENCODED[name]
    whole = read_bytes(data)
    for length in sorted({*range(40, len(data), max(1, len(data) // 60)), len(data) - 1, len(data) - 2}):
        if length >= len(data) - TAIL_WITHOUT_PIXELS.get(name, 0):
            # What is cut off there holds no pixel: a whole image, or an error.
            with contextlib.suppress(CorruptFileError):
                np.testing.assert_array_equal(read_bytes(data[:length]).stored, whole.stored)
            continue
        with pytest.raises((CorruptFileError, NotAnImageError)):
            read_bytes(data[:length])


@pytest.mark.parametrize("name", ["png", "jpeg", "progressive"])
def test_a_tail_of_zeros_is_an_error(read_bytes, name):
    """What a copy that stopped leaves in a file of the full length."""
    data = ENCODED[name]
    for kept in range(len(data) // 4, len(data) - 2, max(1, len(data) // 20)):
        with pytest.raises(CorruptFileError):
            read_bytes(data[:kept] + bytes(len(data) - kept))


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_jpeg_cut_short_before_its_end_marker_is_an_error(read_bytes, options, mode):
    """libjpeg fills the rest with grey; Pillow says nothing."""
    data = pillow_bytes(Image.fromarray(noise((200, 208))).convert(mode), "JPEG", **options)
    scan = data.index(b"\xff\xda")
    first_scan_end = data.find(b"\xff\xc4", scan) if "progressive" in options else len(data) - 2
    for kept in (0.2, 0.5, 0.8):
        cut = scan + int((first_scan_end - scan) * kept)
        with Image.open(io.BytesIO(data[:cut] + b"\xff\xd9")) as image:
            assert (np.asarray(image.convert("L"))[-8:, -8:] == 128).all(), "what this test is about"
        with pytest.raises(CorruptFileError, match="ends before"):
            read_bytes(data[:cut] + b"\xff\xd9")


def test_a_jpeg_that_really_ends_in_mid_grey_is_read(read_bytes):
    pixels = smooth(200, 208)
    pixels[100:] = 128
    for options in ({}, {"progressive": True}, {"restart_marker_rows": 1}):
        for mode in ("L", "RGB"):
            data = pillow_bytes(Image.fromarray(pixels).convert(mode), "JPEG", quality=90, **options)
            assert (read_bytes(data).stored[-8:, -8:] == 128).all()
    assert (read_bytes(pillow_bytes(Image.new("L", (100, 100), 128), "JPEG")).stored == 128).all()


def test_a_png_with_a_wrong_checksum_is_an_error(read_bytes):
    data = bytearray(ENCODED["png"])
    place = data.index(b"IDAT") + 40
    data[place] ^= 1
    with pytest.raises(CorruptFileError, match="checksum"):
        read_bytes(bytes(data))


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", "an empty file"),
        (b"GIF89a" + bytes(300), "a GIF image"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"PK\x03\x04" + bytes(300), "ZIP"),
        (b"hello, this is a text\n" * 20, "text"),
        (bytes(range(256)) * 4, "no format"),
        (bytes(10_000), "no format"),
    ],
)
def test_what_is_no_image_is_refused_as_such(read_bytes, data, named):
    with pytest.raises(NotAnImageError, match=named):
        read_bytes(data)


def test_format_is_told_by_content_and_any_path_is_read(tmp_path: Path):
    folder = tmp_path / "Röntgen ärzte 胸部 x"
    folder.mkdir()
    pixels = noise(SHAPE)
    for name in ("film.jpg", "film.dcm", "no extension", "фильм ✚.png"):
        path = folder / name
        path.write_bytes(pillow_bytes(Image.fromarray(pixels), "PNG"))
        assert read_radiograph(path).facts.format == "PNG"
        assert read_radiograph(str(path)).facts.format == "PNG"


def test_what_cannot_be_opened_is_missing_or_no_file(tmp_path: Path):
    for path in (tmp_path / "Secret Name.png", "a\0b", tmp_path / "film" / "x"):
        with pytest.raises(MissingFileError) as caught:
            read_radiograph(path)
        assert "Secret" not in str(caught.value)
    with pytest.raises(NotAnImageError, match="folder"):
        read_radiograph(tmp_path)


def test_limits_hold_before_decoding(read_bytes):
    data = pillow_bytes(Image.fromarray(noise(SHAPE)), "PNG")
    with pytest.raises(LimitExceededError, match="pixels"):
        read_bytes(data, Limits(pixels=70 * 83 - 1))
    with pytest.raises(LimitExceededError, match="bytes"):
        read_bytes(data, Limits(file_bytes=len(data) - 1))
    with pytest.raises(ImageTooSmallError):
        read_bytes(pillow_bytes(Image.fromarray(noise((63, 200))), "PNG"))
    assert read_bytes(data, Limits(file_bytes=len(data), pixels=70 * 83)).stored.shape == SHAPE


def test_raising_the_limit_reads_what_pillow_alone_would_not(read_bytes):
    """Pillow's own guard stops at 179 megapixels; the limit here is 200, and changeable."""
    data = pillow_bytes(Image.new("1", (14_000, 14_000)), "TIFF", compression="group4")
    assert read_bytes(data).stored.shape == (14_000, 14_000)
    with pytest.raises(LimitExceededError):
        read_bytes(data, Limits(pixels=100_000_000))


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0))
        + png_chunk(b"IDAT", b"")
        + png_chunk(b"IEND", b""),
        tiff_bytes(noise(SHAPE), declared=(100_000, 100_000)),
        b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, 100_000, 100_000, 1, 8, 0, 0, 0, 0, 0, 0),
    ],
    ids=["png", "tiff", "bmp"],
)
def test_bombs_are_refused_by_their_declared_size(read_bytes, data):
    with pytest.raises(LimitExceededError, match="pixels"):
        read_bytes(data)


def test_real_films_are_read(fullsize_films: Path):
    paths = sorted(fullsize_films.iterdir())
    assert len(paths) == 10
    for path in paths:
        radiograph = read_radiograph(path)
        with Image.open(path) as image:
            assert radiograph.stored.shape == image.size[::-1]
            expected = np.asarray(image.convert("RGB").convert("L") if image.mode != "L" else image)
        if image.mode != "RGBA" or radiograph.warnings:
            np.testing.assert_array_equal(radiograph.stored, expected)
        assert 40 < radiograph.stored.mean() < 220
        assert radiograph.stored.std() > 20
        assert radiograph.facts.width >= 500
