"""Tables on standard output: framed where a person looks on, aligned Markdown where another program reads."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Sequence
from typing import TextIO

from training.results import Evaluation, Table, describe_films, notes, results_tables

_WIDE = 10_000  # columns: nothing is wrapped where nobody looks on


def show_evaluation(title: str, evaluation: Evaluation, stream: TextIO | None = None) -> None:
    """Write an evaluation's tables under a title; ``stream`` is standard output where None."""
    show_tables(title, [describe_films(evaluation), *notes(evaluation)], results_tables(evaluation), stream)


def show_tables(title: str, paragraphs: Sequence[str], tables: Sequence[Table], stream: TextIO | None = None) -> None:
    """Write a title, paragraphs and tables. What the stream's encoding has no sign for becomes a question mark, and
    control characters, which could steer a terminal, become the replacement character.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    stream = stream or sys.stdout
    seen = stream.isatty()
    text = io.StringIO()
    console = Console(
        file=text, width=None if seen else _WIDE, force_terminal=seen, no_color=not seen, highlight=False, emoji=False
    )
    console.print(Text(_printable(title), style="bold"))
    for paragraph in paragraphs:
        console.print(Text(_printable(paragraph)))
    for table in tables:
        drawn = RichTable(box=box.SIMPLE_HEAD if seen else box.MARKDOWN, pad_edge=not seen)
        for number, name in enumerate(table.header):
            drawn.add_column(Text(_printable(name)), justify="left" if number < table.labels else "right")
        for row in table.rows:
            drawn.add_row(*(Text(_printable(cell if seen else cell.replace("|", "/"))) for cell in row))
        console.print()
        console.print(Text(_printable(table.title), style="bold"))
        console.print(drawn)
    encoding = stream.encoding or "utf-8"
    lines = "\n".join(line.rstrip() for line in text.getvalue().splitlines())
    stream.write(re.sub(r"\n{3,}", "\n\n", lines + "\n").encode(encoding, "replace").decode(encoding))


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
