"""What is said of an analysis in the language of the window; in English the words of ``results``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from cxrviewer.results.sentences import CONTEXT, FAILED, REFUSED, SHORT_REASONS, Warned
from cxrviewer.results.warned import warnings_of, withheld

if TYPE_CHECKING:
    from cxrviewer.domain import Analysis, Prediction


def headline(analysis: Analysis) -> str:
    """Return what came of a file in a few words.

    "PNEUMONIA 0.93"; "uncertain: PNEUMONIA or COVID19"; "refused: not a frontal view"; "error: the file is damaged".
    """
    prediction = analysis.prediction
    if prediction is not None:
        return uncertain_words(prediction) or certain_words(prediction)
    return say(REFUSED if analysis.status == "refused" else FAILED, reason=short_reason(analysis.code))


def say(template: str, **fields: object) -> str:
    """Return a template of ``results.sentences`` in the language of the window, filled."""
    return QCoreApplication.translate(CONTEXT, template).format(**fields)


def warning_words(analysis: Analysis) -> tuple[str, ...]:
    """Return every warning of a result: those that follow from it in the window's language, then those of its file."""
    return (*map(_warned_words, warnings_of(analysis)), *analysis.warnings)


def refusal_words(analysis: Analysis) -> str:
    """Return why a film's result is withheld for its scope, "" where it is not."""
    why = withheld(analysis)
    return _warned_words(why) if why else ""


def _warned_words(warned: Warned) -> str:
    translate = QCoreApplication.translate
    return say(warned.template, **{name: translate(CONTEXT, value) for name, value in warned.fields})


def short_reason(code: str) -> str:
    """Return what the code of a refusal or error means, in a few words; the code itself where it has none."""
    return say(SHORT_REASONS[code]) if code in SHORT_REASONS else code


def certain_words(prediction: Prediction) -> str:
    """Return the predicted finding and its probability: "PNEUMONIA 0.93"."""
    return f"{prediction.predicted} {probability_words(prediction.probability(prediction.predicted))}"


def uncertain_words(prediction: Prediction) -> str:
    """Return between what a prediction is uncertain, or "" where it is not."""
    from cxrviewer.results import uncertainty

    return uncertainty.uncertain_words(prediction, say) if uncertainty.is_uncertain(prediction) else ""


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
