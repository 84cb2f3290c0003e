"""What a node answers, by C-FIND or QIDO-RS, becomes studies and series: the same attributes, named by keyword."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cxrviewer.pacs.query import FoundSeries, FoundStudy, count_of, is_uid, parse_date, plain

# Gives the value of an attribute by its keyword; None where the answer has none that can be read.
ValueOf = Callable[[str], object]


def found_study(value_of: ValueOf) -> FoundStudy | None:
    """Return an answer as a study, None where it names none; what cannot be read in it is empty."""
    uid = plain(value_of("StudyInstanceUID"))
    if not is_uid(uid):
        return None
    return FoundStudy(
        study_uid=uid,
        patient_name=plain(value_of("PatientName")),
        patient_id=plain(value_of("PatientID")),
        patient_birth_date=parse_date(plain(value_of("PatientBirthDate"))),
        patient_sex=plain(value_of("PatientSex")),
        study_date=parse_date(plain(value_of("StudyDate"))),
        study_time=plain(value_of("StudyTime")),
        description=plain(value_of("StudyDescription")),
        accession_number=plain(value_of("AccessionNumber")),
        modalities=modalities_of(value_of("ModalitiesInStudy")),
        series_count=count_of(value_of("NumberOfStudyRelatedSeries")),
        object_count=count_of(value_of("NumberOfStudyRelatedInstances")),
    )


def found_series(value_of: ValueOf, study_uid: str) -> FoundSeries | None:
    """Return an answer as a series of a study, None where it names none."""
    uid = plain(value_of("SeriesInstanceUID"))
    if not is_uid(uid):
        return None
    return FoundSeries(
        study_uid=study_uid,
        series_uid=uid,
        modality=plain(value_of("Modality")),
        number=count_of(value_of("SeriesNumber")),
        description=plain(value_of("SeriesDescription")),
        body_part=plain(value_of("BodyPartExamined")),
        object_count=count_of(value_of("NumberOfSeriesRelatedInstances")),
    )


def modalities_of(value: object) -> tuple[str, ...]:
    """Return the modalities that a node named: one, several, or none."""
    named = value if isinstance(value, Iterable) and not isinstance(value, str) else str(value or "").split("\\")
    return tuple(sorted({text for text in map(plain, named) if text}))[:50]
