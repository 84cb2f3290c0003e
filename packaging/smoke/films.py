"""One film in every format that is read, and in every DICOM transfer syntax that has a decoder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import pydicom
from PIL import Image

from cxrviewer.reading.dicom_codecs import ENCAPSULATED_SYNTAXES
from cxrviewer.reading.dicom_header import UNCOMPRESSED_SYNTAXES
from smoke.verdicts import CheckFailedError
from tests import films
from tests.reading import builders

_JPEG, _JPEG_EXTENDED = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"
_JPEG_LOSSLESS, _JPEG_LOSSLESS_SV1 = "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70"
_JPEG_LS, _JPEG_LS_NEAR = "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"
_J2K_LOSSLESS, _J2K = "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91"
_STORED = {  # no library at hand encodes these
    _JPEG_EXTENDED: "jpeg_12_bit.jpg",
    "1.2.840.10008.1.2.4.201": "htj2k_reversible.j2k",
    "1.2.840.10008.1.2.4.202": "htj2k_reversible.j2k",
    "1.2.840.10008.1.2.4.203": "htj2k_irreversible.j2k",
}
_SIZE = 320


def write_every_format(folder: Path) -> tuple[Path, ...]:
    """Write the films and return their paths; fails where the program reads a transfer syntax that has no film here."""
    folder.mkdir(parents=True)
    written = list(_rasters(folder))
    for seed, syntax in enumerate(sorted(UNCOMPRESSED_SYNTAXES | ENCAPSULATED_SYNTAXES)):
        path = folder / f"{syntax}.dcm"
        path.write_bytes(dicom_film(syntax, seed))
        written.append(path)
    return tuple(written)


# Some of the films are a drawn pattern, which the bundle's scope gate refuses; what is compared here are numbers.
SHOW_ANYWAY = "--show-out-of-scope"


def write_slow_films(folder: Path, count: int) -> tuple[Path, ...]:
    """Write DICOM films of JPEG 2000 that take long enough to decode for a worker to be met at its work."""
    folder.mkdir(parents=True)
    template = pydicom.dcmread(films.write_jpeg2000(folder / "0.dcm", size=2000))
    for number in range(1, count):
        template.PatientID = f"MRN-{number}"  # another file, or its result would be recalled
        template.save_as(folder / f"{number}.dcm")
    return tuple(folder / f"{number}.dcm" for number in range(count))


def _rasters(folder: Path) -> list[Path]:
    pixels = {name: films.film(_SIZE, seed) for seed, name in enumerate(("png", "jpg", "tif", "bmp", "webp"), 50)}
    paths = []
    for name, image in pixels.items():
        paths.append(folder / f"film.{name}")
        Image.fromarray(image).save(paths[-1])
    for name in ("png", "tif"):
        encoded = cv2.imencode(f".{name}", films.film(_SIZE, 60, bits=16))[1]
        paths.append(folder / f"film of 16 bit.{name}")
        encoded.tofile(paths[-1])
    return paths


def dicom_film(syntax: str, seed: int) -> bytes:
    """Return a DICOM film of a transfer syntax; CheckFailedError for one that has no film here."""
    data: bytes = _encoded(syntax, seed)
    return data


def _encoded(syntax: str, seed: int) -> Any:
    bits = {"BitsStored": 12, "HighBit": 11}
    pixels = films.film(_SIZE, seed, bits=12)
    if syntax in _STORED:
        codestream = (builders.CODESTREAMS / _STORED[syntax]).read_bytes()
        return builders.dicom_bytes(builders.drawn_pattern(), syntax, codestream=codestream, **bits)
    if syntax == _JPEG:
        grey = films.film(_SIZE, seed)
        codestream = builders.pillow_bytes(Image.fromarray(grey), "JPEG", quality=95)
        return builders.dicom_bytes(grey, syntax, codestream=codestream)
    if syntax in (_JPEG_LOSSLESS, _JPEG_LOSSLESS_SV1):
        codestream = builders.jpeg_lossless_codestream(pixels, 12, syntax == _JPEG_LOSSLESS_SV1)
        return builders.dicom_bytes(pixels, syntax, codestream=codestream, **bits)
    if syntax in (_JPEG_LS_NEAR, _J2K):
        dataset = builders.dicom_dataset(pixels, **bits)
        dataset.file_meta.TransferSyntaxUID = builders.EXPLICIT
        lossy = {"jls_error": 2} if syntax == _JPEG_LS_NEAR else {"j2k_cr": [4]}
        dataset.compress(syntax, generate_instance_uid=False, **lossy)
        return builders.written(dataset, syntax)
    if syntax in (_JPEG_LS, _J2K_LOSSLESS, builders.RLE):
        return builders.compressed_by_pydicom(pixels, syntax, **bits)
    if syntax in (builders.IMPLICIT, builders.EXPLICIT, builders.BIG_ENDIAN, builders.DEFLATED):
        return builders.dicom_bytes(pixels, syntax, **bits)
    raise CheckFailedError(f"the program reads transfer syntax {syntax}, of which this test knows no film; add one.")
