"""QIDO-RS: is the server there, studies that match, the series and objects of a study."""

from __future__ import annotations

import time
from typing import Any, Final

from cxrviewer.pacs.dicomweb.connection import Connection, connected
from cxrviewer.pacs.dicomweb.dicom_json import series_of, study_of, value_of
from cxrviewer.pacs.node import Node
from cxrviewer.pacs.query import FoundAllSeries, FoundSeries, FoundStudies, FoundStudy, StudyQuery, newest_first, plain
from cxrviewer.pacs.transfer import CancelledCall, NodeAnswer

_STUDY_FIELDS: Final = ("00080061", "00081030", "00100030", "00100040", "00201206", "00201208")
_SERIES_FIELDS: Final = ("0008103E", "00180015", "00201209")
_PAGE: Final = 1000
_MOST_PAGES: Final = 20


def test_server(node: Node) -> NodeAnswer:
    """Search for one study and tell how long that took."""
    started = time.perf_counter()
    with connected(node) as connection:
        connection.get_json("studies", [("limit", "1")])
    return NodeAnswer((time.perf_counter() - started) * 1000, node.encrypted)


def find_studies(node: Node, query: StudyQuery, cancelled: CancelledCall) -> FoundStudies:
    """Return the studies that match; see ``pacs.operations``."""
    with connected(node) as connection:
        # One more than wanted tells whether there are more. A server may ignore the limit.
        entries = connection.get_json("studies", _parameters(query))
    if cancelled():
        return FoundStudies((), "cancelled")
    found = [study for study in map(study_of, entries) if study is not None]
    wanted = [one for one in found if _has_modality(one, query)]
    return FoundStudies(newest_first(wanted)[: query.limit], "limit" if len(found) > query.limit else "complete")


def find_series(node: Node, study: FoundStudy, cancelled: CancelledCall) -> FoundAllSeries:
    """Return the series of a study; see ``pacs.operations``."""
    with connected(node) as connection:
        series = series_of_study(connection, study.study_uid)
    return FoundAllSeries(series, "cancelled" if cancelled() else "complete")


def series_of_study(connection: Connection, study_uid: str) -> tuple[FoundSeries, ...]:
    """Return the series of a study in the order of their numbers."""
    parameters = [("includefield", field) for field in _SERIES_FIELDS]
    entries = connection.get_json(f"studies/{study_uid}/series", parameters)
    series = [found for found in (series_of(entry, study_uid) for entry in entries) if found is not None]
    return tuple(sorted(series, key=lambda one: (one.number or 0, one.series_uid)))


def objects_of_series(connection: Connection, series: FoundSeries) -> dict[str, str]:
    """Return the SOP class UID, "" where it is not told, of each SOP instance UID of a series."""
    objects: dict[str, str] = {}
    for page in range(_MOST_PAGES):
        entries: list[Any] = connection.get_json(
            f"studies/{series.study_uid}/series/{series.series_uid}/instances",
            [("limit", str(_PAGE)), ("offset", str(page * _PAGE)), ("includefield", "00080016")],
        )
        before = len(objects)
        for entry in entries:
            objects[plain(value_of(entry, "00080018"))] = plain(value_of(entry, "00080016"))
        if len(entries) < _PAGE or len(objects) == before:  # the last page, or a server that knows no pages
            break
    return objects


def _parameters(query: StudyQuery) -> list[tuple[str, str]]:
    wanted = {
        "PatientName": query.name_pattern,
        "PatientID": query.patient_id,
        "AccessionNumber": query.accession_number,
        "StudyDescription": query.study_description,
        "StudyInstanceUID": query.study_uid,
        "StudyDate": query.date_range,
        "ModalitiesInStudy": query.modalities[0] if len(query.modalities) == 1 else "",
        "limit": str(query.limit + 1),
    }
    return [*((name, value) for name, value in wanted.items() if value), *(("includefield", f) for f in _STUDY_FIELDS)]


def _has_modality(study: FoundStudy, query: StudyQuery) -> bool:
    return not query.modalities or not study.modalities or bool(set(query.modalities) & set(study.modalities))
