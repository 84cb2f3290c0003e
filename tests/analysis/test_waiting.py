"""Items that wait are given out by rank and in their order, may be changed at any time, and a pool takes them so."""

import threading
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from cxrviewer.analysis.pool import PoolSettings, map_source
from cxrviewer.analysis.waiting import WaitingItems


def all_of(source: WaitingItems[str]) -> list[int]:
    taken = []
    while (item := source.take()) is not None:
        taken.append(item[0])
    return taken


def test_the_lowest_rank_first_and_then_the_order_of_putting() -> None:
    source: WaitingItems[str] = WaitingItems()
    source.put([(1, "a"), (2, "b")], rank=2)
    source.put([(3, "c")], rank=0)
    source.put([(4, "d"), (5, "e")], rank=1)
    source.rerank([2, 99], rank=0)
    assert all_of(source) == [3, 2, 4, 5, 1]
    assert not source.ended  # more may come
    source.close()
    assert source.ended


def test_dropped_and_replaced_items() -> None:
    source: WaitingItems[str] = WaitingItems()
    source.put([(1, "a"), (2, "b"), (3, "c")])
    source.put([(1, "again")])
    assert source.drop([2, 99]) == ["b"]
    assert 2 not in source
    assert source.take() == (3, "c")
    assert source.take() == (1, "again")
    source.put([(4, "d"), (5, "e")])
    assert source.drop() == ["d", "e"]
    assert source.take() is None


def test_a_pause_holds_items_back_and_news_is_told() -> None:
    source: WaitingItems[str] = WaitingItems()
    told: list[str] = []
    source.call_on_news(lambda: told.append("news"))
    source.pause()
    source.put([(1, "a")])
    assert source.take() is None
    assert len(source) == 1
    source.resume()
    assert source.take() == (1, "a")
    assert len(told) == 2


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3)), max_size=60))
def test_it_gives_what_a_sorted_list_would(puts: list[tuple[int, int]]) -> None:
    source: WaitingItems[str] = WaitingItems()
    expected: dict[int, tuple[int, int]] = {}
    for ticket, (index, rank) in enumerate(puts):
        source.put([(index, "")], rank)
        expected[index] = (rank, ticket)
    assert all_of(source) == sorted(expected, key=expected.__getitem__)


def file_name(path: Path) -> str:
    return path.name


def test_a_pool_takes_what_is_added_while_it_runs_and_ends_when_told() -> None:
    source: WaitingItems[Path] = WaitingItems()
    source.put([(0, Path("first"))])
    results = map_source(file_name, source, PoolSettings(workers=1, handed_out=1))
    assert next(results).value == "first"
    later = threading.Timer(0.3, lambda: (source.put([(7, Path("later"))]), source.close()))
    later.start()  # while the pool waits with nothing to do
    assert [(r.index, r.value) for r in results] == [(7, "later")]
    later.join()


def test_a_stopped_source_ends_the_pool_at_once() -> None:
    source: WaitingItems[Path] = WaitingItems()
    source.put((i, Path(str(i))) for i in range(1000))
    results = map_source(file_name, source, PoolSettings(workers=1, handed_out=1))
    next(results)
    source.stop()
    assert list(results) == []
    assert len(source) > 900
