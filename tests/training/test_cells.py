"""Cells without a source: the balance of labels in an epoch stays as it was."""

from collections import Counter

import pytest

from training.cells import scaled_cells, without_cells
from training.errors import DataError
from training.recipe import Cell
from training.recipes import load_recipe

CELLS = (
    Cell("NORMAL", "a", 700),
    Cell("NORMAL", "b", 1200),
    Cell("NORMAL", "c", 100),
    Cell("PNEUMONIA", "a", 5),
    Cell("PNEUMONIA", "b", 1),
    Cell("PNEUMONIA", "c", 1),
)


def _by_label(cells) -> Counter[str]:
    return Counter(
        {label: sum(cell.films for cell in cells if cell.label == label) for label in ("NORMAL", "PNEUMONIA")}
    )


def test_a_removed_cells_films_are_shared_among_the_labels_others_in_proportion() -> None:
    left = without_cells(CELLS, {("NORMAL", "b")})
    assert left == (Cell("NORMAL", "a", 1750), Cell("NORMAL", "c", 250), *CELLS[3:])


@pytest.mark.parametrize("source", "abc")
def test_the_balance_of_labels_stays_to_the_film_where_shares_are_rounded(source) -> None:
    left = without_cells(CELLS, {("NORMAL", source), ("PNEUMONIA", source)})
    assert {cell.source for cell in left} == set("abc") - {source}
    assert _by_label(left) == _by_label(CELLS)


def test_rounding_gives_the_film_to_the_cell_that_it_cost_most() -> None:
    cells = (Cell("N", "a", 2), Cell("N", "b", 1), Cell("N", "gone", 1))
    assert [cell.films for cell in without_cells(cells, {("N", "gone")})] == [3, 1]


def test_nothing_removed_changes_nothing() -> None:
    assert without_cells(CELLS, set()) == CELLS


def test_a_label_without_a_cell_left_is_an_error() -> None:
    removed = {("PNEUMONIA", source) for source in "abc"}
    with pytest.raises(DataError, match="PNEUMONIA"):
        without_cells(CELLS, removed)


def test_a_cell_that_draws_nothing_cannot_take_over() -> None:
    with pytest.raises(DataError, match="expected a cell of N"):
        without_cells((Cell("N", "a", 3), Cell("N", "b", 0)), {("N", "a")})


def test_the_shipped_recipe_without_one_source_of_covid_draws_the_other_as_often() -> None:
    cells = load_recipe("cxr_mobilenetv2").cells
    left = without_cells(cells, {("COVID19", "covid-cxnet")})
    assert [cell.films for cell in left if cell.label == "COVID19"] == [
        sum(cell.films for cell in cells if cell.label == "COVID19")
    ]


def test_scaled_cells_keep_their_proportions_and_at_least_one_film() -> None:
    assert [cell.films for cell in scaled_cells(CELLS, 200)] == [70, 120, 10, 1, 1, 1]
