"""What is tested, where, and the results of the unfrozen program that it is held against."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from smoke.films import SHOW_ANYWAY, write_every_format
from smoke.program import Program
from smoke.tables import Table, read_table, rows_not_ok
from smoke.verdicts import CheckFailedError


@dataclass(frozen=True)
class Subject:
    """The frozen program in its folder, the same program unfrozen, and a folder that is deleted afterwards."""

    folder: Path
    checkout: Path
    scratch: Path
    frozen: Program
    unfrozen: Program
    judge_times: bool

    @property
    def samples(self) -> Path:
        """The synthetic radiographs of the checkout, which both programs are given."""
        return self.checkout / "resources" / "samples"


def films_of_every_format(subject: Subject) -> Path:
    """Return the folder with a film of every format; it is written when it is first asked for."""
    folder = subject.scratch / "films"
    if not folder.exists():
        write_every_format(folder)
    return folder


def expected_table(subject: Subject) -> Table:
    """Return what the unfrozen program says of every format; it is run when this is first asked for."""
    path = subject.scratch / "unfrozen.csv"
    if not path.exists():
        program = subject.unfrozen.at_home(subject.scratch / "home of the unfrozen")
        program.run("classify", films_of_every_format(subject), SHOW_ANYWAY, "--output", path)
    table = read_table(path)
    wrong = rows_not_ok(table)
    if wrong:
        raise CheckFailedError("the unfrozen program itself has no result for:\n" + "\n".join(wrong))
    return table
