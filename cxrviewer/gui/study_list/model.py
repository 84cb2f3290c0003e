"""The study list as Qt's views see it: the order of all films, and of the films themselves only those on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QImage

from cxrviewer.errors import StoreError
from cxrviewer.gui.study_list.columns import Column, cell_spoken, cell_text, cell_tool_tip, columns_for
from cxrviewer.gui.study_list.file_urls import file_urls
from cxrviewer.gui.study_list.film_cache import FilmCache
from cxrviewer.gui.study_list.thumbnails import ThumbnailCache, ThumbnailSource
from cxrviewer.results.store import ResultStore
from cxrviewer.results.study_list import (
    AS_OPENED,
    EVERYTHING,
    Film,
    Filter,
    Ordering,
    film_ids,
    film_paths,
    films,
    matching_ids,
)

FILM_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
PROBABILITY_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 2
UPDATE_INTERVAL_MS: Final = 100
# A change of more pieces than these is told as one: walking through pieces would take longer than asking anew.
_MOST_RANGES: Final = 64

Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()


class StudyListModel(QAbstractTableModel):
    """The films that a filter lets through, in an order, read from the store as they are shown.

    It holds eight bytes a film. What changes in the store is told to it by ``films_added``, ``films_changed`` and
    ``films_removed``, after it was committed. While films are analysed, rows keep their places: a film that has got a
    result stays where it is, also when it no longer passes the filter, and one that comes to pass it is put at the end;
    ``resort`` (and any other order or filter) brings all to where they belong. So nothing moves under the pointer, and
    a result costs one row, not a sort. Changes are told to views at most every UPDATE_INTERVAL_MS.

    Signals: ``out_of_order_changed`` (bool: ``resort`` may change something), ``rows_changed`` (the number of rows is
    another), ``store_failed`` (text: the store could not be read; never while a view paints).
    """

    out_of_order_changed = Signal(bool)
    rows_changed = Signal()
    store_failed = Signal(str)
    _reading_failed = Signal(str)

    def __init__(
        self,
        store: ResultStore,
        findings: tuple[str, ...],
        thumbnails: ThumbnailSource | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._columns = columns_for(findings)
        self._thresholds: Mapping[str, float] = {}
        self._wanted = EVERYTHING
        self._ordering = AS_OPENED
        self._order: npt.NDArray[np.int64] = np.empty(0, np.int64)
        self._places: tuple[npt.NDArray[np.int64], npt.NDArray[np.intp]] | None = None
        self._cache = FilmCache(partial(films, store))
        self._thumbnails = ThumbnailCache()
        self._source = thumbnails
        if thumbnails is not None:
            thumbnails.ready.connect(self._take_thumbnail)
        self._out_of_order = False
        self._changed: set[int] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(UPDATE_INTERVAL_MS)
        self._timer.timeout.connect(self.tell_changes)
        # Queued: a view asks for data while it paints, which is no time for a dialog.
        self._reading_failed.connect(self.store_failed, Qt.ConnectionType.QueuedConnection)
        self._order = self._ids()

    # What it holds

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, in the order of their numbers."""
        return self._columns

    @property
    def ordering(self) -> Ordering:
        """What films are ordered by."""
        return self._ordering

    @property
    def wanted(self) -> Filter:
        """The filter."""
        return self._wanted

    @property
    def thresholds(self) -> Mapping[str, float]:
        """The threshold of each finding that has one."""
        return self._thresholds

    @property
    def is_out_of_order(self) -> bool:
        """Whether rows have kept their places though they may belong elsewhere."""
        return self._out_of_order

    def film(self, row: int) -> Film | None:
        """Return the film at a row; None where the store cannot be read, which ``store_failed`` tells."""
        try:
            return self._cache.film(self._order, row)
        except StoreError as error:
            self._reading_failed.emit(str(error))
            return None

    def film_number(self, row: int) -> int:
        """Return the number of the film at a row."""
        return int(self._order[row])

    def film_numbers(self, rows: slice = slice(None)) -> npt.NDArray[np.int64]:
        """Return the numbers of the films at some rows, all by default: (n,) int64."""
        return self._order[rows].copy()

    def row_of(self, number: int) -> int | None:
        """Return the row of a film, or None where it is not shown."""
        rows = self._rows_of([number])
        return int(rows[0]) if rows.size else None

    def rows_of(self, numbers: Iterable[int]) -> npt.NDArray[np.intp]:
        """Return the rows of those of some films that are shown, ascending."""
        return self._rows_of(list(numbers))

    # How it is asked for something else

    def set_filter(self, wanted: Filter) -> None:
        """Show the films that a filter lets through."""
        if wanted != self._wanted:
            self._wanted = wanted
            self.resort()

    def set_ordering(self, ordering: Ordering) -> None:
        """Show films in another order."""
        if ordering != self._ordering:
            self._ordering = ordering
            self.resort()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column, -1 as the films were opened: what a click on a column's head calls."""
        key = self._columns[column].key if column >= 0 else AS_OPENED.column
        self.set_ordering(Ordering(key, column >= 0 and order == Qt.SortOrder.DescendingOrder))

    def resort(self) -> None:
        """Read the list anew: every film that passes the filter, and no other, at its place."""
        self.beginResetModel()
        self._cache.clear()
        self._changed.clear()
        self._set_order(self._ids())
        self.endResetModel()
        self._set_out_of_order(False)
        self.rows_changed.emit()

    def set_findings(self, findings: tuple[str, ...], thresholds: Mapping[str, float] | None = None) -> None:
        """Have a column for each finding; ``thresholds`` are marked in them."""
        self.beginResetModel()
        self._columns = columns_for(findings)
        self._thresholds = dict(thresholds or {})
        self.endResetModel()

    # What it is told

    def films_added(self, numbers: Sequence[int]) -> None:
        """Show films that were opened: those that pass the filter, at the end."""
        self._append(self._passing(numbers))

    def films_changed(self, numbers: Iterable[int]) -> None:
        """Show what has become of films, soon: they were analysed, labelled, or marked for a new analysis."""
        self._changed.update(int(number) for number in numbers)
        if self._changed and not self._timer.isActive():
            self._timer.start()

    def films_read_again(self, numbers: Sequence[int]) -> None:
        """Show that films wait for a new analysis; their files may have changed, so their thumbnails are made anew."""
        try:
            for path in film_paths(self._store, numbers):
                self._thumbnails.drop(path)
        except StoreError as error:
            self._reading_failed.emit(str(error))
        self.films_changed(numbers)

    def films_removed(self, numbers: Iterable[int]) -> None:
        """Take films off."""
        rows = self.rows_of(numbers)
        ranges = list(_ranges(rows))
        if len(ranges) > _MOST_RANGES:
            self.beginResetModel()
            self._set_order(np.delete(self._order, rows))
            self.endResetModel()
        else:
            for first, last in reversed(ranges):
                self.beginRemoveRows(QModelIndex(), first, last)
                self._set_order(np.delete(self._order, np.s_[first : last + 1]))
                self.endRemoveRows()
        if ranges:
            self.rows_changed.emit()

    def films_restored(self, numbers: Sequence[int]) -> None:
        """Show films that were brought back, at the places where they belong."""
        if len(numbers):
            self.resort()

    def tell_changes(self) -> None:
        """Tell views at once of the changes that wait."""
        self._timer.stop()
        changed, self._changed = sorted(self._changed), set()
        if not changed:
            return
        self._cache.drop(changed)
        rows = self.rows_of(changed)
        if not self._wanted.is_empty:
            shown = set(self._order[rows].tolist())
            self._append(self._passing([number for number in changed if number not in shown]))
        if self._ordering != AS_OPENED or not self._wanted.is_empty:
            self._set_out_of_order(True)
        ranges = list(_ranges(rows))
        if len(ranges) > _MOST_RANGES:
            ranges = [(int(rows[0]), int(rows[-1]))]
        for first, last in ranges:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._columns) - 1))

    def show_rows(self, first: int, last: int) -> None:
        """Have thumbnails made for the rows on the screen, from ``first`` to ``last``."""
        if self._source is None:
            return
        shown = [self.film(row) for row in range(max(first, 0), min(last + 1, len(self._order)))]
        self._source.want([film.path for film in shown if film and self._thumbnails.get(film.path) is None])

    # What Qt asks

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802
        """Return the number of films that are shown."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802
        """Return the number of columns, hidden ones and all."""
        return 0 if parent.isValid() else len(self._columns)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows or says."""
        if role not in _ROLES or not index.isValid():
            return None
        film = self.film(index.row())
        if film is None:
            return None
        return self._cell(film, self._columns[index.column()], role)

    def _cell(self, film: Film, column: Column, role: int) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell_text(film, column)
            case Qt.ItemDataRole.DecorationRole:
                return self._thumbnails.get(film.path) if column.kind == "thumbnail" else None
            case Qt.ItemDataRole.ToolTipRole:
                return _as_plain(cell_tool_tip(film, column))
            case Qt.ItemDataRole.AccessibleTextRole:
                return cell_spoken(film, column)
        if role == PROBABILITY_ROLE:
            return film.probabilities.get(column.finding) if column.kind == "probability" else None
        return film

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that a row can be selected, and dragged out."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def mimeTypes(self) -> list[str]:  # noqa: N802
        """Return the one way in which rows are dragged: as files."""
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        """Return the files of the rows of some cells."""
        rows = sorted({index.row() for index in indexes})
        return self.mime_data_of(self._order[rows])

    def mime_data_of(self, numbers: Sequence[int] | npt.NDArray[np.int64]) -> QMimeData:
        """Return the files of films, by their numbers."""
        mime_data = QMimeData()
        mime_data.setUrls(file_urls(film_paths(self._store, [int(number) for number in numbers])))
        return mime_data

    # Inside

    def _ids(self) -> npt.NDArray[np.int64]:
        try:
            return film_ids(self._store, self._wanted, self._ordering)
        except StoreError as error:
            self._reading_failed.emit(str(error))
            return np.empty(0, np.int64)

    def _passing(self, numbers: Sequence[int]) -> list[int]:
        if self._wanted.is_empty:
            return list(numbers)
        try:
            passing = matching_ids(self._store, self._wanted, numbers)
        except StoreError as error:
            self._reading_failed.emit(str(error))
            return []
        return [number for number in numbers if number in passing]

    def _append(self, numbers: Sequence[int]) -> None:
        shown = set(self._order[self.rows_of(numbers)].tolist())
        new = [number for number in dict.fromkeys(numbers) if number not in shown]
        if not new:
            return
        count = len(self._order)
        self.beginInsertRows(QModelIndex(), count, count + len(new) - 1)
        self._set_order(np.concatenate([self._order, np.asarray(new, np.int64)]))
        self.endInsertRows()
        if self._ordering != AS_OPENED:
            self._set_out_of_order(True)
        self.rows_changed.emit()

    def _take_thumbnail(self, path: Any, image: QImage) -> None:
        self._thumbnails.put(path, image)
        for row in self._rows_on_hand(path):
            cell = self.index(row, 0)
            self.dataChanged.emit(cell, cell, [Qt.ItemDataRole.DecorationRole])

    def _rows_on_hand(self, path: Any) -> list[int]:
        """Return the rows of films with this path; only those that a view has seen can be on the screen."""
        number = self._cache.number_of(path)
        row = self.row_of(number) if number is not None else None
        return [] if row is None else [row]

    def _set_order(self, order: npt.NDArray[np.int64]) -> None:
        self._order = order
        self._places = None

    def _rows_of(self, numbers: Sequence[int]) -> npt.NDArray[np.intp]:
        if not len(self._order) or not len(numbers):
            return np.empty(0, np.intp)
        if self._places is None:
            sorter = np.argsort(self._order)
            self._places = self._order[sorter], sorter
        ascending, sorter = self._places
        wanted = np.asarray(numbers, np.int64)
        places = np.minimum(np.searchsorted(ascending, wanted), len(ascending) - 1)
        return np.unique(sorter[places[ascending[places] == wanted]])

    def _set_out_of_order(self, value: bool) -> None:
        if value != self._out_of_order:
            self._out_of_order = value
            self.out_of_order_changed.emit(value)


_ROLES: Final = frozenset(
    {
        int(Qt.ItemDataRole.DisplayRole),
        int(Qt.ItemDataRole.DecorationRole),
        int(Qt.ItemDataRole.ToolTipRole),
        int(Qt.ItemDataRole.AccessibleTextRole),
        FILM_ROLE,
        PROBABILITY_ROLE,
    }
)


def _ranges(rows: npt.NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """Yield first and last of the unbroken runs of ascending rows."""
    if rows.size:
        for run in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
            yield int(run[0]), int(run[-1])


def _as_plain(text: str) -> str | None:
    """Return a tool tip; Qt would take a text that looks like HTML for HTML, and a file may have any name."""
    return f"<span style='white-space: pre-wrap'>{escape(text)}</span>" if text else None
