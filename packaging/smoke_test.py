"""Prove that a frozen program works where nothing of its build is: ``python packaging/smoke_test.py FOLDER|INSTALLER``.

Runs the program of a build (its folder, a .tar.gz, .zip, .deb, .exe or .dmg) with a home folder of its own, no
Python on the path and, where the system can take it away, no network, and holds what it does against the same program
as the Python that runs this test starts it. Prints a line for every check: ok, FAILED with its reason, or "not run"
with what the machine lacks. Exit status 1 where a check failed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
# The films are made by the encoders of the tests; the reference is the program of this checkout.
sys.path[:0] = [str(CHECKOUT / "packaging"), str(CHECKOUT)]

from smoke.command_line import command_line_checks  # noqa: E402
from smoke.dicom import dicom_checks  # noqa: E402
from smoke.installers import opened, package_check  # noqa: E402
from smoke.isolation import without_network  # noqa: E402
from smoke.program import frozen_program, unfrozen_program  # noqa: E402
from smoke.subject import Subject  # noqa: E402
from smoke.surroundings import inventory, surroundings_checks, unchanged_check  # noqa: E402
from smoke.times import time_checks  # noqa: E402
from smoke.verdicts import Check, CheckFailedError, Verdict, exit_status, summary, verdict_of  # noqa: E402
from smoke.window import window_checks  # noqa: E402


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the checks that were asked for and return the exit status."""
    parser = argparse.ArgumentParser(description="Prove that a frozen program works where nothing of its build is.")
    parser.add_argument("target", type=Path, metavar="FOLDER|INSTALLER", help="what packaging/build.py made")
    parser.add_argument("--only", default="", metavar="TEXT", help="only the checks with this text in their name")
    parser.add_argument(
        "--no-time-limits", action="store_true", help="measure times without judging them, on a busy machine"
    )
    parser.add_argument("--install", action="store_true", help="install a .deb into this system, too, and remove it")
    chosen = parser.parse_args(arguments)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cxrviewer-smoke-", ignore_cleanup_errors=True) as folder:
        try:
            verdicts = _verdicts(chosen, Path(folder).resolve())
        except CheckFailedError as error:
            print(f"FAILED    {chosen.target}: {error}")  # noqa: T201
            return 1
    print(f"{summary(verdicts)}, in {time.monotonic() - began:.0f} s")  # noqa: T201
    return exit_status(verdicts)


def _verdicts(chosen: argparse.Namespace, scratch: Path) -> list[Verdict]:
    with opened(chosen.target.resolve(), scratch) as folder:
        isolation = without_network()
        subject = Subject(
            folder=folder.resolve(),
            checkout=CHECKOUT,
            scratch=scratch,
            frozen=frozen_program(folder.resolve(), isolation, scratch),
            unfrozen=unfrozen_program(CHECKOUT, isolation, scratch),
            judge_times=not chosen.no_time_limits,
        )
        checks: list[Check] = [
            *surroundings_checks(subject),
            *command_line_checks(subject),
            *dicom_checks(subject),
            *window_checks(subject),
            *time_checks(subject),
            unchanged_check(subject, inventory(subject.folder)),
            package_check(chosen.target, chosen.install),
        ]
        verdicts = []
        for check in checks:
            if chosen.only.lower() in check.name.lower():
                verdicts.append(verdict_of(check))
                print(verdicts[-1], flush=True)  # noqa: T201
    return verdicts


if __name__ == "__main__":
    sys.exit(main())
