"""What becomes of a check: it holds, it fails for a reason, or it could not be made on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal


class CheckFailedError(Exception):
    """The program does not do what a check asks of it."""


class CheckNotRunError(Exception):
    """This machine lacks what a check needs; the message says what."""


@dataclass(frozen=True)
class Check:
    """A name, and a function that returns what it saw or raises one of the two errors above."""

    name: str
    run: Callable[[], str]


@dataclass(frozen=True)
class Verdict:
    """What came of a check."""

    name: str
    state: Literal["ok", "FAILED", "not run"]
    detail: str
    seconds: float

    def __str__(self) -> str:
        """Return the line that is printed; what goes on over several lines is indented."""
        detail = self.detail.strip().replace("\n", "\n          ")
        return f"{self.state:8}  {self.name} ({self.seconds:.1f} s): {detail}"


def verdict_of(check: Check) -> Verdict:
    """Make a check; an error that it did not foresee is a failure of it, never of the checks after it."""
    began = time.monotonic()
    state: Literal["ok", "FAILED", "not run"] = "ok"
    try:
        detail = check.run()
    except CheckNotRunError as error:
        state, detail = "not run", str(error)
    except CheckFailedError as error:
        state, detail = "FAILED", str(error)
    except Exception as error:  # noqa: BLE001 - whatever ends a check is what it has to say
        state, detail = "FAILED", f"{type(error).__name__}: {error}"
    return Verdict(check.name, state, detail, time.monotonic() - began)


def summary(verdicts: Sequence[Verdict]) -> str:
    """Return one line with the counts."""
    counts = {state: sum(verdict.state == state for verdict in verdicts) for state in ("ok", "FAILED", "not run")}
    return f"{counts['ok']} ok, {counts['FAILED']} failed, {counts['not run']} not run"


def exit_status(verdicts: Sequence[Verdict]) -> int:
    """Return 1 where a check failed, or where none could be made, which proves nothing either."""
    return int(any(verdict.state == "FAILED" for verdict in verdicts) or all(v.state == "not run" for v in verdicts))
