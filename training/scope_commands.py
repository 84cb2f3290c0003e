"""The commands ``scope`` and ``scope-check``: fit a bundle's scope gate, and tell how it does."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from training.command_line import add_source, prepare_framework, read_films
from training.data import Sample, of_split
from training.errors import DataError
from training.recipes import load_recipe, recipe_names
from training.results import Table, markdown_table
from training.runs import EVALUATION_FILE

SCOPE_KEY = "scope"
_HEADING = "## Scope gate"


def add_scope_commands(commands: Any) -> None:
    """Add both commands to the subparsers of ``python -m training``."""
    fitting = commands.add_parser("scope", help="fit a bundle's scope gate, measure it, and put both into the bundle")
    checking = commands.add_parser("scope-check", help="measure a bundle's scope gate, and leave the bundle as it is")
    for parser, run in ((fitting, _scope), (checking, _scope_check)):
        parser.add_argument("bundle", type=Path, metavar="BUNDLE")
        add_source(parser)
        parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="more pictures that are no radiographs")
        parser.set_defaults(run=run)
    checking.add_argument("--out", type=Path, metavar="FILE", help="write the figures as JSON, too")


def _scope(options: argparse.Namespace) -> None:
    prepare_framework()
    put_scope_into(options.bundle, _films(options), options.pictures)


def fit_after_export(options: argparse.Namespace) -> None:
    """Put a scope gate into the bundle that ``export`` has just written, from the films of ``--data``."""
    put_scope_into(options.bundle, _films(options))


def put_scope_into(bundle: Path, films: Sequence[Sample], pictures: Path | None = None) -> None:
    """Fit the scope gate of a bundle's folder, measure it on the test films, and tell of it in evaluation and card.

    Raises TrainingError or DataError where the bundle cannot be run, or the films do not do.
    """
    from training.export import CARD_FILE, write_content
    from training.scope import add_scope

    add_scope(bundle, films)
    figures = _measured(bundle, films, pictures)
    path, card = bundle / EVALUATION_FILE, bundle / CARD_FILE
    evaluation = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    write_content(path, evaluation | {SCOPE_KEY: figures})
    if card.is_file():
        card.write_text(with_scope_section(card.read_text(encoding="utf-8"), figures), encoding="utf-8")
    _show(figures)


def _scope_check(options: argparse.Namespace) -> None:
    from training.runs import write_json

    prepare_framework()
    figures = _measured(options.bundle, _films(options), options.pictures)
    if options.out is not None:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        write_json(options.out, figures)
    _show(figures)


def _films(options: argparse.Namespace) -> list[Sample]:
    from training.scope import open_litert

    metadata = open_litert(options.bundle).bundle.metadata
    made_by = load_recipe(metadata.name) if metadata.name in recipe_names() else None
    return read_films(options, metadata.findings, made_by.aliases if made_by else (), made_by.seed if made_by else 0)


def _measured(bundle: Path, films: Sequence[Sample], pictures: Path | None) -> dict[str, Any]:
    from training.scope import open_litert
    from training.scope_check import check_scope

    tested = of_split(films, "test")
    if not tested:
        raise DataError("expected films in the split test to measure the scope gate on, there are none")
    return check_scope(open_litert(bundle), tested, pictures)


def scope_tables(figures: dict[str, Any]) -> list[Table]:
    """Return the figures of ``scope_check.check_scope`` as tables."""
    groups = (("films of the split test", "films"), ("other pictures", "other_pictures"), ("cut films", "cut_films"))
    tables = [
        Table(
            f"Scope of {title}",
            (title, "number", "refused", "borderline", "median distance"),
            tuple(
                (name, str(row["number"]), *(f"{row[key]:.4f}" for key in ("refused", "borderline", "median_distance")))
                for name, row in figures[key].items()
            ),
        )
        for title, key in groups
    ]
    said = list(figures["appearances"])
    rows = tuple(
        (name, str(row["number"]), *(f"{row['said'][other]:.4f}" for other in said), f"{row['refused']:.4f}")
        for name, row in figures["appearances"].items()
    )
    tables.append(Table("How films are said to look", ("film", "number", *said, "refused"), rows))
    samples = tuple((name, *map(str, row.values())) for name, row in figures["samples"].items())
    tables.append(Table("The program's own radiographs", ("file", "state", "distance", "appearance"), samples))
    return tables


def with_scope_section(card: str, figures: dict[str, Any]) -> str:
    """Return a model card with the figures of the scope gate, before its licence, in the place of earlier ones."""
    section = f"{_HEADING}\n\n{_told(figures)}\n\n" + "\n\n".join(
        f"{table.title}:\n\n{markdown_table(table.header, table.rows)}" for table in scope_tables(figures)
    )
    without = re.sub(rf"{_HEADING}\n.*?(?=^## |\Z)", "", card, flags=re.DOTALL | re.MULTILINE)
    before, licence, rest = without.partition("## Licence")
    return f"{before.rstrip()}\n\n{section.rstrip()}\n\n{licence}{rest}"


def _told(figures: dict[str, Any]) -> str:
    return (
        "A film that does not look like those that the network was fitted to is refused, or said to be borderline. "
        f"The gate was fitted on {figures['fitted_on']}. Films of the split test and pictures that are no chest "
        f"radiographs are told apart with an ROC AUC of {figures['roc_auc']:.4f}. Distances are in units of the limit "
        "beyond which a film is refused. A radiograph of another part of the body was not at hand to try it on: the "
        "gate does not promise to refuse one."
    )


def _show(figures: dict[str, Any]) -> None:
    from training.terminal import show_tables

    show_tables(f"Scope gate, ROC AUC {figures['roc_auc']:.4f}", [], scope_tables(figures))
