"""The study list as it is asked for: what is in it, filtered, ordered and fetched a page at a time, all by the store.

How it changes is in ``study_list_changes``. All functions take a ResultStore of the calling thread.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, cast

import numpy as np
import numpy.typing as npt

from cxrviewer.domain import Analysis
from cxrviewer.errors import StoreError
from cxrviewer.results.film_labels import FilmLabel, LabelledFilm
from cxrviewer.results.serialisation import analysis_from_json
from cxrviewer.results.store import ResultKey, ResultStore
from cxrviewer.results.text_order import search_key

FilmStatus = Literal["pending", "ok", "refused", "error"]
FILM_STATUSES: Final[tuple[FilmStatus, ...]] = ("pending", "ok", "refused", "error")

PROBABILITY_PREFIX: Final = "p_"
"""A probability is ordered by under the name that it has as a column of the exports, p_<FINDING>."""

# By what each column is sorted, and whether that may be NULL. "label": agreements, then disagreements by finding.
_ORDERS: Final = MappingProxyType(
    {
        "position": ("film.position", False),
        "name": ("film.name_order", False),
        "folder": ("film.folder_order", False),
        "status": ("film.status", False),
        "predicted": ("film.predicted", True),
        "uncertain": ("film.uncertain", False),
        "warnings": ("film.warning_count", False),
        "label": ("label.verdict || ' ' || coalesce(label.finding, '')", True),
        "analysed_at": ("film.analysed_at", True),
    }
)
ORDER_COLUMNS: Final = tuple(_ORDERS)
_ANALYSES_AT_ONCE: Final = 64


@dataclass(frozen=True)
class ProbabilityRange:
    """The films whose probability of ``finding`` lies between two values in [0, 1], both included."""

    finding: str
    minimum: float = 0.0
    maximum: float = 1.0


@dataclass(frozen=True)
class Filter:
    """Which films of the list are shown; every condition that is given must hold.

    ``text``: each of its words occurs in the file's name or folder, whatever its case. ``finding`` is the predicted
    one. ``uncertain`` and ``labelled``: True for those that are, False for those that are not, None for both. A
    film without a result is not uncertain, and has no probability in any range.
    """

    text: str = ""
    finding: str | None = None
    status: FilmStatus | None = None
    probability: ProbabilityRange | None = None
    uncertain: bool | None = None
    labelled: bool | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The words looked for, as they are compared."""
        return tuple(search_key(self.text).split())

    @property
    def is_empty(self) -> bool:
        """Whether it lets every film through."""
        return not self.words and replace(self, text="") == Filter()


EVERYTHING: Final = Filter()


@dataclass(frozen=True)
class Ordering:
    """By which column of ORDER_COLUMNS, or p_<FINDING>, films are ordered.

    Films without a value come last either way; those of equal value in the order in which they were opened.
    """

    column: str = "position"
    descending: bool = False


AS_OPENED: Final = Ordering()


@dataclass(frozen=True)
class Film:
    """One row of the study list: a file, and what is known of it.

    ``sha256`` "" until the file was hashed. ``predicted`` None, ``probabilities`` and ``flagged`` empty unless ``ok``;
    probabilities in [0, 1] by finding. ``prediction_set`` and ``level`` as in ``Prediction``. ``code`` and ``message``
    say why a film was refused or failed.
    """

    identifier: int
    path: Path
    status: FilmStatus
    added_at: str
    sha256: str = ""
    predicted: str | None = None
    probabilities: Mapping[str, float] = field(default_factory=dict)
    flagged: tuple[str, ...] = ()
    uncertain: bool = False
    warnings: tuple[str, ...] = ()
    code: str = ""
    message: str = ""
    analysed_at: str = ""
    label: FilmLabel | None = None
    prediction_set: tuple[str, ...] | None = None
    level: float | None = None

    @property
    def findings(self) -> tuple[str, ...]:
        """The findings that have a probability."""
        return tuple(self.probabilities)

    def probability(self, finding: str) -> float:
        """Return the probability in [0, 1] of one finding; KeyError where the film has no such one."""
        return self.probabilities[finding]


def film_ids(store: ResultStore, wanted: Filter = EVERYTHING, ordering: Ordering = AS_OPENED) -> npt.NDArray[np.int64]:
    """Return the numbers of all films that are wanted, in order: (N,) int64."""
    query, parameters = _ids_query(wanted, ordering)
    return np.fromiter((row[0] for row in store.rows(query, parameters)), np.int64)


def film_page(store: ResultStore, wanted: Filter, ordering: Ordering, offset: int, count: int) -> tuple[Film, ...]:
    """Return ``count`` films, fewer at the end, from the ``offset``-th on of those that are wanted, in order."""
    query, parameters = _ids_query(wanted, ordering)
    rows = store.rows(f"{query} LIMIT ? OFFSET ?", (*parameters, count, offset))
    return films(store, [row[0] for row in rows])


def count_films(store: ResultStore, wanted: Filter = EVERYTHING) -> int:
    """Return how many films are wanted."""
    conditions, parameters = _conditions(wanted)
    ((count,),) = store.rows(f"SELECT count(*) FROM film WHERE {conditions}", parameters)
    return int(count)


def count_by_status(store: ResultStore) -> dict[FilmStatus, int]:
    """Return how many films of the list have each status, 0 where none has."""
    rows = store.rows("SELECT status, count(*) FROM film WHERE removed_at IS NULL GROUP BY status")
    return {**dict.fromkeys(FILM_STATUSES, 0), **dict(rows)}


def matching_ids(store: ResultStore, wanted: Filter, among: Iterable[int]) -> frozenset[int]:
    """Return which of some films are in the list and wanted."""
    conditions, parameters = _conditions(wanted)
    rows = store.rows(
        f"SELECT id FROM film WHERE id IN (SELECT value FROM json_each(?)) AND {conditions}",
        (_json_numbers(among), *parameters),
    )
    return frozenset(row[0] for row in rows)


def films(store: ResultStore, identifiers: Sequence[int]) -> tuple[Film, ...]:
    """Return films by their numbers, in the order given; a number that the store does not know is left out."""
    numbers = _json_numbers(identifiers)
    probabilities: dict[int, dict[str, float]] = {}
    for identifier, finding, probability in store.rows(
        "SELECT p.film_id, finding.name, p.probability FROM film_probability AS p"
        " JOIN finding ON finding.id = p.finding_id"
        " WHERE p.film_id IN (SELECT value FROM json_each(?)) ORDER BY p.film_id, p.finding_id",
        (numbers,),
    ):
        probabilities.setdefault(identifier, {})[finding] = probability
    rows = store.rows(
        "SELECT film.id, film.path, film.status, film.added_at, film.sha256, film.predicted, film.flagged,"
        " film.uncertain, film.warnings, film.code, film.message, film.analysed_at, film.prediction_set, film.level,"
        " label.verdict, label.predicted, label.finding, label.note, label.author, label.labelled_at"
        " FROM film LEFT JOIN film_label AS label ON label.sha256 = film.sha256"
        " WHERE film.id IN (SELECT value FROM json_each(?))",
        (numbers,),
    )
    found = {row[0]: _film(row, probabilities.get(row[0], {})) for row in rows}
    return tuple(found[int(number)] for number in identifiers if int(number) in found)


def paths_with_code(store: ResultStore, code: str, among: Iterable[int] | None = None) -> tuple[Path, ...]:
    """Return the paths of the list's files that were refused or failed with a code, all or those among some numbers."""
    query, parameters = "SELECT path FROM film WHERE code = ? AND removed_at IS NULL", [code]
    if among is not None:
        query += " AND id IN (SELECT value FROM json_each(?))"
        parameters.append(_json_numbers(among))
    return tuple(Path(os.fsdecode(row[0])) for row in store.rows(query, parameters))


def film_paths(store: ResultStore, identifiers: Sequence[int]) -> tuple[Path, ...]:
    """Return the paths of films by their numbers, in the order given."""
    rows = store.rows(
        "SELECT id, path FROM film WHERE id IN (SELECT value FROM json_each(?))", (_json_numbers(identifiers),)
    )
    found = dict(rows)
    return tuple(Path(os.fsdecode(found[int(number)])) for number in identifiers if int(number) in found)


def films_of_other_settings(store: ResultStore, key: ResultKey) -> list[tuple[int, Path, str]]:
    """Return number, path and SHA-256 of the films that the key's bundle classified with other settings, as opened."""
    return [
        (identifier, Path(os.fsdecode(path)), sha256)
        for identifier, path, sha256 in store.rows(
            "SELECT id, path, sha256 FROM film WHERE status = 'ok' AND sha256 IS NOT NULL AND bundle_sha256 = ?"
            " AND settings_sha256 <> ? ORDER BY position, id",
            (key.bundle_sha256, key.settings_sha256),
        )
    ]


def films_with_content(store: ResultStore, contents: Iterable[str]) -> tuple[int, ...]:
    """Return the numbers of all films of the list with some SHA-256, under whatever names, in the order of opening."""
    rows = store.rows(
        "SELECT id FROM film WHERE removed_at IS NULL AND sha256 IN (SELECT value FROM json_each(?))"
        " ORDER BY position, id",
        (json.dumps(list(contents)),),
    )
    return tuple(row[0] for row in rows)


def film_analyses(store: ResultStore, identifiers: Sequence[int]) -> Iterator[Analysis]:
    """Yield the whole analyses of films, heatmaps and all, in the order given; those without one are left out."""
    for start in range(0, len(identifiers), _ANALYSES_AT_ONCE):
        numbers = [int(number) for number in identifiers[start : start + _ANALYSES_AT_ONCE]]
        rows = store.rows(
            "SELECT film.id, film.path, coalesce(film.content, analysis.content) FROM film LEFT JOIN analysis"
            " ON analysis.sha256 = film.sha256 AND analysis.bundle_sha256 = film.bundle_sha256"
            " AND analysis.settings_sha256 = film.settings_sha256"
            " WHERE film.status <> 'pending' AND film.id IN (SELECT value FROM json_each(?))",
            (_json_numbers(numbers),),
        )
        found = {identifier: (path, content) for identifier, path, content in rows if content is not None}
        for path, content in (found[number] for number in numbers if number in found):
            yield replace(analysis_from_json(json.loads(content)), path=os.fsdecode(path))


def film_analysis(store: ResultStore, identifier: int) -> Analysis | None:
    """Return the whole analysis of one film, or None where it has none yet."""
    return next(film_analyses(store, [identifier]), None)


def listed_findings(store: ResultStore) -> tuple[str, ...]:
    """Return the findings of which any film of the list has a probability, in the order of their first appearance."""
    return tuple(
        row[0]
        for row in store.rows(
            "SELECT name FROM finding WHERE EXISTS"
            " (SELECT 1 FROM film_probability WHERE finding_id = finding.id) ORDER BY id"
        )
    )


def label_counts(store: ResultStore) -> dict[tuple[str, str | None], int]:
    """Return how many films of the list there are by (predicted finding, user's finding), for ``compare_labels``.

    A content that is listed under several names counts once. Films without a label or without a prediction do not.
    """
    return {
        (predicted, finding): count
        for predicted, finding, count in store.rows(
            "SELECT film.predicted, label.finding, count(DISTINCT film.sha256) FROM film_label AS label"
            " JOIN film ON film.sha256 = label.sha256"
            " WHERE film.removed_at IS NULL AND film.predicted IS NOT NULL GROUP BY 1, 2"
        )
    }


def labelled_films(store: ResultStore, identifiers: Sequence[int]) -> Iterator[LabelledFilm]:
    """Yield those of some films that have a label, for ``write_labels``, in the order given."""
    for film in films(store, identifiers):
        if film.label is not None:
            yield LabelledFilm(str(film.path), film.sha256, film.predicted, film.label)


def _ids_query(wanted: Filter, ordering: Ordering) -> tuple[str, tuple[Any, ...]]:
    conditions, parameters = _conditions(wanted)
    joined, join_parameters = "", tuple[str, ...]()
    if ordering.column.startswith(PROBABILITY_PREFIX):
        joined = (
            " LEFT JOIN film_probability AS sorted ON sorted.film_id = film.id"
            " AND sorted.finding_id = (SELECT id FROM finding WHERE name = ?)"
        )
        join_parameters = (ordering.column.removeprefix(PROBABILITY_PREFIX),)
        expression, nullable = "sorted.probability", True
    elif ordering.column in _ORDERS:
        expression, nullable = _ORDERS[ordering.column]
        if ordering.column == "label":
            joined = " LEFT JOIN film_label AS label ON label.sha256 = film.sha256"
    else:
        raise StoreError(f"expected a column of {ORDER_COLUMNS} or p_<FINDING> to sort by, got {ordering.column!r}.")
    nulls = " NULLS LAST" if nullable else ""
    direction = "DESC" if ordering.descending else "ASC"
    return (
        f"SELECT film.id FROM film{_way(wanted, ordering)}{joined} WHERE {conditions}"
        f" ORDER BY {expression} {direction}{nulls}, film.position, film.id",
        (*join_parameters, *parameters),
    )


def _way(wanted: Filter, ordering: Ordering) -> str:
    """Have the rows read as they lie on the disk where most of them are to be read, which an index does not help.

    SQLite's planner would walk an index for its order and fetch every row from somewhere else: half as long again.
    """
    few_rows = (wanted.finding, wanted.status, wanted.probability, wanted.uncertain or None)
    reads_rows = bool(wanted.words) or wanted.labelled is not None or ordering.column == "label"
    return " NOT INDEXED" if reads_rows and few_rows == (None,) * 4 else ""


def _conditions(wanted: Filter) -> tuple[str, tuple[Any, ...]]:
    conditions = ["film.removed_at IS NULL"]
    parameters: list[Any] = []
    for word in wanted.words:
        conditions.append("instr(film.searched, ?) > 0")
        parameters.append(word)
    if wanted.finding is not None:
        conditions.append("film.predicted = ?")
        parameters.append(wanted.finding)
    if wanted.status is not None:
        conditions.append("film.status = ?")
        parameters.append(wanted.status)
    if wanted.probability is not None:
        conditions.append(
            "film.id IN (SELECT film_id FROM film_probability"
            " WHERE finding_id = (SELECT id FROM finding WHERE name = ?) AND probability BETWEEN ? AND ?)"
        )
        parameters += [wanted.probability.finding, wanted.probability.minimum, wanted.probability.maximum]
    if wanted.uncertain is not None:
        conditions.append("film.uncertain = ?")
        parameters.append(int(wanted.uncertain))
    if wanted.labelled is not None:
        known = "EXISTS (SELECT 1 FROM film_label WHERE film_label.sha256 = film.sha256)"
        conditions.append(known if wanted.labelled else f"NOT {known}")
    return " AND ".join(conditions), tuple(parameters)


def _film(row: Sequence[Any], probabilities: dict[str, float]) -> Film:
    (
        identifier,
        path,
        status,
        added_at,
        sha256,
        predicted,
        flagged,
        uncertain,
        warnings,
        code,
        message,
        analysed_at,
        prediction_set,
        level,
    ) = row[:14]
    return Film(
        identifier=identifier,
        path=Path(os.fsdecode(path)),
        status=cast(FilmStatus, status),
        added_at=added_at,
        sha256=sha256 or "",
        predicted=predicted,
        probabilities=MappingProxyType(probabilities),
        flagged=tuple(json.loads(flagged)),
        uncertain=bool(uncertain),
        warnings=tuple(json.loads(warnings)),
        code=code,
        message=message,
        analysed_at=analysed_at or "",
        label=FilmLabel(*row[14:]) if row[14] is not None else None,
        prediction_set=None if prediction_set is None else tuple(json.loads(prediction_set)),
        level=level,
    )


def _json_numbers(identifiers: Iterable[int]) -> str:
    return json.dumps([int(number) for number in identifiers])
