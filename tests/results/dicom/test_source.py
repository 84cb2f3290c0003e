"""What an object takes over from a film's header: whole, or a named refusal that quotes nothing of it."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxrviewer.errors import CxrViewerError, ExportError, SourceHeaderError
from cxrviewer.results.dicom.source import read_source
from tests.results.dicom.conftest import Workbench

Films = Callable[..., Path]


@pytest.mark.parametrize(
    "attributes",
    [
        {"StudyInstanceUID": None},
        {"SeriesInstanceUID": None},
        {"SOPInstanceUID": None},
        {"SOPClassUID": "1.2.826.0.1.99"},
        {"StudyInstanceUID": "1.2.ROE"},
        {"StudyInstanceUID": "1." + "2" * 70},
        {"StudyInstanceUID": ["1.2.3", "1.2.4"]},
        {"PatientID": "ROE" * 30},
        {"PatientID": ["ROE", "DOE"]},
        {"PatientName": "ROE\x01^JANE"},
        {"PatientName": "ROE" * 40},
        {"SpecificCharacterSet": "KLINGON"},
    ],
)
def test_a_header_that_cannot_carry_objects_is_refused_by_name(film_of: Films, attributes: dict[str, Any]) -> None:
    with pytest.raises(SourceHeaderError) as raised:
        read_source(film_of(**attributes))
    assert isinstance(raised.value, ExportError)
    assert "ROE" not in str(raised.value)
    assert "KLINGON" not in str(raised.value)


def test_the_film_is_refused_and_nothing_is_left_behind(workbench: Workbench, film_of: Films, tmp_path: Path) -> None:
    with pytest.raises(SourceHeaderError):
        workbench.write(film_of(StudyInstanceUID=None), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_names_of_character_sets_are_put_right(film_of: Films) -> None:
    assert read_source(film_of(SpecificCharacterSet="ISO_IR 100")).dataset.SpecificCharacterSet == "ISO_IR 100"
    assert read_source(film_of(SpecificCharacterSet="ISO-IR 100")).dataset.SpecificCharacterSet == "ISO_IR 100"
    assert "SpecificCharacterSet" not in read_source(film_of()).dataset


def test_what_only_describes_is_left_out_where_it_is_malformed(film_of: Films) -> None:
    taken = read_source(film_of(PatientBirthDate="ages", StudyDate="20251399", StudyDescription="x" * 65)).dataset
    assert taken.PatientBirthDate is None
    assert taken.StudyDate is None
    assert "StudyDescription" not in taken


def test_dates_are_the_films_own_and_else_the_bundles(film_of: Films) -> None:
    latest = read_source(film_of(ContentDate="20250401", ContentTime="080910.5", AcquisitionDate="20250331"))
    assert latest.moment("2026-11-22") == ("20250401", "080910.5")
    undated = read_source(film_of(StudyDate=None))
    assert undated.moment("2026-11-22") == ("20261122", "000000")
    assert undated.moment("in autumn") == ("19000101", "000000")


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_the_header_only_named_errors_come(film_of: Films, tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(_content(film_of))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(132, 900))] = data.draw(st.integers(0, 255))
    path = tmp_path / "film"
    path.write_bytes(content[: data.draw(st.integers(140, len(content)))])
    with suppress(CxrViewerError):
        read_source(path)


_CONTENTS: list[bytes] = []


def _content(film_of: Films) -> bytes:
    if not _CONTENTS:
        _CONTENTS.append(film_of().read_bytes())
    return _CONTENTS[0]
