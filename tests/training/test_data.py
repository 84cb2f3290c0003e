"""Manifests are checked before training starts; epochs are drawn as the recipe says; pixels are the program's."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from cxrviewer.domain import InputSpec
from tests.training.conftest import FINDINGS
from training.data import (
    EpochBatches,
    check_cells,
    draw_epoch,
    load_film,
    network_input,
    of_split,
    one_hot,
    read_manifest,
)
from training.errors import DataError
from training.recipe import Cell

SPEC = InputSpec(height=224, width=224, channels=3, fit="stretch", interpolation="area", low=-1.0, high=1.0)


def test_a_manifest_is_read_whole(films) -> None:
    assert len(films) == 42
    assert Counter(sample.split for sample in films) == {"train": 14, "val": 14, "test": 14}
    assert films[0].row == 2
    assert (films[0].label, films[0].source, films[0].age_group) == ("NORMAL", "east", "adult")
    assert len(of_split(films, "val")) == 14


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("path,label", "file,label", r"missing: \['path'\]"),
        ("6.png,PNEUMONIA", "6.png,TUBERCULOSIS", r"row 7: expected a label among .*TUBERCULOSIS"),
        ("p6,train", "p6,training", r"row 7: expected a split among .*training"),
        ("6.png,PNEUMONIA", "gone.png,PNEUMONIA", r"row 7: there is no file .*gone\.png"),
        (",p20,val", ",p6,val", r"row 21: this row's patient is in val here and in train in row 7"),
    ],
)
def test_what_is_wrong_in_a_manifest_is_named_with_its_row(manifest, old, new, message) -> None:
    wrong = manifest.with_name("wrong.csv")
    content = manifest.read_text()
    assert old in content
    wrong.write_text(content.replace(old, new, 1))
    with pytest.raises(DataError, match=message):
        read_manifest(wrong, FINDINGS)


def test_a_missing_or_empty_manifest_is_named(tmp_path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_manifest(tmp_path / "manifest.csv", FINDINGS)
    (tmp_path / "manifest.csv").write_text("path,label,split,patient\n")
    with pytest.raises(DataError, match="at least one film"):
        read_manifest(tmp_path / "manifest.csv", FINDINGS)


def test_an_unreadable_film_is_named(tmp_path) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(DataError, match=r"broken\.png"):
        load_film(tmp_path / "broken.png", SPEC)


def test_cells_and_films_must_match(films) -> None:
    cells = tuple(Cell(label, source, 1) for label, source in {(s.label, s.source) for s in films})
    check_cells(films, cells)
    with pytest.raises(DataError, match="there are none for"):
        check_cells(films, (*cells, Cell("COVID19", "north", 1)))
    with pytest.raises(DataError, match="expected a cell"):
        check_cells(films, cells[1:])


def test_an_epoch_has_each_cell_as_often_as_the_recipe_says(films, small_recipe) -> None:
    cells = (Cell("NORMAL", "east", 7), Cell("PNEUMONIA", "west", 5), Cell("COVID19", "west", 1))
    drawn = draw_epoch(films, cells, seed=3, epoch=0)
    assert Counter((s.label, s.source) for s in drawn) == {
        ("NORMAL", "east"): 7,
        ("PNEUMONIA", "west"): 5,
        ("COVID19", "west"): 1,
    }
    assert {sample.split for sample in drawn} == {"train"}
    assert drawn == draw_epoch(films, cells, seed=3, epoch=0)
    assert drawn != draw_epoch(films, cells, seed=4, epoch=0)
    assert drawn != draw_epoch(films, cells, seed=3, epoch=1)


def test_over_all_epochs_a_cells_films_are_drawn_equally_often(films) -> None:
    cells = (Cell("NORMAL", "east", 3), Cell("COVID19", "west", 7))
    counts: Counter[str] = Counter()
    for epoch in range(11):
        counts.update(sample.patient for sample in draw_epoch(films, cells, seed=0, epoch=epoch))
    for cell in cells:
        of_cell = [
            counts[s.patient] for s in films if (s.label, s.source, s.split) == (cell.label, cell.source, "train")
        ]
        assert sum(of_cell) == 11 * cell.films
        assert max(of_cell) - min(of_cell) <= 1


def test_a_batch_is_a_function_of_seed_epoch_and_number(films, small_recipe) -> None:
    drawn = tuple(draw_epoch(films, small_recipe.cells, small_recipe.seed, 0))
    batches = EpochBatches(small_recipe, drawn, 0)
    assert len(batches) == 3
    inputs, labels = batches.batch(1)
    assert inputs.shape == (4, 64, 64, 3)
    assert labels.shape == (4, 3)
    assert (labels.sum(axis=1) == 1).all()
    assert inputs.dtype == labels.dtype == np.float32
    assert inputs.min() >= -1.0
    assert inputs.max() <= 1.0
    again, _ = EpochBatches(small_recipe, drawn, 0).batch(1)
    np.testing.assert_array_equal(again, inputs)
    other_epoch, _ = EpochBatches(small_recipe, drawn, 1).batch(1)
    assert not np.array_equal(other_epoch, inputs)
    other_seed, _ = EpochBatches(replace(small_recipe, seed=21), drawn, 0).batch(1)
    assert not np.array_equal(other_seed, inputs)


def test_labels_are_in_the_order_of_the_findings(films) -> None:
    chosen = [next(s for s in films if s.label == label) for label in ("COVID19", "NORMAL", "PNEUMONIA")]
    np.testing.assert_array_equal(one_hot(chosen, FINDINGS), [[0, 0, 1], [1, 0, 0], [0, 1, 0]])


def test_the_networks_input_is_the_one_that_the_program_makes(manifest) -> None:
    from cxrviewer.imaging.display import default_rendering
    from cxrviewer.imaging.fitting import fit
    from cxrviewer.reading import read_radiograph

    path = manifest.parent / "1.png"
    program, _ = fit(default_rendering(read_radiograph(path)), SPEC)
    np.testing.assert_allclose(network_input([load_film(path, SPEC)], SPEC)[0], program, atol=3e-7)


def test_films_of_224_are_their_grey_bytes(cxr224) -> None:
    """The pixel path neither resamples nor windows an 8-bit grey film of the input's size."""
    samples = read_manifest(cxr224 / "manifest.csv", FINDINGS)
    for sample in samples[:: len(samples) // 100]:
        with Image.open(sample.path) as image:
            grey = np.asarray(image.convert("L"), np.float32) / np.float32(255)
        np.testing.assert_array_equal(load_film(sample.path, SPEC), grey)
