"""Films varied on purpose: a network that reads what a variation changes falls, one that does not stands."""

import json
from dataclasses import fields

import cv2
import numpy as np
import pytest

from cxrviewer.domain import InputSpec
from cxrviewer.resources import models_folder
from training.__main__ import main
from training.augmentation import Augmentation
from training.blanking import UNALTERED
from training.data import Sample, read_manifest
from training.errors import DataError, RunError
from training.instruments import ROBUSTNESS_KEY, InstrumentFiles, explained_tables, measured_on, robustness_table
from training.robustness import TOGETHER, robustness
from training.scorer import Scorer

SIDE = 64
SPEC = InputSpec(height=SIDE, width=SIDE, channels=1, fit="stretch", interpolation="area", low=0.0, high=1.0)
FINDINGS = ("NORMAL", "PNEUMONIA")


@pytest.fixture
def halves(tmp_path) -> list[Sample]:
    """Twenty smooth films of twenty patients: PNEUMONIA is brighter on the left, NORMAL on the right."""
    lines = ["path,label,patient,split"]
    for number in range(20):
        film = np.full((SIDE, SIDE), 60 + number, np.uint8)
        bright = slice(0, SIDE // 2) if number % 2 else slice(SIDE // 2, SIDE)
        film[:, bright] = 150 + number
        cv2.imencode(".png", film)[1].tofile(tmp_path / f"{number}.png")
        lines.append(f"{number}.png,{FINDINGS[number % 2]},p{number},test")
    (tmp_path / "manifest.csv").write_text("\n".join(lines))
    return read_manifest(tmp_path / "manifest.csv", FINDINGS)


def _reader_of_sides(batch: np.ndarray) -> np.ndarray:
    """PNEUMONIA where the left is brighter than the right."""
    left, right = batch[:, :, : SIDE // 2, 0].mean(axis=(1, 2)), batch[:, :, SIDE // 2 :, 0].mean(axis=(1, 2))
    return np.stack([right - left, left - right], axis=1).astype(np.float32)


def _reader_of_roughness(batch: np.ndarray) -> np.ndarray:
    """Right as ``_reader_of_sides`` is, until the film is rough: then NORMAL."""
    rough = np.abs(np.diff(batch[:, :, :, 0], axis=1)).mean(axis=(1, 2)) > 1e-3
    logits = _reader_of_sides(batch)
    logits[rough] = (1.0, 0.0)
    return logits


def _scorer(logits) -> Scorer:
    return Scorer("drawn 1.0.0", "none", "a" * 64, FINDINGS, SPEC, 1.0, logits)


def test_what_a_network_reads_decides_which_variation_it_falls_by(halves) -> None:
    sides = robustness(_scorer(_reader_of_sides), halves)["variants"]
    roughness = robustness(_scorer(_reader_of_roughness), halves)["variants"]
    for variants in (sides, roughness):
        assert variants[UNALTERED]["value"] == 1.0
        assert variants["flip"]["value"] == 0.0
    assert sides["noise"]["value"] == sides["gamma"]["value"] == sides["blur"]["value"] == 1.0
    assert roughness["noise"]["value"] == 0.5
    assert roughness["gamma"]["value"] == 1.0
    low, high = roughness["noise"]["interval"]
    assert 0.2 < low < 0.5 < high < 0.8
    assert 0.0 < sides[TOGETHER]["value"] < 1.0  # half of the films are mirrored


def test_every_variation_but_swapped_lungs_is_tried(halves) -> None:
    variants = robustness(_scorer(_reader_of_sides), halves, most_films=4)["variants"]
    probabilities = {field.name for field in fields(Augmentation) if isinstance(field.default, float)}
    assert set(variants) == probabilities - {"background"} | {UNALTERED, TOGETHER}


def test_the_seed_draws_films_and_strengths(halves) -> None:
    def figures(seed: int, most_films: int) -> dict:
        return robustness(_scorer(_reader_of_sides), halves, most_films=most_films, seed=seed)

    assert figures(1, 7) == figures(1, 7)
    assert figures(1, 7)["films"] == figures(1, 7)["patients"] == 7
    assert figures(1, 1000)["films"] == 20


def test_the_table_begins_with_films_as_they_are_and_then_what_costs_most(halves) -> None:
    table = robustness_table(robustness(_scorer(_reader_of_roughness), halves))
    assert table.rows[0][0] == "nothing: as they are"
    assert table.rows[1][0] == "flip"
    assert table.rows[1][2] == "1.000"
    falls = [float(row[2]) for row in table.rows[1:]]
    assert falls == sorted(falls, reverse=True)
    assert "20 films of 20 patients" in table.title


def test_a_bundle_takes_what_was_measured_on_its_own_network_and_no_other(halves, tmp_path) -> None:
    content = robustness(_scorer(_reader_of_sides), halves)
    path = tmp_path / "robustness.json"
    path.write_text(json.dumps(content))
    found = measured_on({"a" * 64}, "RUN", InstrumentFiles(robustness=path))
    assert found == {ROBUSTNESS_KEY: content}
    ((title, text, (table,)),) = explained_tables(found)
    assert title == "Films varied on purpose"
    assert "every film with one variation" in text
    assert table == robustness_table(content)
    with pytest.raises(RunError, match="training robustness RUN"):
        measured_on({"b" * 64}, "RUN", InstrumentFiles(robustness=path))


@pytest.mark.parametrize(("split", "most_films"), [("val", 5), ("test", 0)])
def test_no_films_are_an_error(halves, split, most_films) -> None:
    with pytest.raises(DataError, match=f"the split {split}"):
        robustness(_scorer(_reader_of_sides), halves, split, most_films)


def test_the_command_scores_a_bundle(manifest, tmp_path, capsys) -> None:
    out = tmp_path / "robustness.json"
    bundle = models_folder() / "cxr_mobilenetv2"
    assert main(["robustness", str(bundle), "--data", str(manifest), "--films", "3", "--out", str(out)]) == 0
    content = json.loads(out.read_text("utf-8"))
    assert content["films"] == 3
    assert content["network"].startswith("cxr_mobilenetv2 ")
    assert "several, as they fall together" in capsys.readouterr().out
