"""What a person's word on films makes of their labels, worked out before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, Literal

from cxrviewer.results.film_labels import FilmLabel, agreement_with, disagreement_with
from cxrviewer.results.study_list import Film

LeftAlone = Literal["no_result", "same", "predicted_so", "no_label"]
"""Why a film keeps the label it has, or has none."""

LEFT_ALONE: Final[tuple[LeftAlone, ...]] = ("no_result", "same", "predicted_so", "no_label")


@dataclass(frozen=True)
class NoteEdit:
    """What becomes of the notes of films: ``text`` in their place, or below what each says; None leaves them."""

    text: str | None = None
    is_added: bool = False

    def applied_to(self, note: str) -> str:
        """Return what becomes of one note."""
        if self.text is None:
            return note
        return f"{note}\n{self.text}" if self.is_added and note else self.text


KEEP_NOTES: Final = NoteEdit()


@dataclass(frozen=True)
class LabelChange:
    """Labels to set by SHA-256, None takes one away, for ``film_labels.set_labels``.

    ``films`` get another label, ``newly_labelled`` of them had none; ``left`` counts those that keep what they have.
    """

    labels: Mapping[str, FilmLabel | None]
    films: int
    newly_labelled: int = 0
    left: Mapping[LeftAlone, int] = field(default_factory=dict)


def has_result(film: Film) -> bool:
    """Return whether there is a prediction to speak of, and bytes to keep a label by."""
    return bool(film.sha256) and film.predicted is not None


def can_be_noted(film: Film) -> bool:
    """Return whether a note has a label to be part of, or a prediction that a label could be about."""
    return film.label is not None or has_result(film)


def common_note(films: Iterable[Film]) -> str | None:
    """Return the note that all of some films have, "" where none has one, None where they differ."""
    notes = {_note(film) for film in films}
    return notes.pop() if len(notes) == 1 else None


def agreeing(films: Iterable[Film]) -> LabelChange:
    """Agree with the predictions of films; notes stay."""

    def word(film: Film) -> FilmLabel | LeftAlone:
        if not film.sha256 or film.predicted is None:
            return "no_result"
        if film.label and (film.label.verdict, film.label.predicted) == ("agree", film.predicted):
            return "same"
        return agreement_with(film.predicted, note=_note(film))

    return _change(films, word)


def disagreeing(films: Iterable[Film], finding: str | None, note: NoteEdit = KEEP_NOTES) -> LabelChange:
    """Say that films show ``finding`` instead, or None: another than the predicted one, without saying which.

    A film that is predicted so keeps what it has: to set an agreement would be another word than the one given.
    """

    def word(film: Film) -> FilmLabel | LeftAlone:
        if not film.sha256 or film.predicted is None:
            return "no_result"
        if film.predicted == finding:
            return "predicted_so"
        said = disagreement_with(film.predicted, finding, note=note.applied_to(_note(film)))
        return "same" if film.label and _says(film.label) == _says(said) else said

    return _change(films, word)


def noting(films: Iterable[Film], note: NoteEdit, *, agrees: bool) -> LabelChange:
    """Change the notes of films; their labels keep their verdicts, what was seen, and the finding.

    A note is part of a label, so a film without one gets it: an agreement, or a disagreement that names no finding.
    """

    def word(film: Film) -> FilmLabel | LeftAlone:
        text = note.applied_to(_note(film))
        if film.label is not None:
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            return "same" if text == film.label.note else replace(film.label, note=text, labelled_at=now)
        if not film.sha256 or film.predicted is None:
            return "no_result"
        return (
            agreement_with(film.predicted, note=text) if agrees else disagreement_with(film.predicted, None, note=text)
        )

    return _change(films, word)


def clearing(films: Iterable[Film]) -> LabelChange:
    """Take the labels of films away, with their notes."""
    return _change(films, lambda film: "no_label" if film.label is None else None)


def offered_findings(films: Sequence[Film], findings: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the findings that can be seen instead of the predicted one, each with its key: "1" to "9", then "".

    ``findings`` are the bundle's, and others that the films have probabilities of come after them. Keys go by the place
    in that order, so that a finding has the same key for every film. What all films are predicted as is left out.
    """
    known = dict.fromkeys(findings)
    for film in films:
        known |= dict.fromkeys(film.probabilities)
    predicted = {film.predicted for film in films}
    keyed = ((name, str(place) if place <= 9 else "") for place, name in enumerate(known, start=1))
    return tuple((name, key) for name, key in keyed if predicted != {name})


def _change(films: Iterable[Film], word: Callable[[Film], FilmLabel | LeftAlone | None]) -> LabelChange:
    labels: dict[str, FilmLabel | None] = {}
    count, newly_labelled = 0, 0
    left: Counter[LeftAlone] = Counter()
    for film in films:
        said = word(film)
        if isinstance(said, str):
            left[said] += 1
            continue
        labels.setdefault(film.sha256, said)  # two names for the same bytes have one label
        count += 1
        newly_labelled += film.label is None
    return LabelChange(labels, count, newly_labelled, left)


def _note(film: Film) -> str:
    return film.label.note if film.label else ""


def _says(label: FilmLabel) -> tuple[str, str | None, str | None, str]:
    return label.verdict, label.predicted, label.finding, label.note
