"""Paths as the clipboard and other programs give them: file URLs, and text."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QMimeData

_URL_LIST: Final = "text/uri-list"
_FILE: Final = "file:"


def local_paths(mime: QMimeData) -> Iterator[Path]:
    """Yield the local files that the URLs of a drag or a clipboard name; URLs of other machines are passed over."""
    for line in _lines(mime):
        path = path_of_url(line)
        if path is not None:
            yield path


def has_local_paths(mime: QMimeData) -> bool:
    """Return whether ``local_paths`` has any; only the first of many is looked at."""
    return next(local_paths(mime), None) is not None


def path_of_url(url: str) -> Path | None:
    """Return the path of a file URL on this machine (RFC 8089), whatever bytes it is made of; None for any other."""
    if url[: len(_FILE)].lower() != _FILE:
        return None
    rest = url[len(_FILE) :]
    host = ""
    if rest.startswith("//"):
        host, slash, rest = rest[2:].partition("/")
        rest = slash + rest
    try:
        name = os.fsdecode(unquote_to_bytes(rest.encode("utf-8", "surrogateescape")))
    except UnicodeError:  # on Windows file names are text
        return None
    if not name.startswith("/") or "\0" in name:
        return None
    if sys.platform == "win32":
        return _windows_path(host, name)
    return Path(name) if host.lower() in _own_names() else None


def path_of_text(line: str) -> Path | None:
    """Return the path that a line of text spells: absolute, from ``~``, or a file URL, perhaps in quotes; else None.

    Nothing is looked up: a clipboard may name a drive that does not answer.
    """
    text = line.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    if text[: len(_FILE)].lower() == _FILE:
        return path_of_url(text)
    if not text or "\0" in text:
        return None
    path = Path(text)
    if text.startswith("~"):
        try:
            path = path.expanduser()
        except RuntimeError:  # there is no such user
            return None
    return path if path.is_absolute() else None


def _lines(mime: QMimeData) -> Iterator[str]:
    """Yield the URLs as they came (RFC 2483): QUrl would make text of bytes that are none."""
    content = mime.data(_URL_LIST).data()
    start = 0
    while start < len(content):
        end = content.find(b"\n", start)
        end = len(content) if end < 0 else end
        line = content[start:end].strip().decode("utf-8", "surrogateescape")
        if line and not line.startswith("#"):
            yield line
        start = end + 1


def _windows_path(host: str, name: str) -> Path:
    r"""``/C:/films`` is on a drive, and what has a host is on a share: ``\\host\films``."""
    if host and host.lower() not in _own_names():
        return Path(f"//{host}{name}")
    return Path(name[1:] if name[2:3] == ":" else name)


@cache
def _own_names() -> frozenset[str]:
    return frozenset(("", "localhost", socket.gethostname().lower()))
