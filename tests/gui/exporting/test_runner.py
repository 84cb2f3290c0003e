"""Exports of the window are those of the command line, hold what was asked for, and appear whole or not at all."""

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import textwrap
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pypdf
import pytest
from PIL import Image

from cxrviewer.analysis import job as job_module
from cxrviewer.analysis.job import EngineProbe, FileToAnalyse
from cxrviewer.domain import ModelIdentity
from cxrviewer.gui.exporting.choice import ExportJob
from cxrviewer.gui.exporting.watch import ExportWatch
from cxrviewer.gui.exporting.writing import agreement_of, export_films
from cxrviewer.results import atomic
from cxrviewer.results.agreement import compare_labels
from cxrviewer.results.film_labels import agreement_with, disagreement_with, set_labels
from cxrviewer.results.store import ResultKey, ResultStore
from cxrviewer.results.study_list import film_analysis, films, label_counts
from cxrviewer.results.study_list_changes import FilmOutcome, mark_pending, open_films, record_outcomes
from tests.cli.command import rows
from tests.films import write_dicom, write_png
from tests.gui.exporting.conftest import ExportedByCommandLine, Heard, Listed, add_copies
from tests.results.stored_lists import FINDINGS, fill_at_random

Export = Callable[[ExportJob], tuple[Any, ...]]


def text(path: Path) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(path, strict=True).pages)


def own_films(listed: Listed, folder: Path) -> Listed:
    """Return the list with one film more, which a test may change."""
    return add_copies(listed, folder, 1)


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_table_is_byte_for_byte_that_of_the_command_line(
    listed: Listed, by_command_line: ExportedByCommandLine, export: Export, heard: Heard, tmp_path: Path, kind: Any
) -> None:
    path = tmp_path / f"table.{kind}"
    assert export(listed.job(kind, path, patient=True)) == ("finished", path, 4, ())
    assert path.read_bytes() == (by_command_line.folder / f"r.{kind}").read_bytes()
    assert b"DOE^JANE" in path.read_bytes()
    assert heard.progress[0] == (0, 4)
    assert heard.progress[-1] == (4, 4)
    assert not heard.runner.is_running


@pytest.mark.parametrize("kind", ["csv", "jsonl", "pdf"])
def test_patient_data_are_left_out_unless_asked_for(listed: Listed, export: Export, tmp_path: Path, kind: Any) -> None:
    path = tmp_path / f"quiet.{kind}"
    assert export(listed.job(kind, path))[0] == "finished"
    content = text(path) if kind == "pdf" else path.read_text("utf-8")
    assert "b.dcm" in content
    for secret in ("DOE", "MRN-12345", "19500102"):
        assert secret not in content


def test_a_selection_is_exported_in_the_order_of_the_list(listed: Listed, export: Export, tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    numbers = (listed.numbers[3], listed.numbers[0])
    assert export(listed.job("csv", path, numbers=numbers)) == ("finished", path, 2, ())
    assert [Path(row["path"]).name for row in rows(path)] == ["été.png", "a.jpg"]
    folder = tmp_path / "one"
    assert export(listed.job("overlays", folder, numbers=numbers[:1])) == ("finished", folder, 1, ())
    (overlay,) = folder.iterdir()
    assert overlay.name.startswith("été_")


def test_overlays_are_those_of_the_command_line_and_the_network_does_not_run(
    listed: Listed, by_command_line: ExportedByCommandLine, export: Export, heard: Heard, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(listed.store_path)) as connection:
        before = list(connection.execute("SELECT * FROM analysis"))
    folder = tmp_path / "new" / "overlays"
    end = export(listed.job("overlays", folder))
    assert end == ("finished", folder, 3, ("Films without a result, which have no overlay: 1.",))
    expected = sorted((by_command_line.folder / "overlays").iterdir())
    made = sorted(folder.iterdir())
    assert [path.name for path in made] == [path.name for path in expected]
    for one, other in zip(made, expected, strict=True):
        with Image.open(one) as picture, Image.open(other) as reference:
            assert np.array_equal(np.asarray(picture), np.asarray(reference))
            assert picture.text == reference.text  # AnalysedAt among them: the analysis is the stored one
    with closing(sqlite3.connect(listed.store_path)) as connection:
        assert list(connection.execute("SELECT * FROM analysis")) == before
    assert heard.progress[-1] == (4, 4)


def test_overlays_that_are_there_stay(listed: Listed, export: Export, tmp_path: Path) -> None:
    folder = tmp_path / "overlays"
    export(listed.job("overlays", folder, numbers=listed.numbers[:1]))
    (first,) = folder.iterdir()
    first.write_bytes(b"mine")
    (folder / "other.txt").write_text("mine")
    assert export(listed.job("overlays", folder))[2] == 3
    assert first.read_bytes() == b"mine"
    assert len(list(folder.iterdir())) == 4


@pytest.fixture
def in_a_study(listed: Listed, tmp_path: Path) -> Listed:
    """The list with a film at its end that stands in a study, with the result of the other DICOM film."""
    film = write_dicom(
        tmp_path / "study.dcm", 300, StudyInstanceUID="1.2.826.0.1.3680043.8.498.11", SeriesInstanceUID="1.2.826.0.1.12"
    )
    with closing(ResultStore(listed.store_path)) as store:
        run = store.run(1)
        analysis = next(a for a in store.run_analyses(run) if a.path.endswith("b.dcm"))
        numbers = open_films(store, [film]).identifiers
        of_film = replace(analysis, path=str(film), sha256=hashlib.sha256(film.read_bytes()).hexdigest())
        record_outcomes(store, run.key, [FilmOutcome(numbers[0], of_film)])
    return replace(listed, numbers=listed.numbers + numbers, paths=(*listed.paths, film))


def test_dicom_objects_appear_together_and_stay(in_a_study: Listed, export: Export, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "objects"
    end = export(in_a_study.job("dicom", folder))
    assert end[:3] == ("finished", folder, 1)
    homeless, others, without = end[3]
    assert "b.dcm has no DICOM objects: expected the element StudyInstanceUID" in homeless
    assert others == "Films that are no DICOM, and have no DICOM objects: 2."
    assert without == "Films without a result, which have no DICOM objects: 1."
    made = sorted(folder.iterdir())
    assert len(made) == 5  # and nothing of the staging
    made[0].write_bytes(b"mine")
    assert export(in_a_study.job("dicom", folder))[2] == 1
    assert made[0].read_bytes() == b"mine"
    assert sorted(folder.iterdir()) == made


def test_without_highdicom_an_export_says_what_to_install(
    listed: Listed, export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cxrviewer.extras.importlib.util.find_spec", lambda name: None)
    how, error = export(listed.job("dicom", tmp_path / "objects"))
    assert how == "failed"
    assert "pip install 'cxrviewer[dicom-results]'" in str(error)
    assert not (tmp_path / "objects").exists()


def test_a_report_is_that_of_the_command_line(
    listed: Listed, by_command_line: ExportedByCommandLine, export: Export, tmp_path: Path
) -> None:
    path = tmp_path / "report.pdf"
    assert export(listed.job("pdf", path, patient=True)) == ("finished", path, 4, ())
    assert path.read_bytes() == (by_command_line.folder / "r.pdf").read_bytes()
    content = text(path)
    assert "Summary of 4 films" in content
    assert "été.png" in content
    assert "not at hand" not in content
    assert "Your labels" not in content


def test_films_that_wait_have_their_reason_in_the_report_and_no_row_in_the_table(
    listed: Listed, export: Export, tmp_path: Path
) -> None:
    with closing(ResultStore(listed.store_path)) as store:
        mark_pending(store, listed.numbers[:1])
    report, table = tmp_path / "report.pdf", tmp_path / "table.csv"
    assert export(listed.job("pdf", report)) == ("finished", report, 4, ())
    content = text(report)
    assert "Files without a result: 2" in content
    assert "1 a.jpg error: pending the film had not been analysed yet" in content
    end = export(listed.job("csv", table))
    assert end[2:] == (3, ("Films not analysed yet, which have no row in the table: 1.",))
    alone = tmp_path / "alone.pdf"
    assert export(listed.job("pdf", alone, numbers=listed.numbers[:1]))[2] == 1
    assert "No result: error (pending)" in text(alone)


def test_the_report_has_the_agreement_of_the_exported_films(listed: Listed, export: Export, tmp_path: Path) -> None:
    with closing(ResultStore(listed.store_path)) as store:
        first, second, _, last = films(store, listed.numbers)
        assert first.predicted
        assert second.predicted
        set_labels(store, {first.sha256: agreement_with(first.predicted), second.sha256: disagreement_with("x", None)})
        (twin,) = open_films(store, [tmp_path / "twin.jpg"]).identifiers
        twins = film_analysis(store, first.identifier)
        assert twins is not None
        record_outcomes(store, store.run(1).key, [FilmOutcome(twin, twins, recalled=True)])
        job = listed.job("pdf", tmp_path / "r.pdf", numbers=(*listed.numbers, twin))
        whole = agreement_of(job, store)
        expected = compare_labels(label_counts(store), listed.bundle.metadata.findings)
        assert whole is not None
        assert np.array_equal(whole.confusion, expected.confusion)
        assert (whole.films, whole.without_finding) == (expected.films, expected.without_finding) == (2, 1)
        assert agreement_of(replace(job, numbers=(last.identifier,)), store) is None
    assert export(job)[0] == "finished"
    assert "Your labels against the predictions: 1 of 2 agree" in text(tmp_path / "r.pdf")


@pytest.mark.parametrize("name", ["labels.csv", "labels.jsonl"])
def test_labels_of_the_exported_films(listed: Listed, export: Export, tmp_path: Path, name: str) -> None:
    with closing(ResultStore(listed.store_path)) as store:
        first, second, _, last = films(store, listed.numbers)
        assert last.predicted
        label = agreement_with(last.predicted, "Dr. A", "=clear")
        set_labels(store, {last.sha256: label, second.sha256: disagreement_with(second.predicted, None, "Dr. B")})
    path = tmp_path / name
    assert export(listed.job("labels", path)) == ("finished", path, 2, ())
    if name.endswith(".csv"):
        written = rows(path)
        assert written[1]["label_note"] == "'=clear"
    else:
        written = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [Path(row["path"]).name for row in written] == ["b.dcm", "été.png"]
    assert [row["label_author"] for row in written] == ["Dr. B", "Dr. A"]
    assert export(listed.job("labels", path, numbers=(first.identifier,)))[2] == 0


def test_a_film_that_changed_is_named_and_has_no_picture(listed: Listed, export: Export, tmp_path: Path) -> None:
    """One file has new bytes, two have changed places (their bytes are known), one is gone."""
    wide = add_copies(listed, tmp_path / "films", 2)
    new, gone = wide.paths[-2:]
    write_png(new, seed=77)
    gone.unlink()
    one, other = tmp_path / "one.png", tmp_path / "other.png"
    shutil.copy(listed.paths[0], one)
    shutil.copy(listed.paths[3], other)
    with closing(ResultStore(listed.store_path)) as store:
        numbers = open_films(store, [one, other]).identifiers
        known = [film_analysis(store, listed.numbers[i]) for i in (3, 0)]
        outcomes = [FilmOutcome(n, a, recalled=True) for n, a in zip(numbers, known, strict=True) if a]
        record_outcomes(store, store.run(1).key, outcomes)
    job = wide.job("overlays", tmp_path / "overlays", numbers=(*wide.numbers[-2:], *numbers, listed.numbers[0]))
    kind, _, count, problems = export(job)
    assert (kind, count) == ("finished", 1)
    assert [path.name[:2] for path in (tmp_path / "overlays").iterdir()] == ["a_"]
    said = {path: next(p for p in problems if str(path) in p) for path in (new, gone, one, other)}
    assert len(problems) == 4
    for path in (new, one, other):
        assert "is not the one that was analysed any more" in said[path]
    assert "found none" in said[gone]
    kind, _, count, problems = export(replace(job, choice=replace(job.choice, kind="pdf", path=tmp_path / "r.pdf")))
    assert (kind, count, len(problems)) == ("finished", 5, 4)
    assert text(tmp_path / "r.pdf").count("pixels were not at hand") == 4


def test_a_content_with_results_of_two_bundles_has_each_films_own(
    listed: Listed, export: Export, tmp_path: Path
) -> None:
    wide = own_films(listed, tmp_path / "films")
    other = ModelIdentity("another", "9.9", "e" * 64)
    with closing(ResultStore(listed.store_path)) as store:
        analysis = film_analysis(store, wide.numbers[-1])
        assert analysis is not None
        changed = replace(analysis, model=other)
        record_outcomes(store, ResultKey("e" * 64, "f" * 64), [FilmOutcome(wide.numbers[-1], changed)])
    folder = tmp_path / "overlays"
    numbers = (wide.numbers[3], wide.numbers[-1])  # the same bytes
    assert export(listed.job("overlays", folder, numbers=numbers))[2] == 2
    models = {}
    for path in folder.iterdir():
        with Image.open(path) as picture:
            models[path.name.split("_")[0]] = picture.text["Model"]
    assert models == {"été": listed.bundle.metadata.name, "0": "another"}


@pytest.mark.parametrize("kind", ["overlays", "pdf", "csv", "jsonl"])
def test_a_cancelled_export_leaves_nothing(
    listed: Listed, heard: Heard, wait_for: Callable[..., None], tmp_path: Path, kind: Any
) -> None:
    target = tmp_path / "target"
    target.mkdir()
    if kind in ("overlays", "pdf"):
        job = add_copies(listed, tmp_path / "films", 80).job(kind, target / f"new.{kind}")
    else:
        with closing(ResultStore(listed.store_path)) as store:
            numbers = fill_at_random(store, 4000)
        job = listed.job(kind, target / f"new.{kind}", numbers=numbers)

    def cancel(done: int, total: int) -> None:
        if 0 < done < total:
            heard.runner.cancel()

    heard.runner.progress.connect(cancel)
    earlier = target / "new.csv"
    earlier.write_text("earlier")
    assert heard.runner.start(job)
    assert heard.runner.is_running
    assert not heard.runner.start(job)
    wait_for(lambda: bool(heard.ends), seconds=60)
    assert heard.ends == [("cancelled",)]
    assert not heard.runner.is_running
    assert list(target.iterdir()) == [earlier]
    assert earlier.read_text() == "earlier"


@pytest.mark.parametrize("kind", ["overlays", "pdf"])
def test_closing_in_the_middle_leaves_nothing(
    listed: Listed, heard: Heard, wait_for: Callable[..., None], tmp_path: Path, kind: Any
) -> None:
    job = add_copies(listed, tmp_path / "films", 80).job(kind, tmp_path / f"new.{kind}")
    heard.runner.start(job)
    wait_for(lambda: heard.progress[-1][0] > 0, seconds=60)
    heard.runner.close()
    assert heard.ends == []
    assert not heard.runner.start(job)
    assert not (tmp_path / f"new.{kind}").exists()
    assert not list(tmp_path.glob(".*"))


def full(descriptor: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def examine_on_a_full_disk(item: FileToAnalyse | EngineProbe) -> object:
    atomic.os.fsync = full  # in the worker process only
    return real_examine(item)


real_examine = job_module._examine_item


@pytest.mark.parametrize("kind", ["csv", "jsonl", "labels", "pdf"])
def test_a_full_disk_is_said_and_leaves_nothing(
    listed: Listed, export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Any
) -> None:
    monkeypatch.setattr("cxrviewer.results.atomic.os.fsync", full)
    folder = tmp_path / "target"
    folder.mkdir()
    end, error = export(listed.job(kind, folder / f"new.{'csv' if kind == 'labels' else kind}"))
    assert (end, error.code) == ("failed", "export")
    assert "No space left on device" in str(error)
    assert not list(folder.iterdir())


@pytest.mark.parametrize("kind", ["overlays", "pdf"])
def test_a_disk_that_is_full_for_the_workers_ends_the_export(
    listed: Listed, export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Any
) -> None:
    monkeypatch.setattr(job_module, "_examine_item", examine_on_a_full_disk)
    folder = tmp_path / "target"
    folder.mkdir()
    end, error = export(listed.job(kind, folder / f"new.{kind}"))
    assert (end, error.code) == ("failed", "export")
    assert "No space left on device" in str(error)
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    ("kind", "name"),
    [("csv", "in the way/r.csv"), ("overlays", "in the way/o"), ("overlays", "in the way"), ("pdf", "missing/r.pdf")],
)
def test_a_place_that_cannot_be_written_is_a_named_error(
    listed: Listed, export: Export, tmp_path: Path, kind: Any, name: str
) -> None:
    (tmp_path / "in the way").write_text("a file")
    end, error = export(listed.job(kind, tmp_path / name))
    assert (end, error.code) == ("failed", "export")
    assert "cannot be written" in str(error)
    assert (tmp_path / "in the way").read_text() == "a file"


def test_another_ending_and_a_film_of_the_list_are_refused(listed: Listed, export: Export, tmp_path: Path) -> None:
    for kind, name in (("csv", "r.txt"), ("pdf", "r.csv"), ("labels", "r.pdf")):
        end, error = export(listed.job(kind, tmp_path / name))  # type: ignore[arg-type]
        assert (end, error.code) == ("failed", "export")
        assert "to end in" in str(error)
    film = tmp_path / "film.csv"
    write_png(tmp_path / "film.png").rename(film)
    content = film.read_bytes()
    with closing(ResultStore(listed.store_path)) as store:
        open_films(store, [film])
    (tmp_path / "link.csv").symlink_to(film)
    for path in (film, tmp_path / "link.csv"):
        end, error = export(listed.job("csv", path))
        assert (end, error.code) == ("failed", "export")
        assert film.read_bytes() == content


def test_a_store_and_a_bundle_that_cannot_be_used_are_named(listed: Listed, export: Export, tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database " * 100)
    end, error = export(listed.job("csv", tmp_path / "r.csv", store_path=broken))
    assert (end, error.code) == ("failed", "store")
    job = listed.job("overlays", tmp_path / "overlays")
    end, error = export(replace(job, job=replace(job.job, bundle_sha256="0" * 64)))
    assert (end, error.code) == ("failed", "bundle-hash")
    assert not (tmp_path / "overlays").exists()


def test_the_next_export_follows_in_the_slot_of_the_end(
    listed: Listed, heard: Heard, wait_for: Callable[..., None], tmp_path: Path
) -> None:
    following = [listed.job("csv", tmp_path / "second.csv")]
    heard.runner.finished.connect(lambda *_: following and heard.runner.start(following.pop()))
    heard.runner.start(listed.job("jsonl", tmp_path / "first.jsonl"))
    wait_for(lambda: len(heard.ends) == 2)
    assert [end[1].name for end in heard.ends] == ["first.jsonl", "second.csv"]


def test_memory_and_news_do_not_grow_with_the_films(listed: Listed, tmp_path: Path) -> None:
    with closing(ResultStore(listed.store_path)) as store:
        numbers = fill_at_random(store, 6000)
    peaks = []
    for count in (1000, 6000):
        told: list[tuple[int, int]] = []
        job = listed.job("csv", tmp_path / f"{count}.csv", numbers=numbers[:count], findings=FINDINGS)
        tracemalloc.start()
        exported = export_films(job, ExportWatch(count, lambda *news, told=told: told.append(news)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert len(rows(tmp_path / f"{count}.csv")) == exported.count
        assert told[0] == (0, count)
        assert told[-1] == (count, count)
        assert told == sorted(told)
    assert peaks[1] < peaks[0] + 500_000


def test_of_many_problems_the_first_are_kept_and_the_rest_counted() -> None:
    watch = ExportWatch(300, lambda done, total: None)
    for number in range(130):
        watch.add_problem(str(number))
    assert watch.problems == (*map(str, range(100)), "Further problems of this kind: 30.")


def test_the_windows_process_imports_no_tensorflow_and_no_decoder(listed: Listed, tmp_path: Path) -> None:
    """Overlays and a report in a process of its own, with films of both readers."""
    script = tmp_path / "program.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import sys
            from pathlib import Path

            def main():
                from cxrviewer.analysis.job import AnalysisJob
                from cxrviewer.analysis.pool import PoolSettings
                from cxrviewer.gui.exporting.choice import ExportChoice, ExportJob
                from cxrviewer.gui.exporting.watch import ExportWatch
                from cxrviewer.gui.exporting.writing import export_films
                from cxrviewer.inference.bundle import find_bundle

                bundle = find_bundle("cxr_mobilenetv2", verify=False)
                job = AnalysisJob(bundle.folder, bundle.sha256, "litert")
                for kind, name in (("overlays", "o"), ("pdf", "r.pdf")):
                    choice = ExportChoice(kind, Path({str(tmp_path)!r}) / name, False, False)
                    store = Path({str(listed.store_path)!r})
                    films = {listed.numbers!r}
                    asked = ExportJob(store, films, choice, bundle, job, PoolSettings(workers=1), ())
                    print(export_films(asked, ExportWatch(len(films), lambda done, total: None)).count)
                foreign = ("tensorflow", "keras", "ai_edge_litert", "gdcm", "openjpeg", "pylibjpeg", "pydicom")
                print([name for name in foreign if name in sys.modules])

            if __name__ == "__main__":
                main()
            """
        )
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])}
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, env=environment, timeout=60)
    assert done.stdout.split("\n") == ["3", "4", "[]", ""], done.stderr
    assert done.stderr == ""
