"""The command line over the test split scores what the bundle's evaluation says."""

import csv
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.resources import models_folder
from tests.cli.command import cxrviewer, rows


def _value(figure: Any) -> float:
    """Return a figure without its interval, which not every figure of version 0.1.0 has."""
    return float(figure["value"] if isinstance(figure, dict) else figure)


def test_the_test_split_scores_as_the_evaluation_says(cxr224: Path, tmp_path: Path) -> None:
    with (cxr224 / "manifest.csv").open(encoding="utf-8", newline="") as table:
        films = {str(cxr224 / f["path"]): f for f in csv.DictReader(table) if f["split"] == "test"}
    listed = "\n".join(films)
    done = cxrviewer(
        tmp_path, "classify", "--from-file", "-", "--output", "r.csv", "--quiet", "--show-out-of-scope", stdin=listed
    )
    assert done.status == 0, done.err
    right: dict[str, list[bool]] = defaultdict(list)
    refused: dict[str, list[bool]] = defaultdict(list)
    for row in rows(tmp_path / "r.csv"):
        film = films[row["path"]]
        refused[film["source"]].append(row["scope"] == "out of scope")
        for group in ("all", film["source"], film["label"]):
            right[group].append(row["predicted"] == film["label"])
    evaluation = json.loads((models_folder() / "cxr_mobilenetv2" / "evaluation.json").read_text("utf-8"))
    assert len(right["all"]) == len(films) == evaluation["films"]
    assert sum(right["all"]) / len(films) == pytest.approx(_value(evaluation["overall"]["accuracy"]), abs=5e-5)
    for finding, figures in evaluation["findings"].items():
        assert sum(right[finding]) / len(right[finding]) == pytest.approx(_value(figures["recall"]), abs=5e-5)
    assert all(sum(films) / len(films) <= 0.02 for films in refused.values()), "true radiographs refused, by source"
    for source, figures in evaluation["by_source"].items():
        assert sum(right[source]) / len(right[source]) == pytest.approx(_value(figures["accuracy"]), abs=5e-5)
