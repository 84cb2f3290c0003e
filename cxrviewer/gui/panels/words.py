"""What is said of an analysis in the language of the window; in English the words of ``results``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

if TYPE_CHECKING:
    from cxrviewer.domain import Analysis, Prediction

# What a refusal or an error is called where there is room for a few words; its message says the rest.
_SHORT: Final = {
    "not-an-image": QT_TRANSLATE_NOOP("Words", "not an image"),
    "multi-frame": QT_TRANSLATE_NOOP("Words", "several images in one file"),
    "no-pixel-data": QT_TRANSLATE_NOOP("Words", "no image in the file"),
    "transfer-syntax": QT_TRANSLATE_NOOP("Words", "compression that cannot be read"),
    "modality": QT_TRANSLATE_NOOP("Words", "not a projection radiograph"),
    "view": QT_TRANSLATE_NOOP("Words", "not a frontal view"),
    "body-part": QT_TRANSLATE_NOOP("Words", "not the chest"),
    "photometric": QT_TRANSLATE_NOOP("Words", "not the pixels of a radiograph"),
    "too-small": QT_TRANSLATE_NOOP("Words", "too small"),
    "too-large": QT_TRANSLATE_NOOP("Words", "too large"),
    "refused": QT_TRANSLATE_NOOP("Words", "not something that is read"),
    "unreadable": QT_TRANSLATE_NOOP("Words", "cannot be read"),
    "missing": QT_TRANSLATE_NOOP("Words", "the file is missing"),
    "corrupt": QT_TRANSLATE_NOOP("Words", "the file is damaged"),
    "changed": QT_TRANSLATE_NOOP("Words", "the file changed while it was read"),
    "worker": QT_TRANSLATE_NOOP("Words", "the worker process was lost"),
    "worker-crashed": QT_TRANSLATE_NOOP("Words", "the worker process died"),
    "timeout": QT_TRANSLATE_NOOP("Words", "it took too long"),
    "memory": QT_TRANSLATE_NOOP("Words", "it needed too much memory"),
    "bundle": QT_TRANSLATE_NOOP("Words", "the bundle is damaged"),
    "engine": QT_TRANSLATE_NOOP("Words", "the engine failed"),
    "store": QT_TRANSLATE_NOOP("Words", "the results store failed"),
    "internal": QT_TRANSLATE_NOOP("Words", "a fault of this program"),
}


def headline(analysis: Analysis) -> str:
    """Return what came of a file in a few words.

    "PNEUMONIA 0.93"; "uncertain: PNEUMONIA or COVID19"; "refused: not a frontal view"; "error: the file is damaged".
    """
    prediction = analysis.prediction
    if prediction is not None:
        return uncertain_words(prediction) or certain_words(prediction)
    reason = short_reason(analysis.code)
    if analysis.status == "refused":
        return QCoreApplication.translate("Words", "refused: {reason}").format(reason=reason)
    return QCoreApplication.translate("Words", "error: {reason}").format(reason=reason)


def short_reason(code: str) -> str:
    """Return what the code of a refusal or error means, in a few words; the code itself where it has none."""
    return QCoreApplication.translate("Words", _SHORT[code]) if code in _SHORT else code


def certain_words(prediction: Prediction) -> str:
    """Return the predicted finding and its probability: "PNEUMONIA 0.93"."""
    return f"{prediction.predicted} {probability_words(prediction.probability(prediction.predicted))}"


def uncertain_words(prediction: Prediction) -> str:
    """Return between what a prediction is uncertain, or "" where it is not."""
    from cxrviewer.results.uncertainty import is_uncertain, possible_findings

    if not is_uncertain(prediction):
        return ""
    if not prediction.flagged:
        return QCoreApplication.translate("Words", "uncertain: {finding} below its threshold").format(
            finding=prediction.predicted
        )
    findings = QCoreApplication.translate("Words", " or ").join(possible_findings(prediction))
    return QCoreApplication.translate("Words", "uncertain: {findings}").format(findings=findings)


def probability_words(probability: float) -> str:
    """Return two decimals, without the certainty that rounding would make up: "0.93", "< 0.01", "> 0.99".

    A point stands in every language, as in the tables and reports that these numbers are compared with.
    """
    if 0.0 < probability < 0.005:
        return "< 0.01"
    return "> 0.99" if 0.995 <= probability < 1.0 else f"{probability:.2f}"


def moment_words(moment: str) -> str:
    """Return an ISO 8601 moment to the second in UTC, or the text itself where it is none."""
    try:
        return datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except ValueError:
        return moment
