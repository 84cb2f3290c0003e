"""A view that was reached by panning is the view that is sampled there at once."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxrviewer.gui.canvas.film import FilmPainter, HeatLayer
from cxrviewer.gui.canvas.panning import PannedPixels
from cxrviewer.gui.canvas.sampling import Area, visible_area
from cxrviewer.gui.state.geometry import Geometry, Viewport, placed
from cxrviewer.gui.state.view import ViewSettings
from tests.films import film
from tests.gui.canvas.films import heatmap, radiograph

FILM = radiograph(film(400, 0, 12), 12)
HEAT = heatmap(FILM.stored.shape)
VIEWPORT = Viewport(160, 120)


def numbered(geometry: Geometry, area: Area) -> np.ndarray:
    """Return pixels that tell where on the radiograph they are, to the whole pixel."""
    down, across = np.mgrid[area.top : area.top + area.height, area.left : area.left + area.width]
    return (down - int(geometry.top)) * 10_000 + across - int(geometry.left)


@given(st.lists(st.tuples(st.integers(-150, 150), st.integers(-150, 150)), min_size=1, max_size=8))
@settings(deadline=None, max_examples=100)
def test_kept_and_new_pixels_are_joined_where_they_belong(steps) -> None:
    pixels, geometry = PannedPixels(2), placed(ViewSettings(zoom=1.0), (400, 400), VIEWPORT)
    for right, down in steps:
        geometry = replace(geometry, left=geometry.left + right, top=geometry.top + down)
        area = visible_area(geometry)
        if area is not None:
            np.testing.assert_array_equal(pixels.get(geometry, area, numbered), numbered(geometry, area))


def test_only_what_comes_into_sight_is_sampled() -> None:
    pixels, sampled = PannedPixels(2), []

    def sample(geometry: Geometry, area: Area) -> np.ndarray:
        sampled.append(area.width * area.height)
        return numbered(geometry, area)

    geometry = placed(ViewSettings(zoom=1.0), (400, 400), VIEWPORT)
    area = Area(0, 0, 160, 120)
    pixels.get(geometry, area, sample)
    pixels.get(geometry, area, sample)
    assert sampled == [160 * 120]
    pixels.get(replace(geometry, left=geometry.left + 4, top=geometry.top - 3), area, sample)
    assert sum(sampled[1:]) == 4 * 117 + 3 * 160
    # Another zoom, another thing, or a place beside it: from the beginning.
    del sampled[:]
    pixels.get(replace(geometry, zoom=1.5), area, sample)
    pixels.get(geometry, area, sample, of="heat")
    pixels.get(replace(geometry, left=geometry.left + 0.5), area, sample)
    pixels.get(replace(geometry, left=geometry.left + 90.5), area, sample)
    assert sampled == [160 * 120] * 4


@pytest.mark.parametrize("zoom", [1.0, 0.72, 0.37, 3.3, 12.0])
@pytest.mark.parametrize(("turns", "flip"), [(0, False), (1, False), (3, True)])
def test_a_film_panned_to_a_place_is_the_film_at_that_place(zoom, turns, flip) -> None:
    heat = HeatLayer(HEAT, True, "inferno", 0.6)
    panned = FilmPainter(FILM)
    view = ViewSettings(zoom=zoom, quarter_turns=turns, flipped=flip)
    for step in range(6):
        geometry = placed(view, FILM.stored.shape, VIEWPORT)
        geometry = replace(geometry, left=geometry.left + 7 * step, top=geometry.top - 5 * step)
        for layer in (None, heat):
            here, afresh = (painter.picture(geometry, None, False, layer) for painter in (panned, FilmPainter(FILM)))
            assert here is not None
            assert afresh is not None
            assert here.area == afresh.area
            different = np.abs(here.pixels.astype(int) - afresh.pixels)
            # OpenCV counts places from the corner that it is given, in parts of a pixel.
            assert different.max() <= (0 if zoom == 1.0 and layer is None else 3)
