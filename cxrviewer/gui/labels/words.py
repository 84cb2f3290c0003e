"""What is said of labels: the names of steps, the sentences of the status bar, and what a dialog is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, Literal

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from cxrviewer.gui.labels.changes import LEFT_ALONE, LabelChange, LeftAlone
from cxrviewer.gui.panels.words import probability_words
from cxrviewer.results.film_labels import FilmLabel
from cxrviewer.results.study_list import Film
from cxrviewer.results.words import printable

LabelAction = Literal["agree", "disagree", "note", "clear"]

# Each for one film, and for several.
_STEPS: Final[dict[LabelAction, tuple[str, str]]] = {
    "agree": (
        QT_TRANSLATE_NOOP("Labels", "Agree with 1 film"),
        QT_TRANSLATE_NOOP("Labels", "Agree with {count} films"),
    ),
    "disagree": (
        QT_TRANSLATE_NOOP("Labels", "Disagree about 1 film"),
        QT_TRANSLATE_NOOP("Labels", "Disagree about {count} films"),
    ),
    "note": (
        QT_TRANSLATE_NOOP("Labels", "Change the note of 1 film"),
        QT_TRANSLATE_NOOP("Labels", "Change the notes of {count} films"),
    ),
    "clear": (
        QT_TRANSLATE_NOOP("Labels", "Remove the label of 1 film"),
        QT_TRANSLATE_NOOP("Labels", "Remove the labels of {count} films"),
    ),
}
_DONE: Final[dict[LabelAction, tuple[str, str]]] = {
    "agree": (
        QT_TRANSLATE_NOOP("Labels", "Agreed with 1 film."),
        QT_TRANSLATE_NOOP("Labels", "Agreed with {count} films."),
    ),
    "disagree": (
        QT_TRANSLATE_NOOP("Labels", "Disagreed about 1 film."),
        QT_TRANSLATE_NOOP("Labels", "Disagreed about {count} films."),
    ),
    "note": (
        QT_TRANSLATE_NOOP("Labels", "Changed the note of 1 film."),
        QT_TRANSLATE_NOOP("Labels", "Changed the notes of {count} films."),
    ),
    "clear": (
        QT_TRANSLATE_NOOP("Labels", "Removed the label of 1 film."),
        QT_TRANSLATE_NOOP("Labels", "Removed the labels of {count} films."),
    ),
}
_LEFT: Final[dict[LeftAlone, tuple[str, str]]] = {
    "no_result": (
        QT_TRANSLATE_NOOP("Labels", "1 film has no result that could be labelled."),
        QT_TRANSLATE_NOOP("Labels", "{count} films have no result that could be labelled."),
    ),
    "same": (
        QT_TRANSLATE_NOOP("Labels", "1 film is labelled so already."),
        QT_TRANSLATE_NOOP("Labels", "{count} films are labelled so already."),
    ),
    "predicted_so": (
        QT_TRANSLATE_NOOP("Labels", "1 film is predicted so, and was left as it is."),
        QT_TRANSLATE_NOOP("Labels", "{count} films are predicted so, and were left as they are."),
    ),
    "no_label": (
        QT_TRANSLATE_NOOP("Labels", "1 film has no label."),
        QT_TRANSLATE_NOOP("Labels", "{count} films have no label."),
    ),
}
_NEWLY_AGREED: Final = (
    QT_TRANSLATE_NOOP("Labels", "1 film had no label: you now agree with its prediction."),
    QT_TRANSLATE_NOOP("Labels", "{count} films had no label: you now agree with their predictions."),
)
_NEWLY_DISAGREED: Final = (
    QT_TRANSLATE_NOOP("Labels", "1 film had no label: you now disagree with its prediction."),
    QT_TRANSLATE_NOOP("Labels", "{count} films had no label: you now disagree with their predictions."),
)


def step_words(action: LabelAction, count: int) -> str:
    """Return what a step that can be undone is called: "Agree with 3 films"."""
    return _counted(_STEPS[action], count)


def done_words(action: LabelAction, change: LabelChange, *, agrees: bool = True) -> str:
    """Return in sentences what was done with films, and why others keep what they have."""
    said = [_counted(_DONE[action], change.films)] if change.films else []
    if action == "note" and change.newly_labelled:
        said.append(_counted(_NEWLY_AGREED if agrees else _NEWLY_DISAGREED, change.newly_labelled))
    said += [_counted(_LEFT[reason], change.left[reason]) for reason in LEFT_ALONE if change.left.get(reason)]
    return " ".join(said) or QCoreApplication.translate("Labels", "No film is selected.")


def predicted_words(films: Sequence[Film]) -> str:
    """Return which films a dialog is about, and what is predicted of them."""
    if len(films) == 1:
        return _predicted(films[0])
    counts = Counter(film.predicted for film in films if film.predicted is not None)
    if not counts:
        return QCoreApplication.translate("Labels", "{count} films without a result.").format(count=len(films))
    findings = ", ".join(f"{finding} ({count})" for finding, count in counts.most_common())
    said = QCoreApplication.translate("Labels", "{count} films, with these predictions: {findings}")
    return said.format(count=len(films), findings=findings)


def _predicted(film: Film) -> str:
    name = printable(film.path.name)
    if film.predicted is None:
        return QCoreApplication.translate("Labels", "{name} has no result at the moment.").format(name=name)
    if film.predicted not in film.probabilities:  # the network gave a number that is none
        return QCoreApplication.translate("Labels", "{name} is predicted {finding}.").format(
            name=name, finding=film.predicted
        )
    said = QCoreApplication.translate("Labels", "{name} is predicted {finding}, probability {number}.")
    number = probability_words(film.probability(film.predicted))
    return said.format(name=name, finding=film.predicted, number=number)


def label_stays_words(label: FilmLabel) -> str:
    """Return that a label stays, and what it says."""
    if label.verdict == "agree":
        said = QCoreApplication.translate("Labels", "Your label stays: you agree with {predicted}.")
    elif label.finding is not None:
        said = QCoreApplication.translate("Labels", "Your label stays: you see {finding}, not {predicted}.")
    else:
        said = QCoreApplication.translate("Labels", "Your label stays: you disagree with {predicted}.")
    return said.format(finding=label.finding, predicted=label.predicted or "-")


def _counted(texts: tuple[str, str], count: int) -> str:
    one, several = texts
    return QCoreApplication.translate("Labels", one if count == 1 else several).format(count=count)
