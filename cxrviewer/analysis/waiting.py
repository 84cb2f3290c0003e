"""Items that wait for a worker while a run goes on: added to, put in another order, paused and dropped at any time."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Collection, Iterable
from typing import Generic, TypeVar

Item = TypeVar("Item")


class WaitingItems(Generic[Item]):
    """A source for ``pool.map_source`` that several threads may use.

    Every item has an index, under which its result comes back, and a rank: the lowest rank is taken first, and of one
    rank the item that was put first. Every operation on one item takes time logarithmic in their number.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._order: list[tuple[int, int, int]] = []  # heap of (rank, ticket, index); stale ones are skipped
        self._waiting: dict[int, tuple[int, int, Item]] = {}  # index: (rank, ticket, item)
        self._tickets = 0
        self._paused = False
        self._closed = False
        self._stopped = False
        self._notify: Callable[[], None] | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, index: int) -> bool:
        return index in self._waiting

    def put(self, items: Iterable[tuple[int, Item]], rank: int = 1) -> None:
        """Let items wait; one that waits already under the same index is replaced."""
        with self._lock:
            for index, item in items:
                self._enter(index, item, rank)
        self._tell()

    def rerank(self, indices: Iterable[int], rank: int) -> None:
        """Give those of the items that still wait another rank."""
        with self._lock:
            for index in indices:
                if index in self._waiting:
                    self._enter(index, self._waiting[index][2], rank)

    def drop(self, indices: Collection[int] | None = None) -> list[Item]:
        """Let items wait no longer, all of them by default; return those that did."""
        with self._lock:
            dropped = list(self._waiting) if indices is None else [i for i in indices if i in self._waiting]
            return [self._waiting.pop(index)[2] for index in dropped]

    def pause(self) -> None:
        """Give no item out until ``resume``."""
        self._paused = True

    def resume(self) -> None:
        """Give items out again."""
        self._paused = False
        self._tell()

    def close(self) -> None:
        """Let the run end when all that waits is done; nothing is to be put any more."""
        self._closed = True
        self._tell()

    def stop(self) -> None:
        """Let the run end now."""
        self._stopped = True
        self._tell()

    @property
    def paused(self) -> bool:
        """Whether items are held back."""
        return self._paused

    def take(self) -> tuple[int, Item] | None:
        """See ``pool.Source``."""
        with self._lock:
            while self._order and not self._paused:
                _, ticket, index = heapq.heappop(self._order)
                if index in self._waiting and self._waiting[index][1] == ticket:
                    return index, self._waiting.pop(index)[2]
        return None

    @property
    def ended(self) -> bool:
        """See ``pool.Source``."""
        return self._closed and not self._waiting

    @property
    def stopped(self) -> bool:
        """See ``pool.Source``."""
        return self._stopped

    def call_on_news(self, notify: Callable[[], None]) -> None:
        """See ``pool.Source``."""
        self._notify = notify

    def _enter(self, index: int, item: Item, rank: int) -> None:
        self._tickets += 1
        self._waiting[index] = (rank, self._tickets, item)
        heapq.heappush(self._order, (rank, self._tickets, index))

    def _tell(self) -> None:
        notify = self._notify
        if notify is not None:
            notify()
