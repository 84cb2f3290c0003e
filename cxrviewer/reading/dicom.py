"""DICOM to Radiograph: header, admission, pixels, display, in this order, to decode nothing in vain."""

from __future__ import annotations

from dataclasses import replace
from typing import BinaryIO

import pydicom

from cxrviewer.domain import Facts, Patient, Radiograph
from cxrviewer.reading import dicom_display
from cxrviewer.reading.dicom_admission import admit
from cxrviewer.reading.dicom_codecs import ENCAPSULATED_SYNTAXES
from cxrviewer.reading.dicom_colour import palette, without_colour
from cxrviewer.reading.dicom_header import Header, read_header
from cxrviewer.reading.dicom_pixels import PixelFormat, pixel_format, read_samples
from cxrviewer.reading.limits import Limits
from cxrviewer.reading.translation import quiet


def read_dicom(file: BinaryIO, size: int, limits: Limits, *, any_view: bool = False) -> Radiograph:
    """Read an open DICOM file of ``size`` bytes as a radiograph; ``any_view`` as ``dicom_admission.admit`` takes it.

    Raises CorruptFileError, or the refusals of ``dicom_header``, ``dicom_admission`` and ``dicom_pixels``.
    """
    with quiet():
        header = read_header(file, size, ENCAPSULATED_SYNTAXES)
        warnings = admit(header, any_view=any_view)
        pixels = pixel_format(header, limits)
        colours = palette(header, pixels) if pixels.photometric == "PALETTE COLOR" else None
    samples, photometric, codec = read_samples(header, pixels)
    with quiet():
        facts, patient = _facts(header, pixels, codec), _patient(header)
        spacing = dicom_display.spacing(header)
        if colours is not None or pixels.samples == 3:
            stored, more = without_colour(samples, photometric, colours)
            read = Radiograph(stored, facts, spacing=spacing, patient=patient, warnings=warnings + more)
        else:
            shown, more = dicom_display.display(header, pixels)
            read = Radiograph(samples, facts, spacing=spacing, patient=patient, warnings=warnings + more, **shown)
        return replace(read, sop_instance_uid=header.text("SOPInstanceUID"))


def _facts(header: Header, pixels: PixelFormat, codec: str) -> Facts:
    reader = f"pydicom {pydicom.__version__}"
    return Facts(
        format="DICOM",
        decoder=f"{reader} + {codec}" if codec else reader,
        width=pixels.columns,
        height=pixels.rows,
        bits=pixels.bits_stored,
        photometric=pixels.photometric,
        modality=header.text("Modality"),
        view_position=header.text("ViewPosition"),
        body_part=header.text("BodyPartExamined"),
        transfer_syntax=header.syntax_name,
    )


def _patient(header: Header) -> Patient:
    def said(keyword: str) -> str:
        value = header.value(keyword)
        return "" if value is None else str(value).strip(" \0")

    return Patient(
        name=said("PatientName"),
        identifier=said("PatientID"),
        birth_date=said("PatientBirthDate"),
        sex=said("PatientSex"),
        age=said("PatientAge"),
    )
