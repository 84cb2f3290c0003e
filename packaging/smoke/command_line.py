"""The command line of the frozen program, its results held against those of the unfrozen one."""

from __future__ import annotations

import json
import time
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import numpy as np
import psutil
import PySide6
from PIL import Image

from cxrviewer.inference.bundle import available_bundles, load_bundle
from cxrviewer.reading.codecs import codec_table
from smoke.films import SHOW_ANYWAY, write_slow_films
from smoke.pictures import Picture, bounds_of_difference, share_different
from smoke.program import end_at_once, workers_of
from smoke.store import finished_analyses
from smoke.subject import Subject, expected_table, films_of_every_format
from smoke.tables import differences, read_table, rows_not_ok
from smoke.verdicts import Check, CheckFailedError

_MOST_SHOWN: Final = 10
_QT_GERMAN: Final = "qtbase_de.qm"  # the texts of Qt's own buttons
_SOURCES: Final = (".ts", ".py", ".pyc")  # of resources; a build may ship them or not
_TIME_OF_DAY: Final = (200, 24)  # pixels, in a legend: hours, minutes and seconds of the analysis
_OPTIONAL_ENGINE: Final = "keras"  # only the build with TensorFlow has it


def command_line_checks(subject: Subject) -> list[Check]:
    """Return the checks of this module."""
    return [
        Check("--version", lambda: _version(subject)),
        Check("doctor", lambda: _doctor(subject)),
        Check("resources", lambda: _resources(subject)),
        Check("classify, every format and transfer syntax", lambda: _every_format(subject)),
        Check("overlays and report", lambda: _overlays_and_report(subject)),
        Check("info, models, audit", lambda: _other_commands(subject)),
        Check("a worker is killed", lambda: _killed_worker(subject)),
        Check("two copies at once", lambda: _two_copies(subject)),
    ]


def compared(subject: Subject, table: Path, *, without: tuple[str, ...] = ()) -> str:
    """Return how many results of a table are those of the unfrozen program; CheckFailedError where one is not."""
    expected, got = expected_table(subject), read_table(table)
    wrong = rows_not_ok(got)
    if without:
        for rows in (expected, got):
            for row in rows.values():
                row.update(dict.fromkeys(without, ""))
    wrong = wrong or differences(expected, got)
    if wrong:
        more = f"\n... and {len(wrong) - _MOST_SHOWN} more" if len(wrong) > _MOST_SHOWN else ""
        raise CheckFailedError(
            "expected the unfrozen program's results, got:\n" + "\n".join(wrong[:_MOST_SHOWN]) + more
        )
    return f"{len(got)} films, every cell as the unfrozen program has it"


def _version(subject: Subject) -> str:
    program = subject.frozen.at_home(subject.scratch / "home")
    said, expected = program.run("--version").strip(), subject.unfrozen.run("--version").strip()
    if said != expected or not said:
        raise CheckFailedError(f"expected {expected!r}, got {said!r}")
    return said


def _doctor(subject: Subject) -> str:
    program = subject.frozen.at_home(subject.scratch / "home")
    got: dict[str, Any] = json.loads(program.run("doctor", "--json"))
    wrong = [*_wrong_parts(got), *_wrong_folders(got, subject.folder)]
    if wrong:
        raise CheckFailedError("expected what the unfrozen program has, got:\n" + "\n".join(wrong))
    return f"{len(got['codecs'])} transfer syntaxes, bundles verified; engine litert: {got['engines']['litert']}"


def _wrong_parts(report: dict[str, Any]) -> list[str]:
    """Return what of a report of doctor is not as in the program that runs this test."""
    bundles = {
        folder.name: f"{bundle.metadata.version}, SHA-256 {bundle.sha256}, its files verified"
        for folder in available_bundles()
        for bundle in [load_bundle(folder)]
    }
    wrong = []
    for part, expected in (("bundles", bundles), ("codecs", codec_table())):
        for name in expected.keys() | report[part].keys():
            if expected.get(name) != report[part].get(name):
                wrong.append(f"{part}, {name}: {report[part].get(name)}, expected {expected.get(name)}")
    for name, found in report["packages"].items():
        if found not in ("not installed", _installed_version(name)):
            wrong.append(f"package {name}: {found}, expected {_installed_version(name)}")
    for name in {"litert", *report["engines"]} - {_OPTIONAL_ENGINE}:
        state = report["engines"].get(name, "not there")
        if not state.startswith("CPU"):
            wrong.append(f"engine {name}: {state}")
    return wrong


def _installed_version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "none"


def _wrong_folders(report: dict[str, Any], folder: Path) -> list[str]:
    """Return what is taken from another place than the program's own folder."""
    places = {name: Path(report["folders"][name]).resolve() for name in ("bundles", "resources")}
    return [
        f"{name} are taken from {place}, expected them in {folder}"
        for name, place in places.items()
        if not place.is_relative_to(folder.resolve())
    ]


def _resources(subject: Subject) -> str:
    program = subject.frozen.at_home(subject.scratch / "home")
    report = json.loads(program.run("doctor", "--json"))
    shipped = tomllib.loads((subject.checkout / "pyproject.toml").read_text(encoding="utf-8"))
    # What a wheel is given is what the program needs; models are no part of this, as doctor verifies their hashes.
    included = shipped["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    folders = [Path(source) for source in included if Path(source).parts[0] == "resources"]
    found = [path for folder in folders for path in (subject.checkout / folder).rglob("*") if path.is_file()]
    files = [path for path in found if path.suffix not in _SOURCES]
    wrong = []
    for path in files:
        name = path.relative_to(subject.checkout / "resources")
        copy = Path(report["folders"]["resources"]) / name
        if not copy.is_file() or copy.read_bytes() != path.read_bytes():
            wrong.append(str(name))
    german = [path.read_bytes() for path in subject.folder.rglob(_QT_GERMAN)]
    if next(Path(PySide6.__path__[0]).rglob(_QT_GERMAN)).read_bytes() not in german:
        wrong.append(_QT_GERMAN)
    if wrong or not files:
        raise CheckFailedError(f"expected the {len(files)} files of the checkout, missing or changed: {wrong[:10]}")
    return f"{len(files)} files in {len(folders)} folders, each as in the checkout"


def _every_format(subject: Subject) -> str:
    table = subject.scratch / "frozen.csv"
    program = subject.frozen.at_home(subject.scratch / "home")
    program.run("classify", films_of_every_format(subject), SHOW_ANYWAY, "--fresh", "--output", table)
    return compared(subject, table)


def _overlays_and_report(subject: Subject) -> str:
    made: dict[str, Path] = {}
    for name, program in (("frozen", subject.frozen), ("unfrozen", subject.unfrozen)):
        made[name] = subject.scratch / f"pictures of the {name}"
        made[name].mkdir()
        program.at_home(subject.scratch / f"home of pictures, {name}").run(
            "classify", subject.samples, "--overlays", made[name] / "overlays", "--report", made[name] / "report.pdf"
        )
    overlays = sorted(path.name for path in (made["unfrozen"] / "overlays").glob("*.png"))
    for name in overlays:
        first, second = (
            np.asarray(Image.open(made[kind] / "overlays" / name).convert("RGB")) for kind in ("unfrozen", "frozen")
        )
        _compare_overlays(name, first, second)
    sizes = [(made[kind] / "report.pdf").stat().st_size for kind in ("unfrozen", "frozen")]
    if not overlays or not (made["frozen"] / "report.pdf").read_bytes().startswith(b"%PDF-"):
        raise CheckFailedError(f"expected overlays and a PDF, got {len(overlays)} overlays and another report")
    if abs(sizes[0] - sizes[1]) > sizes[0] / 100:  # times of day are in it, so that no two are the same
        raise CheckFailedError(f"expected a report of about {sizes[0]} bytes, got {sizes[1]}")
    return f"{len(overlays)} overlays, the same but for their time; reports of {sizes[1]} and {sizes[0]} bytes"


def _compare_overlays(name: str, expected: Picture, got: Picture) -> None:
    share = share_different(expected, got, visible=0)
    left, top, right, bottom = bounds_of_difference(expected, got, visible=0)
    if right - left > _TIME_OF_DAY[0] or bottom - top > _TIME_OF_DAY[1]:
        raise CheckFailedError(
            f"expected the overlay {name} as the unfrozen program draws it, {share:.3%} of its pixels differ, between "
            f"({left}, {top}) and ({right}, {bottom})"
        )


def _other_commands(subject: Subject) -> str:
    home = subject.scratch / "home"
    film = subject.samples / "synthetic-monochrome1.dcm"
    said = {}
    for name, program in (("frozen", subject.frozen.at_home(home)), ("unfrozen", subject.unfrozen.at_home(home))):
        seen = subject.scratch / f"seen by the {name}.png"
        info = json.loads(program.run("info", film, "--json", "--save-input", seen))
        models = json.loads(program.run("models", "--json"))
        said[name] = (json.dumps(info).replace(seen.name, ""), _without_folders(models), seen.read_bytes())
    for what, first, second in zip(("info", "models", "network's input"), *said.values(), strict=True):
        if first != second:
            raise CheckFailedError(f"expected the unfrozen program's {what}:\n{second!s:.300}\ngot:\n{first!s:.300}")
    subject.frozen.at_home(home).run("audit", "--verify")
    return "info, models and the picture of the network's input are the unfrozen program's; the log is intact"


def _without_folders(value: Any) -> Any:
    """Return JSON without where the program is, and without engines: the program without TensorFlow has one fewer."""
    if isinstance(value, dict):
        return {
            name: _without_folders(item) for name, item in value.items() if name not in ("folder", "path", "engines")
        }
    return [_without_folders(item) for item in value] if isinstance(value, list) else value


def _killed_worker(subject: Subject) -> str:
    films = write_slow_films(subject.scratch / "slow films", 12)
    program = subject.frozen.at_home(subject.scratch / "home of the crash")
    table = subject.scratch / "crash.csv"
    store = subject.scratch / "crash.sqlite"
    options = (SHOW_ANYWAY, "--workers", "2", "--output", table, "--store", store)
    log = subject.scratch / "crash.log"
    process = program.start(program.console, "classify", films[0].parent, *options, log=log)
    try:
        _wait_for_first_result(process.poll, store)
        worker = _busiest(workers_of(process))
        worker.kill()
        status = process.wait(120)
    finally:
        end_at_once(process)
    if not table.exists():
        raise CheckFailedError(f"expected the run to go on, it ended with status {status}:\n{log.read_text()[-600:]}")
    rows = read_table(table)
    lost = [row["message"] for row in rows.values() if row["code"] == "worker-crashed"]
    done = sum(row["status"] == "ok" for row in rows.values())
    if status != 1 or not lost or done + len(lost) != len(films):
        raise CheckFailedError(
            f"expected exit status 1, a row that says so and {len(films)} rows in all; got status {status}, "
            f"{len(lost)} such rows and {done} results\n{log.read_text()[-600:]}"
        )
    return f"{done} of {len(films)} films have results; the other says: {lost[0]}"


def _wait_for_first_result(ended: Any, store: Path) -> None:
    end = time.monotonic() + 60
    while finished_analyses(store) < 1:
        if ended() is not None or time.monotonic() > end:
            raise CheckFailedError("expected a first result that a worker could be killed after, saw none within 60 s")
        time.sleep(0.02)


def _busiest(workers: list[psutil.Process]) -> psutil.Process:
    """Return the worker that is at work, by the processor time that it uses now."""
    if not workers:
        raise CheckFailedError("expected worker processes, found none")
    before = {worker.pid: worker.cpu_times().user for worker in workers}
    time.sleep(0.15)
    return max(workers, key=lambda worker: worker.cpu_times().user - before[worker.pid])


def _two_copies(subject: Subject) -> str:
    program = subject.frozen.at_home(subject.scratch / "home of two copies")
    films = films_of_every_format(subject)
    tables = [subject.scratch / f"copy {number}.csv" for number in (1, 2)]
    logs = [table.with_suffix(".log") for table in tables]
    processes = []
    try:
        for table, log in zip(tables, logs, strict=True):
            processes.append(
                program.start(program.console, "classify", films, SHOW_ANYWAY, "--fresh", "--output", table, log=log)
            )
        statuses = [process.wait(120) for process in processes]
    finally:
        for process in processes:
            end_at_once(process)
    for status, log in zip(statuses, logs, strict=True):
        if status != 0:
            raise CheckFailedError(
                f"expected two copies to end well, one ended with {status}:\n{log.read_text()[-600:]}"
            )
    program.run("audit", "--verify")
    return f"on one store: {'; '.join(compared(subject, table) for table in tables)}; the log is intact"
