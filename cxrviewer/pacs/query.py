"""What is asked of a node, and what it answers: studies and series."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass as checked_dataclass

from cxrviewer.errors import UsageError

DEFAULT_LIMIT: Final = 200
_LONGEST_VALUE: Final = 64  # of DICOM's VRs LO and PN (one component group)
_LONGEST_ANSWER: Final = 256


def _checked_value(text: str) -> str:
    value = text.strip()
    if len(value) > _LONGEST_VALUE:
        raise ValueError(f"expected at most {_LONGEST_VALUE} characters to look for")
    if not value.isprintable() or "\\" in value:
        raise ValueError("expected something to look for without backslash and control characters")
    return value


def _checked_uid(text: str) -> str:
    uid = text.strip()
    if uid and not is_uid(uid):
        raise ValueError("expected a UID: digits and dots, at most 64")
    return uid


def is_uid(text: str) -> bool:
    """Return whether this is a DICOM UID as senders write it: digits and single dots, 1 to 64 (PS3.5, 9.1)."""
    return 1 <= len(text) <= 64 and text.isascii() and all(part.isdigit() for part in text.split("."))


SearchText = Annotated[str, AfterValidator(_checked_value)]


@checked_dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class StudyQuery:
    """What studies are looked for; what is empty does not count. ``*`` and ``?`` stand for any characters.

    ``patient_name`` without such a sign finds names that begin with it. Dates are of the study, both ends included.
    ``modalities``: studies with a series of one of them. ``limit``: how many studies are taken at most.
    """

    patient_name: SearchText = ""
    patient_id: SearchText = ""
    accession_number: SearchText = ""
    study_description: SearchText = ""
    study_uid: Annotated[str, AfterValidator(_checked_uid)] = ""
    date_from: date | None = None
    date_to: date | None = None
    modalities: tuple[Annotated[str, Field(pattern=r"^[A-Z0-9_ ]{1,16}$")], ...] = ()
    limit: Annotated[int, Field(ge=1, le=10_000)] = DEFAULT_LIMIT

    @model_validator(mode="after")
    def _check_dates(self) -> StudyQuery:
        if self.date_from is not None and self.date_to is not None and self.date_from > self.date_to:
            raise ValueError("expected the first date not to be after the last one")
        return self

    @property
    def name_pattern(self) -> str:
        """The patient's name as it is asked for: with an asterisk behind it where there is no sign."""
        name = self.patient_name
        return name if not name or "*" in name or "?" in name else f"{name}*"

    @property
    def date_range(self) -> str:
        """The dates as DICOM asks for them (PS3.4, C.2.2.2.5): "20260101-20260131", "20260101-", or ""."""
        return date_range(self.date_from, self.date_to)


_ADAPTER: Final = TypeAdapter(StudyQuery)


def make_query(**fields: object) -> StudyQuery:
    """Return the query of these fields; UsageError says in words which of them cannot be."""
    try:
        return _ADAPTER.validate_python(fields)
    except ValidationError as error:
        messages = (
            f"{problem['loc'][0]}: {problem['msg']}" if problem["loc"] else problem["msg"]
            for problem in error.errors(include_url=False, include_input=False)
        )
        raise UsageError("; ".join(message.replace("Value error, ", "") for message in messages) + ".") from None


def date_range(first: date | None, last: date | None) -> str:
    """Return two dates as a DICOM range; "" for none."""
    if first is None and last is None:
        return ""
    if first == last and first is not None:
        return dicom_date(first)
    return f"{'' if first is None else dicom_date(first)}-{'' if last is None else dicom_date(last)}"


def dicom_date(day: date) -> str:
    """Return a date as DICOM writes it: "20260131"."""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


def parse_date(text: str) -> date | None:
    """Return the date that a node wrote: "20260131", "2026.01.31" or "2026-01-31"; None where it is none."""
    digits = text.strip().replace(".", "").replace("-", "")
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def plain(value: object) -> str:
    """Return a value that a node sent as one line without control characters, cut to 256 characters."""
    text = "" if value is None else str(value)[: 4 * _LONGEST_ANSWER]
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())[:_LONGEST_ANSWER]


def count_of(value: object) -> int | None:
    """Return a number of objects that a node sent, None where it sent none that can be."""
    text = plain(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


@dataclass(frozen=True)
class FoundStudy:
    """A study as a node described it; only ``study_uid`` is certain. ``modalities`` as far as the node tells them."""

    study_uid: str
    patient_name: str = ""
    patient_id: str = ""
    patient_birth_date: date | None = None
    patient_sex: str = ""
    study_date: date | None = None
    study_time: str = ""
    description: str = ""
    accession_number: str = ""
    modalities: tuple[str, ...] = ()
    series_count: int | None = None
    object_count: int | None = None


@dataclass(frozen=True)
class FoundSeries:
    """A series of a study as a node described it; only the UIDs are certain."""

    study_uid: str
    series_uid: str
    modality: str = ""
    number: int | None = None
    description: str = ""
    body_part: str = ""
    object_count: int | None = None


Ended = Literal["complete", "limit", "cancelled"]


@dataclass(frozen=True)
class FoundStudies:
    """What a search found, the newest study first, and why it ended."""

    studies: tuple[FoundStudy, ...] = ()
    ended: Ended = "complete"


@dataclass(frozen=True)
class FoundAllSeries:
    """The series of a study, and why the search for them ended."""

    series: tuple[FoundSeries, ...] = field(default=())
    ended: Ended = "complete"


def newest_first(studies: list[FoundStudy]) -> tuple[FoundStudy, ...]:
    """Return studies by date and time, the newest first, those without date last."""
    return tuple(sorted(studies, key=lambda study: (study.study_date or date.min, study.study_time), reverse=True))
