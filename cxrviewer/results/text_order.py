"""In which order names stand in the study list, and how a text is found in them."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = re.compile(r"[0-9]+")


def order_key(text: str) -> str:
    """Return what a name is sorted by: case and spelling of Unicode do not count, and film 9 stands before film 10.

    The keys are compared character by character. Every run of digits is preceded by its length, leading zeros
    dropped; four digits hold any length that a path can have. Lone surrogates become replacement characters, for a
    database's text holds valid Unicode only.
    """
    return _DIGITS.sub(_with_its_length, search_key(text))


def search_key(text: str) -> str:
    """Return a text as it is looked for and looked in: case and spelling of Unicode do not count (NFKC, casefold)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", _valid(text)).casefold())


def _with_its_length(match: re.Match[str]) -> str:
    digits = match.group().lstrip("0")
    return f"{len(digits):04d}{digits}"


def _valid(text: str) -> str:
    return text if text.isascii() else "".join("\N{REPLACEMENT CHARACTER}" if _is_lone(c) else c for c in text)


def _is_lone(character: str) -> bool:
    return 0xD800 <= ord(character) <= 0xDFFF
