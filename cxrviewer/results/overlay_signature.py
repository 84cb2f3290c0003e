"""The audit log's entry in an overlay's PNG text, put there once the entry is committed and so has its identifier.

A worker draws the overlay while it has the pixels, before its analysis is in the store. The text chunk goes to the end
of the file, before IEND, which needs no second writing of the pixels (PNG, third edition, 5.6: tEXt has no place of its
own; 11.3.3.2 tEXt).
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Final

from cxrviewer.errors import ExportError

AUDIT_KEYWORD: Final = "Audit"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_IEND: Final = struct.pack(">I4sI", 0, b"IEND", zlib.crc32(b"IEND"))
_HEAD: Final = 8192  # bytes; the overlay's own text stands before its pixels
_TAIL: Final = 256
_LONGEST_IDENTIFIER: Final = 64


def sign_overlay(path: Path, file_sha256: str, identifier: str) -> None:
    """Put an entry's identifier into the overlay of a film, unless it has one or there is no such file.

    Raises ExportError where the file is not the overlay of the film with that SHA-256, which is left as it is, and
    where it cannot be written.
    """
    if len(identifier) > _LONGEST_IDENTIFIER or not identifier.isascii():
        raise ValueError(f"expected the identifier of an entry, got {identifier!r}")
    if not path.exists():
        return
    try:
        with path.open("r+b") as stream:
            head = stream.read(_HEAD)
            end = stream.seek(0, 2)
            stream.seek(max(0, end - _TAIL))
            tail = stream.read()
            is_overlay = head.startswith(_PNG) and f"SourceSHA256\0{file_sha256}".encode() in head
            if not is_overlay or not tail.endswith(_IEND):
                raise ExportError(
                    f"expected {path} to be the overlay of a film, got another file; it was left as it is."
                )
            if f"tEXt{AUDIT_KEYWORD}\0".encode() in tail:
                return
            stream.seek(end - len(_IEND))
            stream.write(_text_chunk(identifier) + _IEND)
    except OSError as error:
        raise ExportError(
            f"the overlay {path} cannot be given its audit entry ({error.strerror or error}); check that you may write "
            "there and that the disk has room."
        ) from error


def _text_chunk(text: str) -> bytes:
    data = f"{AUDIT_KEYWORD}\0{text}".encode("ascii")
    kind = b"tEXt"
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))
