"""The columns of the study list and the words in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from cxrviewer.errors import RESULT_OBJECT_CODES
from cxrviewer.gui.panels.words import short_reason
from cxrviewer.results.film_labels import FilmLabel
from cxrviewer.results.study_list import PROBABILITY_PREFIX, Film, FilmStatus
from cxrviewer.results.uncertainty import level_words, possible_findings
from cxrviewer.results.words import printable

ColumnKind = Literal["thumbnail", "path", "text", "probability"]


@dataclass(frozen=True)
class Column:
    """A column: ``key`` names it in saved states and is what it is ordered by; ``characters`` is its first width."""

    key: str
    title: str
    kind: ColumnKind = "text"
    characters: int = 12

    @property
    def finding(self) -> str:
        """The finding of a probability's column."""
        return self.key.removeprefix(PROBABILITY_PREFIX)


_STATUS_WORDS: Final[dict[FilmStatus, str]] = {
    "pending": QT_TRANSLATE_NOOP("StudyList", "Waiting"),
    "ok": QT_TRANSLATE_NOOP("StudyList", "Analysed"),
    "refused": QT_TRANSLATE_NOOP("StudyList", "Refused"),
    "error": QT_TRANSLATE_NOOP("StudyList", "Failed"),
}
# The thumbnail's column is ordered as the films were opened.
_BEFORE_PROBABILITIES: Final = (
    ("position", QT_TRANSLATE_NOOP("StudyList", "Film"), "thumbnail", 8),
    ("name", QT_TRANSLATE_NOOP("StudyList", "Name"), "path", 24),
    ("predicted", QT_TRANSLATE_NOOP("StudyList", "Predicted"), "text", 13),
    ("status", QT_TRANSLATE_NOOP("StudyList", "Status"), "text", 16),
)
_AFTER_PROBABILITIES: Final = (
    ("uncertain", QT_TRANSLATE_NOOP("StudyList", "Uncertain"), "text", 22),
    ("warnings", QT_TRANSLATE_NOOP("StudyList", "Warnings"), "text", 10),
    ("label", QT_TRANSLATE_NOOP("StudyList", "Your label"), "text", 18),
    ("folder", QT_TRANSLATE_NOOP("StudyList", "Folder"), "path", 24),
    ("analysed_at", QT_TRANSLATE_NOOP("StudyList", "Analysed at"), "text", 17),
)


def columns_for(findings: tuple[str, ...]) -> tuple[Column, ...]:
    """Return all columns in their first order, one probability for each finding."""
    return (
        *(Column(key, _tr(title), kind, width) for key, title, kind, width in _BEFORE_PROBABILITIES),
        *(Column(f"{PROBABILITY_PREFIX}{finding}", finding, "probability", 14) for finding in findings),
        *(Column(key, _tr(title), kind, width) for key, title, kind, width in _AFTER_PROBABILITIES),
    )


def status_word(status: FilmStatus) -> str:
    """Return the word for a status in the user's language."""
    return _tr(_STATUS_WORDS[status])


def cell_text(film: Film, column: Column) -> str:
    """Return what a cell says; "" where a film has no such value, and for a thumbnail."""
    if column.kind == "probability":
        probability = film.probabilities.get(column.finding)
        return "" if probability is None else f"{probability:.2f}"
    text = _TEXTS.get(column.key)
    return text(film) if text else ""


def cell_tool_tip(film: Film, column: Column) -> str:
    """Return what a cell says when the pointer rests on it, as plain text; "" where that is nothing more."""
    text = _TOOL_TIPS.get(column.key)
    return text(film) if text else ""


def cell_spoken(film: Film, column: Column) -> str:
    """Return what a screen reader says of a cell: its column's title, and its value in words."""
    text = printable(film.path.name) if column.kind == "thumbnail" else cell_text(film, column)
    return f"{column.title}: {text or QCoreApplication.translate('StudyList', 'none')}"


def _status_text(film: Film) -> str:
    if film.code in RESULT_OBJECT_CODES:  # no film that something is wrong with
        return QCoreApplication.translate("StudyList", "Left aside: {what}").format(what=short_reason(film.code))
    word = status_word(film.status)
    return f"{word}: {printable(' '.join(film.message.split()))}" if film.message else word


def _uncertain_text(film: Film) -> str:
    if not film.uncertain:
        return ""
    if film.level is None and not film.flagged:
        return QCoreApplication.translate("StudyList", "{finding} below its threshold").format(finding=film.predicted)
    findings = QCoreApplication.translate("StudyList", " or ").join(possible_findings(film))
    if film.level is not None and not film.prediction_set:
        said = QCoreApplication.translate("StudyList", "{findings}, neither fits at {level}")
        return said.format(findings=findings, level=level_words(film.level))
    return findings


def _label_text(label: FilmLabel | None) -> str:
    if label is None:
        return ""
    if label.verdict == "agree":
        return QCoreApplication.translate("StudyList", "Agree: {finding}").format(finding=label.finding)
    if label.finding:
        return QCoreApplication.translate("StudyList", "Disagree: {finding}").format(finding=label.finding)
    return QCoreApplication.translate("StudyList", "Disagree")


def _label_tool_tip(label: FilmLabel | None) -> str:
    if label is None:
        return ""
    lines = [
        _label_text(label),
        printable(label.note),
        " ".join((printable(label.author), _local_time(label.labelled_at))),
    ]
    return "\n".join(line.strip() for line in lines if line.strip())


def _local_time(moment: str) -> str:
    """Return a UTC time of the store as the clock on the wall showed it, sortable in every country."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M") if moment else ""


def _tr(text: str) -> str:
    """Translate a text that QT_TRANSLATE_NOOP marks above."""
    return QCoreApplication.translate("StudyList", text)


_TEXTS: Final[dict[str, Callable[[Film], str]]] = {
    "name": lambda film: printable(film.path.name),
    "folder": lambda film: printable(str(film.path.parent)),
    "status": _status_text,
    "predicted": lambda film: film.predicted or "",
    "uncertain": _uncertain_text,
    "warnings": lambda film: str(len(film.warnings)) if film.warnings else "",
    "label": lambda film: _label_text(film.label),
    "analysed_at": lambda film: _local_time(film.analysed_at),
}
_TOOL_TIPS: Final[dict[str, Callable[[Film], str]]] = {
    "position": lambda film: printable(str(film.path)),
    "name": lambda film: printable(str(film.path)),
    "folder": lambda film: printable(str(film.path)),
    "status": lambda film: f"{status_word(film.status)}: {printable(film.message)}" if film.message else "",
    "uncertain": _uncertain_text,
    "warnings": lambda film: "\n".join(printable(warning) for warning in film.warnings),
    "label": lambda film: _label_tool_tip(film.label),
}
