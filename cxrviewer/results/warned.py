"""What a result warns of besides its file: scope, appearance, evidence outside the lungs, a result that wavers."""

from __future__ import annotations

from typing import Final

from cxrviewer.domain import Analysis, Scope
from cxrviewer.results.sentences import (
    APPEARANCES,
    BORDERLINE,
    EVIDENCE_OUTSIDE,
    OUT_OF_SCOPE,
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


def withheld(analysis: Analysis) -> Warned | None:
    """Return why a film's result is withheld for its scope; None where it is not."""
    scope = analysis.scope
    if scope is None or scope.state != "out of scope" or analysis.prediction is not None:
        return None
    return Warned("out-of-scope", OUT_OF_SCOPE, (("reason", _why(scope)),))


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
    reason = (("reason", _why(scope)),) if scope.reasons else ()
    if scope.state == "out of scope" and analysis.prediction is not None:
        warned.append(Warned("shown-anyway", SHOWN_ANYWAY, reason))
    elif scope.state == "borderline" and reason:
        warned.append(Warned("borderline", BORDERLINE, reason))
    if scope.appearance != "upright":
        warned.append(Warned(scope.appearance.replace(" ", "-"), APPEARANCES[scope.appearance]))
    return tuple(warned)


def _why(scope: Scope) -> str:
    """Return the gravest reason of a scope that is not whole in words."""
    gravest = scope.reasons[0] if scope.reasons else "features"
    return SCOPE_REASONS.get(gravest, gravest)


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
