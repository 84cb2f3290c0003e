"""The command line: composes reading, inference, analysis and results; imports nothing heavy at module level."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cxrviewer.cli.routing import as_command

_NO_WINDOW = "cxrviewer: no display was found for a window"


def run(arguments: Sequence[str]) -> None:
    """Run the command line and exit: 0 all well, 1 some files refused or failed, 2 usage, 130 stopped by Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        # File names and reports are Unicode; a console that cannot show a character shows its code instead.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    command = as_command(arguments)
    if not command:
        print(f"{_NO_WINDOW}; give it files to classify, or a command.", file=sys.stderr)  # noqa: T201
    elif command != list(arguments):
        print(f"{_NO_WINDOW}, so the files are classified without one.", file=sys.stderr)  # noqa: T201
    from cxrviewer.cli.commands import app

    app(args=command, prog_name="cxrviewer")
