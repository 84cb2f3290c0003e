"""How many films of every cell (label x source) an epoch draws, changed without upsetting the labels' balance."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from training.errors import DataError
from training.recipe import Cell


def scaled_cells(cells: Sequence[Cell], films: int) -> tuple[Cell, ...]:
    """Return the cells with about ``films`` films together, in the proportions they had, at least 1 of each."""
    share = films / sum(cell.films for cell in cells)
    return tuple(replace(cell, films=max(round(cell.films * share), 1)) for cell in cells)


def without_cells(cells: Sequence[Cell], removed: Collection[tuple[str, str]]) -> tuple[Cell, ...]:
    """Return the cells but for the removed (label, source), whose films the label's other cells share in proportion.

    So an epoch draws as many films of every label as before, to the film: what rounding leaves goes to the cells that
    it cost most. Raises DataError where no cell of a removed one's label would be left to draw from.
    """
    kept = [cell for cell in cells if (cell.label, cell.source) not in removed]
    wanted: dict[str, int] = {}
    for cell in cells:
        wanted[cell.label] = wanted.get(cell.label, 0) + cell.films
    films = {}
    for label, total in wanted.items():
        own = [cell for cell in kept if cell.label == label]
        drawn = sum(cell.films for cell in own)
        if not drawn:
            raise DataError(
                f"expected a cell of {label} to be left to draw films from; without "
                f"{', '.join(f'{other} of {source}' for other, source in sorted(removed))} there is none"
            )
        shares = [divmod(cell.films * total, drawn) for cell in own]
        short = total - sum(whole for whole, _ in shares)
        # Stable, so that of two cells that rounding cost as much the first gets the film.
        by_loss = sorted(range(len(own)), key=lambda index: -shares[index][1])
        for index, (cell, (whole, _)) in enumerate(zip(own, shares, strict=True)):
            films[cell.label, cell.source] = whole + (index in by_loss[:short])
    return tuple(replace(cell, films=films[cell.label, cell.source]) for cell in kept)
