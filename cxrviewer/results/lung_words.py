"""Where a heatmap lies and how large the lungs are, in a line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cxrviewer.domain import Analysis, HeatmapMethod
from cxrviewer.results.sentences import HEATMAP_IN_LUNGS, LUNGS_OF_FILM, OCCLUSION_IN_LUNGS, PROJECTED_AREA


@dataclass(frozen=True)
class HeatInLungs:
    """Which share in [0, 1] of a heatmap lies inside the lungs, None where it is 0 everywhere, and what made it."""

    finding: str
    method: HeatmapMethod
    share: float | None


def in_english(template: str, **fields: object) -> str:
    """Return a template of ``sentences`` as it stands, filled."""
    return template.format(**fields)


def lung_words(
    analysis: Analysis, finding: str = "", say: Callable[..., str] = in_english, shown: HeatInLungs | None = None
) -> str:
    """Return what is known of a film's lungs, "" where nothing is.

    "Heatmap for PNEUMONIA inside the lungs: 83 %; lungs 32 % of the film, projected area 412 cm²". finding: whose
    heatmap of the analysis, "" the predicted one's. shown: another heatmap that is shown instead of it. Without heat or
    without spacing these parts are left out. ``say`` fills a template of ``sentences`` in another language.
    """
    prediction, lungs = analysis.prediction, analysis.lungs
    if prediction is None or lungs is None:
        return ""
    finding = finding if finding in prediction.findings else prediction.predicted
    heat = shown or HeatInLungs(finding, "Grad-CAM", lungs.heatmap_shares[prediction.findings.index(finding)])
    parts = []
    if heat.share is not None:
        template = OCCLUSION_IN_LUNGS if heat.method == "occlusion sensitivity" else HEATMAP_IN_LUNGS
        parts.append(say(template, finding=heat.finding, share=f"{100 * heat.share:.0f}\u00a0%"))
    size = say(LUNGS_OF_FILM, part=f"{100 * lungs.area_share:.0f}\u00a0%")
    if lungs.area_cm2 is not None:
        size += ", " + say(PROJECTED_AREA, area=f"{lungs.area_cm2:.0f}\u00a0cm\u00b2")
    return "; ".join([*parts, size])
