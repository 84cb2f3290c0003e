"""DICOM pixel data: every transfer syntax, every layout, and what is broken or too large."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from cxrviewer.errors import (
    CorruptFileError,
    ImageTooSmallError,
    LimitExceededError,
    MultiFrameError,
    NoPixelDataError,
    NotAnImageError,
    PhotometricError,
    TransferSyntaxError,
)
from cxrviewer.reading import Limits
from tests.reading.builders import (
    BIG_ENDIAN,
    CODESTREAMS,
    DEFLATED,
    EXPLICIT,
    IMPLICIT,
    RLE,
    compressed_by_pydicom,
    dicom_bytes,
    dicom_dataset,
    drawn_pattern,
    jpeg_lossless_codestream,
    noise,
    pillow_bytes,
    reference_luma,
    smooth,
    written,
)

SHAPE = (70, 83)
UNCOMPRESSED = [IMPLICIT, EXPLICIT, BIG_ENDIAN, DEFLATED]
JPEG_BASELINE, JPEG_EXTENDED = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"
JPEG_LOSSLESS, JPEG_LOSSLESS_SV1 = "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70"
JPEG_LS, JPEG_LS_NEAR = "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"
J2K_LOSSLESS, J2K = "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91"
HTJ2K_LOSSLESS, HTJ2K_RPCL, HTJ2K = (f"1.2.840.10008.1.2.4.{n}" for n in (201, 202, 203))


@pytest.mark.parametrize("syntax", UNCOMPRESSED)
@pytest.mark.parametrize("dtype", ["u1", "u2", "i2", "i1"])
def test_uncompressed(read_bytes, syntax, dtype):
    pixels = noise(SHAPE, dtype)
    radiograph = read_bytes(dicom_bytes(pixels, syntax))
    np.testing.assert_array_equal(radiograph.stored, pixels)
    assert radiograph.stored.dtype == np.dtype({"i1": "i2"}.get(dtype, dtype))
    assert radiograph.facts.decoder.startswith("pydicom 3.")
    assert "+" not in radiograph.facts.decoder


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, BIG_ENDIAN])
def test_without_preamble_and_without_file_meta_information(read_bytes, syntax):
    pixels = noise(SHAPE, "u2")
    data = dicom_bytes(pixels, syntax)
    np.testing.assert_array_equal(read_bytes(data[132:]).stored, pixels)
    group_length = struct.unpack_from("<I", data, 132 + 8)[0]
    without_meta = data[132 + 12 + group_length :]
    assert without_meta[:2] == (b"\x00\x08" if syntax == BIG_ENDIAN else b"\x08\x00")
    np.testing.assert_array_equal(read_bytes(without_meta).stored, pixels)


def test_the_preamble_may_be_another_format(read_bytes):
    """A dual-personality file (PS3.10 7.1): TIFF readers find a TIFF header."""
    data = b"II*\0" + dicom_bytes(noise(SHAPE), EXPLICIT)[4:]
    assert read_bytes(data).facts.format == "DICOM"


@pytest.mark.parametrize("syntax", [EXPLICIT, BIG_ENDIAN, RLE])
@pytest.mark.parametrize("bits", [8, 10, 12, 15])
@pytest.mark.parametrize("shift", [0, 1])
@pytest.mark.parametrize("signed", [False, True])
def test_unused_bits_are_masked_and_signs_extended(read_bytes, syntax, bits, shift, signed):
    """Overlays live in the bits beside those stored; the high bit need not be the lowest that it can be."""
    values = noise(SHAPE, "u2", bits=bits).astype(np.int64)
    overlay = noise(SHAPE, "u2", seed=5).astype(np.int64)
    kept = ((1 << bits) - 1) << shift
    words = ((values << shift) | (overlay & ~kept & 0xFFFF)).astype(np.uint16)
    attributes = {"BitsStored": bits, "HighBit": bits - 1 + shift, "PixelRepresentation": int(signed)}
    if syntax == RLE:
        data = compressed_by_pydicom(words, RLE, **attributes)
    else:
        data = dicom_bytes(words, syntax, **attributes)
    expected = np.where(values >> (bits - 1) & 1, values - (1 << bits), values) if signed else values
    radiograph = read_bytes(data)
    np.testing.assert_array_equal(radiograph.stored, expected)
    assert radiograph.facts.bits == bits
    assert radiograph.stored.dtype == (np.int16 if signed else np.uint8 if bits == 8 else np.uint16)


def test_big_endian_8_bit_pixels_in_words(read_bytes):
    pixels = noise((65, 67))
    dataset = dicom_dataset(pixels)
    dataset.PixelData = np.frombuffer(pixels.tobytes() + b"\0", "<u2").byteswap().tobytes()
    dataset["PixelData"].VR = "OW"
    # pydicom swaps nothing on writing bytes, so the file holds what a writer of 16-bit words leaves.
    np.testing.assert_array_equal(read_bytes(written(dataset, BIG_ENDIAN)).stored, pixels)


@pytest.mark.parametrize(
    ("syntax", "decoder"),
    [(RLE, "pylibjpeg-rle"), (JPEG_LS, "pyjpegls"), (J2K_LOSSLESS, "pylibjpeg-openjpeg")],
)
@pytest.mark.parametrize(("dtype", "bits"), [("u1", 8), ("u2", 12), ("u2", 16), ("i2", 16)])
def test_lossless_by_pydicoms_encoders(read_bytes, syntax, decoder, dtype, bits):
    pixels = noise(SHAPE, dtype, bits=bits if dtype != "i2" else None)
    radiograph = read_bytes(compressed_by_pydicom(pixels, syntax, BitsStored=bits, HighBit=bits - 1))
    np.testing.assert_array_equal(radiograph.stored, pixels)
    assert f"+ {decoder} " in radiograph.facts.decoder
    assert radiograph.facts.transfer_syntax


@pytest.mark.parametrize("selection_1", [False, True])
@pytest.mark.parametrize(("dtype", "bits"), [("u1", 8), ("u2", 12), ("u2", 16)])
def test_jpeg_lossless(read_bytes, selection_1, dtype, bits):
    pixels = noise(SHAPE, dtype, bits=bits)
    codestream = jpeg_lossless_codestream(pixels, bits, selection_1)
    syntax = JPEG_LOSSLESS_SV1 if selection_1 else JPEG_LOSSLESS
    data = dicom_bytes(pixels, syntax, codestream=codestream, BitsStored=bits, HighBit=bits - 1)
    radiograph = read_bytes(data)
    np.testing.assert_array_equal(radiograph.stored, pixels)
    assert "+ python-gdcm " in radiograph.facts.decoder


def test_jpeg_lossless_of_signed_values(read_bytes):
    values = noise(SHAPE, "i2") >> 4
    codestream = jpeg_lossless_codestream((values & 0xFFF).astype(np.uint16), 12, True)
    data = dicom_bytes(values, JPEG_LOSSLESS_SV1, codestream=codestream, BitsStored=12, HighBit=11)
    np.testing.assert_array_equal(read_bytes(data).stored, values)


def test_jpeg_baseline(read_bytes):
    codestream = pillow_bytes(Image.fromarray(smooth()), "JPEG", quality=95)
    radiograph = read_bytes(dicom_bytes(smooth(), JPEG_BASELINE, codestream=codestream))
    np.testing.assert_array_equal(radiograph.stored, np.asarray(Image.open(io.BytesIO(codestream))))
    assert "+ pillow " in radiograph.facts.decoder
    in_16 = dicom_bytes(smooth().astype(np.uint16), JPEG_BASELINE, codestream=codestream, BitsStored=8, HighBit=7)
    np.testing.assert_array_equal(read_bytes(in_16).stored, radiograph.stored)


def test_jpeg_extended_of_12_and_8_bits(read_bytes):
    pattern = drawn_pattern()
    codestream = (CODESTREAMS / "jpeg_12_bit.jpg").read_bytes()
    data = dicom_bytes(pattern, JPEG_EXTENDED, codestream=codestream, BitsStored=12, HighBit=11)
    radiograph = read_bytes(data)
    assert np.abs(radiograph.stored.astype(int) - pattern).max() <= 2
    assert "+ python-gdcm " in radiograph.facts.decoder
    eight = pillow_bytes(Image.fromarray(smooth()), "JPEG", quality=95)
    radiograph = read_bytes(dicom_bytes(smooth(), JPEG_EXTENDED, codestream=eight))
    assert np.abs(radiograph.stored.astype(int) - smooth()).max() <= 3


def test_a_damaged_jfif_segment_does_not_abort_the_process(read_bytes, capfd):
    """GDCM asserts that it knows the unit of JFIF's pixel density."""
    codestream = bytearray((CODESTREAMS / "jpeg_12_bit.jpg").read_bytes())
    codestream[11:14] = b"\0\0\x80"
    data = dicom_bytes(drawn_pattern(), JPEG_EXTENDED, codestream=bytes(codestream), BitsStored=12, HighBit=11)
    assert np.abs(read_bytes(data).stored.astype(int) - drawn_pattern()).max() <= 2
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("top", [255, 4095])
def test_near_lossless_jpeg_ls(read_bytes, top):
    pixels = smooth(top=top)
    bits = 8 if top == 255 else 12
    dataset = dicom_dataset(pixels, BitsStored=bits, HighBit=bits - 1)
    dataset.file_meta.TransferSyntaxUID = EXPLICIT
    dataset.compress(JPEG_LS_NEAR, jls_error=2, generate_instance_uid=False)
    radiograph = read_bytes(written(dataset, JPEG_LS_NEAR))
    assert np.abs(radiograph.stored.astype(int) - pixels).max() <= 2


def test_lossy_jpeg_2000(read_bytes):
    pixels = smooth(top=4095)
    dataset = dicom_dataset(pixels, BitsStored=12, HighBit=11)
    dataset.file_meta.TransferSyntaxUID = EXPLICIT
    dataset.compress(J2K, j2k_cr=[4], generate_instance_uid=False)
    radiograph = read_bytes(written(dataset, J2K))
    assert np.abs(radiograph.stored.astype(int) - pixels).max() <= 40


@pytest.mark.parametrize(
    ("syntax", "name", "tolerance"),
    [
        (HTJ2K_LOSSLESS, "htj2k_reversible.j2k", 0),
        (HTJ2K_RPCL, "htj2k_reversible.j2k", 0),
        (HTJ2K, "htj2k_irreversible.j2k", 1),
    ],
)
def test_htj2k(read_bytes, syntax, name, tolerance):
    codestream = (CODESTREAMS / name).read_bytes()
    pattern = drawn_pattern()
    radiograph = read_bytes(dicom_bytes(pattern, syntax, codestream=codestream, BitsStored=12, HighBit=11))
    assert np.abs(radiograph.stored.astype(int) - pattern).max() <= tolerance
    assert "+ pylibjpeg-openjpeg " in radiograph.facts.decoder


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("planar", [0, 1])
def test_uncompressed_rgb(read_bytes, bits, planar):
    pixels = noise((*SHAPE, 3), f"u{bits // 8}")
    attributes = {"PlanarConfiguration": planar, "Modality": "OT", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}
    dataset = dicom_dataset(pixels, **attributes)
    if planar:
        dataset.PixelData = np.ascontiguousarray(pixels.transpose(2, 0, 1)).tobytes()
    radiograph = read_bytes(written(dataset))
    assert np.abs(radiograph.stored.astype(int) - reference_luma(pixels)).max() <= 1
    assert any("coloured" in warning for warning in radiograph.warnings)
    assert any("does not say that this is a radiograph" in warning for warning in radiograph.warnings)


@pytest.mark.parametrize("syntax", [RLE, JPEG_LS, J2K_LOSSLESS])
def test_compressed_rgb(read_bytes, syntax):
    pixels = noise((*SHAPE, 3))
    radiograph = read_bytes(compressed_by_pydicom(pixels, syntax))
    assert np.abs(radiograph.stored.astype(int) - reference_luma(pixels)).max() <= 1


def test_jpeg_rgb_is_decoded_whether_transformed_or_not(read_bytes):
    rgb = np.dstack([smooth(), smooth()[::-1], smooth()[:, ::-1]])
    for photometric, options in (("YBR_FULL_422", {}), ("RGB", {"keep_rgb": True})):
        codestream = pillow_bytes(Image.fromarray(rgb), "JPEG", quality=95, subsampling=0, **options)
        data = dicom_bytes(rgb, JPEG_BASELINE, codestream=codestream, PhotometricInterpretation=photometric)
        assert np.abs(read_bytes(data).stored.astype(int) - reference_luma(rgb)).max() <= 6


def test_ybr_full_is_its_luma(read_bytes):
    ybr = noise((*SHAPE, 3))
    radiograph = read_bytes(dicom_bytes(ybr, PhotometricInterpretation="YBR_FULL"))
    np.testing.assert_array_equal(radiograph.stored, ybr[..., 0])
    assert any("coloured" in warning for warning in radiograph.warnings)
    ybr[..., 1:] = 128
    assert read_bytes(dicom_bytes(ybr, PhotometricInterpretation="YBR_FULL")).warnings == ()


def test_palette_colour(read_bytes):
    indices = noise(SHAPE)
    palette = np.random.default_rng(7).integers(0, 256, (256, 3)).astype(np.uint16)
    attributes = {"PhotometricInterpretation": "PALETTE COLOR"}
    for channel, name in enumerate(("Red", "Green", "Blue")):
        attributes[f"{name}PaletteColorLookupTableDescriptor"] = [256, 0, 16]
        attributes[f"{name}PaletteColorLookupTableData"] = (palette[:, channel] * 257).astype("<u2").tobytes()
    radiograph = read_bytes(dicom_bytes(indices, **attributes))
    np.testing.assert_array_equal(radiograph.stored, reference_luma(palette.astype(np.uint8)[indices]))
    assert any("coloured" in warning for warning in radiograph.warnings)


def test_several_fragments_are_one_frame(read_bytes):
    pixels = noise(SHAPE, "u2")
    data = compressed_by_pydicom(pixels, J2K_LOSSLESS)
    start = data.index(b"\xff\x4f\xff\x51")
    length = struct.unpack_from("<I", data, start - 4)[0]
    stream = data[start : start + length]
    parts = [stream[at : at + 1000] for at in range(0, length, 1000)]
    items = b"".join(b"\xfe\xff\x00\xe0" + struct.pack("<I", len(part)) + part for part in parts)
    split = data[: start - 8] + items + data[start + length :]
    np.testing.assert_array_equal(read_bytes(split).stored, pixels)


@pytest.mark.parametrize(
    ("syntax", "name"),
    [
        ("1.2.840.10008.1.2.4.100", "MPEG2"),
        ("1.2.840.10008.1.2.4.94", "JPIP"),
        ("1.2.840.10008.1.2.4.92", "JPEG 2000 Part 2"),
        ("1.2.840.10008.1.2.7.1", "SMPTE"),
        ("1.2.3.4.5", "1.2.3.4.5"),
    ],
)
def test_syntaxes_without_decoder_are_refused_by_name(read_bytes, syntax, name):
    with pytest.raises(TransferSyntaxError, match=name):
        read_bytes(dicom_bytes(noise(SHAPE), syntax, codestream=bytes(100)))


@pytest.mark.parametrize(
    "attributes",
    [
        {"PhotometricInterpretation": "CMYK"},
        {"PhotometricInterpretation": "RGB"},
        {"SamplesPerPixel": 4},
        {"BitsAllocated": 32, "BitsStored": 32, "HighBit": 31},
        {"BitsAllocated": 1, "BitsStored": 1, "HighBit": 0},
        {"BitsStored": 7, "HighBit": 6},
    ],
)
def test_pixels_that_radiographs_do_not_have_are_refused(read_bytes, attributes):
    with pytest.raises(PhotometricError):
        read_bytes(dicom_bytes(noise(SHAPE), **attributes))


def test_floating_point_pixel_data_is_refused(read_bytes):
    dataset = dicom_dataset(noise(SHAPE))
    del dataset.PixelData
    dataset.FloatPixelData = bytes(70 * 83 * 4)
    with pytest.raises(PhotometricError, match="floating-point"):
        read_bytes(written(dataset))


def test_no_pixel_data(read_bytes):
    dataset = dicom_dataset(noise(SHAPE))
    del dataset.PixelData
    with pytest.raises(NoPixelDataError, match="Digital X-Ray Image Storage"):
        read_bytes(written(dataset))


def test_several_frames_are_refused_with_their_count(read_bytes):
    dataset = dicom_dataset(noise(SHAPE), NumberOfFrames=12)
    dataset.PixelData = dataset.PixelData * 12
    with pytest.raises(MultiFrameError, match="got 12 frames"):
        read_bytes(written(dataset))


@pytest.mark.parametrize("name", ["Rows", "Columns", "BitsAllocated"])
def test_an_incomplete_header_is_corrupt(read_bytes, name):
    with pytest.raises(CorruptFileError, match=name):
        read_bytes(dicom_bytes(noise(SHAPE), **{name: None}))


def test_sizes_are_checked_before_anything_is_allocated(read_bytes):
    with pytest.raises(LimitExceededError, match="65535 x 65535"):
        read_bytes(dicom_bytes(noise(SHAPE), Rows=65535, Columns=65535))
    with pytest.raises(ImageTooSmallError):
        read_bytes(dicom_bytes(noise((32, 32))))
    with pytest.raises(CorruptFileError, match="Rows"):
        read_bytes(dicom_bytes(noise(SHAPE), Rows=0))
    # Within the limits, but 392 MB that are not there.
    with pytest.raises(CorruptFileError, match="bytes"):
        read_bytes(dicom_bytes(noise(SHAPE, "u2"), Rows=14000, Columns=14000))


def test_the_codestream_must_have_the_size_that_was_checked(read_bytes):
    """A small DICOM header before a large codestream would pass the limits and fill the memory."""
    large = pillow_bytes(Image.new("L", (3000, 3000)), "JPEG")
    with pytest.raises(CorruptFileError, match="3000 x 3000"):
        read_bytes(dicom_bytes(noise(SHAPE), JPEG_BASELINE, codestream=large))


@pytest.mark.parametrize("syntax", [*UNCOMPRESSED, RLE, JPEG_LS, J2K_LOSSLESS, JPEG_LOSSLESS_SV1, JPEG_BASELINE])
def test_every_truncation_is_an_error(read_bytes, syntax):
    pixels = smooth(70, 84)
    if syntax in UNCOMPRESSED:
        data = dicom_bytes(pixels, syntax)
    elif syntax == JPEG_BASELINE:
        data = dicom_bytes(pixels, syntax, codestream=pillow_bytes(Image.fromarray(pixels), "JPEG"))
    elif syntax == JPEG_LOSSLESS_SV1:
        data = dicom_bytes(pixels, syntax, codestream=jpeg_lossless_codestream(pixels, 8, True))
    else:
        data = compressed_by_pydicom(pixels, syntax)
    assert read_bytes(data).stored.shape == (70, 84)
    pixel_data_at = len(data) - len(data) // 8 if syntax == DEFLATED else pixel_data_offset(data, syntax)
    # A deflated stream ends with a marker and padding, which hold no pixel.
    end = len(data) - 16 if syntax == DEFLATED else len(data)
    for length in [*range(140, end - 1, max(1, len(data) // 40)), end - 1]:
        with pytest.raises((CorruptFileError, NoPixelDataError)) as caught:
            read_bytes(data[:length])
        # Cut exactly between two elements, a header is whole and has no pixel data.
        assert caught.type is CorruptFileError or length <= pixel_data_at


def pixel_data_offset(data, syntax):
    return data.index(struct.pack(">HH" if syntax == BIG_ENDIAN else "<HH", 0x7FE0, 0x0010))


@pytest.mark.parametrize("syntax", [JPEG_LS, J2K_LOSSLESS, JPEG_LOSSLESS_SV1, JPEG_BASELINE, RLE])
def test_a_codestream_cut_short_within_whole_fragments_is_an_error(read_bytes, syntax):
    pixels = noise(SHAPE)
    if syntax == JPEG_BASELINE:
        codestream = pillow_bytes(Image.fromarray(pixels), "JPEG")
    elif syntax == JPEG_LOSSLESS_SV1:
        codestream = jpeg_lossless_codestream(pixels, 8, True)
    else:
        from pydicom import dcmread
        from pydicom.encaps import get_frame

        compressed = dcmread(io.BytesIO(compressed_by_pydicom(pixels, syntax)))
        codestream = get_frame(compressed.PixelData, 0, number_of_frames=1)
    for kept in (0.1, 0.5, 0.9):
        with pytest.raises(CorruptFileError):
            read_bytes(dicom_bytes(pixels, syntax, codestream=codestream[: int(len(codestream) * kept)]))


@pytest.mark.parametrize("syntax", [JPEG_BASELINE, JPEG_EXTENDED, JPEG_LOSSLESS, JPEG_LOSSLESS_SV1])
def test_a_jpeg_cut_short_before_its_end_marker_is_an_error(read_bytes, syntax):
    """libjpeg makes the rest up, in Pillow and in GDCM."""
    pixels, bits = noise(SHAPE, "u2", bits=12), 12
    if syntax == JPEG_BASELINE:
        pixels, bits = noise(SHAPE), 8
        codestream = pillow_bytes(Image.fromarray(pixels), "JPEG")
    elif syntax == JPEG_EXTENDED:
        pixels = drawn_pattern()
        codestream = (CODESTREAMS / "jpeg_12_bit.jpg").read_bytes()
    else:
        codestream = jpeg_lossless_codestream(pixels, 12, syntax == JPEG_LOSSLESS_SV1)
    for kept in (0.3, 0.6, 0.9, 0.97):
        cut = codestream[: int(len(codestream) * kept)] + b"\xff\xd9"
        with pytest.raises(CorruptFileError, match="ends before"):
            read_bytes(dicom_bytes(pixels, syntax, codestream=cut, BitsStored=bits, HighBit=bits - 1))


@pytest.mark.parametrize("value", [0, 2048, 4095])
def test_a_lossless_jpeg_that_really_ends_flat_is_read(read_bytes, value):
    pixels = noise(SHAPE, "u2", bits=12)
    pixels[30:] = value
    for selection_1, syntax in ((False, JPEG_LOSSLESS), (True, JPEG_LOSSLESS_SV1)):
        codestream = jpeg_lossless_codestream(pixels, 12, selection_1)
        data = dicom_bytes(pixels, syntax, codestream=codestream, BitsStored=12, HighBit=11)
        np.testing.assert_array_equal(read_bytes(data).stored, pixels)


def test_a_deflated_bomb_is_refused(read_bytes):
    """500 MB of a private element's zeros in 500 kB."""
    data = dicom_bytes(noise(SHAPE), DEFLATED)
    meta_end = 132 + 12 + struct.unpack_from("<I", data, 140)[0]
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = packer.compress(struct.pack("<HH2sHI", 0x0009, 0x1001, b"OB", 0, 500 << 20))
    for _ in range(500):
        bomb += packer.compress(bytes(1 << 20))
    with pytest.raises((LimitExceededError, CorruptFileError)):
        read_bytes(data[:meta_end] + bomb + packer.flush())


def test_deep_nesting_is_an_error(read_bytes):
    data = dicom_bytes(noise(SHAPE))
    start = data.index(struct.pack("<HH", 0x0010, 0x0010))
    nest = (struct.pack("<HH2sHI", 0x0009, 0x0010, b"SQ", 0, 0xFFFFFFFF) + b"\xfe\xff\x00\xe0\xff\xff\xff\xff") * 5000
    with pytest.raises(CorruptFileError):
        read_bytes(data[:start] + nest)


def test_a_declared_length_beyond_the_file_costs_no_memory(read_bytes):
    data = dicom_bytes(noise(SHAPE))
    start = data.index(struct.pack("<HH", 0x0010, 0x0010))
    huge = struct.pack("<HH2sHI", 0x0008, 0x103E, b"UT", 0, 0xFFFFFFF0)
    with pytest.raises(CorruptFileError):
        read_bytes(data[:start] + huge + data[start:])


def test_a_private_element_of_any_size_is_skipped(read_bytes):
    pixels = noise(SHAPE)
    dataset = dicom_dataset(pixels)
    dataset.add_new(0x00091001, "OB", bytes(3 << 20))
    np.testing.assert_array_equal(read_bytes(written(dataset)).stored, pixels)


def test_limits_apply_to_dicom(read_bytes):
    with pytest.raises(LimitExceededError):
        read_bytes(dicom_bytes(noise(SHAPE)), Limits(pixels=1000))
    with pytest.raises(NotAnImageError):
        read_bytes(dicom_bytes(noise(SHAPE))[4:])
