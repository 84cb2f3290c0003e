"""Shards of array jobs: together all files, each in one, the same whoever asks."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxrviewer.cluster.shards import Shard, parse_shard
from cxrviewer.errors import UsageError


@given(
    names=st.lists(
        st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1), max_size=40
    ),
    count=st.integers(1, 12),
)
def test_every_file_is_in_exactly_one_shard(names: list[str], count: int) -> None:
    for name in names:
        path = Path("/films") / name
        assert sum(Shard(number, count).holds(path) for number in range(1, count + 1)) == 1


def test_a_shard_does_not_change_with_the_program_the_run_or_other_files() -> None:
    paths = [Path(f"/films/{number}.dcm") for number in range(12)]
    assert [number for number, path in enumerate(paths) if Shard(2, 3).holds(path)] == EXPECTED


EXPECTED = [2, 4, 7, 11]


def test_shards_are_of_about_one_size() -> None:
    paths = [Path(f"/films/{number}.dcm") for number in range(10_000)]
    sizes = [sum(map(Shard(number, 10).holds, paths)) for number in range(1, 11)]
    assert sum(sizes) == 10_000
    assert max(sizes) < 1.15 * min(sizes)


def test_a_relative_path_is_in_the_shard_of_its_absolute_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for number in range(20):
        assert Shard(1, 2).holds(Path(f"{number}")) == Shard(1, 2).holds(tmp_path / f"{number}")


def test_bytes_that_are_no_utf8_have_a_shard() -> None:
    assert sum(Shard(number, 4).holds(Path("/films/\udcff.dcm")) for number in (1, 2, 3, 4)) == 1


def test_names_sort_as_the_shards_do() -> None:
    names = [Shard(number, 12).name for number in range(1, 13)]
    assert names == sorted(names)
    assert names[2] == "shard-03-of-12"


def test_a_shard_is_counted_from_one() -> None:
    assert parse_shard("3/10") == Shard(3, 10)
    assert parse_shard("10/10") == Shard(10, 10)


@pytest.mark.parametrize(
    "text", ["", "3", "0/10", "11/10", "-1/3", "1/0", "1.5/3", "a/b", "1/2/3", "\u0663/\u0665", "1/2000000"]
)
def test_anything_else_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError, match="NUMBER/COUNT"):
        parse_shard(text)
