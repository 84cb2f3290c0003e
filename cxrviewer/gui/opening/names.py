"""Paths as a person reads them."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from cxrviewer.results.plain_text import valid_unicode


def name_and_folder(path: str) -> tuple[str, str]:
    """Return the last part of a path and the folder that it is in, each as one line; the root has no folder."""
    parts = Path(path)
    if not parts.name:
        return one_line(path), ""
    return one_line(parts.name), one_line(str(parts.parent)) if str(parts.parent) != "." else ""


def one_line(text: str) -> str:
    """Return a text that stays on its line: file names may hold line breaks, tabs and marks that turn its direction."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if _is_control(character) else character for character in valid_unicode(text)
    )


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Zl", "Zp") or character in "\u202a\u202b\u202c\u202d\u202e"
