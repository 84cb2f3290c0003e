"""Bytes of small images in every format that is read, built field by field, so that tests know every pixel."""

from __future__ import annotations

import io
import struct
import tempfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

CODESTREAMS = Path(__file__).parent / "codestreams"
IMPLICIT, EXPLICIT = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"
RLE = "1.2.840.10008.1.2.5"
BIG_ENDIAN, DEFLATED = "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"

Array = npt.NDArray[Any]


def drawn_pattern() -> npt.NDArray[np.uint16]:
    """Return the 72 x 80, 12-bit pattern of the stored codestreams."""
    y, x = np.mgrid[0:72, 0:80]
    return (40 * x + 7 * y + 300 * ((x // 8 + y // 8) % 2)).astype(np.uint16)


def noise(shape: tuple[int, ...], dtype: str = "u1", seed: int = 0, bits: int | None = None) -> Array:
    """Return random values over the whole range of a type, or of its lowest ``bits``."""
    info = np.iinfo(dtype)
    top = info.max if bits is None else (1 << bits) - 1
    return (
        np.random.default_rng(seed).integers(info.min if bits is None else 0, top, shape, endpoint=True).astype(dtype)
    )


def smooth(height: int = 96, width: int = 80, top: int = 255) -> Array:
    """Return a smooth grey field, kind to lossy codecs."""
    y, x = np.mgrid[0:height, 0:width]
    field = 0.5 + 0.25 * np.sin(x / 11) + 0.2 * np.cos(y / 13)
    return np.round(field * top).astype(np.uint8 if top < 256 else np.uint16)


def pillow_bytes(image: Image.Image, file_format: str, **options: Any) -> bytes:
    """Return an image as Pillow writes it."""
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def png_chunk(name: bytes, data: bytes) -> bytes:
    """Return one PNG chunk with its CRC."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_bytes(pixels: Array, bits: int, colour_type: int, before_data: bytes = b"") -> bytes:
    """Return a PNG of (H, W) or (H, W, C) samples of 8 or 16 bits, filter 0."""
    height, width = pixels.shape[:2]
    samples = pixels.astype(">u2" if bits == 16 else np.uint8)
    rows = b"".join(b"\0" + row.tobytes() for row in samples)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0))
        + before_data
        + png_chunk(b"IDAT", zlib.compress(rows))
        + png_chunk(b"IEND", b"")
    )


def exif_orientation(orientation: int) -> bytes:
    """Return an EXIF block (a TIFF directory) that holds nothing but the orientation."""
    return b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)


def tiff_bytes(
    pixels: Array,
    *,
    order: str = "<",
    photometric: int = 1,
    sample_format: int = 1,
    extra: dict[int, int] | None = None,
    declared: tuple[int, int] | None = None,
    pages: int = 1,
) -> bytes:
    """Return an uncompressed TIFF of one strip; ``extra`` sets further SHORT tags, ``declared`` another (W, H)."""
    height, width = pixels.shape[:2]
    samples = 1 if pixels.ndim == 2 else pixels.shape[2]
    data = pixels.astype(pixels.dtype.newbyteorder(order)).tobytes()
    bits = pixels.dtype.itemsize * 8
    tags: dict[int, tuple[str, list[int]]] = {
        256: ("I", [declared[0] if declared else width]),
        257: ("I", [declared[1] if declared else height]),
        258: ("H", [bits] * samples),
        259: ("H", [1]),
        262: ("H", [photometric]),
        273: ("I", [0]),
        277: ("H", [samples]),
        278: ("I", [declared[1] if declared else height]),
        279: ("I", [len(data)]),
        339: ("H", [sample_format] * samples),
    }
    tags.update({tag: ("H", [value]) for tag, value in (extra or {}).items()})
    directory = 2 + 12 * len(tags) + 4
    start = 8
    arrays_at = start + directory * pages
    arrays = {tag: struct.pack(f"{order}{len(v)}{code}", *v) for tag, (code, v) in tags.items() if len(v) > 2}
    data_at = arrays_at + sum(len(array) for array in arrays.values())
    tags[273] = ("I", [data_at])
    entries = b""
    place = arrays_at
    for tag, (code, values) in sorted(tags.items()):
        packed = struct.pack(f"{order}{len(values)}{code}", *values)
        if tag in arrays:
            packed = struct.pack(f"{order}I", place)
            place += len(arrays[tag])
        entries += struct.pack(f"{order}HHI", tag, 3 if code == "H" else 4, len(values)) + packed.ljust(4, b"\0")
    out = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", start)
    for page in range(pages):
        following = start + directory * (page + 1) if page + 1 < pages else 0
        out += struct.pack(f"{order}H", len(tags)) + entries + struct.pack(f"{order}I", following)
    return out + b"".join(arrays[tag] for tag in sorted(arrays)) + data


def dicom_dataset(pixels: Array, **attributes: Any) -> Any:
    """Return a DX chest data set of (H, W) or (H, W, 3) pixels; ``attributes`` set, or with None remove, elements."""
    from pydicom.dataset import Dataset, FileMetaDataset

    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.1.1"
    dataset.SOPInstanceUID = "1.2.826.0.1.3680043.8.498.1"
    dataset.Modality, dataset.BodyPartExamined, dataset.ViewPosition = "DX", "CHEST", "PA"
    dataset.PatientName, dataset.PatientID = "Secret^Person", "ID-4711"
    dataset.Rows, dataset.Columns = pixels.shape[:2]
    dataset.SamplesPerPixel = 1 if pixels.ndim == 2 else pixels.shape[2]
    dataset.PhotometricInterpretation = "MONOCHROME2" if pixels.ndim == 2 else "RGB"
    if pixels.ndim == 3:
        dataset.PlanarConfiguration = 0
    bits = pixels.dtype.itemsize * 8
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = bits, bits, bits - 1
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    dataset.PixelData = pixels.tobytes()
    for name, value in attributes.items():
        if value is None:
            delattr(dataset, name)
        else:
            setattr(dataset, name, value)
    dataset["PixelData"].VR = "OW" if bits == 16 else "OB"
    return dataset


def dicom_bytes(pixels: Array, syntax: str = EXPLICIT, *, codestream: bytes | None = None, **attributes: Any) -> bytes:
    """Return a DICOM file of ``dicom_dataset``, uncompressed or with a codestream of one or more fragments."""
    from pydicom.encaps import encapsulate

    if syntax == BIG_ENDIAN:
        pixels = pixels.astype(pixels.dtype.newbyteorder(">"))
    dataset = dicom_dataset(pixels, **attributes)
    if codestream is not None:
        dataset.PixelData = encapsulate([codestream])
        dataset["PixelData"].VR = "OB"
    return written(dataset, syntax)


def written(dataset: Any, syntax: str = EXPLICIT) -> bytes:
    """Return a data set as a DICOM file of a transfer syntax."""
    from pydicom import dcmwrite

    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", "1.2.840.10008.5.1.4.1.1.7")
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID", "1.2.3")
    buffer = io.BytesIO()
    implicit, little = syntax == IMPLICIT, syntax != BIG_ENDIAN
    if syntax in (IMPLICIT, EXPLICIT, BIG_ENDIAN, DEFLATED):
        dcmwrite(buffer, dataset, implicit_vr=implicit, little_endian=little, enforce_file_format=True)
    else:
        dataset["PixelData"].is_undefined_length = True
        dcmwrite(buffer, dataset, implicit_vr=False, little_endian=True, enforce_file_format=True)
    return buffer.getvalue()


def compressed_by_pydicom(pixels: Array, syntax: str, **attributes: Any) -> bytes:
    """Return a DICOM file that pydicom's encoders (pyjpegls, openjpeg, rle) compressed."""
    if syntax == RLE:
        return dicom_bytes(pixels, syntax, codestream=rle_codestream(pixels), **attributes)
    dataset = dicom_dataset(pixels, **attributes)
    dataset.file_meta.TransferSyntaxUID = EXPLICIT
    # GDCM, which pydicom would try as well, aborts the process on layouts that it does not know.
    plugin = "pyjpegls" if syntax.startswith("1.2.840.10008.1.2.4.8") else "pylibjpeg"
    dataset.compress(syntax, encoding_plugin=plugin, generate_instance_uid=False)
    return written(dataset, syntax)


def rle_codestream(pixels: Array) -> bytes:
    """Return (H, W) or (H, W, 3) pixels as pylibjpeg-rle encodes them, every bit of a word kept."""
    from rle.rle import encode_frame

    samples = 1 if pixels.ndim == 2 else pixels.shape[2]
    frame: bytes = encode_frame(pixels.tobytes(), *pixels.shape[:2], samples, pixels.dtype.itemsize * 8, "<")
    return frame


def jpeg_lossless_codestream(pixels: Array, bits: int, selection_1: bool) -> bytes:
    """Return (H, W) or (H, W, 3) unsigned pixels as GDCM encodes them in JPEG Lossless."""
    import gdcm
    import pydicom
    from pydicom.encaps import get_frame

    kinds = gdcm.TransferSyntax
    kind = kinds.JPEGLosslessProcess14_1 if selection_1 else kinds.JPEGLosslessProcess14
    with tempfile.TemporaryDirectory() as folder:
        source, target = f"{folder}/source", f"{folder}/target"
        Path(source).write_bytes(dicom_bytes(pixels, BitsStored=bits, HighBit=bits - 1))
        reader = gdcm.ImageReader()
        reader.SetFileName(source)
        assert reader.Read()
        change = gdcm.ImageChangeTransferSyntax()
        change.SetTransferSyntax(gdcm.TransferSyntax(kind))
        change.SetInput(reader.GetImage())
        assert change.Change()
        writer = gdcm.ImageWriter()
        writer.SetFileName(target)
        writer.SetFile(reader.GetFile())
        writer.SetImage(change.GetOutput())
        assert writer.Write()
        frame: bytes = get_frame(pydicom.dcmread(target).PixelData, 0, number_of_frames=1)
    return frame


def reference_luma(rgb: Array) -> Array:
    """Return ITU-R BT.601 luma of 8- or 16-bit RGB, rounded, worked out in floating point."""
    weights = np.array([0.299, 0.587, 0.114])
    return np.rint(rgb.astype(np.float64) @ weights).astype(rgb.dtype)
