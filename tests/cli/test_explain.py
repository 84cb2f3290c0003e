"""``cxrviewer explain``: both explanations of a film, their agreement, the picture, and films that have none."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.command import cxrviewer
from tests.films import write_png


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return write_png(tmp_path / "film.png", 260, seed=3)


def test_the_picture_is_signed_and_shows_three_films(tmp_path: Path, film: Path) -> None:
    out = tmp_path / "new" / "explained.png"
    done = cxrviewer(tmp_path, "explain", film, "--out", out)
    assert done.status == 0, done.err
    assert "rank correlation" in done.out or "cannot be compared" in done.out
    assert "Not for diagnosis" in done.out
    with Image.open(out) as picture:
        facts, pixels = picture.text, np.asarray(picture)
    assert facts["Disclaimer"] == "Research use only. Not for diagnosis."
    assert facts["Software"].startswith("cxrviewer ")
    assert (facts["Model"], facts["Engine"], len(facts["ModelSHA256"])) == ("cxr_mobilenetv2", "litert", 64)
    assert "occlusion sensitivity" in facts["Heatmap"]
    assert pixels.shape[1] == 3 * 448 + 2 * 8
    # Below its title the first film is grey, the others are coloured.
    first, others = pixels[60:400, :448], pixels[60:400, 456:]
    assert (first.max(axis=2) == first.min(axis=2)).all()
    assert (others.max(axis=2) != others.min(axis=2)).any()
    assert not list(out.parent.glob(".*"))


def test_json_has_both_maps_and_their_agreement(tmp_path: Path, film: Path) -> None:
    done = cxrviewer(tmp_path, "explain", film, "--finding", "NORMAL", "--json")
    assert done.status == 0, done.err
    told = json.loads(done.out)
    assert told["finding"] == "NORMAL"
    assert np.shape(told["grad_cam"]) == (7, 7)
    assert np.shape(told["occlusion_drop_of_logit"]) == (14, 14)
    assert told["rank_correlation"] is None or -1 <= told["rank_correlation"] <= 1
    assert told["disclaimer"] == "Research use only. Not for diagnosis."


def test_a_film_that_is_refused_has_no_explanation_and_no_picture(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no image", encoding="utf-8")
    done = cxrviewer(tmp_path, "explain", text, "--out", tmp_path / "out.png")
    assert done.status == 1
    assert done.out == ""
    assert "refused" in done.err
    assert not (tmp_path / "out.png").exists()


def test_wrong_findings_and_places_are_named(tmp_path: Path, film: Path) -> None:
    done = cxrviewer(tmp_path, "explain", film, "--finding", "MEASLES")
    assert done.status == 2
    assert "NORMAL, PNEUMONIA, COVID19" in done.err
    before = film.read_bytes()
    done = cxrviewer(tmp_path, "explain", film, "--out", film)
    assert done.status == 1
    assert "another place" in done.err
    assert film.read_bytes() == before
