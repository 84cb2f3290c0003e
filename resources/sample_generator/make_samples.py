"""Draw the synthetic radiographs of resources/samples; the same seed always gives the same pixels.

    python resources/sample_generator/make_samples.py [--seed N] [--out DIR]

Nothing of a person is in them: phantom.py computes every film, and the word SYNTHETIC is burnt into a corner.
"""

from __future__ import annotations

import argparse
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
from drawing import Grid, Map
from phantom import Condition, attenuation, exposure_gradient, new_build
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    UID,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    JPEGLSLossless,
)

SEED = 2026
FULL_SCALE = 5.5  # the attenuation that a stored 4095 stands for
WINDOW_CENTRE, WINDOW_WIDTH = 2050.0, 2950.0
FILM_MM = 400.0
MAGNIFICATION = 1.08
UID_NAMESPACE = uuid.UUID("5d3c1a52-0a0e-4c57-9f7e-3f2d6f1f2c11")

# Letters as strokes on a grid of 4 x 6, so that the mark is the same in every version of OpenCV.
LETTERS: dict[str, list[list[tuple[float, float]]]] = {
    "S": [[(4, 0.6), (3, 0), (1, 0), (0, 1), (0, 2), (1, 3), (3, 3), (4, 4), (4, 5), (3, 6), (1, 6), (0, 5.4)]],
    "Y": [[(0, 0), (2, 3), (4, 0)], [(2, 3), (2, 6)]],
    "N": [[(0, 6), (0, 0), (4, 6), (4, 0)]],
    "T": [[(0, 0), (4, 0)], [(2, 0), (2, 6)]],
    "H": [[(0, 0), (0, 6)], [(4, 0), (4, 6)], [(0, 3), (4, 3)]],
    "E": [[(4, 0), (0, 0), (0, 6), (4, 6)], [(0, 3), (3, 3)]],
    "I": [[(2, 0), (2, 6)]],
    "C": [[(4, 1), (3, 0), (1, 0), (0, 1), (0, 5), (1, 6), (3, 6), (4, 5)]],
    "L": [[(0, 0), (0, 6), (4, 6)]],
}


@dataclass(frozen=True)
class Film:
    """One exposure: how large, of which condition, drawn from which stream of random numbers."""

    name: str
    height: int
    width: int
    condition: Condition
    stream: int


CLEAR = Film("clear", 720, 768, "clear", 1)
LOBAR = Film("lobar", 640, 680, "lobar", 2)
GROUND_GLASS = Film("ground-glass", 1024, 1024, "ground-glass", 3)
PORTABLE = Film("portable", 640, 560, "clear", 4)


def expose(film: Film, seed: int) -> Map:
    """Return the detector's logarithmic signal, (H, W): attenuation, exposure gradient and quantum noise."""
    rng = np.random.default_rng([seed, film.stream])
    grid = Grid(film.height, film.width)
    signal = attenuation(grid, new_build(rng), film.condition, rng) + exposure_gradient(grid, rng)
    quanta = rng.standard_normal(signal.shape).astype(np.float32)
    grain = 0.6 * quanta + 0.8 * cv2.GaussianBlur(quanta, (0, 0), 0.8)
    # Fewer quanta arrive behind thick parts: the noise of their logarithm goes with 1 / sqrt(transmission).
    return np.asarray(signal + 0.0045 * np.exp(np.clip(signal, 0, 5) / 2) * grain, np.float32)


def tone(signal: Map) -> Map:
    """Return the display value, 0 to 1, as a film's characteristic curve gives it."""
    return np.asarray(np.clip((1 - np.exp(-((np.maximum(signal, 0) / 2.9) ** 1.7))) / 0.95, 0, 1), np.float32)


def burn_marks(image: npt.NDArray[np.uint8] | npt.NDArray[np.uint16], ink: int) -> None:
    """Write SYNTHETIC into the lower left corner and the side marker L at the patient's left, in place."""
    height, width = image.shape
    mask = np.zeros((height, width), np.uint8)
    small, large = width / 46, width / 34
    _write(mask, "SYNTHETIC", (width * 0.025, height - small * 1.2), small)
    _write(mask, "L", (width * 0.93, height * 0.035 + large), large)
    ground = cv2.dilate(mask, np.ones((5, 5), np.uint8)) > 0
    image[ground] = image[ground] // 4
    share = mask.astype(np.float32) / 255
    image[...] = np.round(image * (1 - share) + ink * share).astype(image.dtype)


def _write(mask: npt.NDArray[np.uint8], text: str, at: tuple[float, float], size: float) -> None:
    """Draw text of capital height ``size`` pixels with its baseline's left end at (x, y)."""
    thickness = max(1, round(size / 8))
    for position, letter in enumerate(text):
        for stroke in LETTERS[letter]:
            points = np.array(stroke) / 6 * size + [at[0] + position * size * 1.0, at[1] - size]
            fixed = np.round(points * 16).astype(np.int32)
            cv2.polylines(mask, [fixed], False, 255, thickness, cv2.LINE_AA, 4)


def stored_12_bit(signal: Map) -> npt.NDArray[np.uint16]:
    """Return the logarithmic signal in 12 bits, high where dense (MONOCHROME2), with the marks burnt in."""
    pixels = np.asarray(np.round(np.clip(signal / FULL_SCALE, 0, 1) * 4095), np.uint16)
    burn_marks(pixels, 4095)
    return pixels


def _uid(*parts: object) -> UID:
    """Return a UID that depends on nothing but its parts (DICOM PS3.5 B.2: 2.25 and a UUID as an integer)."""
    return UID(f"2.25.{uuid.uuid5(UID_NAMESPACE, '/'.join(map(str, parts))).int}")


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def digital_x_ray(
    pixels: npt.NDArray[np.uint16], photometric: Literal["MONOCHROME1", "MONOCHROME2"], seed: int
) -> FileDataset:
    """Return a Digital X-Ray Image of 12-bit MONOCHROME2 values, stored as ``photometric`` asks."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = DigitalXRayImageStorageForPresentation
    meta.MediaStorageSOPInstanceUID = _uid(seed, photometric)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID, ds.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID, ds.SeriesInstanceUID = _uid(seed, "study"), _uid(seed, "series", photometric)
    ds.FrameOfReferenceUID = _uid(seed, "frame of reference")
    _describe(ds, photometric)
    inverted = photometric == "MONOCHROME1"
    ds.PhotometricInterpretation = photometric
    ds.PresentationLUTShape = "INVERSE" if inverted else "IDENTITY"
    ds.PixelIntensityRelationship = "LOG"
    ds.PixelIntensityRelationshipSign = 1 if inverted else -1
    ds.SamplesPerPixel = 1
    ds.Rows, ds.Columns = pixels.shape
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 12, 11, 0
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = 0, 1, "US"
    # Values are mirrored in 4095; this centre mirrors the LINEAR window (PS3.3 C.11.2.1.2.1) exactly too.
    ds.WindowCenter = 4096 - WINDOW_CENTRE if inverted else WINDOW_CENTRE
    ds.WindowWidth = WINDOW_WIDTH
    ds.WindowCenterWidthExplanation = "CHEST"
    spacing = FILM_MM / pixels.shape[1]
    ds.ImagerPixelSpacing = [f"{spacing:.6f}"] * 2
    ds.EstimatedRadiographicMagnificationFactor = f"{MAGNIFICATION}"
    ds.PixelSpacing = [f"{spacing / MAGNIFICATION:.6f}"] * 2
    ds.PixelSpacingCalibrationType = "GEOMETRY"
    ds.PixelSpacingCalibrationDescription = "Detector spacing over magnification"
    ds.PixelData = (4095 - pixels if inverted else pixels).astype("<u2").tobytes()
    ds["PixelData"].VR = "OW"
    return ds


def _describe(ds: FileDataset, photometric: str) -> None:
    """Fill in who, what and where; the patient is plainly none."""
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.ImageType = ["ORIGINAL", "PRIMARY", ""]
    ds.PatientName, ds.PatientID = "SYNTHETIC^PHANTOM", "SYNTHETIC-0001"
    ds.PatientBirthDate, ds.PatientSex, ds.PatientAge = "19000101", "O", "000Y"
    ds.StudyDate, ds.StudyTime, ds.ContentDate, ds.ContentTime = "20260101", "120000", "20260101", "120000"
    ds.AccessionNumber, ds.StudyID, ds.ReferringPhysicianName = "", "SYNTHETIC", ""
    ds.SeriesNumber, ds.InstanceNumber = (1, 1) if photometric == "MONOCHROME2" else (2, 1)
    ds.Modality, ds.PresentationIntentType = "DX", "FOR PRESENTATION"
    ds.Manufacturer, ds.ManufacturerModelName = "cxrviewer", "procedural chest phantom"
    ds.StudyDescription, ds.SeriesDescription = "SYNTHETIC chest phantom", f"SYNTHETIC {photometric}"
    ds.BodyPartExamined, ds.ViewPosition, ds.ImageLaterality = "CHEST", "PA", "U"
    ds.PatientOrientation = ["L", "F"]
    ds.AnatomicRegionSequence = Sequence([_code("51185008", "SCT", "Chest")])
    ds.ViewCodeSequence = Sequence([_code("399148005", "SCT", "postero-anterior")])
    ds.AcquisitionContextSequence = Sequence([])
    ds.BurnedInAnnotation, ds.LossyImageCompression = "YES", "00"


def write_samples(folder: Path, seed: int = SEED) -> list[Path]:
    """Write every sample into a folder and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []

    def image(name: str, film: Film, full: int, parameters: list[int]) -> None:
        pixels = np.round(tone(expose(film, seed)) * full).astype(np.uint8 if full == 255 else np.uint16)
        burn_marks(pixels, full)
        if not cv2.imwrite(str(folder / name), pixels, parameters):
            raise OSError(f"cannot write {folder / name}")
        written.append(folder / name)

    image("synthetic-clear.png", CLEAR, 255, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    image("synthetic-lobar-opacity-16bit.png", LOBAR, 65535, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    image("synthetic-ground-glass.jpg", GROUND_GLASS, 255, [cv2.IMWRITE_JPEG_QUALITY, 90])
    film = stored_12_bit(expose(PORTABLE, seed))
    for photometric in ("MONOCHROME2", "MONOCHROME1"):
        dataset = digital_x_ray(film, photometric, seed)
        if photometric == "MONOCHROME1":
            dataset.compress(JPEGLSLossless, encoding_plugin="pyjpegls", generate_instance_uid=False)
        path = folder / f"synthetic-{photometric.lower()}.dcm"
        dataset.save_as(path, enforce_file_format=True)
        written.append(path)
    return written


def main() -> None:
    """Parse the command line and write the samples."""
    parser = argparse.ArgumentParser(description="Draw the synthetic sample radiographs.")
    parser.add_argument("--seed", type=int, default=SEED, help="seed of every random draw (default: %(default)s)")
    samples = Path(__file__).resolve().parent.parent / "samples"
    parser.add_argument("--out", type=Path, default=samples, help="folder to write to (default: %(default)s)")
    arguments = parser.parse_args()
    write_samples(arguments.out, arguments.seed)


if __name__ == "__main__":
    main()
