"""Text from file names and headers, made fit for UTF-8 files."""

from __future__ import annotations

from collections.abc import Iterator


def valid_unicode(text: str) -> str:
    r"""Return a text that UTF-8 can hold: bytes of file names as \xNN, other lone surrogates as \uNNNN."""
    if text.isascii():
        return text
    return "".join(_spelled_out(text))


def _spelled_out(text: str) -> Iterator[str]:
    for character in text:
        code = ord(character)
        if 0xDC80 <= code <= 0xDCFF:  # PEP 383: byte 0xNN of a file name that is not UTF-8 arrives as U+DCNN
            yield f"\\x{code - 0xDC00:02x}"
        elif 0xD800 <= code <= 0xDFFF:
            yield f"\\u{code:04x}"
        else:
            yield character
