"""Names are sorted as a person would, and found whatever their case and spelling."""

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from cxrviewer.results.text_order import order_key, search_key


def test_numbers_count_as_numbers() -> None:
    names = ["film 10.png", "film 9.png", "Film 1.png", "film 010.png", "film 100a.png", "film.png", "film 0.png"]
    assert sorted(names, key=order_key) == [
        "film 0.png",
        "Film 1.png",
        "film 9.png",
        "film 10.png",
        "film 010.png",
        "film 100a.png",
        "film.png",
    ]


def test_case_and_spelling_do_not_count() -> None:
    assert search_key("ÉTÉ Straße") == search_key("e\u0301te\u0301 STRASSE")


@given(st.integers(0, 10**40), st.integers(0, 10**40))
def test_numbers_of_any_length_are_in_order(first: int, second: int) -> None:
    assert (order_key(f"film {first}") < order_key(f"film {second}")) == (first < second)


@given(st.text(st.characters()))
def test_a_database_takes_every_key(text: str) -> None:
    with sqlite3.connect(":memory:") as connection:
        (back,) = connection.execute("SELECT ?", (order_key(text + "\udcff"),)).fetchone()
    assert back == order_key(text + "\udcff")
    assert search_key(search_key(text)) == search_key(text)
