"""How a command ends: named errors become one line on standard error and an exit status."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

import typer

from cxrviewer.errors import BundleError, CxrViewerError, UsageError

EXIT_SOME_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

P = ParamSpec("P")


def exits_by_name(command: Callable[P, None]) -> Callable[P, None]:
    """Let a command raise named errors; the user sees the sentence, never a traceback."""

    @functools.wraps(command)
    def wrapped(*arguments: P.args, **options: P.kwargs) -> None:
        try:
            command(*arguments, **options)
        except CxrViewerError as error:
            typer.echo(f"cxrviewer: {error}", err=True)
            raise typer.Exit(EXIT_USAGE if isinstance(error, UsageError | BundleError) else EXIT_SOME_FAILED) from error
        except KeyboardInterrupt:
            typer.echo("cxrviewer: stopped.", err=True)
            raise typer.Exit(EXIT_INTERRUPTED) from None

    return wrapped
