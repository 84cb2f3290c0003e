"""The outline of the lungs lies where they are, however the film is shown, and goes when it is not wanted."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from cxrviewer.domain import LungEvidence, Placement
from cxrviewer.gui.canvas.contours import lung_outline
from cxrviewer.gui.state.geometry import Viewport, placed
from cxrviewer.gui.state.view import HeatmapSettings, ViewSettings
from cxrviewer.imaging.lung_outline import OUTLINE_COLOUR, draw_outline
from tests.films import film
from tests.gui.canvas.films import heatmap, pixels, radiograph, shown_canvas

SHAPE = (640, 560)


@pytest.fixture
def canvas(qtbot):
    return shown_canvas(qtbot, radiograph(film(400, 0, 12), 12))


def two_lungs(shape: tuple[int, int] = SHAPE) -> LungEvidence:
    plane = np.zeros((112, 112), np.uint8)
    for x in (35, 77):
        cv2.ellipse(plane, (x, 56), (16, 36), 0, 0, 360, 1, -1)
    mask = plane.astype(bool)
    return LungEvidence(mask, Placement(0.0, 0.0, *shape, *shape, 112, 112), float(mask.mean()), None, (0.5,))


def near_outline(picture: np.ndarray) -> int:
    """Return how many pixels have the outline's colour."""
    return int((np.abs(picture[..., :3].astype(int) - OUTLINE_COLOUR).max(axis=2) <= 60).sum())


@pytest.mark.parametrize("view", [ViewSettings(), ViewSettings(quarter_turns=1, flipped=True), ViewSettings(zoom=2.0)])
def test_the_outline_runs_along_the_masks_edge(view) -> None:
    lungs = two_lungs()
    geometry = placed(view, SHAPE, Viewport(900, 900))

    lines = lung_outline(lungs, geometry)

    points = np.concatenate(lines) + 0.5
    inverse = np.array(geometry.inverse())
    on_film = points @ inverse[:, :2].T + inverse[:, 2]
    cells = on_film / (SHAPE[1] / 112, SHAPE[0] / 112)  # x, y
    distances = [np.hypot((cells[:, 0] - x - 0.5) / 16, (cells[:, 1] - 56.5) / 36) for x in (35, 77)]
    assert np.abs(np.minimum(*distances) - 1).max() < 0.12
    assert len(lines) == 2


def test_the_outline_is_painted_taken_off_and_no_heatmap_is_needed(canvas) -> None:
    bare = pixels(canvas)
    canvas.set_lungs(two_lungs(canvas.film_shape))
    assert near_outline(pixels(canvas)) > near_outline(bare) + 100
    canvas.set_heatmap_settings(HeatmapSettings(lungs=False))
    np.testing.assert_array_equal(pixels(canvas), bare)
    canvas.set_heatmap_settings(HeatmapSettings())
    canvas.set_lungs(None)
    np.testing.assert_array_equal(pixels(canvas), bare)


def test_the_outline_stays_where_the_heatmap_is_hidden(canvas) -> None:
    canvas.set_heatmaps([heatmap(canvas.film_shape)], "PNEUMONIA")
    canvas.set_lungs(two_lungs(canvas.film_shape))
    hidden = HeatmapSettings(visible=False)
    canvas.set_heatmap_settings(hidden)
    with_outline = pixels(canvas)
    canvas.set_heatmap_settings(replace(hidden, lungs=False))
    assert (pixels(canvas) != with_outline).any()


def test_the_outline_moves_with_the_film_and_is_in_the_magnifier(canvas) -> None:
    canvas.set_lungs(two_lungs(canvas.film_shape))
    canvas.set_view(ViewSettings(zoom=3.0, centre=(200.0, 60.0)))  # the edge of one lung is in the view
    one_edge = near_outline(pixels(canvas))
    canvas.set_view(ViewSettings(zoom=6.0, centre=(200.0, 125.0)))  # nothing but lung
    assert one_edge > 100
    assert near_outline(pixels(canvas)) == 0
    canvas.set_view(ViewSettings(zoom=1.0, centre=(200.0, 68.0)))
    plain = pixels(canvas)
    canvas.setFocus()
    canvas.set_magnifier(True)
    with_lens = pixels(canvas)
    canvas.set_heatmap_settings(HeatmapSettings(lungs=False))
    middle = np.s_[100:200, 150:250]
    assert (with_lens[middle] != plain[middle]).any()
    assert near_outline(with_lens[middle]) > near_outline(pixels(canvas)[middle])


def test_an_export_has_the_same_outline() -> None:
    lungs = two_lungs()
    plain = np.full((*SHAPE, 3), 90, np.uint8)

    drawn = draw_outline(plain, lungs)

    coloured = np.abs(drawn.astype(int) - OUTLINE_COLOUR).max(axis=2) < 30
    rows, columns = np.nonzero(coloured)
    cells = np.stack([(columns + 0.5) / SHAPE[1] * 112, (rows + 0.5) / SHAPE[0] * 112])
    distances = [np.hypot((cells[0] - x - 0.5) / 16, (cells[1] - 56.5) / 36) for x in (35, 77)]
    assert len(rows) > 700
    assert np.abs(np.minimum(*distances) - 1).max() < 0.15
    assert (drawn[0, 0] == 90).all()
    assert (plain == 90).all()
