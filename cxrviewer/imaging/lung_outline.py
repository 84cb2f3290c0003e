"""The outline of the lungs, on the radiograph's own grid."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import Heatmap, LungEvidence
from cxrviewer.imaging.fitting import heatmap_on_radiograph

EDGE: Final = 0.5
"""Where a soft mask has this value is the lungs' edge."""
OUTLINE_COLOUR: Final = (120, 225, 255)
"""Red, green and blue of an outline: in none of the colour maps, and to be seen on black and on white."""

_SOFTNESS: Final = 1.2  # cells of the mask's grid: enough to hide its steps


def soft_mask(lungs: LungEvidence) -> Heatmap:
    """Return the mask as a soft plane in [0, 1] that can be carried to the radiograph as a heatmap is.

    It is 0.5 along the lungs' edge, where lungs end at the film's edge too.
    """
    import cv2

    soft = cv2.GaussianBlur(lungs.mask.astype(np.float32), (0, 0), _SOFTNESS, borderType=cv2.BORDER_REPLICATE)
    return Heatmap("", np.asarray(soft, np.float32), lungs.placement)


def draw_outline(picture: npt.NDArray[np.uint8], lungs: LungEvidence) -> npt.NDArray[np.uint8]:
    """Return a picture of the whole radiograph, (h, w, 3) uint8 RGB of any size, with the lungs' outline on it.

    The line is thin: 2 pixels, or 1/500 of the longer side, with a dark rim to be seen on white.
    """
    import cv2

    height, width = picture.shape[:2]
    place = lungs.placement
    rows, columns = height / place.radiograph_height, width / place.radiograph_width
    scaled = replace(
        place,
        top=place.top * rows,
        left=place.left * columns,
        height=place.height * rows,
        width=place.width * columns,
        radiograph_height=height,
        radiograph_width=width,
    )
    inside = heatmap_on_radiograph(replace(soft_mask(lungs), placement=scaled)) >= EDGE
    lines, _ = cv2.findContours(inside.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    thickness = max(2, round(max(height, width) / 500))
    drawn = picture.copy()
    for colour, wide in (((0, 0, 0), thickness + 2), (OUTLINE_COLOUR, thickness)):
        cv2.polylines(drawn, lines, True, colour, wide, cv2.LINE_AA)
    return drawn
