"""Values of the DICOM JSON model (PS3.18, annex F), as servers write it."""

from __future__ import annotations

from typing import Any

from cxrviewer.pacs.query import FoundSeries, FoundStudy, count_of, is_uid, parse_date, plain


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
    uid = plain(value_of(entry, "0020000D"))
    if not is_uid(uid):
        return None
    return FoundStudy(
        study_uid=uid,
        patient_name=plain(value_of(entry, "00100010")),
        patient_id=plain(value_of(entry, "00100020")),
        patient_birth_date=parse_date(plain(value_of(entry, "00100030"))),
        patient_sex=plain(value_of(entry, "00100040")),
        study_date=parse_date(plain(value_of(entry, "00080020"))),
        study_time=plain(value_of(entry, "00080030")),
        description=plain(value_of(entry, "00081030")),
        accession_number=plain(value_of(entry, "00080050")),
        modalities=tuple(sorted({text for text in map(plain, values_of(entry, "00080061")) if text}))[:50],
        series_count=count_of(value_of(entry, "00201206")),
        object_count=count_of(value_of(entry, "00201208")),
    )


def series_of(entry: Any, study_uid: str) -> FoundSeries | None:
    """Return an answer of QIDO-RS as a series of a study, None where it names none."""
    uid = plain(value_of(entry, "0020000E"))
    if not is_uid(uid):
        return None
    return FoundSeries(
        study_uid=study_uid,
        series_uid=uid,
        modality=plain(value_of(entry, "00080060")),
        number=count_of(value_of(entry, "00200011")),
        description=plain(value_of(entry, "0008103E")),
        body_part=plain(value_of(entry, "00180015")),
        object_count=count_of(value_of(entry, "00201209")),
    )
