"""What exports say of the lungs: share, size and area, and nothing that is not known."""

from dataclasses import replace

import numpy as np
import pytest

from cxrviewer.domain import Analysis, LungEvidence, Placement
from cxrviewer.imaging.lung_outline import OUTLINE_COLOUR
from cxrviewer.results.film_pictures import film_pictures
from cxrviewer.results.lung_words import lung_words
from cxrviewer.results.overlay import render_overlay
from tests.results.examples import ok_analysis, refusal


def with_lungs(**changes: object) -> Analysis:
    analysis = ok_analysis(shape=(300, 300))
    mask = np.zeros((112, 112), bool)
    mask[30:90, 20:50] = mask[30:90, 62:92] = True
    place = Placement(0.0, 0.0, 300.0, 300.0, 300, 300, 112, 112)
    lungs = LungEvidence(mask, place, 0.287, 251.4, tuple(0.1 + 0.2 * n for n in range(3)))
    return replace(analysis, lungs=replace(lungs, **changes))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_share_size_and_area_are_said() -> None:
    analysis = with_lungs()
    predicted = analysis.prediction.predicted
    share = analysis.lungs.heatmap_shares[analysis.prediction.findings.index(predicted)]

    said = plain(lung_words(analysis))

    size = "lungs 29 % of the film, projected area 251 cm\u00b2"
    assert said == f"Heatmap for {predicted} inside the lungs: {100 * share:.0f} %; {size}"
    assert plain(lung_words(analysis, "NORMAL")).startswith("Heatmap for NORMAL inside the lungs: 30 %;")


def test_what_is_not_known_is_not_said() -> None:
    assert plain(lung_words(with_lungs(area_cm2=None, heatmap_shares=(None, None, None)))) == "lungs 29 % of the film"
    assert lung_words(ok_analysis()) == ""
    assert lung_words(refusal()) == ""


def colour_count(picture: np.ndarray) -> int:
    return int((np.abs(picture.astype(int) - OUTLINE_COLOUR).max(axis=2) < 25).sum())


def test_an_overlay_has_the_outline_and_a_legend_of_it() -> None:
    display = np.full((300, 300), 0.5, np.float32)
    analysis = with_lungs()

    outlined, bare = render_overlay(display, analysis), render_overlay(display, replace(analysis, lungs=None))

    film, legend = np.s_[:, :512], np.s_[:, 512:]
    assert colour_count(bare) == 0
    assert colour_count(outlined[film]) > 500
    assert colour_count(outlined[legend]) > 10
    # Outside the line and its rim the film is the same.
    inside_a_lung = np.s_[180:380, 120:200]
    assert (outlined[inside_a_lung] == bare[inside_a_lung]).all()


@pytest.mark.parametrize("part", ["heat", "film"])
def test_of_a_reports_pictures_the_heatmap_has_the_outline(part: str) -> None:
    display = np.full((300, 300), 0.5, np.float32)
    analysis = with_lungs()

    with_outline = getattr(film_pictures(display, analysis), part)
    without = getattr(film_pictures(display, replace(analysis, lungs=None)), part)

    assert (with_outline != without) == (part == "heat")
