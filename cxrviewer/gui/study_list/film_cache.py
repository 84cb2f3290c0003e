"""The films that the table has shown last; all others stay in the store."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from cxrviewer.results.study_list import Film

PAGE: Final = 64
MOST_FILMS: Final = 2048


class FilmCache:
    """Films by their numbers, fetched a page at a time and forgotten when others were used later."""

    def __init__(self, fetch: Callable[[Sequence[int]], Iterable[Film]], most_films: int = MOST_FILMS) -> None:
        self._fetch = fetch
        self._most_films = max(most_films, PAGE)
        self._films: OrderedDict[int, Film] = OrderedDict()
        self._numbers: dict[Path, int] = {}

    def __len__(self) -> int:
        return len(self._films)

    def film(self, order: npt.NDArray[np.int64], row: int) -> Film | None:
        """Return the film at a row of ``order``, (N,) int64 numbers; None where the store no longer knows it."""
        number = int(order[row])
        film = self._films.get(number)
        if film is None:
            self._fetch_page(order, row)
            film = self._films.get(number)
        else:
            self._films.move_to_end(number)
        return film

    def drop(self, numbers: Iterable[int]) -> None:
        """Forget films that have changed."""
        for number in numbers:
            film = self._films.pop(number, None)
            if film is not None:
                del self._numbers[film.path]

    def number_of(self, path: Path) -> int | None:
        """Return the number of a film that is kept, by its path."""
        return self._numbers.get(path)

    def clear(self) -> None:
        """Forget all films."""
        self._films.clear()
        self._numbers.clear()

    def _fetch_page(self, order: npt.NDArray[np.int64], row: int) -> None:
        start = row // PAGE * PAGE
        missing = [int(number) for number in order[start : start + PAGE] if int(number) not in self._films]
        for film in self._fetch(missing):
            self._films[film.identifier] = film
            self._numbers[film.path] = film.identifier
        while len(self._films) > self._most_films:
            _, forgotten = self._films.popitem(last=False)
            del self._numbers[forgotten.path]
