"""What is asked for, and what strangers answer: read without trust, whatever it is."""

import json
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from cxrviewer.cli.pacs import _dates
from cxrviewer.errors import PeerAnswerError, UsageError
from cxrviewer.pacs.dicomweb import dicom_json
from cxrviewer.pacs.dicomweb.multipart import boundary_of, first_part
from cxrviewer.pacs.dicomweb.store import failure_reason
from cxrviewer.pacs.dimse import find
from cxrviewer.pacs.query import (
    FoundStudy,
    count_of,
    date_range,
    dicom_date,
    is_uid,
    make_query,
    newest_first,
    parse_date,
    plain,
)
from tests.pacs.network import quick

days = st.dates(min_value=date(1, 1, 1))
json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["0020000D", "00100010", "Value", "Alphabetic", "vr"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@quick
@given(days)
def test_a_date_comes_back_from_every_way_that_nodes_write_it(day: date):
    text = dicom_date(day)
    assert len(text) == 8
    assert parse_date(text) == parse_date(day.isoformat()) == parse_date(day.isoformat().replace("-", ".")) == day


@quick
@given(st.text(max_size=20))
def test_what_is_no_date_is_none(text: str):
    day = parse_date(text)
    assert day is None or dicom_date(day) == "".join(c for c in text if c.isdigit())


@quick
@given(st.none() | days, st.none() | days)
def test_a_range_of_dates_is_read_back_from_the_command_line(first: date | None, last: date | None):
    text = date_range(first, last)
    assert _dates(text) == (first, last)


@pytest.mark.parametrize("text", ["2026", "20261301", "20260101-x", "-", "today", "20260101-20260102-20260103"])
def test_another_date_on_the_command_line_is_refused(text: str):
    with pytest.raises(UsageError, match="expected a date"):
        _dates(text)


@quick
@given(st.text(max_size=400) | st.binary() | st.integers() | st.none())
def test_what_a_node_sent_is_one_printable_line(value: object):
    text = plain(value)
    assert text.isprintable()
    assert len(text) <= 256
    count = count_of(value)
    assert count is None or count >= 0


@quick
@given(st.text(max_size=70))
def test_a_uid_never_leads_out_of_a_folder(text: str):
    if is_uid(text):
        assert set(text) <= set("0123456789.")
        assert ".." not in text
        assert not text.startswith(".")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"patient_name": "a\\b"}, "patient_name"),
        ({"patient_id": "x" * 65}, "at most 64"),
        ({"patient_id": "a\nb"}, "control"),
        ({"study_uid": "1.2.x"}, "UID"),
        ({"date_from": "2026-02-01", "date_to": "2026-01-01"}, "first date"),
        ({"modalities": ("dx;",)}, "modalities"),
        ({"limit": 0}, "limit"),
    ],
)
def test_what_cannot_be_looked_for_is_refused(fields: dict[str, object], words: str):
    with pytest.raises(UsageError, match=words):
        make_query(**fields)


def test_a_name_is_found_by_its_beginning_unless_a_wildcard_says_otherwise():
    assert make_query(patient_name="doe").name_pattern == "doe*"
    assert make_query(patient_name="d?e").name_pattern == "d?e"
    assert make_query().name_pattern == ""


def test_the_newest_study_comes_first_and_one_without_date_last():
    studies = [FoundStudy("1"), FoundStudy("2", study_date=date(2025, 1, 1)), FoundStudy("3", study_date=date.max)]
    assert [study.study_uid for study in newest_first(studies)] == ["3", "2", "1"]


@quick
@given(json_values)
def test_no_json_of_a_server_raises(entry: object):
    study, series = dicom_json.study_of(entry), dicom_json.series_of(entry, "1.2")
    assert study is None or is_uid(study.study_uid)
    assert series is None or is_uid(series.series_uid)
    assert failure_reason(json.dumps(entry).encode()) in (None, 0x0110)


def test_an_answer_of_qido_is_a_study():
    entry = {
        "0020000D": {"vr": "UI", "Value": ["1.2.3"]},
        "00100010": {"vr": "PN", "Value": [{"Alphabetic": "DOE^JANE"}]},
        "00080020": {"vr": "DA", "Value": ["20260131"]},
        "00080061": {"vr": "CS", "Value": ["DX", "CR", None]},
        "00201208": {"vr": "IS", "Value": [3]},
        "00081030": {"vr": "LO"},
    }
    assert dicom_json.study_of(entry) == FoundStudy(
        "1.2.3", "DOE^JANE", study_date=date(2026, 1, 31), modalities=("CR", "DX"), object_count=3
    )


def test_a_refusal_of_stow_has_its_reason():
    answer = {"00081198": {"vr": "SQ", "Value": [{"00081197": {"vr": "US", "Value": [0xA700]}}]}}
    assert failure_reason(json.dumps(answer).encode()) == 0xA700
    assert failure_reason(b"") is None
    assert failure_reason(b"<xml/>") is None


@quick
@given(st.dictionaries(st.sampled_from(["PatientName", "StudyDescription", "AccessionNumber"]), st.binary(max_size=30)))
def test_no_bytes_of_a_node_raise(values: dict[str, bytes]):
    answer = Dataset()
    answer.StudyInstanceUID = "1.2.3"
    for keyword, value in values.items():
        answer.setdefault(keyword, None)
        answer[keyword]._value = value
    study = find.study_of(answer)
    assert study is not None
    assert study.study_uid == "1.2.3"


def in_pieces(body: bytes, cuts: list[int]) -> list[bytes]:
    ends = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]
    return [body[start:end] for start, end in pairwise(ends)]


@quick
@given(st.binary(max_size=300), st.lists(st.integers(0, 500), max_size=8), st.booleans())
def test_the_first_part_comes_back_however_it_is_cut_into_pieces(content: bytes, cuts: list[int], preamble: bool):
    boundary = b"a-boundary-that-is-not-in-it"
    body = (
        (b"ignored\r\n" if preamble else b"") + b"--" + boundary + b"\r\nContent-Type: application/dicom\r\n\r\n"
        + content + b"\r\n--" + boundary + b"--\r\n"
    )  # fmt: skip
    assert b"".join(first_part(iter(in_pieces(body, cuts)), boundary)) == content
    cut_off = body[: body.rindex(b"\r\n--") + 3]
    with pytest.raises(PeerAnswerError, match="cut off"):
        list(first_part(iter(in_pieces(cut_off, cuts)), boundary))


@quick
@given(st.text(max_size=60))
def test_a_content_type_has_a_boundary_or_is_refused(text: str):
    try:
        assert boundary_of(text)
    except PeerAnswerError:
        assert "boundary=x" not in text


def test_boundaries_are_read_with_and_without_quotes():
    assert boundary_of('multipart/related; type="application/dicom"; boundary="a b"') == b"a b"
    assert boundary_of("multipart/related; Boundary=ab; x=y") == b"ab"
    with pytest.raises(PeerAnswerError, match="something else"):
        list(first_part(iter([b"x" * 100_000]), b"ab"))
