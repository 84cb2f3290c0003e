"""What is said of the agreement of labels and predictions, and all of its figures as text."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from cxrviewer.gui.panels.not_for_diagnosis import not_for_diagnosis
from cxrviewer.results.agreement import Agreement


def summary_words(agreement: Agreement) -> str:
    """Return how many films were counted, and on how many of them person and prediction agree."""
    if agreement.films == 0:
        return QCoreApplication.translate(
            "Labels",
            "There are no labels to compare yet. Agree or disagree with the prediction of a film of the list, "
            "and it is counted here.",
        )
    said = QCoreApplication.translate(
        "Labels",
        "Films with your label and a prediction: {films}. You agree with {agreed} of them. "
        "All films of the list count, also those that the filter hides, and equal files once.",
    )
    return said.format(films=agreement.films, agreed=agreement.agreed)


def without_finding_words(agreement: Agreement) -> str:
    """Return how many films belong in no row, "" where all belong in one."""
    if agreement.without_finding == 0:
        return ""
    said = QCoreApplication.translate(
        "Labels", "Films that you disagree about without naming a finding: {count}. They are in neither table."
    )
    return said.format(count=agreement.without_finding)


def taken_for_true() -> str:
    """Return what these figures are worth, in one sentence."""
    return QCoreApplication.translate(
        "Labels",
        "Your label is taken for true here, but it is no reference standard: as you have seen the predictions, the "
        "figures tell how often you accepted them.",
    )


def share_words(share: float | None, part: int, whole: int) -> str:
    """Return a share with the counts it comes from: "0.800 (12 of 15)"; without a film, that there is none.

    A point stands in every language, as in the reports that these numbers are compared with.
    """
    if share is None:
        return QCoreApplication.translate("Labels", "no film")
    return QCoreApplication.translate("Labels", "{share} ({part} of {whole})").format(
        share=f"{share:.3f}", part=part, whole=whole
    )


def agreement_text(agreement: Agreement) -> str:
    """Return the matrix, the shares with their counts, and what they are worth, columns apart by tabs."""
    names = agreement.findings
    corner = QCoreApplication.translate("Labels", "Your finding (rows), predicted (columns)")
    lines = [[corner, *names]]
    lines += [[name, *map(str, row)] for name, row in zip(names, agreement.confusion.tolist(), strict=True)]
    lines += [
        [],
        [
            QCoreApplication.translate("Labels", "Finding"),
            QCoreApplication.translate("Labels", "Sensitivity"),
            QCoreApplication.translate("Labels", "Predicted so"),
            QCoreApplication.translate("Labels", "of films that you say show it"),
            QCoreApplication.translate("Labels", "Specificity"),
            QCoreApplication.translate("Labels", "Predicted otherwise"),
            QCoreApplication.translate("Labels", "of films that you say do not"),
        ],
    ]
    for entry in agreement.by_finding:
        hits, misses = entry.true_positives, entry.false_negatives
        others, alarms = entry.true_negatives, entry.false_positives
        sensitivity = [_share(entry.sensitivity), str(hits), str(hits + misses)]
        specificity = [_share(entry.specificity), str(others), str(others + alarms)]
        lines.append([entry.finding, *sensitivity, *specificity])
    said = (summary_words(agreement), without_finding_words(agreement), taken_for_true(), not_for_diagnosis())
    lines += [[], *([sentence] for sentence in said if sentence)]
    return "\n".join("\t".join(line) for line in lines)


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.4f}"
