"""Synthetic films for tests, written on the fly: a chest that a scope gate takes for one, different for every seed."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt


def film(size: int, seed: int, bits: int = 8) -> npt.NDArray[np.uint8] | npt.NDArray[np.uint16]:
    """Return a square film (size, size): uint8 for 8 bits, uint16 for more."""
    random = np.random.default_rng(seed)
    field = 0.15 + 0.8 * _phantom() + random.normal(0, 0.03, (64, 64)).astype(np.float32)
    field = np.clip(cv2.resize(field, (size, size), interpolation=cv2.INTER_LINEAR), 0, 1)
    field = np.clip(field + random.normal(0, 0.01, field.shape).astype(np.float32), 0, 1)
    top = 2**bits - 1
    return np.round(field * top).astype(np.uint8 if bits == 8 else np.uint16)


@cache
def _phantom() -> npt.NDArray[np.float32]:
    """Return a radiograph that ships with the program, averaged: (64, 64) float32 in [0, 1]."""
    path = Path(__file__).resolve().parents[1] / "resources" / "samples" / "synthetic-clear.png"
    stored = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_GRAYSCALE)
    return cv2.resize(stored, (64, 64), interpolation=cv2.INTER_AREA).astype(np.float32) / np.float32(255)


def write_png(path: Path, size: int = 128, seed: int = 0) -> Path:
    """Write an 8-bit PNG film."""
    cv2.imencode(".png", film(size, seed))[1].tofile(path)
    return path


def write_dicom(path: Path, size: int = 128, seed: int = 0, bits: int = 12, **attributes: object) -> Path:
    """Write an uncompressed DX film of 16 bits allocated; ``attributes`` set or replace DICOM attributes."""
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import DigitalXRayImageStorageForPresentation, ExplicitVRLittleEndian, generate_uid

    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = DigitalXRayImageStorageForPresentation
    dataset.SOPInstanceUID = generate_uid(entropy_srcs=[str(path), str(seed)])
    dataset.Modality, dataset.BodyPartExamined, dataset.ViewPosition = "DX", "CHEST", "PA"
    dataset.PatientName, dataset.PatientID, dataset.PatientBirthDate = "DOE^JANE", "MRN-12345", "19500102"
    dataset.Rows = dataset.Columns = size
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, bits, bits - 1, 0
    dataset.PixelData = film(size, seed, bits).astype("<u2").tobytes()
    for name, value in attributes.items():
        setattr(dataset, name, value)
    dataset.save_as(path, enforce_file_format=True)
    return path


def write_jpeg2000(path: Path, size: int = 128, seed: int = 0) -> Path:
    """Write a film as a PACS often sends it: DICOM, JPEG 2000 Lossless."""
    import pydicom

    dataset = pydicom.dcmread(write_dicom(path, size, seed))
    dataset.compress(pydicom.uid.JPEG2000Lossless, encoding_plugin="pylibjpeg")
    dataset.save_as(path)
    return path
