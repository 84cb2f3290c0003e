"""What an export says of the audit log leads back to the entry of that very result."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdf
import pytest
from PIL import Image

from cxrviewer.errors import ExportError
from cxrviewer.inference.bundle import find_bundle
from cxrviewer.results.audit import AuditEntry
from cxrviewer.results.audit_check import AuditLog
from cxrviewer.results.audit_identifiers import exported_identifier, film_identifiers, run_identifiers
from cxrviewer.results.overlay_folder import OverlayFolder
from cxrviewer.results.overlay_signature import sign_overlay
from cxrviewer.results.report import write_report
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list import film_analyses
from cxrviewer.results.study_list_changes import FilmOutcome, mark_pending, open_films, record_outcomes
from cxrviewer.results.tables import write_table
from tests.results.examples import FINDINGS, ok_analysis
from tests.results.stored_lists import KEY, content_hash, failed, ok


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResultStore]:
    with closing(ResultStore(tmp_path / "results.sqlite")) as opened:
        yield opened


def found(store: ResultStore, identifier: object) -> AuditEntry:
    with closing(AuditLog(store.path)) as log:
        entry = log.find(str(identifier)).entry
    assert isinstance(entry, AuditEntry)
    return entry


def table(path: Path, store: ResultStore, numbers: tuple[int, ...]) -> list[dict[str, object]]:
    write_table(path, film_analyses(store, numbers), FINDINGS, audit=film_identifiers(store))
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_row_of_a_run_names_the_entry_of_its_analysis(store: ResultStore, tmp_path: Path) -> None:
    paths = [Path("/a"), Path("/\udcff"), Path("/gone"), Path("/also gone")]
    run = store.start_run(paths, KEY, {})
    for position, analysis in ((2, failed(None)), (0, ok(1)), (3, failed(None)), (1, ok(2))):
        logged = store.record(run, position, analysis)
        assert exported_identifier(store, logged) == logged.identifier
    again = store.start_run(paths[:1], KEY, {})
    recalled = store.record(again, 0, ok(1), recalled=True)
    assert found(store, exported_identifier(store, recalled)).number == 2
    write_table(tmp_path / "r.jsonl", store.run_analyses(run), FINDINGS, audit=run_identifiers(store, run))
    rows = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text("utf-8").splitlines()]
    entries = [found(store, row["audit"]) for row in rows]
    assert [entry.number for entry in entries] == [2, 4, 1, 3]
    assert [entry.file_sha256 for entry in entries] == [row["sha256"] for row in rows]
    write_table(tmp_path / "r.csv", store.run_analyses(again), FINDINGS, audit=run_identifiers(store, again))
    header, row = (tmp_path / "r.csv").read_text("utf-8").splitlines()
    original = found(store, row.split(",")[header.split(",").index("audit")])
    assert (original.number, original.recalled) == (2, False)
    assert (found(store, 5).recalled, found(store, 5).original) == (True, 2)


def test_without_the_log_the_column_is_empty(tmp_path: Path) -> None:
    write_table(tmp_path / "r.jsonl", [ok_analysis()], FINDINGS)
    assert json.loads((tmp_path / "r.jsonl").read_text("utf-8"))["audit"] is None


def test_a_film_of_the_list_names_the_entry_of_what_it_shows(store: ResultStore, tmp_path: Path) -> None:
    first, twin = open_films(store, [Path("/a"), Path("/b")]).identifiers
    record_outcomes(store, KEY, [FilmOutcome(first, ok(1)), FilmOutcome(twin, ok(1), recalled=True)])
    one, other = table(tmp_path / "r.jsonl", store, (first, twin))
    assert [found(store, row["audit"]).number for row in (one, other)] == [1, 1]
    # The bytes are analysed anew under one name: both films show the new result, which has an entry of its own.
    mark_pending(store, [twin])
    record_outcomes(store, KEY, [FilmOutcome(twin, replace(ok(1), analysed_at="2026-03-03T00:00:00.000+00:00"))])
    one, other = table(tmp_path / "r.jsonl", store, (first, twin))
    assert one["analysed_at"] == other["analysed_at"] == "2026-03-03T00:00:00.000+00:00"
    assert [found(store, row["audit"]).number for row in (one, other)] == [3, 3]
    assert found(store, one["audit"]).file_sha256 == content_hash(1)
    mark_pending(store, [first])
    assert store.rows("SELECT audit FROM film WHERE id = ?", (first,)) == [(None,)]


def test_a_page_of_the_report_names_the_entry(tmp_path: Path) -> None:
    films = [ok_analysis("/a.png"), ok_analysis("/b.png")]
    bundle = find_bundle("cxr_mobilenetv2", verify=False)
    entries = {"/a.png": "17-3fa9c2d40b1e", "/b.png": ""}
    write_report(tmp_path / "r.pdf", films, lambda analysis: None, bundle, audit=lambda a: entries[a.path])
    pages = [page.extract_text() for page in pypdf.PdfReader(tmp_path / "r.pdf").pages]
    (first,) = [page for page in pages if "17-3fa9c2d40b1e" in page]
    assert "Audit entry" in first
    assert sum("Audit entry" in page for page in pages) == 1


def overlay_text(path: Path) -> dict[str, str]:
    with Image.open(path) as image:
        image.load()
        return dict(image.text)  # type: ignore[attr-defined]


def test_an_overlay_is_signed_once_and_its_pixels_stay(tmp_path: Path) -> None:
    folder, analysis = OverlayFolder(tmp_path), ok_analysis()
    folder.sign(analysis, "1-aaaaaaaaaaaa")  # nothing is drawn yet, so there is nothing to sign
    assert list(tmp_path.iterdir()) == []
    folder.deliver(np.full((120, 100), 0.4, np.float32), analysis)
    path = folder.path(analysis)
    with Image.open(path) as image:
        before = np.asarray(image)
    facts = overlay_text(path)
    folder.sign(analysis, "17-3fa9c2d40b1e")
    signed = path.read_bytes()
    folder.sign(analysis, "18-bbbbbbbbbbbb")  # recalled later: the picture keeps the entry that it was drawn for
    assert path.read_bytes() == signed
    assert overlay_text(path) == facts | {"Audit": "17-3fa9c2d40b1e"}
    with Image.open(path) as image:
        image.verify()  # the checksums of all chunks
    with Image.open(path) as image:
        np.testing.assert_array_equal(np.asarray(image), before)


def test_nothing_but_the_overlay_of_that_film_is_signed(tmp_path: Path) -> None:
    folder, analysis = OverlayFolder(tmp_path), ok_analysis()
    folder.deliver(np.full((120, 100), 0.4, np.float32), analysis)
    film = tmp_path / "film.png"
    Image.new("L", (40, 40)).save(film)
    cut = tmp_path / "cut.png"
    cut.write_bytes(folder.path(analysis).read_bytes()[:-1])
    for path, sha256 in ((folder.path(analysis), "0" * 64), (film, analysis.sha256), (cut, analysis.sha256)):
        content = path.read_bytes()
        with pytest.raises(ExportError, match="left as it is"):
            sign_overlay(path, sha256, "1-aaaaaaaaaaaa")
        assert path.read_bytes() == content
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(ExportError, match="cannot be given"):
        sign_overlay(tmp_path / "folder.png", analysis.sha256, "1-aaaaaaaaaaaa")
    with pytest.raises(ValueError, match="identifier"):
        sign_overlay(folder.path(analysis), analysis.sha256, "x" * 65)
