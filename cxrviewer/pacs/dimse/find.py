"""C-FIND in the Study Root model: studies that match, and the series of a study."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from cxrviewer.errors import PeerAnswerError
from cxrviewer.extras import DICOM_NETWORK
from cxrviewer.pacs.answers import found_series, found_study
from cxrviewer.pacs.dimse.association import associated, check_status, is_cancelled, is_pending
from cxrviewer.pacs.node import Node
from cxrviewer.pacs.query import (
    Ended,
    FoundAllSeries,
    FoundSeries,
    FoundStudies,
    FoundStudy,
    StudyQuery,
    newest_first,
)
from cxrviewer.pacs.transfer import CancelledCall

if TYPE_CHECKING:
    from pydicom.dataset import Dataset
    from pynetdicom.association import Association

STUDY_ROOT_FIND: Final = "1.2.840.10008.5.1.4.1.2.2.1"
_MOST_SERIES: Final = 2000
_MOST_AFTER_CANCEL: Final = 100
_MESSAGE_ID: Final = 1


def find_studies(node: Node, query: StudyQuery, cancelled: CancelledCall) -> FoundStudies:
    """Return the studies that match; see ``pacs.operations``."""
    answers, ended = _search(node, _study_identifier(query), query.limit, cancelled)
    studies = [study for study in map(study_of, answers) if study is not None and _has_modality(study, query)]
    return FoundStudies(newest_first(studies), ended)


def find_series(node: Node, study: FoundStudy, cancelled: CancelledCall) -> FoundAllSeries:
    """Return the series of a study; see ``pacs.operations``."""
    answers, ended = _search(node, _series_identifier(study.study_uid), _MOST_SERIES, cancelled)
    series = [found for found in (series_of(answer, study.study_uid) for answer in answers) if found is not None]
    return FoundAllSeries(tuple(sorted(series, key=lambda one: (one.number or 0, one.series_uid))), ended)


def _search(node: Node, identifier: Dataset, limit: int, cancelled: CancelledCall) -> tuple[list[Dataset], Ended]:
    DICOM_NETWORK.module("pynetdicom")
    from pynetdicom.presentation import build_context

    found: list[Dataset] = []
    ended: Ended = "complete"
    with associated(node, [build_context(STUDY_ROOT_FIND)]) as association:
        responses = association.send_c_find(identifier, STUDY_ROOT_FIND, msg_id=_MESSAGE_ID)
        for status, answer in responses:
            if not is_pending(status):
                check_status(node, "C-FIND", association, status)
                break
            if cancelled():
                ended = "cancelled"
            elif len(found) >= limit:
                ended = "limit"
            elif answer is None:
                raise PeerAnswerError(f"an answer of {node.name} to C-FIND cannot be read; ask whoever runs the node.")
            else:
                found.append(answer)
                continue
            _end_early(association, responses)
            break
    return found, ended


def _end_early(association: Association, responses: Iterator[tuple[Dataset, Any]]) -> None:
    """Ask the node by C-CANCEL to stop, and take what is still on its way; abort where it does not stop."""
    association.send_c_cancel(_MESSAGE_ID, query_model=STUDY_ROOT_FIND)
    for number, (status, _) in enumerate(responses):
        if is_cancelled(status) or not is_pending(status):
            return
        if number >= _MOST_AFTER_CANCEL:
            association.abort()
            return


def _study_identifier(query: StudyQuery) -> Dataset:
    from pydicom.dataset import Dataset

    identifier = Dataset()
    identifier.QueryRetrieveLevel = "STUDY"
    identifier.PatientName = query.name_pattern
    identifier.PatientID = query.patient_id
    identifier.AccessionNumber = query.accession_number
    identifier.StudyDescription = query.study_description
    identifier.StudyInstanceUID = query.study_uid
    identifier.StudyDate = query.date_range
    # One modality is matched by every node, a list of them by few; those are told apart here.
    identifier.ModalitiesInStudy = query.modalities[0] if len(query.modalities) == 1 else ""
    for keyword in ("StudyTime", "PatientBirthDate", "PatientSex"):
        setattr(identifier, keyword, "")
    identifier.NumberOfStudyRelatedSeries = None
    identifier.NumberOfStudyRelatedInstances = None
    _name_character_set(identifier, query.patient_name + query.patient_id + query.study_description)
    return identifier


def _series_identifier(study_uid: str) -> Dataset:
    from pydicom.dataset import Dataset

    identifier = Dataset()
    identifier.QueryRetrieveLevel = "SERIES"
    identifier.StudyInstanceUID = study_uid
    for keyword in ("SeriesInstanceUID", "Modality", "SeriesDescription", "BodyPartExamined"):
        setattr(identifier, keyword, "")
    identifier.SeriesNumber = None
    identifier.NumberOfSeriesRelatedInstances = None
    return identifier


def _name_character_set(identifier: Dataset, text: str) -> None:
    if not text.isascii():
        identifier.SpecificCharacterSet = "ISO_IR 192"


def study_of(answer: Dataset) -> FoundStudy | None:
    """Return a C-FIND answer as a study, None where it names none; what cannot be read in it is empty."""
    return found_study(partial(_value, answer))


def series_of(answer: Dataset, study_uid: str) -> FoundSeries | None:
    """Return a C-FIND answer as a series of a study, None where it names none."""
    return found_series(partial(_value, answer), study_uid)


def _has_modality(study: FoundStudy, query: StudyQuery) -> bool:
    """Return whether a study is of the modalities asked for; one of a node that does not tell them is taken."""
    return not query.modalities or not study.modalities or bool(set(query.modalities) & set(study.modalities))


def _value(answer: Dataset, keyword: str) -> object:
    """Return a value of an answer, None where it is missing or cannot be parsed: pydicom parses when asked."""
    try:
        return answer.get(keyword)
    except Exception:  # noqa: BLE001 - a stranger's bytes raise whatever they like, and cost their own value only
        return None
