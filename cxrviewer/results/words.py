"""What the command line and the exports say, in English; the sentences themselves stand in ``sentences``."""

from __future__ import annotations

from cxrviewer.domain import Analysis, ModelIdentity
from cxrviewer.results.sentences import FAILED, REFUSED
from cxrviewer.results.uncertainty import set_words
from cxrviewer.results.warned import withheld


def verdict(analysis: Analysis) -> str:
    """Return what came of a file in a few words: "PNEUMONIA 0.93", "refused: ...", "error: ..."."""
    prediction = analysis.prediction
    if prediction is None:
        reason = withheld(analysis) or analysis.message
        return (REFUSED if analysis.status == "refused" else FAILED).format(reason=reason)
    return f"{prediction.predicted} {prediction.probability(prediction.predicted):.2f}"


def result_line(analysis: Analysis) -> str:
    """Return what came of a file, and what its prediction set says where it is more, or less, than one finding.

    "PNEUMONIA 0.61. At 90 %, the finding is one of PNEUMONIA, COVID19."
    """
    prediction = analysis.prediction
    if prediction is None or prediction.prediction_set == (prediction.predicted,):
        return verdict(analysis)
    return f"{verdict(analysis)}. {set_words(prediction)}" if set_words(prediction) else verdict(analysis)


def model_line(model: ModelIdentity, engine: str, program_version: str) -> str:
    """Return which model, engine and program gave a result."""
    return f"Model {model.name} {model.version} (SHA-256 {model.sha256}), engine {engine}, cxrviewer {program_version}."


def printable(text: str) -> str:
    """Return text that is safe on a terminal: control characters and lone surrogates of a file name are escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in text)
