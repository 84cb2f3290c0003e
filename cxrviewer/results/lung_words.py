"""Where a heatmap lies and how large the lungs are, in a line."""

from __future__ import annotations

from collections.abc import Callable

from cxrviewer.domain import Analysis
from cxrviewer.results.sentences import HEATMAP_IN_LUNGS, LUNGS_OF_FILM, PROJECTED_AREA


def in_english(template: str, **fields: object) -> str:
    """Return a template of ``sentences`` as it stands, filled."""
    return template.format(**fields)


def lung_words(analysis: Analysis, finding: str = "", say: Callable[..., str] = in_english) -> str:
    """Return what is known of a film's lungs, "" where nothing is.

    "Heatmap for PNEUMONIA inside the lungs: 83 %; lungs 32 % of the film, projected area 412 cm²". finding: whose
    heatmap, "" the predicted one's; without heat or without spacing these parts are left out. ``say`` fills a template
    of ``sentences`` in another language.
    """
    prediction, lungs = analysis.prediction, analysis.lungs
    if prediction is None or lungs is None:
        return ""
    finding = finding if finding in prediction.findings else prediction.predicted
    share = lungs.heatmap_shares[prediction.findings.index(finding)]
    parts = []
    if share is not None:
        parts.append(say(HEATMAP_IN_LUNGS, finding=finding, share=f"{100 * share:.0f}\u00a0%"))
    size = say(LUNGS_OF_FILM, part=f"{100 * lungs.area_share:.0f}\u00a0%")
    if lungs.area_cm2 is not None:
        size += ", " + say(PROJECTED_AREA, area=f"{lungs.area_cm2:.0f}\u00a0cm\u00b2")
    return "; ".join([*parts, size])
