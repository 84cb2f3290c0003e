"""One picture of both explanations of a film: radiograph, Grad-CAM and occlusion sensitivity side by side."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import FloatArray, Heatmap
from cxrviewer.errors import ExportError
from cxrviewer.inference.explanation import Explanation
from cxrviewer.results.legend import Panel, text_size
from cxrviewer.results.overlay import draw_facts, film_under_heat, overlay_facts, resized_film, write_signed_picture
from cxrviewer.results.sentences import explanations_agree

_LONGEST_SIDE: Final = 640  # pixels of each of the three
_SHORTEST_LONG_SIDE: Final = 448
_GAP: Final = 8
_GROUND: Final = (20, 22, 26)

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class ExplanationPicture:
    """Writes the picture of an explanation to a path; picklable, for ``analysis.explaining``.

    ``finding``: the explained one; "" is the predicted one.
    """

    path: Path
    finding: str = ""

    def __call__(self, display: FloatArray, explanation: Explanation) -> None:
        """Write it; display: (H, W) float32 in [0, 1]. Raises ExportError where it cannot be made or written."""
        analysis = explanation.analysis
        pixels = render_explanation(display, explanation, self.finding)
        heatmap, _ = _both(explanation, self.finding)
        facts = overlay_facts(analysis) | {
            "Heatmap": f"Grad-CAM and occlusion sensitivity for {heatmap.finding}, each over its maximum here",
            "RankCorrelation": str(explanation.agreement(heatmap.finding)),
        }
        write_signed_picture(self.path, pixels, analysis, facts)


def render_explanation(display: FloatArray, explanation: Explanation, finding: str = "") -> Picture:
    """Return the picture, (h, w, 3) uint8, RGB; display: (H, W) float32 in [0, 1], on the grid of the heatmaps.

    Raises ExportError where there is no prediction or no such finding.
    """
    shown = _both(explanation, finding)
    film = resized_film(display, _SHORTEST_LONG_SIDE, _LONGEST_SIDE)
    grey = np.repeat(np.round(film * 255).astype(np.uint8)[:, :, np.newaxis], 3, axis=2)
    hot = [film_under_heat(film, heatmap) for heatmap in shown]
    titles = ("Radiograph", *(heatmap.method[0].upper() + heatmap.method[1:] for heatmap in shown))
    row = _beside(
        [_titled(title, picture) for title, picture in zip(titles, (grey, *(p for p, _ in hot)), strict=True)]
    )
    size = text_size(*film.shape)
    said, facts = Panel(size), Panel(size)
    _draw_words(said, explanation, shown[0].finding, empty=[not heat for _, heat in hot])
    draw_facts(facts, explanation.analysis, display.shape)
    return _above(row, _beside([said.picture, facts.picture]))


def _both(explanation: Explanation, finding: str) -> tuple[Heatmap, Heatmap]:
    prediction = explanation.analysis.prediction
    wanted = finding or (prediction.predicted if prediction else "")
    found = [h for h in (*explanation.analysis.heatmaps, *explanation.heatmaps()) if h.finding == wanted]
    if len(found) != 2:
        raise ExportError(
            f"expected a film with both explanations of {wanted or 'a finding'}, got {len(found)} of them."
        )
    return found[0], found[1]


def _draw_words(panel: Panel, explanation: Explanation, finding: str, *, empty: list[bool]) -> None:
    prediction = explanation.analysis.prediction
    assert prediction is not None, "a film without a prediction has no explanation"
    panel.text("Predicted", dim=True)
    panel.text(f"{prediction.predicted} {prediction.probability(prediction.predicted):.2f}", scale=1.6)
    panel.gap(0.6)
    panel.text(f"Colours: evidence for {finding}, each map over its own maximum")
    panel.colour_bar("none", "most in this film")
    panel.gap(0.4)
    panel.text(str(explanations_agree(explanation.agreement(finding))))
    if any(empty):
        panel.text("A picture without colours: no region speaks for the finding there.", dim=True)
    panel.text("Occlusion sensitivity: how far the logit falls while a grey patch hides a part.", dim=True, scale=0.85)


def _titled(title: str, picture: Picture) -> Picture:
    from PIL import Image, ImageDraw

    from cxrviewer.results.legend import legend_font

    size = text_size(*picture.shape[:2])
    strip = Image.new("RGB", (picture.shape[1], 2 * size), _GROUND)
    ImageDraw.Draw(strip).text((size // 2, size // 2), title, fill=(236, 238, 240), font=legend_font(size))
    return np.concatenate([np.asarray(strip), picture])


def _beside(pictures: list[Picture]) -> Picture:
    height = max(picture.shape[0] for picture in pictures)
    parts: list[Picture] = []
    for picture in pictures:
        parts += [_ground(height, _GAP), _filled(picture, height, picture.shape[1])]
    return np.concatenate(parts[1:], axis=1)


def _above(upper: Picture, lower: Picture) -> Picture:
    width = max(upper.shape[1], lower.shape[1])
    return np.concatenate([_filled(part, part.shape[0], width) for part in (upper, lower)])


def _filled(picture: Picture, height: int, width: int) -> Picture:
    filled = _ground(height, width)
    filled[: picture.shape[0], : picture.shape[1]] = picture
    return filled


def _ground(height: int, width: int) -> Picture:
    return np.full((height, width, 3), _GROUND, np.uint8)
