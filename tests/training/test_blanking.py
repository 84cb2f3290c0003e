"""Blanked films: what is blanked is what is said to be, and a network that reads one part answers by that part."""

import csv
import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

from cxrviewer.domain import InputSpec
from training.blanking import BOX, LUNGS, OUTSIDE, UNALTERED, blanking
from training.data import read_manifest
from training.errors import DataError, RunError
from training.instruments import BLANKING_KEY, InstrumentFiles, blanking_tables, explained_tables, measured_on
from training.scorer import Scorer

SIDE = 32
SPEC = InputSpec(height=SIDE, width=SIDE, channels=1, fit="stretch", interpolation="area", low=0.0, high=1.0)
FINDINGS = ("NORMAL", "PNEUMONIA")
LUNG = np.zeros((SIDE, SIDE), bool)
LUNG[8:24, 4:14] = True
LUNG[8:24, 18:28] = True


@pytest.fixture
def films(tmp_path):
    """Twelve films of twelve patients: PNEUMONIA is white in the lungs, and the first one has no lungs."""
    with (tmp_path / "manifest.csv").open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["path", "label", "patient", "split", "source"])
        for number in range(12):
            label = FINDINGS[number % 2]
            pixels = np.random.default_rng(number).integers(80, 120, (SIDE, SIDE)).astype(np.uint8)
            if number % 2:
                pixels[LUNG] = 220
            if number == 0:
                pixels[:] = 0
                pixels[0, 0] = 255
            large = np.kron(pixels, np.ones((2, 2), np.uint8))  # the program reads films of 64 x 64 and more
            cv2.imencode(".png", large)[1].tofile(tmp_path / f"f{number}.png")
            table.writerow([f"f{number}.png", label, f"p{number}", "test", ("near", "far")[number % 3 == 0]])
    return read_manifest(tmp_path / "manifest.csv", FINDINGS)


def scorer(part: np.ndarray) -> Scorer:
    """A network that answers PNEUMONIA where a part of the film is bright."""

    def logits(batch):
        brightness = batch[:, part, 0].mean(axis=1)
        return np.stack([np.zeros_like(brightness), 50 * (brightness - 0.6)], axis=1).astype(np.float32)

    return Scorer("drawn 1.0.0", "none", "a" * 64, FINDINGS, SPEC, 1.0, logits)


def lungs_unless_black(films):
    return [None if film.mean() < 0.1 else LUNG for film in films]


def test_a_network_that_reads_the_lungs_knows_nothing_without_them(films) -> None:
    content = blanking(scorer(LUNG), films, find_lungs=lungs_unless_black)
    variants = content["variants"]
    assert list(variants) == [UNALTERED, OUTSIDE, LUNGS, BOX]
    for name in (UNALTERED, OUTSIDE):
        assert variants[name]["accuracy"]["value"] == 1.0
    for name in (LUNGS, BOX):
        assert variants[name]["findings"]["PNEUMONIA"]["recall"]["value"] == 0.0


def test_films_without_lungs_are_left_out_of_every_row_and_counted(films) -> None:
    content = blanking(scorer(LUNG), films, find_lungs=lungs_unless_black)
    assert content["films"] == content["patients"] == 11
    assert content["left_out"] == {"films": 1, "cells": [{"source": "far", "label": "NORMAL", "films": 1}]}
    by_source = content["variants"][BOX]["by_source"]
    assert {source: figures["films"] for source, figures in by_source.items()} == {"far": 3, "near": 8}
    with pytest.raises(DataError, match="none of 12"):
        blanking(scorer(LUNG), films, find_lungs=lambda films: [None] * len(films))
    with pytest.raises(DataError, match="val"):
        blanking(scorer(LUNG), films, "val", find_lungs=lungs_unless_black)


def test_the_blanked_part_has_the_mean_of_the_rest_and_so_tells_nothing_of_itself(films) -> None:
    seen: list[np.ndarray] = []
    given = scorer(LUNG)

    def logits(batch):
        seen.append(batch[..., 0])
        return given.logits(batch)

    spy = Scorer("drawn 1.0.0", "none", "", FINDINGS, SPEC, 1.0, logits)
    blanking(spy, films, find_lungs=lungs_unless_black)
    whole, outside, lungs, box = seen
    assert np.allclose(outside[:, LUNG], whole[:, LUNG])
    assert np.allclose(outside[:, ~LUNG], whole[:, LUNG].mean(axis=1)[:, None], atol=1e-5)
    assert np.allclose(lungs[:, ~LUNG], whole[:, ~LUNG])
    assert np.allclose(lungs[:, LUNG], whole[:, ~LUNG].mean(axis=1)[:, None], atol=1e-5)
    around = np.zeros_like(LUNG)
    around[8:24, 4:28] = True
    assert np.allclose(box[:, around], whole[:, ~around].mean(axis=1)[:, None], atol=1e-5)
    assert np.allclose(box[:, ~around], whole[:, ~around])


def test_heatmaps_are_shared_out_by_source_and_label(films) -> None:
    """A heatmap on the left half only: half of the lungs' own share is what an even one would have there."""

    def heatmaps(batch):
        maps = np.zeros((len(batch), 4, 4, 2), np.float32)
        maps[:, 1:3, 1:3] = 1.0
        maps[batch[..., 0].mean(axis=(1, 2)) > 0.45] = 0.0
        return maps

    given = replace(scorer(LUNG), heatmaps=heatmaps)
    rows = blanking(given, films, find_lungs=lungs_unless_black)["heatmap_shares"]
    assert [(row["source"], row["label"], row["films"]) for row in rows] == [
        ("all", "all", 11), ("far", "NORMAL", 1), ("far", "PNEUMONIA", 2), ("near", "NORMAL", 4),
        ("near", "PNEUMONIA", 4),
    ]  # fmt: skip
    for row in rows:
        assert row["chance"] == round(float(LUNG.mean()), 4)
        if row["label"] == "PNEUMONIA":
            assert (row["empty"], row["share"]) == (row["films"], None)
    assert rows[0]["empty"] == 6
    assert rows[0]["share"]["value"] == rows[3]["share"]["value"] > LUNG.mean()
    assert blanking(scorer(LUNG), films, find_lungs=lungs_unless_black)["heatmap_shares"] is None


def test_the_figures_go_into_an_evaluation_of_the_same_network_only(films, tmp_path) -> None:
    content = blanking(scorer(LUNG), films, find_lungs=lungs_unless_black)
    path = tmp_path / "blanking.json"
    path.write_text(json.dumps(content))
    found = measured_on({"a" * 64}, "RUN", InstrumentFiles(blanking=path))
    assert found == {BLANKING_KEY: content}
    ((_, text, tables),) = explained_tables(found)
    assert text.endswith("1 films without plausible lungs are left out of every row.")
    assert tables == blanking_tables(content)
    assert tables[0].rows[0][:2] == ("as they are", "1.000 [1.000, 1.000]")
    assert [row[:3] for row in tables[1].rows][:2] == [("far", "NORMAL", "1"), ("far", "PNEUMONIA", "2")]
    with pytest.raises(RunError, match="of another one"):
        measured_on({"b" * 64}, "RUN", InstrumentFiles(blanking=path))
