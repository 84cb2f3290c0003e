"""What a result warns of besides its file: scope, appearance, evidence outside the lungs, a result that wavers."""

from __future__ import annotations

from typing import Final

from cxrviewer.domain import Analysis
from cxrviewer.results.sentences import (
    APPEARANCES,
    BORDERLINE,
    EVIDENCE_OUTSIDE,
    SCOPE_REASONS,
    SHOWN_ANYWAY,
    UNSTABLE,
    Warned,
)

LEAST_LUNG_SHARE: Final = 0.5
"""Below this share of the predicted finding's heatmap inside the lungs a result warns."""


def warnings_of(analysis: Analysis) -> tuple[Warned, ...]:
    """Return the warnings that follow from a result's own fields, the gravest first; none where it has none."""
    return (*_of_scope(analysis), *_of_evidence(analysis), *_of_agreement(analysis))


def all_warnings(analysis: Analysis) -> tuple[str, ...]:
    """Return every warning in English: those that follow from the result, then those of reading the file."""
    return (*map(str, warnings_of(analysis)), *analysis.warnings)


def lung_share(analysis: Analysis) -> float | None:
    """Return the share in [0, 1] of the predicted finding's heatmap inside the lungs; None where it is not known."""
    prediction, lungs = analysis.prediction, analysis.lungs
    if prediction is None or lungs is None:
        return None
    return lungs.heatmap_shares[prediction.findings.index(prediction.predicted)]


def _of_scope(analysis: Analysis) -> tuple[Warned, ...]:
    scope = analysis.scope
    if scope is None:
        return ()
    warned: list[Warned] = []
    reason = (("reason", SCOPE_REASONS.get(scope.reasons[0], scope.reasons[0])),) if scope.reasons else ()
    if scope.state == "out of scope" and analysis.prediction is not None:
        warned.append(Warned("shown-anyway", SHOWN_ANYWAY, reason))
    elif scope.state == "borderline" and reason:
        warned.append(Warned("borderline", BORDERLINE, reason))
    if scope.appearance != "upright":
        warned.append(Warned(scope.appearance.replace(" ", "-"), APPEARANCES[scope.appearance]))
    return tuple(warned)


def _of_evidence(analysis: Analysis) -> tuple[Warned, ...]:
    share = lung_share(analysis)
    if share is None or share >= LEAST_LUNG_SHARE or analysis.prediction is None:
        return ()
    fields = (("share", f"{100 * share:.0f} %"), ("finding", analysis.prediction.predicted))
    return (Warned("evidence-outside", EVIDENCE_OUTSIDE, fields),)


def _of_agreement(analysis: Analysis) -> tuple[Warned, ...]:
    agreement = analysis.agreement
    if agreement is None or agreement.same == agreement.passes:
        return ()
    fields = (("same", str(agreement.same)), ("passes", str(agreement.passes)))
    return (Warned("unstable", UNSTABLE, fields),)
