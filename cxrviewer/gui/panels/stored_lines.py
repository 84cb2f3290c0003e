"""What is stored in the study of a film, beside its fresh result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from cxrviewer.gui.panels.column import WrappedLabel
from cxrviewer.gui.panels.words import probability_words

if TYPE_CHECKING:
    from cxrviewer.domain import Analysis
    from cxrviewer.results.dicom.stored_result import StoredResult

_DIFFERENCES: Final = {
    "finding": QT_TRANSLATE_NOOP("StoredResult", "the finding"),
    "probability": QT_TRANSLATE_NOOP("StoredResult", "the probabilities"),
    "flagged": QT_TRANSLATE_NOOP("StoredResult", "what is flagged"),
    "prediction set": QT_TRANSLATE_NOOP("StoredResult", "the prediction set"),
    "model": QT_TRANSLATE_NOOP("StoredResult", "the model"),
}


class StoredLines(WrappedLabel):
    """A paragraph for every stored result of a film; hidden where there is none."""

    def show_stored(self, stored: Sequence[StoredResult], fresh: Analysis | None) -> None:
        """Show stored results, and in what each differs from the fresh one, where there is one."""
        self.say("\n".join(stored_words(result, fresh) for result in stored))
        self.setVisible(bool(stored))


def stored_words(stored: StoredResult, fresh: Analysis | None) -> str:
    """Return what a stored result says, who made it, and in what the fresh one of the same film differs."""
    template = QCoreApplication.translate(
        "StoredResult", "Stored result (from the study): {finding} {number}, {model}, {program}"
    )
    said = template.format(
        finding=stored.predicted,
        number=probability_words(stored.probability),
        model=f"{stored.model_name} {stored.model_version}",
        program=stored.program,
    )
    if stored.date:
        date = f"{stored.date[:4]}-{stored.date[4:6]}-{stored.date[6:]}"
        said += QCoreApplication.translate("StoredResult", ", film of {date}").format(date=date)
    if stored.warnings:
        warned = QCoreApplication.translate("StoredResult", "It warned: {warnings}")
        said += ". " + warned.format(warnings=" ".join(stored.warnings))
    said = said.rstrip(".") + "."
    if fresh is None or fresh.prediction is None:
        return said
    differences = [QCoreApplication.translate("StoredResult", _DIFFERENCES[name]) for name in stored.differences(fresh)]
    if not differences:
        return said + " " + QCoreApplication.translate("StoredResult", "The fresh result says the same.")
    differs = QCoreApplication.translate("StoredResult", "The fresh result differs in {what}.")
    return f"{said} {differs.format(what=', '.join(differences))}"
