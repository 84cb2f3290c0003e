"""Values of the DICOM JSON model (PS3.18, annex F), as servers write it."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from cxrviewer.pacs.answers import found_series, found_study
from cxrviewer.pacs.query import FoundSeries, FoundStudy

# PS3.6: what PS3.18 names by tag.
_TAGS: Final = {
    "AccessionNumber": "00080050",
    "BodyPartExamined": "00180015",
    "Modality": "00080060",
    "ModalitiesInStudy": "00080061",
    "NumberOfSeriesRelatedInstances": "00201209",
    "NumberOfStudyRelatedInstances": "00201208",
    "NumberOfStudyRelatedSeries": "00201206",
    "PatientBirthDate": "00100030",
    "PatientID": "00100020",
    "PatientName": "00100010",
    "PatientSex": "00100040",
    "SeriesDescription": "0008103E",
    "SeriesInstanceUID": "0020000E",
    "SeriesNumber": "00200011",
    "StudyDate": "00080020",
    "StudyDescription": "00081030",
    "StudyInstanceUID": "0020000D",
    "StudyTime": "00080030",
}


def value_of(entry: Any, tag: str) -> Any:
    """Return the first value of an attribute, None where there is none that can be read."""
    values = values_of(entry, tag)
    return values[0] if values else None


def values_of(entry: Any, tag: str) -> list[Any]:
    """Return the values of an attribute; a person's name as its alphabetic group."""
    attribute = entry.get(tag) if isinstance(entry, dict) else None
    values = attribute.get("Value") if isinstance(attribute, dict) else None
    if not isinstance(values, list):
        return []
    return [_name(value) if isinstance(value, dict) else value for value in values if value is not None]


def _name(value: dict[str, Any]) -> str:
    groups = (value.get(group) for group in ("Alphabetic", "Ideographic", "Phonetic"))
    return next((group for group in groups if isinstance(group, str) and group), "")


def study_of(entry: Any) -> FoundStudy | None:
    """Return an answer of QIDO-RS as a study, None where it names none."""
    return found_study(partial(_value_by_keyword, entry))


def series_of(entry: Any, study_uid: str) -> FoundSeries | None:
    """Return an answer of QIDO-RS as a series of a study, None where it names none."""
    return found_series(partial(_value_by_keyword, entry), study_uid)


def _value_by_keyword(entry: Any, keyword: str) -> Any:
    values = values_of(entry, _TAGS[keyword])
    # Of the attributes that are looked at, this one alone may have several values (PS3.4, C.6.2.1.2).
    return values if keyword == "ModalitiesInStudy" else next(iter(values), None)
