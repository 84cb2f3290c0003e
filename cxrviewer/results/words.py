"""What the command line and the exports say, in English; the sentences themselves stand in ``sentences``."""

from __future__ import annotations

from cxrviewer.domain import Analysis, ModelIdentity
from cxrviewer.results.sentences import FAILED, REFUSED
from cxrviewer.results.uncertainty import set_words
from cxrviewer.results.warned import warnings_of, withheld


def verdict(analysis: Analysis) -> str:
    """Return what came of a file in a few words: "PNEUMONIA 0.93", "refused: ...", "error: ..."."""
    prediction = analysis.prediction
    if prediction is None:
        reason = withheld(analysis) or analysis.message
        return (REFUSED if analysis.status == "refused" else FAILED).format(reason=reason)
    return f"{prediction.predicted} {prediction.probability(prediction.predicted):.2f}"


def result_line(analysis: Analysis) -> str:
    """Return what came of a file, what its prediction set says beyond one finding, and what the result warns of.

    "PNEUMONIA 0.61. At 90 %, the finding is one of PNEUMONIA, COVID19. The film looks mirrored."
    """
    prediction = analysis.prediction
    further = [str(warned) for warned in warnings_of(analysis)]
    if prediction is not None and prediction.prediction_set != (prediction.predicted,):
        further.insert(0, set_words(prediction))
    said = [sentence for sentence in further if sentence]
    return " ".join([verdict(analysis).rstrip(".") + ".", *said]) if said else verdict(analysis)


def model_line(model: ModelIdentity, engine: str, program_version: str) -> str:
    """Return which model, engine and program gave a result."""
    return f"Model {model.name} {model.version} (SHA-256 {model.sha256}), engine {engine}, cxrviewer {program_version}."


def printable(text: str) -> str:
    """Return text that is safe on a terminal: control characters and lone surrogates of a file name are escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in text)
