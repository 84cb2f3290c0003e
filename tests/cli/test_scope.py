"""The command line withholds what is no radiograph, and marks it where it is asked to show it."""

import json
from pathlib import Path

import cv2
import numpy as np

from tests.cli.command import cxrviewer, results_of
from tests.films import write_png


def test_a_picture_is_refused_and_shown_only_where_asked(scoped_bundle: Path, tmp_path: Path) -> None:
    films = tmp_path / "films"
    films.mkdir()
    write_png(films / "film.png", 200, seed=3)
    noise = np.random.default_rng(0).integers(0, 256, (200, 200), np.uint8)
    cv2.imencode(".png", noise)[1].tofile(films / "noise.png")
    classify = ("classify", films, "--model", scoped_bundle, "--engine", "litert", "--output")
    withheld = cxrviewer(tmp_path, *classify, "withheld.csv")
    assert withheld.status == 1, withheld.err
    assert "probabilities and heatmaps are withheld" in withheld.out
    rows = results_of(tmp_path / "withheld.csv")
    assert (rows["film.png"]["status"], rows["film.png"]["scope"]) == ("ok", "in scope")
    assert (rows["noise.png"]["status"], rows["noise.png"]["scope"]) == ("refused", "out of scope")
    assert rows["noise.png"]["predicted"] == ""
    shown = cxrviewer(tmp_path, *classify, "shown.csv", "--show-out-of-scope")
    assert shown.status == 0, shown.err
    row = results_of(tmp_path / "shown.csv")["noise.png"]
    assert (row["status"], row["scope"]) == ("ok", "out of scope")
    assert row["predicted"]
    assert "OUT OF SCOPE" in row["warnings"]
    # The earlier refusal has a key of its own, and stands.
    again = cxrviewer(tmp_path, *classify, "again.csv", "--json")
    assert again.status == 1
    statuses = {Path(line["path"]).name: line["status"] for line in map(json.loads, again.out.splitlines())}
    assert statuses == {"film.png": "ok", "noise.png": "refused"}
