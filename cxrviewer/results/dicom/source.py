"""What a result object takes over from its film's header: patient, study, and where the film stands among others.

Read in the worker process that has the film, within the limits of ``reading``; what identifies the patient or the study
has to be whole, and what only describes them is left out where it is malformed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cxrviewer.domain import PixelSpacing
from cxrviewer.errors import NotAnImageError, NotDicomSourceError, SourceHeaderError
from cxrviewer.reading.dicom_codecs import ENCAPSULATED_SYNTAXES
from cxrviewer.reading.dicom_display import spacing
from cxrviewer.reading.dicom_header import Header, read_header, uid_name
from cxrviewer.reading.limits import DEFAULT_LIMITS, Limits
from cxrviewer.reading.signatures import SIGNATURE_BYTES, Format, identify
from cxrviewer.reading.translation import quiet

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_UIDS: Final = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID")
_IDENTIFYING: Final = ("PatientName", "PatientID", "IssuerOfPatientID")
_DATES: Final = ("ContentDate", "AcquisitionDate", "SeriesDate", "StudyDate")
_TIMES: Final = ("ContentTime", "AcquisitionTime", "SeriesTime", "StudyTime")
_DESCRIBING: Final = (
    "PatientBirthDate",
    "PatientSex",
    "PatientAge",
    "PatientIdentityRemoved",
    "DeidentificationMethod",
    "StudyDate",
    "StudyTime",
    "StudyID",
    "AccessionNumber",
    "StudyDescription",
    "ReferringPhysicianName",
)
_OF_THE_IMAGE: Final = (
    "PatientOrientation",
    "PixelSpacing",
    "ImagerPixelSpacing",
    "Rows",
    "Columns",
    "LossyImageCompression",
)
_KEYWORDS: Final = tuple(
    dict.fromkeys(("SpecificCharacterSet", *_UIDS, *_IDENTIFYING, *_DESCRIBING, *_DATES, *_TIMES, *_OF_THE_IMAGE))
)
_AXES: Final = (frozenset("LR"), frozenset("AP"), frozenset("HF"))
_LOSSY_SYNTAXES: Final = frozenset(
    ("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.91")
)
_LONGEST: Final = {"SH": 16, "LO": 64, "CS": 16}
_UID: Final = re.compile(r"[0-2](\.(0|[1-9][0-9]*))+")
_TIME: Final = re.compile(r"([01][0-9]|2[0-3])([0-5][0-9]([0-5][0-9](\.[0-9]{1,6})?)?)?")
_AGE: Final = re.compile(r"[0-9]{3}[DWMY]")
_CHARACTER_SET: Final = re.compile(r"ISO[ _-]?(2022)?[ _-]?IR[ _-]?([0-9]{1,3})")


@dataclass(frozen=True, eq=False)
class SourceHeader:
    """A film's patient, study and reference. ``dataset`` holds elements with valid values only, and its character set.

    ``date`` and ``time`` (DA and TM; "" where the header has none) are the first that the film has of these: content,
    acquisition, series or study. ``orientation``: the film's rows and columns, such as ("L", "F"); None where it does
    not say. ``is_lossy``: it was compressed with loss once.
    """

    dataset: Dataset
    date: str
    time: str
    spacing: PixelSpacing | None
    orientation: tuple[str, str] | None
    is_lossy: bool

    @property
    def sop_instance_uid(self) -> str:
        """The film's SOP instance UID."""
        return str(self.dataset.SOPInstanceUID)

    def moment(self, otherwise: str) -> tuple[str, str]:
        """Return the date and time that objects of this film carry, midnight of ``otherwise`` where it has no date.

        otherwise: a date, ISO 8601, such as that of the bundle; 1 January 1900 where it is none.
        """
        if self.date:
            return self.date, self.time or "000000"
        try:
            return datetime.fromisoformat(otherwise).strftime("%Y%m%d"), "000000"
        except ValueError:
            return "19000101", "000000"


def read_source(path: Path, limits: Limits = DEFAULT_LIMITS) -> SourceHeader:
    """Read the header of a film.

    Raises NotDicomSourceError where it is no DICOM file, SourceHeaderError where a UID is missing, or a UID, the
    patient's name or identifier, or the character set is malformed, and what ``read_header`` does.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            limits.check_file(size)
            if identify(file.read(SIGNATURE_BYTES)) is not Format.DICOM:
                raise NotAnImageError("another format")
            file.seek(0)
            with quiet():
                return _taken_over(read_header(file, size, ENCAPSULATED_SYNTAXES, _KEYWORDS))
    except NotAnImageError as error:
        raise NotDicomSourceError(
            "expected a film that was read from a DICOM file, got another; only those have a patient and a study that "
            "DICOM objects can be in."
        ) from error
    except OSError as error:
        raise SourceHeaderError(
            f"the film's header cannot be read again ({error.strerror or type(error).__name__}); check that the file "
            "is still there."
        ) from error


def _taken_over(header: Header) -> SourceHeader:
    from pydicom.dataset import Dataset

    taken = Dataset()
    character_set = _character_set(header)
    if character_set:
        taken.SpecificCharacterSet = character_set
    for keyword in _UIDS:
        setattr(taken, keyword, _uid(header, keyword))
    if "Image Storage" not in uid_name(taken.SOPClassUID):
        raise SourceHeaderError(
            "expected the SOP class of a radiograph in the film's header, got one that is no image of the standard; no "
            "object can refer to it. Export the film again from the archive that it comes from."
        )
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", *_DESCRIBING):
        setattr(taken, keyword, None)  # type 2: present, and empty where the film has none
    for keyword in ("PatientAge", "PatientIdentityRemoved", "DeidentificationMethod", "StudyDescription"):
        delattr(taken, keyword)
    for keyword in _IDENTIFYING:
        _take(header, keyword, taken, is_identifying=True)
    for keyword in _DESCRIBING:
        _take(header, keyword, taken, is_identifying=False)
    date, time = _moment(header)
    taken.Rows, taken.Columns = header.integer("Rows"), header.integer("Columns")
    return SourceHeader(taken, date, time, spacing(header), _orientation(header), _is_lossy(header))


def _uid(header: Header, keyword: str) -> str:
    value = header.value(keyword)
    if not value:
        raise SourceHeaderError(
            f"expected the element {keyword} in the film's header, found none; a DICOM object needs it to stand in the "
            "film's study. Export the film again from the archive that it comes from."
        )
    text = str(value).strip(" \0")
    if len(text) > 64 or _UID.fullmatch(text) is None:
        raise SourceHeaderError(f"expected a UID in the element {keyword} of the film's header, got a malformed one.")
    return text


def _take(header: Header, keyword: str, taken: Dataset, *, is_identifying: bool) -> None:
    """Take an element over; one that is malformed is an error where it identifies, and left out where it describes."""
    from pydicom.datadict import dictionary_VR

    if keyword not in header.dataset:
        return
    value = header.value(keyword)
    text = "" if value is None else str(value).strip(" \0")
    if value is not None and not text:
        return
    vr = dictionary_VR(keyword)
    if value is None or not _is_valid(vr, value, text, keyword):
        if is_identifying:
            raise SourceHeaderError(
                f"the element {keyword} of the film's header is malformed; an object with another value would be filed "
                "under another patient. Have the film's header put right."
            )
        return
    # A name keeps its bytes, which pydicom has with it; others are written in the same character set again.
    setattr(taken, keyword, value if vr == "PN" else text)


def _is_valid(vr: str, value: Any, text: str, keyword: str) -> bool:
    if not isinstance(value, str) and vr != "PN":
        return False  # several values, or none that is a text
    # U+FFFD stands for bytes that the film's own character set does not have.
    if any(ord(character) < 0x20 or character in "\x7f\\\ufffd" for character in text):
        return False
    if vr == "PN":
        groups = text.split("=")
        return type(value).__name__ == "PersonName" and len(groups) <= 3 and all(len(group) <= 64 for group in groups)
    if keyword == "PatientSex":
        return text in ("M", "F", "O")
    checks: dict[str, Callable[[str], bool]] = {
        "DA": _is_date,
        "TM": lambda time: _TIME.fullmatch(time) is not None,
        "AS": lambda age: _AGE.fullmatch(age) is not None,
        "CS": lambda word: re.fullmatch(r"[A-Z0-9 _]{1,16}", word) is not None,
    }
    return checks[vr](text) if vr in checks else len(text) <= _LONGEST[vr]


def _is_date(text: str) -> bool:
    try:
        return len(text) == 8 and bool(datetime.strptime(text, "%Y%m%d"))
    except ValueError:
        return False


def _moment(header: Header) -> tuple[str, str]:
    for date_keyword, time_keyword in zip(_DATES, _TIMES, strict=True):
        date, time = header.value(date_keyword), header.value(time_keyword)
        if isinstance(date, str) and _is_date(date.strip(" \0")):
            text = time.strip(" \0") if isinstance(time, str) else ""
            return date.strip(" \0"), text if _TIME.fullmatch(text) else ""
    return "", ""


def _character_set(header: Header) -> str | list[str] | None:
    """Return the film's character sets by their defined terms (PS3.3 C.12.1.1.2), as some writers spell them."""
    from pydicom.charset import python_encoding

    value = header.value("SpecificCharacterSet")
    terms = [str(value)] if isinstance(value, str) else [str(term) for term in value or ()]
    spelled = []
    for term in terms:
        found = _CHARACTER_SET.fullmatch(term.strip(" \0"))
        word = term.strip(" \0") if found is None else f"ISO {'2022 ' if found[1] else ''}IR {found[2]}"
        spelled.append(word if found is None or found[1] else word.replace("ISO IR", "ISO_IR"))
    if any(term not in python_encoding for term in spelled) or len(spelled) > 8:
        raise SourceHeaderError(
            "the film's header names a character set that is none of DICOM's; its patient's name cannot be written "
            "again. Have the film's header put right."
        )
    if not any(spelled):
        return None
    return spelled[0] if len(spelled) == 1 else spelled


def _is_lossy(header: Header) -> bool:
    """Return whether the film was ever compressed with loss: PS3.3 C.7.6.1.1.5, or its transfer syntax."""
    return header.text("LossyImageCompression") == "01" or header.syntax in _LOSSY_SYNTAXES


def _orientation(header: Header) -> tuple[str, str] | None:
    """Return the directions of rows and columns (PS3.3 C.7.6.1.1.1), None where they are missing or no two axes."""
    value = header.value("PatientOrientation")
    words = [] if value is None or isinstance(value, str) else [str(word).strip() for word in value]
    if len(words) != 2 or not all(re.fullmatch("[AFHLPR]{1,3}", word) for word in words):
        return None
    row, column = words
    return None if any({row[0], column[0]} <= axis for axis in _AXES) else (row, column)
