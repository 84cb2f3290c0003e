"""The user's own word on a film, kept by the content of its file, and written out for others to count with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, cast

from cxrviewer.results.store import ResultStore
from cxrviewer.results.tables import write_rows

Verdict = Literal["agree", "disagree"]

LABEL_COLUMNS = ("path", "sha256", "predicted", "label", "label_finding", "label_note", "label_author", "labelled_at")


@dataclass(frozen=True)
class FilmLabel:
    """What a person says of a film, having seen a prediction.

    ``predicted`` is what they saw (None where the film had no result), ``finding`` theirs: the predicted one where they
    agree, another one or None (they do not say which) where they do not. ``labelled_at`` UTC, ISO 8601. Raises
    ValueError where verdict and finding contradict each other.
    """

    verdict: Verdict
    predicted: str | None
    finding: str | None
    note: str = ""
    author: str = ""
    labelled_at: str = ""

    def __post_init__(self) -> None:
        if self.verdict not in ("agree", "disagree"):
            raise ValueError(f"expected the verdict agree or disagree, got {self.verdict!r}")
        if self.verdict == "agree" and (self.predicted is None or self.finding != self.predicted):
            raise ValueError(f"to agree is to say {self.predicted!r}, got {self.finding!r}")
        if self.verdict == "disagree" and self.finding is not None and self.finding == self.predicted:
            raise ValueError(f"to disagree is to say anything but {self.predicted!r}")


@dataclass(frozen=True)
class LabelledFilm:
    """A film with its label, as labels are exported; ``predicted`` is the film's present prediction."""

    path: str
    sha256: str
    predicted: str | None
    label: FilmLabel


def agreement_with(predicted: str, author: str = "", note: str = "") -> FilmLabel:
    """Return the label of a person who agrees with the predicted finding, now."""
    return FilmLabel("agree", predicted, predicted, note, author, _now())


def disagreement_with(predicted: str | None, finding: str | None, author: str = "", note: str = "") -> FilmLabel:
    """Return the label of a person who does not agree with the prediction, now; ``finding`` is theirs, or None."""
    return FilmLabel("disagree", predicted, finding, note, author, _now())


def film_labels(store: ResultStore, contents: Iterable[str]) -> dict[str, FilmLabel | None]:
    """Return the label of every SHA-256 given, None where there is none."""
    return {sha256: _label(store, sha256) for sha256 in contents}


def set_labels(store: ResultStore, labels: Mapping[str, FilmLabel | None]) -> dict[str, FilmLabel | None]:
    """Commit labels by SHA-256, None takes one away; return what they replace: given to this function, it undoes it."""
    with store.transaction() as cursor:
        previous = film_labels(store, labels)  # the transaction is the connection's: nobody writes between
        for sha256, label in labels.items():
            if label is None:
                cursor.execute("DELETE FROM film_label WHERE sha256 = ?", (sha256,))
            else:
                cursor.execute(
                    "INSERT OR REPLACE INTO film_label VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (
                        sha256,
                        label.verdict,
                        label.predicted,
                        label.finding,
                        label.note,
                        label.author,
                        label.labelled_at,
                    ),
                )
    return previous


def write_labels(path: Path, films: Iterable[LabelledFilm]) -> int:
    """Write one row for each labelled film as .csv or .jsonl, with the columns LABEL_COLUMNS; return their number.

    The same rules as for analyses (``tables.write_csv``, ``tables.write_json_lines``). Raises ExportError for another
    extension and where the file cannot be written; nothing is left behind then.
    """
    return write_rows(path, LABEL_COLUMNS, _rows(films))


def _rows(films: Iterable[LabelledFilm]) -> Iterator[dict[str, str | None]]:
    for film in films:
        label = film.label
        values = (
            film.path,
            film.sha256,
            film.predicted,
            label.verdict,
            label.finding,
            label.note,
            label.author,
            label.labelled_at,
        )
        yield dict(zip(LABEL_COLUMNS, values, strict=True))


def _label(store: ResultStore, sha256: str) -> FilmLabel | None:
    rows = store.rows(
        "SELECT verdict, predicted, finding, note, author, labelled_at FROM film_label WHERE sha256 = ?", (sha256,)
    )
    if not rows:
        return None
    verdict, *others = rows[0]
    return FilmLabel(cast(Verdict, verdict), *others)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
