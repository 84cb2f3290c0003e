"""Files as URLs, whatever bytes their names are made of."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QUrl


def file_urls(paths: Iterable[Path]) -> list[QUrl]:
    """Return file URLs of absolute paths; bytes of a name that are no text stay what they are (RFC 8089)."""
    return [QUrl.fromEncoded(path.as_uri().encode("ascii")) for path in paths]
