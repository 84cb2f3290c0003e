"""The command line: composes reading, inference, analysis and results; imports nothing heavy at module level."""

from __future__ import annotations

import sys

_NO_WINDOW = "cxrviewer: this version has no window yet"
_COMMANDS = ("classify", "info", "models", "doctor")
_GLOBAL_OPTIONS = ("--help", "-h", "--version", "--install-completion", "--show-completion")


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 all well, 1 some files refused or failed, 2 usage, 130 stopped by Ctrl-C."""
    arguments = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        # File names and reports are Unicode; a console that cannot show a character shows its code instead.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    if not arguments:
        print(f"{_NO_WINDOW}; give it files to classify, or a command.", file=sys.stderr)  # noqa: T201
    elif arguments[0] not in (*_COMMANDS, *_GLOBAL_OPTIONS):
        print(f"{_NO_WINDOW}, so the files are classified without one.", file=sys.stderr)  # noqa: T201
        arguments = ["classify", *arguments]
    from cxrviewer.cli.commands import app

    app(args=arguments, prog_name="cxrviewer")
