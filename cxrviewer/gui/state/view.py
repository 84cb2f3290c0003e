"""How a radiograph and its heatmap are shown, and the steps from one such way to the next; nothing here knows Qt.

Lengths on the screen are device pixels: at 200 % a logical pixel is two of them. Positions on a radiograph are
(row, column) in stored pixels, the first pixel reaching from 0 to 1 on both axes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from cxrviewer.domain import Appearance, Heatmap, HeatmapMethod, Window
from cxrviewer.imaging.orientation import QUARTER_TURNS
from cxrviewer.imaging.rendering import DEFAULT_COLOUR_MAP

HeatmapStyle = Literal["fill", "contour"]
Position = tuple[float, float]

# Cornerstone's share, which readers are used to: a drag over a screen goes about once through the film's values.
_RANGE_PER_PIXEL: Final = 1 / 1024
_NARROWEST: Final = 1 / 1024  # window, as a share of the film's range
_WIDEST: Final = 4.0


@dataclass(frozen=True)
class ViewSettings:
    """How one radiograph is shown.

    window: in modality units; None is the file's default rendering. inverted: on top of what the file asks.
    A flipped radiograph is mirrored left to right as stored, and turned clockwise by ``quarter_turns`` (0 to 3) after
    that; ``turned`` and ``flipped`` take steps on what is on the screen.
    zoom: screen (device) pixels a stored pixel; None fits the whole radiograph in, and then ``centre`` does not count.
    centre: the (row, column) in stored pixels that is in the middle of the view; None is the radiograph's middle.
    """

    window: Window | None = None
    inverted: bool = False
    quarter_turns: int = 0
    flipped: bool = False
    zoom: float | None = None
    centre: Position | None = None


@dataclass(frozen=True)
class HeatmapSettings:
    """How the heatmap lies over the radiograph; None as the finding is the predicted one. opacity: 0 to 1.

    method: what the heatmap is made by; Grad-CAM where a film has no other.
    lungs: whether the outline of the lungs is drawn, with or without the heatmap.
    """

    visible: bool = True
    finding: str | None = None
    opacity: float = 0.45
    colour_map: str = DEFAULT_COLOUR_MAP
    style: HeatmapStyle = "fill"
    smooth: bool = True
    colour_bar: bool = True
    lungs: bool = True
    method: HeatmapMethod = "Grad-CAM"


def fitted(view: ViewSettings) -> ViewSettings:
    """Return the view with the whole radiograph in it."""
    return replace(view, zoom=None, centre=None)


def zoomed_to(view: ViewSettings, zoom: float, centre: Position | None = None) -> ViewSettings:
    """Return the view at a zoom, with another centre where one is given; 1.0 is one screen pixel a stored pixel."""
    kept = view.centre if view.zoom is not None else None
    return replace(view, zoom=zoom, centre=kept if centre is None else centre)


def turned(view: ViewSettings, quarter_turns: int = 1) -> ViewSettings:
    """Return the view with what is on the screen turned clockwise by quarter turns (negative: anticlockwise)."""
    return replace(view, quarter_turns=(view.quarter_turns + quarter_turns) % 4)


def flipped(view: ViewSettings) -> ViewSettings:
    """Return the view with what is on the screen mirrored left to right, however it is turned."""
    # Mirroring after a turn is the same as turning the other way after mirroring.
    return replace(view, flipped=not view.flipped, quarter_turns=-view.quarter_turns % 4)


def inverted(view: ViewSettings) -> ViewSettings:
    """Return the view with black and white exchanged."""
    return replace(view, inverted=not view.inverted)


def righted(view: ViewSettings, appearance: Appearance) -> ViewSettings:
    """Return the view in which a radiograph that lies so, as stored, looks as it should."""
    turns = QUARTER_TURNS.get(appearance, 0) % 4
    return replace(view, inverted=appearance == "inverted", flipped=appearance == "mirrored", quarter_turns=turns)


def windowed(view: ViewSettings, window: Window | None) -> ViewSettings:
    """Return the view through another window; None is the file's default rendering."""
    return replace(view, window=window)


def window_dragged(
    view: ViewSettings, right: float, down: float, start: Window, film_range: tuple[float, float]
) -> ViewSettings:
    """Return the view after a window drag of ``right`` and ``down`` logical pixels since it began at ``start``.

    Rightwards the window grows wider, downwards its centre rises, in modality units: 1024 pixels go once through
    ``film_range``, the least and greatest modality value in the film. The width stays between 1/1024 and 4 times that
    range (and at least 1 where the window is LINEAR, as PS3.3 C.11.2.1.2 asks), the centre within one range of it.
    """
    low, high = film_range
    span = max(high - low, 1e-6)
    narrowest = max(span * _NARROWEST, 1.0 if start.function == "LINEAR" else 0.0)
    width = min(max(start.width + right * span * _RANGE_PER_PIXEL, narrowest), max(_WIDEST * span, narrowest))
    centre = min(max(start.centre + down * span * _RANGE_PER_PIXEL, low - span), high + span)
    return replace(view, window=replace(start, centre=centre, width=width, explanation=""))


def reset(view: ViewSettings) -> ViewSettings:
    """Return the view that a radiograph has when it is opened: fitted, upright, as its file asks."""
    return ViewSettings()


def chosen_heatmap(settings: HeatmapSettings, heatmaps: Iterable[Heatmap], predicted: str | None) -> Heatmap | None:
    """Return the heatmap that the settings ask for; None where it is hidden or the finding has none."""
    wanted = predicted if settings.finding is None else settings.finding
    return next((heatmap for heatmap in heatmaps if settings.visible and heatmap.finding == wanted), None)
