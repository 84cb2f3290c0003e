"""What is left out leaves every split, takes its patients along, and is drawn from the label's other cells instead."""

from dataclasses import replace

import pytest

from training.data import read_manifest
from training.errors import DataError
from training.left_out import default_left_out, describe, parse_left_out, plan
from training.recipe import LeftOut
from training.recipes import load_recipe

WEST, EAST = LeftOut("west", "PNEUMONIA"), LeftOut("east", "PNEUMONIA")


@pytest.fixture
def recipe(small_recipe):
    return replace(small_recipe, left_out=())


def test_films_left_out_are_in_no_split(recipe, films) -> None:
    [absence] = plan(recipe, films, (WEST,))
    assert {(film.label, film.source, film.split) for film in absence.left} == {
        ("PNEUMONIA", "west", split) for split in ("train", "val", "test")
    }
    assert set(absence.left).isdisjoint(absence.kept)
    assert set(absence.left) | set(absence.kept) == set(films)
    assert not [film for film in absence.kept if (film.label, film.source) == ("PNEUMONIA", "west")]
    assert [film for film in absence.kept if (film.label, film.source) == ("COVID19", "west")]


def test_a_patient_left_out_leaves_with_every_film(recipe, films) -> None:
    left = next(film for film in films if (film.label, film.source, film.split) == ("PNEUMONIA", "west", "train"))
    other = next(film for film in films if (film.label, film.split) == ("COVID19", "train"))
    same = [replace(film, patient=left.patient) if film is other else film for film in films]
    [absence] = plan(recipe, same, (WEST,))
    assert left.patient not in {film.patient for film in absence.kept}
    assert len(absence.left) + len(absence.kept) == len(films) - 1


def test_films_without_a_known_patient_are_no_one_patients(recipe, films) -> None:
    unknown = [replace(film, patient="") for film in films]
    [absence] = plan(recipe, unknown, (WEST,))
    assert len(absence.left) + len(absence.kept) == len(films)


def test_an_epoch_draws_as_many_films_of_the_label_as_before(recipe, films) -> None:
    [absence] = plan(recipe, films, (WEST,))
    cells = {(cell.label, cell.source): cell.films for cell in absence.recipe.cells}
    assert cells == {("NORMAL", "east"): 3, ("PNEUMONIA", "east"): 6, ("COVID19", "west"): 3}
    assert replace(absence.recipe, cells=recipe.cells) == recipe


def test_without_a_list_every_source_is_left_out_as_far_as_its_labels_are_elsewhere(recipe, films) -> None:
    assert default_left_out(recipe, films) == (EAST, WEST)
    both = [*films, *(replace(film, label="NORMAL", source="west") for film in films if film.label == "NORMAL")]
    assert default_left_out(recipe, both) == (LeftOut("east"), LeftOut("west", "NORMAL"), WEST)
    assert default_left_out(replace(recipe, left_out=(WEST,)), films) == (WEST,)


def test_films_of_one_source_have_nothing_to_leave_out(recipe, films) -> None:
    for source in ("one", ""):
        with pytest.raises(DataError, match="at least two sources"):
            default_left_out(recipe, [replace(film, source=source) for film in films])


def test_sources_are_named_with_or_without_a_label(films) -> None:
    assert parse_left_out(["west", "PNEUMONIA:west"], films) == (LeftOut("west"), WEST)
    named = [replace(film, source="city:west") for film in films]
    assert parse_left_out(["city:west", "PNEUMONIA:city:west"], named) == (
        LeftOut("city:west"),
        LeftOut("city:west", "PNEUMONIA"),
    )
    assert describe(WEST) == "PNEUMONIA of west"


@pytest.mark.parametrize("left_out", [LeftOut("north"), LeftOut("east", "COVID19"), LeftOut("west", "FLU")])
def test_what_no_film_has_is_named_with_what_there_is(left_out, recipe, films) -> None:
    with pytest.raises(DataError, match="there are none; there are COVID19:west, NORMAL:east, PNEUMONIA:east"):
        plan(recipe, films, (left_out,))


def test_a_label_without_films_left_is_an_error(recipe, films) -> None:
    with pytest.raises(DataError, match="expected a cell of COVID19"):
        plan(recipe, films, (LeftOut("west"),))
    with pytest.raises(DataError, match="without west: expected films of every class in the split train"):
        plan(replace(recipe, cells=()), films, (LeftOut("west"),))


def test_nothing_is_left_out_twice(recipe, films) -> None:
    with pytest.raises(DataError, match="of its own"):
        plan(recipe, films, (WEST, EAST, WEST))


def test_the_folder_of_a_run_stays_in_the_folder_of_all(recipe, films) -> None:
    odd = [replace(film, source="../we st") if film.source == "west" else film for film in films]
    cells = tuple(replace(cell, source="../we st") if cell.source == "west" else cell for cell in recipe.cells)
    [absence] = plan(replace(recipe, cells=cells), odd, (LeftOut("../we st", "PNEUMONIA"),))
    assert absence.folder == "without-..-we-st-PNEUMONIA"


def test_the_shipped_recipe_leaves_out_what_its_films_have(cxr224) -> None:
    recipe = load_recipe("cxr_mobilenetv2")
    samples = read_manifest(cxr224 / "manifest.csv", recipe.findings)
    absences = plan(recipe, samples, default_left_out(recipe, samples))
    assert [absence.folder for absence in absences] == [
        "without-covid-cxnet",
        "without-covid-radiography",
        "without-rsna",
        "without-nih-chestxray14-PNEUMONIA",
        "without-kermany",
    ]
    assert [sorted({film.label for film in absence.left}) for absence in absences] == [
        ["COVID19"],
        ["COVID19"],
        ["NORMAL"],
        ["PNEUMONIA"],
        ["NORMAL", "PNEUMONIA"],
    ]
    nih = absences[3]
    assert [film for film in nih.kept if (film.label, film.source) == ("NORMAL", "nih-chestxray14")]
    for absence in absences:
        assert sum(cell.films for cell in absence.recipe.cells) == sum(cell.films for cell in recipe.cells)
        assert {film.patient for film in absence.left}.isdisjoint(film.patient for film in absence.kept)
