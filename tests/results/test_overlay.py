"""An overlay shows the heat where it is, names what it shows, holds for any shape of film, and is as the golden one."""

import os
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cxrviewer.domain import NOT_FOR_DIAGNOSIS, Analysis, ModelIdentity, Placement
from cxrviewer.errors import ExportError
from cxrviewer.results.legend import elided, legend_font, text_size, wrapped
from cxrviewer.results.overlay import overlay_file_name, render_overlay, write_overlay
from tests.results.examples import FINDINGS, MODEL, PATIENT, ok_analysis, refusal

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


def phantom(samples: Path, height: int, width: int) -> np.ndarray:
    grey = cv2.imread(str(samples / "synthetic-ground-glass.jpg"), cv2.IMREAD_GRAYSCALE)
    return cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def uncertain_at_90_percent(shape: tuple[int, int]) -> Analysis:
    analysis = ok_analysis("/films/synthetic.jpg", shape)
    assert analysis.prediction is not None
    return replace(analysis, prediction=replace(analysis.prediction, prediction_set=(), level=0.9))


GOLDENS: dict[str, tuple[tuple[int, int], Callable[[tuple[int, int]], Analysis]]] = {
    "overlay_square": ((200, 200), lambda shape: ok_analysis("/films/synthetic.jpg", shape)),
    "overlay_uncertain": ((200, 200), uncertain_at_90_percent),
    "overlay_wide": (
        (150, 300),
        lambda shape: ok_analysis(
            "/films/" + "long_" * 40 + "name.dcm", shape, warnings=("the header gives no window",)
        ),
    ),
    "overlay_no_heat_many_findings": (
        (512, 128),
        lambda shape: ok_analysis(
            "/films/été Ωμέγα 胸.png", shape, tuple(f"FINDING_{i}" for i in range(15)), hot_cell=None
        ),
    ),
}


@pytest.mark.parametrize("name", GOLDENS)
def test_overlays_look_as_they_did(name: str, samples: Path) -> None:
    """Compare with tests/golden; CXRVIEWER_UPDATE_GOLDEN=1 writes those files anew: look at them before committing."""
    shape, make = GOLDENS[name]
    picture = render_overlay(phantom(samples, *shape), make(shape))
    path = GOLDEN / f"{name}.png"
    if os.environ.get("CXRVIEWER_UPDATE_GOLDEN") == "1":
        Image.fromarray(picture).save(path, optimize=True)
    golden = np.asarray(Image.open(path).convert("RGB"))
    assert unlike(picture, golden) == []


def unlike(picture: np.ndarray, golden: np.ndarray) -> list[str]:
    """Return in which ways two pictures differ more than one FreeType differs from the next."""
    if picture.shape != golden.shape:
        return [f"shape {picture.shape}, not {golden.shape}"]
    difference = np.abs(picture.astype(np.float32) - golden).max(axis=2)
    figures = {
        "mean": (float(difference.mean()), 2),
        "99th percentile": (float(np.percentile(difference, 99)), 12),
        "mean around one place": (float(cv2.blur(difference, (25, 25)).max()), 16),  # a word, a small bar
    }
    return [f"{name} {value:.1f} > {limit}" for name, (value, limit) in figures.items() if value > limit]


def test_the_comparison_with_golden_images_sees_a_word_and_a_hot_spot(samples: Path) -> None:
    display, analysis = phantom(samples, 200, 200), ok_analysis("/films/synthetic.jpg", (200, 200))
    golden = render_overlay(display, analysis)
    for changed in (
        replace(analysis, engine="keras"),
        ok_analysis("/films/synthetic.jpg", (200, 200), hot_cell=(4, 2)),
        ok_analysis("/films/synthetic.jpg", (200, 200), hot_cell=None),
    ):
        assert unlike(render_overlay(display, changed), golden)


@pytest.mark.parametrize("shape", [(64, 64), (64, 2000), (2000, 64), (1, 500), (1601, 1600), (900, 1169), (900, 1171)])
def test_the_layout_holds_for_films_of_any_shape(shape: tuple[int, int]) -> None:
    display = np.full(shape, 0.4, np.float32)
    analysis = ok_analysis("/f/" + "x" * 200 + ".png", shape, warnings=("word " * 60,) * 6)
    picture = render_overlay(display, analysis)
    assert (picture.dtype, picture.shape[2]) == (np.uint8, 3)
    scale = min(max(*shape, 512), 1600) / max(shape)
    height, width = (max(1, round(side * scale)) for side in shape)
    grid = np.zeros((7, 7), np.float32)
    cold = replace(analysis, heatmaps=tuple(replace(h, grid=grid) for h in analysis.heatmaps))
    film = render_overlay(display, cold)[:height, :width]
    assert (film == 102).all()  # nothing of the legend lies on the film
    outside = np.ones(picture.shape[:2], bool)
    outside[:height, :width] = False
    edges = outside & ~np.pad(outside[1:-1, 1:-1], 1)  # the outermost pixels, where the film is not
    assert (picture[edges] == picture[-1, -1]).all()  # no text runs out of the picture


def test_the_heat_lies_where_the_network_saw_it() -> None:
    shape = (700, 600)
    analysis = ok_analysis(shape=shape, hot_cell=(5, 1))
    picture = render_overlay(np.full(shape, 0.4, np.float32), analysis)[:, :600].astype(int)
    colourful = picture.max(axis=2) - picture.min(axis=2)
    row, column = np.unravel_index(colourful.argmax(), shape)
    assert abs(row - 550) <= 60
    assert abs(column - 128) <= 60
    assert (colourful[:300] == 0).all()  # cold regions stay clear


def test_the_heat_follows_the_placement_when_the_film_is_made_smaller() -> None:
    """A centre crop of a film of 3200 x 1600: what the network did not see stays grey."""
    shape = (3200, 1600)
    analysis = ok_analysis(shape=shape, hot_cell=(0, 0))
    cropped = Placement(800.0, 0.0, 1600.0, 1600.0, *shape, 224, 224)
    analysis = replace(analysis, heatmaps=tuple(replace(h, placement=cropped) for h in analysis.heatmaps))
    film = render_overlay(np.full(shape, 0.4, np.float32), analysis)[:1600, :800].astype(int)
    colourful = (film.max(axis=2) - film.min(axis=2)) > 0
    assert not colourful[:400].any()
    assert colourful[400:520, :100].all()


def test_the_heatmap_of_the_predicted_finding_is_shown() -> None:
    analysis = ok_analysis(shape=(512, 512))
    assert analysis.prediction is not None
    others = tuple(
        replace(h, grid=np.ones((7, 7), np.float32)) if h.finding != analysis.prediction.predicted else h
        for h in analysis.heatmaps
    )
    display = np.full((512, 512), 0.4, np.float32)
    np.testing.assert_array_equal(
        render_overlay(display, analysis), render_overlay(display, replace(analysis, heatmaps=others))
    )


def test_the_picture_says_what_it_is_to_a_program(tmp_path: Path) -> None:
    analysis = ok_analysis("/secret folder/Röntgen\udcff.png")
    write_overlay(tmp_path / "new" / "folder" / "o.png", np.zeros((120, 100), np.float32), analysis)
    with Image.open(tmp_path / "new" / "folder" / "o.png") as image:
        image.load()
        text = dict(image.text)  # type: ignore[attr-defined]
    assert text["Disclaimer"] == NOT_FOR_DIAGNOSIS
    assert text["ModelSHA256"] == MODEL.sha256
    assert (text["Model"], text["ModelVersion"], text["Engine"]) == (MODEL.name, MODEL.version, "litert")
    assert text["Source"] == r"Röntgen\xff.png"
    assert text["SourceSHA256"] == analysis.sha256
    assert text["Software"] == "cxrviewer 0.1.0"
    prediction = analysis.prediction
    assert prediction is not None
    for finding in FINDINGS:
        value = np.float32(text[f"Probability {finding}"])
        assert value == prediction.probabilities[prediction.findings.index(finding)]
    everything = (tmp_path / "new" / "folder" / "o.png").read_bytes()
    assert b"secret folder" not in everything
    assert PATIENT.name.encode() not in everything


def test_the_radiograph_is_never_written_over(tmp_path: Path) -> None:
    film = tmp_path / "film.png"
    film.write_bytes(b"the film")
    (tmp_path / "link.png").symlink_to(film)
    for path in (film, tmp_path / "link.png", tmp_path / "." / "film.png"):
        with pytest.raises(ExportError, match="radiograph itself"):
            write_overlay(path, np.zeros((120, 100), np.float32), ok_analysis(str(film)))
    assert film.read_bytes() == b"the film"


def test_what_has_no_result_has_no_overlay() -> None:
    display = np.zeros((120, 100), np.float32)
    with pytest.raises(ExportError, match="refused"):
        render_overlay(display, refusal())
    with pytest.raises(ExportError, match="heatmap"):
        render_overlay(display, replace(ok_analysis(), heatmaps=()))
    with pytest.raises(ValueError, match="120 x 100"):
        render_overlay(np.zeros((100, 120), np.float32), ok_analysis())


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ExportError, match="cannot be made"):
        write_overlay(tmp_path / "file" / "o.png", np.zeros((120, 100), np.float32), ok_analysis())


WINDOWS_DEVICES = ("CON", "PRN", "AUX", "NUL", "COM1", "LPT9", "con", "nul")


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=()), min_size=1, max_size=300))
def test_file_names_are_valid_everywhere(path: str) -> None:
    name = overlay_file_name(ok_analysis_at(path))
    assert name == overlay_file_name(ok_analysis_at(path))
    assert len(name.encode("utf-8")) <= 120
    assert not set(name) & set('<>:"/\\|?* ')
    assert all(c.isprintable() for c in name)
    assert unicodedata.is_normalized("NFC", name)
    assert name.endswith(".png")
    assert not name.startswith((".", "-"))


def ok_analysis_at(path: str) -> Analysis:
    return replace(refusal(), path=path)


@pytest.mark.parametrize("device", WINDOWS_DEVICES)
def test_no_file_name_is_a_device_of_windows(device: str) -> None:
    assert overlay_file_name(ok_analysis_at(f"/f/{device}.png")).split(".")[0].upper() not in WINDOWS_DEVICES


def test_file_names_do_not_meet() -> None:
    one = ok_analysis_at("/a/film.png")
    others = [
        ok_analysis_at("/b/film.png"),
        ok_analysis_at("/a/film.jpg"),
        replace(one, sha256="d" * 64),
        replace(one, model=ModelIdentity("m", "1.0.0", "e" * 64)),
    ]
    names = {overlay_file_name(analysis) for analysis in (one, *others)}
    assert len(names) == 5
    assert all(name.startswith("film_") for name in names)


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=200), st.integers(60, 400))
@settings(deadline=None)
def test_text_never_leaves_its_room(text: str, room: int) -> None:
    for line in (*wrapped(text, room, 14), elided(text, room, 14)):
        assert legend_font(14).getlength(line) <= room
        assert "\n" not in line


def test_the_middle_goes_first() -> None:
    short = elided("beginning_" + "x" * 200 + "_ending.dcm", 200, 14)
    assert short.startswith("begin")
    assert short.endswith("ing.dcm")
    assert "\u2026" in short


def test_the_text_grows_with_the_film_within_limits() -> None:
    assert text_size(64, 64) == text_size(512, 512) == 14
    assert text_size(1600, 1000) == 26
    assert 14 < text_size(1100, 1100) < 26
