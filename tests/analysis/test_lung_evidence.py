"""Where heatmaps lie: shares inside drawn lungs, areas by the spacing, and a real analysis through the store."""

import cv2
import numpy as np
import pytest

from cxrviewer.analysis.analyze import examine_file
from cxrviewer.analysis.lung_evidence import find_lung_evidence, lung_area, share_inside
from cxrviewer.domain import Heatmap, PixelSpacing, Placement
from cxrviewer.imaging.fitting import heatmap_on_radiograph
from cxrviewer.inference.bundle import find_bundle
from cxrviewer.inference.engines import open_engine
from cxrviewer.inference.lung_segmenter import LungSegmenter
from cxrviewer.results.serialisation import analysis_from_json, analysis_to_json
from cxrviewer.results.warned import lung_share
from tests.films import film

WHOLE = Placement(0.0, 0.0, 300.0, 200.0, 300, 200, 112, 112)


def ellipse_mask() -> np.ndarray:
    plane = np.zeros((112, 112), np.uint8)
    for x in (35, 77):
        cv2.ellipse(plane, (x, 56), (16, 36), 0, 0, 360, 1, -1)
    return plane.astype(bool)


@pytest.fixture(scope="module")
def segmenter() -> LungSegmenter:
    return LungSegmenter()


def test_heat_within_a_lung_is_inside_and_heat_between_them_is_not() -> None:
    mask, shares = ellipse_mask(), []
    for row, column in ((56, 35), (56, 56), (5, 5)):
        grid = np.zeros((112, 112), np.float32)
        grid[row, column] = 3.0
        shares.append(share_inside(Heatmap("A", grid, WHOLE), mask, WHOLE))

    assert shares == [1.0, 0.0, 0.0]


def test_even_heat_has_the_lungs_own_share_inside_and_none_has_no_share() -> None:
    mask = ellipse_mask()

    even = share_inside(Heatmap("A", np.ones((7, 7), np.float32), WHOLE), mask, WHOLE)

    assert even == pytest.approx(mask.mean(), abs=1e-6)
    assert share_inside(Heatmap("A", np.zeros((7, 7), np.float32), WHOLE), mask, WHOLE) is None


@pytest.mark.parametrize("seed", range(4))
def test_the_share_is_that_on_the_radiographs_own_grid(seed) -> None:
    rng = np.random.default_rng(seed)
    grid = np.maximum(rng.normal(0, 1, (7, 7)), 0).astype(np.float32)
    # The network saw a letterboxed film, the segmenter all of it.
    place = Placement(-50.0, -100.0, 400.0, 400.0, 300, 200, 224, 224)
    mask = ellipse_mask()

    share = share_inside(Heatmap("A", grid, place), mask, WHOLE)

    heat = heatmap_on_radiograph(Heatmap("A", grid, place))
    full = cv2.resize(mask.astype(np.uint8), (200, 300), interpolation=cv2.INTER_NEAREST) > 0
    assert share == pytest.approx(heat[full].sum() / heat.sum(), abs=0.01)


def test_the_area_is_that_of_the_pixels_and_unknown_without_spacing() -> None:
    mask = np.zeros((112, 112), bool)
    mask[:56] = True  # half of a film of 300 x 200 pixels of 1 mm x 0.5 mm: 150 cm2

    assert lung_area(mask, WHOLE, PixelSpacing(1.0, 0.5, "ImagerPixelSpacing")) == pytest.approx(150.0)
    assert lung_area(mask, WHOLE, None) is None


def test_lungs_of_a_drawn_thorax_are_found(segmenter) -> None:
    display = film(400, seed=3).astype(np.float32) / 255
    heatmap = Heatmap("A", np.ones((7, 7), np.float32), Placement(0, 0, 400, 400, 400, 400, 224, 224))

    found = find_lung_evidence(display, [heatmap], None, segmenter)

    assert found is not None
    assert 0.1 < found.area_share < 0.5
    assert found.heatmap_shares == (pytest.approx(found.area_share),)
    assert (found.placement.radiograph_height, found.placement.radiograph_width) == (400, 400)


def test_a_film_without_lungs_has_no_evidence(segmenter) -> None:
    assert find_lung_evidence(np.zeros((300, 200), np.float32), [], None, segmenter) is None


def test_a_real_analysis_has_lungs_and_comes_back_from_json_bit_for_bit(fullsize_films, segmenter) -> None:
    bundle = find_bundle("cxr_mobilenetv2")
    engine = open_engine("litert", bundle)
    found = 0
    for path in sorted(fullsize_films.iterdir()):
        analysis = examine_file(path, bundle, engine, segmenter=segmenter).analysis
        again = analysis_from_json(analysis_to_json(analysis))
        assert (analysis.lungs is None) == (again.lungs is None)
        if analysis.prediction is None or analysis.lungs is None:
            continue
        found += 1
        assert np.array_equal(analysis.lungs.mask, again.lungs.mask)
        assert again.lungs.placement == analysis.lungs.placement
        assert again.lungs.heatmap_shares == pytest.approx(analysis.lungs.heatmap_shares)
        assert again.lungs.area_share == analysis.lungs.area_share
        assert len(analysis.lungs.heatmap_shares) == len(analysis.prediction.findings)
        assert lung_share(again) is None or 0 <= lung_share(again) <= 1
    assert found >= 6


def test_nobody_looks_for_lungs_without_a_segmenter(samples) -> None:
    bundle = find_bundle("cxr_mobilenetv2")

    analysis = examine_file(samples / "synthetic-clear.png", bundle, open_engine("litert", bundle)).analysis

    assert analysis.prediction is not None
    assert analysis.lungs is None
