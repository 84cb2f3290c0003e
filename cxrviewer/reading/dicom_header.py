"""A DICOM file's header: file meta information, transfer syntax, and the few elements that are asked for."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from pydicom._uid_dict import UID_dictionary
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset
from pydicom.tag import BaseTag, Tag

from cxrviewer.errors import CorruptFileError, NoPixelDataError, PhotometricError, TransferSyntaxError
from cxrviewer.reading.dicom_sources import FileSource, InflatedSource, Source
from cxrviewer.reading.result_objects import refuse_result_object
from cxrviewer.reading.signatures import PREAMBLE_BYTES
from cxrviewer.reading.translation import corrupt_unless, quiet

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
DEFLATED_LITTLE = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"
UNCOMPRESSED_SYNTAXES = frozenset((IMPLICIT_LITTLE, EXPLICIT_LITTLE, DEFLATED_LITTLE, EXPLICIT_BIG))
UNDEFINED_LENGTH = 0xFFFFFFFF

# Only these are kept: a stranger's private elements cost neither memory nor time.
_KEYWORDS = (
    "SpecificCharacterSet",
    "SOPClassUID",
    "SOPInstanceUID",
    "Manufacturer",
    "Modality",
    "ConversionType",
    "PresentationIntentType",
    "BodyPartExamined",
    "ViewPosition",
    "ViewCodeSequence",
    "AnatomicRegionSequence",
    "PatientOrientation",
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "PatientAge",
    "ImagerPixelSpacing",
    "PixelSpacing",
    "NumberOfFrames",
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "PlanarConfiguration",
    "Rows",
    "Columns",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "PixelPaddingValue",
    "PixelPaddingRangeLimit",
    "RescaleSlope",
    "RescaleIntercept",
    "ModalityLUTSequence",
    "VOILUTSequence",
    "WindowCenter",
    "WindowWidth",
    "WindowCenterWidthExplanation",
    "VOILUTFunction",
    "PresentationLUTShape",
    "RedPaletteColorLookupTableDescriptor",
    "GreenPaletteColorLookupTableDescriptor",
    "BluePaletteColorLookupTableDescriptor",
    "RedPaletteColorLookupTableData",
    "GreenPaletteColorLookupTableData",
    "BluePaletteColorLookupTableData",
    "SegmentedRedPaletteColorLookupTableData",
)
# A lookup table has at most 65,536 entries of two bytes; larger values are no display information.
_LARGEST_VALUE = 1 << 18

_PIXEL_DATA = 0x7FE00010
_FLOAT_PIXEL_DATA = frozenset((0x7FE00008, 0x7FE00009))
_FIRST_AFTER_HEADER = 0x7FE00001  # the extended offset table stands just before the pixel data
_LONG_VRS = frozenset((b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"UN"))


@dataclass(frozen=True, eq=False)
class Header:
    """A data set up to its pixel data, and the source, standing at the pixel data's value.

    ``syntax`` is the transfer syntax UID; ``pixel_vr`` OB, OW or ""; ``pixel_length`` the declared length of the
    pixel data in bytes, or UNDEFINED_LENGTH where it is encapsulated.
    """

    dataset: Dataset
    source: Source
    syntax: str
    pixel_vr: str
    pixel_length: int

    @property
    def syntax_name(self) -> str:
        """The transfer syntax in words."""
        return uid_name(self.syntax)

    @property
    def is_big_endian(self) -> bool:
        """Whether values are stored most significant byte first."""
        return self.syntax == EXPLICIT_BIG

    def text(self, keyword: str) -> str:
        """Return an element's (first) value as upper-case text, "" where it is missing or empty."""
        return _first(self.value(keyword)).upper()

    def value(self, keyword: str) -> Any:
        """Return an element's value, None where it is missing or cannot be converted."""
        try:
            with corrupt_unless(keyword), quiet():
                return self.dataset.get(keyword)
        except CorruptFileError:
            return None  # one malformed element of the descriptive ones does not spoil the image

    def code(self, keyword: str) -> tuple[str, str]:
        """Return a code sequence's first meaning, in upper case, and value; "" where there is none."""
        sequence = self.value(keyword)
        try:
            with corrupt_unless(keyword), quiet():
                item = sequence[0] if sequence else Dataset()
                return str(item.get("CodeMeaning", "")).strip().upper(), str(item.get("CodeValue", "")).strip()
        except CorruptFileError:
            return "", ""

    def integer(self, keyword: str, default: int | None = None) -> int:
        """Return an element that the image hangs on; CorruptFileError where it is missing or malformed."""
        value = self.value(keyword)
        if value is None or value == "":
            if default is None:
                raise CorruptFileError(
                    f"expected the DICOM element {keyword}, got a header without it: it is incomplete. "
                    "Export the radiograph again."
                )
            return default
        with corrupt_unless(f"the DICOM element {keyword}"):
            return int(_first(value) if not isinstance(value, int) else value)

    def number(self, keyword: str) -> float | None:
        """Return a finite number, None where the element is missing or malformed."""
        return as_number(_first(self.value(keyword)))


def uid_name(uid: str) -> str:
    """Return a UID's name in the standard; of others nothing, as a damaged header may have a patient's name there."""
    return UID_dictionary[uid][0] if uid in UID_dictionary else "unknown to the standard"


def as_number(value: Any) -> float | None:
    """Return a finite float, None where the value is none."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _first(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) and hasattr(value, "__len__") and hasattr(value, "__getitem__"):
        value = value[0] if len(value) else ""
    return str(value).strip(" \0")


def read_header(file: BinaryIO, size: int, decodable: frozenset[str], keywords: tuple[str, ...] = _KEYWORDS) -> Header:
    """Read a DICOM file of ``size`` bytes up to its pixel data; only the elements of ``keywords`` are kept.

    Raises CorruptFileError, TransferSyntaxError where the transfer syntax is neither uncompressed nor among
    ``decodable``, ResultObjectError for what this program wrote itself, NoPixelDataError, PhotometricError for
    floating-point pixel data. Source: DICOM PS3.10 7.1, PS3.5 7 and annex A.
    """
    elements = read_elements(file, size, decodable, keywords)
    refuse_result_object(elements.dataset)
    with corrupt_unless("the DICOM header"), quiet():
        vr, length = _find_pixel_data(elements.dataset, elements.source, elements.syntax, elements.sop_class)
    return Header(elements.dataset, elements.source, elements.syntax, vr, length)


@dataclass(frozen=True, eq=False)
class Elements:
    """The elements of a data set that were asked for, and the source, standing where its pixel data would begin.

    ``sop_class`` is that of the file meta information, "" without one.
    """

    dataset: Dataset
    source: Source
    syntax: str
    sop_class: str


def read_elements(file: BinaryIO, size: int, decodable: frozenset[str], keywords: tuple[str, ...]) -> Elements:
    """Read the elements of ``keywords`` of a DICOM file of ``size`` bytes, whether or not it has pixel data.

    Raises CorruptFileError, and TransferSyntaxError as ``read_header`` does.
    """
    source: Source = FileSource(file, size)
    with corrupt_unless("the DICOM header"), quiet():
        source.seek(PREAMBLE_BYTES + 4 if _has_preamble(source) else 0)
        meta = read_dataset(cast(BinaryIO, source), False, True, stop_when=_after_file_meta)
        _check_overrun(source)
        # pydicom decodes a value when it is asked for, so that a bad one raises here.
        sop_class = str(meta.get("MediaStorageSOPClassUID", ""))
        syntax = str(meta.get("TransferSyntaxUID", "")).strip(" \0") or _guess_syntax(source)
        if syntax not in UNCOMPRESSED_SYNTAXES | decodable:
            raise TransferSyntaxError(
                f"no decoder at hand reads the DICOM transfer syntax {uid_name(syntax)} ({_printable(syntax)}). "
                "Export the radiograph uncompressed, or as JPEG Lossless or JPEG 2000."
            )
        if syntax == DEFLATED_LITTLE:
            file.seek(source.tell())
            source = InflatedSource(file)
        dataset = read_dataset(
            cast(BinaryIO, source),
            syntax == IMPLICIT_LITTLE,
            syntax != EXPLICIT_BIG,
            stop_when=_at_pixel_data,
            defer_size=_LARGEST_VALUE,
            specific_tags=[Tag(keyword) for keyword in keywords],
        )
    return Elements(dataset, source, syntax, sop_class)


def _has_preamble(source: Source) -> bool:
    return source.read(PREAMBLE_BYTES + 4)[PREAMBLE_BYTES:] == b"DICM"


def _after_file_meta(tag: BaseTag, vr: str | None, length: int) -> bool:
    return tag >> 16 != 0x0002


def _at_pixel_data(tag: BaseTag, vr: str | None, length: int) -> bool:
    return tag >= _FIRST_AFTER_HEADER and tag >> 16 == _PIXEL_DATA >> 16


def _check_overrun(source: Source) -> None:
    """Raise CorruptFileError where an element's declared length went beyond the end."""
    if source.overrun:
        raise CorruptFileError(
            "expected a DICOM header up to its pixel data, got one that ends before: the file is truncated. "
            "Copy or export it again."
        )


def _printable(text: str) -> str:
    return "".join(character for character in text[:64] if character in "0123456789.") or "unreadable"


def _guess_syntax(source: Source) -> str:
    """Return the uncompressed transfer syntax that a data set without file meta information looks like."""
    start = source.tell()
    first = source.read(6)
    source.seek(start)
    if len(first) < 6:
        return IMPLICIT_LITTLE
    if not first[4:6].isalpha() or not first[4:6].isupper():
        return IMPLICIT_LITTLE
    # Group 0008 read in the wrong order is 0x0800.
    return EXPLICIT_BIG if struct.unpack("<H", first[:2])[0] >= 0x0100 else EXPLICIT_LITTLE


def _find_pixel_data(dataset: Dataset, source: Source, syntax: str, sop_class: str) -> tuple[str, int]:
    """Move to the pixel data's value; return its VR ("" where implicit) and length."""
    order = ">" if syntax == EXPLICIT_BIG else "<"
    while len(start := source.read(8)) == 8:
        group, element = struct.unpack_from(f"{order}HH", start)
        tag = group << 16 | element
        if group != _PIXEL_DATA >> 16:
            break
        vr = ""
        length = struct.unpack_from(f"{order}I", start, 4)[0]
        # An explicit VR in these bytes makes an odd implicit length, which no element has.
        if start[4:6] in _LONG_VRS:
            vr = start[4:6].decode("ascii")
            with corrupt_unless("the pixel data's length"):
                length = struct.unpack(f"{order}I", source.read(4))[0]
        if tag in _FLOAT_PIXEL_DATA:
            raise PhotometricError(
                "expected integer pixel data, got floating-point pixel data, which radiographs do not have. "
                "Export the original radiograph."
            )
        if tag == _PIXEL_DATA:
            return vr, int(length)
        if length == UNDEFINED_LENGTH:
            break
        source.seek(source.tell() + length)
    _check_overrun(source)
    what = uid_name(sop_class or str(dataset.get("SOPClassUID", "")))
    raise NoPixelDataError(
        f"expected a DICOM image, got an object without pixel data ({what}). Give the image files of the study."
    )
